"""What the registry answers about its sites and assets."""

from __future__ import annotations

import dataclasses

import pytest
import shapely
from sqlalchemy import event

from geo.areas import IncidentArea
from geo.errors import AreaError
from registry.db.engine import engine, session_scope
from registry.directory import store
from registry.directory.listing import Listing
from registry.directory.writing import upsert_providers
from tests.registry.hand import asset, many, provider, site


def area(*boxes):
    return IncidentArea(shapely.MultiPolygon([shapely.box(*box) for box in boxes]), "drawn").as_geojson()


def test_the_columns_of_the_query_are_the_fields_of_a_listing_in_order():
    # What is closed of a listing no query says: who makes an answer does.
    assert [*store._COLUMNS, "name_closed", "point_of"] == [
        field.name for field in dataclasses.fields(Listing)
    ]


def test_a_listing_says_all_that_was_written(facts):
    crew = asset(
        "crew", kind="line_crew", name="Crew", attributes={}, quantity=2, status="committed", delivery="pickup",
        operator=True, max_days=9, team_size=4,
    )  # fmt: skip
    upsert_providers(
        facts, [provider("p1", synthetic=True, max_consecutive_days=5, sites=(site(assets=(crew,)),))]
    )
    (found,) = store.listings(facts)
    shown = {field.name: getattr(found, field.name) for field in dataclasses.fields(found)}
    for identifier in ("asset_id", "site_id", "provider_id"):
        assert len(shown.pop(identifier)) == 36
    assert shown == {
        "asset_name": "Crew", "kind": "line_crew", "family": "line_crew", "kind_name": "Electric line crew",
        "asset_class": "services", "attributes": {}, "quantity": 2, "unit": "crew", "mobilisation_s": 3600,
        "status": "committed", "confirmed_on": crew.confirmed_on, "delivery": "pickup", "operator": True,
        "max_days": 5, "provider_name": "Company p1", "synthetic": True, "sector": "energy", "site_name": "Yard",
        "town": "Joplin", "lon": -94.5, "lat": 37.2, "county_fips": "29097", "county_name": "Jasper",
        "region": "D", "geocode_quality": "zip+place", "geocode_accuracy_m": 2_500.0, "network_hash": "",
        "edge": -1, "offset_m": 0.0, "access_m": float("inf"), "profile": "car",
        "zip_code": "64801", "shows_name": False, "shows_place": "no", "name_closed": False, "point_of": "site",
    }  # fmt: skip


def test_listings_come_in_the_order_of_their_ids_and_only_of_the_kinds_asked(facts):
    upsert_providers(facts, many(20))
    found = store.listings(facts)
    assert [each.asset_id for each in found] == sorted(each.asset_id for each in found)
    assert len(found) == 60
    assert {each.profile for each in found if each.kind == "generator_portable"} == {"truck"}
    water = store.listings(facts, {"water_bottled"})
    assert [each for each in found if each.kind == "water_bottled"] == water
    assert len(water) == 20
    assert store.listings(facts, []) == []


def test_listings_take_one_query(facts_url):
    with session_scope(facts_url) as session:
        upsert_providers(session, many(1_334))
    statements = []

    def count(*parts):
        statements.append(parts[2])

    event.listen(engine(facts_url), "before_cursor_execute", count)
    with session_scope(facts_url) as session:
        store.listings(session)
        statements.clear()
        found = store.listings(session)
    event.remove(engine(facts_url), "before_cursor_execute", count)
    assert len(found) == 4_002
    assert len(statements) == 1
    assert "protected" not in statements[0]


def test_site_points_count_each_sites_assets(facts):
    upsert_providers(facts, many(3))
    points = store.site_points(facts)
    assert sorted(point.assets for point in points) == [1, 1, 1, 2, 2, 2]
    assert [point.site_id for point in points] == sorted(point.site_id for point in points)
    assert {point.sector for point in points} == {"energy"}


def test_county_totals_count_assets_and_name_every_county(facts):
    assert store.county_totals(facts) == {"29037": 0, "29097": 0}
    upsert_providers(facts, [*many(3), provider("w", sector="water", sites=(site("s", lon=-93.0),))])
    assert store.county_totals(facts) == {"29037": 4, "29097": 6}
    assert store.county_totals(facts, sector="water") == {"29037": 1, "29097": 0}
    assert store.county_totals(facts, kind="water_bottled") == {"29037": 3, "29097": 0}
    assert store.county_totals(facts, kind="generator") == {"29037": 1, "29097": 6}
    assert store.county_totals(facts, kind="generator", sector="energy") == {"29037": 0, "29097": 6}


def test_sites_inside_count_by_sector_with_the_border_counted(facts):
    upsert_providers(
        facts,
        [
            provider("on", sites=(site("s", lon=-94.0, lat=37.2),)),
            provider("in", sites=(site("s", lon=-94.2, lat=37.2),)),
            provider("out", sites=(site("s", lon=-93.9, lat=37.2),)),
            provider("water", sector="water", sites=(site("s", lon=-94.1, lat=37.2),)),
        ],
    )
    assert store.sites_inside(facts, area((-94.3, 37.1, -94.0, 37.3))) == {"energy": 2, "water": 1}
    assert store.sites_inside(facts, area((-94.3, 37.1, -94.15, 37.3), (-93.95, 37.1, -93.8, 37.3))) == {
        "energy": 2
    }
    assert store.sites_inside(facts, area((-93.0, 37.4, -92.9, 37.45))) == {}


def test_sites_inside_takes_no_unchecked_shape(facts):
    crossed = {"type": "Polygon", "coordinates": [[[-94, 37], [-93, 38], [-93, 37], [-94, 38], [-94, 37]]]}
    with pytest.raises(AreaError):
        store.sites_inside(facts, crossed)


def test_a_closed_place_counts_by_its_county_wherever_in_it(facts):
    west, east = site("west", -94.5), site("east", -93.5)
    upsert_providers(
        facts,
        [
            provider("closed", sites=(west, east)),
            provider("zip", sites=(west,), shows_place="zip", sector="water"),
            provider("exact", sites=(west, east), shows_place="exact"),
        ],
    )
    far_in_jasper = area((-93.8, 37.05, -93.7, 37.1))
    assert store.sites_inside(facts, far_in_jasper) == {}
    assert store.sites_inside(facts, far_in_jasper, ["29097"]) == {"energy": 1, "water": 1}
    about_west = area((-94.6, 37.1, -94.4, 37.3))
    assert store.sites_inside(facts, about_west) == {"energy": 2, "water": 1}
    assert store.sites_inside(facts, about_west, ["29037"]) == {"energy": 2}


def test_attributes_in_a_companys_own_words_are_known(facts):
    assert store.free_texts(facts) == {"plug"}
