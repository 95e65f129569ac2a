from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from shapely import MultiPolygon, box

from geo.closures import Closure
from geo.gazetteer import Place
from matching.coverage import cell_recipe as cells
from matching.coverage import recruit_recipe as recruiting
from matching.coverage.arrivals import point_arrivals
from matching.coverage.cell import why
from matching.coverage.classes import sector_classes
from matching.coverage.computing import compute
from matching.coverage.loading import told_roster
from matching.coverage.parameters import CoverageParameters
from matching.coverage.recipe import KIND, alias, asked_of, closed, opened, recipe
from matching.coverage.recruit import candidates
from matching.coverage.result import CoverageResult
from matching.errors import MatchingError
from matching.runs.baseline import Asked, Baseline, quiet
from matching.runs.recipes import compute as compute_run
from matching.scenarios.changes import Changes
from matching.scenarios.patch import Patch


@pytest.fixture
def base(peopled, worked, taxonomy):
    return Baseline(peopled, "snapshot", worked, taxonomy, key=b"secret")


def test_a_run_of_coverage_gives_the_same_bytes_and_holds_no_real_id(base, asked):
    wanted = Asked(KIND, asked_of(["sector:energy", "generator,kw>=100"], asked()))
    said = []
    kept = recipe(base, wanted, lambda share, sentence: said.append((share, sentence)))
    assert recipe(base, wanted, quiet) == kept
    assert [share for share, _ in said] == sorted(share for share, _ in said)
    found = CoverageResult.from_bytes(kept)
    assert found.classes == ("sector:energy", "generator,kw>=100")
    assert found.parameters == asked()
    assert not {row.provider_id for row in base.listings} & set(found.providers)
    assert set(found.providers) == {alias(row.provider_id, b"secret") for row in base.listings}
    assert set(found.assets) <= {alias(row.asset_id, b"secret") for row in base.listings}


def test_what_a_run_cannot_be_asked_is_refused(base, asked):
    for parameters in ({}, {"classes": [], "parameters": {}}, {"classes": ["x"], "parameters": {"k": 1}}):
        with pytest.raises(MatchingError):
            recipe(base, Asked(KIND, parameters), quiet)
    assert isinstance(asked(), CoverageParameters)


def test_coverage_of_a_scenario_is_that_of_what_it_leaves(base, whom, asked):
    shut = Closure("1", "blocked", MultiPolygon([box(-94.46, 36.99, -94.44, 37.01)]))
    patch = Patch("Flood", "A. Author", "to see", Changes(closures=(shut,)))
    wanted = asked_of(["sector:energy"], asked())
    told = CoverageResult.from_bytes(recipe(base, Asked(KIND, wanted, patch.as_json()), quiet))
    assets, energy = told_roster(base.known, base.listings), sector_classes(["energy"])
    noon = datetime(2026, 11, 22, 18, tzinfo=UTC)
    left = compute(base.known, assets, whom, energy, asked(), closures=[shut], at=noon)
    assert (told.time_ms == left.time_ms).all()
    plain = CoverageResult.from_bytes(recipe(base, Asked(KIND, wanted), quiet))
    assert (told.time_ms != plain.time_ms).any()
    assert told.to_bytes() == recipe(base, Asked(KIND, wanted, patch.as_json()), quiet)


def test_a_run_of_recruiting_gives_the_same_bytes_as_weighing_the_towns_now(base, asked, whom):
    towns = [
        Place(name=name, county_fips="29001", lon=lon, lat=lat, accuracy_m=0.0, source="", kind="place")
        for name, lon, lat in zip("ABCD", whom.lon.tolist(), whom.lat.tolist(), strict=False)
    ]
    limit_ms = asked().thresholds_ms[0]
    wanted = Asked(
        recruiting.KIND,
        recruiting.asked_of("sector:energy", asked(), towns, k=2, threshold_ms=limit_ms, count=2),
    )
    kept = compute_run(base, wanted)
    assert compute_run(base, wanted) == kept
    found = point_arrivals(
        base.known, told_roster(base.known, base.listings), whom, sector_classes(["energy"]), asked()
    )
    best = candidates(found, 0, towns, k=2, threshold_ms=limit_ms).best(2)
    told = json.loads(kept)
    assert [(each["name"], each["people"]) for each in told["towns"]] == [
        (towns[at].name, people) for at, people in zip(best.towns, best.in_turn, strict=True)
    ]
    assert told["people"] == best.people > 0
    elsewhere = Asked(recruiting.KIND, {**wanted.parameters, "region": "D"})
    assert json.loads(compute_run(base, elsewhere))["people"] == best.people
    for wrong in ({}, {**wanted.parameters, "region": "Z"}, {**wanted.parameters, "towns": [["A"]]}):
        with pytest.raises(MatchingError, match="cannot be read"):
            recruiting.recipe(base, Asked(recruiting.KIND, wrong), quiet)
    with pytest.raises(MatchingError, match="scenario"):
        recruiting.recipe(base, Asked(recruiting.KIND, wanted.parameters, {}), quiet)


def test_a_run_of_a_cell_says_what_why_says_by_made_up_ids(base, asked, whom):
    wanted = cells.asked_of("sector:energy", asked(), "29097", k=2, threshold_ms=45 * 60_000)
    kept = compute_run(base, Asked(cells.KIND, wanted))
    assert compute_run(base, Asked(cells.KIND, wanted)) == kept
    (energy,) = sector_classes(["energy"])
    found = why(
        base.known,
        told_roster(base.known, base.listings),
        whom,
        "29097",
        energy,
        parameters=asked(),
        k=2,
        threshold_ms=45 * 60_000,
    )
    told = cells.told_of(kept, base.listings, b"secret")
    assert told == found
    assert not any(row.asset_id.encode() in kept for row in base.listings)
    with pytest.raises(MatchingError, match="scenario"):
        cells.recipe(base, Asked(cells.KIND, wanted, {}), quiet)
    for wrong in ({}, {**wanted, "county": "29001"}):
        with pytest.raises(MatchingError):
            compute_run(base, Asked(cells.KIND, wrong))


def test_what_is_opened_again_is_what_was_closed(base, asked, whom):
    plain = compute(
        base.known, told_roster(base.known, base.listings), whom, sector_classes(["energy"]), asked()
    )
    again = opened(closed(plain, b"secret"), base.listings, b"secret")
    assert again.to_bytes() == plain.to_bytes()


@pytest.mark.parametrize("kind", [KIND, recruiting.KIND, cells.KIND])
def test_long_work_says_how_far_it_is_and_is_stopped_where_it_says_so(base, asked, kind):
    towns = [Place("A", "29001", -94.5, 37.0, 0.0, "", "place")]
    limit_ms = asked().thresholds_ms[0]
    wanted = {
        KIND: asked_of(["sector:energy"], asked()),
        recruiting.KIND: recruiting.asked_of(
            "sector:energy", asked(), towns, k=2, threshold_ms=limit_ms, count=1
        ),
        cells.KIND: cells.asked_of("sector:energy", asked(), "29097", k=1, threshold_ms=limit_ms),
    }[kind]
    said = []
    compute_run(base, Asked(kind, wanted), lambda share, _sentence: said.append(share))
    assert said == sorted(said)
    assert len({share for share in said if 0 < share < 1}) > 1

    def stop(share, _sentence):
        if share >= said[len(said) // 2]:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compute_run(base, Asked(kind, wanted), stop)
