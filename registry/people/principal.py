"""An account at work: who asks, what it is appointed to, and by which session."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, get_args

if TYPE_CHECKING:
    from datetime import datetime

Role = Literal[
    "administrator",
    "declarer",
    "planner",
    "coordinator",
    "local",
    "designer",
    "beoc",
    "fusion",
    "company",
    "auditor",
]
"""What an account can be appointed to."""

ROLES: Final[tuple[Role, ...]] = get_args(Role)

ROLE_NAMES: Final[dict[Role, str]] = {
    "administrator": "Administrator",
    "declarer": "Declarer",
    "planner": "SEMA planner",
    "coordinator": "Regional coordinator",
    "local": "Local emergency manager",
    "designer": "Exercise designer",
    "beoc": "BEOC member",
    "fusion": "Fusion liaison",
    "company": "Company contact",
    "auditor": "Auditor",
}
"""The roles as screens name them."""


@dataclass(frozen=True, kw_only=True)
class Appointment:
    """One role of an account with its jurisdiction.

    `counties` (FIPS codes) are those of a local emergency manager, or all of a coordinator's region in the edition
    in use; `sector` is a BEOC member's, `provider_id` a company contact's. Other roles have none of them.
    """

    role: Role
    region: str | None = None
    counties: frozenset[str] = frozenset()
    sector: str | None = None
    provider_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Principal:
    """Who asks: an account in one live session, as the database knew it when this request began.

    Parameters
    ----------
    account_id, session_id
        As in the tables of `people`.
    name
        As screens and the audit show it.
    appointments
        What it is appointed to now.
    proved_at
        Aware UTC moment of the last second factor in this session; None when there was none.
    actions
        The only actions a token was made for; None for whatever its roles allow.
    request_id
        The request's id, from the edge to the database.
    """

    account_id: str
    session_id: str
    name: str
    appointments: tuple[Appointment, ...] = ()
    proved_at: datetime | None = None
    actions: frozenset[str] | None = None
    request_id: str = field(default="", compare=False)

    @property
    def roles(self) -> frozenset[Role]:
        """The roles of this account."""
        return frozenset(appointment.role for appointment in self.appointments)
