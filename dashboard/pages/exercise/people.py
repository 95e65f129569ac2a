"""Who takes part in an exercise, what it is to show, and its made-up contacts, with the forms that change them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, html, no_update

from dashboard.pages.exercise.band import banded, views
from dashboard.pages.incident.forms import ABOVE
from dashboard.pages.page import named_in
from dashboard.pages.trust.pieces import (
    Said,
    act,
    address,
    attempt,
    card,
    form,
    rows,
    sheet,
    two_lines,
)
from registry.exercises import planning
from registry.exercises.checking import TITLE_CHARS, WORDS_CHARS
from registry.exercises.errors import ExerciseError
from registry.exercises.exercise import PART_NAMES, PARTS, Contact, Objective
from registry.exercises.seats import not_there
from registry.exercises.store import load
from web.wall.classes import for_action
from web.wall.gate import principal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dashboard.pages.page import Asked
    from dashboard.services import Services
    from registry.exercises.exercise import Participant
    from registry.people.principal import Principal

SAID: Final = {
    "named": "Named. The exercise is in their list from now on.",
    "dropped": "Takes part no longer.",
    "objective": "The objective is kept.",
    "contact": "The contact is kept.",
}


@banded
def page(services: Services, asked: Asked) -> html.Main:
    """Return the page of an exercise's people, objectives and contacts."""
    which, asks = asked.parts["id"], asked.principal
    with services.scope(asks) as session:
        exercise = load(session, asks, which)
        if not exercise.sees_all:
            raise not_there(which)
        people = planning.participants(session, asks, which)
        known = planning.objectives(session, asks, which)
        contacts = planning.contacts(session, asks, which)
    edits = exercise.seat == "designer"
    shown = views(exercise, "/people")
    return sheet(
        exercise.name,
        [
            *([] if shown is None else [shown]),
            *_people(people, edits=edits),
            *_objectives(known, edits=edits),
            *_contacts(contacts, edits=edits),
        ],
        said=SAID.get(asked.search.get("said", ""), ""),
    )


def _people(people: Sequence[Participant], *, edits: bool) -> list[html.Section]:
    lines = [[each.name, PART_NAMES[each.part], _drop(each) if edits else ""] for each in people]
    table = rows("Who takes part", ("Name", "Part", ""), lines)
    cards = [card("Who takes part", [table] if lines else [html.P("Nobody is named yet.")])]
    if edits:
        fields = [
            _field("person-account", "Account", "The name that they type at sign-in"),
            dmc.Select(
                id="person-part",
                label="Part",
                data=[{"value": part, "label": PART_NAMES[part]} for part in PARTS],
                value="player",
                allowDeselect=False,
                comboboxProps=ABOVE,
            ),
        ]
        cards.append(
            card("Name somebody", [form("person", fields, [act("Name them", "person-do", main=True)])])
        )
    return cards


def _drop(each: Participant) -> html.Button:
    return act("Drop", {"type": "person-drop", "account": each.account_id}, about=each.name)


def _objectives(known: Sequence[Objective], *, edits: bool) -> list[html.Section]:
    lines: list[list[Any]] = [
        [
            two_lines(f"{each.number}. {each.words}", each.capability),
            html.Ol([html.Li(words) for words in each.measures]),
        ]
        for each in known
    ]
    table = rows("Objectives", ("Objective", "Measures"), lines)
    cards = [card("Objectives and measures", [table] if lines else [html.P("No objective is set yet.")])]
    if edits:
        fields = [
            _field("objective-number", "Number", "One that stands already is replaced", str(len(known) + 1)),
            _area("objective-words", "Objective", "What the exercise is to show"),
            _field(
                "objective-capability", "Core capability", "Such as Logistics and Supply Chain Management"
            ),
            _area("objective-measures", "Measures", "One a line"),
        ]
        keep = act("Keep it", "objective-do", main=True)
        cards.append(card("Set an objective", [form("objective", fields, [keep])]))
    return cards


def _contacts(contacts: Sequence[Contact], *, edits: bool) -> list[html.Section]:
    lines = [[f"{each.number}. {each.name}", each.organisation, each.phone, each.email] for each in contacts]
    table = rows("Made-up contacts", ("Name", "Organisation", "Telephone", "Mail"), lines)
    cards = [card("Made-up contacts", [table] if lines else [html.P("There is none.")])]
    if edits:
        fields = [
            _field("contact-number", "Number", "One that stands already is replaced", str(len(contacts) + 1)),
            _field("contact-name", "Name", "Somebody made up"),
            _field("contact-organisation", "Organisation", "Made up too"),
            _field("contact-phone", "Telephone", "555-0100 to 555-0199, any area code"),
            _field("contact-email", "Mail", "At example.org, or ending in .test"),
        ]
        keep = act("Keep it", "contact-do", main=True)
        cards.append(card("Make up a contact", [form("contact", fields, [keep])]))
    return cards


def _field(name: str, label: str, description: str, value: str = "") -> dmc.TextInput:
    return dmc.TextInput(
        id=name, label=label, description=description, value=value, inputProps={"maxLength": TITLE_CHARS}
    )


def _area(name: str, label: str, description: str) -> dmc.Textarea:
    return dmc.Textarea(
        id=name,
        label=label,
        description=description,
        autosize=True,
        minRows=2,
        inputProps={"maxLength": WORDS_CHARS},
    )


def register(app: Dash, services: Services) -> None:
    """Hang the forms on the application."""
    _register_people(app, services)
    _register_objectives(app, services)
    _register_contacts(app, services)


def _tried(
    services: Services, pathname: str | None, said: str, verb: Callable[..., object], *given: object
) -> Said:
    """Return what a form answers when `verb` was tried on the exercise of an address."""
    which = named_in(pathname)

    def work() -> str:
        who: Principal = principal()
        with services.scope(who) as session:
            verb(session, who, which, *given)
        return address(f"/exercises/{which}/people", said=said, done=who.request_id)

    return attempt(work, pathname or "/exercises")


def _number(given: str | None) -> int:
    """Return the number that was typed.

    Raises
    ------
    ExerciseError
        It is none.
    """
    words = (given or "").strip()
    if words.isascii() and words.isdigit() and len(words) <= len("9999"):
        return int(words)
    raise ExerciseError(
        "This is no number", given=repr(words[:40]), wanted="1 to 9,999", todo="type a number"
    )


def _register_people(app: Dash, services: Services) -> None:
    @app.callback(
        Output("person-go", "href"),
        Output("person-refused", "children"),
        Input("person-do", "n_clicks"),
        Input({"type": "person-drop", "account": ALL}, "n_clicks"),
        State("person-account", "value"),
        State("person-part", "value"),
        State("url", "pathname"),
        prevent_initial_call=True,
    )
    @for_action("exercise.edit")
    def name(
        clicks: int, dropped: list[int], account: str | None, part: str | None, pathname: str | None
    ) -> Said:
        if not any([clicks, *dropped]):
            return no_update, no_update
        pressed = ctx.triggered_id
        if isinstance(pressed, dict):
            return _tried(services, pathname, "dropped", planning.drop_participant, str(pressed["account"]))
        return _tried(services, pathname, "named", planning.name_participant, account or "", part or "")


def _register_objectives(app: Dash, services: Services) -> None:
    @app.callback(
        Output("objective-go", "href"),
        Output("objective-refused", "children"),
        Input("objective-do", "n_clicks"),
        State("objective-number", "value"),
        State("objective-words", "value"),
        State("objective-capability", "value"),
        State("objective-measures", "value"),
        State("url", "pathname"),
        prevent_initial_call=True,
    )
    @for_action("exercise.edit")
    def keep(  # noqa: PLR0917 - Dash passes by position
        clicks: int,
        number: str | None,
        words: str | None,
        capability: str | None,
        measures: str | None,
        pathname: str | None,
    ) -> Said:
        if not clicks:
            return no_update, no_update

        def verb(session: Any, who: Principal, which: str) -> None:  # noqa: ANN401 - a session
            objective = Objective(
                number=_number(number),
                words=words or "",
                capability=capability or "",
                measures=tuple((measures or "").splitlines()),
            )
            planning.put_objective(session, who, which, objective)

        return _tried(services, pathname, "objective", verb)


def _register_contacts(app: Dash, services: Services) -> None:
    @app.callback(
        Output("contact-go", "href"),
        Output("contact-refused", "children"),
        Input("contact-do", "n_clicks"),
        State("contact-number", "value"),
        State("contact-name", "value"),
        State("contact-organisation", "value"),
        State("contact-phone", "value"),
        State("contact-email", "value"),
        State("url", "pathname"),
        prevent_initial_call=True,
    )
    @for_action("exercise.edit")
    def keep(  # noqa: PLR0917 - Dash passes by position
        clicks: int,
        number: str | None,
        name: str | None,
        organisation: str | None,
        phone: str | None,
        email: str | None,
        pathname: str | None,
    ) -> Said:
        if not clicks:
            return no_update, no_update

        def verb(session: Any, who: Principal, which: str) -> None:  # noqa: ANN401 - a session
            made_up = Contact(
                number=_number(number),
                name=name or "",
                organisation=organisation or "",
                phone=phone or "",
                email=email or "",
            )
            planning.put_contact(session, who, which, made_up)

        return _tried(services, pathname, "contact", verb)
