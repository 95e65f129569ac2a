"""The accounts on their pages: who sees what, and what an administrator can do."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from cli.application import assemble
from dashboard.pages.trust.accounts import Roll, fresh_box, listed, whole
from dashboard.pages.trust.appointing import scope_of
from registry.db.engine import session_scope
from registry.directory.companies import companies_named, company_names
from registry.directory.places import CountyPlace
from registry.people.access import AccessError
from registry.people.accounts import Account
from registry.people.appointments import HeldAppointment
from registry.people.fresh import FreshSignIn
from registry.people.principal import Appointment, Principal
from registry.people.scopes import Scope
from registry.people.sessions import principal_of
from registry.settings import settings
from tests.dashboard.reading import answered, call, found, opened, words

AT = datetime(2026, 5, 22, 23, 5, tzinfo=UTC)
PLACES = (
    CountyPlace("29097", "Jasper county", "D"),
    CountyPlace("29145", "Newton county", "D"),
    CountyPlace("29510", "St. Louis city", "C"),
)


def asks(role):
    return Principal(account_id="me", session_id="", name="A. Chief", appointments=(Appointment(role=role),))


def held(role, **scope):
    jurisdiction = {"region": None, "counties": (), "sector": None, "provider_id": None, **scope}
    return HeldAppointment(id=f"h-{role}", account_id="a", role=role, made_at=AT, **jurisdiction)


def account(*appointments, **more):
    facts = {
        "name": "r.example",
        "full_name": "R. Example",
        "demo": False,
        "has_password": True,
        "disabled_at": None,
    }
    return Account(id="a", created_at=AT, appointments=appointments, **{**facts, **more})


SOMEBODY = account(
    held("planner"),
    held("local", counties=("29097", "29145")),
    held("beoc", sector="energy"),
    held("company", provider_id="p"),
    held("coordinator", region="D"),
)


def roll(role, *accounts):
    return Roll(
        asks=asks(role),
        listed=accounts,
        places=PLACES,
        sectors={"energy": "Energy"},
        companies={"p": "Demo One"},
    )


def test_roles_stand_with_their_jurisdiction_in_words():
    said = words(listed(roll("administrator", SOMEBODY)))
    for role in ("SEMA planner", "Region D, 2 counties", "BEOC member, Energy", "Company contact, Demo One"):
        assert role in said
    assert "Regional coordinator, region D" in said


def test_an_auditor_reads_the_accounts_and_is_offered_nothing_to_change():
    page = listed(roll("auditor", SOMEBODY))
    assert found(page, "add-do") is None
    one = whole(roll("auditor", SOMEBODY), SOMEBODY)
    assert "SEMA planner" in words(one)
    assert found(one, "account-do") is None


def test_an_administrator_finds_every_field_of_the_forms():
    page = whole(roll("administrator", SOMEBODY), SOMEBODY)
    names = ("role", "region", "counties", "sector", "company")
    for name in (*(f"appoint-{each}" for each in names), "link-issuer", "link-subject"):
        assert found(page, name) is not None, name


def test_a_disabled_account_says_since_when_and_can_only_be_enabled():
    gone = account(disabled_at=AT)
    page = whole(roll("administrator", gone), gone)
    assert "Disabled 22 May 2026, 18:05" in words(page)
    assert "Enable" in words(page)
    assert "Make a new sign-in" not in words(page)


def test_a_fresh_sign_in_is_shown_whole_and_said_to_be_shown_once():
    fresh = FreshSignIn(
        account_id="a",
        name="r.example",
        password="four-words",  # noqa: S106 - of nobody
        totp_key="ABCDEFGH",
        totp_address="",
    )
    said = words(fresh_box(fresh))
    assert "shown once" in said
    assert "four-words" in said
    assert "ABCD EFGH" in said


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        ("planner", Scope()),
        ("coordinator", Scope(region="D")),
        ("local", Scope(counties=("29097",))),
        ("beoc", Scope(sector="energy")),
        ("company", Scope(provider_id="p")),
    ],
)
def test_only_the_field_that_bounds_a_role_counts(role, scope):
    typed = {"region": "D", "counties": ["29097"], "sector": "energy", "company": "p"}
    assert scope_of(role, typed) == scope


@pytest.fixture(scope="module")
def app_and_url(clone, demo_template):
    with clone(demo_template) as url:
        yield assemble(settings(), url), url


@pytest.fixture
def chief(app_and_url, signed_in):
    app, url = app_and_url
    return signed_in(url, "administrator").client(app)


@pytest.fixture
def somebody(app_and_url, signed_in):
    return signed_in(app_and_url[1], "planner")


FIELDS = {"appoint-role": "planner", "link-issuer": "", "link-subject": ""}


def press(client, who, what, which="", **typed):
    identity = {"type": "account-do", "what": what, "account": who.account_id, "which": which}
    return call(client, "account-of.children", {**FIELDS, **typed}, identity)


def test_an_added_account_gets_a_sign_in_shown_once_and_stands_in_the_list(chief):
    answer = call(
        chief, "accounts-fresh.children", {"add-name": "t.placeholder", "add-full-name": "T. P."}, "add-do"
    )
    assert "The sign-in of t.placeholder" in words(answered(answer, "accounts-fresh", "children"))
    assert "T. P." in words(answered(answer, "accounts-list", "children"))
    assert "Password" not in words(opened(chief, "/accounts"))
    again = call(
        chief, "accounts-fresh.children", {"add-name": "t.placeholder", "add-full-name": ""}, "add-do"
    )
    assert "This name is taken" in words(answered(again, "add-refused", "children"))


def test_an_appointment_holds_at_the_next_request_and_a_dismissal_too(app_and_url, chief, somebody):
    app, url = app_and_url
    planner = somebody.client(app)
    assert planner.get("/").status_code == 200
    shown = press(chief, somebody, "appoint", **{"appoint-role": "local", "appoint-counties": ["29097"]})
    assert "Local emergency manager, Jasper county" in words(answered(shown, "account-of", "children"))
    with session_scope(url) as session:
        holds = principal_of(session, somebody.secret, "r")
        appointment = session.scalar(
            text("SELECT id::text FROM people.appointments WHERE role = 'planner' AND account_id = :id"),
            {"id": somebody.account_id},
        )
    assert holds.roles == {"planner", "local"}
    press(chief, somebody, "dismiss", appointment)
    with session_scope(url) as session:
        assert principal_of(session, somebody.secret, "r").roles == {"local"}


def test_a_jurisdiction_that_is_missing_is_said_and_the_form_stays(chief, somebody):
    answer = press(chief, somebody, "appoint", **{"appoint-role": "coordinator"})
    assert answered(answer, "account-of", "children") is None
    assert "The jurisdiction does not suit" in words(answered(answer, "account-said", "children"))


def test_a_disabled_account_is_refused_on_its_next_request_until_enabled_and_signed_in_anew(
    app_and_url, chief, somebody
):
    client = somebody.client(app_and_url[0])
    assert client.get("/_dash-layout").status_code == 200
    press(chief, somebody, "disable")
    assert client.get("/_dash-layout").status_code == 401
    assert "Disable" in words(answered(press(chief, somebody, "enable"), "account-of", "children"))
    assert client.get("/_dash-layout").status_code == 401


def test_a_new_sign_in_takes_the_place_of_the_old_one(app_and_url, chief, somebody):
    shown = words(answered(press(chief, somebody, "reset"), "account-of", "children"))
    assert "shown once" in shown
    assert somebody.client(app_and_url[0]).get("/_dash-layout").status_code == 401


def test_a_subject_is_linked_and_unlinked(chief, somebody):
    subject = {"link-issuer": "https://id.example", "link-subject": "42"}
    shown = press(chief, somebody, "link", **subject)
    assert "42 at https://id.example" in words(answered(shown, "account-of", "children"))
    gone = press(chief, somebody, "unlink")
    assert "42 at https://id.example" not in words(answered(gone, "account-of", "children"))


def test_the_last_administrator_stays(app_and_url, signed_in):
    app, url = app_and_url
    with session_scope(url) as session:
        keep = (
            "UPDATE people.accounts SET disabled_at = now() WHERE name LIKE 'administrator-%' AND id <> :id"
        )
        mine = signed_in(url, "administrator")
        session.execute(text(keep), {"id": mine.account_id})
    client = mine.client(app)
    answer = press(client, mine, "disable")
    assert "This is the last administrator" in words(answered(answer, "account-said", "children"))


def test_companies_are_found_by_name_by_administrators_and_auditors_alone(app_and_url, signed_in):
    _, url = app_and_url

    def principal_as(role):
        with session_scope(url) as session:
            return principal_of(session, signed_in(url, role).secret, "r")

    for role in ("administrator", "auditor"):
        asking = principal_as(role)
        with session_scope(url, principal=asking) as session:
            found_now = companies_named(session, asking, "demo")
            assert 0 < len(found_now) <= 20
            assert company_names(session, asking, [found_now[0][0]]) == dict(found_now[:1])
            assert companies_named(session, asking, "100%_") == ()
    planner = principal_as("planner")
    with session_scope(url, principal=planner) as session, pytest.raises(AccessError):
        companies_named(session, planner, "demo")
    with session_scope(url, principal=planner) as session, pytest.raises(AccessError):
        company_names(session, planner, [])


def test_the_field_of_companies_follows_what_is_typed(chief):
    values = {
        "appoint-company.searchValue": "demo",
        "appoint-company.value": None,
        "appoint-company.data": [],
    }
    offered = answered(call(chief, "appoint-company.data", values), "appoint-company", "data")
    assert offered
    assert all("demo" in each["label"].lower() for each in offered)
    values["appoint-company.searchValue"] = "d"
    assert answered(call(chief, "appoint-company.data", values), "appoint-company", "data") is None


def test_a_planner_opens_no_accounts(app_and_url, signed_in, somebody):
    app, url = app_and_url
    planner = signed_in(url, "planner").client(app)
    assert "Your role does not allow this" in words(opened(planner, "/accounts"))
    assert press(planner, somebody, "disable").status_code == 403
    auditor = signed_in(url, "auditor").client(app)
    assert "All accounts" in words(opened(auditor, "/accounts"))
    assert press(auditor, somebody, "disable").status_code == 403


def test_an_address_that_names_no_account_says_so(chief):
    assert "This is no id" in words(opened(chief, "/accounts/nobody"))


def _prove(url, who, ago):
    with session_scope(url) as session:
        change = (
            "UPDATE people.sessions SET proved_at = now() - cast(:ago AS interval) WHERE account_id = :id"
        )
        session.execute(text(change), {"ago": ago, "id": who.account_id})


def test_who_gave_a_code_long_ago_is_led_to_give_one_and_then_does_it(app_and_url, signed_in, somebody):
    app, url = app_and_url
    mine = signed_in(url, "administrator")
    client, given = mine.client(app), {"add-name": "u.placeholder", "add-full-name": ""}
    _prove(url, mine, "11 minutes")
    for what in ("disable", "reset", "appoint", "unlink"):
        refused = answered(press(client, somebody, what), "account-said", "children")
        assert "Prove once more that it is you" in words(refused)
        assert f"/step-up?next=%2Faccounts%2F{somebody.account_id}" in str(refused)
    added = answered(call(client, "accounts-fresh.children", given, "add-do"), "add-refused", "children")
    assert "/step-up?next=%2Faccounts" in str(added)
    _prove(url, mine, "1 minute")
    shown = press(client, somebody, "disable")
    assert "Enable" in words(answered(shown, "account-of", "children"))
