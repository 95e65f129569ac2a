"""The jurisdiction of a role: exactly what bounds it, and nothing else."""

from __future__ import annotations

import pytest

from registry.errors import RegistryError
from registry.people.principal import ROLES
from registry.people.scopes import EVERYWHERE, SCOPES, Scope, check_scope, read_role

GIVEN = {
    "a region": Scope(region="D"),
    "counties": Scope(counties=("29097",)),
    "a sector": Scope(sector="energy"),
    "a company": Scope(provider_id="p"),
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("bound", [None, *GIVEN])
def test_a_role_takes_what_bounds_it_and_nothing_else(role, bound):
    scope = GIVEN[bound] if bound else EVERYWHERE
    if SCOPES.get(role) == bound:
        check_scope(role, scope)
    else:
        with pytest.raises(RegistryError):
            check_scope(role, scope)


@pytest.mark.parametrize(
    ("role", "scope", "said"),
    [
        ("local", Scope(region="D", counties=("29097",)),
         ("The jurisdiction does not suit a Local emergency manager", "a region and counties", "counties",
          "give counties and nothing else")),
        ("local", EVERYWHERE,
         ("The jurisdiction does not suit a Local emergency manager", "none", "counties",
          "give counties and nothing else")),
        ("planner", Scope(sector="energy"),
         ("The jurisdiction does not suit a SEMA planner", "a sector", "none: this role is not bounded",
          "leave the jurisdiction out")),
    ],
)  # fmt: skip
def test_a_jurisdiction_too_many_too_few_or_of_another_kind_is_told(role, scope, said):
    with pytest.raises(RegistryError) as refusal:
        check_scope(role, scope)
    fault = refusal.value
    assert (fault.title, fault.given, fault.wanted, fault.todo) == said


def test_a_role_is_read_by_its_code_alone():
    assert [read_role(role) for role in ROLES] == list(ROLES)
    with pytest.raises(RegistryError) as refusal:
        read_role("chief")
    assert refusal.value.title == "There is no such role"
    assert refusal.value.given == "'chief'"
    assert refusal.value.wanted == ", ".join(ROLES)
    assert refusal.value.todo == "give one of these"
