"""What an auditor does: narrow the list down, and verify the chain."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update

from dashboard.pages.incident.moments import as_filled, held_by
from dashboard.pages.trust.appointing import offer_companies
from dashboard.pages.trust.audit import VERIFIED, chain_card, chain_state
from dashboard.pages.trust.pieces import address, refused
from geo.errors import Refusal
from registry.db.engine import session_scope
from registry.trust import anchors, events
from registry.trust.ledger import verify_events
from web.wall.classes import for_action
from web.wall.gate import principal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.services import Services
    from registry.people.principal import Principal
    from registry.trust.chain import Verdict


def register(app: Dash, services: Services) -> None:
    """Hang what auditors do on the application."""
    _register_filter(app, services)

    @app.callback(
        Output("chain", "children"),
        Input("verify-do", "n_clicks"),
        running=[(Output("verify-do", "disabled"), True, False)],
        prevent_initial_call=True,
    )
    @for_action("audit.read")
    def verify(clicks: int) -> Any:  # noqa: ANN401 - a component or no update
        if not clicks:
            return no_update
        asks, said = principal(), []
        try:
            _record(services, asks, _verdict(services, asks))
        except Refusal as refusal:
            said = refused(refusal)
        with services.scope(asks) as session:
            return chain_card(chain_state(services, session, asks), said)


def _verdict(services: Services, asks: Principal) -> Verdict:
    """Return what a look at every event and every anchor finds, in one snapshot."""
    place = anchors.place_of(services.settings, services.database_url)
    known = anchors.read(place).anchors if isinstance(place, Path) and place.exists() else ()
    with session_scope(services.database_url, snapshot=True, principal=asks) as session:
        return verify_events(session, known)


def _record(services: Services, asks: Principal, verdict: Verdict) -> None:
    """Record what was found, so that everybody sees when the chain was verified last, and by whom."""
    faults = [fault.words for fault in (verdict.broken, verdict.contradicted) if fault is not None]
    found = {"events": verdict.events, "anchored": verdict.anchored, "intact": verdict.intact}
    with services.scope(asks) as session:
        events.record(session, VERIFIED, detail={**found, **({"fault": "; ".join(faults)} if faults else {})})


def _register_filter(app: Dash, services: Services) -> None:
    @app.callback(
        output=Output("filter-go", "href"),
        inputs={"clicks": Input({"type": "filter-do", "incident": ALL, "declaration": ALL}, "n_clicks")},
        state={
            "account": State("audit-account", "value"),
            "action": State("audit-action", "value"),
            "company": State("audit-company", "value"),
            "moments": held_by("audit-since", "audit-until"),
        },
        prevent_initial_call=True,
    )
    @for_action("audit.read")
    def narrow(
        clicks: list[int],
        account: str | None,
        action: str | None,
        company: str | None,
        moments: Mapping[str, str | None],
    ) -> Any:  # noqa: ANN401 - an address or no update
        if not any(clicks):
            return no_update
        kept = {name: str(ctx.triggered_id[name]) for name in ("incident", "declaration")}
        times = as_filled(moments, "audit", "since", "until")
        return address("/audit", account=account, action=action, company=company, **kept, **times)

    offer_companies(app, services, "audit-company", "audit.read")
