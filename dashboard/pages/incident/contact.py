"""The look at a contact, from the card of a ranked row: it asks why, shows what was disclosed, and keeps nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import dash_mantine_components as dmc
from dash import MATCH, Dash, Input, Output, State, ctx, html, no_update

from dashboard import contacts
from dashboard.attributes import wild
from dashboard.marks import icon
from dashboard.pages.incident import states
from dashboard.state import refusal_store
from geo.errors import Refusal
from matching.explanation import CENTRAL
from registry.people.access import Target, allowed
from registry.trust.refusals import PURPOSE_LIMIT
from web.wall.classes import for_action
from web.wall.gate import principal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.services import Services
    from matching.answers import Answer
    from registry.people.principal import Principal
    from registry.trust.disclosure import Confidence, Disclosed

CLOSED: Final = "Closed until a declaration covers the area"
NOT_YOURS: Final = "Your role opens no contacts here"


def slot(
    services: Services, who: Principal, answer: Answer, provider_id: str, incident_id: str | None
) -> Any:  # noqa: ANN401 - Dash children
    """Return the card's row on the contact: the way to it, or why it is closed."""
    if not answer.opened or incident_id is None:
        return [icon("lock"), " ", CLOSED]
    counties = frozenset(county.fips for county in answer.counties)
    if not allowed(who, "contact.look", Target(counties=counties)):
        return [icon("lock"), " ", NOT_YOURS]
    return html.Div(
        ask(contacts.purposes(services), provider_id),
        id={"type": "contact", "provider": provider_id},
        className="contact",
    )


def ask(purposes: Sequence[str], provider_id: str) -> list[Any]:
    """Return the form that asks what a look is for, folded behind its button."""
    return [
        html.Details(
            [
                html.Summary("Show contact", className="btn s p"),
                html.Div(
                    [
                        dmc.RadioGroup(
                            html.Div(
                                [dmc.Radio(label=words, value=words) for words in purposes],
                                className="choices",
                            ),
                            id={"type": "purpose", "provider": provider_id},
                            label="What for? The company sees it",
                            value=purposes[0] if purposes else None,
                        ),
                        dmc.TextInput(
                            id={"type": "purpose-own", "provider": provider_id},
                            label="Or more, in your own words",
                            inputProps={"maxLength": PURPOSE_LIMIT - 120},
                        ),
                        html.Div(
                            [
                                html.Button(
                                    [icon("eye"), "Record and show"],
                                    id={"type": "look", "provider": provider_id},
                                    className="btn p",
                                    n_clicks=0,
                                    type="button",
                                ),
                            ],
                            className="bt",
                        ),
                    ],
                    className="form",
                ),
            ],
            className="ask-contact",
        )
    ]


def disclosed(found: Disclosed, at: datetime) -> list[Any]:
    """Return what one look opened, with the moment (aware) it was recorded."""
    recorded = html.Span(
        [icon("eye"), f" look recorded {at.astimezone(CENTRAL):%H:%M}"], className="t12 c recorded"
    )
    own = found.contact
    if own is None:
        first: list[Any] = [html.Div(["This company gave no contact. ", recorded])]
    else:
        who = f", {own.person}" if own.person else ""
        first = [
            html.Div([html.B(own.phone or "No telephone"), who, " ", recorded]),
            html.Div(own.email) if own.email else None,
        ]
    told = [_confidence(each) for each in found.proprietary]
    kept = [html.H3("In confidence"), html.Dl([row for rows in told for row in rows])] if any(told) else []
    return [html.Div([*first, *kept], className="disclosed", role="status", **wild({"data-disclosed": "1"}))]


def _confidence(told: Confidence) -> list[Any]:
    said = [
        (name, words)
        for name, words in (
            ("Price", told.price_basis),
            ("Conditions", told.conditions),
            ("Notes", told.notes),
        )
        if words
    ]
    return (
        [html.Dt(told.asset), html.Dd([html.Div(f"{name}: {words}") for name, words in said])] if said else []
    )


def purpose_of(chosen: str | None, own: str | None) -> str:
    """Return a purpose as it is recorded: the chosen one, what was written, or both."""
    return ": ".join(part.strip() for part in (chosen or "", own or "") if part.strip())


def register(app: Dash, services: Services) -> None:
    """Hang the look on the application; its answer goes to the card it was asked from, or nowhere."""

    @app.callback(
        Output({"type": "contact", "provider": MATCH}, "children"),
        Input({"type": "look", "provider": MATCH}, "n_clicks"),
        State({"type": "purpose", "provider": MATCH}, "value"),
        State({"type": "purpose-own", "provider": MATCH}, "value"),
        State("saved", "data"),
        prevent_initial_call=True,
    )
    @for_action("contact.look")
    def look(clicks: int | None, chosen: str | None, own: str | None, saved: dict[str, str] | None) -> Any:  # noqa: ANN401 - Dash children
        if not clicks or not saved:
            return no_update
        provider_id = ctx.triggered_id["provider"]
        try:
            found = contacts.look(services, principal(), saved["id"], provider_id, purpose_of(chosen, own))
        except Refusal as refusal:
            again = ask(contacts.purposes(services), provider_id)
            return [*states.refusal_note(refusal_store(refusal)), *again]
        return disclosed(found, datetime.now(UTC))
