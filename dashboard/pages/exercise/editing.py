"""The list of injects on its page: each with what it says, the form that adds and changes one, and the history."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, html, no_update

from dashboard.attributes import wild
from dashboard.pages.exercise.band import banded, views
from dashboard.pages.incident.forms import ABOVE
from dashboard.pages.page import named_in
from dashboard.pages.trust.pieces import (
    Said,
    act,
    address,
    attempt,
    card,
    day_and_time,
    flag,
    form,
    rows,
    sheet,
    two_lines,
    way,
    zone_note,
)
from matching.exercises import put_inject
from registry.exercises.checking import PATCH_CHARS, TITLE_CHARS, WORDS_CHARS, read_patch
from registry.exercises.clock import read_time, time_words
from registry.exercises.exercise import Plan
from registry.exercises.msel import history, read_msel, remove_inject
from registry.exercises.planning import objectives
from registry.exercises.running import settle
from registry.exercises.store import load
from registry.people.names import names_of
from web.wall.classes import for_action
from web.wall.gate import principal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dashboard.pages.page import Asked
    from dashboard.services import Services
    from registry.exercises.exercise import Edit, Exercise, Inject, Objective

HISTORY: Final = 30
"""Edits on the page, the latest first."""

SAID: Final = {"saved": "Saved.", "removed": "Taken out of the list; its history stays."}
CLOCK, HAND = "clock", "hand"
HEADS: Final = ("Inject", "From and to", "Expected action", "Objective", "State", "")


@banded
def page(services: Services, asked: Asked) -> html.Main:
    """Return the page of an exercise's list of injects, with the inject that the address names in the form."""
    which, asks = asked.parts["id"], asked.principal
    with services.scope(asks) as session:
        edits = history(session, asks, which)
        settle(session, asks, which)
        exercise, injects = load(session, asks, which), read_msel(session, asks, which)
        known = objectives(session, asks, which)
        names = names_of(session, [each.by for each in edits])
    number = asked.search.get("inject", "")
    chosen = next((each for each in injects if str(each.number) == number and each.release is None), None)
    cards = [
        _list_card(exercise, injects),
        _form_card(chosen, known),
        _history_card(edits, names),
        zone_note(),
    ]
    shown = views(exercise, "/msel")
    return sheet(
        exercise.name,
        [*([] if shown is None else [shown]), *cards],
        said=SAID.get(asked.search.get("said", ""), ""),
    )


def _list_card(exercise: Exercise, injects: Sequence[Inject]) -> html.Section:
    none = html.P("The list is empty. Add the first inject below.")
    table = rows("List of injects", HEADS, [_line(exercise, each) for each in injects])
    return card("List of injects (MSEL)", [table] if injects else [none])


def _line(exercise: Exercise, each: Inject) -> list[Any]:
    plan = each.plan
    tones = {"released": "good", "next": "warn", "held": ""}
    way_to = f"/exercises/{exercise.id}/msel?inject={each.number}"
    ways = [
        html.A(
            "Change", href=way_to, className="btn s", **wild({"aria-label": f"Change inject {each.number}"})
        ),
        html.Button(
            "Take out",
            id={"type": "inject-remove", "number": str(each.number)},
            className="btn s",
            n_clicks=0,
            type="button",
        ),
    ]
    return [
        two_lines(html.B(f"{each.number}. {time_words(plan.planned_ms)} {plan.title}"), plan.happens),
        " to ".join(filter(None, (plan.sender, plan.receiver))),
        plan.expected,
        "" if plan.objective is None else str(plan.objective),
        [flag(each.state, tones[each.state]), " by hand" if plan.by_hand else ""],
        "" if each.release else html.Div(ways, className="bt"),
    ]


def _form_card(chosen: Inject | None, known: Sequence[Objective]) -> html.Section:
    plan = chosen.plan if chosen else Plan(planned_ms=0, title="")
    fields = [
        html.Div(
            [
                _field(
                    "time",
                    "Exercise time",
                    "Hours and minutes after the start: 1:30",
                    time_words(plan.planned_ms) if chosen else "",
                ),
                dmc.Select(
                    id="inject-by",
                    label="Released",
                    description="By the clock, or by a controller",
                    data=[{"value": CLOCK, "label": "By the clock"}, {"value": HAND, "label": "By hand"}],
                    value=HAND if plan.by_hand else CLOCK,
                    allowDeselect=False,
                    comboboxProps=ABOVE,
                ),
            ],
            className="form two-columns",
        ),
        _field("title", "Title", "The line on the clock: US 54 closes at Jefferson City", plan.title),
        _area("happens", "What happens", "What players read", plan.happens),
        html.Div(
            [
                _field("sender", "From", "Who tells it", plan.sender),
                _field("receiver", "To", "Who is told", plan.receiver),
            ],
            className="form two-columns",
        ),
        _area("expected", "Expected action", "Players never see it", plan.expected),
        dmc.Select(
            id="inject-objective",
            label="Objective",
            data=[{"value": "", "label": "None"}]
            + [{"value": str(each.number), "label": f"{each.number}. {each.words}"[:90]} for each in known],
            value=str(plan.objective) if plan.objective else "",
            allowDeselect=False,
            comboboxProps=ABOVE,
        ),
        _area(
            "patch",
            "Changes to the scenario",
            "JSON that begins with it; leave it empty for none",
            _json(plan),
        ),
    ]
    mark = (
        {"number": str(chosen.number), "version": str(chosen.version)}
        if chosen
        else {"number": "", "version": ""}
    )
    save = act("Save it" if chosen else "Add it", {"type": "inject-do", **mark}, main=True)
    leave = [way("Leave it", "?")] if chosen else []
    title = f"Change inject {chosen.number}" if chosen else "Add an inject"
    return card(title, [form("inject", fields, [save, *leave])], name="inject-form")


def _json(plan: Plan) -> str:
    return "" if plan.patch is None else json.dumps(dict(plan.patch))


def _field(name: str, label: str, description: str, value: str) -> dmc.TextInput:
    return dmc.TextInput(
        id=f"inject-{name}",
        label=label,
        description=description,
        value=value,
        inputProps={"maxLength": TITLE_CHARS},
    )


def _area(name: str, label: str, description: str, value: str) -> dmc.Textarea:
    return dmc.Textarea(
        id=f"inject-{name}",
        label=label,
        description=description,
        value=value,
        autosize=True,
        minRows=1,
        inputProps={"maxLength": PATCH_CHARS if name == "patch" else WORDS_CHARS},
    )


def _history_card(edits: Sequence[Edit], names: Mapping[str, str]) -> html.Section:
    lines = [
        html.Li(
            f"{names.get(each.by, '')} {_did(each)} inject {each.number}, {day_and_time(each.at)}: "
            f"{time_words(each.plan.planned_ms)} {each.plan.title}"
        )
        for each in edits[:HISTORY]
    ]
    more = (
        [html.P(f"The latest {HISTORY} of {len(edits)} edits.", className="t12 c2")]
        if len(edits) > HISTORY
        else []
    )
    none = html.P("Nobody has edited the list yet.")
    return card("History", [html.Ol(lines, className="history") if lines else none, *more])


def _did(each: Edit) -> str:
    if each.removed:
        return "took out"
    return "added" if each.version == 1 else "changed"


def register(app: Dash, services: Services) -> None:
    """Hang the form and the buttons of the list on the application."""

    @app.callback(
        output=[Output("inject-go", "href"), Output("inject-refused", "children")],
        inputs={
            "saved": Input({"type": "inject-do", "number": ALL, "version": ALL}, "n_clicks"),
            "removed": Input({"type": "inject-remove", "number": ALL}, "n_clicks"),
        },
        state={
            "time": State("inject-time", "value"),
            "by": State("inject-by", "value"),
            "title": State("inject-title", "value"),
            "happens": State("inject-happens", "value"),
            "sender": State("inject-sender", "value"),
            "receiver": State("inject-receiver", "value"),
            "expected": State("inject-expected", "value"),
            "objective": State("inject-objective", "value"),
            "patch": State("inject-patch", "value"),
            "pathname": State("url", "pathname"),
        },
        prevent_initial_call=True,
    )
    @for_action("exercise.edit")
    def change(saved: list[int], removed: list[int], **said: str | None) -> Said:
        if not any([*saved, *removed]):
            return no_update, no_update
        pressed = ctx.triggered_id
        here = said.pop("pathname") or ""
        which = named_in(here)

        def work() -> str:
            with services.scope(principal()) as session:
                if pressed["type"] == "inject-remove":
                    remove_inject(session, principal(), which, int(pressed["number"]))
                    done = "removed"
                else:
                    put_inject(
                        session,
                        principal(),
                        which,
                        _plan({name: value or "" for name, value in said.items()}),
                        number=_count(pressed["number"]),
                        version=_count(pressed["version"]),
                    )
                    done = "saved"
            return address(f"/exercises/{which}/msel", said=done, done=principal().request_id)

        return attempt(work, here)


def _plan(said: Mapping[str, str]) -> Plan:
    return Plan(
        planned_ms=read_time(said["time"]),
        title=said["title"],
        happens=said["happens"],
        sender=said["sender"],
        receiver=said["receiver"],
        expected=said["expected"],
        objective=_count(said["objective"]),
        by_hand=said["by"] == HAND,
        patch=read_patch(said["patch"]),
    )


def _count(given: object) -> int | None:
    """Return a number that the page itself wrote; None for a blank."""
    words = str(given)
    return int(words) if words.isascii() and words.isdigit() and len(words) <= len("9999") else None
