"""Thirty pairs of Missouri towns on the TIGER state network: times held to the millisecond, metres to the millimetre.

Their miles stand beside figures that others published; docs/golden-towns.md names those, and says why they differ.
`pytest -rP tests/golden` prints the table of that document, and the rows of `towns.csv` as they are now.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from etl.sources.lines import in_kmh, read_lines, read_speeds
from geo.areas import area_from_circle
from geo.noding import build_network
from geo.routing import search
from geo.snapping import snap

ROOT = Path(__file__).resolve().parents[2]
TIGER = ROOT.parent / "shared" / "data" / "roads" / "mo_tiger_prisec_simplified_noded.parquet"
KM_PER_MILE = 1.609344
WITHIN_KM = 0.1
BOUND_MILES, BOUND_SHARE = 4.0, 0.04

with (Path(__file__).parent / "towns.csv").open(newline="") as file:
    GOLDEN = list(csv.DictReader(file))


@pytest.fixture(scope="module")
def network():
    """Return the TIGER state network as `merr load roads --lines` builds it, at the shipped speeds."""
    speeds = {word: mph for word, mph in read_speeds(ROOT / "data/reference/speeds.csv").items() if mph}
    built, _ = build_network(
        read_lines(TIGER, "cls", "name"),
        in_kmh(speeds),
        name="TIGER",
        attribution="U.S. Census Bureau",
        main_roads_only=True,
        node_crossings=False,
    )
    return built


@pytest.fixture(scope="module")
def places(network):
    """Return each town's edge, metres along it, and the point there."""
    with (ROOT / "data/gazetteer/places.csv").open(newline="") as file:
        points = {row["name"]: (float(row["lon"]), float(row["lat"])) for row in csv.DictReader(file)}
    towns = sorted({row[end] for row in GOLDEN for end in ("from", "to")})
    snaps = snap(network, *np.array([points[town] for town in towns]).T)
    return dict(zip(towns, zip(snaps.edge.tolist(), snaps.offset_m.tolist(), strict=True), strict=True))


def driven(network, start, end):
    """Return milliseconds and metres from one place on the road to within 100 m of another."""
    edge, offset_m = end
    first, last = network.shape_start[edge : edge + 2]
    lon, lat = (
        float(np.interp(offset_m, network.shape_m[first:last], network.shape[first:last, axis]))
        for axis in (0, 1)
    )
    route = search(network, area_from_circle(lon, lat, WITHIN_KM)).route(*start)
    return route.road_ms, route.road_m


def miles(row):
    return float(row["road_m"]) / 1000.0 / KM_PER_MILE + WITHIN_KM / KM_PER_MILE


def table(rows):
    yield "| from | to | road time | our miles | published | difference | published as | why |"
    yield "|---|---|---|---|---|---|---|---|"
    for row in rows:
        published = float(row["published_miles"])
        difference = miles(row) - published
        hours, minutes = divmod(round(int(row["road_ms"]) / 60_000), 60)
        yield (
            f"| {row['from']} | {row['to']} | {hours}:{minutes:02} h | {miles(row):.1f} | {published:g} "
            f"| {difference:+.1f} ({difference / published:+.0%}) | {row['source']}: {row['as']} | {row['why']} |"
        )


@pytest.mark.shared
def test_times_between_towns_are_as_they_were(network, places):
    found = []
    for row in GOLDEN:
        ms, metres = driven(network, places[row["from"]], places[row["to"]])
        found.append({**row, "road_ms": str(ms), "road_m": f"{metres:.3f}"})
    print("\n".join([*table(found), *(",".join(row.values()) for row in found)]))  # noqa: T201 - for -rP
    assert found == GOLDEN


def test_thirty_pairs_lie_within_the_bound_or_have_a_reason():
    assert len({frozenset((row["from"], row["to"])) for row in GOLDEN}) == 30
    for row in GOLDEN:
        published = float(row["published_miles"])
        within = abs(miles(row) - published) <= max(BOUND_MILES, BOUND_SHARE * published)
        assert within is (row["why"] == ""), f"{row['from']} to {row['to']}: {miles(row):.1f} miles"


def test_the_document_shows_the_golden_table():
    shown = (ROOT / "docs" / "golden-towns.md").read_text()
    assert "\n".join(table(GOLDEN)) in shown
    assert {row["source"] for row in GOLDEN} == {"A", "B", "C", "D"}
