"""The band at the top and bottom of every page of an exercise, and what all these pages share."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Final

from dash import html

from dashboard.attributes import wild
from dashboard.pages.incident import states
from dashboard.state import refusal_store
from geo.errors import Refusal
from registry.exercises.marking import MARK

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dashboard.pages.page import Asked
    from dashboard.services import Services
    from registry.exercises.exercise import Exercise

NOTHING_LIVE: Final = "Nothing here touches a live record or leaves as a live message."

PLAYERS: Final = "/player"
COMPARE: Final = "/compare"

VIEWS: Final[tuple[tuple[str, str], ...]] = (
    ("", "Clock and injects"),
    ("/msel", "List of injects"),
    ("/people", "People and objectives"),
    (COMPARE, "Compare"),
)
"""The pages of one exercise for whoever sees the whole list, by what follows its address."""


def banded(build: Callable[[Services, Asked], html.Main]) -> Callable[[Services, Asked], html.Div]:
    """Return a page's builder whose page stands between two bands, also when it says why it cannot be shown."""

    @wraps(build)
    def between(services: Services, asked: Asked) -> html.Div:
        try:
            main = build(services, asked)
        except Refusal as refusal:
            main = html.Main(
                [
                    html.H1("This cannot be shown", id="heading"),
                    *states.refusal_note(refusal_store(refusal)),
                    html.P(html.A("All exercises", href="/exercises")),
                ],
                id="list",
                className="sheet",
            )
        return html.Div([_top(), main, _foot()], className="page exercise-page")

    return between


def views(exercise: Exercise, here: str) -> html.Nav | None:
    """Return the ways between the pages of one exercise; None for whoever has only one."""
    if not exercise.sees_all:
        return None
    shown = [view for view in VIEWS if exercise.seat == "designer" or view[0] != "/msel"]
    links = [
        html.A(
            words,
            href=f"/exercises/{exercise.id}{path}",
            **wild({"aria-current": "page"} if path == here else {}),
        )
        for path, words in (*shown, (PLAYERS, "What players see"))
    ]
    return html.Nav(links, className="exviews", **wild({"aria-label": "Exercise"}))


def _top() -> html.Div:
    words: Sequence[Any] = (html.B(MARK), html.Span(NOTHING_LIVE, className="say"), html.B(MARK))
    return html.Div(html.Span(words), className="exb", role="note")


def _foot() -> html.Div:
    return html.Div(html.B(MARK), className="exb ft", role="note")
