"""The table of access: every role, every action, at home and away."""

import pytest

from registry.people.access import (
    ACCESS,
    TABLE,
    AccessError,
    Target,
    allowed,
    counties_within,
    may_somewhere,
    read_table,
    require,
    require_somewhere,
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
ONES_OWN = {"account.own", "audit.own", "exercise.read", "exercise.run", "exercise.play"}
AWAY = Target(counties=frozenset({"29510"}), provider_id="theirs", sector="water", account_id="somebody")


NOBODY = Principal(account_id="me", session_id="s", name="R. Example")


def said(refusal):
    fault = refusal.value
    return fault.title, fault.given, fault.wanted, fault.todo


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
    own = Target(account_id="me") if action in ONES_OWN else HOME.get(role, ({}, AWAY))[1]
    assert allowed(holder(role), action, own) is (cell != "-")
    assert allowed(holder(role), action, AWAY) is (cell == "all")
    assert allowed(holder(role), action) is (cell == "all")
    assert may_somewhere(holder(role), action) is (cell != "-")


def test_an_account_without_an_appointment_may_do_nothing():
    assert not any(may_somewhere(NOBODY, action) for action in ACCESS)


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
    assert said(missing) == (
        "Your role does not allow this",
        "R. Example, Auditor: contact.look",
        "SEMA planner or Regional coordinator or Local emergency manager",
        "ask an administrator to widen your appointment, or somebody who holds such a role",
    )
    with pytest.raises(AccessError) as foreign:
        require(holder("local"), "contact.look", AWAY)
    assert said(foreign) == (
        "This lies outside your jurisdiction",
        "R. Example, Local emergency manager: contact.look",
        "a place or company of your own",
        "ask an administrator to widen your appointment, or somebody who holds such a role",
    )
    require(holder("local"), "contact.look", HOME["local"][1])


def test_a_door_that_opens_nowhere_names_who_holds_the_role():
    require_somewhere(holder("local"), "contact.look")
    with pytest.raises(AccessError) as refusal:
        require_somewhere(NOBODY, "audit.read")
    assert said(refusal) == (
        "Your role does not allow this",
        "R. Example, no role: audit.read",
        "Auditor",
        "ask an administrator for such a role, or somebody who holds one",
    )
    two = Principal(
        account_id="me", session_id="s", name="R. Example",
        appointments=(Appointment(role="declarer"), Appointment(role="auditor")),
    )  # fmt: skip
    with pytest.raises(AccessError) as refusal:
        require_somewhere(two, "account.manage")
    assert refusal.value.given == "R. Example, Auditor, Declarer: account.manage"


def test_the_table_in_use_is_the_one_that_can_be_read():
    assert read_table(TABLE) == ACCESS
    assert list(ACCESS["match.ask"]) == TABLE.split()[1:11]
    assert [ACCESS["match.ask"][role] for role in ("auditor", "planner", "local")] == ["-", "all", "own"]


@pytest.mark.parametrize(
    "text",
    [
        TABLE.replace("auditor", "nobody"),
        TABLE.replace("action", "deed"),
        TABLE.replace("action", "action action"),
        TABLE + "match.ask - - - - - - - - - -\n",
        TABLE + "match.new all\n",
        TABLE + "match.new some - - - - - - - - -\n",
    ],
)
def test_a_table_with_a_slip_is_refused(text):
    with pytest.raises(ValueError, match=r"must"):
        read_table(text)


def test_the_counties_where_somebody_may_act_are_none_for_whoever_may_anywhere():
    every = ("29037", "29097", "29145")
    local = holder("local")
    assert counties_within(local, "match.ask", every) == {"29097"}
    assert counties_within(holder("planner"), "match.ask", every) is None
    assert counties_within(holder("auditor"), "match.ask", every) == frozenset()
