"""The three questions and the closures as one bar, each a button that opens its popover."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import html

from dashboard.attributes import opens, wild
from dashboard.marks import icon
from dashboard.pages.incident.moments import said_once
from matching.explanation import (
    clock_words,
    count_words,
    duration_words,
    moment_words,
    need_words,
    question_words,
    square_miles_words,
)

if TYPE_CHECKING:
    from datetime import datetime

    from dashboard.state import AreaStore
    from geo.areas import IncidentArea
    from geo.closures import Closure
    from matching.answers import Answer
    from matching.needs import Need

ORIGIN_WORDS = {
    "drawn": "Drawn",
    "counties": "Counties",
    "circle": "Circle",
    "pasted": "Pasted",
    "uploaded": "Uploaded",
    "corridor": "Corridor",
}

Lines = tuple[str, str]
"""What a button of the bar says: its bold line and the line below."""


def bar(*, may_ask: bool = True, may_save: bool = True) -> html.Section:
    """Return the bar of the questions; its words are filled in by the answer."""
    return html.Section(
        [
            _ask("area", "1"),
            _ask("what", "2"),
            _ask("when", "3"),
            _ask("closures", icon("ban"), plain=True),
            _ask("options", icon("clock"), plain=True),
            html.Div(
                [
                    html.Span("", id="run"),
                    html.Button(
                        [icon("refresh"), "Rank again"],
                        id="again",
                        className="btn",
                        n_clicks=0,
                        type="button",
                        hidden=not may_ask,
                    ),
                    html.Button(
                        [icon("save"), html.Span("Save")],
                        id="open-save",
                        className="btn",
                        type="button",
                        **opens("save"),
                    )
                    if may_save
                    else None,
                ],
                className="run",
            ),
        ],
        className="askbar",
        id="askbar",
        **wild({"aria-label": "What is asked"}),
    )


def narrow_bar() -> html.Div:
    """Return the one line that stands for the bar on a narrow screen."""
    return html.Div(
        [
            html.Div(id="ask-line", className="words"),
            html.Button(
                [icon("edit"), "Change"],
                className="btn",
                type="button",
                **wild({"data-toggle": "#askbar", "aria-expanded": "false", "aria-controls": "askbar"}),
            ),
        ],
        className="askm",
    )


def _ask(name: str, sign: Any, *, plain: bool = False) -> html.Button:  # noqa: ANN401 - Dash children
    number = html.Span(sign, className="n plain" if plain else "n", **wild({"aria-hidden": "true"}))
    return html.Button(
        [number, html.Span(id=f"ask-{name}", className="words")],
        className=f"ask {name}",
        type="button",
        **opens(name),
    )


def words(lines: Lines, *, editable: bool = True) -> list[html.Span]:
    """Return a button's two lines, the first with a pencil when it is an answer the user gives."""
    head, below = lines
    return [
        html.Span([html.Span(head, className="vt"), icon("edit") if editable else None], className="v"),
        html.Span(below, className="d"),
    ]


def area_lines(store: AreaStore, area: IncidentArea | None, answer: Answer | None) -> Lines:
    """Return what the first button says."""
    if store.get("refused"):
        refused = store["refused"]
        return "New area, refused", refused["title"] if refused else ""
    if area is None:
        return "Where?", "Draw, pick counties, or paste"
    origin = ORIGIN_WORDS.get(area.origin, "Given")
    below = f"{origin}, {square_miles_words(area.area_km2)}"
    if answer is not None and area.origin != "counties":
        below += f", {county_words([county.label for county in answer.counties])}"
    return store["label"], below


def county_words(labels: list[str], most: int = 2) -> str:
    """Return counties in few words: `Jasper and Newton`, `Jasper, Newton and 3 more`."""
    names = [label.removesuffix(" county") for label in labels]
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return " and ".join(names)


def what_lines(needs: tuple[Need, ...], shown: int) -> Lines:
    """Return what the second button says."""
    if not needs:
        return "What?", "Kind and attributes"
    head, _, conditions = need_words(needs[shown]).partition(", ")
    others = len(needs) - 1
    below = conditions or "Any size"
    if others:
        below += f", +{others} need{'s' if others > 1 else ''}"
    return head, below


def when_lines(needs: tuple[Need, ...], shown: int, asked_at: datetime, by_at: datetime | None) -> Lines:
    """Return what the third button says."""
    if not needs:
        return "How many, by when?", "A number; the time may stay open"
    need = needs[shown]
    head = "Every arrival" if need.quantity is None else count_words(need.quantity, need.unit)
    if by_at is None:
        return head, f"No deadline; counted from {said_once(moment_words(asked_at), asked_at)}"
    span = duration_words(int((by_at - asked_at).total_seconds() * 1000))
    by = said_once(clock_words(by_at, asked_at), by_at)
    return f"{head} by {by}", f"{span} from {said_once(moment_words(asked_at), asked_at)}"


def closure_lines(closures: tuple[Closure, ...]) -> Lines:
    """Return what the closures' button says."""
    if not closures:
        return "No closures", "Add any you know of"
    blocked = sum(closure.effect == "blocked" for closure in closures)
    slowed = len(closures) - blocked
    counts = [f"{blocked} blocked"] if blocked else []
    counts += [f"{slowed} slowed"] if slowed else []
    return f"{len(closures)} closure{'s' if len(closures) > 1 else ''}", ", ".join(counts)


def narrow_words(needs: tuple[Need, ...], shown: int, answer: Answer | None, label: str) -> list[Any]:
    """Return the one line of a narrow screen: what is asked, and below it where."""
    if not needs or answer is None:
        return [
            html.B("Three questions, then the list"),
            html.Div(label or "Where, what, how many", className="t12 c2"),
        ]
    need = needs[shown]
    closures = len(answer.question.closures)
    where = [label] + ([f"{closures} closure{'s' if closures > 1 else ''}"] if closures else [])
    return [
        html.B(f"{need.label}: {question_words(need, answer.question)}"),
        html.Div(", ".join([*need_words(need).split(", ")[1:], *where]), className="t12 c2"),
    ]
