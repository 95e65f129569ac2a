"""A company's page: what is shown of it before a declaration, what planners then see, and who looked at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, html, no_update

from dashboard.marks import icon
from dashboard.pages.trust.looks import at_us, before_of
from dashboard.pages.trust.pieces import (
    act,
    address,
    attempt,
    card,
    flag,
    form,
    joined,
    rows,
    sheet,
    zone_note,
)
from registry.directory.companies import company_of
from registry.directory.showing import show
from registry.errors import RegistryError
from registry.trust import trail
from web.wall.classes import for_action
from web.wall.gate import principal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.pages.page import Asked
    from dashboard.pages.trust.pieces import Said
    from dashboard.services import Services
    from registry.directory.companies import Company, CompanyPlace
    from registry.people.principal import Principal
    from registry.trust.trail import Page

PLACES: Final = {
    "no": ("Only the county", "Points stand at the county seat."),
    "zip": ("The ZIP code", "Points stand in the middle of the ZIP code."),
    "exact": ("The exact place", "Points stand where your sites are; a place often tells a name."),
}
"""What may be shown of a place before a declaration, in words and with what follows."""

NAMES: Final = {"no": "No, it stays closed", "yes": "Yes, show our name"}
SAID: Final = {"shown": "Kept. It holds from the next question on."}


def page(services: Services, asked: Asked) -> html.Main:
    """Return the page of the company that the account belongs to, or of the one of several that is asked for."""
    mine = companies_of(asked.principal)
    wanted = asked.search.get("of") or (mine[0] if mine else "")
    if wanted not in mine:
        raise RegistryError(
            "This is not your company",
            given=repr(wanted[:60]) if wanted else "an account without a company",
            wanted="a company that your account belongs to",
            todo="ask an administrator to appoint you as its contact",
        )
    with services.scope(asked.principal) as session:
        company = company_of(session, asked.principal, wanted)
        looks = trail.looks_at(session, asked.principal, wanted, before=before_of(asked))
    return whole(company, looks, mine, SAID.get(asked.search.get("said", ""), ""))


def companies_of(asks: Principal) -> list[str]:
    """Return the ids of the companies that somebody is a contact of."""
    return sorted({held.provider_id for held in asks.appointments if held.provider_id})


def whole(company: Company, looks: Page, mine: Sequence[str] = (), said: str = "") -> html.Main:
    """Return the whole page of a company."""
    name, place = "yes" if company.shows_name else "no", company.shows_place
    fields = [
        html.P(
            "Before a declaration planners see what you have, how many, and when it can be there. What else?"
        ),
        _choice("shows-name", "Show our name before a declaration", dict(NAMES), name),
        _choice(
            "shows-place",
            "Show our place before a declaration",
            {code: words for code, (words, _) in PLACES.items()},
            place,
        ),
    ]
    keep = act("Keep this", {"type": "show-do", "company": company.id}, main=True)
    left = [
        card(
            "What is shown before a declaration",
            [form("show", [*fields, html.P(_chosen(company), className="below")], [keep])],
        )
    ]
    right = [
        card(
            "What planners then see", [html.Div(preview(company, name, place), id="preview", role="status")]
        ),
        _sees_what(company),
    ]
    others = [
        html.A("Another company of yours", href=address("/company", of=each))
        for each in mine
        if each != company.id
    ]
    path = address("/company", of=company.id) if len(mine) > 1 else "/company"
    made_up = [flag("Synthetic company"), " "] if company.synthetic else []
    return sheet(
        company.name,
        [
            html.Div([html.Div(left), html.Div(right)], className="columns"),
            at_us(looks, path),
            zone_note(),
            html.P(others),
        ],
        lead=[*made_up, _where(company.places)],
        said=said,
    )


def _chosen(company: Company) -> str:
    if company.by_company:
        return "You chose this; no list that somebody loads changes it."
    if company.shows_name or company.shows_place != "no":
        return (
            "The list that you were loaded from says this. Once you keep your own choice, no list changes it."
        )
    return "Nobody chose anything yet, so both are closed."


def _where(places: Sequence[CompanyPlace]) -> str:
    counties = sorted({place.county for place in places})
    if not places:
        return "No site of yours is listed."
    return f"Sites in {joined(counties, 4)} {'county' if len(counties) == 1 else 'counties'}."


def _choice(name: str, label: str, options: dict[str, str], value: str) -> dmc.RadioGroup:
    radios = [dmc.Radio(words, value=code) for code, words in options.items()]
    return dmc.RadioGroup(dmc.Stack(radios, gap=6), id=name, label=label, value=value)


def preview(company: Company, name: str, place: str) -> list[Any]:
    """Return a row of the ranked list as a planner has it before a declaration, and where the point stands."""
    known = company.places[0] if company.places else None
    shown: list[Any] = [html.B(company.name)] if name == "yes" else [icon("lock"), " Name closed"]
    zipped = f"ZIP {known.zip_code}" if known and known.zip_code else ""
    where = f"{known.county} county" if known else "its county"
    if place == "zip" and zipped:
        where = f"{zipped}, {where}"
    if place == "exact":
        where = f"the exact place in {where}"
    arrives = "at the minute" if place == "exact" else "to five minutes"
    return [
        html.Div([html.Div(shown), html.Div(where, className="below")], className="seen"),
        html.P(f"{PLACES.get(place, PLACES['no'])[1]} Arrival is told {arrives}.", className="below"),
    ]


def _sees_what(company: Company) -> html.Section:
    yes, no = flag("shown", "good", "check"), flag("closed", sign="lock")
    lines = [
        ["What and how many", yes, yes],
        ["Arrival time and county", yes, yes],
        ["Company name", yes if company.shows_name else no, yes],
        ["Exact place", yes if company.shows_place == "exact" else no, yes],
        ["Phone and e-mail", no, flag("shown for a purpose, recorded", "good", "eye")],
        ["Prices and conditions", no, flag("shown for a purpose, recorded", "good", "eye")],
    ]
    return card("Who sees what", [rows("Who sees what", ("Field", "Before", "In a declaration"), lines)])


def register(app: Dash, services: Services) -> None:
    """Hang a company's own choices on the application."""

    @app.callback(
        Output("preview", "children"),
        Input("shows-name", "value"),
        Input("shows-place", "value"),
        State({"type": "show-do", "company": ALL}, "id"),
        prevent_initial_call=True,
    )
    @for_action("provider.show")
    def look_ahead(name: str, place: str, buttons: list[dict[str, str]]) -> list[Any]:
        with services.scope(principal()) as session:
            company = company_of(session, principal(), str(buttons[0]["company"]))
        return preview(company, name, place)

    @app.callback(
        Output("show-go", "href"),
        Output("show-refused", "children"),
        Input({"type": "show-do", "company": ALL}, "n_clicks"),
        State("shows-name", "value"),
        State("shows-place", "value"),
        prevent_initial_call=True,
    )
    @for_action("provider.show")
    def keep(clicks: list[int], name: str, place: str) -> Said:
        if not any(clicks):
            return no_update, no_update
        which = str(ctx.triggered_id["company"])

        def work() -> str:
            with services.scope(principal()) as session:
                show(session, principal(), which, name=name == "yes", place=place)
            several = which if len(companies_of(principal())) > 1 else None
            # The address of the same thing done twice would be the same, and the browser stay where it is.
            return address("/company", of=several, said="shown", done=principal().request_id)

        return attempt(work, "/company")
