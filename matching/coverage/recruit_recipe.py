"""Whom to recruit where, as a run: towns by their places in the gazetteer that lies in the parameters, and numbers."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from geo.gazetteer import Place
from geo.steps import stretch
from matching.coverage.arrivals import point_arrivals
from matching.coverage.loading import told_roster
from matching.coverage.parameters import CoverageParameters
from matching.coverage.recipe import read_classes
from matching.coverage.recruit import candidates, only_of
from matching.coverage.targets import county_targets
from matching.errors import MatchingError
from matching.questions import canonical

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matching.coverage.recruit import Candidates, Recruits
    from matching.coverage.targets import Targets
    from matching.runs.baseline import Asked, Baseline, Step

KIND: Final = "recruit"


@dataclass(frozen=True)
class Town:
    """A town chosen, in degrees (EPSG:4326).

    Parameters
    ----------
    name, county, lon, lat
        What it is called, its county's FIPS code, and where it lies.
    people, closes
        People it adds to those before it, and the counties that it closes.
    """

    name: str
    county: str
    lon: float
    lat: float
    people: int
    closes: tuple[str, ...]


@dataclass(frozen=True)
class Told:
    """The best towns, best first, with the people of all and the bound on them, and how new providers would come."""

    towns: tuple[Town, ...]
    people: int
    bound: int
    vehicle: str
    ready_ms: int


def asked_of(
    code: str,
    parameters: CoverageParameters,
    towns: Sequence[Place],
    *,
    k: int,
    threshold_ms: int,
    count: int,
    region: str = "",
) -> dict[str, Any]:
    """Return what a run is asked, as plain JSON: a class by its code, the towns weighed, and how many are wanted.

    Parameters
    ----------
    code, parameters
        The class, and what is worked out of it.
    towns
        Those that are weighed, in their order: the gazetteer is no part of a baseline, so they are kept with the run.
    k, threshold_ms, count
        Which provider must be there, by when, and how many towns are chosen.
    region
        Whose people are asked about, by its letter; empty for the whole State.
    """
    return {
        "class": code,
        "parameters": parameters.as_dict(),
        "towns": [[town.name, town.county_fips, town.lon, town.lat] for town in towns],
        "k": k,
        "threshold_ms": threshold_ms,
        "count": count,
        "region": region.strip().upper(),
    }


def recipe(base: Baseline, asked: Asked, step: Step) -> bytes:
    """Return the best towns as canonical bytes: name and county of each, people it adds, and the counties it closes.

    Raises
    ------
    MatchingError
        What is asked cannot be read, a scenario's patch was given, or nothing of the class is listed.
    """
    told = asked.parameters
    try:
        (wanted,) = read_classes([str(told["class"])], base.taxonomy)
        parameters = CoverageParameters.from_dict(told["parameters"])
        towns = [
            Place(
                name=str(name),
                county_fips=str(fips),
                lon=float(lon),
                lat=float(lat),
                accuracy_m=0.0,
                source="",
                kind="place",
            )
            for name, fips, lon, lat in told["towns"]
        ]
        k, threshold_ms, count = (int(told[name]) for name in ("k", "threshold_ms", "count"))
    except (KeyError, TypeError, ValueError) as fault:
        if isinstance(fault, MatchingError):
            raise
        raise _refusal(f"{type(fault).__name__}: {fault}") from fault
    if asked.patch is not None:
        raise _refusal("a scenario's changes")
    known = base.known
    whom = county_targets(known.population, known.counties)
    assets = told_roster(known, base.listings)

    def driving(share: float) -> None:
        step(share, "Driving from every listing to every point at which people live")

    def weighing(share: float) -> None:
        step(share, "Weighing every town")

    found = point_arrivals(known, assets, whom, [wanted], parameters, step=stretch(driving, 0.0, 0.5))
    some = range(len(whom.keys)) if not told.get("region") else _within(whom, str(told["region"]))
    could = candidates(found, 0, towns, k=k, threshold_ms=threshold_ms, step=stretch(weighing, 0.5, 1.0))
    weighed = only_of(could, found, some)
    return canonical(asdict(told_by(weighed.best(count), weighed, towns, whom.keys)))


def told_by(best: Recruits, weighed: Candidates, towns: Sequence[Place], targets: Sequence[str]) -> Told:
    """Return what a kept run would say of towns that are chosen here, the counties by the keys of the targets."""
    return Told(
        towns=tuple(
            _town(towns[at], people, [targets[each] for each in closes])
            for at, people, closes in zip(best.towns, best.in_turn, best.closes, strict=True)
        ),
        people=best.people,
        bound=best.bound,
        vehicle=weighed.vehicle,
        ready_ms=weighed.ready_ms,
    )


def _town(place: Place, people: int, closes: Sequence[str]) -> Town:
    return Town(place.name, place.county_fips, place.lon, place.lat, people, tuple(closes))


def told_of(result: bytes) -> Told:
    """Return what a kept run says."""
    plain = json.loads(result)
    towns = tuple(Town(**{**each, "closes": tuple(each["closes"])}) for each in plain["towns"])
    return Told(**{**plain, "towns": towns})


def _within(whom: Targets, region: str) -> list[int]:
    """Return the place of a region among the targets: its points are those of its counties."""
    found = [
        at
        for at, (key, level) in enumerate(zip(whom.keys, whom.levels, strict=True))
        if (key, level) == (region, "region")
    ]
    if not found:
        raise _refusal(f"region {region!r}")
    return found


def _refusal(given: str) -> MatchingError:
    return MatchingError(
        "What recruiting is asked for cannot be read",
        given=given[:200],
        wanted="a class, parameters, towns, k, threshold_ms and count, on things as they stand",
        todo="ask anew",
    )
