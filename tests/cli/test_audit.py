"""`merr audit` as it is typed: what it says of a chain that is whole, of one that is not, and of its anchors."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from cli.main import commands
from geo.errors import Refusal
from registry.db.engine import session_scope
from registry.settings import settings
from registry.trust.events import record
from tests.registry.trust.tampering import REBUILD, disarm

PROVIDER = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
def run(database_url, as_login, tmp_path, monkeypatch):
    """Run `merr audit ...` by the audit's login on a database of its own; a refusal is raised as it is."""
    monkeypatch.setenv("MERR_DSN_AUDIT", as_login(database_url, "merr_audit"))
    monkeypatch.setenv("MERR_STATE_DIR", str(tmp_path))
    settings.cache_clear()

    def runner(*words, code=0):
        result = CliRunner().invoke(commands, ["audit", *map(str, words)])
        if isinstance(result.exception, Refusal):
            raise result.exception
        assert result.exit_code == code, result.output
        return result.stdout

    yield runner
    settings.cache_clear()


def happen(url, *actions, **words):
    with session_scope(url) as session:
        for action in actions:
            record(session, action, **words)


def tamper(url, statement):
    with session_scope(url) as session:
        disarm(session)
        session.execute(text(statement))
        session.execute(text(REBUILD))


def test_a_whole_chain_is_called_intact_with_its_anchors_and_the_rows_a_second(run, database_url, tmp_path):
    happen(database_url, "sign_in", "look")
    said = run("verify")
    assert re.search(r"^2 events read, [\d,]+ rows/s$", said, re.MULTILINE)
    assert "a chain that was rewritten whole would not be noticed" in said
    assert said.splitlines()[-1].startswith("Intact:")
    (place,) = re.findall(r"anchored in (\S+):", run("anchor"))
    assert place.startswith(str(tmp_path / "anchors"))
    happen(database_url, "sign_out")
    said = run("verify")
    assert f"1 anchors in {place}" in said
    assert "at event 2; 1 events came after it" in said
    assert said.splitlines()[-1].startswith("Intact:")


def test_the_first_broken_event_is_named_with_exit_code_1(run, database_url):
    happen(database_url, "sign_in", "look", "sign_out")
    with session_scope(database_url) as session:
        disarm(session)
        session.execute(text("UPDATE trust.events SET purpose = 'another' WHERE seq = 2"))
    said = run("verify", code=1)
    assert said.splitlines()[-1] == "Not intact: event 2 is not what was recorded."


def test_what_an_anchor_contradicts_is_named_with_exit_code_1(run, database_url):
    happen(database_url, "sign_in", "look", "sign_out")
    run("anchor")
    tamper(database_url, "UPDATE trust.events SET account_id = 'somebody else' WHERE seq = 2")
    said = run("verify", code=1)
    assert re.search(
        r"^Not intact: event 3, which the anchor of [-\d: ]+ UTC knows, is another one now\.$",
        said,
        re.MULTILINE,
    )
    tamper(database_url, "DELETE FROM trust.events WHERE seq > 1")
    assert "knows, is not there" in run("verify", code=1)


def test_anchors_come_from_a_named_file_too_and_lines_that_are_none_are_counted(
    run, database_url, tmp_path, monkeypatch
):
    monkeypatch.setenv("MERR_ANCHOR", str(tmp_path / "a file"))
    settings.cache_clear()
    happen(database_url, "sign_in")
    run("anchor")
    log = tmp_path / "syslog"
    log.write_text("Nov 22 host sshd: hello\nNov 22 host merr-audit[1]: " + (tmp_path / "a file").read_text())
    said = run("verify", "--anchors", log)
    assert f"1 anchors in {log}" in said
    assert "1 lines there are no anchors" in said
    with pytest.raises(Refusal, match="There are no anchors"):
        run("verify", "--anchors", tmp_path / "none")


def test_anchors_in_syslog_must_be_given(run, monkeypatch):
    monkeypatch.setenv("MERR_ANCHOR", "syslog")
    settings.cache_clear()
    assert "Anchors are in syslog: give them with --anchors" in run("verify")


def test_nothing_recorded_is_nothing_to_anchor(run, tmp_path):
    assert "nothing to anchor" in run("anchor")
    assert list(tmp_path.iterdir()) == []
    assert "0 events read" in run("verify")
    assert "no such event" in run("show")


def test_show_prints_the_newest_first_and_what_was_asked_for(run, database_url):
    happen(database_url, "sign_in", account_id="anna")
    happen(database_url, "look", account_id="anna", provider_id=PROVIDER, purpose="Hospital without power")
    happen(database_url, "rules.set", detail={"rule": "looks_per_hour"})
    first, second, third = run("show").splitlines()
    assert re.match(
        r" {7}3  20\d\d-\d\d-\d\d \d\d:\d\d:\d\d  operator \(merr\) changed a rule; detail", first
    )
    assert second.endswith(f"anna opened a company's contact; company {PROVIDER}; why Hospital without power")
    assert third.endswith("anna signed in")
    assert run("show", "--provider", PROVIDER, "--action", "look") == second + "\n"
    assert run("show", "--account", "anna", "--limit", "1").splitlines() == [second, "older ones: --before 2"]
    assert run("show", "--account", "anna", "--before", "2") == third + "\n"
    assert run("show", "--until", "2020-01-01") == "no such event was recorded\n"
    assert len(run("show", "--since", "2020-01-01").splitlines()) == 3
    with pytest.raises(Refusal, match="This is no id"):
        run("show", "--incident", "x")
