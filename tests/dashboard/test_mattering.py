"""What the answer on the planner's page hangs on: as the desk says, for the need on screen, and gone with the answer."""

from __future__ import annotations

import pytest

from cli.application import assemble
from dashboard.pages.incident.mattering import MOST
from dashboard.state import EMPTY_AREA
from matching.atlas import atlas
from matching.robustness import desk
from matching.runs import working
from matching.runs.working import perform
from registry.db.engine import session_scope
from registry.runs.snapshots import freeze
from registry.runs.store import record_run
from registry.settings import settings
from tests.dashboard.reading import answered, call, words
from tests.dashboard.test_keeping import SHOWN
from tests.registry.trust.acts import PLANNER, hire

TWO = {**SHOWN, "needs": {"items": [{"text": "light_tower:1"}, {"text": "generator:4"}], "shown": 1}}


@pytest.fixture(scope="module")
def url(clone, demo_template):
    with clone(demo_template) as made:
        yield made


@pytest.fixture(scope="module")
def planner(url, signed_in):
    return signed_in(url, "planner").client(assemble(settings(), url))


def tried(client, shown):
    """Return what is listed and what is drawn once the button is used."""
    told = call(client, "matter-layer.data", {"shown": shown, "matter-try": 1}, pressed="matter-try")
    return answered(told, "matter-list", "children"), answered(told, "matter-layer", "data")["features"]


def test_the_links_of_the_need_on_screen_are_listed_and_drawn_with_their_numbers(planner):
    listed, drawn = tried(planner, TWO)
    said = words(listed)
    assert "generator:4" in said
    assert "each was tried" in said
    assert "Main roads only" in said
    rows = next(part for part in listed if part["type"] == "Ol")["props"]["children"]
    lines = [each for each in drawn if each["geometry"]["type"] == "MultiLineString"]
    numbers = [each["properties"]["text"] for each in drawn if each["geometry"]["type"] == "Point"]
    assert 0 < len(rows) == len(lines) <= MOST
    assert numbers == [str(at + 1) for at in range(len(rows))]


def test_without_an_answer_it_says_what_is_missing(planner):
    for shown in (None, {**SHOWN, "area": EMPTY_AREA}):
        listed, drawn = tried(planner, shown)
        assert "answer" in words(listed)
        assert drawn == []


def told_by(client, given, values):
    """Return what the callback that only one property begins says to the list, the map and the job."""
    known = next(
        each["output"]
        for each in client.get("/_dash-dependencies").json
        if [f"{one['id']}.{one['property']}" for one in each["inputs"]] == [given]
        and "matter-list.children" in each["output"]
    )
    answer = call(client, known.strip(".").split("...")[0], values)
    listed, drawn = answered(answer, "matter-list", "children"), answered(answer, "matter-layer", "data")
    return listed, drawn["features"], answered(answer, "matter-job", "data")


def begun(client, shown):
    """Return the job that the button begins."""
    told = call(client, "matter-layer.data", {"shown": shown, "matter-try": 1}, pressed="matter-try")
    return answered(told, "matter-job", "data")


def test_on_large_roads_a_job_finds_the_same_and_is_found_again_while_it_lasts(planner, url, monkeypatch):
    at_once = tried(planner, TWO)
    monkeypatch.setattr(desk, "EDGES_AT_ONCE", 0)
    job = begun(planner, TWO)
    assert job
    assert begun(planner, TWO) == job  # pressed again, it is not begun again
    assert told_by(planner, "shown.data", {"shown": TWO}) == ([], [], job)
    other = {**TWO, "needs": {**TWO["needs"], "shown": 0}}
    assert told_by(planner, "shown.data", {"shown": other}) == ([], [], None)
    perform(url, job, lambda: False)
    run = answered(call(planner, "matter-run.data", {"matter-job": job}), "matter-run", "data")
    rows, drawn, _ = told_by(planner, "matter-run.data", {"matter-run": run})
    assert (rows[:-1], drawn) == at_once
    assert "How was this computed?" in words(rows[-1])
    assert told_by(planner, "shown.data", {"shown": TWO})[2] == job  # what it left is shown after a reload
    assert begun(planner, TWO) not in (None, job)  # pressed again, the directory of now is tried


def test_a_job_of_a_question_that_counts_from_now_is_found_again_while_it_is_under_way(
    planner, url, monkeypatch
):
    monkeypatch.setattr(desk, "EDGES_AT_ONCE", 0)
    now = {**TWO, "when": {**TWO["when"], "asked_at": None}}
    job = begun(planner, now)
    assert told_by(planner, "shown.data", {"shown": now})[2] == job
    fewer = {**now, "needs": {"items": [{"text": "light_tower:1"}, {"text": "generator:3"}], "shown": 1}}
    assert told_by(planner, "shown.data", {"shown": fewer})[2] is None
    perform(url, job, lambda: False)
    assert told_by(planner, "shown.data", {"shown": now})[2] is None  # done: another now is asked about


def test_a_question_that_cannot_be_asked_is_refused_when_pressed_and_forgotten_in_silence(
    planner, monkeypatch
):
    past = {**TWO, "when": {**TWO["when"], "by_at": "2026-11-22T17:00:00+00:00"}}
    assert told_by(planner, "shown.data", {"shown": past}) == ([], [], None)
    for most in (desk.EDGES_AT_ONCE, 0):
        monkeypatch.setattr(desk, "EDGES_AT_ONCE", most)
        listed, drawn = tried(planner, past)
        assert "The deadline does not lie after the request" in words(listed)
        assert drawn == []


def test_a_run_of_another_kind_is_refused_in_words(planner, url):
    with session_scope(url, principal=PLANNER) as session:
        hire(session)
        known = atlas(session)
        run = record_run(
            session, PLANNER, kind="match", snapshot_hash=freeze(session).content_hash, patch=None,
            network_hash=known.network.content_hash, ground_hash="0" * 64, code_version="test", parameters={},
            counties=["29097"], result=b"{}",
        )  # fmt: skip
    listed, drawn, _ = told_by(planner, "matter-run.data", {"matter-run": run.id})
    assert "does not say which closures matter" in words(listed)
    assert drawn == []


def test_a_job_that_tries_each_road_asks_whether_to_go_on_among_its_losses(planner, url, monkeypatch):
    monkeypatch.setattr(desk, "EDGES_AT_ONCE", 0)
    job, said = begun(planner, TWO), []
    monkeypatch.setattr(working, "_steps", lambda *_: lambda share, _sentence: said.append(share))
    perform(url, job, lambda: False)
    assert said == sorted(said)
    assert any(0 < share < 1 for share in said)
