"""The pages of exercises in one table, and what hangs their callbacks on the application."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dashboard.pages.exercise import comparing, editing, listing, mattering, people, playing
from dashboard.pages.page import Page

if TYPE_CHECKING:
    from dash import Dash

    from dashboard.services import Services

PAGES: Final[tuple[Page, ...]] = (
    Page("/exercises", "exercise.read", listing.list_page, "Exercises"),
    Page("/exercises/{id}", "exercise.read", playing.one_page),
    Page("/exercises/{id}/player", "exercise.read", playing.player_page),
    Page("/exercises/{id}/msel", "exercise.edit", editing.page),
    Page("/exercises/{id}/people", "exercise.read", people.page),
    Page("/exercises/{id}/compare", "exercise.read", comparing.page),
)
"""Every page of exercises, in the order of the menu."""

MODULES: Final = (listing, playing, editing, people, comparing, mattering)


def register(app: Dash, services: Services) -> None:
    """Hang the callbacks of the pages of exercises on the application."""
    for module in MODULES:
        module.register(app, services)
