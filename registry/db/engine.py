"""Connections to the registry's database: engines, transactions, and migrations to the newest tables."""

from __future__ import annotations

import os
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg import errors as pg
from sqlalchemy import Engine, create_engine, func, make_url, select
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from geo.errors import first_line
from registry.db import logins
from registry.db.settling import settle
from registry.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from alembic.config import Config

    from registry.people.principal import Principal

__all__ = ["Session", "alembic_config", "engine", "session_scope", "upgrade"]

MIGRATIONS = Path(__file__).parent / "migrations"

_POOL_SIZE = 5
_CONNECT_TIMEOUT_S = 10

_made: list[Engine] = []
"""The engines of this process."""


@cache
def engine(url: str) -> Engine:
    """Return this process's engine for `url`, made once.

    Parameters of a failed statement are hidden: they may be contacts, and error texts end in logs. Statements are
    never prepared on the server, so that a pooler in transaction mode may stand between.
    """
    made = create_engine(
        url,
        hide_parameters=True,
        pool_size=_POOL_SIZE,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": _CONNECT_TIMEOUT_S,
            "prepare_threshold": None,
            "application_name": "merr",
        },
    )
    _made.append(made)
    return made


def _leave_to_the_parent() -> None:
    """Give a forked process connections of its own: on one that two share, each would take the other's answers."""
    for each in _made:
        each.dispose(close=False)


os.register_at_fork(after_in_child=_leave_to_the_parent)


@contextmanager
def session_scope(
    url: str | None = None, *, snapshot: bool = False, principal: Principal | None = None
) -> Iterator[Session]:
    """Yield a session in one transaction: all of it is committed, or on any exception nothing.

    Parameters
    ----------
    url
        The database by one of its logins; None for the web application's login on behalf of a principal, else for
        the owner's (`registry.db.logins`).
    snapshot
        True to see the database as it was at the first statement, so that listings and the road network that
        they were snapped to belong together though somebody loads other roads meanwhile.
    principal
        On whose behalf the database is asked; it learns that for this transaction alone, so that a pooler may hand
        the connection to somebody else after it. None for the operator.

    Raises
    ------
    DatabaseError
        If the database does not answer, or has no tables yet.
    """
    source = engine(url or logins.dsn("owner" if principal is None else "web"))
    chosen = source.execution_options(isolation_level="REPEATABLE READ") if snapshot else source
    try:
        with Session(chosen, expire_on_commit=False) as session, session.begin():
            if principal is not None:
                _introduce(session, principal)
            yield session
    except DBAPIError as fault:
        refusal = _refusal(fault, source)
        if refusal is None:
            raise
        raise refusal from fault


def upgrade(url: str, progress: Callable[[str], None] | None = None) -> None:
    """Bring the tables of the database at `url` to the newest migration, and its roles and grants, in one transaction.

    Two processes may call it at once: the second waits and finds nothing to do. Only statements go over the
    connection, never a path, so the server need not be able to read this clone.

    Raises
    ------
    DatabaseError
        If the database does not answer, or PostGIS is neither in it nor may be added.
    """
    import alembic.command  # noqa: PLC0415 - large, and a web worker never migrates

    target = engine(url)
    config = alembic_config()
    try:
        with target.begin() as connection:
            config.attributes.update(connection=connection, progress=progress)
            alembic.command.upgrade(config, "head")
            settle(connection, logins.passwords())
    except DBAPIError as fault:
        refusal = _refusal(fault, target)
        if refusal is None:
            raise
        raise refusal from fault


def alembic_config() -> Config:
    """Return Alembic's configuration; there is no alembic.ini, so that nothing depends on the working folder.

    Put a connection into `attributes["connection"]` before a command; `progress` there is called per migration.
    """
    from alembic.config import Config  # noqa: PLC0415 - as in `upgrade`

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _refusal(fault: DBAPIError, source: Engine) -> DatabaseError | None:
    """Return the refusal for what the operator can put right; None for a fault of ours."""
    where = make_url(source.url).render_as_string(hide_password=True)
    if isinstance(fault.orig, pg.UndefinedTable | pg.InvalidSchemaName):
        return DatabaseError(
            "The database has no tables yet, or older ones",
            given=where,
            wanted="a database that `merr db up` brought to the newest tables",
            todo="run `merr db up`",
        )
    if isinstance(fault.orig, pg.InsufficientPrivilege | pg.FeatureNotSupported | pg.UndefinedFile):
        return DatabaseError(
            "The database refuses what the registry must do there",
            given=f"{where}: {first_line(fault.orig)}",
            wanted="a database with PostGIS 3, owned by the account in the URL",
            todo="let its administrator run CREATE EXTENSION postgis there, and give the account what it lacks",
        )
    if isinstance(fault.orig, pg.DiskFull) or "No space left on device" in str(fault.orig):
        return DatabaseError(
            "The disk of the database is full",
            given=f"{where}: {first_line(fault.orig)}",
            wanted="room for what is to be written; nothing of it was kept",
            todo="make room on that disk, and run the same command again",
        )
    if isinstance(fault, OperationalError) and _never_connected(fault) and _unknown_login(fault):
        return DatabaseError(
            "The database does not know this login",
            given=f"{where}: {str(fault.orig).strip().splitlines()[-1]}",
            wanted="the roles and passwords that migration sets",
            todo="run `merr db up`, or `merr db migrate` where the database is not the private cluster's",
        )
    if isinstance(fault, OperationalError) and (fault.connection_invalidated or _never_connected(fault)):
        return DatabaseError(
            "The database does not answer",
            given=f"{where}: {first_line(fault.orig)}",
            wanted="a running PostgreSQL with PostGIS",
            todo="run `merr db up`, or correct DATABASE_URL",
        )
    return None


def _introduce(session: Session, principal: Principal) -> None:
    """Tell the database who asks, until the end of this transaction."""
    session.execute(
        select(
            func.set_config("app.account", principal.account_id, True),
            func.set_config("app.session", principal.session_id, True),
            func.set_config("app.request", principal.request_id, True),
        )
    )


def _never_connected(fault: OperationalError) -> bool:
    return fault.statement is None


def _unknown_login(fault: OperationalError) -> bool:
    said = str(fault.orig)
    return 'role "' in said or "password authentication failed" in said
