"""What one load did, in the words that a terminal prints and the figures that the registry keeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry.directory.records import Tally

SHOWN_ROWS = 50
"""Most rejected or waiting rows that a terminal prints; the rest is counted."""


@dataclass(frozen=True, kw_only=True)
class LoadReport:
    """What was read, kept and changed, and what was not, with reasons.

    Parameters
    ----------
    what
        'counties', 'reference', 'roads', 'providers' or 'demo'.
    read, kept
        Rows (or records, or lines) that came in, and those that stand in the registry now.
    tallies
        What is stored, by its name ('assets') -> how many were new, changed or as before.
    rejected, waiting
        One sentence for each fault of a row that was turned away, and for each row that waits for review.
    facts
        Label -> words, for what is no count of rows: a network's kilometres, the source's name.
    notes
        What else the reader should know.
    """

    what: str
    read: int
    kept: int
    tallies: Mapping[str, Tally] = field(default_factory=dict)
    rejected: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def changed(self) -> int:
        """Number of stored records that are new or other than before."""
        return sum(tally.new + tally.changed for tally in self.tallies.values())

    @property
    def rejected_rows(self) -> int:
        """Number of rows that were turned away; one row may have several faults."""
        return self.read - self.kept - len(self.waiting)

    def counts(self) -> dict[str, Any]:
        """Return the figures as plain values, for the registry's list of runs; no row's content is among them."""
        return {
            "read": self.read,
            "kept": self.kept,
            "rejected": self.rejected_rows,
            "waiting": len(self.waiting),
            "stored": {
                name: {"new": tally.new, "changed": tally.changed, "unchanged": tally.unchanged}
                for name, tally in self.tallies.items()
            },
        }

    def lines(self) -> list[str]:
        """Return the report as lines of a terminal."""
        lines = [f"{self.what}: {self.read:,} read, {self.kept:,} kept"]
        lines += [f"  {label:<12} {words}" for label, words in self.facts.items()]
        lines += [
            f"  {name:<12} {tally.new:,} new, {tally.changed:,} changed, {tally.unchanged:,} as before"
            for name, tally in self.tallies.items()
            if tally.total
        ]
        if self.tallies and not self.changed:
            lines.append("  Nothing changed.")
        lines += _listed(f"Rejected rows: {self.rejected_rows:,}", self.rejected)
        lines += _listed(f"Rows waiting for review (merr load review): {len(self.waiting):,}", self.waiting)
        return lines + [f"  {note}" for note in self.notes]


def _listed(title: str, sentences: tuple[str, ...]) -> list[str]:
    if not sentences:
        return []
    lines = [f"  {title}", *(f"    {sentence}" for sentence in sentences[:SHOWN_ROWS])]
    if len(sentences) > SHOWN_ROWS:
        lines.append(f"    and {len(sentences) - SHOWN_ROWS:,} more sentences")
    return lines
