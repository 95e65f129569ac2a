"""The audit: what was done and refused, newest first; whether the chain holds; and who looked unusually often."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import dash_mantine_components as dmc
from dash import html

from dashboard.pages.incident.forms import ABOVE
from dashboard.pages.incident.moments import Typed, aware_moment, moment_field
from dashboard.pages.trust.accounts import company_field
from dashboard.pages.trust.pieces import (
    act,
    address,
    card,
    day_and_time,
    flag,
    form,
    rows,
    sheet,
    to_the_second,
    two_lines,
    way,
    zone_note,
)
from registry.directory.companies import company_names
from registry.people import accounts
from registry.trust import anchors, trail
from registry.trust.actions import ACTIONS
from registry.trust.declaration import INSTRUMENT_NAMES
from registry.trust.ledger import head_now

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dashboard.pages.page import Asked
    from dashboard.services import Services
    from registry.db.engine import Session
    from registry.people.principal import Principal
    from registry.trust.chain import Anchor
    from registry.trust.trail import Busy, Event, Filters, Page

_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*[+-]\d\d:\d\d")
VERIFIED: Final = "audit.verified"
HEADS: Final = ("When", "Who", "What", "About", "Why")
IDS: Final = {
    "account": "account_id",
    "incident": "incident_id",
    "company": "provider_id",
    "declaration": "declaration_id",
}
"""What an address calls the ids that a list is narrowed to."""


@dataclass(frozen=True)
class Chain:
    """The state of the chain: its last event, the last anchor outside the database, the last verification.

    `anchor` is None where there is none to be seen here; `kept` says where anchors go.
    """

    head: Anchor | None
    anchor: Anchor | None
    kept: str
    verified: Event | None


@dataclass(frozen=True)
class Ledger:
    """A page of events with what it was narrowed to, the chain's state, and who looked unusually often."""

    page: Page
    chain: Chain
    busy: Sequence[Busy]
    people: Sequence[tuple[str, str]]
    company: tuple[str, str] | None
    asked: Mapping[str, str]


def page(services: Services, asked: Asked) -> html.Main:
    """Return the auditor's page."""
    filters, asks = filters_of(asked.search), asked.principal
    with services.scope(asks) as session:
        company = company_names(session, asks, [filters.provider_id]) if filters.provider_id else {}
        ledger = Ledger(
            page=trail.list_events(
                session, asks, filters=filters, before=_number(asked.search.get("before"))
            ),
            chain=chain_state(services, session, asks),
            busy=trail.unusual(session, asks),
            people=[(each.id, each.full_name) for each in accounts.list_accounts(session, asks)],
            company=next(iter(company.items()), None),
            asked=asked.search,
        )
    return shown(ledger)


def chain_state(services: Services, session: Session, asks: Principal) -> Chain:
    """Return the state of the chain now."""
    place = anchors.place_of(services.settings, services.database_url)
    verified = trail.list_events(session, asks, filters=trail.Filters(action=VERIFIED), limit=1).events
    return Chain(
        head=head_now(session),
        anchor=anchors.latest(place) if isinstance(place, Path) else None,
        kept="a file" if isinstance(place, Path) else "syslog",
        verified=verified[0] if verified else None,
    )


def filters_of(asked: Mapping[str, str]) -> Filters:
    """Return what an address narrows the list to; what it leaves out or empty counts for nothing."""
    given: dict[str, Any] = {field: asked.get(name) or None for name, field in IDS.items()}
    filters = trail.Filters(action=asked.get("action") or None, **given)
    return replace(filters, since=_moment(asked, "since", "From"), until=_moment(asked, "until", "Until"))


def _moment(asked: Mapping[str, str], name: str, label: str) -> datetime | None:
    text = asked.get(name, "")
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return None
    return aware_moment(Typed(text, label, asked.get(f"{name}_turn", "first")))


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else None  # noqa: PLR2004 - a bigint


def shown(ledger: Ledger) -> html.Main:
    """Return the page: the chain, who looked unusually often, the filters, the events."""
    top: list[Any] = [html.Div(chain_card(ledger.chain), id="chain")]
    if ledger.busy:
        top.append(_busy_card(ledger.busy))
    return sheet(
        "Audit", [*top, _filter_card(ledger), _events_card(ledger), zone_note()], lead=_lead(ledger.chain)
    )


def _lead(chain: Chain) -> str:
    number = chain.head.seq if chain.head else 0
    return f"{number:,} events, each chained to the one before." if number else "Nothing was recorded yet."


def chain_card(chain: Chain, refused: Sequence[Any] = ()) -> html.Section:
    """Return the state of the chain, with the button that verifies all of it."""
    lines = [_anchored(chain), _verified(chain)]
    children = [html.Ul([html.Li(line) for line in lines], className="history"), *refused]
    return card("The chain", children, beside=[act("Verify now", "verify-do")])


def _anchored(chain: Chain) -> list[Any]:
    if chain.anchor is None:
        where = "They go to syslog, where another machine keeps them." if chain.kept == "syslog" else ""
        return [
            flag("No anchor here", "" if where else "warn"),
            f" {where or 'No anchor was written yet; merr serve writes one a minute.'}",
        ]
    after = max((chain.head.seq if chain.head else 0) - chain.anchor.seq, 0)
    words = f" Event {chain.anchor.seq:,}, {to_the_second(chain.anchor.at)}; {after:,} came after it."
    return [flag("Anchored", "good", "check"), words]


def _verified(chain: Chain) -> list[Any]:
    if chain.verified is None:
        return [
            flag("Never verified here"),
            " Verifying reads every event and holds it against the one before.",
        ]
    said = chain.verified.detail
    when = f" {to_the_second(chain.verified.at)}, by {chain.verified.account}, {int(said.get('events', 0)):,} events. "
    if said.get("intact"):
        return [
            flag("Intact", "good", "check"),
            f"{when}Event {int(said.get('anchored', 0)):,} is the last that an anchor vouches for.",
        ]
    return [flag("Not intact", "warn", "warn"), f"{when}{said.get('fault', '')}"]


def _busy_card(busy: Sequence[Busy]) -> html.Section:
    lines = [
        [
            two_lines(
                html.A(each.account or each.account_id, href=address("/audit", account=each.account_id)), ""
            ),
            flag(f"{each.most} of {each.limit} in an hour", "warn", "warn"),
            f"the hour to {day_and_time(each.at)}",
            f"{each.looks} looks, {each.refused} refused",
        ]
        for each in busy
    ]
    words = html.P(
        "Looks that came near what one person may make in an hour, in the last 24 hours.", className="c2"
    )
    table = rows("Unusual looks", ("Who", "Most", "When", "In all"), lines)
    return card("Unusual looks", [words, table])


def _filter_card(ledger: Ledger) -> html.Section:
    asked = ledger.asked
    fields = html.Div(
        [
            _select("audit-account", "Person", ledger.people, asked.get("account")),
            _select(
                "audit-action",
                "Action",
                [(code, words.capitalize()) for code, words in ACTIONS.items()],
                asked.get("action"),
            ),
            company_field("audit-company", *(ledger.company or (None, ""))),
            moment_field("audit-since", "Central time", asked.get("since"), asked.get("since_turn")),
            moment_field("audit-until", "Not counted in", asked.get("until"), asked.get("until_turn")),
        ],
        className="filters",
    )
    kept = [
        html.Div(_kept(name, value), className="bt")
        for name, value in asked.items()
        if name in ("incident", "declaration")
    ]
    kind = {
        "type": "filter-do",
        "incident": asked.get("incident", ""),
        "declaration": asked.get("declaration", ""),
    }
    buttons = [act("Show", kind, main=True), way("Show all", "/audit")]
    return card("Narrow it down", [form("filter", [fields, *kept], buttons)])


def _kept(name: str, value: str) -> list[Any]:
    return [flag(f"Only of one {name}"), html.Span(value, className="below")]


def _select(name: str, label: str, data: Sequence[tuple[str, str]], value: str | None) -> dmc.Select:
    return dmc.Select(
        id=name,
        label=label,
        data=[{"value": code, "label": words} for code, words in data],
        value=value,
        searchable=True,
        clearable=True,
        comboboxProps=ABOVE,
        clearButtonProps={"aria-label": f"Clear: {label}"},
    )


def _events_card(ledger: Ledger) -> html.Section:
    if not ledger.page.events:
        return card("Events", [html.P("Nothing of that kind was recorded.")])
    kept = {name: value for name, value in ledger.asked.items() if name != "before"}
    ways = [way("Newest", address("/audit", **kept))] if ledger.asked.get("before") else []
    if ledger.page.before is not None:
        ways.append(way("Older ones", address("/audit", **kept, before=str(ledger.page.before))))
    table = rows("Events, newest first", HEADS, [event_line(each) for each in ledger.page.events])
    return card("Events, newest first", [table, html.Nav(ways, className="pager") if ways else None])


def event_line(each: Event) -> list[Any]:
    """Return an event as cells: when, who, what, about what, why."""
    who = html.A(each.account or each.account_id, href=address("/audit", account=each.account_id))
    return [
        two_lines(to_the_second(each.at), f"event {each.seq:,}"),
        who if each.account_id else two_lines("Nobody signed in", f"login {each.login}"),
        two_lines(each.sentence, detail_words(each.detail)),
        _about(each),
        each.purpose,
    ]


def _about(each: Event) -> list[Any]:
    parts = [
        (each.provider_id, each.provider or "a company that is gone", "company"),
        (each.incident_id, each.incident or "an incident", "incident"),
        (each.declaration_id, declaration_words(each), "declaration"),
    ]
    return [
        html.Div(html.A(words, href=address("/audit", **{name: which})))
        for which, words, name in parts
        if which
    ]


def declaration_words(each: Event) -> str:
    """Return the declaration under which something was done: `Governor's proclamation 26-07`."""
    names = {str(code): name for code, name in INSTRUMENT_NAMES.items()}
    words = f"{names.get(each.declaration_instrument, '')} {each.declaration_number}".strip()
    return words or "a declaration"


def detail_words(detail: Mapping[str, Any]) -> str:
    """Return what else an event says, as short words; long lists are counted, but for what was needed."""
    return "; ".join(
        f"{name.replace('_', ' ')}: {', '.join(map(str, value)) if name == 'needs' else _value(value)}"
        for name, value in detail.items()
        if value not in (None, "", []) and not _UUID.fullmatch(str(value))
    )


def _value(value: Any) -> str:  # noqa: ANN401 - JSON
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value)) if len(value) <= 4 else f"{len(value)} of them"  # noqa: PLR2004 - a glance
    if isinstance(value, dict):
        return ", ".join(f"{name} {_value(each)}" for name, each in value.items())
    if _MOMENT.fullmatch(str(value)):
        return day_and_time(datetime.fromisoformat(str(value)))
    return str(value)[:200]
