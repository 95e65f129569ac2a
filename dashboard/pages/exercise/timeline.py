"""What changes while an exercise is played: the clock, the injects along it, the log. Drawn anew when it does."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dash import html

from dashboard.attributes import wild
from dashboard.marks import icon
from dashboard.pages.trust.pieces import card, flag, rows, two_lines
from registry.exercises import diary, planning
from registry.exercises.clock import SECOND_MS, time_words
from registry.exercises.exercise import RATING_NAMES
from registry.exercises.msel import read_msel
from registry.exercises.releasing import as_players_see
from registry.exercises.running import settle
from registry.exercises.store import load
from registry.people.names import names_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dash.development.base_component import Component

    from dashboard.services import Services
    from registry.exercises.exercise import Contact, Exercise, Inject, LogEntry, Objective, Observation
    from registry.people.principal import Principal


@dataclass(frozen=True, kw_only=True)
class Board:
    """An exercise as one account sees it at one moment."""

    exercise: Exercise
    injects: Sequence[Inject]
    entries: Sequence[LogEntry]
    objectives: Sequence[Objective] = ()
    seen: Sequence[Observation] = ()
    contacts: Sequence[Contact] = ()
    names: Mapping[str, str]

    @property
    def key(self) -> str:
        """What tells one state from another: while it is the same, the page is left as it is."""
        clock = self.exercise.clock
        said = (
            clock,
            self.exercise.ended_at,
            [(each.number, each.version, each.state) for each in self.injects],
        )
        return hashlib.sha256(repr((said, len(self.entries), len(self.seen))).encode()).hexdigest()[:16]


def look(services: Services, asks: Principal, exercise_id: str, *, as_player: bool) -> Board:
    """Return an exercise as an account sees it now, what the clock has reached released; `as_player`: as players do.

    Raises
    ------
    NotThereError
        There is no such exercise that names the account.
    """
    with services.scope(asks) as session:
        settle(session, asks, exercise_id)
        exercise = load(session, asks, exercise_id)
        injects = read_msel(session, asks, exercise_id)
        entries = diary.log(session, asks, exercise_id)
        whole = exercise.sees_all and not as_player
        seen = diary.observations(session, asks, exercise_id) if whole else ()
        return Board(
            exercise=exercise,
            injects=injects if whole or not exercise.sees_all else as_players_see(injects),
            entries=entries,
            objectives=planning.objectives(session, asks, exercise_id) if whole else (),
            seen=seen,
            contacts=planning.contacts(session, asks, exercise_id),
            names=names_of(session, [*(each.by for each in entries), *(each.by for each in seen)]),
        )


def controlled(board: Board) -> list[Component]:
    """Return the clock with its injects, the log and what was observed, for whoever sees the whole list."""
    both = [html.Div(_log_card(board)), html.Div(_observed_card(board))]
    return [_clock_card(board), html.Div(both, className="columns")]


def played(board: Board) -> list[Component]:
    """Return what players see: the clock, the injects that are released with the latest first, the log."""
    told = [_told(each) for each in reversed(board.injects)]
    ended = board.exercise.ended_at is not None
    none = html.P(
        "Nothing was released." if ended else "Nothing is released yet. It will appear here by itself.",
        className="c2",
    )
    return [
        card(
            "What has happened",
            [html.Ol(told, className="told") if told else none],
            beside=[*([flag("ended")] if ended else []), clock(board.exercise)],
        ),
        _log_card(board),
    ]


def clock(exercise: Exercise) -> html.Span:
    """Return the clock; the page's script carries it on while it runs."""
    reads = exercise.time_ms
    words = wild(
        {
            "data-reads": str(reads),
            "data-runs": "1" if exercise.clock.runs else "",
            "role": "timer",
            "aria-label": "Exercise clock",
        }
    )
    return html.Span(time_words(reads - reads % (60 * SECOND_MS)), className="exclock", **words)


def _clock_card(board: Board) -> html.Section:
    exercise = board.exercise
    state = "ended" if exercise.ended_at else "running" if exercise.clock.runs else "paused"
    head = [
        html.H2("Injects"),
        clock(exercise),
        html.Span(f"exercise clock, {state}; players see released injects only", className="t12 c2 say"),
        html.Span(className="sp"),
        *(_buttons(exercise) if exercise.controls else ()),
    ]
    tail = [_end(exercise)] if exercise.controls and exercise.begun_at else []
    line = html.Ol([_step(each) for each in board.injects], className="exline")
    none = html.P("The list of injects is empty. Add the first one under List of injects.")
    return html.Section(
        [
            html.Div(head, className="hd exhead" + (" ended" if exercise.ended_at else "")),
            line if board.injects else none,
            *tail,
        ],
        className="card-of",
        **wild({"aria-label": "Injects"}),
    )


def _buttons(exercise: Exercise) -> list[html.Button]:
    runs = exercise.clock.runs
    return [
        _press("Pause the clock" if runs else "Run the clock", "pause" if runs else "run", main=True),
        _press("Release next now", "release"),
    ]


def _end(exercise: Exercise) -> html.Details:
    """Return what ends the exercise: folded away, since nothing brings it back."""
    words = (
        "The clock stands for good and nothing more is released. Players find the scenario and its runs from then on. "
        "The log, observations and the report stay open. It cannot be begun again."
    )
    return html.Details(
        [
            html.Summary("End the exercise (ENDEX)"),
            html.P(words),
            html.Div(_press(f"End {exercise.name} for good", "end"), className="bt"),
        ],
        className="about",
    )


def _press(words: str, what: str, *, main: bool = False) -> html.Button:
    return html.Button(
        words,
        id={"type": "live-do", "what": what},
        className="btn p s" if main else "btn s",
        n_clicks=0,
        type="button",
    )


def _step(each: Inject) -> html.Li:
    by_hand = " by hand" if each.plan.by_hand and each.state != "released" else ""
    flags = {
        "released": flag("released", "good"),
        "next": flag(f"next{by_hand}", "warn", "clock"),
        "held": flag(f"held{by_hand}"),
    }
    if each.state == "released":
        flags["released"] = html.Span([icon("check"), "released"], className="flag good")
    shown = each.release.time_ms if each.release else each.plan.planned_ms
    return html.Li(
        [
            html.Span(time_words(shown - shown % SECOND_MS), className="tm"),
            html.Span(each.plan.title, className="tx"),
            flags[each.state],
        ],
        className={"released": "out", "next": "next", "held": "held"}[each.state],
    )


def _told(each: Inject) -> html.Li:
    plan = each.plan
    way = " to ".join(filter(None, (plan.sender, plan.receiver)))
    return html.Li(
        [
            html.Div(
                [
                    html.Span(time_words(plan.planned_ms - plan.planned_ms % SECOND_MS), className="tm"),
                    html.B(plan.title),
                ],
                className="hd",
            ),
            html.P(plan.happens) if plan.happens else None,
            html.P(way, className="t12 c2") if way else None,
        ]
    )


def _log_card(board: Board) -> html.Section:
    lines = [
        html.Li(
            [
                html.B(time_words(each.time_ms - each.time_ms % SECOND_MS)),
                f" {board.names.get(each.by, '')}: {each.words}",
            ]
        )
        for each in board.entries
    ]
    none = html.P("Nothing is written down yet.", className="c2")
    return card("Log", [html.Ol(lines, className="history") if lines else none])


def _observed_card(board: Board) -> html.Section:
    lines = [_objective(board, each) for each in board.objectives]
    none = html.P("No objective is set yet. Add them under People and objectives.", className="c2")
    table = rows("Objectives and what was observed", ("Objective", "Observed"), lines)
    return card("Objectives", [table] if lines else [none])


def _objective(board: Board, each: Objective) -> list[Any]:
    found = [one for one in board.seen if one.objective == each.number]
    noted = [html.Div(_noted(board, one)) for one in found]
    return [two_lines(f"{each.number}. {each.words}", each.capability), noted or "not observed yet"]


def _noted(board: Board, one: Observation) -> list[Any]:
    rated = flag(one.rating, "good" if one.rating in "PS" else "warn") if one.rating else None
    title = wild({"title": RATING_NAMES[one.rating]} if one.rating else {})
    measure = f"measure {one.measure}, " if one.measure else ""
    words = f" {measure}{one.words} ({board.names.get(one.by, '')}, {time_words(one.time_ms - one.time_ms % SECOND_MS)})"
    return [html.Span(rated, **title) if rated else None, words]
