"""A small taxonomy and listings to rank, written by hand."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely

from geo.areas import IncidentArea, area_from_geojson
from geo.counties import Counties
from geo.noding import RoadLines, build_network
from geo.population import PopulationDiscs
from geo.snapping import snap
from matching.atlas import Atlas
from matching.eligibility import Travel, Travels, split
from matching.ranking import rank
from matching.roster import Roster, roster
from registry.directory.kinds import Attribute, Kind, Taxonomy
from registry.directory.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.network import RoadNetwork
    from matching.answers import NeedAnswer
    from matching.needs import Need
    from matching.ranking import Frame

ATTRIBUTES = (
    Attribute("fuel", "Fuel", "choice", "", ("diesel", "gasoline")),
    Attribute("kw", "Power", "number", "kW"),
    Attribute("licence", "Licence or certificate", "text"),
    Attribute("phase", "Phase", "choice", "", ("single", "three")),
    Attribute("voltage", "Voltage", "number", "V"),
    Attribute("wheelchair_lift", "Wheelchair lift", "yes_no"),
)
KINDS = (
    Kind("bus_transit", "Transit bus", "equipment", "each", "bus", "transportation", ("wheelchair_lift",)),
    Kind("generator_mobile_large", "Generator, large (100 kW or more)", "equipment", "each", "generator", "energy",
         ("kw", "voltage", "phase", "fuel")),
    Kind("generator_portable", "Generator, portable (towable)", "equipment", "each", "generator", "energy",
         ("kw", "voltage", "phase")),
    Kind("light_tower", "Light tower", "equipment", "each", "light_tower", "energy", ("fuel",)),
    Kind("line_crew", "Electric line crew", "services", "crew", "line_crew", "energy", ("licence",)),
    Kind("tarp", "Tarpaulin", "goods", "sheet", "tarp", None, ()),
)  # fmt: skip


@pytest.fixture(scope="session")
def taxonomy() -> Taxonomy:
    return Taxonomy({kind.code: kind for kind in KINDS}, {row.code: row for row in ATTRIBUTES})


@pytest.fixture(scope="session")
def listing():
    """Return a maker of listings: what is not said is ordinary."""

    def make(asset_id: str, **said) -> Listing:
        ordinary = {
            "asset_id": asset_id,
            "asset_name": f"Generator {asset_id}",
            "kind": "generator_portable",
            "family": "generator",
            "kind_name": "Generator, portable (towable)",
            "asset_class": "equipment",
            "attributes": {"kw": 125.0, "phase": "three"},
            "quantity": 2,
            "unit": "each",
            "mobilisation_s": 1800,
            "status": "available",
            "confirmed_on": date(2026, 5, 1),
            "delivery": "delivers",
            "operator": False,
            "max_days": None,
            "provider_id": f"p-{asset_id}",
            "provider_name": f"Demo {asset_id} Rentals",
            "synthetic": True,
            "sector": "energy",
            "site_id": f"s-{asset_id}",
            "site_name": "Yard",
            "town": "Joplin",
            "lon": -94.0,
            "lat": 37.0,
            "county_fips": "29097",
            "county_name": "Jasper county",
            "region": "D",
            "geocode_quality": "given",
            "geocode_accuracy_m": 0.0,
            "network_hash": "",
            "edge": 0,
            "offset_m": 0.0,
            "access_m": 0.0,
        }
        return Listing(**{**ordinary, **said})

    return make


PLACES = {"A": (-94.5, 37.0), "B": (-94.4, 37.0), "C": (-94.3, 37.0), "D": (-94.2, 37.0), "E": (-94.35, 37.1)}
ROADS_KM = {"AB": 10.0, "BC": 10.0, "CD": 10.0, "CE": 5.0, "EB": 20.0}
"""Five places and five roads at 60 km/h, so a kilometre takes a minute."""


@pytest.fixture(scope="session")
def five_places() -> RoadNetwork:
    lines = RoadLines(
        geometry=np.array([shapely.LineString([PLACES[a], PLACES[b]]) for a, b in ROADS_KM], dtype=object),
        road_class=("highway",) * len(ROADS_KM),
        name=("",) * len(ROADS_KM),
        oneway=np.zeros(len(ROADS_KM), dtype=np.int8),
        length_m=np.array([km * 1000.0 for km in ROADS_KM.values()]),
    )
    network, _ = build_network(
        lines,
        {"highway": 60.0},
        name="Five places",
        attribution="Drawn for a test",
        main_roads_only=True,
        node_crossings=False,
    )
    return network


@pytest.fixture(scope="session")
def atlas(five_places) -> Atlas:
    """Return the five places in one county, with 1,000 people in the western half of the area's latitude."""
    ground = shapely.box(-95.0, 36.5, -94.0, 37.5)
    counties = Counties(
        fips=("29097",),
        name=("Jasper",),
        region=("D",),
        population=np.array([1_000]),
        seat=("Carthage",),
        seat_lon=np.array([-94.3]),
        seat_lat=np.array([37.2]),
        geometry=np.array([ground], dtype=object),
    )
    people = PopulationDiscs(
        people=np.array([1_000.0]), ground=np.array([shapely.box(-94.6, 36.95, -94.4, 37.05)], dtype=object)
    )
    return Atlas(five_places, counties, people)


@pytest.fixture(scope="session")
def west() -> IncidentArea:
    """Return an area about A that holds a quarter of the road from A to B."""
    return area_from_geojson(shapely.geometry.mapping(shapely.box(-94.6, 36.95, -94.475, 37.05)), "drawn")


@pytest.fixture(scope="session")
def listed(listing, five_places):
    """Return a maker of listings that stand at a place, snapped to the five places' roads."""

    def make(asset_id: str, place: str, **said) -> Listing:
        lon, lat = PLACES[place]
        snaps = snap(five_places, np.array([lon]), np.array([lat]))
        where = {
            "lon": lon,
            "lat": lat,
            "network_hash": five_places.content_hash,
            "edge": int(snaps.edge[0]),
            "offset_m": float(snaps.offset_m[0]),
            "access_m": float(snaps.access_m[0]),
        }
        return listing(asset_id, **{**where, **said})

    return make


@pytest.fixture(scope="session")
def ways():
    """Return a maker of assets, each at a site of its own, and of the ways from there as they are given."""

    def make(pairs: Sequence[tuple[Listing, Travel]]) -> tuple[Roster, Travels]:
        each = [way for _, way in pairs]
        return roster([row for row, _ in pairs]), Travels(
            way=np.arange(len(each)),
            total_ms=np.array(
                [-1 if way.road_ms < 0 else way.road_ms + way.access_ms for way in each], dtype=np.int64
            ),
            inside=np.array([way.inside for way in each], dtype=np.bool_),
            placed=np.array([way.placed for way in each], dtype=np.bool_),
            of=lambda sites: [each[site] for site in sites],
        )

    return make


@pytest.fixture(scope="session")
def ranked(ways):
    """Return a ranker of assets whose ways are given."""

    def make(need: Need, pairs: Sequence[tuple[Listing, Travel]], frame: Frame, **said) -> NeedAnswer:
        assets, travels = ways(pairs)
        return rank(need, split(assets, travels, need, **said), assets, travels, frame)

    return make
