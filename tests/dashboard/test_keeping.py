"""The page keeps its answer as a run, and follows a job of whoever is signed in and of nobody else."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from sqlalchemy import text

import dashboard.app
from cli.application import assemble
from dashboard.jobs import bind_job
from dashboard.state import EMPTY_CLOSURES, EMPTY_TRAVEL
from registry.db.engine import session_scope
from registry.jobs import store
from registry.people import sessions
from registry.settings import settings
from tests.dashboard.reading import answered, call, words

AREA = {
    "shape": {
        "type": "Feature",
        "properties": {},
        "geometry": {
            "type": "Polygon",
            "coordinates": [[[-92.6, 38.8], [-92.1, 38.8], [-92.1, 39.1], [-92.6, 39.1], [-92.6, 38.8]]],
        },
    },
    "origin": "pasted",
    "label": "Boone",
}
SHOWN = {
    "area": AREA,
    "closures": EMPTY_CLOSURES,
    "needs": {"items": [{"text": "generator:4"}], "shown": 0},
    "when": {"asked_at": "2026-11-22T18:00:00+00:00", "by_at": None, "include_inside": False},
    "travel": EMPTY_TRAVEL,
}


@pytest.fixture
def server(demo_url, as_login, monkeypatch):
    """Return the whole application, with a job's line named `try` beside what is there."""
    line = SimpleNamespace(register=lambda app, services: bind_job(app, services, "try", "run.make"))
    monkeypatch.setattr(dashboard.app, "MODULES", (*dashboard.app.MODULES, line))
    return assemble(settings(), as_login(demo_url, "merr_web"))


@pytest.fixture
def person(demo_url, signed_in, server):
    """Return a function that makes a planner: the browser, and who that is in the database."""

    def made():
        who = signed_in(demo_url, "planner")
        with session_scope(demo_url) as session:
            return who.client(server), sessions.principal_of(session, who.secret, "test")

    return made


def test_the_answer_on_the_page_is_kept_and_its_block_says_how_to_do_it_again(demo_url, person):
    client, _ = person()
    kept = call(client, "kept-answer.children", {"shown": SHOWN, "saved": None}, pressed="keep-answer")
    said = words(answered(kept, "kept-answer", "children"))
    with session_scope(demo_url) as session:
        run_id, names = session.execute(text("SELECT id, parameters ->> 'names' FROM runs.runs")).one()
    assert f"merr run replay {run_id}" in said
    assert names == "closed"


def test_without_an_answer_nothing_is_kept(demo_url, person):
    client, _ = person()
    call(client, "kept-answer.children", {"shown": None, "saved": None}, pressed="keep-answer")
    with session_scope(demo_url) as session:
        assert session.scalar(text("SELECT count(*) FROM runs.runs")) == 0


def test_a_page_follows_its_job_and_cancels_it_and_nobody_elses(demo_url, person):
    client, who = person()
    stranger, _ = person()
    with session_scope(demo_url, principal=who) as session:
        job = store.defer(session, who, kind="match", parameters={}, counties=["29019"])

    def line(asks, **more):
        told = call(asks, "try-line.children", {"try-job": job, "try-run": None}, **more)
        return words(answered(told, "try-line", "children"))

    assert line(client) == "Waiting for a worker"
    assert "Waiting" not in line(stranger, pressed="try-cancel")
    assert "Cancelled" in line(client, pressed="try-cancel")
