"""A coverage made by hand: energy is thin in Jasper county and in region D, of chemical nothing is listed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np

from dashboard.coverages import Worked
from dashboard.pages.coverage.choice import LIMITS_MIN, Choice
from dashboard.pages.coverage.figures import Figures
from matching.coverage.parameters import CoverageParameters
from matching.coverage.result import NONE, CoverageResult
from matching.coverage.seen import Seen
from matching.measures import MINUTE_MS
from matching.roster import roster

SECTORS = {"chemical": "Chemical", "energy": "Energy", "water": "Water and wastewater"}
TODAY = date(2026, 11, 22)
JASPER, GREENE = "29097", "29077"


def minutes(*given):
    """Return minutes as milliseconds; None stands for never."""
    return [NONE if each is None else each * MINUTE_MS for each in given]


def made_result(counties, *, fresh_days=180, energy_in_jasper=(89, 141, 143, 170, None)):
    """Return a result whose every time is 40, 70, 90, 100 and 110 minutes but for energy in Jasper county and region D."""
    letters = sorted(set(counties.region))
    keys = (*counties.fips, *letters, "MO")
    count, sectors, k = len(keys), len(SECTORS), 5
    time = np.empty((count, sectors, k), dtype=np.int64)
    time[:] = minutes(40, 70, 90, 100, 110)
    time[keys.index(JASPER), 1] = minutes(*energy_in_jasper)
    time[keys.index("D"), 1] = minutes(100, 147, 150, 180, 200)
    stale = time.copy()
    stale[keys.index(JASPER), 1] = minutes(22, 89, 141, 143, 170)
    people = np.array([*counties.population, *[600_000] * len(letters), 6_000_000], dtype=np.int64)
    limit_ms = np.array(LIMITS_MIN) * MINUTE_MS
    within = (time[..., None] != NONE) & (time[..., None] <= limit_ms)
    near_asset = np.full((count, sectors, k), NONE, dtype=np.int32)
    near_asset[keys.index(JASPER), 1] = [0, 1, 2, NONE, NONE]
    near_ms = np.full((count, sectors, k), NONE, dtype=np.int64)
    near_ms[keys.index(JASPER), 1] = minutes(89, 141, 143, None, None)
    carrier = np.full((count, sectors), 0, dtype=np.int32)
    without = np.full((count, sectors), 75 * MINUTE_MS, dtype=np.int64)
    without[keys.index(JASPER), 1] = 141 * MINUTE_MS
    return CoverageResult(
        parameters=CoverageParameters(
            today=TODAY, k=k, thresholds_ms=tuple(limit_ms.tolist()), fresh_days=fresh_days
        ),
        network_hash="n",
        targets=keys,
        levels=("county",) * len(counties.fips) + ("region",) * len(letters) + ("state",),
        people=people,
        classes=tuple(f"sector:{code}" for code in SECTORS),
        providers=("p0", "p1", "p2"),
        assets=("a0", "a1", "a2"),
        listed=np.array([0, 12, 7]),
        counted=np.array([0, 9, 7]),
        time_ms=time,
        stale_ms=stale,
        reached=np.where(within, people[:, None, None, None], 0),
        companies=within.sum(axis=2),
        units=within.sum(axis=2),
        score=np.zeros((count, sectors), dtype=np.int64),
        near_provider=near_asset.copy(),
        near_asset=near_asset,
        near_ms=near_ms,
        carrier=carrier,
        without_ms=without,
    )


def seen(name, place, *, name_closed=False, place_closed=False, confirmed_on=date(2026, 10, 12)):
    return Seen(
        name=name, place=place, name_closed=name_closed, place_closed=place_closed, confirmed_on=confirmed_on
    )


def made_worked(counties, result=None):
    """Return it with what may be seen: the first provider open, the second wholly closed, the third a closed place."""
    assets = {
        "a0": seen("Demo Greene Fuel", "Springfield"),
        "a1": seen("Name closed", "Cass county", name_closed=True, place_closed=True),
        "a2": seen("Demo Gasconade Lines", "ZIP 65711", place_closed=True),
    }
    found = result or made_result(counties)
    companies = {f"p{at}": assets[f"a{at}"] for at in range(3)}
    every = made_result(counties, fresh_days=None)
    both = {180: found, None: every}
    return Worked(both, assets, companies, roster([]), datetime(2026, 10, 13, 15, 0, tzinfo=UTC))


def made_figures(counties, before=None, **chosen):
    """Return the figures of a view of it."""
    choice = Choice(**{"sector": "energy", **chosen})
    return Figures(choice, made_result(counties), SECTORS, counties, before, "3 Aug 2026" if before else "")
