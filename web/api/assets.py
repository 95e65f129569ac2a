"""The list of assets, as each may be seen before a declaration."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from matching.catalogue import LOOK, catalogue
from matching.export import listing_as_json
from web.api.conditions import tag_of
from web.api.match import ListingTold
from web.api.paging import Paged, cursor, read_cursor
from web.api.route import Call, Nothing, Reply, Route
from web.api.values import Fips, Told, Words


class AssetsAsked(Paged):
    """Which assets."""

    kind: Annotated[Words, Field(max_length=100)] | None = Field(
        default=None, description="A kind or a family of kinds, by its code or its name"
    )
    county: Fips | None = None
    sector: Annotated[Words, Field(max_length=40)] | None = None


class AssetTold(ListingTold):
    """An asset of the list."""

    status: Literal["available", "committed", "paused", "closed"]
    mobilisation_s: int


class AssetsTold(Told):
    """A page of assets."""

    assets: tuple[AssetTold, ...]


def listed(call: Call[Nothing, AssetsAsked]) -> Reply:
    """Return a page of the assets in the account's counties, by kind, then county."""
    asked = call.asked
    after = None if asked.after is None else read_cursor(asked.after, (str, str, str))
    begins = None if after is None else (str(after[0]), str(after[1]), str(after[2]))
    found = catalogue(
        call.session,
        call.principal,
        kind=asked.kind,
        county=asked.county,
        sector=asked.sector,
        after=begins,
        limit=asked.limit,
    )
    told = AssetsTold(
        assets=tuple(
            AssetTold.model_validate(
                {**listing_as_json(row), "status": row.status, "mobilisation_s": row.mobilisation_s}
            )
            for row in found.rows
        )
    )
    return Reply(value=told, etag=tag_of(told), after=None if found.after is None else cursor(found.after))


ROUTES: Final = (
    Route(
        method="GET",
        path="/assets",
        action=LOOK,
        does=listed,
        summary="List assets by kind and county, closed as before a declaration",
        about=(
            "Names are opened for an incident, by its ranking, never for the list. The ids of closed assets are made "
            "for the account that asks, and stand in no ranking."
        ),
        asks=AssetsAsked,
        gives=AssetsTold,
        refuses=(409,),
        tagged=True,
    ),
)
