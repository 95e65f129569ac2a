"""`scenario_diff`: a patch applied, its outcome, and the difference against the baseline."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import shapely

from benchmarks import ranking
from benchmarks.measure import Row, row, taken_ms
from geo.areas import area_from_circle
from geo.closures import Closure
from geo.counties import read_counties
from geo.population import read_population
from matching.answers import Question
from matching.atlas import Atlas
from matching.runs.baseline import Baseline
from matching.scenarios.applying import apply
from matching.scenarios.changes import NOTHING, Changes, Cut, Weather, Who
from matching.scenarios.difference import Difference, diff
from matching.scenarios.outcome import outcome
from matching.scenarios.patch import Patch
from matching.sight import EXACT
from registry.directory.kinds import Taxonomy
from registry.settings import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.network import RoadNetwork

ASSETS = 4_000
JOPLIN = -94.51, 37.08
AREA_KM = 10.0
RUNS = 5


def figures(network: RoadNetwork, graph: str) -> Iterator[Row]:
    """Yield the row: patch, outcome of the ranking and of all counties by their people, and the difference.

    Its peer is the same by two outcomes, since a baseline is computed once and kept.
    """
    data = settings().data_dir
    counties, people = (
        read_counties(data / "counties" / "counties.parquet"),
        read_population(data / "gazetteer" / "population.csv"),
    )
    known = ranking.atlas(network)
    atlas = Atlas(network, counties, known.discs, population=people)
    rows = [
        replace(one, sector=("energy", "water", "transportation")[at % 3])
        for at, one in enumerate(ranking.listings(network, ASSETS, ASSETS))
    ]
    base = Baseline(atlas, "0" * 64, rows, Taxonomy({}, {}))
    need = replace(ranking.NEED, conditions=(), text="generator:200")
    question = Question(
        area_from_circle(*JOPLIN, AREA_KM), (need,), (), ranking.ASKED, ranking.ASKED + timedelta(hours=4)
    )
    changed = _patch()

    def run(patch: Patch) -> Difference:
        return diff(before, outcome(apply(patch, base), question, sight=EXACT))

    before = outcome(apply(Patch("As it is", "bench", "baseline"), base), question, sight=EXACT)
    found = run(changed)
    ours_ms = sorted(taken_ms(lambda: run(changed)) for _ in range(RUNS))[RUNS // 2]
    both_ms = ours_ms + taken_ms(lambda: run(Patch("As it is", "bench", "baseline", NOTHING)))
    (part,) = found.needs
    note = (
        f"{ASSETS:,} assets, {len(changed.changes.closures)} closures, weather, a sector of a county lost, a cut; "
        f"{len(part.moved):,} arrivals and {len(part.counties)} of {len(counties.fips)} counties differ"
    )
    yield row("scenario_diff", graph, ours_ms=ours_ms, peer="both computed", peer_ms=both_ms, note=note)


def _patch() -> Patch:
    closures = tuple(
        Closure(f"flood {at}", "blocked", shapely.box(-94.3 + at * 0.4, 38.9, -94.1 + at * 0.4, 39.3))
        for at in range(8)
    )
    return Patch(
        "Flood",
        "bench",
        "measured",
        Changes(
            closures=closures,
            weather=(Weather((), 1.2),),
            lost=(Who(county="29097", sector="energy"),),
            cuts=(Cut("generator", "", 300, 0),),
        ),
    )
