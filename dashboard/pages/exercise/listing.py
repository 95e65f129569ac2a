"""The exercises that an account may see, and the form that makes one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, html, no_update

from dashboard.pages.exercise.band import banded
from dashboard.pages.incident.forms import ABOVE
from dashboard.pages.trust.pieces import (
    Said,
    act,
    attempt,
    card,
    day_and_time,
    flag,
    form,
    rows,
    sheet,
    two_lines,
    zone_note,
)
from registry.exercises.checking import TITLE_CHARS, WORDS_CHARS
from registry.exercises.clock import time_words
from registry.exercises.store import list_exercises, make
from registry.people.access import allowed
from registry.scenarios.store import READ, list_scenarios
from web.wall.classes import for_action
from web.wall.gate import principal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.pages.page import Asked
    from dashboard.services import Services
    from registry.exercises.exercise import Exercise
    from registry.scenarios.store import Scenario


@banded
def list_page(services: Services, asked: Asked) -> html.Main:
    """Return the page of all exercises that the account may see."""
    who = asked.principal
    designs = allowed(who, "exercise.edit")
    with services.scope(who) as session:
        found = list_exercises(session, who)
        scenarios = list_scenarios(session, who) if designs and allowed(who, READ) else ()
    return listed(found, designs=designs, scenarios=scenarios)


def listed(found: Sequence[Exercise], *, designs: bool, scenarios: Sequence[Scenario] = ()) -> html.Main:
    """Return the list; `designs` for whoever may make another, which may play one of `scenarios`."""
    runs = sum(each.clock.runs for each in found)
    lead = f"{len(found)} {'exercise' if len(found) == 1 else 'exercises'}, {runs} with a running clock."
    none = (
        "No exercise is made yet." if designs else "No exercise names you. Its designer can add you to one."
    )
    table = rows("Exercises", ("Exercise", "Clock", "You are its", "Made"), [_line(each) for each in found])
    cards = [card("Exercises", [table] if found else [html.P(none)])]
    if designs:
        cards.append(_new_card(scenarios))
    return sheet("Exercises", [*cards, zone_note()], lead=lead if found else None)


def _line(each: Exercise) -> list[Any]:
    title = html.A(each.name, href=f"/exercises/{each.id}")
    runs = each.clock.runs
    stands = "ended" if each.ended_at else "runs" if runs else "paused"
    return [
        two_lines(title, each.about),
        [html.B(time_words(each.time_ms)), " ", flag(stands, "good" if runs else "")],
        each.seat,
        day_and_time(each.made_at),
    ]


def _new_card(scenarios: Sequence[Scenario]) -> html.Section:
    fields = [
        dmc.TextInput(id="exercise-name", label="Name", inputProps={"maxLength": TITLE_CHARS}),
        dmc.Textarea(
            id="exercise-about",
            label="What is made up",
            description="A sentence: the event, and what is assumed",
            autosize=True,
            minRows=2,
            inputProps={"maxLength": WORDS_CHARS},
        ),
        dmc.Select(
            id="exercise-scenario",
            label="Scenario",
            description="A stored one, on the directory and the roads that it was made on",
            data=[{"value": "", "label": "None"}]
            + [
                {"value": each.id, "label": f"{each.name}, {day_and_time(each.made_at)}"}
                for each in scenarios
            ],
            value="",
            allowDeselect=False,
            comboboxProps=ABOVE,
        ),
    ]
    return card("Make an exercise", [form("exercise", fields, [act("Make it", "exercise-do", main=True)])])


def register(app: Dash, services: Services) -> None:
    """Hang the form on the application."""

    @app.callback(
        Output("exercise-go", "href"),
        Output("exercise-refused", "children"),
        Input("exercise-do", "n_clicks"),
        State("exercise-name", "value"),
        State("exercise-about", "value"),
        State("exercise-scenario", "value"),
        prevent_initial_call=True,
    )
    @for_action("exercise.edit")
    def new(clicks: int, name: str | None, about: str | None, scenario: str | None) -> Said:
        if not clicks:
            return no_update, no_update

        def work() -> str:
            with services.scope(principal()) as session:
                who = principal()
                made = make(session, who, name=name or "", about=about or "", scenario_id=scenario or None)
            return f"/exercises/{made}/msel"

        return attempt(work, "/exercises")
