"""How travel is asked about: what counts as arriving, checked, read from words and kept as JSON."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, get_args

import shapely

from geo.areas import STUDY
from matching.answers import MeasureCode, ReachOf, Staging
from matching.errors import MatchingError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matching.answers import Question

REACHING: Final = frozenset({"reach_p50", "reach_p90"})
"""The measures that count until a share of the area is reached."""

MAX_NAME: Final = 80
"""Longest name of a staging point, in characters."""

_SHAPE: Final = (
    'a name, longitude and latitude, with commas between, such as "Joplin High School,-94.49,37.06"'
)


def read_staging(text: str) -> Staging:
    """Return the staging point written as name, longitude, latitude (EPSG:4326); the name may hold commas.

    Raises
    ------
    MatchingError
        It cannot be read, or lies outside the study area.
    """
    parts = text.rsplit(",", 2)
    try:
        name, lon, lat = parts[0].strip(), float(parts[1]), float(parts[2])
    except (IndexError, ValueError):
        raise MatchingError(
            "The staging point cannot be read", given=repr(text[:100]), wanted=_SHAPE, todo="write it so"
        ) from None
    return checked_staging(Staging(name, lon, lat))


def checked_staging(staging: Staging) -> Staging:
    """Return the staging point when it has a name and lies in the study area.

    Raises
    ------
    MatchingError
        It has neither, or its numbers are swapped.
    """
    name, lon, lat = staging
    given = f"{name!r}, longitude {lon:g}, latitude {lat:g}"
    if not 1 <= len(name.strip()) <= MAX_NAME:
        raise MatchingError(
            "The staging point needs a name",
            given=given,
            wanted=f"1 to {MAX_NAME} characters",
            todo="name it as people will call it",
        )
    west, south, east, north = STUDY
    if math.isfinite(lon) and math.isfinite(lat) and west <= lon <= east and south <= lat <= north:
        return staging
    swapped = west <= lat <= east and south <= lon <= north
    raise MatchingError(
        "Longitude and latitude of the staging point are swapped"
        if swapped
        else "The staging point lies outside the study area",
        given=given,
        wanted=f"longitude {west:g} to {east:g} and latitude {south:g} to {north:g}",
        todo="swap the two numbers" if swapped else "give a point in Missouri or beside it",
    )


def check_travel(question: Question) -> None:
    """Refuse a question whose measure cannot be answered as asked.

    Raises
    ------
    MatchingError
        There is no staging point to measure to, it lies in an area that is kept clear, or a share is asked of such
        an area.
    """
    if question.staging is not None:
        checked_staging(question.staging)
    if question.measure == "site" and question.staging is None:
        raise MatchingError(
            "There is no staging point to arrive at",
            given="the measure site without a staging point",
            wanted=_SHAPE,
            todo="give a staging point, or measure to the area",
        )
    if question.keep_out and question.measure in REACHING:
        raise MatchingError(
            "Nobody can reach half of an area that is kept clear",
            given=f"the measure {question.measure} with the area kept clear",
            wanted="one of the two",
            todo="measure to the area's edge or to a staging point, or let its roads be driven",
        )
    staging = question.staging
    if question.keep_out and staging is not None:
        shapely.prepare(question.area.geometry)
        if shapely.intersects_xy(question.area.geometry, staging.lon, staging.lat):
            raise MatchingError(
                "The staging point lies in the area that is kept clear",
                given=f"{staging.name}, longitude {staging.lon:g}, latitude {staging.lat:g}",
                wanted="a staging point outside the area",
                todo="move it out of the area, or let the area's roads be driven",
                place=(staging.lon, staging.lat),
            )


def arriving_words(question: Question) -> str:
    """Return what those who arrive can do: `can be there`, `can have reached half of the area's roads`, `can be at Depot 3`."""
    shared = _share_words(question)
    if shared:
        return f"can have reached {shared}"
    if question.measure == "site" and question.staging is not None:
        return f"can be at {question.staging.name}"
    return "can be at the area's edge" if question.keep_out else "can be there"


def arriving_at_words(question: Question, clock: str) -> str:
    """Return the same with its moment: `can arrive at 21:20`, `can have reached half of the area's roads by 21:20`."""
    doing = arriving_words(question)
    if doing == "can be there":
        return f"can arrive at {clock}"
    return f"{doing} {'by' if question.measure in REACHING else 'at'} {clock}"


def shared_words(question: Question | None) -> str:
    """Return what share of the area is reached: `Half of the area's roads reached`; empty where arriving means something else."""
    shared = _share_words(question) if question is not None else ""
    return f"{shared[:1].upper()}{shared[1:]} reached" if shared else ""


def _share_words(question: Question) -> str:
    shares = {"reach_p50": "half", "reach_p90": "nine tenths"}
    return (
        f"{shares[question.measure]} of the area's {question.reach_of}" if question.measure in shares else ""
    )


def travel_as_json(question: Question) -> dict[str, Any]:
    """Return how a question asks about travel where it is not as usual, as values of JSON; `travel_from_json` reads it."""
    kept: dict[str, Any] = {}
    if question.profile is not None:
        kept["profile"] = question.profile
    if question.measure != "first_entry":
        kept["measure"] = question.measure
    if question.reach_of != "roads":
        kept["reach_of"] = question.reach_of
    if question.staging is not None:
        kept["staging"] = question.staging._asdict()
    if question.keep_out:
        kept["keep_out"] = True
    return kept


def travel_from_json(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a `Question` that `travel_as_json` kept, as keyword arguments.

    Raises
    ------
    MatchingError
        What was kept is not what this version knows.
    """
    measure, reach_of = kept.get("measure", "first_entry"), kept.get("reach_of", "roads")
    staging, profile = kept.get("staging"), kept.get("profile")
    known = measure in get_args(MeasureCode) and reach_of in get_args(ReachOf)
    try:
        point = staging and Staging(str(staging["name"]), float(staging["lon"]), float(staging["lat"]))
    except (KeyError, TypeError, ValueError):
        known, point = False, None
    if not known or not (profile is None or isinstance(profile, str)):
        raise MatchingError(
            "How travel was asked about cannot be read",
            given=repr(dict(kept))[:200],
            wanted=f"a measure of {', '.join(get_args(MeasureCode))}, of {' or '.join(get_args(ReachOf))}",
            todo="choose the measure again",
        )
    return {
        "profile": profile,
        "measure": measure,
        "reach_of": reach_of,
        "staging": point or None,
        "keep_out": bool(kept.get("keep_out", False)),
    }
