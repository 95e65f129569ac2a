"""The page that sets an exercise's scenario, with every inject, beside its baseline."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from dashboard.pages.exercise.band import COMPARE, banded, views
from dashboard.pages.exercise.mattering import matter_card
from dashboard.pages.exercise.stored import stored_cards
from dashboard.pages.scenario import beside
from dashboard.pages.scenario.beside import Place, cards, parameters_of
from dashboard.pages.trust.pieces import sheet
from matching.exercises import comparison_of
from registry.exercises.msel import read_msel
from registry.exercises.seats import not_there
from registry.exercises.store import load

if TYPE_CHECKING:
    from dash import html

    from dashboard.pages.coverage.choice import Choice
    from dashboard.pages.page import Asked
    from dashboard.services import Services
    from matching.beside import Comparison
    from registry.db.engine import Session
    from registry.exercises.exercise import Exercise
    from registry.people.principal import Principal


def _whole(session: Session, asks: Principal, which: str) -> Exercise:
    """Return an exercise to whoever sees all of it; to others it is not there."""
    exercise = load(session, asks, which)
    if not exercise.sees_all:
        raise not_there(which)
    return exercise


def _wanted(session: Session, asks: Principal, which: str, choice: Choice) -> Comparison:
    exercise = _whole(session, asks, which)
    return comparison_of(exercise, read_msel(session, asks, which), choice.sector, parameters_of(choice))


PLACE = Place("compare", "exercise.read", "exercise.edit", _wanted)

register = partial(beside.register, place=PLACE)


@banded
def page(services: Services, asked: Asked) -> html.Main:
    """Return the comparison that the address asks for."""
    which, asks = asked.parts["id"], asked.principal
    with services.scope(asks) as session:
        exercise = _whole(session, asks, which)
    shown = views(exercise, COMPARE)
    designs = exercise.scenario_id and exercise.seat == "designer"
    return sheet(
        exercise.name,
        [
            *([] if shown is None else [shown]),
            *cards(services, asks, PLACE, which, asked.search),
            *stored_cards(services, asks, exercise),
            *([matter_card(services, asks, exercise)] if designs else []),
        ],
    )
