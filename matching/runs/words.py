"""How a run was computed, in words: one wording for the page and the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from matching.measures import moment_words
from matching.scenarios.changes import KEYS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

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
    rows = (
        ("Run", run.id),
        ("Kind", run.kind),
        ("Label", run.label),
        ("Made", made_words(run)),
        ("Directory", f"snapshot {run.snapshot_hash[:SHORT]}"),
        ("Roads", f"network {run.network_hash[:SHORT]}"),
        ("Ground", f"counties, people and vehicles {run.ground_hash[:SHORT]}"),
        ("Changes", _changes_words(run.patch)),
        ("Asked for", parameters_words(run)),
        ("Code", run.code_version),
        ("Seed", str(run.seed)),
        ("Follows", run.parent_id or ""),
        ("Result", run.result_hash[:SHORT]),
        ("Replay", replay_command(run)),
    )
    return tuple((name, value) for name, value in rows if value)


def _changes_words(patch: Mapping[str, Any] | None) -> str:
    """Return how many things a scenario changes: what is closed, lost, cut, slowed, waived or asked for, whenever it begins."""
    if patch is None:
        return "none, things as they stood"
    all_of_it = [patch, *(each["changes"] for each in patch.get("injects", ()))]
    changed = [each.get(name) for each in all_of_it for name in KEYS]
    count = sum(len(each or ()) for each in changed)
    return f"{count} change{'' if count == 1 else 's'}"


def parameters_words(run: Run) -> str:
    """Return what was asked for, each parameter with its value where that is short."""
    return ", ".join(f"{name} {_value(value)}" for name, value in sorted(run.parameters.items()))


def _value(value: object) -> str:
    if isinstance(value, dict | list):
        return f"({len(value)} entries)"
    return "none" if value is None else str(value)
