"""The line below the header that says whether contacts are open for the incident on the page, and why."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, TypedDict

from dash import Dash, Input, Output, State, dcc, html, no_update, set_props

from dashboard import contacts
from dashboard.attributes import wild
from dashboard.marks import icon
from dashboard.pages.incident.wiring import in_browser
from dashboard.pages.trust.counties import packed
from matching.explanation import clock_words
from registry.trust.declaration import INSTRUMENT_NAMES
from registry.wording import moment_words
from web.wall.classes import for_action
from web.wall.gate import principal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.contacts import About, Standing
    from dashboard.services import Services
    from registry.trust.disclosure import Grant

PULSE_MS: Final = 3_000
"""How often an open page asks whether contacts are still open."""

NAMED: Final = 4
"""Counties named in the line; of more the rest is counted."""

EVERY_LOOK: Final = "Every look is recorded with your name."
WHAT_IS_SEEN: Final = "You see what, how many and when; names only where the company allows it."


class Told(TypedDict):
    """What the line said last: a digest of its words, and the declaration under which contacts are open."""

    words: str
    key: str


def parts(told: Standing, shown: About) -> list[Any]:
    """Return the line with the stores that keep it up to date."""
    return [
        html.Div(
            banner(told, shown["incident"]),
            id="contacts",
            className=class_of(told),
            role="status",
            **wild({"aria-label": "Contacts"}),
        ),
        dcc.Store(id="about", data=dict(shown)),
        dcc.Store(id="told", data=dict(_told(told, shown))),
        dcc.Store(id="standing"),
        dcc.Interval(id="pulse", interval=PULSE_MS),
    ]


def banner(told: Standing, incident_id: str | None) -> list[Any]:
    """Return the line: whether contacts are open, and what may be done about it."""
    open_now = told.door == "open"
    sign = "unlock" if open_now else "info" if told.door == "no_area" else "lock"
    head, rest, more = words(told, datetime.now(UTC))
    return [
        icon(sign),
        html.Span([html.B(head), f" {rest}"], className="say"),
        html.Span(more, className="hide") if more else None,
        *_ways(told, incident_id),
    ]


def class_of(told: Standing) -> str:
    """Return the class that colours the line."""
    return "decl o" if told.door == "open" else "decl cl"


def words(told: Standing, now: datetime) -> tuple[str, str, str]:
    """Return the line's bold words, what follows them, and what only a wide screen has room for."""
    if told.door == "no_area":
        return "No area yet.", "Once you have one, this line says whether contacts are open there.", ""
    if told.door == "open" and told.grant is not None:
        more = EVERY_LOOK if told.may_look else "Your role sees names and places here, and opens no contacts."
        return "Contacts are open", _open_words(told.grant, told.counties, now), more
    if told.door in {"unsaved", "changed"} and told.nearest is not None:
        todo = "Save the incident" if told.door == "unsaved" else "The area is not the saved one: save it"
        return "Contacts are closed.", f"{todo}, then {told.nearest.title} opens them.", WHAT_IS_SEEN
    if (
        told.nearest is not None and told.nearest.state == "in_force"
    ):  # nothing but a closed incident is in its way
        todo = f"The incident is closed. Reopen it, and {told.nearest.title} opens them."
        return "Contacts are closed.", todo, WHAT_IS_SEEN
    return "Contacts are closed.", _closed_words(told, now), WHAT_IS_SEEN


def counties_words(names: Sequence[str], joint: str) -> str:
    """Return counties in a sentence: `Jasper and Newton counties`, `Jasper or Newton county`, `Cole county and 3 more`."""
    shown, more = list(names[:NAMED]), len(names) - NAMED
    if more > 0:
        return f"{', '.join(shown)} {joint} {more} more"
    plain = [name.removesuffix(" county") for name in shown]
    alike = all(name.endswith(" county") for name in shown)
    if len(shown) == 1 or not alike:
        return f" {joint} ".join(part for part in (", ".join(shown[:-1]), shown[-1]) if part)
    return f"{', '.join(plain[:-1])} {joint} {plain[-1]} {'counties' if joint == 'and' else 'county'}"


def _open_words(grant: Grant, counties: Sequence[str], now: datetime) -> str:
    until = f" until {_clock(grant.until, now)}" if grant.until else ""
    act = f"{INSTRUMENT_NAMES[grant.instrument]} {grant.number}"
    return f"for {counties_words(counties, 'and')} since {_clock(grant.since, now)}{until}, under {act}."


def _closed_words(told: Standing, now: datetime) -> str:
    where, act = counties_words(told.counties, "or"), told.nearest
    if act is None:
        return f"No declaration covers {where}."
    if act.state == "waiting":
        return f"{act.title} waits for a second declarer to confirm it."
    if act.state == "not_yet":
        return f"{act.title} opens them {_at(act.starts_at, now)}."
    if act.state == "ended" and act.ended_at is not None:
        return f"{act.title} was ended {_at(act.ended_at, now)}; no other covers {where}."
    if act.state == "over" and act.ends_at is not None:
        return f"{act.title} was over {_at(act.ends_at, now)}; no other covers {where}."
    return f"No declaration covers {where}."


def _at(moment: datetime, now: datetime) -> str:
    far = abs((moment - now).days) > 300  # noqa: PLR2004 - then the year belongs to it
    return f"on {moment_words(moment)}" if far else f"at {_clock(moment, now)}"


def _clock(moment: datetime, now: datetime) -> str:
    """Return the minute in which something happened: `11:52`, on another day `22 May, 11:52`."""
    return clock_words(moment.replace(second=0, microsecond=0), now)


def _ways(told: Standing, incident_id: str | None) -> list[Any]:
    """Return what may be done from here: see what one looked at, or record a declaration."""
    ways: list[Any] = []
    if told.may_look and incident_id is not None and (told.door == "open" or told.looked):
        count = html.A(
            f"What you looked at ({told.looked:,})",
            href=f"/account/looks?incident={incident_id}",
            className="way",
        )
        ways.append(count)
    if told.may_declare and told.door in {"closed", "no_area"}:
        counties = f"?counties={packed(told.fips)}" if told.fips else ""
        ways.append(
            html.A("Record a declaration", href=f"/declarations/new{counties}", className="btn s way")
        )
    return ways


def _told(told: Standing, shown: About) -> Told:
    said = json.dumps(
        [words(told, datetime.now(UTC)), told.door, told.looked, told.may_look, shown["incident"]]
    )
    return {"words": hashlib.sha256(said.encode()).hexdigest()[:16], "key": told.key}


def register(app: Dash, services: Services) -> None:
    """Hang the line on the application: it is asked anew every few seconds, and whenever the incident changes."""

    @app.callback(
        Output("contacts", "children"),
        Output("contacts", "className"),
        Output("told", "data"),
        Input("pulse", "n_intervals"),
        Input("about", "data"),
        State("told", "data"),
        prevent_initial_call=True,
    )
    @for_action("incident.read")
    def stand(_pulse: int | None, shown: About, before: Told | None) -> tuple[Any, Any, Any]:
        now = contacts.standing(services, principal(), shown)
        told = _told(now, shown)
        if before is None or before["key"] != told["key"]:
            set_props("standing", {"data": told["key"]})  # the list is ranked anew, and what was open is gone
        if before == told:
            return no_update, no_update, no_update
        return banner(now, shown["incident"]), class_of(now), told

    in_browser(app, "door", Input("standing", "data"))
