"""The third question, how many and by when: its popover, and what becomes of an answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, html, no_update

from dashboard.pages.incident.forms import button, popover, refusal_box
from dashboard.pages.incident.moments import (
    Typed,
    aware_moment,
    held_by,
    local_text,
    moment_field,
    turn_of,
    typed,
)
from dashboard.state import NeedsStore, WhenStore, known_needs, moment_of, refusal_store, shown_need
from matching.errors import MatchingError
from matching.explanation import moment_words
from web.wall.classes import for_action

if TYPE_CHECKING:
    from dashboard.services import Services

TIMES: Final = held_by("asked-at", "by-at")


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
                    moment_field("asked-at", "Empty: from the moment of ranking."),
                    moment_field("by-at", "May stay open."),
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


def new_when(asked_at: Typed, by_at: Typed, store: WhenStore, *, include_inside: bool) -> WhenStore:
    """Return the times' next state; a time that cannot be is refused beside the last times."""
    try:
        asked, by = aware_moment(asked_at), aware_moment(by_at)
        _check_order(asked, by)
    except MatchingError as refusal:
        return {**store, "by": "use-when", "refused": refusal_store(refusal)}
    return {
        "asked_at": asked.isoformat() if asked else None,
        "by_at": by.isoformat() if by else None,
        "include_inside": include_inside,
        "by": "use-when",
    }


def _check_order(asked: datetime | None, by: datetime | None) -> None:
    """Refuse a deadline before the moment that arrivals are counted from, which is now where none is given."""
    start = asked or datetime.now(UTC)
    if by and by <= start:
        raise MatchingError(
            "It is needed before it is asked for",
            given=f"counted from {moment_words(start)}, needed by {moment_words(by)}",
            wanted="a deadline after the moment that arrivals are counted from",
            todo="move the deadline, or leave it open",
        )


def need_values(services: Services, needs: NeedsStore) -> tuple[str | None, int | str]:
    """Return what the forms show of the need chosen: its kind, and how many."""
    known = known_needs(needs, services.taxonomy)
    need = known[shown_need(needs, len(known))] if known else None
    return need.word if need else None, "" if need is None or need.quantity is None else need.quantity


def time_values(when: WhenStore) -> tuple[Any, ...]:
    """Return what the form shows of the times: counted from, needed by, each with its turn, and whether inside counts."""
    asked, by = moment_of(when["asked_at"]), moment_of(when["by_at"])
    return local_text(asked), turn_of(asked), local_text(by), turn_of(by), bool(when["include_inside"])


def register(app: Dash, services: Services) -> None:
    """Hang the times' one writer and what fills the form on the application."""

    @app.callback(
        Output("when", "data"),
        Input("use-when", "n_clicks"),
        TIMES,
        State("include-inside", "checked"),
        State("when", "data"),
        prevent_initial_call=True,
    )
    @for_action("match.ask")
    def write_when(_use: int, times: dict[str, Any], inside: bool, when: WhenStore) -> Any:  # noqa: ANN401 - a store
        return new_when(typed("asked-at", times), typed("by-at", times), when, include_inside=bool(inside))

    @app.callback(Output("need-kind", "value"), Output("need-quantity", "value"), Input("needs", "data"))
    @for_action("incident.read")
    def fill_need(needs: NeedsStore) -> tuple[Any, ...]:
        return need_values(services, needs)

    # Apart from the need: whoever sets a deadline while a need is still on its way keeps it.
    @app.callback(
        Output("asked-at", "value"),
        Output("asked-at-turn", "value"),
        Output("by-at", "value"),
        Output("by-at-turn", "value"),
        Output("include-inside", "checked"),
        Input("when", "data"),
    )
    @for_action("incident.read")
    def fill_times(when: WhenStore) -> tuple[Any, ...]:
        return time_values(when)

    @app.callback(
        Output("by-at", "value", allow_duplicate=True),
        Output("by-at-turn", "value", allow_duplicate=True),
        Input({"type": "within", "hours": ALL}, "n_clicks"),
        TIMES,
        prevent_initial_call=True,
    )
    @for_action("match.ask")
    def within(clicks: list[int], times: dict[str, Any]) -> tuple[Any, Any]:
        if not any(clicks) or not isinstance(ctx.triggered_id, dict):
            return no_update, no_update
        start = aware_moment(typed("asked-at", times)) or datetime.now(UTC).replace(second=0, microsecond=0)
        by = start + timedelta(hours=int(ctx.triggered_id["hours"]))
        return local_text(by), turn_of(by)
