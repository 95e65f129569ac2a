"""The declarations: which are in force, which wait for a second declarer, which are over; and one of them whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import dash_mantine_components as dmc
from dash import html

from dashboard.pages.trust.counties import NAMED, county_words
from dashboard.pages.trust.pieces import (
    act,
    address,
    card,
    day_and_time,
    facts,
    flag,
    form,
    joined,
    rows,
    sheet,
    two_lines,
    way,
    zone_note,
)
from registry.directory.places import county_places
from registry.people.access import may_somewhere
from registry.people.names import names_of
from registry.trust import declarations, rules, waivers
from registry.trust.declaration import INSTRUMENT_NAMES, REASON_LIMIT, STATE_NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dashboard.pages.page import Asked
    from dashboard.services import Services
    from registry.directory.places import CountyPlace
    from registry.people.principal import Principal
    from registry.trust.declaration import Declaration, State
    from registry.trust.waivers import Waiver

TONES: Final[dict[State, str]] = {
    "waiting": "warn",
    "in_force": "good",
    "not_yet": "",
    "over": "",
    "ended": "",
}
NOW: Final[tuple[State, ...]] = ("waiting", "in_force", "not_yet")
"""The states in which somebody may still have something to do."""

SAID: Final = {
    "recorded": "Recorded. It opens nothing until another declarer confirms it.",
    "alone": "Recorded. It opens nothing until it is confirmed.",
    "confirmed": "Confirmed.",
    "ended": "Ended. Contacts that it opened are closed from now on.",
    "waiver": "The waiver is recorded.",
}
"""What was just done, by the word that the address says."""

NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
"""What an address says that says nothing."""

HEADS: Final = ("Declaration", "State", "Counties", "From", "Until", "Recorded and confirmed by")


@dataclass(frozen=True)
class Book:
    """All declarations with what is said of them, and who looks.

    `names` are the accounts' by id; `two_declarers` is the rule that another person confirms.
    """

    asks: Principal
    declared: Sequence[Declaration]
    places: Sequence[CountyPlace]
    names: Mapping[str, str] = field(default_factory=dict)
    relieved: Sequence[Waiver] = ()
    two_declarers: bool = True

    def name(self, account_id: str | None) -> str:
        """Return the name of an account, or what is said of one without."""
        return self.names.get(account_id or "", "an account that is gone")

    def may(self, action: str) -> bool:
        """Return whether whoever looks may do that."""
        return may_somewhere(self.asks, action)


def open_book(services: Services, asks: Principal) -> Book:
    """Return the declarations and waivers as they stand now."""
    with services.scope(asks) as session:
        declared = declarations.list_declarations(session, asks)
        relieved = waivers.list_waivers(session, asks)
        people = [who for each in declared for who in (each.recorded_by, each.confirmed_by, each.ended_by)]
        people += [each.recorded_by for each in relieved]
        return Book(
            asks=asks,
            declared=declared,
            places=county_places(session),
            names=names_of(session, people),
            relieved=relieved,
            two_declarers=rules.in_use(session).two_declarers,
        )


def list_page(services: Services, asked: Asked) -> html.Main:
    """Return the page of all declarations."""
    return listed(open_book(services, asked.principal), SAID.get(asked.search.get("said", ""), ""))


def one_page(services: Services, asked: Asked) -> html.Main:
    """Return the page of one declaration."""
    book = open_book(services, asked.principal)
    with services.scope(asked.principal) as session:
        found = declarations.load(session, asked.principal, asked.parts["id"])
    return told(book, found, asked.search)


def listed(book: Book, said: str = "") -> html.Main:
    """Return the list: what is to be done or in force first, then what is over, then the waivers."""
    now = sorted(
        (each for each in book.declared if each.state in NOW), key=lambda each: NOW.index(each.state)
    )
    past = [each for each in book.declared if each.state not in NOW]
    ways = (
        [way("Record a declaration", "/declarations/new", main=True)]
        if book.may("declaration.record")
        else []
    )
    cards = [
        card(
            "Waiting, in force, to come",
            [_table(book, now, "Declarations that wait, are in force or come")] if now else [_nothing(book)],
            beside=ways,
        )
    ]
    if past:
        cards.append(card("Over or ended", [_table(book, past, "Declarations that are over or ended")]))
    cards.append(_waivers(book))
    return sheet("Declarations", [*cards, zone_note()], lead=_answer(book), said=said)


def _answer(book: Book) -> list[Any]:
    """Return the one line that says where contacts are open."""
    holding = {fips for each in book.declared if each.state == "in_force" for fips in each.counties}
    waiting = sum(each.state == "waiting" for each in book.declared)
    wait = f" {waiting} {'waits' if waiting == 1 else 'wait'} for a second declarer." if waiting else ""
    if not holding:
        return [flag("Contacts are closed", sign="lock"), f" No declaration is in force.{wait}"]
    words = county_words(holding, book.places)
    return [
        flag("Contacts are open", "good", "check"),
        f" {words}, for incidents that reach into them.{wait}",
    ]


def _nothing(book: Book) -> html.P:
    words = "Nothing waits, is in force or comes."
    if book.may("declaration.record"):
        return html.P([words, " Record what the Governor, the General Assembly or a county has declared."])
    return html.P(
        [words, " A declarer records what the Governor, the General Assembly or a county has declared."]
    )


def _table(book: Book, declared: Sequence[Declaration], label: str) -> html.Div:
    return rows(label, HEADS, [_line(book, each) for each in declared])


def _line(book: Book, each: Declaration) -> list[Any]:
    title = html.A(each.title, href=f"/declarations/{each.id}")
    return [
        two_lines(title, each.authority),
        flag(STATE_NAMES[each.state], TONES[each.state]),
        county_words(each.counties, book.places),
        day_and_time(each.starts_at),
        _until(each),
        two_lines(book.name(each.recorded_by), _confirmed(book, each)),
    ]


def _until(each: Declaration) -> Any:  # noqa: ANN401 - words or components
    open_end = "until somebody ends it"
    if each.ended_at is None:
        return day_and_time(each.ends_at, open_end)
    return two_lines(f"Ended {day_and_time(each.ended_at)}", each.end_reason)


def _confirmed(book: Book, each: Declaration) -> str:
    if each.confirmed_by:
        return f"confirmed by {book.name(each.confirmed_by)}"
    return "not confirmed" if each.state in ("over", "ended") else "waits for confirmation"


def _waivers(book: Book) -> html.Section:
    ways = [way("Record a waiver", "/declarations/waiver")] if book.may("waiver.record") else []
    words = html.P(
        "A waiver relieves motor carriers of limits, such as weight or hours of service. It opens no contact.",
        className="c2",
    )
    if not book.relieved:
        return card("Motor-carrier waivers", [words, html.P("None is recorded.")], beside=ways)
    lines = [
        [
            two_lines(html.B(each.number), each.authority),
            each.relief,
            day_and_time(each.starts_at),
            day_and_time(each.ends_at, "no end"),
            book.name(each.recorded_by),
        ]
        for each in book.relieved
    ]
    table = rows(
        "Motor-carrier waivers", ("Waiver", "What it relieves of", "From", "Until", "Recorded by"), lines
    )
    return card("Motor-carrier waivers", [words, table], beside=ways)


def told(book: Book, each: Declaration, filled: Mapping[str, str] = NOTHING) -> html.Main:
    """Return one declaration whole: what it says, who did what, and what may be done with it."""
    lead = [flag(STATE_NAMES[each.state], TONES[each.state]), f" {_consequence(each)}"]
    read = [card("What it says", [_says(book, each)]), card("Who did what", [_history(book, each)])]
    columns = [html.Div(read), html.Div(_todo(book, each, filled))]
    back = html.P(html.A("All declarations", href="/declarations"))
    said = SAID.get(filled.get("said", ""), "")
    return sheet(
        each.title, [html.Div(columns, className="columns"), zone_note(), back], lead=lead, said=said
    )


def _consequence(each: Declaration) -> str:
    return {
        "waiting": "It opens nothing until another declarer confirms it.",
        "not_yet": f"It opens contacts from {day_and_time(each.starts_at)} on.",
        "in_force": "Contacts are open for incidents that reach into its counties.",
        "over": "Its time has passed; it opens nothing.",
        "ended": "It opens nothing any more.",
    }[each.state]


def _says(book: Book, each: Declaration) -> html.Dl:
    base = next((other for other in book.declared if other.id == each.extends), None)
    carried = [other for other in book.declared if other.extends == each.id]
    return facts(
        [
            ("Instrument", INSTRUMENT_NAMES[each.instrument]),
            ("Number", each.number),
            ("Authority", each.authority),
            ("Counties", _all_counties(book, each)),
            ("From", day_and_time(each.starts_at)),
            ("Until", day_and_time(each.ends_at, "until somebody ends it")),
            ("Extends", html.A(base.title, href=f"/declarations/{base.id}") if base else None),
            ("Extended by", [_link(other) for other in carried] or None),
        ]
    )


def _link(each: Declaration) -> html.Div:
    return html.Div(html.A(each.title, href=f"/declarations/{each.id}"))


def _all_counties(book: Book, each: Declaration) -> Any:  # noqa: ANN401 - words or components
    words = county_words(each.counties, book.places)
    if len(each.counties) <= NAMED:
        return words
    labels = [place.label for place in book.places if place.fips in set(each.counties)]
    return html.Details([html.Summary(words), html.P(joined(labels))], className="about")


def _history(book: Book, each: Declaration) -> html.Ol:
    acts = [f"{book.name(each.recorded_by)} recorded it, {day_and_time(each.recorded_at)}"]
    if each.confirmed_by:
        acts.append(f"{book.name(each.confirmed_by)} confirmed it, {day_and_time(each.confirmed_at)}")
    if each.ended_by:
        words = f"{book.name(each.ended_by)} ended it, {day_and_time(each.ended_at)}: {each.end_reason}"
        acts.append(words)
    return html.Ol([html.Li(words) for words in acts], className="history")


def _todo(book: Book, each: Declaration, filled: Mapping[str, str]) -> list[html.Section]:
    """Return the cards of what may be done with a declaration by whoever looks."""
    cards = []
    if each.state == "waiting" and book.may("declaration.confirm"):
        cards.append(_confirm_card(book, each))
    if each.state in NOW and book.may("declaration.end"):
        cards.append(_end_card(each, filled.get("reason", "")))
    if each.confirmed_at and each.ends_at and not each.ended_at and book.may("declaration.extend"):
        extend = way("Extend it", address("/declarations/new", extends=each.id))
        words = html.P("For some or all of its counties, beyond its end.")
        cards.append(
            card("Extend it", [html.Div([words, html.Div(extend, className="bt")], className="form")])
        )
    return cards


def _confirm_card(book: Book, each: Declaration) -> html.Section:
    if book.two_declarers and each.recorded_by == book.asks.account_id:
        words = "You recorded it, so another declarer must confirm it. Until then it opens nothing."
        return card("Confirm it", [html.P(words)])
    words = "You say that the instrument exists and says this. From its start on it opens contacts in its counties."
    button = act("Confirm", {"type": "confirm-do", "declaration": each.id}, main=True)
    return card("Confirm it", [form("confirm", [html.P(words)], [button])])


def _end_card(each: Declaration, reason: str) -> html.Section:
    title = "Withdraw it" if each.state == "waiting" else "End it"
    words = (
        "It will open nothing; what extends it ends with it."
        if each.state == "waiting"
        else "Contacts close at the next request; what extends it ends with it. This cannot be undone."
    )
    field_of = dmc.TextInput(
        id="end-reason",
        label="Why",
        description="As the instrument or the office says it; it is kept and shown.",
        value=reason,
        inputProps={"maxLength": REASON_LIMIT},
    )
    button = act(title, {"type": "end-do", "declaration": each.id})
    return card(title, [form("end", [html.P(words), field_of], [button])])
