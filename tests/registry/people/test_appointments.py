"""Accounts and appointments: made by administrators only, within bounds, and never the last one taken away."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import select

from registry.errors import RegistryError
from registry.people import accounts, appointments
from registry.people.access import AccessError
from registry.people.principal import ROLES
from registry.people.scopes import EVERYWHERE, SCOPES, Scope, check_scope, read_role
from registry.trust.event_tables import EventRow
from tests.registry.people.persons import signed_in, somebody

SUITING = {
    "a region": Scope(region="D"),
    "counties": Scope(counties=("29097",)),
    "a sector": Scope(sector="energy"),
    "a company": Scope(provider_id=str(uuid.UUID(int=1))),
    None: EVERYWHERE,
}


@pytest.fixture
def administrator(facts):
    return signed_in(facts, somebody(facts, "administrator"))[1]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("given", SUITING)
def test_a_role_takes_its_own_kind_of_jurisdiction_and_no_other(role, given):
    if SCOPES.get(role) == given:
        check_scope(role, SUITING[given])
        return
    with pytest.raises(RegistryError, match="does not suit") as refused:
        check_scope(role, SUITING[given])
    assert refused.value.given == (given or "none")


def test_two_jurisdictions_at_once_are_too_many():
    with pytest.raises(RegistryError) as refused:
        check_scope("local", Scope(counties=("29097",), region="D"))
    assert (refused.value.given, refused.value.wanted) == ("a region and counties", "counties")


def test_a_role_is_read_by_its_code():
    assert read_role("planner") == "planner"
    with pytest.raises(RegistryError, match="no such role"):
        read_role("emperor")


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        ("coordinator", Scope(region="Z")),
        ("local", Scope(counties=("29097", "20001"))),
        ("beoc", Scope(sector="gold")),
        ("company", Scope(provider_id=str(uuid.UUID(int=1)))),
    ],
)
def test_a_jurisdiction_that_the_registry_does_not_know_is_refused(facts, administrator, role, scope):
    with pytest.raises(RegistryError, match="There is no such"):
        appointments.appoint(facts, administrator, somebody(facts).id, role, scope)


def test_a_name_is_taken_once_whatever_its_capitals(facts, administrator):
    made = accounts.add(facts, administrator, " R.Example ", "Rosa Example")
    assert (made.name, made.full_name, made.has_password) == ("r.example", "Rosa Example", False)
    with pytest.raises(RegistryError, match="name is taken"):
        accounts.add(facts, administrator, "r.EXAMPLE")
    assert accounts.named(facts, "R.Example") == made


@pytest.mark.parametrize("name", ["", ".x", "two words", "ä", "x" * 65, "a\n", "a\0b"])
def test_a_name_that_cannot_be_typed_everywhere_is_refused(facts, administrator, name):
    if name == "a\n":  # blanks at the ends are typed by mistake
        assert accounts.add(facts, administrator, name).name == "a"
        return
    with pytest.raises(RegistryError, match="cannot be used"):
        accounts.add(facts, administrator, name)


def test_only_administrators_manage_accounts_and_auditors_may_read_them(facts, administrator):
    account = somebody(facts)
    for role in set(ROLES) - {"administrator", *SCOPES}:
        _, principal = signed_in(facts, somebody(facts, role))
        for act in (
            lambda by: accounts.add(facts, by, "new"),
            lambda by: accounts.disable(facts, by, account.id),
            lambda by: accounts.enable(facts, by, account.id),
            lambda by: appointments.appoint(facts, by, account.id, "planner"),
            lambda by: appointments.dismiss(facts, by, str(uuid.uuid4())),
        ):
            with pytest.raises(AccessError):
                act(principal)
        if role == "auditor":
            assert account.name in [one.name for one in accounts.list_accounts(facts, principal)]
        else:
            with pytest.raises(AccessError):
                accounts.list_accounts(facts, principal)
    assert account in accounts.list_accounts(facts, administrator)


def test_disabling_and_enabling_an_account_are_events(facts, administrator):
    account = somebody(facts, "planner")
    accounts.disable(facts, administrator, account.id)
    accounts.enable(facts, administrator, account.id)
    query = select(EventRow).where(EventRow.action.in_(["account.disabled", "account.enabled"]))
    disabled, enabled = facts.scalars(query.order_by(EventRow.seq)).all()
    assert (disabled.action, enabled.action) == ("account.disabled", "account.enabled")
    assert (enabled.account_id, enabled.session_id) == (administrator.account_id, administrator.session_id)
    assert enabled.detail == {"account": account.id, "name": account.name}


def test_the_same_appointment_is_not_made_twice(facts, administrator):
    account = somebody(facts, ("local", Scope(counties=("29097", "29037"))))
    with pytest.raises(RegistryError, match="already"):
        appointments.appoint(
            facts, administrator, account.id, "local", Scope(counties=("29037", "29097", "29037"))
        )
    appointments.appoint(facts, administrator, account.id, "local", Scope(counties=("29037",)))
    assert {one.words for one in accounts.account_of(facts, account.id).appointments} == {
        "Local emergency manager, 29037, 29097",
        "Local emergency manager, 29037",
    }


def test_the_last_administrator_can_be_neither_dismissed_nor_disabled(facts, administrator):
    mine = accounts.account_of(facts, administrator.account_id)
    with pytest.raises(RegistryError, match="last administrator"):
        accounts.disable(facts, administrator, mine.id)
    with pytest.raises(RegistryError, match="last administrator"):
        appointments.dismiss(facts, administrator, mine.appointments[0].id)
    other = somebody(facts, "administrator")
    accounts.disable(facts, administrator, other.id)
    with pytest.raises(RegistryError, match="last administrator"):
        appointments.dismiss(facts, administrator, mine.appointments[0].id)
    accounts.enable(facts, administrator, other.id)
    assert appointments.dismiss(facts, administrator, mine.appointments[0].id).role == "administrator"


@pytest.mark.parametrize("given", ["", "x", str(uuid.UUID(int=7))])
def test_an_appointment_that_is_not_there_cannot_end(facts, administrator, given):
    with pytest.raises(RegistryError):
        appointments.dismiss(facts, administrator, given)
