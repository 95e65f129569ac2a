"""Running a scenario: the form that asks a question, the job that answers it, and the run that it leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, html, no_update

from dashboard.computed import computed_block
from dashboard.jobs import bind_job, job_line, open_job
from dashboard.pages.incident.forms import ABOVE
from dashboard.pages.page import named_in
from dashboard.pages.scenario.form import county_choices
from dashboard.pages.scenario.runs import run_choice
from dashboard.pages.trust.pieces import act, card, refused
from geo.areas import IncidentArea, area_from_counties
from geo.errors import Refusal
from matching.answers import Question
from matching.errors import MatchingError
from matching.measures import HOUR_MS
from matching.needs import parse_need
from matching.questions import question_from_json
from matching.robustness.critical import Limits
from matching.runs.scenario import KIND
from matching.runs.version import code_version
from matching.scenarios import desk
from registry.directory.store import kinds
from registry.incidents.desk import list_incidents, load_incident
from registry.runs.store import load_run
from registry.scenarios.store import EDIT
from web.wall.classes import for_action
from web.wall.gate import principal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dashboard.pages.scenario.patching import Said
    from dashboard.services import Services
    from registry.db.engine import Session
    from registry.people.principal import Principal
    from registry.runs.store import Run
    from registry.scenarios.store import Scenario

JOB: Final = "scenario"
"""What the ids of the job's line begin with."""

STOOD: Final = "stood"
CHANGED: Final = "changed"
MOST_HOURS: Final = 240
HOUR_S: Final = 3600


def run_card(services: Services, asks: Principal, kept: Scenario, runs: Sequence[Run]) -> list[html.Section]:
    """Return the form that runs a scenario, with the job that is under way."""
    with services.scope(asks) as session:
        incidents = list_incidents(session, asks)
    earlier = [
        run_choice(run)
        for run in runs
        if (run.snapshot_hash, run.network_hash, run.code_version)
        == (kept.snapshot_hash, kept.network_hash, code_version())
    ]
    own = [{"value": each.id, "label": each.name} for each in incidents]
    none = {"value": "", "label": "None"}
    fields = [
        _select("same", "The same question as", [{"value": "", "label": "A new one, below"}, *earlier]),
        _select(
            "as",
            "Run",
            [
                {"value": CHANGED, "label": "With its changes"},
                {"value": STOOD, "label": "As it stood without them"},
            ],
            CHANGED,
        ),
        _select("incident", "Area and closures of an incident", [none, *own]),
        dmc.MultiSelect(
            id="sr-counties",
            label="Or counties",
            data=county_choices(services),
            searchable=True,
            clearable=True,
            maxDropdownHeight=220,
            comboboxProps=ABOVE,
        ),
        dmc.NumberInput(
            id="sr-after",
            label="State of the scenario at, hours after its start",
            description="Injects until then are in force; all of them when empty",
            value="",
            min=0,
            hideControls=True,
        ),
        _number("hours", "Deadline, hours from now", 3),
        _number("within", "Limit of a county, hours", 2),
        _number("nearest", "Companies that count for it", 1),
    ]
    need = dmc.Textarea(
        id="sr-need",
        label="Needs",
        description="One a line: generator:40,kw>=100",
        autosize=True,
        minRows=1,
        inputProps={"maxLength": 2_000},
    )
    note = html.P(
        "Two runs can be compared when they were asked the same question: choose the first run's question for the second.",
        className="t12 c2",
    )
    return [
        card(
            "Run it",
            [
                note,
                html.Div(
                    [
                        html.Div(fields, className="exfields"),
                        need,
                        html.Div(id="sr-refused", role="alert"),
                        html.Div([act("Run it", "sr-do", main=True)], className="bt"),
                        job_line(JOB, open_job(services, KIND)),
                        html.Div(id="sr-kept", role="status"),
                    ],
                    className="form sheetform",
                ),
            ],
            name="run",
        )
    ]


def _select(name: str, label: str, data: list[dict[str, str]], value: str = "") -> dmc.Select:
    return dmc.Select(
        id=f"sr-{name}", label=label, data=data, value=value, allowDeselect=False, comboboxProps=ABOVE
    )


def _number(name: str, label: str, value: int) -> dmc.NumberInput:
    return dmc.NumberInput(id=f"sr-{name}", label=label, value=value, hideControls=True)


FIELDS: Final = ("same", "as", "after", "incident", "counties", "hours", "within", "nearest", "need")


def register(app: Dash, services: Services) -> None:
    """Hang the form, its job and what the job leaves on the application."""
    bind_job(app, services, JOB, EDIT)

    @app.callback(
        output=[Output(f"{JOB}-job", "data"), Output("sr-refused", "children")],
        inputs={"clicks": Input("sr-do", "n_clicks")},
        state={
            "said": {name: State(f"sr-{name}", "value") for name in FIELDS},
            "pathname": State("url", "pathname"),
        },
        prevent_initial_call=True,
    )
    @for_action(EDIT)
    def run(clicks: int, said: Said, pathname: str | None) -> tuple[Any, Any]:
        if not clicks:
            return no_update, no_update
        who, which = principal(), named_in(pathname)
        try:
            with services.scope(who) as session:
                question, limits = _asked(services, session, who, said)
                stood = said["as"] == STOOD
                after_s = _after_s(said)
                made = desk.defer(session, who, which, question, limits, as_it_stood=stood, after_s=after_s)
                return made, []
        except Refusal as refusal:
            return no_update, refused(refusal)

    @app.callback(Output("sr-kept", "children"), Input(f"{JOB}-run", "data"), prevent_initial_call=True)
    @for_action(EDIT)
    def kept(run_id: str | None) -> list[Any]:
        if not run_id:
            return []
        who = principal()
        with services.scope(who) as session:
            found = load_run(session, who, run_id)
        to = f"/scenarios/compare?b={found.id}"
        return [
            html.P([f"Kept: {found.label}. ", html.A("Compare it", href=to)]),
            computed_block(found),
        ]


def _asked(services: Services, session: Session, who: Principal, said: Said) -> tuple[Question, Limits]:
    """Return the question and the limits: those of an earlier run, or what the fields say."""
    taxonomy = kinds(session)
    if said["same"]:
        asked = load_run(session, who, said["same"]).parameters
        question = question_from_json(asked["question"], taxonomy)
        # What is read back says "drawn"; only the very same parameters can be compared.
        origin = asked["question"]["area"]["properties"]["origin"]
        area = IncidentArea(question.area.geometry, origin)
        return replace(question, area=area), Limits(asked["limit_ms"], asked["nearest"])
    texts = [line.strip() for line in (said["need"] or "").splitlines() if line.strip()]
    if not texts:
        raise MatchingError(
            "Nothing is needed yet",
            given="no need",
            wanted="a kind and how many: generator:40",
            todo="write at least one need",
        )
    if bool(said["incident"]) == bool(said["counties"]):
        raise MatchingError(
            "One area is wanted",
            given="an incident and counties" if said["incident"] else "neither an incident nor counties",
            wanted="one of the two",
            todo="choose an incident, or counties",
        )
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    hours = _above_0(said, "hours", "the deadline in hours", MOST_HOURS)
    limits = Limits(
        round(_above_0(said, "within", "the limit in hours", MOST_HOURS) * HOUR_MS),
        int(_above_0(said, "nearest", "the companies that count", 100)),
    )
    place = _place(services, session, who, said)
    needs = tuple(parse_need(text, taxonomy) for text in texts)
    return Question(needs=needs, asked_at=now, by_at=now + timedelta(hours=hours), **place), limits


def _after_s(said: Said) -> int | None:
    """Return the moment of the scenario in seconds after its start; None for all of its injects."""
    given = said["after"]
    if given in (None, ""):
        return None
    if not isinstance(given, int | float):
        raise MatchingError(
            "There is no such moment of the scenario",
            given=repr(given),
            wanted="hours after its start, such as 36",
            todo="correct the state of the scenario, or leave it empty for all injects",
        )
    return round(given * HOUR_S)


def _place(services: Services, session: Session, who: Principal, said: Said) -> Mapping[str, Any]:
    if not said["incident"]:
        return {"area": area_from_counties(said["counties"], services.counties), "closures": ()}
    found = load_incident(session, who, said["incident"])
    if found.area is None:
        raise MatchingError(
            "The incident has no area yet",
            given=found.name,
            wanted="an incident whose area is saved",
            todo="draw its area on its page and save it, or choose counties",
        )
    return {"area": found.area, "closures": found.closures}


def _above_0(said: Said, name: str, what: str, most: int) -> float:
    given = said[name]
    if not isinstance(given, int | float) or not 0 < given <= most:
        raise MatchingError(
            f"There is no such number for {what}",
            given=repr(given),
            wanted=f"a number above 0 and at most {most}",
            todo=f"correct {what}",
        )
    return given
