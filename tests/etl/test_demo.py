"""The demo registry: believable, spread over the State, the same every time, and never to be taken for real."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter

import numpy as np
import pytest

from etl.sources.demo import AS_OF, demo_registry, read_towns
from etl.sources.demo_trades import SIZES, TRADES
from registry.directory.checking import check_providers
from registry.directory.kinds import ASSET_CLASSES
from tests.etl.conftest import DATA

JOPLIN = (-94.51, 37.06)


@pytest.fixture(scope="module")
def towns():
    return read_towns(DATA)


@pytest.fixture(scope="module")
def registry(towns, counties, taxonomy):
    return demo_registry(towns, counties, taxonomy)


@pytest.fixture(scope="module")
def assets(registry):
    return [(site, asset) for record in registry for site in record.sites for asset in site.assets]


def test_about_1500_companies_lend_about_4000_assets(registry, assets):
    assert len(registry) == 1_500
    assert 3_900 <= len(assets) <= 4_100


def test_the_same_seed_gives_the_same_records_and_another_seed_does_not(registry, towns, counties, taxonomy):
    assert demo_registry(towns, counties, taxonomy, companies=200) == registry[:200]
    assert demo_registry(towns, counties, taxonomy, companies=200, seed=2012) != registry[:200]


def test_every_record_can_be_written(registry, taxonomy, words, counties):
    check_providers(registry, taxonomy, set(words.sectors), set(counties.fips))


def test_nothing_of_it_can_be_taken_for_real(registry):
    assert all(record.synthetic and record.source == "demo" for record in registry)
    assert all(record.name.startswith("Demo ") for record in registry)
    assert len({record.name for record in registry}) == len(registry)
    for record in registry:
        assert re.fullmatch(r"\d{3}-555-01\d\d", record.contact.phone)
        assert record.contact.email.endswith("@example.org")
        assert re.search(
            r"Demo|Example|Sample|Specimen|Placeholder|Template|Mockup|Trial", record.contact.person
        )
        for site in record.sites:
            assert not site.address or re.search(r"Demo|Sample|Example|Specimen|Placeholder", site.address)


def test_every_site_stands_in_its_town_and_its_county(registry, towns, counties):
    sites = [site for record in registry for site in record.sites]
    held = counties.at(np.array([site.lon for site in sites]), np.array([site.lat for site in sites]))
    assert [counties.fips[index] for index in held] == [site.county_fips for site in sites]
    known = {(town.name, town.county_fips): town for town in towns}
    for site in sites:
        town = known[site.town, site.county_fips]
        east_m = (site.lon - town.lon) * 111_320 * np.cos(np.radians(town.lat))
        assert np.hypot(east_m, (site.lat - town.lat) * 111_320) <= town.radius_m + 2


def test_all_sectors_all_classes_and_all_kinds_are_there(registry, assets, taxonomy, words):
    assert {record.sector for record in registry} == set(words.sectors)
    assert {taxonomy.kinds[asset.kind].asset_class for _, asset in assets} == set(ASSET_CLASSES)
    assert {asset.kind for _, asset in assets} == set(taxonomy.kinds)


def test_the_tables_name_only_kinds_and_attributes_that_exist(taxonomy):
    assert {kind for trade in TRADES for kind in trade.offers} == set(taxonomy.kinds)
    for name in SIZES:
        kind, _, attribute = name.rpartition(".")
        assert attribute in taxonomy.attributes
        assert not kind or attribute in taxonomy.kinds[kind].attributes


def test_people_stand_where_people_live(registry):
    share = Counter(site.county_fips for record in registry for site in record.sites)
    most = {fips for fips, _ in share.most_common(5)}
    assert {"29189", "29095"} <= most  # St. Louis and Jackson counties
    assert len(share) > 95


def test_ages_count_back_from_the_day_given(registry, towns, counties, taxonomy, assets):
    later = demo_registry(towns, counties, taxonomy, companies=50, as_of=AS_OF + dt.timedelta(days=10))
    for old, new in zip(registry[:50], later, strict=True):
        for one, other in zip(old.sites, new.sites, strict=True):
            for before, after in zip(one.assets, other.assets, strict=True):
                assert (before.confirmed_on is None) == (after.confirmed_on is None)
                assert after.confirmed_on is None or (after.confirmed_on - before.confirmed_on).days == 10
    stale = sum(a.confirmed_on is None or (AS_OF - a.confirmed_on).days > 180 for _, a in assets)
    assert 0.08 < stale / len(assets) < 0.25


def test_generators_and_light_towers_make_joplin_a_question_worth_asking(assets):
    """Forty generators of 100 kW are neither next door nor out of reach: some near, more across the State."""

    def units(kinds, within_km):
        return sum(
            asset.quantity
            for site, asset in assets
            if asset.kind in kinds
            and asset.status == "available"
            and np.hypot((site.lon - JOPLIN[0]) * 88.8, (site.lat - JOPLIN[1]) * 111.3) <= within_km
        )

    assert 3 <= units({"generator_mobile_large"}, 30) < 40
    assert 20 <= units({"generator_mobile_large"}, 150) < 80
    assert units({"generator_mobile_large"}, 600) > 250
    assert 3 <= units({"light_tower"}, 60) < 60
    assert units({"light_tower"}, 600) > 150


def test_a_minority_lets_its_name_its_zip_or_its_point_be_seen(registry):
    names = sum(record.shows_name for record in registry)
    places = Counter(record.shows_place for record in registry)
    assert 0.17 <= names / len(registry) <= 0.23
    assert 0.12 <= places["zip"] / len(registry) <= 0.18
    assert 0.03 <= places["exact"] / len(registry) <= 0.07
    zips = [site.zip_code for record in registry for site in record.sites]
    assert sum(bool(code) for code in zips) > 0.95 * len(zips)
