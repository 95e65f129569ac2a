"""`merr load` as it is typed: what it prints, what it refuses, and what it leaves behind when stopped."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import networkx as nx
import osmnx
import pytest
import shapely
import typer
from typer.testing import CliRunner

from cli import load
from etl.load import load_counties, load_reference
from geo.errors import Refusal
from registry.db.engine import session_scope
from registry.directory.store import listings
from tests.etl.osm_files import written

ROOT = Path(__file__).resolve().parents[2]
STOPPED = 130
SAMPLE = ROOT / "docs" / "samples" / "providers.csv"


@pytest.fixture
def run(database_url, monkeypatch):
    """Run `merr load ...` on a database with counties and words; a refusal is raised as it is."""
    with session_scope(database_url) as session:
        load_counties(session, ROOT / "data")
        load_reference(session, ROOT / "data")
    monkeypatch.setattr("registry.db.logins.dsn", lambda _login, _progress=None: database_url)
    app = typer.Typer()
    app.callback()(lambda: None)
    load.register(app)

    def runner(*words):
        result = CliRunner().invoke(app, ["load", *map(str, words)])
        if isinstance(result.exception, Refusal):
            raise result.exception
        if result.exit_code == STOPPED:
            raise KeyboardInterrupt
        assert result.exit_code == 0, result.output
        return result.stdout

    return runner


def test_counties_reference_and_roads_print_their_reports(run):
    assert "counties: 115 read, 115 kept" in run("counties")
    assert "Nothing changed." in run("reference")
    assert "Main roads only" in run("roads")


def test_the_sample_of_the_docs_loads_as_it_stands(run, database_url):
    printed = run("providers", SAMPLE)
    assert "providers: 6 read, 6 kept" in printed
    assert "source       providers" in printed
    assert "555" not in printed
    assert "Nothing changed." in run("providers", SAMPLE)
    with session_scope(database_url) as session:
        assert len(listings(session)) == 5


def test_a_bad_list_is_refused_row_by_row_and_nothing_is_stored(run, database_url, tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text(SAMPLE.read_text() + SAMPLE.read_text().splitlines()[1].replace(",3,", ",-3,") + "\n")
    with pytest.raises(Refusal) as caught:
        run("providers", path)
    assert "row 8: quantity: '-3' is no quantity" in caught.value.given
    with session_scope(database_url) as session:
        assert listings(session) == []
    assert "Rejected rows: 1" in run("providers", path, "--skip-rejected")


def test_rows_that_wait_are_listed_with_their_reason_and_without_contacts(run, tmp_path):
    assert "No row waits for review." in run("review")
    path = tmp_path / "far.csv"
    path.write_text("company,sector,city,phone\nFar Away,energy,Nowhere Town,417-555-0101\n")
    run("providers", path, "--source", "chamber")
    printed = run("review")
    assert (
        "chamber, far.csv, row 2: neither a ZIP nor a town of 'Nowhere Town' is known in Missouri" in printed
    )
    assert "Far Away" in printed
    assert "555" not in printed
    assert "No row waits" in run("review", "--source", "other")


def test_a_sentence_about_a_cell_is_printed_as_it_is_and_never_as_markup(run, tmp_path):
    path = tmp_path / "odd [red].csv"
    path.write_text("company,sector,city\n[bold red]Far,energy,[/red]Town\n")
    assert "'[/red]Town'" in run("providers", path)
    assert "[bold red]Far" in run("review")


def test_ctrl_c_leaves_nothing_half_written(run, database_url, monkeypatch):
    def stopped(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("etl.load.record_run", stopped)
    with pytest.raises(KeyboardInterrupt):
        run("providers", SAMPLE)
    with session_scope(database_url) as session:
        assert listings(session) == []


def test_a_layer_and_a_reference_system_are_named_where_the_file_leaves_them_open(run, tmp_path):
    line = [shapely.LineString([(-94.6, 37.0), (-94.3, 37.0)])]
    for layer in ("paths", "roads"):
        with pytest.warns(UserWarning, match="'crs' was not provided"):
            gpd.GeoDataFrame({"kind": ["main"]}, geometry=line).to_file(tmp_path / "two.gpkg", layer=layer)
    (tmp_path / "speeds.csv").write_text("class,mph\nmain,50\n")
    asked = (
        "roads",
        "--lines",
        tmp_path / "two.gpkg",
        "--class-column",
        "kind",
        "--speeds",
        tmp_path / "speeds.csv",
    )
    with pytest.raises(Refusal, match="2 layers") as caught:
        run(*asked)
    assert "--layer" in caught.value.todo
    with pytest.raises(Refusal, match="does not say where") as caught:
        run(*asked, "--layer", "roads")
    assert "--crs" in caught.value.todo
    assert "roads: 1 read, 1 kept" in run(*asked, "--layer", "roads", "--crs", "EPSG:4269")


def test_an_extract_of_openstreetmap_is_loaded_and_the_report_says_what_is_not_obeyed(run, tmp_path):
    path = written(
        tmp_path / "near-joplin.osm.pbf", [(1, [1, 2, 3], {"highway": "secondary", "maxspeed": "45 mph"})]
    )
    printed = run("roads", "--osm-pbf", path)
    assert "roads: 1 read, 1 kept" in printed
    assert "near-joplin" in printed
    assert "0 restrictions in the file, not obeyed" in printed
    assert "Nothing changed." in run("roads", "--osm-pbf", path)


def test_a_graph_that_osmnx_saved_is_loaded_and_a_place_is_asked_for_only_with_online(run, tmp_path):
    with pytest.raises(Refusal, match="goes over the internet") as caught:
        run("roads", "--osm-place", "Joplin, Missouri")
    assert "--online" in caught.value.todo
    graph = nx.MultiDiGraph(crs="epsg:4326")
    for node in (1, 2):
        graph.add_node(node, x=-94.5 + node / 100, y=37.1)
    for ends in ((1, 2), (2, 1)):
        graph.add_edge(*ends, osmid=7, highway="tertiary", oneway=False, length=1.0)
    osmnx.save_graphml(graph, tmp_path / "joplin.graphml")
    printed = run("roads", "--graphml", tmp_path / "joplin.graphml")
    assert "roads: 1 read, 1 kept" in printed
    assert "joplin" in printed


def test_options_that_would_not_be_heeded_are_refused_before_anything_is_read(run, tmp_path):
    with pytest.raises(Refusal, match="one source at a time") as caught:
        run("roads", "--osm-pbf", tmp_path / "a.pbf", "--lines", tmp_path / "a.gpkg")
    assert caught.value.given == "--lines and --osm-pbf"
    with pytest.raises(Refusal, match="--class-column is about road lines"):
        run("roads", "--osm-pbf", tmp_path / "a.pbf", "--class-column", "kind")
    with pytest.raises(Refusal, match="--noded is about road lines") as caught:
        run("roads", "--noded")
    assert caught.value.todo.startswith("add --lines")


@pytest.mark.parametrize(
    "words", [("--speeds", "a.csv"), ("--name", "Ours"), ("--credit", "Us"), ("--main-roads-only",)]
)
def test_the_shipped_roads_take_no_options(run, words):
    with pytest.raises(Refusal, match=f"{words[0]} is about roads of your own") as caught:
        run("roads", *words)
    assert caught.value.given == words[0]
    assert "--osm-pbf" in caught.value.wanted


def test_online_is_refused_where_nothing_is_asked(run, tmp_path):
    with pytest.raises(Refusal, match="--online is about --osm-place"):
        run("roads", "--online")
    with pytest.raises(Refusal, match="--online is about --osm-place"):
        run("roads", "--osm-pbf", tmp_path / "a.pbf", "--online")
