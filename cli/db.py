"""`merr db`: the private PostGIS cluster of this clone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from cli.terminal import Console

if TYPE_CHECKING:
    from registry.db.localdb import LocalCluster

database_commands = typer.Typer(
    name="db", help="The private PostGIS cluster of this clone.", no_args_is_help=True
)
Database = Annotated[str, typer.Option(help="The database in the cluster.")]


def register(app: typer.Typer) -> None:
    """Add `merr db` to the commands."""
    app.add_typer(database_commands)


@database_commands.command()
def up() -> None:
    """Start the cluster; the first time it is made. Running it again does nothing."""
    from registry.db.engine import upgrade

    url = _cluster().up(_say)
    upgrade(url, _say)
    _say(f"running: {url}")


@database_commands.command()
def migrate() -> None:
    """Bring the tables of the database in use to the newest shape, with its roles and grants."""
    from registry.db.engine import upgrade
    from registry.db.logins import maker

    upgrade(maker(_say), _say)
    _say("the tables are up to date")


@database_commands.command()
def down() -> None:
    """Stop the cluster. What is in it stays."""
    _say("stopped; its data stay" if _cluster().down() else "it was not running")


@database_commands.command()
def status() -> None:
    """Say whether the cluster runs, where it keeps its data and what is in it; exit code 1 when it is stopped."""
    state = _cluster().status()
    _say("running" if state.running else "stopped: start it with merr db up")
    _say(f"folder     {state.state_dir}")
    _say(f"version    {state.version or 'no data yet'}")
    if state.running:
        _say(f"process    {state.process_id}")
        _say(f"databases  {', '.join(state.databases)}")
    raise typer.Exit(0 if state.running else 1)


@database_commands.command()
def url(database: Database = "merr") -> None:
    """Print the SQLAlchemy URL of a database in the cluster."""
    _say(_cluster().url(database))


@database_commands.command()
def administrator(name: Annotated[str, typer.Argument(help="The name of the account.")]) -> None:
    """Make the first administrator and print the sign-in; for that same account again, a fresh one."""
    from cli.account import print_sign_in
    from registry.db.engine import session_scope
    from registry.db.logins import dsn
    from registry.people.fresh import first_administrator

    with session_scope(dsn("owner", _say)) as session:
        handed = first_administrator(session, name)
    print_sign_in(handed)


@database_commands.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
def psql(context: typer.Context, database: Database = "merr") -> None:
    """Open psql on the cluster; what follows goes to psql, such as -c 'SELECT 1'."""
    command, environment = _cluster().psql(database)
    os.execve(command[0], [*command, *context.args], {**os.environ, **environment})  # noqa: S606 - psql takes over


def _say(line: str) -> None:
    Console(highlight=False, markup=False, soft_wrap=True).print(line)


def _cluster() -> LocalCluster:
    from registry.db.localdb import cluster

    return cluster()
