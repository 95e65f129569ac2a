"""What the page of coverage does: switches change its address, and what is not worked out yet is worked out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from dash import Dash, Input, Output, State, no_update

from dashboard.jobs import bind_job
from dashboard.pages.coverage.deeper import HANGING, RECRUIT, hanging_lines, recruit_card
from dashboard.pages.coverage.downloads import download_routes
from dashboard.pages.coverage.drawing import asked_of, chosen, need_code
from dashboard.pages.coverage.later import register_part
from dashboard.pages.coverage.layout import ALL, JOB, body_or_note, meanwhile, refused
from dashboard.pages.coverage.points import register_points
from dashboard.pages.incident import states
from dashboard.state import refusal_store
from geo.errors import Refusal
from matching.errors import NotWorkedError
from registry.people.access import may_somewhere
from web.wall.classes import for_action
from web.wall.gate import principal

if TYPE_CHECKING:
    from collections.abc import Callable

    from dashboard.pages.coverage.choice import Choice
    from dashboard.services import Services
    from registry.people.principal import Principal

SWITCHES: Final = ("limit", "counted", "listings", "sector", "shows", "region", "kept", "versus")


def register(app: Dash, services: Services) -> None:
    """Hang what the page does on the application."""
    app.server.register_blueprint(download_routes(services))

    @app.callback(
        output=Output("coverage-go", "href"),
        inputs={name: Input(f"coverage-{name}", "value") for name in SWITCHES},
        state={"search": State("url", "search")},
        prevent_initial_call=True,
    )
    @for_action("coverage.read")
    def switch(search: str | None, **values: object) -> Any:  # noqa: ANN401 - an address or no update
        """Go to the address of what the switches say.

        Another region is looked at without a county of the old one, other listings without the run of the old ones.
        """
        now = asked_of(search)
        before = chosen(services, now)
        given = {name: "" if value == ALL else str(value) for name, value in values.items()}
        moved = {} if given["region"] == before.region else {"county": ""}
        unlike = {} if given["listings"] == before.listings else {"versus": "", "kept": ""}
        after = chosen(services, {**now, **given, **moved, **unlike})
        return no_update if after == before else after.address()

    _work(app, services)
    for output, make in (("coverage-recruit", recruit_card), ("coverage-hanging", hanging_lines)):
        _fill_later(app, services, output, make)

    for part in (RECRUIT, HANGING):
        register_part(app, services, part)
    _look_at(app, services)
    register_points(app, services)

    @app.callback(
        Output("coverage-go", "href", allow_duplicate=True),
        Output("coverage-refused", "children"),
        Input("coverage-keep", "n_clicks"),
        State("url", "search"),
        running=[(Output("coverage-keep", "disabled"), True, False)],
        prevent_initial_call=True,
    )
    @for_action("run.make")
    def keep(clicks: int, search: str | None) -> tuple[Any, Any]:
        """Keep the figures as they are now, and compare with them."""
        if not clicks:
            return no_update, no_update
        choice = chosen(services, asked_of(search))
        try:
            return choice.address(
                versus=services.coverages.keep(principal(), choice.fresh_days, choice.sector)
            ), []
        except Refusal as refusal:
            return no_update, states.refusal_note(refusal_store(refusal))


def _work(app: Dash, services: Services) -> None:
    """Fill the page: with what is worked out while it waits, or once the job is done that works it out on large roads."""
    bind_job(app, services, JOB, "coverage.read")

    @app.callback(
        Output("coverage-body", "children"),
        Output(f"{JOB}-job", "data"),
        Input("coverage-asked", "data"),
    )
    @for_action("coverage.read")
    def work(wanted: dict[str, str] | None) -> tuple[Any, Any]:
        """Work out what the page waits for, or have a job do it."""
        if not wanted:
            return no_update, no_update
        who, choice = principal(), chosen(services, asked_of(urlsplit(wanted["search"]).query))
        try:
            return _body(services, who, choice), no_update
        except NotWorkedError as refusal:
            if not may_somewhere(who, "run.make"):
                return refused(refusal), no_update
            asked = services.coverages.asked(choice.fresh_days, choice.sector)
            job = services.coverages.begin(who, asked)
            return meanwhile(services, who, choice, by_job=True), job
        except Refusal as refusal:
            return refused(refusal), no_update

    @app.callback(
        Output("coverage-body", "children", allow_duplicate=True),
        Output(f"{JOB}-line", "children", allow_duplicate=True),
        Input(f"{JOB}-run", "data"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    @for_action("coverage.read")
    def show(run_id: str | None, search: str | None) -> tuple[Any, Any]:
        """Show what the job worked out in place of its line; refused where the registry has changed since."""
        if not run_id:
            return no_update, no_update
        try:
            return _body(services, principal(), chosen(services, asked_of(search))), []
        except Refusal as refusal:
            return refused(refusal), []


def _body(services: Services, who: Principal, choice: Choice) -> list[Any]:
    worked = services.coverages.worked(who, choice.fresh_days, choice.sector)
    return body_or_note(services, who, choice, worked)


def _look_at(app: Dash, services: Services) -> None:
    """Lead to the view of a capability that is written down."""

    @app.callback(
        Output("coverage-go", "href", allow_duplicate=True),
        Output("coverage-need-refused", "children"),
        Input("coverage-need-show", "n_clicks"),
        State("coverage-need", "value"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    @for_action("coverage.read")
    def look_at(clicks: int, line: str | None, search: str | None) -> tuple[Any, Any]:
        """Go to the view of a capability."""
        if not clicks:
            return no_update, no_update
        try:
            code = need_code(services, line or "")
        except Refusal as refusal:
            return no_update, states.refusal_note(refusal_store(refusal))
        return chosen(services, asked_of(search)).address(sector=code), []


def _fill_later(
    app: Dash, services: Services, output: str, make: Callable[[Services, Principal, Choice], list[Any]]
) -> None:
    """Fill a part of the page that takes a moment longer than the rest, once the rest is there."""

    @app.callback(Output(output, "children"), Input("coverage-more", "data"))
    @for_action("coverage.read")
    def fill(wanted: dict[str, str] | None) -> Any:  # noqa: ANN401 - components or no update
        if not wanted:
            return no_update
        try:
            return make(services, principal(), chosen(services, asked_of(urlsplit(wanted["search"]).query)))
        except Refusal as refusal:
            return states.refusal_note(refusal_store(refusal))
