"""Roads of OpenStreetMap against a real PostGIS: in use at once and whole, or not at all."""

from __future__ import annotations

import shutil

import pytest

from etl.errors import EtlError
from etl.load import load_providers
from etl.roads import OSM_CREDIT, OsmSource, load_osm_roads
from geo.errors import NetworkError
from registry.db.engine import session_scope
from registry.directory.roads import active_hash, active_network, network_report
from registry.directory.store import listings
from tests.etl.conftest import DATA, TODAY
from tests.etl.osm_files import helsinki, written
from tests.etl.test_providers import ROW, as_csv

JOPLIN = {at: (-94.6 + 0.02 * at, 37.08 + 0.001 * at) for at in range(1, 9)}
STREET = {"highway": "residential"}


def extract(folder, ways=((1, [1, 2, 3, 4, 5, 6, 7, 8], STREET),)):
    return written(folder / "joplin.osm.pbf", list(ways), nodes=JOPLIN)


def load(url, path, **options):
    with session_scope(url) as session:
        return load_osm_roads(session, OsmSource(pbf=path, **options), DATA)


def test_an_extract_becomes_the_roads_in_use_and_every_site_moves_to_them(registry_url, tmp_path):
    companies = tmp_path / "list.csv"
    companies.write_bytes(as_csv(ROW))
    with session_scope(registry_url) as session:
        load_providers(session, companies, DATA, today=TODAY)
    report = load(registry_url, extract(tmp_path))
    assert (report.what, report.read, report.kept) == ("roads", 1, 1)
    assert report.facts["name"] == "joplin"
    assert report.facts["credit"] == OSM_CREDIT
    assert "not obeyed" in report.facts["turns"]
    assert report.facts["speeds"].startswith("ways with a posted limit: 0 ")
    with session_scope(registry_url) as session:
        (listing,) = listings(session)
        assert listing.network_hash == active_hash(session)
        assert listing.edge == 0
        assert active_network(session).classes == ("residential",)
        assert network_report(session)["restrictions"] == 0


def test_the_same_extract_twice_changes_nothing(registry_url, tmp_path):
    path = extract(tmp_path)
    assert [load(registry_url, path).changed for _ in range(2)] == [1, 0]


def test_a_speeds_file_of_ones_own_and_a_name_are_heeded(registry_url, tmp_path):
    speeds = tmp_path / "speeds.csv"
    speeds.write_text("class,mph\nresidential,10\nprimary,0\n")
    ways = [(1, [1, 2, 3], STREET), (2, [3, 4], {"highway": "primary"})]
    report = load(registry_url, extract(tmp_path, ways), speeds=speeds, name="Ours", credit="Us")
    assert (report.facts["name"], report.facts["credit"]) == ("Ours", "Us")
    assert report.facts["class primary"] == "not driven (0 mph), 1 lines left out"
    with session_scope(registry_url) as session:
        assert active_network(session).speeds_kmh == (pytest.approx(16.09344),)


@pytest.mark.parametrize("tags", [STREET, {**STREET, "bridge": "yes", "name": "Ours"}])
def test_roads_without_a_bridge_get_the_river_crossings_and_others_keep_their_own(
    registry_url, tmp_path, tags
):
    over_the_des_moines = {1: (-92.66, 41.14322), 2: (-92.61, 41.14322)}
    path = written(tmp_path / "eddyville.osm.pbf", [(1, [1, 2], tags)], nodes=over_the_des_moines)
    report = load(registry_url, path)
    with session_scope(registry_url) as session:
        (bridge,) = active_network(session).bridges
        figures = network_report(session)
    if "bridge" in tags:
        assert (bridge.name, figures.get("crossings_found")) == ("Ours", None)
        assert report.facts["bridges"].startswith("1 on ")
    else:
        assert (bridge.name, figures["crossings_found"]) == ("crossing at Eddyville, Iowa", 1)
        assert report.facts["bridges"] == "1 of 104 river crossings found"


@pytest.mark.parametrize("fault", ["half", "empty", "text", "no roads", "negative", "no speed"])
def test_roads_that_cannot_be_read_leave_the_old_ones_in_use(registry_url, tmp_path, fault):
    path = extract(tmp_path)
    options = {}
    if fault == "half":
        shutil.copy(helsinki(), path)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    elif fault == "empty":
        path.write_bytes(b"")
    elif fault == "text":
        path.write_text("No roads are here.\n")
    elif fault == "no roads":
        extract(tmp_path, [(1, [1, 2], {"highway": "path"})])
    elif fault == "negative":
        extract(tmp_path, [(1, [1, -2], STREET)])
    else:
        options["speeds"] = tmp_path / "speeds.csv"
        options["speeds"].write_text("class,mph\nprimary,50\n")
    with session_scope(registry_url) as session:
        before = active_hash(session)
    with pytest.raises((EtlError, NetworkError)):
        load(registry_url, path, **options)
    with session_scope(registry_url) as session:
        assert active_hash(session) == before
        assert active_network(session).content_hash == before


def test_ctrl_c_while_it_reads_leaves_the_old_roads_in_use(registry_url, tmp_path, monkeypatch):
    with session_scope(registry_url) as session:
        before = active_hash(session)

    def stopped(*_ways, **_words):
        raise KeyboardInterrupt

    monkeypatch.setattr("etl.roads.build_from_ways", stopped)
    path = extract(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        load(registry_url, path)
    with session_scope(registry_url) as session:
        assert active_hash(session) == before
