"""The jurisdiction of a role: what bounds it, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from registry.errors import RegistryError
from registry.people.principal import ROLE_NAMES, ROLES, Role

SCOPES: Final[dict[Role, str]] = {
    "coordinator": "a region",
    "local": "counties",
    "beoc": "a sector",
    "company": "a company",
}
"""What bounds a role; the other roles are bounded by nothing."""


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The jurisdiction that an appointment is to have; each role has at most one of these."""

    region: str | None = None
    counties: tuple[str, ...] = ()
    sector: str | None = None
    provider_id: str | None = None


EVERYWHERE: Final = Scope()


def read_role(text: str) -> Role:
    """Return the role that `text` names.

    Raises
    ------
    RegistryError
        There is none of that name.
    """
    if text in ROLES:
        return text
    raise RegistryError(
        "There is no such role", given=repr(text), wanted=", ".join(ROLES), todo="give one of these"
    )


def check_scope(role: Role, scope: Scope) -> None:
    """Refuse a jurisdiction that does not suit a role: exactly what bounds it must be given.

    Raises
    ------
    RegistryError
        Something is missing or too much.
    """
    given = {
        "a region": scope.region,
        "counties": scope.counties,
        "a sector": scope.sector,
        "a company": scope.provider_id,
    }
    named = [what for what, value in given.items() if value]
    wanted = SCOPES.get(role)
    if named == ([wanted] if wanted else []):
        return
    raise RegistryError(
        f"The jurisdiction does not suit a {ROLE_NAMES[role]}",
        given=" and ".join(named) or "none",
        wanted=wanted or "none: this role is not bounded",
        todo=f"give {wanted} and nothing else" if wanted else "leave the jurisdiction out",
    )
