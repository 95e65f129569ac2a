"""How coverage was worked out, in words, where no run tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matching.measures import duration_words, list_words, moment_words
from matching.runs.version import code_version
from matching.runs.words import SHORT

if TYPE_CHECKING:
    from datetime import datetime

    from matching.coverage.result import CoverageResult


def worked_words(
    result: CoverageResult, made_at: datetime, *, kept: bool = False
) -> tuple[tuple[str, str], ...]:
    """Return what coverage was worked out from, as pairs of a heading and its value.

    Parameters
    ----------
    result
        The figures.
    made_at
        When the directory was read for them.
    kept
        Whether a run keeps them, of which nothing else is told.
    """
    asked = result.parameters
    limits = list_words([duration_words(ms) for ms in asked.thresholds_ms])
    counting = "all of them" if asked.fresh_days is None else f"those confirmed in {asked.fresh_days} days"
    counties, classes = result.levels.count("county"), len(result.classes)
    return (
        ("Worked out", f"{moment_words(made_at)}, from the directory as it stood"),
        ("Listings", f"{int(result.listed.sum()):,}; {int(result.counted.sum()):,} count: {counting}"),
        ("Roads", f"network {result.network_hash[:SHORT]}"),
        (
            "For",
            f"{counties} counties by where people live, {classes} {'sectors' if classes > 1 else 'sector'}",
        ),
        ("Asked for", f"the first {asked.k} providers of nine in ten people; limits {limits}"),
        ("Code", code_version()),
        (
            "Kept",
            "as a run, which your role does not read"
            if kept
            else "no; kept figures can be compared with later, and computed again",
        ),
    )
