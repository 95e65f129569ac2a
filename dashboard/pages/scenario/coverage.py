"""The page that sets coverage with a stored scenario beside coverage as things stood when it was made."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from dash import html

from dashboard.pages.scenario import beside
from dashboard.pages.scenario.beside import Place, cards, parameters_of
from dashboard.pages.trust.pieces import sheet, way
from matching.scenarios.desk import comparison_of
from registry.scenarios.store import EDIT, READ, load_scenario

if TYPE_CHECKING:
    from dashboard.pages.coverage.choice import Choice
    from dashboard.pages.page import Asked
    from dashboard.services import Services
    from matching.beside import Comparison
    from registry.db.engine import Session
    from registry.people.principal import Principal


def _wanted(session: Session, asks: Principal, which: str, choice: Choice) -> Comparison:
    return comparison_of(session, load_scenario(session, asks, which), choice.sector, parameters_of(choice))


PLACE = Place("beside", READ, EDIT, _wanted)

register = partial(beside.register, place=PLACE)


def page(services: Services, asked: Asked) -> html.Main:
    """Return the comparison that the address asks for."""
    which, asks = asked.parts["id"], asked.principal
    with services.scope(asks) as session:
        kept = load_scenario(session, asks, which)
    back = html.P(way("The scenario", f"/scenarios/{kept.id}"))
    return sheet(
        f"Coverage: {kept.name}",
        [back, *cards(services, asks, PLACE, which, asked.search)],
        lead="With every inject, beside how the directory and the roads stood when it was made.",
    )
