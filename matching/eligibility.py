"""Which assets can serve a need, and why each of the others cannot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from geo.profiles import CAR
from matching.answers import CAUSES, SERVES, UNMEASURED, LeftOut, LeftOutCode, Measured
from matching.explanation import condition_words, value_words
from matching.roster import FAILS, HOLDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from geo.profiles import Profile
    from matching.needs import Condition, Need
    from matching.roster import Roster
    from registry.directory.listing import Listing

STATUS_WORDS: Final = {
    "committed": "Committed elsewhere",
    "paused": "Paused by the company",
    "closed": "Closed",
}
"""Why an asset that is not available is left out; a status not named here is shown as it stands."""


Ends = Literal["inside", "closed", "barred", "no_road", "site"]
"""Where ways end: on open road in the area; else near it, for all road in it is closed, or barred to the vehicle, or
there is none; or at the staging point."""


@dataclass(frozen=True)
class Travel:
    """The way from one site to the area.

    Parameters
    ----------
    road_ms
        Milliseconds by road, -1 when the area cannot be reached.
    access_ms
        Milliseconds of estimated access, at the site and at the area.
    road_m
        Metres by road.
    inside
        True when the site stands inside the area; its way to the first road is then 0.
    placed
        False when no road is near enough to the site.
    reason
        Why the area cannot be reached, else None.
    delay_ms
        What the active closures add; 0 without closures, and never less.
    area_access_m
        Straight metres from the end of the road to the area; 0 with open road inside.
    site_access_m
        Straight metres from the site to its place on the road; None where it is as registered.
    profile
        The vehicle.
    ends
        Where its way ends.
    measured
        Its measures, whichever counts.
    """

    road_ms: int
    access_ms: int
    road_m: float
    inside: bool
    placed: bool
    reason: str | None
    delay_ms: int = 0
    area_access_m: float = 0.0
    site_access_m: float | None = None
    profile: Profile = CAR
    ends: Ends = "inside"
    measured: Measured = UNMEASURED


@dataclass(frozen=True, eq=False)
class Travels:
    """The ways of A assets to the area: what ranking asks of all of them, and each in full for who is shown.

    There are W ways, one for each vehicle from each site.

    Parameters
    ----------
    way
        Each asset's way, int64 (A,); -1 for one of a kind that nobody asked for.
    total_ms
        Milliseconds by road and of estimated access together, int64 (W,); -1 when the area cannot be reached, 0 inside.
    inside, placed
        As `Travel` has them, bool (W,).
    of
        Returns some ways.
    """

    way: NDArray[np.int64]
    total_ms: NDArray[np.int64]
    inside: NDArray[np.bool_]
    placed: NDArray[np.bool_]
    of: Callable[[NDArray[np.int64]], Sequence[Travel]]


@dataclass(frozen=True, eq=False)
class Split:
    """The assets of a need's kinds as their places in the roster: those that can serve, and the others.

    candidates int64 (C,), left_out int64 (L,), both in the roster's order; cause int64 (L,) the place of each one's
    first reason among `CAUSES`.
    """

    candidates: NDArray[np.int64]
    left_out: NDArray[np.int64]
    cause: NDArray[np.int64]


_SAID: Final = FAILS + 1
"""How many things attributes may say of a condition."""

_PLACES: Final = len(CAUSES) + 1


def _first_causes() -> NDArray[np.int8]:
    """Return the first cause, by the asset's own cause, by what its attributes say, and by where its site stands."""
    causes = range(SERVES, len(CAUSES))
    said = (SERVES, CAUSES.index("not_stated"), CAUSES.index("condition"))
    first = [
        next((cause for cause in (own, word, place) if cause != SERVES), SERVES)
        for own in (SERVES, CAUSES.index("status"), CAUSES.index("none_left"))
        for word in said
        for place in causes
    ]
    return np.array(first, dtype=np.int8)


_FIRST: Final = _first_causes()


def split(assets: Roster, travels: Travels, need: Need, *, include_inside: bool = False) -> Split:
    """Return the assets that can serve a need, and the others of its kinds, each with its first reason.

    What the company says comes first (status, quantity, attributes), then where the site stands. Nothing is dropped:
    every asset of the need's kinds stands in one of the two.

    Parameters
    ----------
    assets, travels
        The assets, and the ways from their sites to the area; assets of other kinds are passed over.
    need
        What is wanted.
    include_inside
        True lets sites inside the area serve too.
    """
    some = assets.of_kinds(need.kinds)
    of_way = np.full(len(travels.total_ms), SERVES, dtype=np.int8)
    unreached = travels.total_ms < 0
    of_way[unreached] = CAUSES.index("unreachable")
    of_way[unreached & ~travels.placed] = CAUSES.index("unplaced")
    if not include_inside:
        of_way[travels.inside] = CAUSES.index("inside")
    said: NDArray[np.int8] | int = HOLDS
    for condition in need.conditions:
        said = np.maximum(said, assets.holding(condition)[some])
    by_place = of_way.take(travels.way[some])
    # One look into a table takes a third of choosing three times among so many.
    cause = _FIRST.take(((assets.own_cause[some] + 1) * _SAID + said) * _PLACES + by_place + 1)
    serves, out = np.flatnonzero(cause == SERVES), np.flatnonzero(cause != SERVES)
    left_cause = cause[out].astype(np.int64)
    if not isinstance(some, slice):
        serves, out = some[serves], some[out]
    return Split(candidates=serves, left_out=out, cause=left_cause)


def left_out(listing: Listing, travel: Travel, need: Need, code: LeftOutCode) -> LeftOut:
    """Return an asset that is left out for a reason, with that in words."""
    if code == "status":
        words = STATUS_WORDS.get(listing.status, listing.status.capitalize())
    elif code == "none_left":
        words = "None left to send"
    elif code in {"condition", "not_stated"}:
        return _by_attributes(listing, need.conditions)
    elif code == "inside":
        words = "Inside the area"
    else:
        ordinary = "no road near the site" if code == "unplaced" else "no road leads to the area"
        words = _sentence(travel.reason or ordinary)
    return LeftOut(listing, code, words)


def _by_attributes(listing: Listing, conditions: tuple[Condition, ...]) -> LeftOut:
    """Return what the attributes miss: what surely fails first, since a telephone call cannot mend that."""
    for condition in conditions:
        stated = listing.attributes.get(condition.attribute)
        if stated is not None and not condition.holds(stated):
            words = f"{value_words(condition, stated)}, wanted {condition_words(condition)}"
            return LeftOut(listing, "condition", words, condition.attribute)
    silent = next(condition for condition in conditions if condition.attribute not in listing.attributes)
    return LeftOut(listing, "not_stated", f"{silent.label} not stated", silent.attribute)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
