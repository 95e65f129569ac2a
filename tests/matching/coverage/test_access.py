"""Scores equal those of PySAL's `access`, an independent program, run on our own matrix of arrivals."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from geo.coverage_kernels import FAR
from matching.coverage.arrivals import point_arrivals
from matching.coverage.classes import sector_classes
from matching.coverage.computing import point_scores
from matching.coverage.targets import county_targets
from matching.roster import roster


@pytest.fixture(scope="module")
def many(peopled, provider, asked):
    """Return arrivals of thirty listings of many sizes at the points of the county."""
    rng = np.random.default_rng(2009)
    rows = [
        provider(
            f"c{at % 11}", "ABCDE"[at % 5], int(rng.integers(0, 40)), asset=f"a{at:02}", quantity=1 + at % 4
        )
        for at in range(30)
    ]
    whom = county_targets(peopled.population, peopled.counties)
    return point_arrivals(peopled, roster(rows), whom, sector_classes(["energy"]), asked())


def frames(found):
    """Return demand, supply and cost of the points and listings as `access` takes them."""
    points, members = len(found.targets.people), len(found.way)
    arrival = found.way_ms[:, found.way] + found.members.ready_ms
    assert (arrival < FAR).all()
    demand = pd.DataFrame({"point": np.arange(points), "people": found.targets.people})
    supply = pd.DataFrame({"listing": np.arange(members), "units": found.members.units})
    cost = pd.DataFrame(
        {
            "point": np.repeat(np.arange(points), members),
            "listing": np.tile(np.arange(members), points),
            "ms": arrival.ravel(),
        }
    )
    return demand, supply, cost


def asked_of_access(found):
    """Return the object of `access` that holds our demand, supply and matrix."""
    from access import Access  # noqa: PLC0415 - it warns of its own use of pandas

    demand, supply, cost = frames(found)
    return Access(
        demand_df=demand,
        demand_index="point",
        demand_value="people",
        supply_df=supply,
        supply_index="listing",
        supply_value="units",
        cost_df=cost,
        cost_origin="point",
        cost_dest="listing",
        cost_name="ms",
    )


def test_scores_equal_pysals_enhanced_two_step_catchments(many):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pandas, about how `access` uses it
        from access import weights  # noqa: PLC0415

        bands = dict(zip(many.parameters.bands_ms, np.array(many.parameters.weights) / 1000.0, strict=True))
        theirs = asked_of_access(many).enhanced_two_stage_fca(name="e", weight_fn=weights.step_fn(bands))
    ours = point_scores(many)[:, 0]
    assert ours == pytest.approx(theirs.sort_index()["e_units"].to_numpy(), rel=1e-12)
    assert len(set(ours.tolist())) == len(ours)


def test_units_within_a_threshold_equal_pysals_catchment_sums(many):
    from matching.coverage.computing import units_at_points  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from access.fca import weighted_catchment  # noqa: PLC0415

        _, supply, cost = frames(many)
        pairs = cost.merge(supply, on="listing")
        for at, limit in enumerate(many.parameters.thresholds_ms):
            theirs = weighted_catchment(
                loc_df=supply.set_index("listing"),
                cost_df=pairs[["point", "listing", "ms"]],
                max_cost=limit,
                cost_source="listing",
                cost_dest="point",
                cost_cost="ms",
                loc_index=True,
                loc_value="units",
                weight_fn=None,
            )
            wanted = theirs.reindex(range(len(many.targets.people)), fill_value=0.0).to_numpy()
            assert units_at_points(many)[:, 0, at].tolist() == wanted.tolist()
