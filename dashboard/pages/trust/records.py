"""Records that companies submitted: which wait for review, what was decided, and what a records request would get."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, dcc, html, no_update

from dashboard.pages.trust.pieces import (
    act,
    address,
    attempt,
    card,
    day_and_time,
    flag,
    form,
    refused,
    rows,
    sheet,
    two_lines,
    zone_note,
)
from geo.errors import Refusal
from registry.directory.companies import company_names
from registry.people.access import may_somewhere
from registry.people.appointments import read_id
from registry.trust.declaration import WORDS_LIMIT
from registry.trust.public_records import decide, decisions, export, queue, read_seen, submitted_at
from registry.trust.records_export import as_csv
from web.wall.classes import for_action
from web.wall.gate import principal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from dashboard.pages.page import Asked
    from dashboard.pages.trust.pieces import Said
    from dashboard.services import Services
    from registry.trust.public_records import Decided, Shown, Waiting

SHOWN: Final = 50
"""Companies of the queue on the page, the soonest due first."""

FIELDS: Final = 200
"""Fields of an export on the page; the file has all."""

DECISIONS: Final = {"closed": "Kept closed", "open": "Opened"}


def list_page(services: Services, asked: Asked) -> html.Main:
    """Return the page of the review queue; whoever may not review sees where to ask for an export."""
    if not may_somewhere(asked.principal, "records.review"):
        return listed(None)
    with services.scope(asked.principal) as session:
        return listed(queue(session, asked.principal))


def one_page(services: Services, asked: Asked) -> html.Main:
    """Return the page of one company's records."""
    which, asks = str(read_id(asked.parts["id"], "company")), asked.principal
    reviews = may_somewhere(asks, "records.review")
    with services.scope(asks) as session:
        name = company_names(session, asks, [which]).get(which, "A company that is gone")
        past = decisions(session, asks, which)
        seen = submitted_at(session, asks, which) if reviews else None
    return whole(which, name, past, seen=seen, filled=asked.search)


def listed(waiting: Sequence[Waiting] | None) -> html.Main:
    """Return the queue, the soonest due first; None for whoever does not review."""
    if waiting is None:
        words = html.P(
            "An administrator reviews records. Open a company from the audit to see what a request would get."
        )
        return sheet("Records", [card("What companies submitted", [words])])
    overdue = sum(each.overdue for each in waiting)
    late = f", {overdue} of them overdue" if overdue else ""
    lead = f"{len(waiting)} companies wait for review{late}." if waiting else "Nothing waits for review."
    lines = [
        [
            html.A(each.provider_name, href=f"/records/{each.provider_id}"),
            day_and_time(each.submitted_at),
            day_and_time(each.due_at),
            flag("Overdue", "warn", "clock") if each.overdue else flag("In time"),
        ]
        for each in waiting[:SHOWN]
    ]
    table = rows("Records that wait for review", ("Company", "Submitted", "Due", "State"), lines)
    more = f"The {SHOWN} soonest due are shown." if len(waiting) > SHOWN else ""
    parts = (
        [table, html.P(more, className="below")] if waiting else [html.P("Each submission is reviewed anew.")]
    )
    return sheet("Records", [card("Waits for review, soonest due first", parts), zone_note()], lead=lead)


def whole(
    which: str, name: str, past: Sequence[Decided], *, seen: datetime | None, filled: Mapping[str, str]
) -> html.Main:
    """Return one company's records: the review of what was submitted until `seen`, what was decided, and the export.

    None for whoever does not review.
    """
    show = act("Show what a request would get", {"type": "records-show", "company": which})
    words = html.P(
        "Each field as it would be given, or withheld with its class and provision. You will be asked for a fresh "
        "second factor, and the export is recorded."
    )
    exported = card(
        "A records request",
        [
            words,
            html.Div(show, className="bt"),
            html.Div(id="records-shown"),
            dcc.Download(id="records-file"),
        ],
    )
    left = [_review_card(which, seen, filled.get("reason", ""))] if seen else []
    said = "The decision is recorded." if filled.get("said") == "decided" else ""
    back = html.P(html.A("All records", href="/records"))
    return sheet(name, [*left, _past_card(past), exported, zone_note(), back], said=said)


def _review_card(which: str, seen: datetime, reason: str) -> html.Section:
    about = {"type": "records-do", "company": which, "seen": seen.isoformat()}
    field = dmc.TextInput(
        id="records-reason",
        label="Why",
        description="Kept with the decision, and read by the auditor",
        value=reason,
        inputProps={"maxLength": WORDS_LIMIT},
    )
    buttons = [
        act("Keep closed", {**about, "what": "closed"}, main=True),
        act("Open", {**about, "what": "open"}),
    ]
    words = html.P(
        "Opened records are given to whoever asks. Contacts and what is proprietary stay withheld always."
    )
    until = html.P(["What was submitted until ", day_and_time(seen), " is decided about."])
    return card("Review", [form("records", [until, words, field], buttons)])


def _past_card(past: Sequence[Decided]) -> html.Section:
    lines = [
        [two_lines(DECISIONS[each.decision], each.reason), each.by, day_and_time(each.at)] for each in past
    ]
    none = html.P("Nobody reviewed these records yet.")
    return card(
        "Decided before", [rows("Decided before", ("Decision", "By", "When"), lines) if lines else none]
    )


def exported_table(found: Sequence[Shown]) -> list[Any]:
    """Return an export as a table: a field's value, or under which provision it is withheld."""
    withheld = sum(not each.given for each in found)
    lines = [
        [
            two_lines(each.field.replace("_", " "), each.record),
            each.value if each.given else flag("Withheld", sign="lock"),
            two_lines(each.records_class, each.provision),
        ]
        for each in found[:FIELDS]
    ]
    said = f"{len(found) - withheld} fields given, {withheld} withheld."
    more = f" The first {FIELDS} are shown; the file has all." if len(found) > FIELDS else ""
    table = rows("What a records request would get", ("Field", "Given", "Class and provision"), lines)
    return [html.P(f"{said}{more}", role="status"), table]


def register(app: Dash, services: Services) -> None:
    """Hang review and export on the application."""

    @app.callback(
        Output("records-go", "href"),
        Output("records-refused", "children"),
        Input({"type": "records-do", "company": ALL, "seen": ALL, "what": ALL}, "n_clicks"),
        State("records-reason", "value"),
        prevent_initial_call=True,
    )
    @for_action("records.review")
    def review(clicks: list[int], reason: str | None) -> Said:
        if not any(clicks):
            return no_update, no_update
        pressed = ctx.triggered_id
        which = str(pressed["company"])

        def work() -> str:
            with services.scope(principal()) as session:
                asks, seen = principal(), read_seen(str(pressed["seen"]))
                decide(session, asks, which, str(pressed["what"]), reason or "", seen=seen)
            # The address of the same thing done twice would be the same, and the browser stay where it is.
            return address(f"/records/{which}", said="decided", done=principal().request_id)

        return attempt(work, address(f"/records/{which}", reason=reason))

    @app.callback(
        Output("records-shown", "children"),
        Output("records-file", "data"),
        Input({"type": "records-show", "company": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    @for_action("records.export")
    def show(clicks: list[int]) -> tuple[Any, Any]:
        if not any(clicks):
            return no_update, no_update
        which = str(ctx.triggered_id["company"])
        try:
            with services.scope(principal()) as session:
                made = export(session, principal(), [which], as_csv)
        except Refusal as refusal:
            return refused(refusal, f"/records/{which}"), no_update
        file = {"content": made.file, "filename": "records-request.csv", "type": "text/csv"}
        return exported_table(made.rows), file
