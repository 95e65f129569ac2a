"""Loads against a real PostGIS: whole or not at all, and the same twice changes nothing."""

from __future__ import annotations

import csv

import pytest
from sqlalchemy import text

from etl.errors import EtlError
from etl.load import load_counties, load_demo, load_providers, load_reference, load_roads, prepare_demo
from etl.roads import RoadSource, load_road_lines
from geo.errors import NetworkError
from registry.db.engine import session_scope
from registry.directory.reviews import reviews
from registry.directory.roads import active_hash
from registry.directory.runs import load_runs
from registry.directory.store import listings
from registry.errors import RegistryError
from tests.etl.conftest import DATA, TODAY
from tests.etl.test_providers import HOSPITALS, ROW, SAMPLE, as_csv

TABLES = ("registry.providers", "registry.sites", "registry.assets", "registry.reviews")
LOST = ROW | {"provider": "Lost", "city": "Nowhere Town", "zip": "", "lat": "", "lon": "", "county": ""}
BROKEN = ROW | {"provider": "Broken", "quantity": "-1"}


def contents(url):
    """Return every row of what loads write, with the time it last changed."""
    with session_scope(url) as session:
        return {
            table: session.execute(text(f"SELECT t::text FROM {table} t ORDER BY 1")).scalars().all()  # noqa: S608
            for table in TABLES
        }


@pytest.fixture
def load(registry_url, tmp_path):
    def loader(*rows, **options):
        path = tmp_path / "list.csv"
        path.write_bytes(as_csv(*rows))
        with session_scope(registry_url) as session:
            return load_providers(session, path, DATA, today=TODAY, **options)

    return loader


def test_the_shipped_data_load_and_load_again_without_a_change(database_url):
    for first in (True, False):
        with session_scope(database_url) as session:
            reports = [load_counties(session, DATA), load_reference(session, DATA), load_roads(session, DATA)]
        assert [report.what for report in reports] == ["counties", "reference", "roads"]
        assert reports[0].read == 115
        assert all(bool(report.changed) == first for report in reports)
        assert ("  Nothing changed." in reports[0].lines()) != first


def test_a_list_is_stored_whole_and_its_sites_meet_the_roads(load, registry_url):
    report = load(ROW, LOST)
    assert (report.read, report.kept, report.rejected_rows, len(report.waiting)) == (2, 1, 0, 1)
    assert "  placed by    coordinates given 1" in report.lines()
    with session_scope(registry_url) as session:
        (listing,) = listings(session)
        assert (listing.provider_name, listing.quantity, listing.county_name) == (
            "Shoal Rentals",
            2,
            "Jasper",
        )
        assert listing.geocode_quality == "given"
        assert listing.network_hash == active_hash(session)
        assert listing.edge >= 0
        (waiting,) = reviews(session)
    assert waiting.reason == "neither a ZIP nor a town of '1 Main St, Nowhere Town' is known in Missouri"
    assert "555" not in str(waiting.raw_row)


def test_the_same_list_twice_changes_nothing(load, registry_url):
    load(ROW, LOST)
    before = contents(registry_url)
    report = load(ROW, LOST)
    assert report.changed == 0
    assert "  Nothing changed." in report.lines()
    assert contents(registry_url) == before


def test_a_list_with_a_rejected_row_loads_nothing_and_lists_it(load, registry_url):
    before = contents(registry_url)
    with pytest.raises(EtlError) as caught:
        load(ROW, LOST, BROKEN)
    assert caught.value.title == "1 of 3 rows of 'list.csv' cannot be taken, so nothing was loaded"
    assert caught.value.given.startswith("row 4: quantity: '-1' is no quantity")
    assert "--skip-rejected" in caught.value.todo
    assert contents(registry_url) == before
    with session_scope(registry_url) as session:
        assert load_runs(session, "providers") == []


def test_the_good_rows_load_when_the_user_says_so(load):
    report = load(ROW, LOST, BROKEN, skip_rejected=True)
    assert (report.read, report.kept, report.rejected_rows, len(report.waiting)) == (3, 1, 1, 1)
    assert "  Rejected rows: 1" in report.lines()


def test_a_changed_quantity_changes_one_asset_and_nothing_else(load, registry_url):
    load(ROW, ROW | {"provider": "Other"})
    report = load(ROW | {"quantity": "7"}, ROW | {"provider": "Other"})
    assert report.changed == 1
    with session_scope(registry_url) as session:
        assert sorted(listing.quantity for listing in listings(session)) == [2, 7]


def test_a_mended_list_clears_its_review_list(load, registry_url):
    load(ROW, LOST)
    load(ROW, LOST | {"city": "Neosho", "county": "Newton"})
    with session_scope(registry_url) as session:
        assert reviews(session) == []
        assert len(listings(session)) == 2


def test_a_fault_halfway_leaves_nothing_behind(load, registry_url, monkeypatch):
    before = contents(registry_url)

    def fail(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("etl.load.store_reviews", fail)
    with pytest.raises(KeyboardInterrupt):
        load(ROW)
    assert contents(registry_url) == before


def test_every_load_leaves_its_run_and_the_run_holds_no_row(load, registry_url):
    load(ROW, LOST)
    with session_scope(registry_url) as session:
        (run,) = load_runs(session, "providers")
    assert (run.counts["read"], run.counts["kept"], run.counts["waiting"]) == (2, 1, 1)
    assert run.file_name == "list.csv"
    assert "Shoal" not in str(run.counts)


def test_a_list_needs_the_counties_first(database_url):
    with session_scope(database_url) as session, pytest.raises(RegistryError, match="no counties yet"):
        load_providers(session, SAMPLE, DATA)


@pytest.mark.shared
def test_the_hospitals_load_twice_and_the_second_time_changes_nothing(registry_url):
    for new in (183, 0):
        with session_scope(registry_url) as session:
            report = load_providers(session, HOSPITALS, DATA, columns="hifld_hospitals", today=TODAY)
        assert (report.read, report.kept, report.tallies["providers"].new) == (183, 183, new)
    assert report.changed == 0
    with session_scope(registry_url) as session:
        assert {listing.asset_class for listing in listings(session)} == {"facility"}


def test_the_demo_registry_loads_and_loads_again_without_a_change(registry_url):
    with session_scope(registry_url) as session:
        first = load_demo(session, DATA)
    with session_scope(registry_url) as session:
        second = load_demo(session, DATA)
        found = listings(session)
    assert first.tallies["providers"].new == 1_500
    assert second.changed == 0
    assert all(listing.synthetic for listing in found)
    assert len(found) == first.tallies["assets"].new


def test_the_demo_is_prepared_once_and_loses_nothing(database_url, tmp_path):
    steps = []
    reports = prepare_demo(database_url, steps.append, DATA)
    assert [report.what for report in reports] == ["counties", "reference", "roads", "demo"]
    assert steps
    path = tmp_path / "list.csv"
    path.write_bytes(as_csv(ROW))
    with session_scope(database_url) as session:
        load_providers(session, path, DATA, today=TODAY)
    before = contents(database_url)
    assert prepare_demo(database_url, None, DATA) == []
    assert contents(database_url) == before


def test_the_demo_leaves_roads_of_the_users_own_in_use(registry_url, tmp_path):
    with session_scope(registry_url) as session:
        load_road_lines(session, road_source(tmp_path))
        own = active_hash(session)
    assert [report.what for report in prepare_demo(registry_url, None, DATA)] == ["demo"]
    with session_scope(registry_url) as session:
        assert active_hash(session) == own


def road_source(folder, **options):
    """Two roads that cross near Joplin, and a third that touches nothing."""
    lines = folder / "roads.geojson"
    lines.write_text(
        """{"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"cls": "US", "road": "US 71"},
         "geometry": {"type": "LineString", "coordinates": [[-94.6, 37.08], [-94.4, 37.08]]}},
        {"type": "Feature", "properties": {"cls": "SR", "road": "MO 43"},
         "geometry": {"type": "LineString", "coordinates": [[-94.5, 36.9], [-94.5, 37.2]]}},
        {"type": "Feature", "properties": {"cls": "SR", "road": "MO 96"},
         "geometry": {"type": "LineString", "coordinates": [[-93.5, 38.9], [-93.4, 38.9]]}}]}"""
    )
    speeds = folder / "speeds.csv"
    with speeds.open("w", newline="") as stream:
        csv.writer(stream).writerows([("class", "mph"), ("US", 55), ("SR", 50)])
    return RoadSource(
        path=lines, **({"class_column": "cls", "speeds": speeds, "name_column": "road"} | options)
    )


def test_road_lines_become_the_roads_in_use_and_every_site_moves_to_them(load, registry_url, tmp_path):
    load(ROW)
    with session_scope(registry_url) as session:
        report = load_road_lines(session, road_source(tmp_path))
    assert (report.read, report.kept) == (3, 4)
    assert report.facts["joined"].startswith("junctions made at crossings: 1;")
    assert "edges dropped: 1 " in report.facts["pieces"]
    with session_scope(registry_url) as session:
        (listing,) = listings(session)
        assert listing.network_hash == active_hash(session)
        assert listing.access_m == pytest.approx(467, abs=15)


def test_the_same_road_lines_twice_change_nothing(registry_url, tmp_path):
    for changed in (1, 0):
        with session_scope(registry_url) as session:
            assert load_road_lines(session, road_source(tmp_path)).changed == changed


@pytest.mark.parametrize("missing", [{"class_column": None}, {"speeds": None}])
def test_road_lines_need_a_class_and_its_speeds(registry_url, tmp_path, missing):
    source = road_source(tmp_path, **missing)
    with (
        session_scope(registry_url) as session,
        pytest.raises(EtlError, match="how fast each class is driven"),
    ):
        load_road_lines(session, source)


def test_roads_that_cannot_be_built_leave_the_old_ones_in_use(registry_url, tmp_path):
    source = road_source(tmp_path)
    source.speeds.write_text("class,mph\nUS,55\n")
    with session_scope(registry_url) as session:
        before = active_hash(session)
    with pytest.raises(NetworkError, match="no speed"), session_scope(registry_url) as session:
        load_road_lines(session, source)
    with session_scope(registry_url) as session:
        assert active_hash(session) == before


def test_the_source_of_the_demo_registry_is_nobody_elses(load, registry_url):
    with pytest.raises(EtlError, match="belongs to the invented companies") as caught:
        load(ROW, source="demo")
    assert "--source" in caught.value.todo
    assert contents(registry_url)["registry.providers"] == []
