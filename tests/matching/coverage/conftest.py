"""One county on five places that can be worked by hand: 1,000 people, two companies that count and one that is stale."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from geo.population import Population
from matching.coverage.parameters import CoverageParameters
from matching.coverage.targets import county_targets

PLACES = {"A": (-94.5, 37.0), "B": (-94.4, 37.0), "C": (-94.3, 37.0), "D": (-94.2, 37.0), "E": (-94.35, 37.1)}
PEOPLE = {"A": 400, "B": 300, "C": 200, "D": 100}
TODAY = date(2026, 11, 22)
MINUTE = 60_000


@pytest.fixture(scope="session")
def peopled(atlas):
    """Return the five places with 400, 300, 200 and 100 people living at A, B, C and D."""
    lon, lat = (np.array([PLACES[place][axis] for place in PEOPLE]) for axis in (0, 1))
    people = np.array([float(number) for number in PEOPLE.values()])
    return replace(
        atlas, population=Population(lon, lat, people, np.full(len(people), 100.0), ("29097",) * len(people))
    )


@pytest.fixture(scope="session")
def whom(peopled):
    """Return the one county, its region and the State."""
    return county_targets(peopled.population, peopled.counties)


@pytest.fixture(scope="session")
def provider(listed):
    """Return a maker of listings: a company at a place, with minutes to get ready, confirmed some days ago."""

    def make(company: str, place: str, ready_min: int, *, days: int = 10, asset: str = "", **said):
        return listed(
            asset or f"a-{company}",
            place,
            **{
                "provider_id": company,
                "site_id": f"s-{company}-{place}",
                "mobilisation_s": ready_min * 60,
                "confirmed_on": date.fromordinal(TODAY.toordinal() - days),
                **said,
            },
        )

    return make


@pytest.fixture(scope="session")
def worked(provider):
    """Return the listings of the county worked by hand: docs/coverage.md."""
    return [
        provider("one", "B", 30, quantity=2),
        provider("two", "D", 15, quantity=3),
        provider("three", "E", 5, days=400),
    ]


@pytest.fixture(scope="session")
def asked():
    """Return a maker of parameters: thresholds and bands in minutes."""

    def make(*limits_min: int, **said) -> CoverageParameters:
        limits = tuple(limit * MINUTE for limit in limits_min or (30, 40, 45))
        ordinary = {
            "today": TODAY,
            "k": 2,
            "thresholds_ms": limits,
            "fresh_days": 180,
            "bands_ms": (30 * MINUTE, 45 * MINUTE),
            "weights": (1000, 500),
        }
        return CoverageParameters(**(ordinary | said))

    return make
