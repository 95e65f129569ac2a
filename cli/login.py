"""`merr login` and `merr logout`: the commands after it act as that account."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING, Annotated

import typer

from cli.terminal import echo

if TYPE_CHECKING:
    from registry.people.principal import Principal
    from registry.people.sign_in import Pending, SignedIn

TRIES_OF_CODE = 3
"""Codes that are asked for after one password: the clock goes on while people type."""

Name = Annotated[str, typer.Argument(help="The name of your account.")]


def register(app: typer.Typer) -> None:
    """Add `merr login` and `merr logout` to the commands."""
    app.command()(login)
    app.command()(logout)


def login(name: Name) -> None:
    """Sign in: the commands that follow act as this account, for eight hours.

    Asks for the password and the code of the authenticator app; neither is shown.
    """
    from cli.token_file import keep
    from registry.db.engine import session_scope
    from registry.db.logins import dsn
    from registry.people.sessions import principal_of

    url = dsn("web")
    password = typer.prompt("Password", hide_input=True, default="", show_default=False)
    done = _finished(url, _begun(url, name, password))
    keep(done.secret)
    with session_scope(url) as session:
        principal = principal_of(session, done.secret, "login")
    if principal is None:
        _refuse_ended()
    elif principal.actions is not None:
        principal = _with_own_password(url, principal, password)
    roles = ", ".join(sorted(one.role for one in principal.appointments)) if principal else ""
    echo(f"Signed in as {principal.name if principal else name}: {roles or 'no role yet'}.")


def logout() -> None:
    """Sign out: end the token of `merr login` and remove it."""
    from cli.acting import acting
    from cli.token_file import forget
    from registry.db.engine import session_scope
    from registry.db.logins import dsn
    from registry.errors import RegistryError
    from registry.people.sign_in import sign_out

    try:
        principal = acting()
    except RegistryError:
        forget()
        echo("Nobody was signed in.")
        return
    with session_scope(dsn("web"), principal=principal) as session:
        sign_out(session, principal)
    forget()
    echo(f"{principal.name} is signed out.")


def _begun(url: str, name: str, password: str) -> Pending:
    """Return what waits for the code; a refusal is kept before it is raised."""
    from registry.db.engine import session_scope
    from registry.people.sign_in import Refused, by_password

    with session_scope(url) as session:
        answer = by_password(session, name, password, address="")
    if isinstance(answer, Refused):
        raise answer.refusal
    return answer


def _finished(url: str, pending: Pending) -> SignedIn:
    """Return the token's session, once a code is right."""
    from registry.db.engine import session_scope
    from registry.errors import RegistryError
    from registry.people.sign_in import Refused, by_code

    if "totp" not in pending.methods:
        raise RegistryError(
            "This account has no authenticator app",
            given="an account with passkeys only, which need a browser",
            wanted="one with an authenticator app",
            todo="add one on the page of your account",
        )
    for left in reversed(range(TRIES_OF_CODE)):
        code = typer.prompt("Code", hide_input=True, default="", show_default=False)
        with session_scope(url) as session:
            answer = by_code(
                session,
                pending.secret,
                code,
                address="",
                kind="token",
                label=f"merr login, {platform.node()}",
            )
        if not isinstance(answer, Refused):
            return answer
        if answer.pending is None or not left:
            raise answer.refusal
        echo("This code is not taken. Wait for the next one.", err=True)
        pending = answer.pending
    raise AssertionError


def _with_own_password(url: str, principal: Principal, old: str) -> Principal:
    """Return the principal once the password that was handed over is changed to one of its own."""
    from cli.token_file import keep
    from registry.db.engine import session_scope
    from registry.people.passwords import change_password
    from registry.people.sessions import principal_of, renew

    echo("This password was shown to somebody else. Choose your own: 15 characters or more, of any kind.")
    new = typer.prompt("New password", hide_input=True, confirmation_prompt=True)
    with session_scope(url, principal=principal) as session:
        refusal = change_password(session, principal, old, new)
    if refusal is not None:
        raise refusal
    with session_scope(url, principal=principal) as session:
        secret, _ = renew(session, principal)
        changed = principal_of(session, secret, "login")
    keep(secret)
    if changed is None:
        _refuse_ended()
    return changed or principal


def _refuse_ended() -> None:
    from registry.errors import RegistryError

    raise RegistryError(
        "The sign-in has ended already",
        given="a session that does not hold",
        wanted="an enabled account",
        todo="ask an administrator",
    )
