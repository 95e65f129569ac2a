"""A snapshot is the directory as it stood: stored once, named by its content, read back whole."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from registry.directory.reference import kinds
from registry.directory.roads import store_network
from registry.directory.store import listings
from registry.directory.writing import upsert_providers
from registry.errors import NotThereError
from registry.runs import snapshots
from registry.runs.errors import RunError
from registry.runs.packing import packed
from registry.runs.snapshots import freeze, load_snapshot, snapshot_of
from tests.registry.hand import many, road


@pytest.fixture
def directory(facts, monkeypatch):
    """Return a session on a directory of 6 companies whose sites stand near no road, and nothing kept in memory."""
    monkeypatch.setattr(snapshots, "_in_memory", type(snapshots._in_memory)())
    upsert_providers(facts, many(6))
    return facts


def forget():
    snapshots._in_memory.clear()


def test_what_is_read_back_is_what_stood_listing_by_listing(directory):
    stood = listings(directory)
    frozen = freeze(directory)
    forget()
    again = load_snapshot(directory, frozen.content_hash)
    assert again.listings == tuple(stood)
    assert len(stood) == 18
    assert again.taxonomy == kinds(directory)


def test_a_site_far_from_any_road_keeps_its_infinite_way_and_a_near_one_its_place(directory):
    store_network(directory, *road(37.1))
    frozen = freeze(directory)
    forget()
    again = load_snapshot(directory, frozen.content_hash)
    assert [(row.edge, row.offset_m, row.access_m) for row in again.listings] == [
        (row.edge, row.offset_m, row.access_m) for row in listings(directory)
    ]


def test_the_same_directory_is_stored_once_and_another_beside_it(directory):
    first = freeze(directory)
    assert freeze(directory).content_hash == first.content_hash
    directory.execute(text("UPDATE registry.assets SET quantity = quantity + 1"))
    other = freeze(directory)
    assert other.content_hash != first.content_hash
    stored = directory.scalars(text("SELECT content_hash FROM runs.snapshots")).all()
    assert set(stored) == {first.content_hash, other.content_hash}


def test_a_snapshot_is_named_by_its_content_whatever_order_it_came_in(directory):
    rows = listings(directory)
    assert snapshot_of(reversed(rows), kinds(directory)).content_hash == freeze(directory).content_hash


def test_nothing_that_is_protected_stands_in_a_snapshot(directory):
    held = directory.execute(text("SELECT person, phone, email FROM protected.contacts")).all()
    assert held
    plain = snapshots._bytes(listings(directory), kinds(directory)).decode()
    assert not [word for row in held for word in row if word in plain]
    assert "canary" not in plain.lower()


def test_a_hash_that_nothing_has_is_refused(directory):
    with pytest.raises(NotThereError, match="no such snapshot"):
        load_snapshot(directory, "0" * 64)


def test_bytes_that_are_not_those_of_the_hash_are_refused(directory):
    directory.execute(
        text("INSERT INTO runs.snapshots (content_hash, listings, bytes) VALUES (:hash, 0, :bytes)"),
        {"hash": "a" * 64, "bytes": packed(b"{}")},
    )
    with pytest.raises(RunError, match="not whole any more"):
        load_snapshot(directory, "a" * 64)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE runs.snapshots SET listings = 0",
        "DELETE FROM runs.snapshots",
        "TRUNCATE runs.snapshots CASCADE",
    ],
)
def test_nobody_changes_a_snapshot_the_owner_neither(directory, change):
    freeze(directory)
    with pytest.raises(DBAPIError, match="what was recorded stays"):
        directory.execute(text(change))
