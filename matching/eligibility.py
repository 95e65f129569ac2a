"""Which assets can serve a need, and why each of the others cannot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from matching.answers import LeftOut
from matching.explanation import condition_words, value_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matching.needs import Condition, Need
    from registry.directory.listing import Listing

STATUS_WORDS: Final = {
    "committed": "Committed elsewhere",
    "paused": "Paused by the company",
    "closed": "Closed",
}
"""Why an asset that is not available is left out; a status not named here is shown as it stands."""


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
        True when the site stands inside the area; its way is then 0.
    placed
        False when no road is near enough to the site.
    reason
        Why the area cannot be reached, else None.
    delay_ms
        What the active closures add; 0 without closures, and never less.
    area_access_m
        Straight metres from the end of the road to the area; 0 with open road inside.
    """

    road_ms: int
    access_ms: int
    road_m: float
    inside: bool
    placed: bool
    reason: str | None
    delay_ms: int = 0
    area_access_m: float = 0.0


@dataclass(frozen=True)
class Candidate:
    """An asset that can serve, and its way to the area."""

    listing: Listing
    travel: Travel


def split(
    rows: Iterable[tuple[Listing, Travel]], need: Need, *, include_inside: bool = False
) -> tuple[list[Candidate], list[LeftOut]]:
    """Return the assets that can serve a need, and the others of its kinds, each with its first reason.

    What the company says comes first (status, quantity, attributes), then where the site stands. Nothing is dropped:
    every row of the need's kinds comes back in one of the two lists, in the order given.

    Parameters
    ----------
    rows
        Assets with their way to the area; those of other kinds are passed over.
    need
        What is wanted.
    include_inside
        True lets sites inside the area serve too.
    """
    kinds = set(need.kinds)
    candidates: list[Candidate] = []
    left_out: list[LeftOut] = []
    for listing, travel in rows:
        if listing.kind not in kinds:
            continue
        out = _by_company(listing, need) or _by_place(listing, travel, include_inside=include_inside)
        if out is None:
            candidates.append(Candidate(listing, travel))
        else:
            left_out.append(out)
    return candidates, left_out


def _by_company(listing: Listing, need: Need) -> LeftOut | None:
    if listing.status != "available":
        words = STATUS_WORDS.get(listing.status, listing.status.capitalize())
        return LeftOut(listing, "status", words)
    if listing.quantity <= 0:
        return LeftOut(listing, "none_left", "None left to send")
    return _by_attributes(listing, need.conditions)


def _by_attributes(listing: Listing, conditions: tuple[Condition, ...]) -> LeftOut | None:
    """Return what the attributes miss: what surely fails first, since a telephone call cannot mend that."""
    for condition in conditions:
        stated = listing.attributes.get(condition.attribute)
        if stated is not None and not condition.holds(stated):
            words = f"{value_words(condition, stated)}, wanted {condition_words(condition)}"
            return LeftOut(listing, "condition", words, condition.attribute)
    for condition in conditions:
        if condition.attribute not in listing.attributes:
            return LeftOut(listing, "not_stated", f"{condition.label} not stated", condition.attribute)
    return None


def _by_place(listing: Listing, travel: Travel, *, include_inside: bool) -> LeftOut | None:
    if travel.inside and not include_inside:
        return LeftOut(listing, "inside", "Inside the area")
    if travel.road_ms >= 0:
        return None
    if not travel.placed:
        return LeftOut(listing, "unplaced", _sentence(travel.reason or "no road near the site"))
    return LeftOut(listing, "unreachable", _sentence(travel.reason or "no road leads to the area"))


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
