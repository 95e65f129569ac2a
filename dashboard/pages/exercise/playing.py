"""The pages on which an exercise is played: for whoever sees the whole list, and for players; both ask every two seconds."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, dcc, html, no_update, set_props

from dashboard.attributes import wild
from dashboard.pages.exercise.band import COMPARE, PLAYERS, banded, views
from dashboard.pages.exercise.timeline import Board, controlled, look, played
from dashboard.pages.incident.forms import ABOVE
from dashboard.pages.trust.pieces import act, card, facts, form, refused, rows, sheet, way
from geo.errors import Refusal
from registry.exercises import diary, running
from registry.exercises.checking import WORDS_CHARS
from registry.exercises.clock import read_time
from registry.exercises.exercise import RATING_NAMES, RATINGS
from registry.exercises.report import gather
from registry.exercises.report_files import ENDINGS, report_file
from web.wall.classes import for_action
from web.wall.gate import principal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dashboard.pages.page import Asked
    from dashboard.services import Services
    from registry.exercises.report_files import Ending

BEAT_MS: Final = 2_000
"""How often a page asks what has changed."""

FILES: Final = {"xlsx": "Report (XLSX)", "csv": "List of injects (CSV)", "json": "Report (JSON)"}


@banded
def one_page(services: Services, asked: Asked) -> html.Main:
    """Return the page of one exercise: whole for whoever may see it so, else as players see it."""
    board = look(services, asked.principal, asked.parts["id"], as_player=False)
    return whole(board) if board.exercise.sees_all else as_player(board)


@banded
def player_page(services: Services, asked: Asked) -> html.Main:
    """Return the page as players see it, for whoever wants to look over their shoulder too."""
    return as_player(look(services, asked.principal, asked.parts["id"], as_player=True))


def whole(board: Board) -> html.Main:
    """Return the page of a designer, controller or evaluator."""
    exercise = board.exercise
    forms = [html.Div(_log_form()), html.Div(_observe_form(board))]
    return sheet(
        exercise.name,
        [
            *_parts(views(exercise, "")),
            *_live(board, controlled(board)),
            _move_card() if exercise.controls else None,
            html.Div(forms, className="columns"),
            _scenario_card(board),
            _report_card(),
        ],
        lead=exercise.about or None,
    )


def as_player(board: Board) -> html.Main:
    """Return the page of a player or observer."""
    exercise = board.exercise
    return sheet(
        exercise.name,
        [
            *_parts(views(exercise, PLAYERS)),
            *_live(board, played(board)),
            None if exercise.seat == "observer" else _log_form(),
            _contacts_card(board) if board.contacts else None,
        ],
        lead=exercise.about or None,
    )


def _parts(found: html.Nav | None) -> list[html.Nav]:
    return [] if found is None else [found]


def _live(board: Board, children: Sequence[Any]) -> list[Any]:
    return [
        html.Div(list(children), id="exercise-live", **wild({"aria-live": "polite"})),
        html.Div(id="live-refused", role="alert"),
        dcc.Store(id="exercise-key", data=board.key),
        dcc.Interval(id="exercise-beat", interval=BEAT_MS),
    ]


def _move_card() -> html.Section:
    move = html.Button(
        "Move the clock", id={"type": "live-do", "what": "move"}, className="btn", n_clicks=0, type="button"
    )
    field = dmc.TextInput(
        id={"type": "live-field", "name": "to"},
        label="Exercise time to move to",
        description="Hours and minutes after the start, such as 1:30",
        w=280,
    )
    words = html.P(
        "A running clock releases what it is moved over. What is released stays so, also when it is moved back.",
        className="t12 c2",
    )
    return card("Move the clock", [html.Div([field, move], className="exmove"), words], name="move-clock")


def _log_form() -> html.Section:
    field = dmc.Textarea(
        id="log-words",
        label="What you do or decide",
        autosize=True,
        minRows=2,
        inputProps={"maxLength": WORDS_CHARS},
    )
    return card("Write into the log", [form("log", [field], [act("Write it down", "log-do", main=True)])])


def _observe_form(board: Board) -> html.Section | None:
    if not board.objectives:
        return None
    choices = [
        {"value": f"{each.number}", "label": f"{each.number}. {each.words}"[:90]} for each in board.objectives
    ]
    choices += [
        {"value": f"{each.number}.{at}", "label": f"{each.number}.{at} {measure}"[:90]}
        for each in board.objectives
        for at, measure in enumerate(each.measures, 1)
    ]
    fields = [
        dmc.Select(
            id="observe-of",
            label="Objective or measure",
            data=choices,
            value=choices[0]["value"],
            allowDeselect=False,
            comboboxProps=ABOVE,
        ),
        dmc.Select(
            id="observe-rating",
            label="Rating",
            data=[{"value": "", "label": "None"}]
            + [{"value": code, "label": f"{code}: {RATING_NAMES[code]}"} for code in RATINGS],
            value="",
            allowDeselect=False,
            comboboxProps=ABOVE,
        ),
        dmc.Textarea(
            id="observe-words",
            label="What you saw",
            autosize=True,
            minRows=2,
            inputProps={"maxLength": WORDS_CHARS},
        ),
    ]
    return card("Observe", [form("observe", fields, [act("Note it", "observe-do", main=True)])])


def _scenario_card(board: Board) -> html.Section:
    """Return what the exercise is played on, with the way to the comparison of its scenario with that."""
    exercise = board.exercise
    patch = exercise.patch
    named = exercise.scenario_id
    told: list[tuple[str, Any]] = [
        ("Scenario", html.A("The stored scenario", href=f"/scenarios/{named}") if named else None),
        ("Registry", exercise.snapshot_hash or "as it stands; none is frozen for it"),
        ("Roads", exercise.network_hash or "those in use; none are frozen for it"),
        (
            "Changes",
            "none" if not patch else ", ".join(f"{name}: {_size(value)}" for name, value in patch.items()),
        ),
    ]
    compare = way("Compare it with the baseline", f"/exercises/{exercise.id}{COMPARE}")
    return card("Scenario", [facts(told)], name="scenario", beside=[compare])


def _size(value: object) -> str:
    return str(len(value)) if isinstance(value, list | dict) else str(value)


def _report_card() -> html.Section:
    buttons = [act(FILES[ending], {"type": "report-do", "ending": ending}) for ending in ENDINGS]
    return card(
        "Report for the review",
        [
            html.P(
                "List of injects, participants, objectives with observations, log and clock. Each row says EXERCISE."
            ),
            html.Div(id="report-refused", role="alert"),
            html.Div(buttons, className="bt"),
            dcc.Download(id="report-file"),
        ],
    )


def _contacts_card(board: Board) -> html.Section:
    lines = [[each.name, each.organisation, each.phone, each.email] for each in board.contacts]
    table = rows("Made-up contacts", ("Name", "Organisation", "Telephone", "Mail"), lines)
    words = html.P("Made up for this exercise: these lead to nobody.", className="t12 c2")
    return card("Whom you may ask to call", [words, table])


def register(app: Dash, services: Services) -> None:
    """Hang what these pages ask and do on the application."""
    _register_live(app, services)
    _register_words(app, services)
    _register_report(app, services)


def _shown(pathname: str | None) -> tuple[str, bool]:
    """Return which exercise an address shows, and whether as players see it."""
    _, _, below = (pathname or "").partition("/exercises/")
    exercise_id, _, view = below.strip("/").partition("/")
    return exercise_id, f"/{view}" == PLAYERS


def _register_live(app: Dash, services: Services) -> None:
    @app.callback(
        Output("exercise-live", "children"),
        Output("exercise-key", "data"),
        Output("live-refused", "children"),
        Input("exercise-beat", "n_intervals"),
        Input({"type": "live-do", "what": ALL}, "n_clicks"),
        State({"type": "live-field", "name": ALL}, "value"),
        State("exercise-key", "data"),
        State("url", "pathname"),
        prevent_initial_call=True,
    )
    @for_action("exercise.read")
    def live(
        _beat: int | None,
        clicks: list[int | None],
        to: list[str | None],
        key: str | None,
        pathname: str | None,
    ) -> tuple[Any, Any, Any]:
        exercise_id, as_one_plays = _shown(pathname)
        pressed = ctx.triggered_id
        note: Any = no_update
        if isinstance(pressed, dict):
            if not any(clicks):
                return no_update, no_update, no_update
            note = _do(services, exercise_id, str(pressed["what"]), next(iter(to), None) or "")
        board = look(services, principal(), exercise_id, as_player=as_one_plays)
        if board.key == key:
            return no_update, no_update, note
        whole_list = board.exercise.sees_all and not as_one_plays
        return controlled(board) if whole_list else played(board), board.key, note


def _do(services: Services, exercise_id: str, what: str, to: str) -> list[Any]:
    """Do what a button says; return the refusal, if it is one."""
    verbs: dict[str, Callable[..., object]] = {
        "run": running.run,
        "pause": running.pause,
        "end": running.end,
        "release": running.release,
    }
    try:
        with services.scope(principal()) as session:
            if what == "move":
                running.move(session, principal(), exercise_id, read_time(to))
            elif what in verbs:
                verbs[what](session, principal(), exercise_id)
    except Refusal as refusal:
        return refused(refusal)
    return []


def _register_words(app: Dash, services: Services) -> None:
    @app.callback(
        Output("log-words", "value"),
        Output("log-refused", "children"),
        Input("log-do", "n_clicks"),
        State("log-words", "value"),
        State("url", "pathname"),
        prevent_initial_call=True,
    )
    @for_action("exercise.play")
    def write(clicks: int, words: str | None, pathname: str | None) -> tuple[Any, Any]:
        if not clicks:
            return no_update, no_update
        return _written(
            lambda: _in(services, diary.write, _shown(pathname)[0], words or ""),
            clicks,
        )

    @app.callback(
        Output("observe-words", "value"),
        Output("observe-refused", "children"),
        Input("observe-do", "n_clicks"),
        State("observe-words", "value"),
        State("observe-of", "value"),
        State("observe-rating", "value"),
        State("url", "pathname"),
        prevent_initial_call=True,
    )
    @for_action("exercise.play")
    def observe(
        clicks: int, words: str | None, of: str | None, rating: str | None, pathname: str | None
    ) -> tuple[Any, Any]:
        if not clicks:
            return no_update, no_update
        objective, _, measure = (of or "").partition(".")
        return _written(
            lambda: _in(
                services,
                diary.observe,
                _shown(pathname)[0],
                words or "",
                objective=int(objective) if objective.isdecimal() else 0,
                measure=int(measure) if measure.isdecimal() else None,
                rating=rating or "",
            ),
            clicks,
        )


def _in(services: Services, verb: Callable[..., object], *given: Any, **more: Any) -> None:  # noqa: ANN401
    with services.scope(principal()) as session:
        verb(session, principal(), *given, **more)


def _written(work: Callable[[], None], clicks: int) -> tuple[Any, Any]:
    """Return the emptied field, or what was refused; what was written is looked for at once."""
    try:
        work()
    except Refusal as refusal:
        return no_update, refused(refusal)
    set_props("exercise-beat", {"n_intervals": -clicks})
    return "", []


def _register_report(app: Dash, services: Services) -> None:
    @app.callback(
        Output("report-file", "data"),
        Output("report-refused", "children"),
        Input({"type": "report-do", "ending": ALL}, "n_clicks"),
        State("url", "pathname"),
        prevent_initial_call=True,
    )
    @for_action("exercise.read")
    def report(clicks: list[int], pathname: str | None) -> tuple[Any, Any]:
        if not any(clicks):
            return no_update, no_update
        wanted: Ending = next((each for each in ENDINGS if each == ctx.triggered_id["ending"]), "xlsx")
        try:
            with services.scope(principal()) as session:
                name, content = report_file(gather(session, principal(), _shown(pathname)[0]), wanted)
        except Refusal as refusal:
            return no_update, refused(refusal)
        encoded = base64.b64encode(content).decode()
        return {"content": encoded, "filename": name, "base64": True}, []
