"""Every route of the REST door, in the order in which they are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from web.api import (
    accounts,
    assets,
    companies,
    coverage,
    coverage_cells,
    critical,
    declarations,
    exercises,
    incidents,
    jobs,
    looks,
    match,
    records,
    rules,
    runs,
    scenario_coverage,
    scenarios,
    tokens,
)

if TYPE_CHECKING:
    from web.api.route import Route

ROUTES: Final[tuple[Route, ...]] = (
    *match.ROUTES,
    *critical.ROUTES,
    *assets.ROUTES,
    *coverage.ROUTES,
    *coverage_cells.ROUTES,
    *runs.ROUTES,
    *jobs.ROUTES,
    *scenarios.ROUTES,
    *scenario_coverage.ROUTES,
    *exercises.ROUTES,
    *incidents.ROUTES,
    *declarations.ROUTES,
    *looks.ROUTES,
    *companies.ROUTES,
    *accounts.ROUTES,
    *tokens.ROUTES,
    *rules.ROUTES,
    *records.ROUTES,
)
