"""Which login the registry connects by: the owner's for loads, the web application's own for everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, get_args

from sqlalchemy import make_url

from registry.db import localdb
from registry.errors import RegistryError
from registry.settings import settings

if TYPE_CHECKING:
    from collections.abc import Callable

Login = Literal["owner", "web", "audit", "backup"]

LOGINS: Final[tuple[Login, ...]] = get_args(Login)


def role_of(login: Login) -> str:
    """Return the role of the database that a login connects as."""
    return f"merr_{login}"


def dsn(login: Login, progress: Callable[[str], None] | None = None) -> str:
    """Return the URL of the database by `login`.

    Its own setting `MERR_DSN_...`; else DATABASE_URL, one login for everything; else the private cluster, brought up
    if need be, where each login has a role.

    Raises
    ------
    RegistryError
        If this process was given other logins and not this one, or the private cluster cannot run here.
    """
    known = settings()
    given = _given(login) or known.database_url
    if given:
        return given
    _refuse_beside_others(login)
    cluster = localdb.cluster()
    cluster.up(progress)
    return cluster.url(login=role_of(login))


def maker(progress: Callable[[str], None] | None = None) -> str:
    """Return the URL of the login that migrates: DATABASE_URL, else the owner's, else the private cluster's superuser.

    Raises
    ------
    RegistryError
        As for `dsn`.
    """
    known = settings()
    given = known.database_url or known.dsn_owner
    if given:
        return given
    _refuse_beside_others("owner")
    return localdb.cluster().up(progress)


def passwords() -> dict[str, str]:
    """Return the passwords that the settings give our roles, for `settle` to set."""
    found = {}
    for login in LOGINS:
        url = _given(login)
        password = make_url(url).password if url else None
        if password:
            found[role_of(login)] = str(password)
    return found


def _given(login: Login) -> str | None:
    return getattr(settings(), f"dsn_{login}")  # type: ignore[no-any-return]


def _refuse_beside_others(login: Login) -> None:
    """Refuse to fall back to the private cluster when other logins lead elsewhere."""
    others = [other for other in LOGINS if _given(other)]
    if others:
        raise RegistryError(
            f"This process was not given the login {role_of(login)}",
            given=", ".join(f"MERR_DSN_{other.upper()}" for other in others),
            wanted=f"MERR_DSN_{login.upper()} for what it is to do",
            todo=f"run this where MERR_DSN_{login.upper()} is set",
        )
