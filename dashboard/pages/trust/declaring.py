"""Recording a declaration or a waiver, confirming, ending: their forms and their callbacks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, html, no_update

from dashboard.pages.incident.forms import ABOVE
from dashboard.pages.incident.moments import as_filled, aware_moment, held_by, local_text, moment_field, typed
from dashboard.pages.trust.counties import chosen_at_once, county_field, packed, unpacked
from dashboard.pages.trust.declarations import Book, open_book
from dashboard.pages.trust.pieces import Said, act, address, attempt, card, form, sheet, way, zone_note
from registry.directory.places import county_places
from registry.trust import declarations, rules, waivers
from registry.trust.declaration import INSTRUMENT_NAMES, NUMBER_LIMIT, WORDS_LIMIT
from web.wall.classes import for_action
from web.wall.gate import principal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.pages.page import Asked
    from dashboard.services import Services
    from registry.trust.declaration import Declaration

NEW = "/declarations/new"
WAIVER = "/declarations/waiver"


def record_page(services: Services, asked: Asked) -> html.Main:
    """Return the page that records a declaration, or extends the one that the address names."""
    book = open_book(services, asked.principal)
    base = None
    if asked.search.get("extends"):
        with services.scope(asked.principal) as session:
            base = declarations.load(session, asked.principal, asked.search["extends"])
    return record_form(book, base, asked.search)


def record_form(book: Book, base: Declaration | None, filled: Mapping[str, str]) -> html.Main:
    """Return the form of a declaration, filled in with what the address says; `base` is what it extends."""
    places = [place for place in book.places if base is None or place.fips in base.counties]
    chosen = unpacked(filled["counties"]) if "counties" in filled else list(base.counties if base else ())
    instruments = {code: name for code, name in INSTRUMENT_NAMES.items() if base or code != "extension"}
    fields = [
        dmc.Select(
            id="declaration-instrument",
            label="Instrument",
            data=[{"value": code, "label": name} for code, name in instruments.items()],
            value=filled.get("instrument") or ("extension" if base else "proclamation"),
            allowDeselect=False,
            comboboxProps=ABOVE,
        ),
        _words(
            "declaration-number",
            "Number",
            "As it stands on the instrument, such as 26-07",
            NUMBER_LIMIT,
            filled,
        ),
        _words(
            "declaration-authority",
            "Authority",
            "Who issued it, such as Governor of Missouri",
            WORDS_LIMIT,
            filled,
        ),
        county_field(
            "declaration-counties", places, chosen, "Those that the instrument names, by name or by region"
        ),
        html.Div(
            [
                moment_field(
                    "declaration-from",
                    "Central time; leave it empty for now",
                    _filled(filled, "from", base.ends_at if base else None),
                    filled.get("from_turn"),
                ),
                moment_field(
                    "declaration-until",
                    "Leave it empty when no end is named",
                    _filled(filled, "until"),
                    filled.get("until_turn"),
                ),
            ],
            className="form two-columns",
        ),
    ]
    record = act("Record", {"type": "record-do", "extends": base.id if base else ""}, main=True)
    back = way("Leave it", f"/declarations/{base.id}" if base else "/declarations")
    title = f"Extend {base.title}" if base else "Record a declaration"
    rule = " Another declarer must confirm it before it opens contacts." if book.two_declarers else ""
    lead = f"You will be asked for a fresh second factor.{rule}"
    cards = [card("What the instrument says", [form("record", fields, [record, back])]), zone_note()]
    return sheet(title, cards, lead=lead)


def waiver_page(_services: Services, asked: Asked) -> html.Main:
    """Return the page that records a waiver for motor carriers."""
    filled = asked.search
    fields = [
        _words("waiver-number", "Number", "As it stands on the waiver", NUMBER_LIMIT, filled),
        _words("waiver-authority", "Authority", "Who issued it", WORDS_LIMIT, filled),
        _words(
            "waiver-relief",
            "What it relieves of",
            "Such as 10 % more weight on relief loads",
            WORDS_LIMIT,
            filled,
        ),
        html.Div(
            [
                moment_field(
                    "waiver-from",
                    "Central time; leave it empty for now",
                    filled.get("from"),
                    filled.get("from_turn"),
                ),
                moment_field(
                    "waiver-until",
                    "Leave it empty when no end is named",
                    filled.get("until"),
                    filled.get("until_turn"),
                ),
            ],
            className="form two-columns",
        ),
    ]
    buttons = [act("Record the waiver", "waiver-do", main=True), way("Leave it", "/declarations")]
    return sheet(
        "Record a waiver",
        [card("What the waiver says", [form("waiver", fields, buttons)]), zone_note()],
        lead="A waiver stands beside the declarations. It opens no contact.",
    )


def _words(name: str, label: str, description: str, most: int, filled: Mapping[str, str]) -> dmc.TextInput:
    """Return a field for words; its name's last part is what the address calls it."""
    return dmc.TextInput(
        id=name,
        label=label,
        description=description,
        value=filled.get(name.rpartition("-")[2], ""),
        inputProps={"maxLength": most},
    )


def _filled(filled: Mapping[str, str], name: str, otherwise: datetime | None = None) -> str | None:
    """Return what a moment field holds at first: what the address says, once it says anything of the form."""
    return filled.get(name) or None if "instrument" in filled else local_text(otherwise)


def register(app: Dash, services: Services) -> None:
    """Hang the acts of declarers on the application."""
    _register_counties(app, services)
    _register_record(app, services)
    _register_acts(app, services)
    _register_waiver(app, services)


def _register_counties(app: Dash, services: Services) -> None:
    @app.callback(
        Output("declaration-counties", "value"),
        Input({"type": "declaration-counties-at-once", "which": ALL}, "n_clicks"),
        State("declaration-counties", "value"),
        State("declaration-counties", "data"),
        prevent_initial_call=True,
    )
    @for_action("declaration.record")
    def at_once(clicks: list[int], value: list[str] | None, offered: list[dict[str, Any]]) -> Any:  # noqa: ANN401 - FIPS codes or no update
        if not any(clicks):
            return no_update
        known = {item["value"] for group in offered for item in group["items"]}
        with services.scope(principal()) as session:
            places = [place for place in county_places(session) if place.fips in known]
        return chosen_at_once(ctx.triggered_id["which"], value or [], places)


def _register_record(app: Dash, services: Services) -> None:
    @app.callback(
        output=[Output("record-go", "href"), Output("record-refused", "children")],
        inputs={"clicks": Input({"type": "record-do", "extends": ALL}, "n_clicks")},
        state={
            "instrument": State("declaration-instrument", "value"),
            "number": State("declaration-number", "value"),
            "authority": State("declaration-authority", "value"),
            "counties": State("declaration-counties", "value"),
            "moments": held_by("declaration-from", "declaration-until"),
        },
        prevent_initial_call=True,
    )
    @for_action("declaration.record")
    def record(  # noqa: PLR0917 - Dash names them
        clicks: list[int],
        instrument: str,
        number: str,
        authority: str,
        counties: list[str] | None,
        moments: Mapping[str, str | None],
    ) -> Said:
        if not any(clicks):
            return no_update, no_update
        extends = str(ctx.triggered_id["extends"])
        said: dict[str, Any] = {
            "instrument": instrument or "",
            "number": number or "",
            "authority": authority or "",
            "counties": counties or [],
            "extends": extends or None,
        }
        back = address(
            NEW,
            **{**said, "counties": packed(counties or [])},
            **as_filled(moments, "declaration", "from", "until"),
        )
        return attempt(lambda: _record(services, said, moments), back)


def _record(services: Services, said: dict[str, Any], moments: Mapping[str, str | None]) -> str:
    starts = aware_moment(typed("declaration-from", moments)) or datetime.now(UTC)
    ends = aware_moment(typed("declaration-until", moments))
    with services.scope(principal()) as session:
        made = declarations.record(session, principal(), **said, starts_at=starts, ends_at=ends)
        alone = not rules.in_use(session).two_declarers
    return address(f"/declarations/{made}", said="alone" if alone else "recorded")


def _register_acts(app: Dash, services: Services) -> None:
    @app.callback(
        Output("confirm-go", "href"),
        Output("confirm-refused", "children"),
        Input({"type": "confirm-do", "declaration": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    @for_action("declaration.confirm")
    def confirm(clicks: list[int]) -> Said:
        if not any(clicks):
            return no_update, no_update
        which = str(ctx.triggered_id["declaration"])

        def work() -> str:
            with services.scope(principal()) as session:
                declarations.confirm(session, principal(), which)
            return address(f"/declarations/{which}", said="confirmed")

        return attempt(work, f"/declarations/{which}")

    @app.callback(
        Output("end-go", "href"),
        Output("end-refused", "children"),
        Input({"type": "end-do", "declaration": ALL}, "n_clicks"),
        State("end-reason", "value"),
        prevent_initial_call=True,
    )
    @for_action("declaration.end")
    def end(clicks: list[int], reason: str | None) -> Said:
        if not any(clicks):
            return no_update, no_update
        which = str(ctx.triggered_id["declaration"])

        def work() -> str:
            with services.scope(principal()) as session:
                declarations.end(session, principal(), which, reason or "")
            return address(f"/declarations/{which}", said="ended")

        return attempt(work, address(f"/declarations/{which}", reason=reason))


def _register_waiver(app: Dash, services: Services) -> None:
    @app.callback(
        output=[Output("waiver-go", "href"), Output("waiver-refused", "children")],
        inputs={"clicks": Input("waiver-do", "n_clicks")},
        state={
            "number": State("waiver-number", "value"),
            "authority": State("waiver-authority", "value"),
            "relief": State("waiver-relief", "value"),
            "moments": held_by("waiver-from", "waiver-until"),
        },
        prevent_initial_call=True,
    )
    @for_action("waiver.record")
    def waive(
        clicks: int, number: str, authority: str, relief: str, moments: Mapping[str, str | None]
    ) -> Said:
        if not clicks:
            return no_update, no_update
        said = {"number": number or "", "authority": authority or "", "relief": relief or ""}

        def work() -> str:
            starts = aware_moment(typed("waiver-from", moments)) or datetime.now(UTC)
            ends = aware_moment(typed("waiver-until", moments))
            with services.scope(principal()) as session:
                waivers.record(session, principal(), **said, starts_at=starts, ends_at=ends)
            return address("/declarations", said="waiver")

        return attempt(work, address(WAIVER, **said, **as_filled(moments, "waiver", "from", "until")))
