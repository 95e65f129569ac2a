"""Closures that matter to what an exercise's scenario was asked: found when asked for, each put into the list in one click."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dash import ALL, Dash, Input, Output, State, ctx, html, no_update

from dashboard.computed import computed_block
from dashboard.jobs import bind_job, job_line
from dashboard.pages.exercise.stored import latest_pair
from dashboard.pages.page import named_in
from dashboard.pages.trust.pieces import act, address, attempt, card, form, refused, rows
from geo.errors import Refusal
from matching.exercises import put_inject
from matching.questions import question_from_json
from matching.robustness import desk
from matching.robustness.critical import Limits
from matching.robustness.words import effect_words, link_words, middle
from registry.directory.store import kinds
from registry.exercises.checking import TITLE_CHARS
from registry.exercises.clock import SECOND_MS
from registry.exercises.exercise import Plan
from registry.exercises.store import load
from web.wall.classes import for_action
from web.wall.gate import principal

if TYPE_CHECKING:
    from dashboard.pages.trust.pieces import Said
    from dashboard.services import Services
    from matching.answers import Question
    from matching.atlas import Atlas
    from matching.robustness.desk import Told
    from registry.db.engine import Session
    from registry.exercises.exercise import Exercise
    from registry.jobs.store import JobStatus
    from registry.people.principal import Principal

EDIT: Final = "exercise.edit"

JOB: Final = "loss"
"""What the ids of the job's line begin with."""

MOST: Final = 8
"""Links of each need that are listed, the weightiest first."""


def matter_card(services: Services, asks: Principal, exercise: Exercise) -> html.Section:
    """Return the card that finds the closures that matter once it is asked, with the job that does so on large roads."""
    job = _asked_before(services, asks, exercise)
    said = _kept(services, asks, job.run_id) if job and job.run_id else []
    note = html.P(
        "Every road and bridge that the answer hangs on is tried, one at a time, on the roads in use: the question is that of "
        "the scenario's latest run. Main roads only, unless all are loaded.",
        className="t12 c2",
    )
    return card(
        "Closures that matter",
        [
            note,
            html.Div(said, id="matter-found", role="status"),
            job_line(JOB, job),
            form("matter", [], [act("Find them", "matter-find")]),
        ],
        name="matter",
    )


def register(app: Dash, services: Services) -> None:
    """Hang the search and the buttons of what it finds on the application."""
    bind_job(app, services, JOB, EDIT)

    @app.callback(
        Output("matter-found", "children"),
        Output(f"{JOB}-job", "data"),
        Input("matter-find", "n_clicks"),
        State("url", "pathname"),
        prevent_initial_call=True,
    )
    @for_action(EDIT)
    def find(clicks: int, pathname: str | None) -> tuple[Any, Any]:
        if not clicks:
            return no_update, no_update
        try:
            return _found(services, named_in(pathname))
        except Refusal as refusal:
            return refused(refusal), None

    @app.callback(
        Output("matter-found", "children", allow_duplicate=True),
        Input(f"{JOB}-run", "data"),
        prevent_initial_call=True,
    )
    @for_action(EDIT)
    def kept(run_id: str | None) -> Any:  # noqa: ANN401 - components, or no update
        if not run_id:
            return no_update
        return _kept(services, principal(), run_id)

    @app.callback(
        Output("matter-go", "href"),
        Output("matter-refused", "children"),
        Input({"type": "matter-add", "bridge": ALL, "edge": ALL, "name": ALL}, "n_clicks"),
        State("url", "pathname"),
        prevent_initial_call=True,
    )
    @for_action(EDIT)
    def add(clicks: list[int], pathname: str | None) -> Said:
        if not any(clicks):
            return no_update, no_update
        pressed, which = ctx.triggered_id, named_in(pathname)

        def work() -> str:
            who = principal()
            with services.scope(who) as session:
                now = load(session, who, which).time_ms // SECOND_MS * SECOND_MS  # files tell whole seconds
                title = f"Closed: {pressed['name']}"[:TITLE_CHARS]
                patch = _patch(services, str(pressed["bridge"]), int(pressed["edge"]), str(pressed["name"]))
                plan = Plan(planned_ms=now, title=title, by_hand=True, patch=patch)
                put_inject(session, who, which, plan)
            return address(f"/exercises/{which}/msel", said="saved", done=who.request_id)

        return attempt(work, pathname or "/exercises")


def _asked(session: Session, who: Principal, exercise: Exercise) -> tuple[Question, Limits, str] | None:
    """Return what the latest run of the exercise's scenario was asked, and that run's id; None before there is one."""
    pair = latest_pair(session, who, exercise)
    if pair is None:
        return None
    asked = pair[1].parameters
    question = question_from_json(asked["question"], kinds(session))
    return question, Limits(asked["limit_ms"], asked["nearest"]), pair[1].id


def _asked_before(services: Services, who: Principal, exercise: Exercise) -> JobStatus | None:
    """Return the job of that question, under way or done; None without one, or when it cannot be asked any more."""
    try:
        with services.scope(who) as session:
            asked = _asked(session, who, exercise)
            return desk.latest_job(session, who, *asked[:2]) if asked else None
    except Refusal:
        return None


def _found(services: Services, which: str) -> tuple[list[Any], str | None]:
    """Return what is found at once, or the id of the job that finds it."""
    who, known = principal(), services.atlas
    with services.scope(who) as session:
        asked = _asked(session, who, load(session, who, which))
        if asked is None:
            return [html.P("Run its scenario first, and the same question as it stood.")], None
        question, limits, run_id = asked
        if desk.at_once(known, question):
            return _listed(known, desk.ask(session, who, question, limits, known=known)), None
        return [], desk.begin(session, who, question, limits, parent_id=run_id)


def _kept(services: Services, who: Principal, run_id: str) -> list[Any]:
    """Return what a job found, or why it cannot be shown."""
    known = services.atlas
    try:
        with services.scope(who) as session:
            run, told = desk.kept(session, who, run_id)
    except Refusal as refusal:
        return refused(refusal)
    return [*_listed(known, told), computed_block(run)]


def _listed(known: Atlas, told: Told) -> list[Any]:
    lines = []
    for part in told.parts:
        for effect in part.effects[:MOST]:
            name = link_words(known, effect.link)
            button = {
                "type": "matter-add",
                "bridge": effect.link.bridge,
                "edge": str(effect.link.edges[0]),
                "name": name,
            }
            lines.append(
                [html.B(name), effect_words(known, told, part, effect), act("Add it", button, about=name)]
            )
    if not lines:
        return [html.P("No single road or bridge matters to it alone.")]
    return [rows("Closures that matter", ("Closed", "What happens", ""), lines)]


def _patch(services: Services, bridge: str, edge: int, name: str) -> dict[str, Any]:
    """Return the part of a patch that closes a bridge, or the road at the middle of an edge."""
    if bridge:
        return {"bridges": [bridge]}
    network = services.network
    lon, lat = middle(network, min(max(edge, 0), len(network.edge_length_m) - 1))
    feature = {
        "type": "Feature",
        "id": f"edge-{edge}",
        "properties": {"effect": "blocked", "name": name},
        "geometry": {"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]},
    }
    return {"closures": [feature]}
