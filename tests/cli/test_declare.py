"""`merr declare` and `merr disclose` as people type them, each under a name, by the login of the web application."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from cli.acting import acting
from cli.main import commands
from cli.token_file import forget, keep
from registry.db.engine import session_scope
from registry.errors import RegistryError
from registry.people.access import AccessError
from registry.people.authenticators import add_totp
from registry.people.totp import code_at, new_key
from registry.trust.disclosure import DisclosureRefused
from tests.registry.hand import store_facts
from tests.registry.trust.acts import CHIEF, FIRST, JASPER, PLANNER, SECOND, hire
from tests.registry.trust.desk import CANARY, DRY, LENDER, PURPOSE, UNRANKED, Desk, set_up

RECORD = (
    "record",
    "--instrument",
    "proclamation",
    "--number",
    "26-09",
    "--authority",
    "Governor of Missouri",
)


@pytest.fixture
def desk(database_url, as_login, commands_at):
    """Return an office at work that every command finds by its settings."""
    commands_at(database_url)
    with session_scope(database_url) as session:
        store_facts(session)
        hire(session)
    set_up(database_url)
    return Desk(database_url, as_login(database_url, "merr_web"))


def run(who, *words, typed=""):
    """Return what a command printed for somebody; a refusal is raised as it is."""
    keep(who.session_id)  # the secret of these sessions
    done = CliRunner().invoke(commands, [str(word) for word in words], input=typed)
    if isinstance(done.exception, RegistryError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


def declare(who, *words, **more):
    return run(who, "declare", *words, **more)


def recorded(said):
    return said.split("Recorded: ")[1].split()[0].rstrip(".,")


@pytest.mark.usefixtures("desk")
def test_one_records_another_confirms_and_the_list_shows_where_and_until_when():
    said = declare(
        FIRST, *RECORD, "--county", JASPER, "--from", "2026-05-22T18:05", "--until", "2099-06-01T00:00"
    )
    made = recorded(said)
    assert "opens nothing yet" in said
    assert f"merr declare confirm {made}" in said
    line = (
        "Governor's proclamation 26-09, Governor of Missouri; {}; Jasper county; "
        "from 22 May 2026, 18:05 until 1 Jun 2099, 00:00, Central time"
    )
    assert f"{made}  {line.format('waits for confirmation')}" in declare(PLANNER, "list")
    with pytest.raises(RegistryError, match="A second person must confirm it"):
        declare(FIRST, "confirm", "26-09")
    assert f"Confirmed. {line.format('in force')}" in declare(SECOND, "confirm", "26-09")
    assert made in declare(PLANNER, "list", "--at", "now")
    assert made not in declare(PLANNER, "list", "--at", "2026-05-22T18:05")


@pytest.mark.usefixtures("desk")
def test_the_whole_state_is_one_word():
    declare(FIRST, *RECORD, "--county", "all")
    assert "the whole state; from" in declare(PLANNER, "list")


@pytest.mark.usefixtures("desk")
def test_an_extension_carries_on_from_the_end_and_ends_with_it():
    declare(FIRST, *RECORD, "--county", JASPER, "--until", "+72h")
    declare(SECOND, "confirm", "26-09")
    said = declare(
        SECOND,
        "extend",
        "26-09",
        "--number",
        "EO 26-11",
        "--authority",
        "Governor of Missouri",
        "--until",
        "+24h",
    )
    assert "which carries on Governor's proclamation 26-09" in said
    declare(FIRST, "confirm", recorded(said))
    assert (
        "Executive-order extension EO 26-11, Governor of Missouri; not yet in force; Jasper county"
        in declare(PLANNER, "list")
    )
    assert "is ended, and what extends it" in declare(
        FIRST, "end", "26-09", "--reason", "The Governor ended it"
    )
    listed = [line for line in declare(PLANNER, "list").splitlines() if "26-09" in line or "EO 26-11" in line]
    assert len(listed) == 2
    assert all("; ended" in line and line.endswith("The Governor ended it") for line in listed)


@pytest.mark.usefixtures("desk")
def test_a_waiver_is_listed_and_opens_no_contact():
    said = declare(
        FIRST, "waiver", "--number", "W-1", "--authority", "MoDOT", "--relief", "10 % more weight", "--from",
        "2026-05-22T18:05",
    )  # fmt: skip
    assert said.endswith("It opens no contact.\n")
    assert (
        "Waiver W-1, MoDOT; 10 % more weight; from 22 May 2026, 18:05 without an end, Central time; opens no contact"
        in declare(PLANNER, "list")
    )


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--county", " , "), "No county is named"),
        (("--county", "29999"), "A county is not in Missouri"),
        (
            ("--county", JASPER, "--from", "2099-06-01T00:00", "--until", "2099-05-01T00:00"),
            "It ends before it starts",
        ),
        (
            ("--county", JASPER, "--until", "2026-05-01T00:00", "--from", "2026-04-01T00:00"),
            "Its end has passed",
        ),
        (("--county", JASPER, "--from", "yesterday"), "This time cannot be read"),
        (("--county", JASPER, "--number", "x" * 61), "The number cannot be kept"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(words, said):
    keep(FIRST.session_id)
    done = CliRunner().invoke(commands, ["declare", *RECORD, *words])
    assert getattr(done.exception, "title", done.output) == said


@pytest.mark.usefixtures("desk")
def test_only_declarers_declare():
    for who in (PLANNER, CHIEF):
        with pytest.raises(AccessError):
            declare(who, *RECORD, "--county", JASPER)


def test_nobody_acts_without_signing_in(desk):
    forget()
    for words in (
        ("declare", "list"),
        ("disclose", desk.incident, desk.companies[LENDER], "--purpose", PURPOSE),
    ):
        done = CliRunner().invoke(commands, list(words))
        assert done.exception.title == "You are not signed in"
        assert CANARY not in done.output


def test_an_old_second_factor_is_asked_for_again_before_declaring(desk):
    desk.sql("UPDATE people.sessions SET proved_at = now() - interval '11 minutes'")
    with pytest.raises(RegistryError) as refusal:
        declare(FIRST, *RECORD, "--county", JASPER, typed="000000\n")
    assert "code" in str(refusal.value).lower()
    assert desk.sql("SELECT count(*) FROM trust.declarations") == [(1,)]
    declare(FIRST, "list")  # reading needs none


def test_a_right_code_steps_up_and_the_new_token_is_kept(desk):
    desk.sql("UPDATE people.sessions SET proved_at = now() - interval '11 minutes'")
    key = new_key()
    with session_scope(desk.url) as session:
        add_totp(session, FIRST.account_id, key, label="app")
        code = code_at(key, session.scalar(text("SELECT clock_timestamp()")))
    declare(FIRST, *RECORD, "--county", JASPER, typed=f"{code}\n")
    assert acting().session_id != FIRST.session_id
    assert desk.sql("SELECT count(*) FROM trust.declarations") == [(2,)]


def test_a_look_prints_the_contact_and_the_number_of_its_event(desk):
    said = run(PLANNER, "disclose", desk.incident, desk.companies[LENDER], "--purpose", PURPOSE)
    (event,) = desk.events()
    assert said.splitlines() == [
        "Company lender",
        f"  Person  {CANARY} person",
        f"  Phone   {CANARY} phone",
        f"  E-mail  {CANARY}@example.org",
        f"  Towable generator: cost; {CANARY} terms; {CANARY} notes",
        f"This look is recorded as event {event.seq:,}.",
    ]
    assert (event.action, event.purpose) == ("look", PURPOSE)


def test_a_company_that_gave_nothing_is_said_to(desk):
    desk.sql("UPDATE protected.proprietary SET price_basis = NULL, conditions = '', notes = ''")
    desk.sql("UPDATE protected.contacts SET email = ''")
    said = run(PLANNER, "disclose", desk.incident, desk.companies[LENDER], "--purpose", PURPOSE)
    assert "  E-mail  not given" in said
    assert "  Towable generator: nothing in confidence" in said
    desk.sql("DELETE FROM protected.contacts")
    assert "It gave no contact." in run(
        PLANNER, "disclose", desk.incident, desk.companies[LENDER], "--purpose", PURPOSE
    )


@pytest.mark.parametrize(
    ("who", "key", "purpose", "title"),
    [
        (PLANNER, LENDER, " ", "A look needs a purpose"),
        (PLANNER, DRY, PURPOSE, "This company has nothing available that the incident needs"),
        (PLANNER, UNRANKED, PURPOSE, "This company was not ranked for the incident"),
        (FIRST, LENDER, PURPOSE, "Your role opens no contacts"),
    ],
    ids=lambda each: str(each)[:12],
)
def test_a_refused_look_says_why_and_is_recorded(desk, who, key, purpose, title):
    with pytest.raises(DisclosureRefused) as refusal:
        run(who, "disclose", desk.incident, desk.companies[key], "--purpose", purpose)
    assert refusal.value.title == title
    assert CANARY not in str(refusal.value)
    assert [event.action for event in desk.events()] == ["look.refused"]


def test_an_ended_declaration_closes_and_the_refusal_names_it(desk):
    declare(FIRST, "end", "26-07", "--reason", "The roads are open")
    with pytest.raises(DisclosureRefused) as refusal:
        run(PLANNER, "disclose", desk.incident, desk.companies[LENDER], "--purpose", PURPOSE)
    assert refusal.value.given.startswith(
        "Governor's proclamation 26-07, which names Jasper County, was ended at"
    )
    declare(FIRST, *RECORD, "--county", JASPER)
    with pytest.raises(DisclosureRefused, match="to confirm it"):
        run(PLANNER, "disclose", desk.incident, desk.companies[LENDER], "--purpose", PURPOSE)
    declare(SECOND, "confirm", "26-09")
    assert CANARY in run(PLANNER, "disclose", desk.incident, desk.companies[LENDER], "--purpose", PURPOSE)


def test_a_signed_out_account_is_refused_on_its_next_command(desk):
    with session_scope(desk.url) as session:
        session.execute(
            text("UPDATE people.accounts SET disabled_at = now() WHERE id = :id"), {"id": PLANNER.account_id}
        )
    with pytest.raises(RegistryError, match="You are not signed in"):
        run(PLANNER, "disclose", desk.incident, desk.companies[LENDER], "--purpose", PURPOSE)
