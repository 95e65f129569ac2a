"""How a run was computed, in words: one wording for the page and the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from matching.measures import moment_words

if TYPE_CHECKING:
    from registry.runs.store import Run

SHORT: Final = 12
"""Digits of a hash that people read; the run keeps all."""


def made_words(run: Run) -> str:
    """Return when a run was made, and for whom: `22 Nov 2026, 14:05, for R. Example`."""
    return f"{moment_words(run.made_at)}, for {run.account_name}"


def replay_command(run: Run) -> str:
    """Return the command that computes a run again."""
    return f"merr run replay {run.id}"


def computed_words(run: Run) -> tuple[tuple[str, str], ...]:
    """Return what a run was computed from, as pairs of a heading and its value."""
    patch = "none, things as they stood" if run.patch is None else f"{len(run.patch)} changes"
    rows = (
        ("Run", run.id),
        ("Kind", run.kind),
        ("Label", run.label),
        ("Made", made_words(run)),
        ("Directory", f"snapshot {run.snapshot_hash[:SHORT]}"),
        ("Roads", f"network {run.network_hash[:SHORT]}"),
        ("Ground", f"counties, people and vehicles {run.ground_hash[:SHORT]}"),
        ("Changes", patch),
        ("Asked for", parameters_words(run)),
        ("Code", run.code_version),
        ("Seed", str(run.seed)),
        ("Follows", run.parent_id or ""),
        ("Result", run.result_hash[:SHORT]),
        ("Replay", replay_command(run)),
    )
    return tuple((name, value) for name, value in rows if value)


def parameters_words(run: Run) -> str:
    """Return what was asked for, each parameter with its value where that is short."""
    return ", ".join(f"{name} {_value(value)}" for name, value in sorted(run.parameters.items()))


def _value(value: object) -> str:
    if isinstance(value, dict | list):
        return f"({len(value)} entries)"
    return "none" if value is None else str(value)
