"""What each figure must be, what it aims at, and whether a run met it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from benchmarks.measure import Row


@dataclass(frozen=True)
class Wanted:
    """What is wanted of a figure: of its ratio, or of our seconds.

    Parameters
    ----------
    must, aim
        What it must be, and what would be better; None for no aim.
    most
        Whether it must be at most that, rather than at least.
    seconds
        Whether our own time counts, rather than the ratio.
    """

    must: float
    aim: float | None = None
    most: bool = False
    seconds: bool = False

    def words(self, row: Row) -> str:
        """Return what is wanted and whether a row has it: `≥ 3, aim 6: aim met`."""
        unit = " s" if self.seconds else ""
        said = f"{'≤' if self.most else '≥'} {self.must:g}{unit}"
        if self.aim is None:
            return f"{said}: {'met' if self._has(row, self.must) else '**missed**'}"
        met = "met" if self._has(row, self.must) else "**missed**"
        return f"{said}, aim {self.aim:g}{unit}: {'aim met' if self._has(row, self.aim) else met}"

    def _has(self, row: Row, bound: float) -> bool:
        reached = row.ours_ms / 1000.0 if self.seconds else row.ratio
        return reached <= bound if self.most else reached >= bound


ANY: Final = ""
"""In place of a graph: whichever is in use."""

WANTED: Final = {
    ("closures_one_to_all", "synthetic_800k", "scipy"): Wanted(3, 6),
    ("closures_one_to_all", "synthetic_800k", "networkx"): Wanted(80),
    ("closures_one_to_all", "world_highways", "scipy"): Wanted(3, 5),
    ("coverage_k_nearest", "synthetic_800k", "scipy"): Wanted(100, 200),
    ("rank_all", "synthetic_800k", "search alone"): Wanted(0.5, 0.77),
    ("threads", "synthetic_800k", "one thread"): Wanted(1.8),
    ("spatial_search", "sites_300k, joplin", "the owner"): Wanted(0.5),
    ("spatial_search", "sites_300k, springfield", "the owner"): Wanted(0.5),
    ("growth", "synthetic_50k to synthetic_3200k", "the smallest"): Wanted(1.15, most=True),
    ("grid_shipped", ANY, "scipy"): Wanted(2, 0.5, most=True, seconds=True),
    ("grid_800k", "synthetic_800k", "scipy"): Wanted(100, 200),
    ("scenario_diff", "tiger_state", "both computed"): Wanted(1, 0.3, most=True, seconds=True),
    ("critical_links", "tiger_state", "search each"): Wanted(10, 2, most=True, seconds=True),
}
"""By figure, graph and peer."""


def wanted_words(row: Row) -> str:
    """Return what is wanted of a row and whether it has it; nothing where nothing is."""
    wanted = WANTED.get((row.figure, row.graph, row.peer)) or WANTED.get((row.figure, ANY, row.peer))
    return "" if wanted is None else wanted.words(row)
