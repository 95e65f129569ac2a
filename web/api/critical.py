"""The single roads and bridges that an answer hangs on."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from matching.atlas import atlas
from matching.coverage.parameters import MOST_HOURS
from matching.measures import MINUTE_MS
from matching.robustness import desk
from matching.robustness.critical import LIMIT_MS, NEAREST, Limits
from matching.robustness.words import as_geojson, summary_words
from web.api.match import QuestionAsked, read_asked
from web.api.route import LARGE_BYTES, Call, NoQuestion, Reply, Route
from web.api.values import GeoJson, Told


class LimitedAsked(QuestionAsked):
    """A question, and when a county is over its limit."""

    within_minutes: Annotated[int, Field(ge=1, le=MOST_HOURS * 60)] = LIMIT_MS // MINUTE_MS
    nearest: Annotated[int, Field(ge=1, le=100)] = NEAREST

    @property
    def limits(self) -> Limits:
        """When a county is over its limit."""
        return Limits(self.within_minutes * MINUTE_MS, self.nearest)


class NeedHangsTold(Told):
    """How much of the answer to one need hangs on single links."""

    need: str
    in_words: str
    tried: int
    in_time: int
    wanted: int | None
    over_before: tuple[str, ...]
    links_total: int


class CriticalTold(Told):
    """The links whose loss matters; names and places of companies are closed."""

    needs: tuple[NeedHangsTold, ...]
    main_roads_only: bool
    links: GeoJson


def find(call: Call[LimitedAsked, NoQuestion]) -> Reply:
    """Return every single link whose loss matters, the weightiest of each need first."""
    known = atlas(call.session)
    question = read_asked(call.session, call.principal, call.body)
    if not desk.at_once(known, question):
        raise desk.not_tried(known, question)
    told = desk.ask(call.session, call.principal, question, call.body.limits, known=known)
    needs = tuple(
        NeedHangsTold(
            need=part.need,
            in_words=summary_words(told, part),
            tried=part.tried,
            in_time=part.in_time,
            wanted=part.wanted,
            over_before=part.over_before,
            links_total=len(part.effects),
        )
        for part in told.parts
    )
    links = as_geojson(known, told)
    return Reply(value=CriticalTold(needs=needs, main_roads_only=known.network.main_roads_only, links=links))


ROUTES: Final = (
    Route(
        method="POST",
        path="/critical",
        action="match.ask",
        does=find,
        summary="List the single roads and bridges whose loss changes the answer to a question",
        about=(
            "Another asset arrives first, a company drops out, or a county of the area gets over its limit: each road and "
            "bridge on a way that counts is tried, and no other can matter. A list of injects for exercise designers and "
            "of inspections for whoever keeps the roads. Links are lines (EPSG:4326), the weightiest of each need first, "
            "each with what happens in words. Names and places of companies stay closed. Nothing is stored."
        ),
        takes=LimitedAsked,
        gives=CriticalTold,
        refuses=(404, 409),
        most_bytes=LARGE_BYTES,
    ),
)
