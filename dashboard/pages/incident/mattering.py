"""What the answer hangs on: the single roads and bridges whose loss matters, tried when asked for, listed and on the map."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from dash import Dash, Input, Output, State, html, no_update

from dashboard.computed import computed_block
from dashboard.jobs import bind_job, job_line
from dashboard.layers import collection, feature, point
from dashboard.pages.incident import states
from dashboard.pages.incident.forms import button
from dashboard.state import question_of, refusal_store, shown_need
from geo.errors import Refusal
from matching.robustness import desk
from matching.robustness.critical import Limits
from matching.robustness.words import as_geojson, middle, summary_words
from web.wall.classes import for_action
from web.wall.gate import principal

if TYPE_CHECKING:
    from dashboard.services import Services
    from dashboard.state import ShownStore
    from matching.answers import Question
    from matching.atlas import Atlas
    from matching.robustness.desk import Told
    from registry.people.principal import Principal

JOB: Final = "matter"
"""What the ids of the job's line begin with."""

MOST: Final = 12
"""Links that are listed and drawn, the weightiest first; the others are counted."""


def matter_part() -> html.Details:
    """Return the part of the closures' popover that tries each road and bridge; it takes a while, so it waits to be asked."""
    return html.Details(
        [
            html.Summary("Which single road or bridge does the answer hang on?"),
            html.P(
                "Each road and bridge on a way that counts is taken away alone: another is first, a company drops out, "
                "or a county waits over two hours. What is listed is worth an inspection, or an inject. "
                "The map draws it dark, with the list's numbers."
            ),
            html.Div(button("Try each", "matter-try"), className="bt"),
            job_line(JOB),
            html.Div(id="matter-list", role="status"),
        ],
        className="about",
    )


def register(app: Dash, services: Services) -> None:
    """Hang the search on the application; a new answer takes its list and its lines away."""
    bind_job(app, services, JOB, "incident.read")  # whoever reads the page hears that there is no job

    @app.callback(
        Output("matter-list", "children"),
        Output("matter-layer", "data"),
        Output(f"{JOB}-job", "data"),
        Input("matter-try", "n_clicks"),
        State("shown", "data"),
        running=[(Output("matter-try", "disabled"), True, False)],
        prevent_initial_call=True,
    )
    @for_action("match.ask")
    def find(_clicks: int, shown: ShownStore | None) -> tuple[Any, Any, Any]:
        try:
            question = _question(services, shown)
            if question is None:
                missing = html.P("Draw the area and say what is needed first: there is no answer yet.")
                return [missing], collection([]), None
            return found(services, principal(), question)
        except Refusal as refusal:
            return states.refusal_note(refusal_store(refusal)), collection([]), None

    @app.callback(
        Output("matter-list", "children", allow_duplicate=True),
        Output("matter-layer", "data", allow_duplicate=True),
        Input(f"{JOB}-run", "data"),
        prevent_initial_call=True,
    )
    @for_action("incident.read")
    def kept(run_id: str | None) -> tuple[Any, Any]:
        if not run_id:
            return no_update, no_update
        who, known = principal(), services.atlas
        try:
            with services.scope(who) as session:
                run, told = desk.kept(session, who, run_id)
            rows, drawn = listed(known, told)
            return [*rows, computed_block(run)], drawn
        except Refusal as refusal:
            return states.refusal_note(refusal_store(refusal)), collection([])

    @app.callback(
        Output("matter-list", "children", allow_duplicate=True),
        Output("matter-layer", "data", allow_duplicate=True),
        Output(f"{JOB}-job", "data", allow_duplicate=True),
        Input("shown", "data"),
        State(f"{JOB}-job", "data"),
        prevent_initial_call=True,
    )
    @for_action("incident.read")
    def forget(shown: ShownStore | None, followed: str | None) -> tuple[Any, Any, Any]:
        job = _asked_before(services, principal(), shown)
        return [], collection([]), no_update if job == followed else job


def _question(services: Services, shown: ShownStore | None) -> Question | None:
    """Return what is asked with the need on screen alone; None while something is missing."""
    whole = shown and question_of(shown, services.taxonomy, datetime.now(UTC))
    if not shown or not whole:
        return None
    return replace(whole, needs=(whole.needs[shown_need(shown["needs"], len(whole.needs))],))


def _asked_before(services: Services, who: Principal, shown: ShownStore | None) -> str | None:
    """Return the job that tries each road for a question, begun before the page was read again; it may be done.

    Of a question that counts from now it is the one under way, whatever moment it counts from.
    """
    try:
        question = _question(services, shown)
    except Refusal:  # the list says so where it would stand
        return None
    if question is None or desk.at_once(services.atlas, question):
        return None
    find = desk.latest_job if shown and shown["when"]["asked_at"] else desk.job_of_any_moment
    with services.scope(who) as session:
        job = find(session, who, question, Limits())
    return job.id if job else None


def found(services: Services, who: Principal, question: Question) -> tuple[Any, Any, Any]:
    """Return the list, its links as the map draws them, and the id of the job that finds them where that takes long.

    Raises
    ------
    Refusal
        The question cannot be answered, or not for this account.
    """
    known = services.atlas
    with services.scope(who) as session:
        if desk.at_once(known, question):
            return *listed(known, desk.ask(session, who, question, known=known)), None
        return [], collection([]), desk.begin(session, who, question, Limits())


def listed(known: Atlas, told: Told) -> tuple[Any, Any]:
    """Return the list of a need's links, and the links as the map draws them."""
    (part,) = told.parts
    links = as_geojson(known, told)["features"][:MOST]
    lines = [feature(link["geometry"], role="matter") for link in links]
    numbers = [
        point(*middle(known.network, link["properties"]["edges"][0]), role="matter", text=str(rank))
        for rank, link in enumerate(links, start=1)
    ]
    rows = [
        html.Li(
            [html.B(link["properties"]["name"]), html.Span(link["properties"]["what"], className="t12 c2")]
        )
        for link in links
    ]
    more = len(part.effects) - len(links)
    return [
        html.P(summary_words(told, part)),
        html.Ol(rows, className="matters"),
        *([html.P(f"{more:,} more matter less; merr critical lists them all.")] if more else []),
        *(
            [html.P("Main roads only: a minor road may lead round what is listed here.")]
            if known.network.main_roads_only
            else []
        ),
    ], collection([*lines, *numbers])
