"""The journey of one incident: from a question to the ranked answer, and from a match to its route."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo.closures import close
from geo.routing import search
from geo.snapping import Snaps, snap
from matching.answers import Answer, ClosureNote, CountyInside, NetworkFacts
from matching.atlas import Atlas, atlas
from matching.eligibility import Travel, Travels, split
from matching.errors import MatchingError
from matching.measures import clock_words, miles_words, moment_words
from matching.ranking import Frame, aged_to, rank
from matching.roster import Roster, roster
from registry.directory.store import listings, sites_inside

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from geo.closures import ClosedRoads, Closure
    from geo.network import RoadNetwork
    from geo.routing import AreaSearch, Arrivals, Route
    from matching.answers import Match, Question
    from registry.db.engine import Session
    from registry.directory.listing import Listing

__all__ = ["Atlas", "answer", "atlas", "route_of", "routes_of", "solve"]

MAX_NEEDS = 20
"""Needs in one question; each is a list of its own on the screen."""


def answer(session: Session, question: Question, known: Atlas | None = None) -> Answer:
    """Return every suitable asset of the registry, ranked by its arrival in the area, and all others with reasons.

    Parameters
    ----------
    session
        A registry session; only read.
    question
        Where, what, how many, by when.
    known
        The atlas, when the caller holds it already.

    Raises
    ------
    MatchingError
        The question asks for nothing, for too much, or by a moment that lies before it.
    """
    started = time.perf_counter()
    _check(question)
    known = known or atlas(session)
    kinds = sorted({kind for need in question.needs for kind in need.kinds})
    inside = sites_inside(session, question.area.as_geojson())
    solved = solve(known, question, listings(session, kinds), inside)
    return replace(solved, computed_ms=int((time.perf_counter() - started) * 1000))


def solve(
    known: Atlas, question: Question, rows: Sequence[Listing] | Roster, sectors_inside: Mapping[str, int]
) -> Answer:
    """Return the answer for assets already read: the same inputs give the same answer, on any day.

    Parameters
    ----------
    known
        Roads, counties and people.
    question
        Where, what, how many, by when.
    rows
        Assets of the wanted kinds, by asset id; in columns already where one roster answers many questions.
    sectors_inside
        Sites inside the area, per sector.
    """
    network = known.network
    closed = close(network, question.closures, question.asked_at) if question.closures else None
    searched = search(network, question.area, closed)
    notes = _closure_notes(question, closed)
    assets = rows if isinstance(rows, Roster) else roster(rows)
    travels = _travels(
        network, question, assets, searched, acting=any(note.state == "used" for note in notes)
    )
    frame = _frame(question, assets, searched, notes)
    parts = [
        rank(
            need, split(assets, travels, need, include_inside=question.include_inside), assets, travels, frame
        )
        for need in question.needs
    ]
    counties = _counties(known, question)
    return Answer(
        question=question,
        network=NetworkFacts(
            network.name, network.content_hash, network.attribution, network.main_roads_only
        ),
        needs=tuple(parts),
        counties=counties,
        people=float(known.discs.inside(question.area.geometry)),
        sectors_inside=dict(sectors_inside),
        closures=notes,
        warnings=_warnings(question, notes, frame, counties, _near_m(searched)),
        road_inside=frame.road_inside,
        area_access_m=_near_m(searched),
        search=searched,
    )


def route_of(known: Atlas, found: Answer, match: Match) -> Route | None:
    """Return a match's way by road to the area, closures obeyed; None when it stands inside the area."""
    (route,) = _routes(known, found, [match])
    return route


def routes_of(known: Atlas, found: Answer, top: int) -> dict[tuple[int, int], Route]:
    """Return the ways of the first `top` matches of each need, by place of the need and rank."""
    routes = {}
    for place, part in enumerate(found.needs):
        matches = part.matches[:top]
        for match, route in zip(matches, _routes(known, found, matches), strict=True):
            if route is not None:
                routes[place, match.rank] = route
    return routes


def _routes(known: Atlas, found: Answer, matches: Sequence[Match]) -> list[Route | None]:
    """Return the ways of some matches; None for one inside the area, or without a way."""
    outside = [match for match in matches if all(flag.code != "inside" for flag in match.flags)]
    if not outside:
        return [None] * len(matches)
    searched = found.search or _search_again(known, found.question)
    sites = roster([match.listing for match in outside])
    snaps = _snaps(known.network, sites)
    ways = searched.routes(snaps.edge, snaps.offset_m)
    way_of = {id(match): ways[site] for match, site in zip(outside, sites.site, strict=True)}
    return [way_of.get(id(match)) for match in matches]


def _search_again(known: Atlas, question: Question) -> AreaSearch:
    closures = question.closures
    closed = close(known.network, closures, question.asked_at) if closures else None
    return search(known.network, question.area, closed)


def _check(question: Question) -> None:
    if not 1 <= len(question.needs) <= MAX_NEEDS:
        raise MatchingError(
            "The question asks for nothing"
            if not question.needs
            else "The question asks for too much at once",
            given=f"{len(question.needs)} needs",
            wanted=f"1 to {MAX_NEEDS} needs",
            todo="name what is needed, such as generator:40,kw>=100",
        )
    if question.by_at is not None and question.by_at <= question.asked_at:
        raise MatchingError(
            "The deadline does not lie after the request",
            given=f"a deadline of {moment_words(question.by_at)}, asked at {moment_words(question.asked_at)}",
            wanted="a deadline later than the request, Central time",
            todo="move the deadline, or leave it out to see every arrival",
        )


def _snaps(network: RoadNetwork, assets: Roster) -> Snaps:
    """Return where sites meet the road: as registered, or found anew for another network than was active then."""
    known = assets.snaps
    same = np.array([name == network.content_hash for name in assets.networks], dtype=np.bool_)
    old = ~same[assets.network]
    if not old.any():
        return known
    fresh = snap(network, assets.lon[old], assets.lat[old])
    edge, offset_m, access_m = known.edge.copy(), known.offset_m.copy(), known.access_m.copy()
    edge[old], offset_m[old], access_m[old] = fresh.edge, fresh.offset_m, fresh.access_m
    return Snaps(edge=edge, offset_m=offset_m, access_m=access_m)


def _travels(
    network: RoadNetwork, question: Question, assets: Roster, searched: AreaSearch, *, acting: bool
) -> Travels:
    """Return the ways of all sites; assets of one site share one.

    What closures add is measured against the same search without them, only when one acts on some road, and only for
    who is looked at.
    """
    snaps = _snaps(network, assets)
    shapely.prepare(question.area.geometry)
    inside = shapely.intersects_xy(question.area.geometry, assets.lon, assets.lat)
    open_roads = cache(lambda: search(network, question.area))

    def of(sites: NDArray[np.int64]) -> list[Travel]:
        some = Snaps(snaps.edge[sites], snaps.offset_m[sites], snaps.access_m[sites])
        arrivals = searched.arrivals(some)
        total_ms = arrivals.road_ms + arrivals.access_ms
        delay_ms = total_ms - open_roads().totals(some) if acting else np.zeros_like(total_ms)
        return [
            _travel(arrivals, i, int(delay_ms[i]), inside=bool(inside[site]), placed=bool(some.edge[i] >= 0))
            for i, site in enumerate(sites.tolist())
        ]

    total_ms = np.where(inside, 0, searched.totals(snaps))
    return Travels(total_ms=total_ms, inside=inside, placed=snaps.edge >= 0, of=of)


def _travel(arrivals: Arrivals, i: int, delay_ms: int, *, inside: bool, placed: bool) -> Travel:
    if inside:
        return Travel(0, 0, 0.0, inside=True, placed=True, reason=None)
    road_ms = int(arrivals.road_ms[i])
    return Travel(
        road_ms=road_ms,
        access_ms=int(arrivals.access_ms[i]),
        road_m=float(arrivals.road_m[i]),
        inside=False,
        placed=placed,
        reason=arrivals.reason[i],
        # Where closures shut the last road in the area, arrival is to another place, which may be sooner.
        delay_ms=max(0, delay_ms) if road_ms >= 0 else 0,
        area_access_m=float(arrivals.area_access_m[i]) if road_ms >= 0 else 0.0,
    )


def _closure_notes(question: Question, closed: ClosedRoads | None) -> tuple[ClosureNote, ...]:
    if closed is None:
        return ()
    return tuple(_closure_note(closure, question, closed) for closure in question.closures)


def _closure_note(closure: Closure, question: Question, closed: ClosedRoads) -> ClosureNote:
    name = closure.name or closure.key
    if closure.key in closed.expired:
        asked = clock_words(question.asked_at, question.asked_at)
        return ClosureNote(
            closure.key, name, closure.effect, "inactive", 0.0, f"{name} is not {closure.effect} at {asked}"
        )
    km = float(closed.touched.get(closure.key, 0.0))
    if not km:
        words = f"{name} touches no road of this network, so it changes nothing"
        return ClosureNote(closure.key, name, closure.effect, "no_road", 0.0, words)
    words = f"{name} {closure.effect}, {miles_words(km * 1000)} of road"
    return ClosureNote(closure.key, name, closure.effect, "used", km, words)


def _acting_words(notes: Sequence[ClosureNote]) -> str:
    used = [note for note in notes if note.state == "used"]
    return f"{used[0].name} {used[0].effect}" if len(used) == 1 else "Closures"


def _frame(question: Question, assets: Roster, searched: AreaSearch, notes: Sequence[ClosureNote]) -> Frame:
    return Frame(
        asked_at=question.asked_at,
        by_at=question.by_at,
        aged_to=aged_to(question.asked_at, assets.newest),
        road_inside=searched.road_inside,
        roads_closed=searched.roads_closed,
        closure=_acting_words(notes),
    )


def _near_m(searched: AreaSearch) -> float | None:
    """Return the metres from the nearest open road to the area, None when none comes near."""
    return None if np.isnan(searched.area_access_m) else float(searched.area_access_m)


def _counties(known: Atlas, question: Question) -> tuple[CountyInside, ...]:
    counties = known.counties
    touched = counties.touching(question.area.geometry)
    return tuple(
        sorted(CountyInside(counties.fips[i], counties.label(i), counties.region[i]) for i in touched)
    )


def _warnings(
    question: Question,
    notes: Sequence[ClosureNote],
    frame: Frame,
    counties: Sequence[CountyInside],
    near_m: float | None,
) -> tuple[str, ...]:
    """Return what must stand beside the answer, in sentences."""
    warnings = [f"{note.words}." for note in notes if note.state != "used"]
    if near_m is None:
        warnings.append("No open road of this network comes near the area, so nobody can be ranked.")
    elif not frame.road_inside:
        why = (
            "Every road in the area is closed"
            if frame.roads_closed
            else "No road of this network lies inside the area"
        )
        warnings.append(
            f"{why}: arrivals are to open road near it, {miles_words(near_m)} away at the nearest, the last leg estimated."
        )
    if not counties:
        warnings.append("The area touches no county of Missouri.")
    if frame.aged_to > aged_to(question.asked_at, None):
        day = frame.aged_to
        warnings.append(
            "This replays an earlier day with the registry as it stands. "
            f"Listings were confirmed up to {day.day} {day:%b} {day.year}, and their ages count to that day."
        )
    return tuple(warnings)
