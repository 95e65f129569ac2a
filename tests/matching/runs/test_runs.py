"""A kept answer: made by who may, never changed, and computed again to the same bytes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import shapely
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from geo.areas import area_from_circle
from geo.closure import Closure
from geo.noding import RoadLines, build_network
from matching import journey
from matching.answers import Question
from matching.desk import same_area
from matching.needs import parse_need
from matching.questions import question_as_json, question_from_json
from matching.runs import making
from matching.runs.match import asked as asked_of
from matching.runs.recipes import compute
from matching.sight import EXACT
from registry.db.engine import session_scope
from registry.directory.roads import store_network
from registry.directory.store import kinds
from registry.errors import NotThereError, RegistryError
from registry.people.access import AccessError
from registry.people.principal import Appointment
from registry.runs.store import list_runs, load_run, record_run, result_of
from tests.registry.trust.acts import PLANNER, hire

ASKED = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
JASPER = "29097"


@pytest.fixture
def url(demo_url):
    """Yield the demo registry with the accounts of `tests.registry.trust.acts`."""
    with session_scope(demo_url) as session:
        hire(session)
    return demo_url


@pytest.fixture
def question(url):
    with session_scope(url) as session:
        needs = tuple(parse_need(word, kinds(session)) for word in ("generator:40,kw>=100", "light_tower:5"))
    closure = Closure("c1", "slowed", shapely.box(-94.6, 37.0, -94.5, 37.3), factor=3.0, name="Debris")
    return Question(area_from_circle(-94.4, 37.2, 6.0), needs, (closure,), ASKED, ASKED + timedelta(hours=3))


def keep(session, who, question):
    return making.make(session, who, asked_of(session, who, question), counties=[JASPER], label="Joplin")


def local(counties):
    return replace(PLANNER, appointments=(Appointment(role="local", counties=frozenset(counties)),))


def test_a_question_comes_back_from_its_json_as_it_was(url, question):
    told = json.loads(json.dumps(question_as_json(question)))
    with session_scope(url) as session:
        again = question_from_json(told, kinds(session))
    assert same_area(again.area, question.area)
    assert {**question_as_json(again), "area": told["area"]} == told
    assert (again.needs, again.asked_at, again.by_at) == (question.needs, question.asked_at, question.by_at)


def test_a_kept_answer_is_replayed_to_the_same_bytes_from_the_database_alone(url, question, as_login):
    web = as_login(url, "merr_web")
    with session_scope(web, principal=PLANNER) as session:
        run, result = keep(session, PLANNER, question)
    with session_scope(url) as session:  # what happens afterwards changes nothing
        session.execute(text("UPDATE registry.assets SET quantity = quantity + 5, status = 'paused'"))
    with session_scope(web, principal=PLANNER) as session:
        stored = load_run(session, PLANNER, run.id)
        again = making.replay(session, stored)
        assert result_of(session, PLANNER, run.id) == result
    assert stored == run
    assert (again.same, again.differences, again.result) == (True, (), result)
    assert len(json.loads(result)["needs"][0]["ranked"]) > 10


def test_the_recipe_ranks_as_the_answer_on_the_page_does_and_holds_no_name(url, question):
    with session_scope(url) as session:
        base = making.baseline(session)
        found = journey.answer(session, question, sight=EXACT)
        asked = replace(
            asked_of(session, PLANNER, question),
            parameters={"question": question_as_json(question), "names": "open", "incident_id": None},
        )
    plain = compute(base, making.as_kept(asked))
    for told, part in zip(json.loads(plain)["needs"], found.needs, strict=True):
        assert [(row["asset"], row["arrival_ms"]) for row in told["ranked"]] == [
            (row.listing.asset_id, row.arrival_ms) for row in part.matches
        ]
        assert told["short"] == part.short
    names = {row.provider_name for row in base.listings}
    assert not [name for name in names if name in plain.decode()]


def test_a_closed_answer_is_kept_closed(url, question):
    with session_scope(url, principal=PLANNER) as session:
        base = making.baseline(session)
        _, result = keep(session, PLANNER, question)
    hidden = {row.provider_id for row in base.listings if not row.shows_name}
    shown = {row["provider"] for part in json.loads(result)["needs"] for row in part["ranked"]}
    assert shown
    assert not shown & hidden


def test_a_replay_names_the_input_that_is_not_what_it_was(url, question):
    with session_scope(url, principal=PLANNER) as session:
        run, _ = keep(session, PLANNER, question)
        other = replace(run, code_version="0.0.1+0", ground_hash="1" * 64, result_hash="2" * 64)
        told = making.replay(session, other)
        assert not told.same
        assert [words.split()[1] for words in told.differences] == ["code", "people,"]
        gone = making.replay(session, replace(run, network_hash="3" * 64))
        assert (gone.same, gone.result) == (False, None)
        assert "not in the registry any more" in gone.differences[0]
        silent = making.replay(session, replace(run, result_hash="2" * 64))
    assert "not repeatable" in silent.differences[0]


def test_a_replay_drives_on_the_roads_of_then_when_others_are_in_use(url, question):
    with session_scope(url, principal=PLANNER) as session:
        run, result = keep(session, PLANNER, question)
    line = RoadLines(
        np.array([shapely.LineString([(-95, 37.2), (-94, 37.2)])], dtype=object),
        ("highway",),
        ("",),
        np.zeros(1, np.int8),
    )
    fresh, report = build_network(line, {"highway": 80.0}, name="x", attribution="x", main_roads_only=True)
    with session_scope(url) as session:
        store_network(session, fresh, report)
    with session_scope(url, principal=PLANNER) as session:
        again = making.replay(session, run)
    assert (again.same, again.result) == (True, result)


def test_a_run_is_read_where_one_is_appointed_and_by_who_made_it(url, question):
    with session_scope(url, principal=PLANNER) as session:
        run, _ = keep(session, PLANNER, question)
    here, away = local({JASPER}), replace(local({"29510"}), account_id="00000000-0000-4000-8000-000000000002")
    with session_scope(url) as session:
        assert load_run(session, here, run.id).label == "Joplin"
        assert [row.id for row in list_runs(session, here)] == [run.id]
        assert list_runs(session, away) == []
        with pytest.raises(NotThereError):
            load_run(session, away, run.id)
        with pytest.raises(NotThereError):
            result_of(session, away, run.id)
        with pytest.raises(NotThereError):
            load_run(session, here, "no id")
        maker = replace(local({"29510"}), account_id=PLANNER.account_id)
        assert [row.id for row in list_runs(session, maker)] == [load_run(session, maker, run.id).id]
        beoc = replace(away, appointments=(Appointment(role="beoc", sector="energy"),))
        assert list_runs(session, beoc) == []
        with pytest.raises(AccessError):
            load_run(session, beoc, run.id)


def test_who_may_make_no_run_there_makes_none(url, question):
    with session_scope(url) as session:
        base = making.baseline(session)
        asked = asked_of(session, PLANNER, question)
        with pytest.raises(AccessError):
            making.make(session, local({"29510"}), asked, counties=[JASPER], on=base)


@pytest.mark.parametrize("change", ["UPDATE runs.runs SET label = 'x'", "DELETE FROM runs.runs"])
def test_nobody_changes_a_run_and_the_web_login_may_not_even_try(url, question, as_login, change):
    with session_scope(url, principal=PLANNER) as session:
        keep(session, PLANNER, question)
    with pytest.raises(RegistryError, match="what was recorded stays"), session_scope(url) as session:
        session.execute(text(change))
    web = as_login(url, "merr_web")
    with pytest.raises(RegistryError, match="permission denied"), session_scope(web) as session:
        session.execute(text(change))


def test_a_job_leaves_one_run(url, question):
    job = "00000000-0000-4000-8000-00000000aaaa"
    with session_scope(url, principal=PLANNER) as session:
        run, _ = keep(session, PLANNER, question)
        known = {
            "kind": "match",
            "snapshot_hash": run.snapshot_hash,
            "network_hash": run.network_hash,
            "ground_hash": run.ground_hash,
            "parameters": {},
            "code_version": "1",
            "result": b"x",
            "counties": [],
            "job_id": job,
        }
        record_run(session, PLANNER, **known)
    with pytest.raises(DBAPIError, match="uq_runs_job_id"), session_scope(url) as session:
        record_run(session, PLANNER, **known)
