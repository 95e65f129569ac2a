"""Every action by role by {own, foreign} through the commands is as the table of access says."""

from __future__ import annotations

import pytest
import typer
from sqlalchemy import make_url
from typer.testing import CliRunner

from cli.main import commands
from cli.token_file import keep
from geo.errors import Refusal
from registry.db.engine import session_scope
from registry.directory.roads import active_hash
from registry.people.access import ACCESS
from registry.people.sessions import principal_of
from registry.runs.snapshots import freeze
from registry.runs.store import record_run
from registry.settings import settings
from tests.access_cases import (
    NOBODY,
    NOT_BY_COMMAND,
    OF_ONESELF,
    OPERATOR,
    TABLE_SAYS_NO,
    cases,
)
from tests.access_office import NEED, PURPOSE, office

OF_COMMAND = {
    "login": OF_ONESELF,
    "logout": OF_ONESELF,
    "match": {"match.ask", "match.export"},
    "critical": {"match.ask", "match.export"},
    "coverage": {"coverage.read"},
    "exercise": {"exercise.read", "exercise.edit", "exercise.run", "exercise.play"},
    "scenario": {"scenario.read", "scenario.edit"},
    "disclose": {"contact.look"},
    "declare": {
        "declaration.read",
        "declaration.record",
        "declaration.confirm",
        "declaration.extend",
        "declaration.end",
        "waiver.record",
    },
    "account": {"account.read", "account.manage"},
    "records": {"records.review", "records.export"},
    "run": {"run.read"},
}
"""What each command that acts as an account asks for."""

DECLARED = ("--number", "1", "--authority", "Jasper County")
RANKED = ("match", "--need", NEED, "--limit", "1")

DOORS = {
    "coverage.read": lambda _at, _where: ("coverage", "--sector", "energy", "--limit", "1"),
    "match.ask": lambda at, where: (*RANKED, "--county", at.county[where]),
    "match.export": lambda at, where: (*RANKED, "--incident", at.incident[where], "--format", "json"),
    "contact.look": lambda at, where: (
        "disclose", at.incident[where], at.provider["own"], "--purpose", PURPOSE,
    ),
    "declaration.read": lambda _at, _where: ("declare", "list"),
    "declaration.record": lambda at, _where: (
        "declare", "record", "--instrument", "local", *DECLARED, "--county", at.county["own"],
    ),
    "declaration.confirm": lambda at, _where: ("declare", "confirm", at.waiting),
    "declaration.extend": lambda at, _where: ("declare", "extend", at.waiting, *DECLARED),
    "declaration.end": lambda at, _where: ("declare", "end", at.waiting, "--reason", "It is over"),
    "waiver.record": lambda _at, _where: ("declare", "waiver", *DECLARED, "--relief", "10 % more weight"),
    "account.read": lambda _at, _where: ("account", "list"),
    "account.manage": lambda _at, _where: ("account", "enable", "nobody.of.that.name"),
    "records.review": lambda _at, _where: ("records", "queue"),
    "records.export": lambda at, where: ("records", "export", at.provider[where]),
    "exercise.read": lambda at, where: ("exercise", "msel", at.exercise[where]),
    "exercise.edit": lambda _at, where: ("exercise", "new", f"Flood, {where}"),
    "exercise.run": lambda at, where: ("exercise", "pause", at.exercise[where]),
    "exercise.play": lambda at, where: ("exercise", "log", at.exercise[where], "Called the district"),
    "scenario.read": lambda _at, _where: ("scenario", "list"),
    "scenario.edit": lambda at, where: (
        "scenario", "run", NOBODY, "--need", NEED, "--county", at.county[where],
    ),
    "run.read": lambda at, where: ("run", "show", at.run[where]),
}  # fmt: skip
"""How each action is tried by a command."""


COMES_AFTER = (
    "There is no such account",
    "This company was not ranked for the incident",
    "does not wait for confirmation",
    "has ended already",
    "cannot be extended so",
    "There is no such scenario",
    "The clock is paused already",
)
"""Of the titles of what is refused for another reason than the table: it was asked, and let them through."""


@pytest.fixture(scope="module")
def at_work(clone, demo_template, tmp_path_factory):
    """Yield the office, which every command finds by its settings."""
    with office(clone, demo_template) as made, pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        for login in ("owner", "web", "audit", "backup"):
            named = make_url(made.url).set(username=f"merr_{login}", password=None)
            patch.setenv(f"MERR_DSN_{login.upper()}", named.render_as_string(hide_password=False))
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        settings.cache_clear()
        made.run = _runs(made)
        yield made
    settings.cache_clear()


def _runs(at_work):
    """Return the id of a run about each place."""
    with session_scope(at_work.url) as session:
        who = principal_of(session, at_work.people["planner"].secret, "")
        facts = {
            "snapshot_hash": freeze(session).content_hash,
            "network_hash": active_hash(session),
            "ground_hash": "0" * 64,
            "code_version": "test",
        }
        return {
            where: record_run(
                session, who, kind="match", parameters={}, result=b"{}", counties=[fips], **facts
            ).id
            for where, fips in at_work.county.items()
        }


def _let_in(at_work, case):
    """Return whether the table let a command through, whatever came then."""
    keep(at_work.people[case.role].secret)
    done = CliRunner().invoke(commands, DOORS[case.action](at_work, case.where))
    if done.exit_code == 0:
        assert done.output
        return True
    assert isinstance(done.exception, Refusal), (done.output, done.exception)
    refused = done.exception.title in TABLE_SAYS_NO
    assert refused or any(words in done.exception.title for words in COMES_AFTER), done.exception
    return not refused


def test_every_action_is_tried_here_or_has_no_command():
    names = set(typer.main.get_command(commands).commands)
    assert names <= OPERATOR | set(OF_COMMAND), "say in OF_COMMAND what the new command asks for"
    asked_for = set().union(*(OF_COMMAND[name] for name in names - OPERATOR))
    assert set(DOORS) | OF_ONESELF == asked_for
    assert asked_for | set(NOT_BY_COMMAND) == set(ACCESS)
    untrue = asked_for & set(NOT_BY_COMMAND)
    assert not untrue, f"these have a command now: try them in DOORS: {untrue}"


@pytest.mark.parametrize("case", cases(sorted(DOORS)), ids=str)
def test_the_commands_let_in_whom_the_table_lets_in(case, at_work):
    assert _let_in(at_work, case) == case.expected


def test_a_command_of_nobody_is_refused(at_work):
    keep("nobody")
    for door in DOORS.values():
        done = CliRunner().invoke(commands, door(at_work, "own"))
        assert isinstance(done.exception, Refusal), done.output
        assert done.exception.title == "You are not signed in"
