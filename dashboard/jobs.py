"""A job on a page: one line that says how far it is, with Cancel, found again after a reload.

A page lays out `job_line` with what `open_job` finds, hangs `bind_job` once, and starts a job by writing its id into
the store `NAME-job`. When the job is done the store `NAME-run` holds the id of the run that it left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dash import Dash, Input, Output, State, ctx, dcc, html, no_update

from dashboard.attributes import wild
from dashboard.pages.incident import states
from registry.jobs import store
from web.wall.classes import for_action
from web.wall.gate import principal

if TYPE_CHECKING:
    from dashboard.services import Services
    from registry.jobs.store import JobStatus

EVERY_MS: Final = 1_000
"""How often a page asks how far its job is, while there is one."""

ENDS: Final = {
    "done": "Done.",
    "cancelled": "Cancelled. Nothing of it was kept.",
}


def open_job(services: Services, kind: str) -> JobStatus | None:
    """Return the job of that kind that whoever is signed in has under way; None without one."""
    who = principal()
    with services.scope(who) as session:
        return store.latest_open(session, who, kind)


def job_line(name: str, found: JobStatus | None = None) -> html.Div:
    """Return the line of a page's job; empty while there is none.

    Parameters
    ----------
    name
        What the ids on the page begin with: `NAME-job` and `NAME-run` are stores, `NAME-line` is what is read.
    found
        The job under way, as `open_job` finds it.
    """
    under_way = found is not None and not found.ended
    return html.Div(
        [
            dcc.Store(id=f"{name}-job", data=found.id if found else None),
            dcc.Store(id=f"{name}-run", data=found.run_id if found else None),
            dcc.Interval(id=f"{name}-tick", interval=EVERY_MS, disabled=not under_way),
            html.Div(line(found), id=f"{name}-line", role="status"),
            html.Button("Cancel", id=f"{name}-cancel", type="button", className="btn", hidden=not under_way),
        ],
        className="job",
    )


def bind_job(app: Dash, services: Services, name: str, action: str) -> None:
    """Hang what keeps a page's job line up to date, and its Cancel, on the application.

    Parameters
    ----------
    name
        As for `job_line`.
    action
        Who may look after such a job: the action that asks for it.
    """

    @app.callback(
        Output(f"{name}-line", "children"),
        Output(f"{name}-tick", "disabled"),
        Output(f"{name}-cancel", "hidden"),
        Output(f"{name}-run", "data"),
        Input(f"{name}-tick", "n_intervals"),
        Input(f"{name}-cancel", "n_clicks"),
        Input(f"{name}-job", "data"),
        State(f"{name}-run", "data"),
        prevent_initial_call=True,
    )
    @for_action(action)
    def follow(_ticks: int | None, clicks: int | None, job_id: str | None, run_id: str | None) -> Any:  # noqa: ANN401
        if not job_id:
            return [], True, True, no_update
        cancelled = ctx.triggered_id == f"{name}-cancel" and bool(clicks)
        found = _asked(services, job_id, cancel=cancelled)
        left = found.run_id if found.run_id != run_id else no_update
        return line(found), found.ended, found.ended or found.cancelling, left


def _asked(services: Services, job_id: str, *, cancel: bool) -> JobStatus:
    who = principal()
    with services.scope(who) as session:
        ask = store.cancel if cancel else store.status_of
        return ask(session, who, job_id)


def line(found: JobStatus | None) -> list[Any]:
    """Return what is read of a job: how far it is, or how it ended."""
    if found is None:
        return []
    if found.refusal is not None:
        told = found.refusal
        return states.refusal_note(
            {
                "title": told["title"],
                "given": told["given"],
                "wanted": told["wanted"],
                "todo": told["todo"],
                "place": None,
                "outline": None,
            }
        )
    if found.ended:
        return [ENDS.get(found.state, "")]
    percent = int(found.fraction * 100)
    return [
        html.Progress(value=str(percent), max="100", **wild({"aria-label": "How far it is"})),
        html.Span(f"{_doing(found)}, {percent} %" if found.state == "working" else _doing(found)),
    ]


def _doing(found: JobStatus) -> str:
    if found.cancelling:
        return "Stopping"
    if found.state == "waiting":
        return "Waiting for a worker"
    return found.sentence or "Starting"
