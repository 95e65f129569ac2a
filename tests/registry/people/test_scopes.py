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


def test_a_role_that_is_bounded_by_one_thing_takes_no_second():
    with pytest.raises(RegistryError):
        check_scope("local", Scope(region="D", counties=("29097",)))


def test_a_role_is_read_by_its_code_alone():
    assert [read_role(role) for role in ROLES] == list(ROLES)
    with pytest.raises(RegistryError, match="There is no such role") as refusal:
        read_role("chief")
    assert refusal.value.given == "'chief'"
    assert refusal.value.wanted == ", ".join(ROLES)
    assert refusal.value.todo == "give one of these"
