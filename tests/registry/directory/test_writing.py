"""Providers written on a real database: idempotent, whole or not at all, and safe with two at once."""

from __future__ import annotations

import dataclasses
import threading

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError

from registry.db.engine import engine, session_scope
from registry.directory.records import ContactRecord, ProprietaryRecord, Tally
from registry.directory.roads import store_network
from registry.directory.store import listings
from registry.directory.writing import upsert_providers
from registry.errors import RegistryError
from tests.registry.hand import asset, many, provider, road, site

TABLES = (
    "registry.providers",
    "registry.sites",
    "registry.assets",
    "protected.contacts",
    "protected.proprietary",
)


def write(url, records):
    with session_scope(url) as session:
        return upsert_providers(session, records)


def stored(url):
    """Return every row of every table that a batch touches, times and ids included."""
    rows = "SELECT to_jsonb(t)::text FROM {} t"
    with session_scope(url) as session:
        return {table: sorted(session.scalars(text(rows.format(table)))) for table in TABLES}


def changed_rows(before, after):
    return {
        table: len(set(after[table]) - set(before[table]))
        for table in TABLES
        if before[table] != after[table]
    }


def test_a_batch_is_written_with_everything_it_says(facts_url):
    written = write(facts_url, many(3))
    assert written.providers == written.contacts == Tally(new=3)
    assert written.sites == Tally(new=6)
    assert written.assets == Tally(new=9)
    assert written.proprietary == Tally(new=3)
    with session_scope(facts_url) as session:
        found = listings(session)
    assert len(found) == 9
    assert {each.kind for each in found} == {"generator_portable", "water_bottled"}


def test_the_same_batch_twice_changes_nothing(facts_url):
    write(facts_url, many(20))
    before = stored(facts_url)
    again = write(facts_url, many(20))
    assert stored(facts_url) == before
    assert again.providers == Tally(unchanged=20)
    assert again.assets == Tally(unchanged=60)
    assert again.contacts == Tally(unchanged=20)
    assert again.proprietary == Tally(unchanged=20)


def test_one_changed_record_changes_only_its_own_rows(facts_url):
    batch = many(5)
    write(facts_url, batch)
    before = stored(facts_url)
    batch[2] = dataclasses.replace(batch[2], name="Another name")
    written = write(facts_url, batch)
    assert written.providers == Tally(changed=1, unchanged=4)
    assert changed_rows(before, stored(facts_url)) == {"registry.providers": 1}


def test_each_changed_field_is_noticed(facts_url):
    write(facts_url, [provider("p1", sites=(site("s", assets=(asset("a"),)),))])
    changes = [
        asset("a", quantity=4),
        asset("a", quantity=4, attributes={"kw": 126.0}),
        asset("a", quantity=4, attributes={"kw": 126.0}, confirmed_on=None),
        asset("a", quantity=4, attributes={"kw": 126.0}, confirmed_on=None, status="paused"),
    ]
    for change in changes:
        written = write(facts_url, [provider("p1", sites=(site("s", assets=(change,)),))])
        assert written.assets == Tally(changed=1)
    with session_scope(facts_url) as session:
        (found,) = listings(session)
    assert (found.quantity, found.attributes, found.confirmed_on, found.status) == (
        4,
        {"kw": 126.0},
        None,
        "paused",
    )


def test_what_a_later_batch_does_not_mention_stays(facts_url):
    write(facts_url, [provider("p1", sites=(site("s1"), site("s2", lon=-94.0)))])
    write(facts_url, [dataclasses.replace(provider("p1", sites=(site("s1"),)), contact=None)])
    rows = stored(facts_url)
    assert len(rows["registry.sites"]) == 2
    assert len(rows["protected.contacts"]) == 1


def test_two_sources_may_use_the_same_keys(facts_url):
    write(facts_url, [*many(2, "one"), *many(2, "other")])
    assert len(stored(facts_url)["registry.providers"]) == 4


def test_a_bad_record_leaves_nothing_of_its_batch(facts_url):
    bad = provider("bad", sites=(site(assets=(asset(quantity=-1),)),))
    with pytest.raises(RegistryError, match="quantity cannot be kept"):
        write(facts_url, [*many(3), bad])
    assert stored(facts_url) == {table: [] for table in TABLES}


def test_a_failure_after_writing_leaves_nothing(facts_url):
    def fail():
        with session_scope(facts_url) as session:
            upsert_providers(session, many(3))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert stored(facts_url) == {table: [] for table in TABLES}


def test_two_loaders_at_once_neither_double_nor_block_each_other(facts_url):
    results, faults = [], []
    forward, backward = many(150), list(reversed(many(150)))

    def load(batch):
        try:
            results.append(write(facts_url, batch))
        except Exception as fault:  # noqa: BLE001 - whatever it is, the test shows it
            faults.append(fault)

    for _ in range(3):
        threads = [threading.Thread(target=load, args=(batch,)) for batch in (forward, backward)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert faults == []
    assert sum(written.providers.new for written in results) == 150
    assert sum(written.assets.new for written in results) == 450
    assert sum(written.assets.changed for written in results) == 0
    assert len(stored(facts_url)["registry.assets"]) == 450


def test_a_moved_site_gets_a_new_place_on_the_road_and_no_other_does(facts_url):
    with session_scope(facts_url) as session:
        store_network(session, *road())
    write(facts_url, [provider("p1", sites=(site("s", lon=-94.5), site("other", lon=-93.0)))])
    before = {each.lon: each for each in listings_of(facts_url)}
    write(facts_url, [provider("p1", sites=(site("s", lon=-94.2), site("other", lon=-93.0)))])
    after = {each.lon: each for each in listings_of(facts_url)}
    assert after[-93.0] == before[-93.0]
    assert (after[-94.2].edge, after[-94.2].offset_m) != (before[-94.5].edge, before[-94.5].offset_m)
    assert after[-94.2].network_hash == before[-94.5].network_hash != ""


def listings_of(url):
    with session_scope(url) as session:
        return listings(session)


def test_a_renamed_site_keeps_its_place_on_the_road(facts_url):
    with session_scope(facts_url) as session:
        store_network(session, *road())
    write(facts_url, [provider("p1", sites=(site("s"),))])
    (before,) = listings_of(facts_url)
    write(facts_url, [provider("p1", sites=(site("s", name="New yard"),))])
    (after,) = listings_of(facts_url)
    assert dataclasses.replace(after, site_name="Yard") == before


def test_contacts_and_terms_are_stored_apart_and_updated(facts_url):
    given = provider("p1", sites=(site(assets=(asset(proprietary=ProprietaryRecord(price_basis="cost")),)),))
    write(facts_url, [given])
    write(facts_url, [dataclasses.replace(given, contact=ContactRecord(person="New Person"))])
    with session_scope(facts_url) as session:
        contact = session.execute(text("SELECT person, phone FROM protected.contacts")).one()
        basis = session.scalar(text("SELECT price_basis FROM protected.proprietary"))
    assert tuple(contact) == ("New Person", "")
    assert basis == "cost"


def test_nothing_that_is_read_shows_a_contact(facts_url):
    write(facts_url, many(3))
    shown = repr(listings_of(facts_url)).lower()
    assert "company p1" in shown
    assert "canary" not in shown


def test_text_from_companies_is_kept_letter_by_letter(facts_url):
    name = 'O\'Brien & Söhne "Strom" ; DROP TABLE registry.sites -- \\ :rows %s {} 电'
    write(facts_url, [provider("p1", name=name, sites=(site(address=name, assets=(asset(name=name),)),))])
    (found,) = listings_of(facts_url)
    assert (found.provider_name, found.asset_name) == (name, name)


def test_an_empty_batch_is_no_work(facts_url):
    assert write(facts_url, []).counts()["providers"] == {"new": 0, "changed": 0, "unchanged": 0}


def test_a_batch_ten_times_as_long_takes_no_more_statements(facts_url):
    assert _statements(facts_url, many(500, source="long")) == _statements(
        facts_url, many(50, source="short")
    )


def _statements(url, batch):
    """Return how many statements a batch is written in."""
    statements = []

    def count(*parts):
        statements.append(parts[2])

    event.listen(engine(url), "before_cursor_execute", count)
    write(url, batch)
    event.remove(engine(url), "before_cursor_execute", count)
    return len(statements)


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE registry.assets SET quantity = -1", "ck_assets_quantity_at_least_0"),
        ("UPDATE registry.assets SET mobilisation_s = -1", "ck_assets_mobilisation_s_at_least_0"),
        ("UPDATE registry.assets SET status = 'perhaps'", "ck_assets_status"),
        ("UPDATE registry.assets SET asset_class = 'goods'", "fk_assets_kind_kinds"),
        ("UPDATE registry.assets SET attributes = '[]'", "ck_assets_attributes_is_an_object"),
        ("UPDATE registry.assets SET team_size = 3", "ck_assets_licence_team_hours_of_people"),
        ("UPDATE registry.sites SET lat = 91", "ck_sites_point_on_earth"),
        ("UPDATE registry.sites SET edge = 1", "ck_sites_snapped_wholly"),
        ("UPDATE registry.sites SET geocode_accuracy_m = 'NaN'", "ck_sites_accuracy_is_a_length"),
        ("UPDATE registry.sites SET county_fips = '29999'", "fk_sites_county_fips_counties"),
        ("UPDATE registry.providers SET sector = 'magic'", "fk_providers_sector_sectors"),
        ("UPDATE registry.providers SET name = ' '", "ck_providers_name_says_something"),
        ("UPDATE protected.proprietary SET price_basis = 'gold'", "ck_proprietary_price_basis"),
        ("DELETE FROM registry.kinds", "fk_assets_kind_kinds"),
    ],
)
def test_the_database_itself_refuses_what_slips_past_the_checks(facts, statement, constraint):
    upsert_providers(facts, many(1))
    with pytest.raises(IntegrityError, match=constraint), facts.begin_nested():
        facts.execute(text(statement))


def test_the_searched_point_is_always_the_given_degrees(facts):
    upsert_providers(facts, many(1))
    facts.execute(text("UPDATE registry.sites SET lon = -93.25"))
    points = facts.execute(text("SELECT DISTINCT ST_X(point), ST_SRID(point) FROM registry.sites")).all()
    assert points == [(-93.25, 4326)]


def test_a_provider_that_goes_takes_its_contact_along(facts):
    upsert_providers(facts, many(2))
    facts.execute(text("DELETE FROM registry.providers WHERE external_key = 'p0'"))
    assert facts.scalar(text("SELECT count(*) FROM protected.contacts")) == 1
    assert facts.scalar(text("SELECT count(*) FROM registry.assets")) == 3
