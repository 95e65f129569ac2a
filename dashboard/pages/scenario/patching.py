"""What the form of a scenario says, part by part, as the changes of a patch; a part left empty is not in it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

import shapely

from geo.reading import parse_json
from matching.questions import canonical
from matching.scenarios.changes import NOTHING, Changes, ScenarioError
from matching.scenarios.patch import Patch, read_patch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from geo.counties import Counties

Said = dict[str, Any]
"""What the fields of the form hold, by the ends of their ids."""

PERCENT: Final = 100
KEY_DIGITS: Final = 8


def closures(said: Said, counties: Counties) -> Said:
    """Return the roads closed or slowed: whole counties, and whatever is given as GeoJSON."""
    effect = said["close-effect"] or "blocked"
    slowed = {"factor": said["close-factor"]} if effect == "slowed" else {}
    features: list[Any] = [
        {
            "type": "Feature",
            "id": f"county-{fips}",
            "properties": {"effect": effect, "name": f"Roads of {_label(fips, counties)}", **slowed},
            "geometry": shapely.geometry.mapping(counties.geometry[counties.index(fips)]),
        }
        for fips in said["close-counties"] or ()
    ]
    text = (said["closures"] or "").strip()
    if text:
        given = parse_json(text)
        features += given["features"] if isinstance(given, dict) and "features" in given else [given]
    return {"closures": features} if features else {}


def drawn(said: Said, _counties: Counties) -> Said:
    """Return what happens within the outline that is drawn: its roads closed or slowed, its companies lost."""
    outline, roads, lost = said["drawn"], said["drawn-roads"], said["drawn-companies"]
    if not outline and not roads and not lost:
        return {}
    if not outline or not (roads or lost):
        raise ScenarioError(
            "What happens within an outline is half said",
            given="no outline" if not outline else "an outline in which roads and companies are as they are",
            wanted="an outline, and what becomes of the roads or the companies in it",
            todo="draw it and choose, or remove it",
        )
    told: Said = {"lost": [{"within": outline}]} if lost else {}
    if roads:
        slowed = {"factor": said["drawn-factor"]} if roads == "slowed" else {}
        key = hashlib.sha256(canonical(outline)).hexdigest()[:KEY_DIGITS]
        feature = {
            "type": "Feature",
            "id": f"drawn-{key}",  # so that an outline does not take the place of another that it follows
            "properties": {"effect": roads, "name": "Roads in the drawn area", **slowed},
            "geometry": outline,
        }
        told["closures"] = [feature]
    return told


def weather(said: Said, _counties: Counties) -> Said:
    """Return how many times as long all roads take."""
    factor = said["weather"]
    return {} if factor in (None, "") else {"weather": [{"factor": factor}]}


def bridges(said: Said, _counties: Counties) -> Said:
    """Return the bridges lost, one a line."""
    named = _lines(said["bridges"])
    return {"bridges": named} if named else {}


def lost(said: Said, _counties: Counties) -> Said:
    """Return who is lost: the companies chosen, and each sector chosen in each county chosen, or one of the two alone."""
    sectors, where = said["lost-sectors"] or [""], said["lost-counties"] or [""]
    some = [
        {name: value for name, value in (("county", county), ("sector", sector)) if value}
        for county in where
        for sector in sectors
    ]
    who = [each for each in some if each] + [{"provider": each} for each in said["lost-companies"] or ()]
    return {"lost": who} if who else {}


def cuts(said: Said, _counties: Counties) -> Said:
    """Return the share that is lost of each asset of the kinds chosen."""
    kinds, share = said["cut-kinds"] or [], said["cut-share"]
    if not kinds and share in (None, ""):
        return {}
    if not kinds or not isinstance(share, int | float):
        raise ScenarioError(
            "What is cut is half said",
            given=f"{len(kinds)} kinds and {'no share' if share in (None, '') else share}",
            wanted="kinds, and the share of each that is lost, in percent",
            todo="give both, or neither",
        )
    return {"cuts": [{"kind": kind, "share": share / PERCENT} for kind in kinds]}


def waivers(said: Said, _counties: Counties) -> Said:
    """Return the waiver: one vehicle drives as another, or without any restriction."""
    vehicle, travels = said["waiver-of"], said["waiver-as"]
    if not vehicle:
        return {}
    told = {"lifts": ["all"]} if travels in (None, "", LIFTED) else {"travels_as": travels}
    return {"waivers": [{"profile": vehicle, **told}]}


def demand(said: Said, _counties: Counties) -> Said:
    """Return what is needed more, one need a line."""
    more = _lines(said["demand"])
    return {"demand": more} if more else {}


LIFTED: Final = "all"
"""In place of a vehicle: no restriction holds."""

PARTS: Final[Mapping[str, Callable[[Said, Counties], Said]]] = {
    "closures": closures,
    "drawn": drawn,
    "weather": weather,
    "bridges": bridges,
    "lost": lost,
    "cuts": cuts,
    "waivers": waivers,
    "demand": demand,
}
"""Each part of the form, which says beside itself what it cannot take."""


def changes_of(part: str, said: Said, counties: Counties) -> Changes:
    """Return the changes that one part of the form asks for.

    Raises
    ------
    ScenarioError, ClosureError
        What it says cannot be used.
    """
    told = PARTS[part](said, counties)
    return read_patch({**HOLDER, **told}).changes if told else NOTHING


def patch_with(changes: Changes, name: str = "x", author: str = "x", reason: str = "x") -> Patch:
    """Return a patch of these changes; without words it only serves to be tried."""
    return Patch(name, author, reason, changes)


HOLDER: Final = {"name": "x", "author": "x", "reason": "x"}


def _label(fips: str, counties: Counties) -> str:
    return counties.label(counties.index(fips))


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]
