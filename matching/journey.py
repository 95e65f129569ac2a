"""The journey of one incident: from a question to the ranked answer, and from a match to its route."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo.closures import close
from geo.routing import search
from geo.snapping import Snaps, snap
from matching.answers import Answer, ClosureNote, CountyInside, NetworkFacts
from matching.atlas import Atlas, atlas
from matching.eligibility import Travel, split
from matching.errors import MatchingError
from matching.measures import clock_words, miles_words, moment_words
from matching.ranking import Frame, aged_to, rank
from registry.directory.store import listings, sites_inside

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geo.closures import ClosedRoads, Closure
    from geo.network import RoadNetwork
    from geo.routing import AreaSearch, Route
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
    known: Atlas, question: Question, rows: Sequence[Listing], sectors_inside: Mapping[str, int]
) -> Answer:
    """Return the answer for assets already read: the same inputs give the same answer, on any day.

    Parameters
    ----------
    known
        Roads, counties and people.
    question
        Where, what, how many, by when.
    rows
        Assets of the wanted kinds, by asset id.
    sectors_inside
        Sites inside the area, per sector.
    """
    network = known.network
    closed = close(network, question.closures, question.asked_at) if question.closures else None
    searched = search(network, question.area, closed)
    notes = _closure_notes(question, closed)
    travels = _travels(network, question, rows, searched, acting=any(note.state == "used" for note in notes))
    frame = _frame(question, rows, searched, notes)
    parts = []
    for need in question.needs:
        candidates, left_out = split(
            zip(rows, travels, strict=True), need, include_inside=question.include_inside
        )
        parts.append(rank(need, candidates, left_out, frame))
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
    if any(flag.code == "inside" for flag in match.flags):
        return None
    searched = found.search or _search_again(known, found.question)
    snaps = _snaps(known.network, [match.listing])
    return searched.route(int(snaps.edge[0]), float(snaps.offset_m[0]))


def routes_of(known: Atlas, found: Answer, top: int) -> dict[tuple[int, int], Route]:
    """Return the ways of the first `top` matches of each need, by place of the need and rank."""
    routes = {}
    for place, part in enumerate(found.needs):
        for match in part.matches[:top]:
            route = route_of(known, found, match)
            if route is not None:
                routes[place, match.rank] = route
    return routes


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


def _snaps(network: RoadNetwork, rows: Sequence[Listing]) -> Snaps:
    """Return where assets meet the road: as registered, or found anew for another network than was active then."""
    edge = np.array([row.edge for row in rows], dtype=np.int32)
    offset_m = np.array([row.offset_m for row in rows], dtype=np.float64)
    access_m = np.array([row.access_m for row in rows], dtype=np.float64)
    old = np.array([row.network_hash != network.content_hash for row in rows], dtype=np.bool_)
    if old.any():
        fresh = snap(
            network,
            np.array([row.lon for row in rows], dtype=np.float64)[old],
            np.array([row.lat for row in rows], dtype=np.float64)[old],
        )
        edge[old], offset_m[old], access_m[old] = fresh.edge, fresh.offset_m, fresh.access_m
    return Snaps(edge=edge, offset_m=offset_m, access_m=access_m)


def _travels(
    network: RoadNetwork, question: Question, rows: Sequence[Listing], searched: AreaSearch, *, acting: bool
) -> list[Travel]:
    """Return the way of each asset; assets of one site share one computation.

    What closures add is measured against the same search without them, and only when one acts on some road.
    """
    sites = list({row.site_id: row for row in rows}.values())
    snaps = _snaps(network, sites)
    arrivals = searched.arrivals(snaps)
    open_roads = search(network, question.area).arrivals(snaps) if acting else arrivals
    lon = np.array([row.lon for row in sites], dtype=np.float64)
    lat = np.array([row.lat for row in sites], dtype=np.float64)
    shapely.prepare(question.area.geometry)
    inside = shapely.intersects_xy(question.area.geometry, lon, lat)
    travels: dict[str, Travel] = {}
    for i, row in enumerate(sites):
        if inside[i]:
            travels[row.site_id] = Travel(0, 0, 0.0, inside=True, placed=True, reason=None)
            continue
        road_ms, access_ms = int(arrivals.road_ms[i]), int(arrivals.access_ms[i])
        delay = road_ms + access_ms - int(open_roads.road_ms[i]) - int(open_roads.access_ms[i])
        travels[row.site_id] = Travel(
            road_ms=road_ms,
            access_ms=access_ms,
            road_m=float(arrivals.road_m[i]),
            inside=False,
            placed=bool(snaps.edge[i] >= 0),
            reason=arrivals.reason[i],
            # Where closures shut the last road in the area, arrival is to another place, which may be sooner.
            delay_ms=max(0, delay) if road_ms >= 0 else 0,
            area_access_m=float(arrivals.area_access_m[i]) if road_ms >= 0 else 0.0,
        )
    return [travels[row.site_id] for row in rows]


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


def _frame(
    question: Question, rows: Sequence[Listing], searched: AreaSearch, notes: Sequence[ClosureNote]
) -> Frame:
    return Frame(
        asked_at=question.asked_at,
        by_at=question.by_at,
        aged_to=aged_to(question.asked_at, rows),
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
    if frame.aged_to > aged_to(question.asked_at, ()):
        day = frame.aged_to
        warnings.append(
            "This replays an earlier day with the registry as it stands. "
            f"Listings were confirmed up to {day.day} {day:%b} {day.year}, and their ages count to that day."
        )
    return tuple(warnings)
