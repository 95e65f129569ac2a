"""What the kept runs of an exercise's stored scenario say, on the page of its comparison: read, never computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dash import html

from dashboard.computed import computed_block
from dashboard.pages.scenario.comparing import Versus, figures_card, sentence
from dashboard.pages.scenario.runs import kept_runs, pair_of
from dashboard.pages.trust.pieces import card, way
from matching.scenarios.desk import compare
from registry.people.access import allowed
from registry.scenarios.store import READ, load_scenario

if TYPE_CHECKING:
    from dashboard.services import Services
    from registry.db.engine import Session
    from registry.exercises.exercise import Exercise
    from registry.people.principal import Principal
    from registry.runs.store import Run


def latest_pair(session: Session, asks: Principal, exercise: Exercise) -> tuple[Run, Run] | None:
    """Return the latest runs of the exercise's stored scenario, as things stood and with its changes; None without both."""
    if exercise.scenario_id is None:
        return None
    kept = load_scenario(session, asks, exercise.scenario_id)
    return pair_of(kept_runs(session, asks), kept)


def stored_cards(services: Services, asks: Principal, exercise: Exercise) -> list[html.Section]:
    """Return the difference that the latest runs of the exercise's stored scenario tell; nothing without a scenario."""
    if exercise.scenario_id is None or not allowed(asks, READ):
        return []
    with services.scope(asks) as session:
        kept = load_scenario(session, asks, exercise.scenario_id)
        pair = latest_pair(session, asks, exercise)
        found = compare(session, asks, pair[0].id, pair[1].id) if pair else None
    to_scenario = way("The scenario", f"/scenarios/{kept.id}")
    if found is None:
        none = html.P(
            "It has no pair of runs yet. Run it, then run the same question as it stood without its changes."
        )
        return [card("Kept runs of its scenario", [none], beside=[to_scenario])]
    whole = way("Both maps of these runs", f"/scenarios/compare?a={found.a.id}&b={found.b.id}")
    needs = sorted({*found.outcomes[0].needs, *found.outcomes[1].needs})
    each = [Versus(found, need, services.counties) for need in needs]
    head = card(
        "Kept runs of its scenario",
        [html.P(sentence(each[0])), computed_block(found.b)],
        beside=[to_scenario, whole],
    )
    return [head, *map(figures_card, each)]
