"""What a scenario changes, and how one set of changes follows another."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import shapely

from matching.errors import MatchingError

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapely.geometry.base import BaseGeometry

    from geo.closures import Closure
    from registry.directory.listing import Listing

WHOLE: Final = 1000
"""Shares are kept in thousandths, so that they are whole numbers."""


class ScenarioError(MatchingError):
    """A scenario that cannot be used."""


class Weather(NamedTuple):
    """Roads take `factor` times as long: all of them, or those of some classes."""

    classes: tuple[str, ...]
    factor: float


class Who(NamedTuple):
    """Companies or sites: by the company's id, their county, their sector, or an outline they lie in; all must hold.

    `within` is a polygon in WKT (EPSG:4326), six digits.
    """

    provider: str = ""
    county: str = ""
    sector: str = ""
    within: str = ""

    def means(self, row: Listing, *, opened: bool, seen: Callable[[Listing], tuple[float, float]]) -> bool:
        """Return whether an asset is of these; whose name is closed is never meant by its id unless names are open.

        `seen` says at which point it may be seen. One whose place is closed lies where it is seen, at its ZIP or its
        county seat: else outlines could be drawn smaller and smaller until they tell where it is.
        """
        if self.provider and (row.provider_id != self.provider or not (opened or row.shows_name)):
            return False
        if self.within and not shapely.contains_xy(outline_of(self.within), *seen(row)):
            return False
        return (not self.county or row.county_fips == self.county) and (
            not self.sector or row.sector == self.sector
        )


@lru_cache(maxsize=64)
def outline_of(wkt: str) -> BaseGeometry:
    """Return the polygon of WKT (EPSG:4326), prepared for many questions."""
    found = shapely.from_wkt(wkt)
    shapely.prepare(found)
    return found


class Cut(NamedTuple):
    """What is left of assets of a kind, or of one asset: `share` thousandths are lost, or `units` of each."""

    kind: str
    asset: str
    share: int
    units: int

    def means(self, row: Listing, *, opened: bool) -> bool:
        """Return whether an asset is meant; by its id only where that is not closed."""
        if self.asset:
            return row.asset_id == self.asset and (opened or (row.shows_name and row.shows_place == "exact"))
        return self.kind in {row.kind, row.family}

    def left_of(self, quantity: int) -> int:
        """Return what is left of a quantity, rounded down and never below 0."""
        return max(0, quantity * (WHOLE - self.share) // WHOLE - self.units)


class Waiver(NamedTuple):
    """Restrictions of a vehicle that are lifted: road classes, `bridges`, or `all`; or another vehicle it travels as."""

    profile: str
    lifts: tuple[str, ...]
    travels_as: str


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What is changed, each list by its key, without the same key twice.

    Parameters
    ----------
    closures
        Roads blocked or slowed, by their key.
    weather
        By classes.
    bridges
        Bridges lost, by id or name: the road on them is blocked.
    lost, closed
        Who is not there at all, and who is closed.
    cuts
        By asset or kind. Of several that mean one asset the one that leaves least counts.
    waivers
        By vehicle.
    demand
        Needs more, as text with a number; by the text without it.
    """

    closures: tuple[Closure, ...] = ()
    weather: tuple[Weather, ...] = ()
    bridges: tuple[str, ...] = ()
    lost: tuple[Who, ...] = ()
    closed: tuple[Who, ...] = ()
    cuts: tuple[Cut, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    demand: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Put each list into the order of its keys and refuse a key that stands twice."""
        for each in fields(Changes):
            key, values = KEYS[each.name], getattr(self, each.name)
            kept = sorted(values, key=key)
            twice = [key(one) for one, other in pairwise(kept) if key(one) == key(other)]
            if twice:
                raise ScenarioError(
                    "A scenario changes one thing twice",
                    given=f"{each.name}: {twice[0]!r} twice",
                    wanted="each closure, bridge, company, kind, vehicle and need once",
                    todo="keep one of the two",
                )
            object.__setattr__(self, each.name, tuple(kept))

    def then(self, later: Changes) -> Changes:
        """Return these changes followed by others: what has the same key is as the later ones say, all else adds up.

        Associative, because each list is a table by keys in which later lines replace earlier ones.
        """
        both: dict[str, Any] = {
            each.name: tuple((_by_key(each.name, self) | _by_key(each.name, later)).values())
            for each in fields(Changes)
        }
        return Changes(**both)


def _by_key(name: str, changes: Changes) -> dict[object, object]:
    return {KEYS[name](value): value for value in getattr(changes, name)}


def need_key(text: str) -> str:
    """Return a need's text without its number: what it is a need of."""
    head, comma, tail = text.partition(",")
    return head.partition(":")[0].strip() + comma + tail.strip()


KEYS: Final[dict[str, Callable[[Any], Any]]] = {
    "closures": lambda one: one.key,
    "weather": lambda one: one.classes,
    "bridges": lambda one: one.casefold(),
    "lost": tuple,
    "closed": tuple,
    "cuts": lambda one: (one.kind, one.asset),
    "waivers": lambda one: one.profile,
    "demand": need_key,
}
"""By what the lines of each list are told apart."""

NOTHING: Final = Changes()
"""No change at all."""
