"""A small registry written by hand: two counties, two regions, a few kinds, a road from west to east."""

from __future__ import annotations

import itertools
from datetime import date

import numpy as np
import shapely

from geo.noding import RoadLines, build_network
from registry.directory.kinds import Attribute, Kind
from registry.directory.records import (
    AssetRecord,
    ContactRecord,
    ProprietaryRecord,
    ProviderRecord,
    SiteRecord,
)
from registry.directory.reference import (
    CountyRecord,
    Lifeline,
    Region,
    Sector,
    store_counties,
    store_reference,
)

SECTORS = [Sector("energy", "Energy"), Sector("water", "Water and Wastewater Systems")]
LIFELINES = [Lifeline("energy", "Energy")]
ATTRIBUTES = [
    Attribute("kw", "Power", "number", "kW"),
    Attribute("fuel", "Fuel", "choice", "", ("diesel", "gasoline")),
    Attribute("trailer", "On a trailer", "yes_no"),
    Attribute("plug", "Plug", "text"),
]
KINDS = [
    Kind("generator_portable", "Generator, portable", "equipment", "each", "generator", "energy", ("kw", "fuel", "trailer"), "energy",
         profile="truck"),
    Kind("generator_mobile_large", "Generator, large", "equipment", "each", "generator", "energy", ("kw", "plug"), "energy"),
    Kind("line_crew", "Electric line crew", "services", "crew", "line_crew", "energy", ()),
    Kind("water_bottled", "Bottled water", "goods", "pallet", "water_bottled", None, ()),
]  # fmt: skip
REGIONS = [Region("A", "Region A"), Region("D", "Region D")]


def county(fips, name, west, region, population):
    return CountyRecord(
        fips=fips,
        name=name,
        legal_name=f"{name} County",
        seat=f"{name} City",
        seat_lon=west + 0.5,
        seat_lat=37.25,
        population_2020=population,
        geometry=shapely.box(west, 37.0, west + 1.0, 37.5),
        region=region,
        region_evidence="by hand",
    )


COUNTIES = [county("29097", "Jasper", -94.6, "D", 122_761), county("29037", "Cass", -93.6, "A", 107_824)]


def asset(key="a1", **given):
    return AssetRecord(
        **{
            "external_key": key,
            "kind": "generator_portable",
            "name": "Towable generator",
            "quantity": 3,
            "attributes": {"kw": 125.0, "fuel": "diesel", "trailer": True},
            "mobilisation_s": 3600,
            "confirmed_on": date(2026, 10, 1),
            **given,
        }
    )


def site(key="s1", lon=-94.5, lat=37.2, assets=(), **given):
    return SiteRecord(
        **{
            "external_key": key,
            "name": "Yard",
            "lon": lon,
            "lat": lat,
            "county_fips": "29097" if lon < -93.6 else "29037",
            "geocode_quality": "zip+place",
            "geocode_source": "gazetteer",
            "geocode_accuracy_m": 2_500.0,
            "town": "Joplin",
            "zip_code": "64801",
            "assets": tuple(assets) or (asset(),),
            **given,
        }
    )


def provider(key="p1", sites=(), **given):
    return ProviderRecord(
        **{
            "source": "hand",
            "external_key": key,
            "name": f"Company {key}",
            "sector": "energy",
            "sites": tuple(sites) or (site(),),
            "contact": ContactRecord(
                person="Canary Person", phone="573-555-0142", email="canary@example.org"
            ),
            **given,
        }
    )


def many(number, source="hand"):
    """Return providers of two sites each, one with two assets and confidential terms."""
    return [
        provider(
            f"p{i}",
            source=source,
            sites=(
                site("west", -94.5 + i / number * 0.8, 37.1, (asset("a"), asset("b", proprietary=ProprietaryRecord(price_basis="cost", notes="canary terms")))),
                site("east", -93.5 + i / number * 0.8, 37.3, (asset("c", kind="water_bottled", attributes={}),)),
            ),
        )
        for i in range(number)
    ]  # fmt: skip


def road(lat=37.2, name="one road"):
    """Return a network of one road along a parallel, from -95 to -92 degrees, with junctions each half degree."""
    lon = np.arange(-95.0, -91.9, 0.5)
    lines = [shapely.LineString([(west, lat), (east, lat)]) for west, east in itertools.pairwise(lon)]
    given = RoadLines(
        geometry=np.array(lines, dtype=object),
        road_class=("highway",) * len(lines),
        name=("US 1",) * len(lines),
        oneway=np.zeros(len(lines), dtype=np.int8),
    )
    return build_network(given, {"highway": 80.0}, name=name, attribution="by hand", main_roads_only=True)


def store_facts(session):
    store_reference(session, sectors=SECTORS, lifelines=LIFELINES, attributes=ATTRIBUTES, kinds=KINDS)
    store_counties(session, COUNTIES, REGIONS, region_version="2026-11")
