"""A small taxonomy and listings to rank, written by hand."""

from __future__ import annotations

from datetime import date

import pytest

from registry.directory.kinds import Attribute, Kind, Taxonomy
from registry.directory.listing import Listing

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
