"""Parts of the page that take a job on large roads: what the latest run of now found, the job under way, or its button."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dash import Dash, Input, Output, State, no_update

from dashboard.jobs import bind_job, job_line
from dashboard.pages.coverage.drawing import asked_of, chosen
from dashboard.pages.incident import states
from dashboard.pages.trust.pieces import act
from dashboard.state import refusal_store
from geo.errors import Refusal
from matching.coverage.keeping import run_of_now
from matching.coverage.pace import not_worked
from registry.jobs import store
from registry.people.access import may_somewhere
from web.wall.classes import for_action
from web.wall.gate import principal

if TYPE_CHECKING:
    from collections.abc import Callable

    from dashboard.pages.coverage.choice import Choice
    from dashboard.services import Services
    from matching.coverage.keeping import OfNow
    from registry.db.engine import Session
    from registry.people.principal import Principal


@dataclass(frozen=True)
class Part:
    """A part of the page that a run of its own keeps.

    Parameters
    ----------
    name
        What the ids of its job begin with; it fills `coverage-NAME`.
    kind
        The kind of its run.
    button
        What its button says.
    asked
        What its run is asked for a view.
    shown
        What the page shows of its run of now.
    """

    name: str
    kind: str
    button: str
    asked: Callable[[Services, Choice], dict[str, Any]]
    shown: Callable[[Services, Session, OfNow], list[Any]]


def by_job(services: Services, who: Principal, choice: Choice, part: Part) -> list[Any]:
    """Return what the latest run of now found; without one the button that begins its job, and how far that is.

    Raises
    ------
    NotWorkedError
        There is no run of now, and the account may begin no job.
    """
    known, asked = services.atlas, part.asked(services, choice)
    with services.scope(who) as session:
        found = run_of_now(session, who, asked, known, kind=part.kind)
        if found is not None:
            return part.shown(services, session, found)
        if not may_somewhere(who, "run.make"):
            raise not_worked(known, who)
        job = store.under_way_of(session, who, part.kind, asked)
    return [act(part.button, f"{part.name}-begin"), job_line(part.name, job)]


def register_part(app: Dash, services: Services, part: Part) -> None:
    """Hang a part's button, its job's line, and what its run found on the application."""
    bind_job(app, services, part.name, "coverage.read")
    place = f"coverage-{part.name}"

    def view(search: str | None) -> Choice:
        return chosen(services, asked_of(search))

    @app.callback(
        Output(f"{part.name}-job", "data"),
        Output(place, "children", allow_duplicate=True),
        Input(f"{part.name}-begin", "n_clicks"),
        State("url", "search"),
        running=[(Output(f"{part.name}-begin", "disabled"), True, False)],
        prevent_initial_call=True,
    )
    @for_action("run.make")
    def begin(clicks: int, search: str | None) -> tuple[Any, Any]:
        """Begin the job of the view that is looked at."""
        if not clicks:
            return no_update, no_update
        try:
            asked = part.asked(services, view(search))
            return services.coverages.begin(principal(), asked, part.kind), no_update
        except Refusal as refusal:
            return no_update, states.refusal_note(refusal_store(refusal))

    @app.callback(
        Output(place, "children", allow_duplicate=True),
        Input(f"{part.name}-run", "data"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    @for_action("coverage.read")
    def fill(run_id: str | None, search: str | None) -> Any:  # noqa: ANN401 - components or no update
        """Show what the job found, or its button again where the registry has changed since."""
        if not run_id:
            return no_update
        try:
            return by_job(services, principal(), view(search), part)
        except Refusal as refusal:
            return states.refusal_note(refusal_store(refusal))
