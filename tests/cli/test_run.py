"""`merr run`: kept answers listed, shown and replayed by the command line's own account."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from cli.main import commands
from cli.token_file import keep
from geo.areas import area_from_circle
from matching.answers import Question
from matching.needs import parse_need
from matching.runs import making
from matching.runs.match import asked
from registry.db.engine import session_scope
from registry.directory.store import kinds
from registry.errors import NotThereError
from registry.people import sessions

ASKED = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)


@pytest.fixture
def run(demo_url, commands_at, signed_in):
    """Return the id of a run that a planner kept, whose session the command line has now."""
    commands_at(demo_url)
    planner = signed_in(demo_url, "planner")
    keep(planner.secret)
    with session_scope(demo_url) as session:
        who = sessions.principal_of(session, planner.secret, "test")
    with session_scope(demo_url, principal=who) as session:
        need = parse_need("generator:4", kinds(session))
        question = Question(
            area_from_circle(-94.4, 37.2, 6.0), (need,), (), ASKED, ASKED + timedelta(hours=3)
        )
        wanted = asked(session, who, question)
        return making.make(session, who, wanted, counties=["29097"], label="Joplin")[0].id


def merr(*words):
    result = CliRunner().invoke(commands, ["run", *words], standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result


def test_a_run_is_listed_shown_and_replayed_to_the_same_bytes(run):
    assert run in merr("list").stdout
    assert run not in merr("list", "--kind", "coverage").stdout
    shown = merr("show", run).stdout
    assert "Joplin" in shown
    assert f"merr run replay {run}" in shown
    again = merr("replay", run)
    assert (again.return_value, "The same bytes" in again.stdout) == (0, True)


def test_a_replay_on_other_ground_says_what_changed_and_where_bytes_differ_ends_with_1(demo_url, run):
    with session_scope(demo_url) as session:
        session.execute(text("ALTER TABLE runs.runs DISABLE TRIGGER runs_stay"))
        session.execute(
            text("UPDATE runs.runs SET parameters = jsonb_set(parameters, '{question,asked_at}', '\"2026-11-22T19:00:00Z\"'),"
                 " code_version = '0.0.1+0', result_hash = repeat('0', 64)")
        )  # fmt: skip
    again = merr("replay", run)
    assert (again.return_value, "Other bytes" in again.stdout) == (1, True)
    assert "The code was 0.0.1+0" in again.stdout


def test_a_run_that_is_not_there_is_refused(run):
    with pytest.raises(NotThereError):
        merr("show", run[::-1])
