"""The third question, how many and by when: its popover, and what becomes of an answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, html, no_update

from dashboard.pages.incident.forms import button, popover, refusal_box
from dashboard.pages.incident.moments import aware_moment, local_text, moment_field
from dashboard.state import NeedsStore, WhenStore, moment_of, needs_of, refusal_store, shown_need
from matching.errors import MatchingError
from matching.explanation import moment_words

if TYPE_CHECKING:
    from dashboard.services import Services


def when_popover() -> html.Div:
    """Return the popover that asks how many and by when."""
    return popover(
        "when",
        "How many, and by when?",
        [
            html.Div(
                [
                    dmc.NumberInput(
                        id="need-quantity",
                        label="How many",
                        description="Leave it empty to see every arrival.",
                        min=1,
                        max=1_000_000,
                        allowDecimal=False,
                    ),
                    moment_field("asked-at", "Counted from", "Empty: from the moment of ranking."),
                    moment_field("by-at", "Needed by", "May stay open."),
                    html.Div(
                        [
                            html.Span("Or within", className="t12 c2"),
                            *(
                                html.Button(
                                    f"{hours} h",
                                    id={"type": "within", "hours": hours},
                                    className="btn s",
                                    n_clicks=0,
                                    type="button",
                                )
                                for hours in (3, 6, 12, 24)
                            ),
                        ],
                        className="bt",
                    ),
                    dmc.Checkbox(id="include-inside", label="Rank sites inside the area too"),
                    refusal_box("when-refused"),
                    html.Div(button("Use this", "use-when"), className="bt"),
                    html.P("Central time.", className="t12 c2"),
                ],
                className="form",
            )
        ],
    )


def new_when(asked_at: str | None, by_at: str | None, store: WhenStore, *, include_inside: bool) -> WhenStore:
    """Return the times' next state; a deadline before the moment it is asked is refused beside the last times.

    Without a moment arrivals are counted from now, so a deadline that has passed is refused as well.
    """
    asked, by = aware_moment(asked_at), aware_moment(by_at)
    start = asked or datetime.now(UTC)
    if by and by <= start:
        refusal = MatchingError(
            "It is needed before it is asked for",
            given=f"counted from {moment_words(start)}, needed by {moment_words(by)}",
            wanted="a deadline after the moment that arrivals are counted from",
            todo="move the deadline, or leave it open",
        )
        return {**store, "refused": refusal_store(refusal)}
    return {
        "asked_at": asked.isoformat() if asked else None,
        "by_at": by.isoformat() if by else None,
        "include_inside": include_inside,
    }


def form_values(services: Services, needs: NeedsStore, when: WhenStore) -> tuple[Any, ...]:
    """Return what the forms show for a state: kind, number, counted from, needed by, and whether inside counts."""
    known = needs_of(needs, services.taxonomy)
    need = known[shown_need(needs, len(known))] if known else None
    return (
        need.word if need else None,
        "" if need is None or need.quantity is None else need.quantity,
        local_text(moment_of(when["asked_at"])),
        local_text(moment_of(when["by_at"])),
        bool(when["include_inside"]),
    )


def register(app: Dash, services: Services) -> None:
    """Hang the times' one writer and what fills the form on the application."""

    @app.callback(
        Output("when", "data"),
        Input("use-when", "n_clicks"),
        State("asked-at", "value"),
        State("by-at", "value"),
        State("include-inside", "checked"),
        State("when", "data"),
        prevent_initial_call=True,
    )
    def write_when(_use: int, asked_at: str | None, by_at: str | None, inside: bool, when: WhenStore) -> Any:  # noqa: ANN401 - a store
        return new_when(asked_at, by_at, when, include_inside=bool(inside))

    @app.callback(
        Output("need-kind", "value"),
        Output("need-quantity", "value"),
        Output("asked-at", "value"),
        Output("by-at", "value"),
        Output("include-inside", "checked"),
        Input("needs", "data"),
        Input("when", "data"),
    )
    def fill(needs: NeedsStore, when: WhenStore) -> tuple[Any, ...]:
        return form_values(services, needs, when)

    @app.callback(
        Output("by-at", "value", allow_duplicate=True),
        Input({"type": "within", "hours": ALL}, "n_clicks"),
        State("asked-at", "value"),
        prevent_initial_call=True,
    )
    def within(clicks: list[int], asked_at: str | None) -> Any:  # noqa: ANN401 - a text or no update
        if not any(clicks) or not isinstance(ctx.triggered_id, dict):
            return no_update
        start = aware_moment(asked_at) or datetime.now(UTC).replace(second=0, microsecond=0)
        return local_text(start + timedelta(hours=int(ctx.triggered_id["hours"])))
