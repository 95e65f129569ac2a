"""One cell of coverage: who is near a county, what is stale, and on whom, which bridge and which road it hangs."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - pydantic reads the annotation
from typing import TYPE_CHECKING, Any, Final

from pydantic import Field

from matching.atlas import atlas
from matching.coverage import cell_recipe
from matching.coverage.cell import why
from matching.coverage.hanging import bridge_name, road_name
from matching.coverage.keeping import told_now
from matching.coverage.loading import listings_for, told_roster
from matching.coverage.pace import at_once
from matching.coverage.seen import seen, shown_id
from matching.coverage.targets import county_targets
from registry.trust.aliases import alias_key
from web.api.coverage import READ, CoverageAsked, asked_of, check_one
from web.api.coverage_told import ms_or_never
from web.api.route import Call, Nothing, Reply, Route
from web.api.values import Fips, Told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matching.atlas import Atlas
    from matching.coverage.cell import Near, Why
    from matching.coverage.classes import CoverageClass
    from matching.coverage.parameters import CoverageParameters
    from registry.directory.listing import Listing


class CellAsked(CoverageAsked):
    """Of which county; a sector or a need must be named."""

    county: Fips


class CompanyTold(Told):
    """A company as coverage lets it be seen; a closed name is null, and its id the one that kept coverage has."""

    provider_id: str
    provider: str | None
    name_closed: bool
    place: str
    place_closed: bool
    confirmed_on: date | None


class NearTold(CompanyTold):
    """A company near, and when nine in ten people have it: from a closed place to five minutes."""

    ms: int


class HangTold(Told):
    """What the first provider hangs on; null: without it nobody has a way here."""

    name: str
    without_ms: int | None


class CellTold(Told):
    """Why a county has help of a class as soon as it does."""

    county_fips: str
    county: str
    code: str
    k: int
    within_ms: int
    ms: tuple[int | None, ...]
    near: tuple[NearTold, ...]
    stale: tuple[NearTold, ...] = Field(
        description="Companies that would close the gap if their listing were confirmed, soonest first"
    )
    carrier: CompanyTold | None = Field(description="The company whose loss delays the first provider most")
    without_ms: int | None = Field(description="Milliseconds to the first provider without it; null: never")
    bridge: HangTold | None
    road: HangTold | None
    untried: int = Field(description="Bridges and roads on the ways that were too many to try")


def cell(call: Call[Nothing, CellAsked]) -> Reply:
    """Return what stands behind one county and one sector or need."""
    session, asked = call.session, call.asked
    check_one(asked.sector, asked.need)
    known, key = atlas(session), alias_key(session)
    (wanted,), parameters = asked_of(session, asked)
    if at_once(known):
        found = _worked(call, known, wanted, parameters)
    else:
        question = cell_recipe.asked_of(
            wanted.code, parameters, asked.county, k=asked.k, threshold_ms=asked.threshold_ms
        )
        kept = told_now(session, call.principal, question, known, kind=cell_recipe.KIND)
        found = cell_recipe.told_of(kept.result, kept.listings, key)
    hangs, network = found.hanging, known.network
    bridge, road = hangs.bridge, hangs.road
    told = CellTold(
        county_fips=asked.county,
        county=known.counties.label(known.counties.index(asked.county)),
        code=wanted.code,
        k=asked.k,
        within_ms=asked.threshold_ms,
        ms=tuple(map(ms_or_never, found.time_ms)),
        near=_near(found.near, known, key),
        stale=_near(found.stale, known, key),
        carrier=None if found.carrier is None else CompanyTold(**_company(found.carrier, known, key)),
        without_ms=ms_or_never(found.without_ms),
        bridge=bridge and HangTold(name=bridge_name(network, bridge), without_ms=ms_or_never(bridge.ms)),
        road=road and HangTold(name=road_name(network, road), without_ms=ms_or_never(road.ms)),
        untried=hangs.untried,
    )
    return Reply(value=told)


def _worked(
    call: Call[Nothing, CellAsked], known: Atlas, wanted: CoverageClass, parameters: CoverageParameters
) -> Why:
    return why(
        known,
        told_roster(known, listings_for(call.session, call.principal, known)),
        county_targets(known.population, known.counties),
        call.asked.county,
        wanted,
        parameters=parameters,
        k=call.asked.k,
        threshold_ms=call.asked.threshold_ms,
    )


def _near(some: Sequence[Near], known: Atlas, key: bytes) -> tuple[NearTold, ...]:
    return tuple(
        NearTold(
            **_company(each.listing, known, key),
            ms=seen(each.listing, known).told_ms(each.ms),
        )
        for each in some
    )


def _company(row: Listing, known: Atlas, key: bytes) -> dict[str, Any]:
    """Return the fields of `CompanyTold`."""
    told = vars(seen(row, known)).copy()
    name = told.pop("name")
    return {**told, "provider": None if told["name_closed"] else name, "provider_id": shown_id(row, key)}


ROUTES: Final = (
    Route(
        method="GET",
        path="/coverage/cells",
        action=READ,
        does=cell,
        summary="Say why a county has a sector or a need as soon as it does: who is near, what is stale, on what it hangs",
        about="Companies are seen as before a declaration, whatever is declared; ids of closed ones are made up.",
        asks=CellAsked,
        gives=CellTold,
        refuses=(409,),
    ),
)
