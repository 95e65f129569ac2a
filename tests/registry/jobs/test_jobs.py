"""Long work on real workers: progress, cancel, killed in the middle, stopped, rolled back; one run for each job."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from registry.db.engine import Session, engine, session_scope
from registry.errors import NotThereError
from registry.jobs import progress, store
from registry.people.access import AccessError
from registry.people.principal import Appointment
from registry.runs.store import list_runs, result_of
from tests.registry.trust.acts import PLANNER, SECOND, hire

SLOW = Path(__file__).with_name("slow.py")
PATIENCE_S = 90


@pytest.fixture
def url(demo_url):
    """Yield the demo registry with the accounts of `tests.registry.trust.acts`."""
    with session_scope(demo_url) as session:
        hire(session)
    return demo_url


@pytest.fixture
def start(url, as_login, tmp_path):
    """Return a function that starts a worker by the web application's login; all of them end with the test."""
    begun = []

    def worker(dead_after_s=60.0):
        made = subprocess.Popen(
            [sys.executable, str(SLOW), as_login(url, "merr_web"), str(tmp_path), str(dead_after_s)],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        )
        begun.append(made)
        return made

    yield worker
    for made in begun:
        made.kill()
        made.wait()


def ask(url, **parameters):
    with session_scope(url, principal=PLANNER) as session:
        return store.defer(
            session, PLANNER, kind="slow", parameters=parameters, counties=["29097"], label="x"
        )


def status(url, job):
    with session_scope(url, principal=PLANNER) as session:
        return store.status_of(session, PLANNER, job)


def until(url, job, holds):
    """Return the status of a job once it is as wanted."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        found = status(url, job)
        if holds(found):
            return found
        time.sleep(0.1)
    raise AssertionError(found)


def ended(url, job):
    return until(url, job, lambda found: found.ended)


def at_step(url, job, number):
    return until(url, job, lambda found: found.sentence == f"Step {number} of 5")


def runs(url):
    with session_scope(url, principal=PLANNER) as session:
        return list_runs(session, PLANNER, kind="slow")


def queued(url):
    with session_scope(url) as session:
        return session.scalar(text("SELECT count(*) FROM jobs.procrastinate_jobs"))


def test_a_job_tells_how_far_it_is_and_leaves_one_run_with_its_result(url, start, tmp_path):
    job = ask(url, wait_at=3)
    assert (status(url, job).state, queued(url)) == ("waiting", 1)
    start()
    seen = at_step(url, job, 4)
    assert (seen.state, seen.fraction, seen.run_id) == ("working", 0.6, None)
    with session_scope(url, principal=PLANNER) as session:
        assert store.latest_open(session, PLANNER, "slow").id == job
        assert store.latest_open(session, PLANNER, "match") is None
    (tmp_path / "go").touch()
    done = ended(url, job)
    (run,) = runs(url)
    assert (done.state, done.fraction, done.run_id) == ("done", 1.0, run.id)
    assert (run.label, run.parameters, run.account_name) == ("x", {"wait_at": 3}, "R. Example")
    with session_scope(url, principal=PLANNER) as session:
        listed = session.scalar(text("SELECT count(*) FROM registry.assets"))
        assert result_of(session, PLANNER, run.id) == f"{listed}\n".encode()
        assert store.latest_open(session, PLANNER, "slow") is None
    until(url, job, lambda _: queued(url) == 0)


def test_a_job_at_work_is_cancelled_at_its_next_step_and_leaves_nothing(url, start, tmp_path):
    job = ask(url, wait_at=2)
    start()
    at_step(url, job, 3)
    with session_scope(url, principal=PLANNER) as session:
        assert store.cancel(session, PLANNER, job).cancelling
    assert ended(url, job).state == "cancelled"
    assert runs(url) == []
    assert not (tmp_path / "step-3").exists()


def test_a_job_that_waits_is_cancelled_at_once_and_no_worker_begins_it(url, start):
    job, other = ask(url), ask(url)
    with session_scope(url, principal=PLANNER) as session:
        assert store.cancel(session, PLANNER, job).state == "cancelled"
    start()
    assert ended(url, other).state == "done"
    assert status(url, job).state == "cancelled"
    assert len(runs(url)) == 1


def test_what_a_killed_worker_had_under_way_is_finished_by_another_with_exactly_one_run(url, start, tmp_path):
    job = ask(url, wait_at=3)
    first = start()
    at_step(url, job, 4)
    first.send_signal(signal.SIGKILL)
    first.wait()
    (tmp_path / "go").touch()
    start(dead_after_s=5.0)
    assert ended(url, job).state == "done"
    assert len(runs(url)) == 1
    with session_scope(url) as session:
        assert session.scalar(text("SELECT starts FROM runs.jobs")) == 2


def test_a_stopped_worker_gives_its_job_back_and_the_next_one_goes_on(url, start, tmp_path):
    job = ask(url, wait_at=1)
    first = start()
    at_step(url, job, 2)
    first.send_signal(signal.SIGINT)
    assert first.wait(120) == 0
    back = status(url, job)
    assert (back.state, back.fraction, queued(url)) == ("waiting", 0.0, 1)
    (tmp_path / "go").touch()
    start()
    assert ended(url, job).state == "done"
    assert len(runs(url)) == 1


def test_what_cannot_be_computed_says_why_and_a_fault_of_ours_keeps_its_words_to_the_log(url, start):
    refused, failed = ask(url, refuse=True), ask(url, fail=True)
    start()
    told = ended(url, refused)
    assert (told.state, told.refusal["title"]) == ("refused", "This cannot be meant")
    told = ended(url, failed)
    assert (told.state, told.refusal["title"]) == ("failed", "This could not be computed")
    assert "fault of ours" not in str(told.refusal)
    assert runs(url) == []


def test_who_lost_the_role_meanwhile_gets_nothing(url, start):
    job = ask(url)
    with session_scope(url) as session:
        session.execute(
            text("UPDATE people.appointments SET ended_at = now() WHERE account_id = :id"),
            {"id": PLANNER.account_id},
        )
    start()
    told = ended(url, job)
    assert (told.state, told.refusal["title"]) == ("refused", "Your role does not allow this")


def test_a_transaction_that_is_rolled_back_leaves_no_job(url):
    with Session(engine(url)) as session:
        job = store.defer(session, PLANNER, kind="slow", parameters={}, counties=[])
        assert session.scalar(text("SELECT count(*) FROM jobs.procrastinate_jobs")) == 1
        session.rollback()
    assert queued(url) == 0
    with pytest.raises(NotThereError):
        status(url, job)


def test_a_worker_that_was_counted_as_dead_can_do_nothing_to_the_job_of_another(url):
    job = ask(url)
    late, now = progress.take(url, job), progress.take(url, job)
    assert (late.id, late.starts, now.starts) == (job, 1, 2)
    with pytest.raises(progress.Lost):
        progress.report(url, late, 0.9, "late")
    progress.end_cancelled(url, late)
    progress.end_failed(url, late)
    progress.put_back(url, late)
    with session_scope(url) as session:
        assert not progress.may_end(session, late)
    progress.report(url, now, 0.5, "in time")
    told = status(url, job)
    assert (told.state, told.sentence, queued(url)) == ("working", "in time", 1)
    with session_scope(url) as session:
        assert progress.may_end(session, now)
    with session_scope(url) as session:
        assert not progress.may_end(session, now)
    with pytest.raises(progress.Lost):
        progress.report(url, now, 0.5, "after the end")
    assert progress.take(url, job) is None


def test_who_gave_a_job_back_has_nothing_to_say_to_it_any_more(url):
    job = ask(url)
    first, second = progress.take(url, job), progress.take(url, job)
    progress.put_back(url, second)
    third = progress.take(url, job)
    for gone in (first, progress.Job(**{**vars(second), "starts": second.starts - 1})):
        with pytest.raises(progress.Lost):
            progress.report(url, gone, 0.1, "gone")
    progress.report(url, third, 0.2, "third")
    with session_scope(url, principal=PLANNER) as session:
        assert store.cancel(session, PLANNER, job).cancelling
    with pytest.raises(progress.Lost):
        progress.report(url, first, 0.1, "gone")
    with pytest.raises(progress.Cancelled):
        progress.report(url, third, 0.3, "third")


def test_a_job_that_ends_every_worker_is_given_up(url):
    job = ask(url)
    for _ in range(progress.MOST_STARTS):
        assert progress.take(url, job) is not None
    assert progress.take(url, job) is None
    told = status(url, job)
    assert (told.state, told.refusal["title"]) == ("failed", "This ended each worker that took it up")


def test_a_job_that_the_queue_lost_is_put_there_again_once_and_one_that_ended_is_not(url):
    ask(url)
    gone = ask(url)
    with session_scope(url, principal=PLANNER) as session:
        store.cancel(session, PLANNER, gone)
    with session_scope(url) as session:
        session.execute(text("SET LOCAL search_path TO jobs"))  # its triggers name no schema
        session.execute(text("DELETE FROM procrastinate_jobs"))
    assert (progress.mend(url), progress.mend(url), queued(url)) == (1, 0, 1)


def test_a_job_is_its_askers_alone_and_asked_for_where_one_may(url):
    job = ask(url)
    with session_scope(url) as session:
        for act in (store.status_of, store.cancel):
            with pytest.raises(NotThereError):
                act(session, replace(PLANNER, account_id=SECOND.account_id), job)
        local = replace(PLANNER, appointments=(Appointment(role="local", counties=frozenset({"29510"})),))
        with pytest.raises(AccessError):
            store.defer(session, local, kind="slow", parameters={}, counties=["29097"])
