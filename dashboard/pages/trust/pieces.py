"""What the pages of trust are made of: a sheet of cards, tables that become lists, forms, and what was refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from dash import dcc, html, no_update

from dashboard.attributes import wild
from dashboard.marks import icon
from dashboard.pages.incident import states
from dashboard.state import refusal_store
from geo.errors import Refusal
from registry.people.proof import StepUpNeeded
from registry.wording import CENTRAL, day_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

Said = tuple[Any, Any]
"""Where the browser goes on to, and what is refused: the two outputs of every form."""

LONGEST: Final = 1_900
"""Characters of an address to come back to that the wall takes."""


def sheet(title: str, children: Sequence[Any], *, lead: Any = None, said: str = "") -> html.Main:  # noqa: ANN401 - words or components
    """Return a page: its title, one line that answers what it is opened for, and its cards.

    `said` is what was just done, in words; empty for nothing.
    """
    head: list[Any] = [html.H1(title, id="heading")]
    if lead is not None:
        head.append(html.P(lead, className="lead"))
    done = [html.P(said, className="done", role="status")] if said else []
    return html.Main(
        [html.Div(head, className="sheethead"), *done, *children],
        id="list",
        className="sheet trust",
        tabIndex=-1,
    )


def card(title: str, children: Sequence[Any], *, name: str = "", beside: Sequence[Any] = ()) -> html.Section:
    """Return a card under its heading; `beside` stands at the heading's right."""
    head = html.Div([html.H2(title), *beside], className="hd")
    extra = wild({"id": name} if name else {})
    return html.Section([head, *children], className="card-of", **extra, **wild({"aria-label": title}))


def rows(label: str, heads: Sequence[str], lines: Sequence[Sequence[Any]]) -> html.Div:
    """Return a table, which is a list of cards on a narrow screen; each cell then says what it is."""
    named = list(heads)
    body = [
        html.Tr([html.Td(cell, **wild({"data-head": head})) for head, cell in zip(named, line, strict=True)])
        for line in lines
    ]
    head = html.Thead(html.Tr([html.Th(words, scope="col") for words in named]))
    table = html.Table([html.Caption(label, className="sr"), head, html.Tbody(body)], className="rows-of")
    return html.Div(table, className="rows-in", tabIndex=0, role="region", **wild({"aria-label": label}))


def facts(pairs: Sequence[tuple[str, Any]]) -> html.Dl:
    """Return facts, each under its name; those that are None are left out."""
    return html.Dl(
        [part for name, value in pairs if value is not None for part in (html.Dt(name), html.Dd(value))],
        className="facts",
    )


def two_lines(first: Any, second: Any) -> list[Any]:  # noqa: ANN401 - words or components
    """Return a cell of two lines, the second one smaller."""
    return [html.Div(first), html.Div(second, className="below")] if second else [html.Div(first)]


def flag(words: str, tone: str = "", sign: str = "") -> html.Span:
    """Return a small flag: `good`, `warn`, or plain."""
    return html.Span([icon(sign), words] if sign else words, className=f"flag {tone}".strip())


def act(words: str, name: str | dict[str, str], *, main: bool = False, about: str = "") -> html.Button:
    """Return a button that a callback listens to; `about` says to whom it is read out what it acts on."""
    label = wild({"aria-label": f"{words}: {about}"}) if about else {}
    return html.Button(
        words, id=name, className="btn p" if main else "btn", n_clicks=0, type="button", **label
    )


def way(words: str, href: str, *, main: bool = False) -> html.A:
    """Return a link that looks like a button."""
    return html.A(words, href=href, className="btn p" if main else "btn")


def form(name: str, fields: Sequence[Any], buttons: Sequence[Any]) -> html.Div:
    """Return a form: its fields, the place where it says what it refuses, its buttons, and where it goes on."""
    return html.Div(
        [
            *fields,
            html.Div(id=f"{name}-refused", role="alert"),
            html.Div(list(buttons), className="bt"),
            dcc.Location(id=f"{name}-go", refresh=True),
        ],
        className="form sheetform",
    )


def address(path: str, **filled: str | None) -> str:
    """Return the address of a page whose form holds what was filled in; what is empty is left out."""
    given = {name: value for name, value in filled.items() if value}
    return f"{path}?{urlencode(given)}" if given else path


def attempt(work: Callable[[], str], back: str) -> Said:
    """Return what a form answers when `work` was tried: its address to go on to, or the refusal.

    Who has to prove anew who they are is sent to do so, and comes `back` to the form as it was filled in.
    """
    try:
        return work(), []
    except StepUpNeeded as refusal:
        if len(back) > LONGEST:
            return no_update, refused(refusal, back)
        return step_up(back), []
    except Refusal as refusal:
        return no_update, refused(refusal)


def step_up(back: str) -> str:
    """Return the address where one proves anew who one is, and goes `back` from."""
    return f"/step-up?{urlencode({'next': back})}"


def refused(refusal: Refusal, back: str = "") -> list[Any]:
    """Return a refusal in words; with `back`, the way to prove anew who one is when that is what is wanted.

    That way opens in a tab of its own where `back` is too long to come back to: what was typed stays in this one.
    """
    note = states.refusal_note(refusal_store(refusal))
    if back and isinstance(refusal, StepUpNeeded):
        apart = len(back) > LONGEST
        opened = wild({"target": "_blank"} if apart else {})
        words = "Prove it in another tab, then come back to this one" if apart else "Prove it"
        link = html.A(words, href=step_up("/account" if apart else back), className="btn p", **opened)
        note.append(html.Div(link, className="bt"))
    return note


def day_and_time(moment: datetime | None, otherwise: str = "") -> str:
    """Return a moment that has passed, in Central time to the minute: `22 May 2026, 18:29`."""
    if moment is None:
        return otherwise
    local = moment.astimezone(CENTRAL)
    return f"{day_words(local)}, {local:%H:%M}"


def to_the_second(moment: datetime) -> str:
    """Return the moment of an event in Central time: `22 May 2026, 18:29:07`."""
    return f"{day_and_time(moment)}:{moment:%S}"


def joined(words: Sequence[str], most: int = 0) -> str:
    """Return words as a list that is read aloud; of more than `most` (0: any number) the last are counted."""
    if most and len(words) > most:
        return f"{', '.join(words[:most])} and {len(words) - most} more"
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def zone_note() -> html.P:
    """Return the line under a page that names its time zone once."""
    return html.P("All times are Central time", className="foot")
