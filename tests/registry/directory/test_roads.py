"""Road networks in the database: one in use, the same bytes for everybody, sites always on the active roads."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from geo.errors import NetworkError
from geo.snapping import snap
from registry.db.engine import session_scope
from registry.directory import roads
from registry.directory.listing import UNPLACED
from registry.directory.roads import active_hash, active_network, network_report, store_network
from registry.directory.store import listings
from registry.directory.writing import upsert_providers
from registry.errors import RegistryError
from tests.registry.hand import many, provider, road, site

SOUTH = road(37.2, "southern road")
NORTH = road(37.4, "northern road")


@pytest.fixture(autouse=True)
def _forget_networks():
    roads._in_memory.clear()
    yield
    roads._in_memory.clear()


def test_without_roads_the_registry_says_what_to_load(facts):
    assert active_hash(facts) is None
    assert network_report(facts) == {}
    with pytest.raises(RegistryError, match="no roads yet") as refusal:
        active_network(facts)
    assert "merr load roads" in refusal.value.todo


def test_a_network_comes_back_array_for_array(facts_url, tmp_path):
    network, report = SOUTH
    with session_scope(facts_url) as session:
        assert store_network(session, network, report) == network.content_hash
    with session_scope(facts_url) as session:
        found = active_network(session, tmp_path)
        assert network_report(session) == report.as_dict()
    assert found.content_hash == network.content_hash
    assert found.to_bytes() == network.to_bytes()
    assert found is not network


def test_a_process_reads_a_network_once_and_follows_a_change(facts_url, tmp_path):
    with session_scope(facts_url) as session:
        store_network(session, *SOUTH)
        first = active_network(session, tmp_path)
        assert active_network(session, tmp_path) is first
        store_network(session, *NORTH)
        assert active_network(session, tmp_path).name == "northern road"
        store_network(session, *SOUTH)
        assert active_network(session, tmp_path) is first


def test_damaged_bytes_in_the_database_are_refused(facts_url):
    with session_scope(facts_url) as session:
        store_network(session, *SOUTH)
        session.execute(
            text("UPDATE registry.road_network_parts SET bytes = substring(bytes FROM 1 FOR 100)")
        )
        with pytest.raises(NetworkError):
            active_network(session)


def test_there_is_one_network_in_use(facts):
    store_network(facts, *SOUTH)
    store_network(facts, *NORTH)
    rows = facts.execute(text("SELECT name, active FROM registry.road_networks ORDER BY name")).all()
    assert rows == [("northern road", True), ("southern road", False)]
    with pytest.raises(IntegrityError, match="uq_road_networks_active"), facts.begin_nested():
        facts.execute(text("UPDATE registry.road_networks SET active = true"))


def test_the_same_network_again_changes_nothing(facts_url):
    query = text("SELECT to_jsonb(n) FROM registry.road_networks n")
    with session_scope(facts_url) as session:
        upsert_providers(session, many(2))
        store_network(session, *SOUTH)
        before = session.scalars(query).all(), listings(session)
    with session_scope(facts_url) as session:
        store_network(session, *SOUTH)
        assert (session.scalars(query).all(), listings(session)) == before


def test_every_site_is_snapped_to_the_last_bit_as_the_maths_says(facts):
    upsert_providers(facts, many(10))
    assert {each.network_hash for each in listings(facts)} == {""}
    assert {each.edge for each in listings(facts)} == {UNPLACED}
    network, _ = SOUTH
    store_network(facts, *SOUTH)
    found = listings(facts)
    snaps = snap(network, np.array([each.lon for each in found]), np.array([each.lat for each in found]))
    assert {each.network_hash for each in found} == {network.content_hash}
    assert [each.edge for each in found] == snaps.edge.tolist()
    assert [each.offset_m for each in found] == snaps.offset_m.tolist()
    assert [each.access_m for each in found] == snaps.access_m.tolist()
    assert min(snaps.edge) >= 0


def test_new_sites_are_snapped_when_written_just_as_old_ones_are(facts):
    store_network(facts, *SOUTH)
    upsert_providers(facts, many(5))
    at_once = listings(facts)
    facts.execute(
        text("UPDATE registry.sites SET network_hash = NULL, edge = NULL, offset_m = NULL, access_m = NULL")
    )
    store_network(facts, *SOUTH)
    assert listings(facts) == at_once


def test_a_site_far_from_every_road_is_kept_and_unplaced(facts):
    store_network(facts, *road(38.4, "far road"))
    upsert_providers(facts, [provider("p1", sites=(site(lat=37.2),))])
    (found,) = listings(facts)
    assert (found.edge, found.access_m) == (UNPLACED, float("inf"))
    assert found.network_hash != ""


def test_snapping_again_leaves_what_the_provider_said(facts_url):
    times = text("SELECT updated_at FROM registry.sites ORDER BY id")
    with session_scope(facts_url) as session:
        upsert_providers(session, many(3))
    with session_scope(facts_url) as session:
        before = session.scalars(times).all()
        store_network(session, *SOUTH)
        assert session.scalars(times).all() == before


def test_nobody_sees_sites_on_other_roads_than_those_in_use(facts_url):
    with session_scope(facts_url) as session:
        upsert_providers(session, many(30))
        store_network(session, *SOUTH)
    seen, stop = [], threading.Event()

    def look():
        while not stop.is_set():
            with session_scope(facts_url, snapshot=True) as session:
                active = active_hash(session)
                seen.append((active, {each.network_hash for each in listings(session)}))

    looker = threading.Thread(target=look)
    looker.start()
    for network in (NORTH, SOUTH, NORTH, SOUTH):
        with session_scope(facts_url) as session:
            store_network(session, *network)
    stop.set()
    looker.join()
    assert seen
    assert [pair for pair in seen if pair[1] != {pair[0]}] == []


def test_a_failed_change_of_roads_leaves_the_old_ones_with_every_site(facts_url, monkeypatch):
    with session_scope(facts_url) as session:
        upsert_providers(session, many(3))
        store_network(session, *SOUTH)
        before = listings(session)

    def fail(*_):
        raise RuntimeError("no memory")

    monkeypatch.setattr(roads, "snap", fail)
    with pytest.raises(RuntimeError, match="no memory"), session_scope(facts_url) as session:
        store_network(session, *NORTH)
    with session_scope(facts_url) as session:
        assert active_hash(session) == SOUTH[0].content_hash
        assert listings(session) == before


def test_sites_written_while_the_roads_change_end_on_the_new_roads(facts_url):
    with session_scope(facts_url) as session:
        store_network(session, *SOUTH)
    writing = threading.Thread(target=lambda: _write(facts_url))
    with session_scope(facts_url) as session:
        store_network(session, *NORTH)
        writing.start()
        writing.join(timeout=0.5)
        assert writing.is_alive()  # it waits for the roads
    writing.join()
    with session_scope(facts_url) as session:
        assert {each.network_hash for each in listings(session)} == {NORTH[0].content_hash}


def _write(url):
    with session_scope(url) as session:
        upsert_providers(session, many(3))
