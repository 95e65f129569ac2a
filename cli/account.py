"""`merr account`: accounts and their roles, as an administrator who has signed in by `merr login`."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from cli.terminal import Console

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry.db.engine import Session
    from registry.people.accounts import Account
    from registry.people.appointments import HeldAppointment
    from registry.people.fresh import FreshSignIn
    from registry.people.principal import Principal
    from registry.people.scopes import Scope

account_commands = typer.Typer(
    name="account", help="Accounts and their roles, as an administrator.", no_args_is_help=True
)
Name = Annotated[str, typer.Argument(help="The name of the account.")]
Role = Annotated[str, typer.Argument(help="administrator, declarer, planner, coordinator, local, ...")]
Region = Annotated[str | None, typer.Option(help="Of a coordinator: its region, A to I.")]
County = Annotated[
    str | None, typer.Option(help="Of a local emergency manager: FIPS codes, with commas between.")
]
Sector = Annotated[str | None, typer.Option(help="Of a BEOC member: its sector's code.")]
Company = Annotated[str | None, typer.Option(help="Of a company contact: its company's id.")]


def register(app: typer.Typer) -> None:
    """Add `merr account` to the commands."""
    app.add_typer(account_commands)


@account_commands.command(name="list")
def list_all() -> None:
    """List all accounts with their roles."""
    from registry.people.accounts import list_accounts

    with _acting("account.read") as (session, principal):
        for account in list_accounts(session, principal):
            _say(_line(account))


@account_commands.command()
def add(
    name: Name, full_name: Annotated[str, typer.Option(help="The person's name, as screens show it.")] = ""
) -> None:
    """Make an account and print its sign-in, to be handed to its owner. Then appoint it."""
    from registry.people.fresh import add_with_sign_in

    with _acting() as (session, principal):
        handed = add_with_sign_in(session, principal, name, full_name)
    print_sign_in(handed)


@account_commands.command()
def appoint(
    name: Name,
    role: Role,
    *,
    region: Region = None,
    county: County = None,
    sector: Sector = None,
    company: Company = None,
) -> None:
    """Give an account a role, with the jurisdiction that bounds it."""
    from registry.people.accounts import named
    from registry.people.appointments import appoint as give

    with _acting() as (session, principal):
        account = named(session, name)
        give(session, principal, account.id, role, _scope(region, county, sector, company))
        _say(_line(named(session, name)))


@account_commands.command()
def dismiss(
    name: Name,
    role: Role,
    *,
    region: Region = None,
    county: County = None,
    sector: Sector = None,
    company: Company = None,
) -> None:
    """Take a role from an account; the jurisdiction is needed when it holds the role more than once."""
    from registry.people.accounts import named
    from registry.people.appointments import dismiss as take

    with _acting() as (session, principal):
        held = _one_of(named(session, name), role, _scope(region, county, sector, company))
        take(session, principal, held.id)
        _say(_line(named(session, name)))


@account_commands.command()
def disable(name: Name) -> None:
    """Disable an account; all its sessions and tokens end at once."""
    from registry.people import accounts

    with _acting() as (session, principal):
        ended = accounts.disable(session, principal, accounts.named(session, name).id)
    _say(f"{name} is disabled; sessions ended: {ended}")


@account_commands.command()
def enable(name: Name) -> None:
    """Let a disabled account sign in again."""
    from registry.people import accounts

    with _acting() as (session, principal):
        accounts.enable(session, principal, accounts.named(session, name).id)
    _say(f"{name} is enabled")


@account_commands.command()
def reset(name: Name) -> None:
    """Print a fresh sign-in of an account whose owner lost the old one; what it had works no longer."""
    from registry.people.accounts import named
    from registry.people.fresh import reset as make_anew

    with _acting() as (session, principal):
        handed = make_anew(session, principal, named(session, name).id)
    print_sign_in(handed)


@account_commands.command()
def link(
    name: Name,
    issuer: Annotated[str, typer.Argument(help="The identity provider, as its answers name it.")],
    subject: Annotated[str, typer.Argument(help="The person there, as the refused sign-in named them.")],
) -> None:
    """Let somebody of an identity provider sign in as an account."""
    from registry.people.accounts import named
    from registry.people.subjects import link as tie

    with _acting() as (session, principal):
        tie(session, principal, named(session, name).id, issuer, subject)
    _say(f"{subject} at {issuer} signs in as {name}")


def print_sign_in(handed: FreshSignIn) -> None:
    """Print what somebody signs in with; nothing keeps it."""
    from registry.people.fresh import SHOWN_FOR

    _say(f"Name      {handed.name}")
    _say(f"Password  {handed.password}")
    _say(f"App key   {handed.totp_key}")
    _say(f"          {handed.totp_address}")
    _say(
        "Shown this once. Put the key into an authenticator app, sign in, and choose a password of your own "
        f"within {SHOWN_FOR.days} days."
    )


@contextmanager
def _acting(action: str = "account.manage") -> Iterator[tuple[Session, Principal]]:
    """Yield a session and who acts in it; whoever may not do `action` learns not even whether a name is taken.

    A change asks for a code when the last one is too long ago.
    """
    from cli.acting import acting
    from cli.proof import proved
    from registry.db.engine import session_scope
    from registry.db.logins import dsn
    from registry.people.access import require
    from registry.people.proof import PROVED

    principal = acting()
    require(principal, action)
    if action in PROVED:
        principal = proved()
    with session_scope(dsn("web"), principal=principal) as session:
        yield session, principal


def _scope(region: str | None, county: str | None, sector: str | None, company: str | None) -> Scope:
    from registry.people.scopes import Scope

    counties = tuple(code.strip() for code in county.split(",")) if county else ()
    return Scope(region=region, counties=counties, sector=sector, provider_id=company)


def _one_of(account: Account, role: str, scope: Scope) -> HeldAppointment:
    """Return the one appointment that is meant."""
    from registry.errors import RegistryError
    from registry.people.scopes import EVERYWHERE

    wanted = (scope.region, tuple(sorted(set(scope.counties))), scope.sector, scope.provider_id)
    found = [
        one
        for one in account.appointments
        if one.role == role
        and (scope == EVERYWHERE or wanted == (one.region, one.counties, one.sector, one.provider_id))
    ]
    if len(found) == 1:
        return found[0]
    raise RegistryError(
        "The account holds no such role" if not found else "The account holds this role more than once",
        given=f"{account.name}: {role}",
        wanted="; ".join(one.words for one in account.appointments) or "an account with a role",
        todo="give its role, with the jurisdiction when there are several",
    )


def _line(account: Account) -> str:
    roles = "; ".join(one.words for one in account.appointments) or "no role"
    state = " (disabled)" if account.disabled_at else " (demo)" if account.demo else ""
    return f"{account.name:24} {account.full_name}{state}: {roles}"


def _say(line: str) -> None:
    Console(highlight=False, markup=False, soft_wrap=True).print(line)
