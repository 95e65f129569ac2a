"""Moments in a form: Central time without its zone, as a field shows it, and the two nights on which clocks change."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, html

from dashboard.pages.incident.forms import ABOVE
from matching.errors import MatchingError
from matching.explanation import CENTRAL, moment_words
from registry.wording import day_words
from web.wall.classes import signed_in

if TYPE_CHECKING:
    from collections.abc import Mapping

FIELDS: Final = {
    "asked-at": "Counted from",
    "by-at": "Needed by",
    "closure-from": "From",
    "closure-until": "Until",
    "declaration-from": "From",
    "declaration-until": "Until",
    "waiver-from": "From",
    "waiver-until": "Until",
    "audit-since": "From",
    "audit-until": "Until",
}
"""Every moment field of the pages, by what it is called."""

Turn = Literal["first", "second"]
"""Which of two equal clock times is meant, on the night that clocks go back."""


class Typed(NamedTuple):
    """What a moment field holds: its text, the field's name, and which of two equal times is meant."""

    text: str | None
    label: str
    turn: str = "first"


def moment_field(name: str, description: str, value: str | None = None, turn: str | None = None) -> html.Div:
    """Return a field for a moment in Central time, which asks back when its clock time comes twice.

    `value` is what it holds at first, Central time without its zone, and `turn` which of two equal times that is.
    """
    label = FIELDS[name]
    turns = dmc.RadioGroup(
        dmc.Group([dmc.Radio("The first", value="first"), dmc.Radio("The second", value="second")]),
        id=f"{name}-turn",
        label="That night this time comes twice",
        value="second" if turn == "second" else "first",
    )
    field = dmc.DateTimePicker(
        id=name,
        label=label,
        description=description,
        value=value or None,
        valueFormat="D MMM YYYY, HH:mm",
        clearable=True,
        clearButtonProps={"aria-label": f"Clear: {label}"},
        popoverProps=ABOVE,
        timePickerProps={"withDropdown": False, "hoursInputLabel": "Hours", "minutesInputLabel": "Minutes"},
        submitButtonProps={"aria-label": "Use this time"},
        nextLabel="Next month",
        previousLabel="Month before",
    )
    return html.Div(
        [field, html.Div(turns, id=f"{name}-twice", className="twice", hidden=not comes_twice(value))]
    )


def held_by(*names: str) -> dict[str, State]:
    """Return the states of some moment fields, as a callback is given them."""
    return {key: State(key, "value") for name in names for key in (name, f"{name}-turn")}


def typed(name: str, held: Mapping[str, str | None]) -> Typed:
    """Return what one field holds, out of the states of several."""
    return Typed(held[name], FIELDS[name], held[f"{name}-turn"] or "first")


def as_filled(held: Mapping[str, str | None], form_of: str, *parts: str) -> dict[str, str | None]:
    """Return what a form's moment fields hold, by the names of an address: `from`, and which of two equal hours."""
    filled: dict[str, str | None] = {}
    for part in parts:
        name = f"{form_of}-{part}"
        filled[part] = held[name]
        filled[f"{part}_turn"] = held[f"{name}-turn"] if held[name] else None
    return filled


def local_text(moment: datetime | None) -> str | None:
    """Return an aware moment as a moment field shows it: Central time without its zone."""
    return moment.astimezone(CENTRAL).strftime("%Y-%m-%d %H:%M:%S") if moment else None


def turn_of(moment: datetime | None) -> Turn:
    """Return which of two equal clock times an aware moment is; the first where there is only one."""
    return "second" if moment and moment.astimezone(CENTRAL).fold else "first"


def said_once(words: str, moment: datetime) -> str:
    """Return a moment's words so that they mean one moment only, also on the night that clocks go back."""
    return f"{words} (the {turn_of(moment)} of two)" if comes_twice(local_text(moment)) else words


def comes_twice(text: str | None) -> bool:
    """Return whether a field's clock time comes twice, because clocks go back that night."""
    if not text:
        return False
    local = datetime.fromisoformat(text).replace(tzinfo=CENTRAL)
    later = local.replace(fold=1)
    # In the hour that spring skips the two readings differ as well, the later one the sooner.
    return later.astimezone(UTC) > local.astimezone(UTC)


def aware_moment(typed: Typed) -> datetime | None:
    """Return the aware UTC moment of a moment field, read as Central time; None for an empty field.

    In UTC, since moments of one zone are compared by their clocks, which run the same hour twice in autumn.

    Raises
    ------
    MatchingError
        The clock skips this time, because it goes forward that night.
    """
    if not typed.text:
        return None
    local = datetime.fromisoformat(typed.text).replace(tzinfo=CENTRAL, fold=int(typed.turn == "second"))
    moment = local.replace(fold=0).astimezone(UTC)
    if moment.astimezone(CENTRAL).replace(tzinfo=None) != local.replace(tzinfo=None):
        given = f"{day_words(local)}, {local:%H:%M}"
        raise MatchingError(
            "This time does not exist",
            given=f"{typed.label} {given}, when clocks go forward by an hour",
            wanted="a time that clocks show that night: before 02:00, or from 03:00",
            todo=f"use {moment_words(moment)}, an hour later on the clock",
        )
    return local.astimezone(UTC)


def register(app: Dash) -> None:
    """Hang on the application that a field asks back when its clock time comes twice."""
    for name in FIELDS:
        app.callback(Output(f"{name}-twice", "hidden"), Input(name, "value"))(_hidden)


@signed_in
def _hidden(text: str | None) -> bool:
    return not comes_twice(text)
