"""What a stored scenario does to the coverage of a sector: which gaps it opens and closes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import Field

from matching.atlas import atlas
from matching.beside import compare, parameters_on
from matching.coverage.difference import turned
from matching.coverage.parameters import MOST_HOURS, MOST_PROVIDERS
from matching.measures import MINUTE_MS
from matching.scenarios.desk import comparison_of
from registry.scenarios.store import READ, load_scenario
from web.api.coverage_told import TurnTold, turns_told
from web.api.route import Call, Nothing, Reply, Route
from web.api.values import Asked, Told, Whole, Words


class BesideAsked(Asked):
    """Of which sector, and by when."""

    sector: Annotated[Words, Field(max_length=40)]
    k: Annotated[Whole, Field(ge=1, le=MOST_PROVIDERS)] = Field(
        default=2, description="Which provider must be there by then"
    )
    within_minutes: Annotated[Whole, Field(ge=1, le=MOST_HOURS * 60)] = 120


class BesideTold(Told):
    """Coverage with every inject of a scenario beside coverage without any of it."""

    code: str
    k: int
    within_ms: int
    closures: int = Field(description="Places and roads that it closes or slows")
    listings_lost: int
    opened: tuple[TurnTold, ...] = Field(description="Counties over the limit with it, and not without")
    closed: tuple[TurnTold, ...] = Field(description="Counties over the limit without it, and not with it")


def beside(call: Call[Nothing, BesideAsked]) -> Reply:
    """Return the gaps in coverage that a scenario opens and closes."""
    session, asked, limit_ms = call.session, call.asked, call.asked.within_minutes * MINUTE_MS
    kept = load_scenario(session, call.principal, call.ids["scenario_id"])
    parameters = parameters_on(datetime.now(UTC), asked.k, limit_ms)
    found = compare(session, call.principal, comparison_of(session, kept, asked.sector, parameters))
    gaps, counties = turned(found.a, found.b, asked.k, limit_ms), atlas(session).counties
    told = BesideTold(
        code=found.a.classes[0],
        k=asked.k,
        within_ms=limit_ms,
        closures=len(found.closures),
        listings_lost=found.lost,
        opened=turns_told(gaps.opened, found.a, found.b, counties, asked.k),
        closed=turns_told(gaps.closed, found.a, found.b, counties, asked.k),
    )
    return Reply(value=told)


ROUTES: Final = (
    Route(
        method="GET",
        path="/scenarios/{scenario_id}/coverage",
        action=READ,
        does=beside,
        summary="Say which gaps in a sector's coverage a scenario opens and closes",
        about=(
            "Over the directory and the roads that it is a patch over, with every inject, as of noon today. "
            "Closed places are told from their stand, and no company is named."
        ),
        asks=BesideAsked,
        gives=BesideTold,
        refuses=(404, 409),
    ),
)
