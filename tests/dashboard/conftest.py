"""An answer made by hand: two sites, three matches, one of them late, and one asset that is cut off."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import shapely

from geo.areas import area_from_geojson
from geo.bridges import with_bridges
from geo.intervals import Stretches
from geo.network import Bridge
from geo.noding import RoadLines, build_network
from matching.answers import Answer, CountyInside, Flag, LeftOut, Match, NeedAnswer, NetworkFacts, Question
from matching.needs import build_need
from registry.directory.kinds import Attribute, Kind, Taxonomy
from registry.directory.listing import Listing

ASKED_AT = datetime(2026, 5, 22, 23, 20, tzinfo=UTC)
MINUTE_MS = 60_000
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[-94.6, 37.0], [-94.4, 37.0], [-94.4, 37.1], [-94.6, 37.1], [-94.6, 37.0]]],
}
LISTING = Listing(
    asset_id="a1",
    asset_name="Generator, 125 kW",
    kind="generator_portable",
    family="generator",
    kind_name="Generator, portable (towable)",
    asset_class="equipment",
    attributes={"kw": 125.0},
    quantity=4,
    unit="each",
    mobilisation_s=1800,
    status="available",
    confirmed_on=None,
    delivery="delivers",
    operator=False,
    max_days=5,
    provider_id="p1",
    provider_name="Demo One",
    synthetic=True,
    sector="energy",
    site_id="s1",
    site_name="Yard",
    town="Joplin",
    lon=-94.5,
    lat=37.2,
    county_fips="29097",
    county_name="Jasper",
    region="D",
    geocode_quality="place",
    geocode_accuracy_m=2000.0,
    network_hash="h",
    edge=0,
    offset_m=0.0,
    access_m=100.0,
)


def match_of(rank, minutes, *, late=False, units=4, **said):
    arrival = minutes * MINUTE_MS
    return Match(
        rank=rank,
        listing=replace(LISTING, **said),
        arrival_ms=arrival,
        arrives_at=ASKED_AT + timedelta(minutes=minutes),
        mobilisation_ms=30 * MINUTE_MS,
        access_ms=MINUTE_MS,
        road_ms=arrival - 31 * MINUTE_MS,
        road_m=20_000.0,
        units_so_far=units,
        late=late,
        flags=(Flag("operator", "Operator", "good"), Flag("delivers", "Delivers", "plain")),
        reasons=("30 min to get ready",),
        estimated_share=MINUTE_MS / arrival,
    )


@pytest.fixture(scope="session")
def taxonomy():
    kinds = (
        Kind(
            "generator_portable",
            "Generator, portable (towable)",
            "equipment",
            "each",
            "generator",
            "energy",
            ("kw", "phase"),
        ),
        Kind("generator_large", "Generator, large", "equipment", "each", "generator", "energy", ("kw",)),
        Kind("light_tower", "Light tower", "equipment", "each", "light_tower", "energy", ()),
    )
    attributes = (
        Attribute("kw", "Power", "number", "kW"),
        Attribute("phase", "Phase", "choice", "", ("single", "three")),
    )
    return Taxonomy({kind.code: kind for kind in kinds}, {row.code: row for row in attributes})


@pytest.fixture(scope="session")
def answer(taxonomy):
    need = build_need("generator", 10, [("kw", ">=", 100)], taxonomy)
    matches = (
        match_of(1, 35),
        match_of(2, 90, asset_id="a2", units=8),
        match_of(3, 200, late=True, asset_id="a3", site_id="s3", lon=-93.2, lat=37.3, units=12),
    )
    left_out = (
        LeftOut(replace(LISTING, asset_id="a4"), "unreachable", "Cut off by closures"),
        LeftOut(replace(LISTING, asset_id="a5"), "condition", "75 kW", "kw"),
    )
    part = NeedAnswer(
        need=need,
        matches=matches,
        left_out=left_out,
        in_time=8,
        wanted=10,
        short=2,
        units=12,
        last_unit_at=matches[2].arrives_at,
        last_unit_late_ms=20 * MINUTE_MS,
    )
    question = Question(area_from_geojson(SQUARE), (need,), (), ASKED_AT, ASKED_AT + timedelta(hours=3))
    return Answer(
        question=question,
        network=NetworkFacts("Shipped roads", "h", "OpenStreetMap", main_roads_only=True),
        needs=(part,),
        counties=(CountyInside("29097", "Jasper county", "D"),),
        people=1234.0,
        sectors_inside={"energy": 3},
        closures=(),
        warnings=("Main roads only",),
        road_inside=True,
    )


@pytest.fixture(scope="session")
def bridged():
    """Return two roads, the middle of each on a bridge; one bridge has a name, the other a road's number only."""
    lines = [[(-92.0, 38.0), (-91.9, 38.0)], [(-92.0, 38.0), (-91.95, 38.1), (-91.9, 38.0)]]
    roads, _ = build_network(
        RoadLines(
            np.array([shapely.LineString(points) for points in lines], dtype=object),
            ("freeway", "highway"),
            ("a", "b"),
            np.zeros(2, dtype=np.int8),
        ),
        {"freeway": 100.0, "highway": 60.0},
        name="Lines",
        attribution="us",
        main_roads_only=False,
        node_crossings=False,
    )
    spans = Stretches(np.array([0, 1]), np.array([3000.0, 100.0]), np.array([4000.0, 200.0]))
    bridges = [Bridge("x1", "crossing at Hermann", "MO 19"), Bridge("w7", "", "I-44")]
    return with_bridges(roads, bridges, spans, np.array([0, 1]))
