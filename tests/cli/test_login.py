"""`merr login`, `merr account` and `merr db administrator`, as people type them, on a database behind the second wall."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from cli.acting import acting
from cli.main import commands
from cli.token_file import forget, keep, kept, token_path
from registry.db.engine import session_scope
from registry.errors import RegistryError
from registry.people import demo
from registry.people.totp import code_at
from registry.settings import settings
from tests.registry.hand import store_facts

OWN = "tractor violin candle moss"


@pytest.fixture
def here(database_url, commands_at):
    """Point every command at a database of this test, each login at its own role, and files at a folder of its own."""
    commands_at(database_url)
    with session_scope(database_url) as session:
        store_facts(session)
    return database_url


def run(*arguments, typed=()):
    return CliRunner().invoke(commands, arguments, input="".join(f"{line}\n" for line in typed))


def refusal(*arguments, typed=()):
    done = run(*arguments, typed=typed)
    assert isinstance(done.exception, RegistryError), done.output
    return done.exception


def handed(done):
    assert done.exit_code == 0, done.output
    found = re.search(r"Name +(\S+)\nPassword +(\S+)\nApp key +(\S+)\n", done.stdout)
    return found.groups()


def code(url, key):
    with session_scope(url) as session:
        session.execute(text("UPDATE people.authenticators SET last_step = NULL"))
        return code_at(key, session.execute(text("SELECT clock_timestamp()")).scalar_one())


def first(url):
    """Make the first administrator, signed in with a password of their own; return their key."""
    name, password, key = handed(run("db", "administrator", "chief"))
    done = run("login", name, typed=(password, code(url, key), OWN, OWN))
    assert done.exit_code == 0, done.output
    return key


def test_the_first_administrator_signs_in_chooses_a_password_and_makes_others(here):
    key = first(here)
    assert acting().roles == {"administrator"}
    name, password, other_key = handed(run("account", "add", "r.example", "--full-name", "Rosa Example"))
    assert run("account", "appoint", name, "local", "--county", "29097, 29037").exit_code == 0
    assert run("account", "appoint", name, "coordinator", "--region", "D").exit_code == 0
    listed = run("account", "list").stdout
    assert "Rosa Example: Regional coordinator, region D; Local emergency manager, 29037, 29097" in listed
    assert run("account", "dismiss", name, "coordinator").exit_code == 0
    assert "Regional coordinator" not in run("account", "list").stdout
    assert run("logout").exit_code == 0
    assert refusal("account", "list").todo == "run `merr login NAME`"
    own = "moss candle violin tractor"
    assert run("login", name, typed=(password, code(here, other_key), own, own)).exit_code == 0
    assert refusal("account", "list").title == "Your role does not allow this"
    run("logout")
    assert run("login", "chief", typed=(OWN, code(here, key))).exit_code == 0
    assert "sessions ended: 0" in run("account", "disable", name).stdout
    assert "Rosa Example (disabled)" in run("account", "list").stdout
    assert run("account", "enable", name).exit_code == 0
    with session_scope(here) as session:
        session.execute(text("UPDATE people.sessions SET proved_at = now() - interval '11 minutes'"))
    assert "(disabled)" not in run("account", "list").stdout
    assert refusal("account", "reset", name, typed=("000000",)).title == "This code is not taken"
    again = handed(run("account", "reset", name, typed=(code(here, key),)))
    assert again[1:] != (password, other_key)
    assert run("account", "link", name, "https://id.example.gov", "42").exit_code == 0
    assert refusal("account", "link", "chief", "https://id.example.gov", "42").title.startswith(
        "This subject"
    )


def test_no_password_key_or_code_is_shown_and_the_token_file_is_for_its_owner_alone(here):
    name, password, key = handed(run("db", "administrator", "chief"))
    shown = code(here, key)
    done = run("login", name, typed=(password, shown, OWN, OWN))
    assert not [secret for secret in (password, key, shown, OWN, kept()) if secret in done.output]
    assert token_path().stat().st_mode & 0o777 == 0o600
    assert token_path().parent.stat().st_mode & 0o777 == 0o700
    with session_scope(here) as session:
        stored = session.execute(text("SELECT secret_hash, label FROM people.sessions")).all()
    assert kept().encode() not in b"".join(bytes(one[0]) for one in stored)


def test_a_wrong_code_is_asked_for_again_and_the_third_is_the_last(here):
    key = first(here)
    run("logout")
    wrong = refusal("login", "chief", typed=(OWN, "000000", "000000", "000000"))
    assert wrong.title == "This code is not taken"
    assert run("login", "chief", typed=(OWN, "000000", code(here, key))).exit_code == 0
    with session_scope(here) as session:
        tries = session.scalars(text("SELECT outcome FROM people.attempts WHERE kind = 'code'")).all()
    assert sorted(tries) == ["right", "right", "wrong", "wrong", "wrong", "wrong"]


def test_a_refused_sign_in_is_kept_and_leaves_no_token(here):
    assert refusal("login", "nobody", typed=("whatever it is",)).title == "You are not signed in"
    assert refusal("login", "", typed=("",)).title == "You are not signed in"
    assert kept() is None
    with session_scope(here) as session:
        assert session.scalar(text("SELECT count(*) FROM people.attempts WHERE outcome = 'wrong'")) == 2
        assert session.scalar(text("SELECT count(*) FROM trust.events WHERE action = 'sign_in.refused'")) == 2


def test_a_command_after_the_session_ended_is_refused(here):
    first(here)
    with session_scope(here) as session:
        session.execute(text("UPDATE people.sessions SET ended_at = now()"))
    assert refusal("account", "list").given == "a token that has ended"
    assert "Nobody was signed in" in run("logout").stdout
    assert kept() is None


def test_signing_out_ends_the_session_itself_not_only_the_file(here):
    first(here)
    secret = kept()
    assert "chief is signed out" in run("logout").stdout
    keep(secret)
    with pytest.raises(RegistryError, match="not signed in"):
        acting()


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("spoil", ["mode", "link", "size", "owner"])
def test_a_token_file_that_others_may_have_read_or_made_is_refused(spoil, tmp_path, monkeypatch):
    path = keep("x" * 43)
    assert kept() == "x" * 43
    if spoil == "mode":
        path.chmod(0o640)
    elif spoil == "link":
        path.rename(tmp_path / "elsewhere")
        path.symlink_to(tmp_path / "elsewhere")
    elif spoil == "size":
        path.write_text("x" * 201)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(RegistryError, match="cannot be used") as refused:
        kept()
    assert str(path) in refused.value.given
    forget()
    assert kept() is None


def test_dismissing_needs_the_jurisdiction_when_a_role_is_held_twice(here):
    first(here)
    run("account", "add", "twice")
    run("account", "appoint", "twice", "local", "--county", "29097")
    run("account", "appoint", "twice", "local", "--county", "29037")
    assert (
        refusal("account", "dismiss", "twice", "local").title == "The account holds this role more than once"
    )
    assert refusal("account", "dismiss", "twice", "planner").title == "The account holds no such role"
    assert run("account", "dismiss", "twice", "local", "--county", "29037").exit_code == 0
    assert run("account", "list").stdout.count("Local emergency manager") == 1


def test_the_demos_people_belong_to_the_demos_companies(here, demo_url, as_login):
    with session_scope(here) as session, pytest.raises(RegistryError, match="demo's companies"):
        demo.demo_accounts(session)
    url = as_login(demo_url, "merr_web")
    with session_scope(url) as session:
        before = demo.demo_accounts(session)
        ranked = demo.planner(session)
    assert [one.role for one in before] == ["planner", "declarer", "declarer", "auditor"]
    assert ranked.roles == {"planner"}
    assert ranked.proved_at is None
    with session_scope(url) as session:
        after = demo.demo_accounts(session)
    assert not {one.fresh.password for one in before} & {one.fresh.password for one in after}
    assert not {one.fresh.totp_key for one in before} & {one.fresh.totp_key for one in after}
    with session_scope(url) as session:
        ended = session.scalars(text("SELECT ended_why FROM people.sessions")).all()
        told = session.scalars(
            text("SELECT detail ->> 'name' FROM trust.events WHERE detail ->> 'reset' = 'true'")
        ).all()
    assert ended == ["password"]
    assert sorted(told) == sorted(2 * [one.fresh.name for one in before]), "each fresh sign-in is an event"
    assert all(
        one.code == code_at(one.fresh.totp_key, datetime.now(UTC)) or one.code_for_s < 5 for one in after
    )


@pytest.mark.usefixtures("here")
@pytest.mark.asvs("6.3.2")
def test_the_demos_people_cannot_sign_in_where_the_demo_is_gone(demo_url, monkeypatch, as_login):
    with session_scope(demo_url) as session:
        planner, *_ = demo.demo_accounts(session)
    monkeypatch.setenv("MERR_DSN_WEB", as_login(demo_url, "merr_web"))
    settings.cache_clear()
    typed = (planner.fresh.password, code(demo_url, planner.fresh.totp_key))
    assert run("login", demo.PLANNER, typed=typed).exit_code == 0
    with session_scope(demo_url) as session:
        session.execute(text("UPDATE registry.providers SET synthetic = false"))
    assert refusal("login", demo.PLANNER, typed=typed).title == "You are not signed in"
