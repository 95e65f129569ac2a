"""Every route of the REST door, in the order in which they are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from web.api import declarations, incidents, looks, match

if TYPE_CHECKING:
    from web.api.route import Route

ROUTES: Final[tuple[Route, ...]] = (
    *match.ROUTES,
    *incidents.ROUTES,
    *declarations.ROUTES,
    *looks.ROUTES,
)
