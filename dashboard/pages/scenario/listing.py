"""All scenarios, the starters to begin from, and what makes another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dash import Dash, Input, Output, State, html, no_update

from dashboard.pages.scenario.form import STARTER, TITLES, new_form
from dashboard.pages.scenario.outline import STORE
from dashboard.pages.scenario.patching import PARTS, changes_of, patch_with
from dashboard.pages.scenario.words import companies_called
from dashboard.pages.trust.pieces import (
    card,
    day_and_time,
    refused,
    rows,
    sheet,
    two_lines,
    way,
    zone_note,
)
from geo.errors import Refusal
from matching.runs.making import baseline
from matching.scenarios import desk
from matching.scenarios.changes import NOTHING
from matching.scenarios.patch import Patch, read_patch
from matching.scenarios.starters import BRIDGES_KM, NEW_MADRID, ROADS_KM, new_madrid, shipped
from registry.directory.store import listings
from registry.people.access import allowed
from registry.scenarios.store import EDIT, list_scenarios, load_scenario
from web.wall.classes import for_action
from web.wall.gate import principal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from dashboard.pages.page import Asked
    from dashboard.pages.scenario.patching import Said
    from dashboard.services import Services
    from matching.runs.baseline import Baseline
    from matching.scenarios.changes import Changes
    from matching.scenarios.starters import Starter
    from registry.scenarios.store import Scenario

SHOWN: Final = 200
"""Scenarios of the list, the latest first."""


def list_page(services: Services, asked: Asked) -> html.Main:
    """Return the page of all scenarios."""
    with services.scope(asked.principal) as session:
        kept, edits = list_scenarios(session, asked.principal, SHOWN), allowed(asked.principal, EDIT)
        companies = companies_called(listings(session)) if edits else {}
    starters = starters_of(services)
    cards = [_list_card(kept)]
    if edits:
        fields = new_form(services, kept, starters, companies, asked.search.get("from", ""))
        cards = [
            _list_card(kept),
            starter_card(starters, services.settings.fault_traces),
            card("New scenario", [fields], name="new"),
        ]
    return sheet("Scenarios", [*cards, zone_note()], lead=_lead(kept))


def _lead(kept: Sequence[Scenario]) -> str:
    if not kept:
        return "No scenario is kept yet. A scenario says what would be if: it changes nothing that is kept."
    count = "1 scenario" if len(kept) == 1 else f"{len(kept)} scenarios"
    return (
        f"{count}. Each says what would be otherwise than things stood when it was made, and never changes."
    )


def starters_of(
    services: Services, *, roads_km: float = ROADS_KM, bridges_km: float = BRIDGES_KM
) -> tuple[Starter, ...]:
    """Return the starters that ship, and New Madrid by these distances where its fault traces are at hand."""
    crossings, traces = (
        services.settings.data_dir / "roads" / "crossings.geojson",
        services.settings.fault_traces,
    )
    found = shipped(crossings, "starter")
    if not traces.is_file():
        return found
    return *found, new_madrid(traces, crossings, "starter", roads_km=roads_km, bridges_km=bridges_km)


def _list_card(kept: Sequence[Scenario]) -> html.Section:
    names = {each.id: each.name for each in kept}
    lines = [_line(each, names) for each in kept]
    table = rows("Scenarios", ("Scenario", "Author", "Begins from", "Made"), lines)
    none = html.P("Make the first one below; a starter is the shortest way.")
    compare = [way("Compare two runs", "/scenarios/compare")] if kept else []
    return card("Kept scenarios", [table] if kept else [none], beside=compare)


def _line(each: Scenario, names: dict[str, str]) -> list[Any]:
    parent = each.parent_id and html.A(
        names.get(each.parent_id, "An older one"), href=f"/scenarios/{each.parent_id}"
    )
    return [
        two_lines(html.A(each.name, href=f"/scenarios/{each.id}"), each.reason),
        each.author,
        parent or "Nothing",
        day_and_time(each.made_at),
    ]


def starter_card(starters: Sequence[Starter], traces: Path) -> html.Section:
    """Return the starters with what is real and what is assumed; `traces` is where New Madrid's faults are looked for."""
    lines: list[list[Any]] = [
        [
            two_lines(html.B(each.patch.name), each.patch.reason),
            each.real,
            each.assumed,
            html.A("Begin from it", href=f"/scenarios?from={STARTER}{each.code}#new", className="btn s"),
        ]
        for each in starters
    ]
    there = any(each.code == NEW_MADRID for each in starters)
    note = html.P(
        "New Madrid: distances from the fault, not shaking. Both are set in the form below."
        if there
        else f"New Madrid needs the fault traces of the USGS, which do not ship and are not at {traces}. Put the GeoJSON file of "
        "its lines there, or set MERR_FAULT_TRACES to where it is and start the server again.",
        className="t12 c2",
    )
    table = rows("Starters", ("Starter", "What is real", "What is assumed", ""), lines)
    return card("First steps", [table, note])


FIELDS: Final = [
    "title",
    "reason",
    "parent",
    "roads-km",
    "bridges-km",
    "close-counties",
    "close-effect",
    "close-factor",
    "closures",
    "drawn-roads",
    "drawn-factor",
    "drawn-companies",
    "weather",
    "bridges",
    "lost-sectors",
    "lost-counties",
    "lost-companies",
    "cut-kinds",
    "cut-share",
    "waiver-of",
    "waiver-as",
    "demand",
]


def register(app: Dash, services: Services) -> None:
    """Hang the form on the application."""

    @app.callback(
        output={
            "go": Output("sc-go", "href"),
            "whole": Output("sc-refused", "children"),
            **{part: Output(f"sc-refused-{part}", "children") for part in PARTS},
        },
        inputs={"clicks": Input("sc-do", "n_clicks")},
        state={
            "said": {name: State(f"sc-{name}", "value") for name in FIELDS},
            "outline": State(STORE, "data"),
        },
        prevent_initial_call=True,
    )
    @for_action(EDIT)
    def make(clicks: int, said: Said, outline: dict[str, Any] | None) -> dict[str, Any]:
        answer: dict[str, Any] = {"go": no_update, "whole": [], **{part: [] for part in PARTS}}
        if not clicks:
            return dict.fromkeys(answer, no_update)
        who = principal()
        said = {**said, "drawn": outline and outline["feature"]["geometry"]}
        with services.scope(who) as session:
            base = baseline(session)
            changes, wrong = _changes(services, said, base)
            if wrong:
                beside = ", ".join(TITLES[part] for part in wrong)
                note = [
                    html.P(f"Nothing is kept yet. What is to be corrected stands beside it above: {beside}.")
                ]
                told = {part: refused(refusal) for part, refusal in wrong.items()}
                return {**answer, **told, "whole": note}
            try:
                own = Patch(said["title"] or "", who.name, said["reason"] or "", changes)
                begun, parent_id = _begun(services, session, said)
                whole = own if begun is None else begun.then(own)
                patch = Patch(own.name, own.author, own.reason, whole.changes, whole.injects, parent_id)
                made = desk.new(session, who, read_patch(patch.to_bytes()), on=base)
            except Refusal as refusal:
                return {**answer, "whole": refused(refusal)}
        return {**answer, "go": f"/scenarios/{made.id}"}


def _changes(services: Services, said: Said, base: Baseline) -> tuple[Changes, dict[str, Refusal]]:
    """Return the changes of all parts, and what each part is refused for; every part is tried, so all is said at once."""
    changes, wrong = NOTHING, {}
    for part in PARTS:
        try:
            own = changes_of(part, said, services.counties)
            desk.check(patch_with(own), base)
        except Refusal as refusal:
            wrong[part] = refusal
        else:
            changes = changes.then(own)
    return changes, wrong


def _begun(services: Services, session: Any, said: Said) -> tuple[Patch | None, str | None]:  # noqa: ANN401 - a session
    """Return the patch that a scenario begins from, and the id of the kept one; a starter has none."""
    given = said["parent"] or ""
    if not given:
        return None, None
    if given.startswith(STARTER):
        code = given.removeprefix(STARTER)
        distances = (
            {"roads_km": _km(said, "roads-km"), "bridges_km": _km(said, "bridges-km")}
            if code == NEW_MADRID
            else {}
        )
        return next(
            (each.patch for each in starters_of(services, **distances) if each.code == code), None
        ), None
    kept = load_scenario(session, principal(), given)
    return read_patch(kept.patch), kept.id


def _km(said: Said, name: str) -> float:
    """Return a distance from the fault in km; what is no number is refused as a distance of nothing."""
    given = said[name]
    return float(given) if isinstance(given, int | float) else 0.0
