"""The demo's people: made up, marked as such, and only where the demo's made-up companies are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from registry.errors import RegistryError
from registry.people import accounts, appointments, fresh, sessions, totp
from registry.people.acts import note
from registry.people.demo_data import has_demo
from registry.people.sealing import unseal
from registry.people.tables import AccountRow, AuthenticatorRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from registry.people.fresh import FreshSignIn
    from registry.people.principal import Principal, Role

PLANNER: Final = "demo.planner"

PEOPLE: Final[tuple[tuple[str, str, Role], ...]] = (
    (PLANNER, "Demo Planner", "planner"),
    ("demo.declarer", "Demo Declarer", "declarer"),
    ("demo.second", "Demo Second Declarer", "declarer"),
    ("demo.auditor", "Demo Auditor", "auditor"),
)
"""Name, full name and role: two declarers, since what one records the other confirms."""

RANKS_FOR: Final = timedelta(hours=1)
"""How long the session holds in which `merr demo` ranks."""


@dataclass(frozen=True, kw_only=True)
class DemoSignIn:
    """How to sign in as one of the demo's people: the present code, and for how many seconds it is that."""

    role: Role
    fresh: FreshSignIn
    code: str
    code_for_s: int


def demo_accounts(session: Session) -> tuple[DemoSignIn, ...]:
    """Return fresh sign-ins of the demo's people; what was handed out before works no longer.

    Raises
    ------
    RegistryError
        The demo's companies are not in this registry, or second factors cannot be sealed.
    """
    made = []
    for name, full_name, role in PEOPLE:
        account = _account(session, name, full_name, role)
        handed = fresh.make_fresh(session, account, shown_for=None)
        note(session, "account.changed", None, account=account.id, name=account.name, reset=True)
        now = session.execute(select(func.clock_timestamp())).scalar_one()
        made.append(
            DemoSignIn(
                role=role,
                fresh=handed,
                code=totp.code_at(handed.totp_key, now),
                code_for_s=totp.seconds_left(now),
            )
        )
    return tuple(made)


def present_code(session: Session, name: str) -> tuple[str, int]:
    """Return the present code of one of the demo's people and for how many seconds it is that; of nobody else.

    Raises
    ------
    RegistryError
        The demo has nobody of that name, or they have no sign-in yet.
    """
    row = session.scalar(
        select(AuthenticatorRow)
        .join(AccountRow, AccountRow.id == AuthenticatorRow.account_id)
        .where(AccountRow.demo, AccountRow.name == name, AuthenticatorRow.kind == "totp")
    )
    if row is None or row.sealed is None:
        raise RegistryError(
            "The demo has nobody of that name with an app's key",
            given=repr(name),
            wanted=", ".join(one for one, _, _ in PEOPLE),
            todo="run `merr demo` first, then give one of these",
        )
    now = session.execute(select(func.clock_timestamp())).scalar_one()
    key = unseal(bytes(row.sealed), str(row.account_id))
    return totp.code_at(key, now), totp.seconds_left(now)


def planner(session: Session) -> Principal:
    """Return the demo's planner in a session of its own, as `merr demo` ranks without asking for a sign-in.

    Raises
    ------
    RegistryError
        The demo's companies are not in this registry.
    """
    account = _account(session, *PEOPLE[0])
    secret, _ = sessions.begin(
        session, account.id, kind="token", proved=False, method="merr demo", lasts=RANKS_FOR
    )
    principal = sessions.principal_of(session, secret, "merr demo")
    if principal is None:
        msg = "a session that has just begun holds"
        raise AssertionError(msg)
    return principal


def _account(session: Session, name: str, full_name: str, role: Role) -> accounts.Account:
    """Return one of the demo's people, made if need be; never somebody else who goes by that name."""
    if not has_demo(session):
        raise RegistryError(
            "The demo's people belong to the demo's companies",
            given="a registry without made-up companies",
            wanted="the demo registry",
            todo="run `merr demo`",
        )
    if session.scalar(select(AccountRow.id).where(AccountRow.name == name)) is None:
        made = accounts.add(session, None, name, full_name, demo=True)
        appointments.appoint(session, None, made.id, role)
    account = accounts.named(session, name)
    state = "disabled" if account.demo else "not the demo's"
    if not account.demo or account.disabled_at is not None:
        raise RegistryError(
            "The demo's people cannot be made here",
            given=f"an account {name} that is {state}",
            wanted="none of that name, or the demo's own, enabled",
            todo="use another database for the demo",
        )
    return account
