"""Every route of the REST door, in the order in which they are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from web.api import (
    accounts,
    assets,
    companies,
    declarations,
    incidents,
    looks,
    match,
    records,
    rules,
    tokens,
)

if TYPE_CHECKING:
    from web.api.route import Route

ROUTES: Final[tuple[Route, ...]] = (
    *match.ROUTES,
    *assets.ROUTES,
    *incidents.ROUTES,
    *declarations.ROUTES,
    *looks.ROUTES,
    *companies.ROUTES,
    *accounts.ROUTES,
    *tokens.ROUTES,
    *rules.ROUTES,
    *records.ROUTES,
)
