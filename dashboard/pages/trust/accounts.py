"""The accounts: who may sign in and as what; and one of them with its appointments and its sign-in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import dash_mantine_components as dmc
from dash import html

from dashboard.pages.incident.forms import ABOVE
from dashboard.pages.trust.counties import county_field, county_words, regions_of
from dashboard.pages.trust.pieces import (
    act,
    card,
    day_and_time,
    facts,
    flag,
    form,
    rows,
    sheet,
    two_lines,
    zone_note,
)
from registry.directory.companies import company_names
from registry.directory.places import county_places
from registry.directory.reference import sectors
from registry.people import accounts, subjects
from registry.people.access import may_somewhere
from registry.people.appointments import read_id
from registry.people.principal import ROLE_NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dashboard.pages.page import Asked
    from dashboard.services import Services
    from registry.directory.places import CountyPlace
    from registry.people.accounts import Account
    from registry.people.appointments import HeldAppointment
    from registry.people.fresh import FreshSignIn
    from registry.people.principal import Principal
    from registry.people.subjects import Stranger

HEADS: Final = ("Account", "Appointed to", "Signs in", "Since")

DO: Final = "account-do"
"""The type of every button that changes an account."""


@dataclass(frozen=True)
class Roll:
    """All accounts, the words for where they are appointed, and who looks."""

    asks: Principal
    listed: Sequence[Account]
    places: Sequence[CountyPlace] = ()
    sectors: Mapping[str, str] = field(default_factory=dict)
    companies: Mapping[str, str] = field(default_factory=dict)
    strangers: Sequence[Stranger] = ()
    linked: Sequence[tuple[str, str]] = ()

    @property
    def manages(self) -> bool:
        """Whether whoever looks may change accounts."""
        return may_somewhere(self.asks, "account.manage")

    def appointed(self, held: HeldAppointment) -> str:
        """Return a role with its jurisdiction in words."""
        where = (
            (held.region and f"region {held.region}")
            or (held.counties and county_words(held.counties, self.places))
            or (held.sector and self.sectors.get(held.sector, held.sector))
            or (held.provider_id and self.companies.get(held.provider_id, "a company that is gone"))
        )
        return f"{ROLE_NAMES[held.role]}, {where}" if where else ROLE_NAMES[held.role]


def call_roll(services: Services, asks: Principal, account_id: str | None = None) -> Roll:
    """Return the accounts as they stand now; of one account also who may be linked to it."""
    with services.scope(asks) as session:
        listed = accounts.list_accounts(session, asks)
        held = [one.provider_id for each in listed for one in each.appointments if one.provider_id]
        manages = account_id is not None and may_somewhere(asks, "account.manage")
        return Roll(
            asks=asks,
            listed=listed,
            places=county_places(session),
            sectors={sector.code: sector.name for sector in sectors(session)},
            companies=company_names(session, asks, held),
            strangers=subjects.strangers(session, asks) if manages else (),
            linked=subjects.subjects_of(session, asks, account_id) if manages and account_id else (),
        )


def list_page(services: Services, asked: Asked) -> html.Main:
    """Return the page of all accounts."""
    return listed(call_roll(services, asked.principal))


def one_page(services: Services, asked: Asked) -> html.Main:
    """Return the page of one account."""
    with services.scope(asked.principal) as session:
        account = accounts.account_of(session, str(read_id(asked.parts["id"], "account")))
    return whole(call_roll(services, asked.principal, account.id), account)


def listed(roll: Roll) -> html.Main:
    """Return the list of accounts, with the form that adds one for administrators."""
    disabled = sum(each.disabled_at is not None for each in roll.listed)
    lead = f"{len(roll.listed)} accounts" + (f", {disabled} of them disabled" if disabled else "") + "."
    cards: list[Any] = [card("All accounts", [html.Div(table(roll), id="accounts-list")])]
    if roll.manages:
        cards.insert(0, html.Div(id="accounts-fresh", role="status"))
        cards.append(_add_card())
    return sheet("Accounts", [*cards, zone_note()], lead=lead)


def table(roll: Roll) -> Any:  # noqa: ANN401 - a Dash component
    """Return the accounts as a table, or what to do while there is none."""
    if not roll.listed:
        return html.P("There is no account yet.")
    return rows("All accounts", HEADS, [_line(roll, each) for each in roll.listed])


def _line(roll: Roll, each: Account) -> list[Any]:
    title = html.A(each.full_name, href=f"/accounts/{each.id}")
    roles = [html.Div(roll.appointed(one)) for one in each.appointments]
    return [
        two_lines(title, f"{each.name}, of the demo" if each.demo else each.name),
        roles or html.Span("nothing yet", className="c2"),
        state(each),
        day_and_time(each.created_at),
    ]


def state(each: Account) -> html.Span:
    """Return whether an account can sign in, as a flag."""
    if each.disabled_at is not None:
        return flag(f"Disabled {day_and_time(each.disabled_at)}", "warn")
    return flag("By password", "good") if each.has_password else flag("No password")


def _add_card() -> html.Section:
    fields = [
        html.P("You get a sign-in to hand over. It is shown once and must be changed within three days."),
        _text("add-name", "Name", "Typed at sign-in: letters, digits, dots and hyphens", 64),
        _text("add-full-name", "Full name", "As screens and the audit show it", 120),
    ]
    return card("Add an account", [form("add", fields, [act("Add", "add-do", main=True)])])


def _text(name: str, label: str, description: str, most: int) -> dmc.TextInput:
    return dmc.TextInput(
        id=name,
        label=label,
        description=description,
        value="",
        inputProps={"maxLength": most, "autoComplete": "off"},
    )


def fresh_box(fresh: FreshSignIn) -> html.Div:
    """Return a sign-in that was made just now, to be handed over; no other page shows it again."""
    return html.Div(
        [
            html.H2(f"The sign-in of {fresh.name}, shown once"),
            html.P(
                "Hand it over by a way that nobody else reads. The password must be changed within three days."
            ),
            facts(
                [
                    ("Name", html.Span(fresh.name, className="secret")),
                    ("Password", html.Span(fresh.password, className="secret")),
                    ("Key for the app", html.Span(spaced(fresh.totp_key), className="secret")),
                ]
            ),
        ],
        className="once",
    )


def spaced(key: str) -> str:
    """Return a key in groups of four, to be read and typed."""
    return " ".join(key[start : start + 4] for start in range(0, len(key), 4))


def whole(roll: Roll, account: Account, fresh: FreshSignIn | None = None) -> html.Main:
    """Return one account: what it is appointed to, how it signs in, and what an administrator may change."""
    return sheet(
        account.full_name,
        [
            html.Div(id="account-said", role="alert"),
            html.Div(body(roll, account, fresh), id="account-of"),
            zone_note(),
            html.P(html.A("All accounts", href="/accounts")),
        ],
        lead=[state(account), f" {account.name}, since {day_and_time(account.created_at)}"],
    )


def body(roll: Roll, account: Account, fresh: FreshSignIn | None = None) -> list[Any]:
    """Return what stands on an account's page, and changes with each act."""
    held = [_held_line(roll, account, one) for one in account.appointments]
    heads = ("Appointed to", "Since", "") if roll.manages else ("Appointed to", "Since")
    appointed = (
        rows("Appointments", heads, held) if held else html.P("Nothing yet: the account can do nothing.")
    )
    left = [card("Appointments", [appointed])]
    if not roll.manages:
        return left
    left.append(_appoint_card(roll, account))
    right = [_sign_in_card(account), _subject_card(roll, account)]
    top = [fresh_box(fresh)] if fresh else []
    return [*top, html.Div([html.Div(left), html.Div(right)], className="columns")]


def _held_line(roll: Roll, account: Account, held: HeldAppointment) -> list[Any]:
    words = roll.appointed(held)
    line: list[Any] = [words, day_and_time(held.made_at)]
    if roll.manages:
        line.append(act("Dismiss", _id("dismiss", account, held.id), about=words))
    return line


def _id(what: str, account: Account, which: str = "") -> dict[str, str]:
    return {"type": DO, "what": what, "account": account.id, "which": which}


def _appoint_card(roll: Roll, account: Account) -> html.Section:
    """Return the form that appoints; of the fields for a jurisdiction only the one that bounds the role is shown."""
    regions = [{"value": code, "label": f"Region {code}"} for code in regions_of(roll.places)]
    known = [{"value": code, "label": name} for code, name in roll.sectors.items()]
    fields = [
        _select(
            "appoint-role",
            "Role",
            [{"value": code, "label": name} for code, name in ROLE_NAMES.items()],
            "planner",
        ),
        html.Div(_select("appoint-region", "Region", regions), id="appoint-of-coordinator", hidden=True),
        html.Div(
            county_field("appoint-counties", roll.places, (), "By name or by region"),
            id="appoint-of-local",
            hidden=True,
        ),
        html.Div(_select("appoint-sector", "Sector", known), id="appoint-of-beoc", hidden=True),
        html.Div(company_field("appoint-company"), id="appoint-of-company", hidden=True),
    ]
    buttons = [act("Appoint", _id("appoint", account), main=True)]
    return card(
        "Appoint", [html.Div([*fields, html.Div(buttons, className="bt")], className="form sheetform")]
    )


def company_field(name: str, value: str | None = None, label: str = "") -> dmc.Select:
    """Return the field that finds a company by its name; what it offers follows what is typed."""
    return dmc.Select(
        id=name,
        label="Company",
        description="Type a part of its name",
        data=[{"value": value, "label": label}] if value else [],
        value=value,
        searchable=True,
        clearable=True,
        nothingFoundMessage="No company of that name",
        comboboxProps=ABOVE,
        clearButtonProps={"aria-label": "Clear: Company"},
    )


def _select(
    name: str | dict[str, str], label: str, data: Sequence[Mapping[str, str]], value: str | None = None
) -> dmc.Select:
    return dmc.Select(
        id=name,
        label=label,
        data=list(data),
        value=value,
        allowDeselect=False,
        searchable=True,
        comboboxProps=ABOVE,
    )


def _sign_in_card(account: Account) -> html.Section:
    if account.disabled_at is not None:
        words = "It is disabled: nobody can sign in with it, and all its sessions and tokens have ended."
        buttons = [act("Enable", _id("enable", account), main=True)]
    else:
        words = "Disabling ends all its sessions and tokens at once. A new sign-in takes the place of the old one."
        buttons = [act("Make a new sign-in", _id("reset", account)), act("Disable", _id("disable", account))]
    return card("Sign-in", [html.Div([html.P(words), html.Div(buttons, className="bt")], className="form")])


def _subject_card(roll: Roll, account: Account) -> html.Section:
    linked = [html.Li(f"{subject} at {issuer}") for issuer, subject in roll.linked]
    have = [html.Ol(linked, className="history"), act("Unlink", _id("unlink", account))] if linked else []
    tried = [
        {
            "value": f"{one.issuer}\n{one.subject}",
            "label": f"{one.shown_name or one.subject}, {day_and_time(one.seen_at)}",
        }
        for one in roll.strangers
    ]
    fields = [
        html.P(
            "Whoever the State's identity provider names by this issuer and subject signs in as this account."
        ),
        _select(
            {"type": "link-stranger", "of": account.id}, "Tried to sign in, and belongs to no account", tried
        )
        if tried
        else None,
        _text("link-issuer", "Issuer", "As the provider's answer has it", 255),
        _text("link-subject", "Subject", "As the provider's answer has it; never an e-mail address", 255),
    ]
    buttons = html.Div(act("Link", _id("link", account)), className="bt")
    return card(
        "Identity provider",
        [
            *have,
            html.Div(
                [*(field for field in fields if field is not None), buttons], className="form sheetform"
            ),
        ],
    )
