"""The table of access: every role, every action, at home and away."""

import pytest

from registry.people.access import (
    ACCESS,
    TABLE,
    AccessError,
    Target,
    allowed,
    may_somewhere,
    read_table,
    require,
)
from registry.people.principal import ROLES, Appointment, Principal

HOME = {
    "coordinator": (
        {"region": "D", "counties": frozenset({"29097", "29145"})},
        Target(counties=frozenset({"29097"})),
    ),
    "local": ({"counties": frozenset({"29097"})}, Target(counties=frozenset({"29097", "29510"}))),
    "beoc": ({"sector": "energy"}, Target(sector="energy")),
    "company": ({"provider_id": "ours"}, Target(provider_id="ours")),
}
AWAY = Target(counties=frozenset({"29510"}), provider_id="theirs", sector="water", account_id="somebody")


def holder(role, **more):
    scope, _ = HOME.get(role, ({}, None))
    return Principal(
        account_id="me",
        session_id="s",
        name="R. Example",
        appointments=(Appointment(role=role, **scope),),
        **more,
    )


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("action", ACCESS)
def test_each_role_may_do_what_its_cell_says_at_home_and_away(role, action):
    cell = ACCESS[action][role]
    own = Target(account_id="me") if action in ("account.own", "audit.own") else HOME.get(role, ({}, AWAY))[1]
    assert allowed(holder(role), action, own) is (cell != "-")
    assert allowed(holder(role), action, AWAY) is (cell == "all")
    assert allowed(holder(role), action) is (cell == "all")
    assert may_somewhere(holder(role), action) is (cell != "-")


def test_an_account_without_an_appointment_may_do_nothing():
    nobody = Principal(account_id="me", session_id="s", name="R. Example")
    assert not any(may_somewhere(nobody, action) for action in ACCESS)


def test_a_token_may_do_only_what_it_was_made_for():
    token = holder("planner", actions=frozenset({"match.ask"}))
    assert allowed(token, "match.ask")
    assert not allowed(token, "incident.save")
    assert not may_somewhere(token, "incident.save")


def test_two_appointments_add_up():
    both = Principal(
        account_id="me",
        session_id="s",
        name="R. Example",
        appointments=(Appointment(role="auditor"), Appointment(role="local", counties=frozenset({"29097"}))),
    )
    assert allowed(both, "audit.read")
    assert allowed(both, "match.ask", Target(counties=frozenset({"29097"})))
    assert not allowed(both, "match.ask", AWAY)


def test_a_refusal_tells_a_missing_role_from_a_foreign_place():
    with pytest.raises(AccessError) as missing:
        require(holder("auditor"), "contact.look")
    assert missing.value.title == "Your role does not allow this"
    assert "SEMA planner" in missing.value.wanted
    with pytest.raises(AccessError) as foreign:
        require(holder("local"), "contact.look", AWAY)
    assert foreign.value.title == "This lies outside your jurisdiction"


@pytest.mark.parametrize(
    "text",
    [
        TABLE.replace("auditor", "nobody"),
        TABLE + "match.ask - - - - - - - - - -\n",
        TABLE + "match.new all\n",
        TABLE + "match.new some - - - - - - - - -\n",
    ],
)
def test_a_table_with_a_slip_is_refused(text):
    with pytest.raises(ValueError, match=r"must"):
        read_table(text)
