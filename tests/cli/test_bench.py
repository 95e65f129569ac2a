from __future__ import annotations

import json

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from typer.testing import CliRunner

import benchmarks.coverage_grid
import benchmarks.page
import benchmarks.routing
import benchmarks.wall
from benchmarks.graphs import synthetic
from benchmarks.measure import compare, row
from benchmarks.peers import PROGRAMS
from benchmarks.wanted import wanted_words
from cli.main import commands
from geo.errors import Refusal
from geo.network import RoadNetwork
from registry.db.engine import session_scope
from registry.directory.roads import active_hash
from registry.settings import settings

FOUND = row(
    "closures_one_to_all", "synthetic_800k", ours_ms=40.0, peer="scipy", peer_ms=250.0, note="800 nodes"
)


@pytest.fixture(autouse=True)
def wall(monkeypatch):
    """Keep these tests from measuring 300,000 sites; return the rows that stand in for it."""
    rows = [row("spatial_search", "sites_300k, joplin", ours_ms=2.0, peer="the owner", peer_ms=1.9)]
    monkeypatch.setattr(benchmarks.wall, "figures", lambda fill: callable(fill) and iter(rows))
    return rows


def test_the_wall_is_measured_alone_or_with_all_else(measured):
    found = CliRunner().invoke(commands, ["bench", "--only", "wall"], catch_exceptions=False)
    assert "spatial_search, sites_300k, joplin: 2.0 ms, the owner 1.9 ms, 0.95 times" in found.output
    assert "closures_one_to_all" not in found.output
    CliRunner().invoke(commands, ["bench", "--page"], catch_exceptions=False)
    assert "| the owner | 1.9 ms | **0.95** | ≥ 0.5: met |" in (measured / "benchmarks.md").read_text()


@pytest.fixture(autouse=True)
def coverage(monkeypatch):
    """Keep these tests from filling a database with the demo registry; the row that stands in for it is measured."""
    rows = [row("grid_shipped", "synthetic_800k", ours_ms=500.0, peer="scipy", peer_ms=600.0)]
    monkeypatch.setattr(benchmarks.coverage_grid, "figures", lambda fill: callable(fill) and iter(rows))


def test_coverage_is_measured_alone_and_is_no_page_by_itself(tmp_path):
    kept = tmp_path / "rows.json"
    asked = ["bench", "--only", "coverage", "--json", str(kept)]
    found = CliRunner().invoke(commands, asked, catch_exceptions=False)
    assert "grid_shipped, synthetic_800k: 500.0 ms, scipy 600.0 ms, 1.2 times" in found.output
    (only,) = json.loads(kept.read_text())
    assert only["figure"] == "grid_shipped"
    with pytest.raises(Refusal, match="The page holds every figure"):
        CliRunner().invoke(commands, ["bench", "--only", "coverage", "--page"], catch_exceptions=False)


@pytest.fixture
def measured(monkeypatch, tmp_path):
    monkeypatch.setattr(
        benchmarks.routing, "figures", lambda _: iter([FOUND, "somepeer is not installed here."])
    )
    monkeypatch.setattr(benchmarks.page, "PAGE", tmp_path / "benchmarks.md")
    return tmp_path


def test_the_rows_and_the_page_say_what_was_measured_and_what_was_not_at_hand(measured):
    rows = measured / "rows.json"
    asked = ["bench", "--only", "routing", "--json", str(rows), "--page"]
    found = CliRunner().invoke(commands, asked, catch_exceptions=False)
    assert found.exit_code == 0
    assert "somepeer is not installed here." in found.output
    only, _wall, grid = json.loads(rows.read_text())
    assert grid["figure"] == "grid_shipped"
    assert (only["figure"], only["graph"], only["peer"]) == ("closures_one_to_all", "synthetic_800k", "scipy")
    assert only["ratio"] == only["peer_ms"] / only["ours_ms"] == 6.25
    page = (measured / "benchmarks.md").read_text()
    assert "| 40.0 ms | scipy | 250.0 ms | **6.25** | ≥ 3, aim 6: aim met | 800 nodes |" in page
    assert "| 500.0 ms | scipy | 600.0 ms | **1.2** | ≤ 2 s, aim 0.5 s: aim met |" in page
    assert "somepeer is not installed here." in page


@pytest.mark.parametrize(
    ("figure", "graph", "peer", "ours_ms", "said"),
    [
        ("grid_shipped", "a hash", "scipy", 500.0, "≤ 2 s, aim 0.5 s: aim met"),
        ("grid_shipped", "a hash", "scipy", 501.0, "≤ 2 s, aim 0.5 s: met"),
        ("scenario_diff", "tiger_state", "both computed", 1_001.0, "≤ 1 s, aim 0.3 s: **missed**"),
        ("grid_800k", "synthetic_800k", "scipy", 10.0, "≥ 100, aim 200: met"),
        ("threads", "synthetic_800k", "one thread", 1_000.0, "≥ 1.8: **missed**"),
        ("growth", "synthetic_50k to synthetic_3200k", "the smallest", 1_300.0, "≤ 1.15: met"),
        ("loading", "synthetic_800k", "worked out again", 1.0, ""),
    ],
)
def test_a_figure_says_what_is_wanted_of_it_and_whether_it_has_it(figure, graph, peer, ours_ms, said):
    assert wanted_words(row(figure, graph, ours_ms=ours_ms, peer=peer, peer_ms=1_490.0)) == said


def test_the_page_is_only_written_when_asked_for(measured):
    found = CliRunner().invoke(commands, ["bench"], catch_exceptions=False)
    assert (found.exit_code, "grid_shipped" in found.output) == (0, False)
    assert not (measured / "benchmarks.md").exists()


def test_loading_is_measured_alone_and_is_no_page(measured, monkeypatch):
    monkeypatch.setattr(benchmarks.routing, "figures", lambda _: pytest.fail("measured all the same"))
    monkeypatch.setattr(benchmarks.routing, "loading_alone", lambda: iter(["a web worker keeps 1 MB"]))
    found = CliRunner().invoke(commands, ["bench", "--only", "loading"], catch_exceptions=False)
    assert "a web worker keeps 1 MB" in found.output
    with pytest.raises(Refusal, match="The page holds every figure"):
        CliRunner().invoke(commands, ["bench", "--only", "loading", "--page"], catch_exceptions=False)
    assert not (measured / "benchmarks.md").exists()


@pytest.mark.parametrize("where", ["nowhere/rows.json", "."])
def test_a_file_that_cannot_be_written_is_refused_before_minutes_are_spent(measured, monkeypatch, where):
    monkeypatch.setattr(benchmarks.routing, "figures", lambda _: pytest.fail("measured all the same"))
    with pytest.raises(Refusal, match="The rows cannot be written") as refusal:
        CliRunner().invoke(commands, ["bench", "--json", str(measured / where)], catch_exceptions=False)
    assert str(measured / where) in refusal.value.given


@pytest.mark.parametrize(
    ("first_ms", "counted", "peer_ms", "said"),
    [
        (10.0, 9, 1000.0, "note"),
        (14_000.0, 2, 1000.0, "note; peer: 2 runs"),
        (29_000.0, 1, 1000.0, "note; peer: 1 run"),
        (90_000.0, 0, 90_000.0, "note; peer: 1 run"),
    ],
)
def test_a_slow_peer_takes_fewer_runs_which_is_said(first_ms, counted, peer_ms, said):
    taken = []
    found = compare(
        "figure",
        "graph",
        "peer",
        ours=lambda: taken.append("ours"),
        theirs=lambda: taken.append("theirs"),
        first_ms=first_ms,
        note="note",
        clock=iter(range(100)).__next__,
    )
    assert (taken.count("ours"), taken.count("theirs")) == (10, counted)
    assert (found.ours_ms, found.peer_ms, found.note) == (1000.0, peer_ms, said)


def test_a_busy_machine_is_said_on_the_screen_and_on_the_page(measured, monkeypatch):
    monkeypatch.setattr(benchmarks.page.os, "getloadavg", lambda: (1.6, 1.0, 1.0))
    monkeypatch.setattr(benchmarks.page.os, "cpu_count", lambda: 2)
    found = CliRunner().invoke(commands, ["bench", "--page"], catch_exceptions=False)
    said = "This machine was busy when the run began (a load of 1.6 on 2 cores)"
    assert said in " ".join(found.output.split())
    assert said in (measured / "benchmarks.md").read_text()
    monkeypatch.setattr(benchmarks.page.os, "getloadavg", lambda: (1.0, 1.0, 1.0))
    assert benchmarks.page.busy() == ""


def test_the_page_says_what_memory_allows_and_what_each_peer_is():
    limit = row(
        "memory_limit",
        "synthetic_800k",
        ours_ms=37.0,
        peer="memory",
        peer_ms=0.8,
        note="26 MB at 32.2 GB/s; more",
    )
    page = benchmarks.page.page([limit], ["said once", "said once"])
    assert "26 MB at 32.2 GB/s. At the speed" in page
    assert "that is 0.8 ms; our\nsearch takes 37.0 ms, 46 times as long" in page
    assert page.count("said once") == 1
    for name in PROGRAMS:
        assert f"\n| {name} | " in page


def test_a_made_network_is_the_same_every_time_and_leads_everywhere():
    made = synthetic(5_000)
    assert made.content_hash == synthetic(5_000).content_hash
    assert RoadNetwork.from_bytes(made.to_bytes()).content_hash == made.content_hash
    assert len(made.lon) == pytest.approx(5_000, rel=0.03)
    assert 2.4 < len(made.head) / len(made.lon) < 2.8
    assert len(np.unique(made.edge_class)) == 4
    arcs = csr_array((np.ones(len(made.head)), made.head, made.indptr), shape=(len(made.lon),) * 2)
    assert connected_components(arcs, connection="strong")[0] == 1


def roads_measured(monkeypatch, url):
    used = []
    monkeypatch.setattr(benchmarks.routing, "figures", lambda network: used.append(network) or iter([]))
    with monkeypatch.context() as patch:
        patch.setenv("DATABASE_URL", url)
        settings.cache_clear()
        found = CliRunner().invoke(commands, ["bench"], catch_exceptions=False)
    settings.cache_clear()
    assert found.exit_code == 0
    return used[0].content_hash


def test_the_roads_in_use_are_measured(monkeypatch, demo_url, shipped_hash):
    with session_scope(demo_url) as session:
        in_use = active_hash(session)
    assert roads_measured(monkeypatch, demo_url) == in_use != shipped_hash


@pytest.mark.parametrize("without", ["database_url", "empty_database_url"])
def test_without_roads_in_use_those_that_ship_are_measured(monkeypatch, request, without, shipped_hash):
    assert roads_measured(monkeypatch, request.getfixturevalue(without)) == shipped_hash


@pytest.fixture
def shipped_hash():
    return RoadNetwork.load(settings().data_dir / "roads" / "network.npz").content_hash
