"""A patch over a frozen baseline: the same things as they would stand. Nothing that is given is changed."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

import shapely

from geo.closure_reading import NO_SHAPE
from geo.closures import Closure
from geo.validity import STUDY
from matching.anchors import seen_point
from matching.needs import parse_need
from matching.scenarios.changes import ScenarioError, need_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from geo.profiles import Profile
    from matching.answers import Question
    from matching.needs import Need
    from matching.runs.baseline import Baseline
    from matching.scenarios.changes import Changes, Waiver
    from matching.scenarios.patch import Patch
    from registry.directory.listing import Listing

ALL_BRIDGES: Final = "bridges"
ALL: Final = "all"
"""What a waiver lifts besides road classes: the limit on bridges, and every limit."""


@dataclass(frozen=True, eq=False)
class Scene:
    """Things as they stand in a scenario.

    Parameters
    ----------
    base
        Roads, vehicles and listings, patched.
    closures
        What is closed or slowed besides what a question says.
    demand
        What is needed besides what a question says.
    """

    base: Baseline
    closures: tuple[Closure, ...] = ()
    demand: tuple[Need, ...] = ()

    def question(self, question: Question) -> Question:
        """Return a question as it is asked in this scene: its closures and needs, and the scene's.

        A closure of the same key is the scene's. Demand for what is asked for already adds to its number.
        """
        own = {closure.key: closure for closure in question.closures}
        closures = tuple((own | {closure.key: closure for closure in self.closures}).values())
        needs = {need_key(need.text): need for need in question.needs}
        for more in self.demand:
            asked = needs.get(need_key(more.text))
            needs[need_key(more.text)] = more if asked is None else _more(asked, more.quantity or 0)
        return replace(question, closures=closures, needs=tuple(needs.values()))


def apply(patch: Patch, base: Baseline, *, after_s: int | None = None, opened: bool = False) -> Scene:
    """Return a baseline as a patch leaves it: pure, so the same two give the same scene.

    Parameters
    ----------
    patch, base
        What is changed, and what stands.
    after_s
        How many seconds of the exercise have passed: only injects up to then hold; None for all.
    opened
        Whether names are open; else a company or asset whose name or place is closed is not meant by its id.

    Raises
    ------
    ScenarioError
        A waiver names a vehicle that is not known.
    MatchingError
        Demand is for a kind that there is not.
    """
    changes = patch.at(after_s)
    profiles = base.known.profiles
    for waiver in changes.waivers:
        _known(waiver.profile, profiles)
        if waiver.travels_as:
            _known(waiver.travels_as, profiles)
    waived = {code: _waived(profile, changes.waivers) for code, profile in profiles.items()}
    travels_as = {each.profile: each.travels_as for each in changes.waivers if each.travels_as}
    listings = base.listings
    if changes.lost or changes.closed or changes.cuts or travels_as:
        seen = partial(_seen, base, opened=opened)
        rows = (_listing(row, changes, travels_as, opened=opened, seen=seen) for row in listings)
        listings = [row for row in rows if row is not None]
    known = replace(base.known, profiles=waived) if changes.waivers else base.known
    return Scene(
        replace(base, known=known, listings=listings),
        (*changes.closures, *_weather(changes), *_bridges(changes)),
        tuple(parse_need(text, base.taxonomy) for text in changes.demand),
    )


def _weather(changes: Changes) -> list[Closure]:
    """Return the weather as slowed roads everywhere; where a closure slows more, that holds, and blocked beats both."""
    return [
        Closure(
            key=f"weather {' '.join(each.classes) or ALL}",
            effect="slowed",
            geometry=shapely.box(*STUDY),
            factor=each.factor,
            name="Weather",
            classes=each.classes,
        )
        for each in changes.weather
    ]


def _bridges(changes: Changes) -> list[Closure]:
    return [
        Closure(key=f"bridge {word}", effect="blocked", geometry=NO_SHAPE, name=word, bridge=word)
        for word in changes.bridges
    ]


def _listing(
    row: Listing,
    changes: Changes,
    travels_as: Mapping[str, str],
    *,
    opened: bool,
    seen: Callable[[Listing], tuple[float, float]],
) -> Listing | None:
    """Return an asset as the changes leave it; None when it is lost."""
    if any(who.means(row, opened=opened, seen=seen) for who in changes.lost):
        return None
    closed = any(who.means(row, opened=opened, seen=seen) for who in changes.closed)
    left = min(
        (cut.left_of(row.quantity) for cut in changes.cuts if cut.means(row, opened=opened)),
        default=row.quantity,
    )
    profile = travels_as.get(row.profile, row.profile)
    if not closed and left == row.quantity and profile == row.profile:
        return row
    return replace(row, status="closed" if closed else row.status, quantity=left, profile=profile)


def _seen(base: Baseline, row: Listing, *, opened: bool) -> tuple[float, float]:
    """Return the point (EPSG:4326) at which an asset may be seen."""
    if opened:
        return row.lon, row.lat
    return seen_point(row, base.known.counties, base.known.zips)[:2]


def _known(code: str, profiles: Mapping[str, Profile]) -> None:
    if code not in profiles:
        raise ScenarioError(
            "This vehicle is not known",
            given=f"a waiver for {code!r}",
            wanted=f"one of {', '.join(profiles)}",
            todo="use one of these, or add it to data/reference/profiles.csv",
        )


def _waived(profile: Profile, waivers: Sequence[Waiver]) -> Profile:
    """Return a vehicle without the restrictions that are lifted."""
    for waiver in waivers:
        if waiver.profile == profile.code and waiver.lifts:
            everything = ALL in waiver.lifts
            kept = {
                word: kmh
                for word, kmh in profile.at_most_kmh.items()
                if not everything and word not in waiver.lifts
            }
            bridges = everything or ALL_BRIDGES in waiver.lifts
            return replace(profile, at_most_kmh=kept, bridge_kmh=None if bridges else profile.bridge_kmh)
    return profile


def _more(need: Need, units: int) -> Need:
    """Return a need of so many units more; one that wants every arrival then wants these."""
    quantity = (need.quantity or 0) + units
    head, comma, tail = need.text.partition(",")
    return replace(need, quantity=quantity, text=f"{re.sub(':.*', '', head)}:{quantity}{comma}{tail}")
