"""The journey of one incident: from a question to the ranked answer, and from a match to its route."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from geo.itinerary import from_junction
from matching.answers import Answer, CountyInside, NetworkFacts
from matching.atlas import Atlas, atlas
from matching.eligibility import split
from matching.errors import MatchingError
from matching.measures import moment_words
from matching.notes import acting_words, closure_notes, near_m, replay_words, warnings
from matching.ranking import Frame, aged_to, rank
from matching.roster import Roster, roster
from matching.travel import check_travel
from matching.vehicles import goals, snaps_for, travels, vehicles_in_use
from matching.veil import veil
from registry.directory.store import free_texts, listings, sites_inside

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from geo.routing import AreaSearch, Route
    from matching.answers import Match, Question
    from matching.sight import Sight
    from registry.db.engine import Session
    from registry.directory.listing import Listing

__all__ = ["Atlas", "answer", "atlas", "counties_touched", "route_of", "routes_of", "solve"]

MAX_NEEDS = 20
"""Needs in one question; each is a list of its own on the screen."""


def answer(session: Session, question: Question, known: Atlas | None = None, *, sight: Sight) -> Answer:
    """Return every suitable asset of the registry, ranked by its arrival in the area, and all others with reasons.

    It asks nobody whether this may be: doors go through `matching.desk.ask`.

    Parameters
    ----------
    session
        A registry session; only read.
    question
        Where, what, how many, by when.
    known
        The atlas, when the caller holds it already.
    sight
        How much of a provider is seen.

    Raises
    ------
    MatchingError
        The question asks for nothing, for too much, or by a moment that lies before it, or a vehicle is not known.
    ClosureError
        A closure names a bridge that these roads do not know.
    """
    started = time.perf_counter()
    check(question)
    known = known or atlas(session)
    kinds = sorted({kind for need in question.needs for kind in need.kinds})
    struck = None if sight.opened else [county.fips for county in counties_touched(known, question)]
    inside = sites_inside(session, question.area.as_geojson(), struck)
    texts = () if sight.opened else free_texts(session)
    solved = solve(known, question, listings(session, kinds), inside, sight=sight, texts=texts)
    return replace(solved, computed_ms=int((time.perf_counter() - started) * 1000))


def solve(
    known: Atlas,
    question: Question,
    rows: Sequence[Listing] | Roster,
    sectors_inside: Mapping[str, int],
    *,
    sight: Sight,
    texts: Collection[str] = (),
) -> Answer:
    """Return the answer for assets already read: the same inputs give the same answer, on any day.

    Parameters
    ----------
    known
        Roads, counties, people and vehicles.
    question
        Where, what, how many, by when, by which vehicle.
    rows
        Assets of the wanted kinds, by asset id; in columns already where one roster answers many questions.
    sectors_inside
        Sites inside the area, per sector.
    sight
        How much of a provider is seen.
    texts
        Attributes that hold a company's own words, which a closed name does not show.

    Raises
    ------
    MatchingError
        A vehicle is not in the table.
    ClosureError
        A closure names a bridge that these roads do not know.
    """
    network = known.network
    veiled = None
    if sight.opened:
        assets = rows if isinstance(rows, Roster) else roster(rows)
    else:
        veiled = veil(known, question, rows.rows if isinstance(rows, Roster) else rows, sight, texts)
        assets = roster(veiled.rows, veiled.places)
    vehicles = vehicles_in_use(known, question, assets)
    aims = goals(known, question, vehicles)
    found = {code: aim.area for code, aim in aims.items()}
    notes = closure_notes(question, found, known.profiles)
    acting = {code: any(searched.closed.touched.values()) for code, searched in found.items()}
    ways = travels(question, assets, aims, acting)
    counties = counties_touched(known, question)
    frame = Frame(
        asked_at=question.asked_at,
        by_at=question.by_at,
        aged_to=aged_to(question.asked_at, assets.newest),
        closure=acting_words(notes),
        question=question,
        struck=frozenset(county.fips for county in counties),
    )
    parts = [
        rank(need, split(assets, ways, need, include_inside=question.include_inside), assets, ways, frame)
        for need in question.needs
    ]
    said = warnings(question, notes, found, counties)
    if frame.aged_to > aged_to(question.asked_at, None):
        said = (*said, replay_words(frame.aged_to))
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
        warnings=said,
        road_inside=all(searched.road_inside for searched in found.values()),
        area_access_m=_furthest_m(found),
        vehicles=vehicles,
        searches={code: aim.way for code, aim in aims.items()},
        opened=sight.opened,
        places={}
        if veiled is None
        else {row.asset_id: place for row, place in zip(veiled.rows, veiled.places, strict=True)},
        real={} if veiled is None else veiled.real,
    )


def route_of(known: Atlas, found: Answer, match: Match) -> Route | None:
    """Return a match's way by road to where it arrives, closures obeyed; None when it stands inside the area it is to reach.

    The way of a site whose place is closed begins at the last junction of main roads before it, or earlier; None when
    nothing is left of it.

    Where a share of the area is to be reached, its way to the first road in it.
    """
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
    """Return the ways of some matches; None for one in the area that it need only reach, or without a way."""
    to_site = found.question.measure == "site"
    outside = [match for match in matches if to_site or all(flag.code != "inside" for flag in match.flags)]
    way_of: dict[int, Route | None] = {}
    for code in dict.fromkeys(match.profile for match in outside):
        alike = [match for match in outside if match.profile == code]
        searched = found.searches.get(code) or _search_again(known, found.question, code)
        places = [found.places[match.listing.asset_id] for match in alike] if found.places else None
        sites = roster([match.listing for match in alike], places)
        snaps = snaps_for(searched.drive, sites)
        ways = searched.routes(snaps.edge, snaps.offset_m)
        way_of |= {
            id(match): _told_route(known, match, ways[site])
            for match, site in zip(alike, sites.site, strict=True)
        }
    return [way_of.get(id(match)) for match in matches]


def _told_route(known: Atlas, match: Match, route: Route | None) -> Route | None:
    """Return a way as it is told: of a closed place from its first junction on, and no longer than is told."""
    if route is None or not match.listing.place_closed:
        return route
    cut = from_junction(known.network, route)
    return None if cut is None else replace(cut, road_ms=match.road_ms, road_m=match.road_m)


def _search_again(known: Atlas, question: Question, code: str) -> AreaSearch:
    return goals(known, question, [known.profiles[code]])[code].way


def _furthest_m(found: Mapping[str, AreaSearch]) -> float | None:
    """Return the metres from the nearest open road to the area for the vehicle that has it furthest."""
    away = [metres for searched in found.values() if (metres := near_m(searched)) is not None]
    return max(away, default=None)


def check(question: Question) -> None:
    """Refuse what cannot be asked.

    Raises
    ------
    MatchingError
        It has no needs or too many, its deadline does not lie after the request, or it measures what it cannot.
    """
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
    check_travel(question)


def counties_touched(known: Atlas, question: Question) -> tuple[CountyInside, ...]:
    """Return the counties that a question's area reaches into, by FIPS code."""
    counties = known.counties
    touched = counties.touching(question.area.geometry)
    return tuple(
        sorted(CountyInside(counties.fips[i], counties.label(i), counties.region[i]) for i in touched)
    )
