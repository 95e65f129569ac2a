"""Every peer that is installed is asked the same question and answers it as we do; none is timed here."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import coverage, ranking, roads, sites
from benchmarks.closures import ASKED, Question, figures
from benchmarks.graphs import synthetic
from benchmarks.libraries import milliseconds
from benchmarks.measure import Row
from benchmarks.peers import PROGRAMS, AbsentError, Peer, missing
from geo.network import RoadNetwork
from matching.roster import roster
from registry.settings import settings
from tests.matching.exact import solve

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")


@pytest.fixture(scope="module")
def question():
    """Return a question in which some are cut off and some roads stand beside others."""
    made = Question(synthetic(3_000))
    assert (made.answer() < 0).any()
    return made


@pytest.fixture(scope="module")
def shipped():
    return RoadNetwork.load(settings().data_dir / "roads" / "network.npz")


@pytest.fixture
def few_runs(monkeypatch):
    monkeypatch.setattr("benchmarks.measure.RUNS", 1)
    monkeypatch.setattr(ranking, "ASSETS", 500)
    monkeypatch.setattr(ranking, "SITES", 200)


@pytest.mark.parametrize("name", ASKED)
def test_a_peer_is_asked_the_same_question_and_answers_it_alike_twice(
    question, name, request, monkeypatch, worker_id
):
    if name == "pgrouting":
        server = request.getfixturevalue("cluster")
        monkeypatch.setattr("benchmarks.database.cluster", lambda: server)
        monkeypatch.setattr("benchmarks.database.DATABASE", f"test_bench_{worker_id}")
    if missing(name):
        pytest.skip(missing(name))
    try:
        peer = ASKED[name](question)
    except AbsentError as absent:
        pytest.skip(str(absent))
    try:
        for _ in range(2):
            np.testing.assert_array_equal(peer.read(peer.ask()), question.answer())
    finally:
        peer.close()


def test_every_peer_of_the_page_is_one_that_figures_ask():
    assert set(ASKED) < set(PROGRAMS)
    assert set(PROGRAMS) - set(ASKED) == {"osmnx", "shapely"}


def test_a_peer_that_answers_otherwise_gets_a_sentence_and_no_figure(monkeypatch):
    wrong = {}

    def asked(question):
        least = question.answer() + (np.arange(question.nodes) == 7)
        return Peer(lambda: least, lambda found: found, close=lambda: wrong.update(closed=True))

    monkeypatch.setitem(ASKED, "scipy", asked)
    (said,) = figures(synthetic(1_000), "made", ("scipy",))
    assert said == "closures_one_to_all, made: scipy answers otherwise; no figure."
    assert wrong == {"closed": True}


def test_a_peer_that_is_not_there_gets_a_sentence(monkeypatch):
    monkeypatch.setattr("benchmarks.peers.find_spec", lambda _: None)

    def asked(_):
        raise AbsentError("pgrouting does not run here.")

    monkeypatch.setitem(ASKED, "pgrouting", asked)
    assert list(figures(synthetic(1_000), "made", ("igraph", "pgrouting"))) == [
        "igraph is not installed here: `make bench` installs it.",
        "pgrouting does not run here.",
    ]


def test_doubles_without_a_way_are_none():
    assert milliseconds(np.array([0.0, 12.0, np.inf, 1.7e308])).tolist() == [0, 12, -1, -1]


@pytest.mark.usefixtures("few_runs")
@pytest.mark.parametrize(
    "figures_of",
    [pytest.param(sites.figures, marks=pytest.mark.proof), coverage.figures, roads.figures, ranking.figures],
)
def test_every_other_figure_finds_the_peers_answer_equal_to_ours(figures_of, shipped):
    network = shipped if figures_of is sites.figures else synthetic(4_000)
    found = list(figures_of(network, "made"))
    assert found
    for row in found:
        assert isinstance(row, Row) or row.endswith("is not installed here: `make bench` installs it."), row


def test_the_assets_of_the_figure_are_the_same_every_time_and_all_accounted_for():
    network = synthetic(4_000)
    rows = ranking.listings(network, 500, 200)
    assert rows == ranking.listings(network, 500, 200)
    (part,) = solve(ranking.atlas(network), ranking.asked(network), roster(rows), {}).needs
    assert len(part.matches) + len(part.left_out) == 500
    assert part.matches
    assert {row.code for row in part.left_out} >= {"status", "none_left", "condition", "not_stated"}
