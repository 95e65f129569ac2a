"""What is looked for: the providers of a sector, or whoever can serve a need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from matching.roster import HOLDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from matching.needs import Need
    from matching.roster import Roster

SECTOR: Final = "sector:"
"""How the code of a sector's class begins; a need's is its text, which has no such beginning."""


@dataclass(frozen=True)
class CoverageClass:
    """A class of providers: those of a sector, or those that can serve a need.

    A sector's listings are counted one by one, since gallons and buses do not add up; a need's are counted in units.

    Parameters
    ----------
    code
        `sector:energy`, or the need's text without a quantity.
    sector
        The sector's code; empty for a need.
    need
        What must be served; None for a sector.
    """

    code: str
    sector: str = ""
    need: Need | None = None


def sector_classes(codes: Iterable[str]) -> tuple[CoverageClass, ...]:
    """Return a class for each sector, in the order given."""
    return tuple(CoverageClass(SECTOR + code, sector=code) for code in codes)


def need_class(need: Need) -> CoverageClass:
    """Return the class of what can serve a need, however many are wanted."""
    head, comma, conditions = need.text.partition(",")
    return CoverageClass(head.partition(":")[0] + comma + conditions, need=need)


def members(assets: Roster, wanted: CoverageClass) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the assets of a class as their places in the roster, and what each counts: int64 (n,), (n,).

    Whatever their state; an attribute that is not stated does not hold.
    """
    if wanted.need is None:
        own = np.array([row.sector == wanted.sector for row in assets.rows], dtype=np.bool_)
        some = np.flatnonzero(own)
        return some, np.ones(len(some), dtype=np.int64)
    some = np.arange(len(assets.rows))[assets.of_kinds(wanted.need.kinds)]
    for condition in wanted.need.conditions:
        some = some[assets.holding(condition)[some] == HOLDS]
    return some, assets.quantity[some]
