"""One scenario: what it holds in words and on the map, its runs, and the form that runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import html

from dashboard.computed import computed_block
from dashboard.pages.scenario.drawing import state
from dashboard.pages.scenario.running import run_card
from dashboard.pages.scenario.runs import asked_words, changed_words, is_of, kept_runs, same_question
from dashboard.pages.scenario.words import Names, assets_called, companies_called
from dashboard.pages.trust.pieces import card, day_and_time, facts, flag, rows, sheet, two_lines, zone_note
from matching.scenarios.changes import outline_of
from matching.scenarios.patch import read_patch
from registry.people.access import allowed
from registry.runs.snapshots import load_snapshot
from registry.scenarios.store import EDIT, load_scenario

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.pages.page import Asked
    from dashboard.services import Services
    from matching.scenarios.patch import Patch
    from registry.directory.listing import Listing
    from registry.runs.store import Run
    from registry.scenarios.store import Scenario


def page(services: Services, asked: Asked) -> html.Main:
    """Return the page of one scenario."""
    with services.scope(asked.principal) as session:
        kept = load_scenario(session, asked.principal, asked.parts["id"])
        runs = kept_runs(session, asked.principal)
        patch = read_patch(kept.patch)
        named = load_snapshot(session, kept.snapshot_hash).listings if _names_some(patch) else ()
    makes = allowed(asked.principal, EDIT)
    cards: list[Any] = [
        html.Div([_holds(services, kept, patch, named), _map(services, patch)], className="columns"),
        *(run_card(services, asked.principal, kept, runs) if makes else []),
        runs_card(kept, runs),
        zone_note(),
    ]
    return sheet(kept.name, cards, lead=kept.reason)


def _holds(services: Services, kept: Scenario, patch: Patch, named: Sequence[Listing]) -> html.Section:
    kinds = {code: kind.name for code, kind in services.taxonomy.kinds.items()}
    vehicles = {code: each.name for code, each in services.profiles.items()}
    own = companies_called(named), assets_called(named)
    lines = Names(services.counties, services.sectors, kinds, vehicles, *own).lines(patch)
    held = (
        html.Ul([html.Li(line) for line in lines], className="scholds")
        if lines
        else html.P("It changes nothing.")
    )
    parent = kept.parent_id and html.A("Another scenario", href=f"/scenarios/{kept.parent_id}")
    told = facts(
        [
            ("Author", kept.author),
            ("Made", day_and_time(kept.made_at)),
            ("Begins from", parent or "Nothing kept"),
            ("Stands on", "The directory and the roads as they stood then"),
        ]
    )
    again = html.A("Make another from it", href=f"/scenarios?from={kept.id}#new", className="btn")
    covered = html.A("What it does to coverage", href=f"/scenarios/{kept.id}/coverage", className="btn")
    return card("What it holds", [held, told, html.Div([again, covered], className="bt")])


def _names_some(patch: Patch) -> bool:
    """Return whether a patch means a company or an asset by its id."""
    changes = patch.at()
    return any(who.provider for who in (*changes.lost, *changes.closed)) or any(
        cut.asset for cut in changes.cuts
    )


def _map(services: Services, patch: Patch) -> html.Section:
    changes = patch.at()
    outlines = [outline_of(each.within) for each in (*changes.lost, *changes.closed) if each.within]
    words = (
        f"{len(changes.closures)} closed or slowed places, with every inject."
        if changes.closures
        else "It closes no place on the map."
    )
    if outlines:
        words += " Dashed: areas whose companies are lost."
    drawing = state(
        services.coverages.drawn, f"Missouri. {words}", closures=changes.closures, outlines=outlines
    )
    return card("On the map", [html.P(words, className="t12 c2"), drawing])


def runs_card(kept: Scenario, runs: Sequence[Run]) -> html.Section:
    """Return the runs of a scenario, and those of the same question as things stood."""
    own = [run for run in runs if is_of(run, kept)]
    lines: list[list[Any]] = []
    for run in own:
        stood = next((each for each in runs if each.patch is None and same_question(each, run)), None)
        to = f"/scenarios/compare?b={run.id}" + ("" if stood is None else f"&a={stood.id}")
        lines.append(
            [
                two_lines(html.A(asked_words(run), href=to), f"for {run.account_name}"),
                flag(changed_words(run), "" if run.patch is None else "good"),
                day_and_time(run.made_at),
                computed_block(run),
            ]
        )
    table = rows("Runs", ("Asked", "Run", "Made", "How"), lines)
    return card("Its runs", [table if lines else html.P("It was not run yet.")], name="runs")
