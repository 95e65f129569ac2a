"""The pages of scenarios in one table, and what hangs their callbacks on the application."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dashboard.pages.page import Page
from dashboard.pages.scenario import comparing, coverage, listing, one, outline, running

if TYPE_CHECKING:
    from dash import Dash

    from dashboard.services import Services

READ: Final = "scenario.read"

PAGES: Final[tuple[Page, ...]] = (
    Page("/scenarios", READ, listing.list_page, "Scenarios"),
    Page("/scenarios/compare", READ, comparing.page),
    Page("/scenarios/{id}", READ, one.page),
    Page("/scenarios/{id}/coverage", READ, coverage.page),
)
"""Every page of scenarios; what stands first is taken first."""


def register(app: Dash, services: Services) -> None:
    """Hang the callbacks of the pages of scenarios on the application."""
    for module in (listing, outline, running, comparing, coverage):
        module.register(app, services)
