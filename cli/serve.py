"""`merr serve`: the dashboard, on this machine's own loopback or by TLS."""

from __future__ import annotations

import os
from pathlib import Path  # noqa: TC003 - Typer reads the annotations at run time
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry.settings import Settings


ENDS_WITHIN_S = 10
"""How long the requests under way have when the server ends."""


def register(app: typer.Typer) -> None:
    """Add `merr serve` to the commands."""
    app.command()(serve)


def serve(
    port: Annotated[int | None, typer.Option(help="The port to listen on.", min=1, max=65535)] = None,
    host: Annotated[
        str | None,
        typer.Option(help="The address to listen on; beyond this machine only with TLS or a proxy."),
    ] = None,
    tls_cert: Annotated[
        Path | None, typer.Option(help="The certificate to show, with its chain (PEM).")
    ] = None,
    tls_key: Annotated[Path | None, typer.Option(help="The private key of the certificate (PEM).")] = None,
    *,
    worker: Annotated[
        bool, typer.Option("--worker/--no-worker", help="Do long work too, in a process beside this one.")
    ] = True,
) -> None:
    """Serve the dashboard on the database of DATABASE_URL, else on the cluster of `merr db up`, until Ctrl-C."""
    from contextlib import nullcontext

    from granian import Granian
    from granian.constants import Interfaces

    from cli.terminal import Console
    from cli.worker import WorkerBeside
    from registry.db.logins import dsn
    from registry.trust.anchors import Anchorer, place_of
    from web.wall.binding import check_address, check_port, check_tls, is_secure

    cert, key = (path and path.absolute() for path in (tls_cert, tls_key))
    known = _settings_with(port=port, host=host, tls_cert=cert, tls_key=key)
    address, number = known.host, known.port
    check_address(address, known)
    check_tls(known)
    check_port(address, number)
    console = Console(highlight=False, markup=False)
    prepare(known, console.print)
    console.print(f"The dashboard is at {known.origin} until Ctrl-C.")
    if not is_secure(known) and known.trusted_proxies:
        console.print("MERR_PUBLIC_URL has no TLS, so only this machine's own browser can sign in.")
    _tell_the_worker(known)
    url = dsn("web")
    # One worker: the roads and the finished answers are held once. Its threads share them.
    server = Granian(
        "cli.application:create",
        factory=True,
        address="127.0.0.1" if address == "localhost" else address,
        port=number,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=4,
        ssl_cert=known.tls_cert,
        ssl_key=known.tls_key,
        # Ctrl-C reaches both processes, and one that hears it twice at once may wait for ever.
        workers_kill_timeout=ENDS_WITHIN_S,
        log_level="error",  # type: ignore[arg-type]
    )
    beside = WorkerBeside() if worker else nullcontext()
    with beside, Anchorer(url, place_of(known, url), known.anchor_seconds):
        server.serve()


def _settings_with(**options: Path | str | int | None) -> Settings:
    """Return the settings with what the command line says instead."""
    from registry.settings import settings

    given = {name: value for name, value in options.items() if value is not None}
    return settings().model_copy(update=given)


def _tell_the_worker(known: Settings) -> None:
    """Let the server's own process find in the environment what the command line said instead of the settings."""
    from registry.settings import settings

    for name in ("port", "tls_cert", "tls_key"):
        value = getattr(known, name)
        if value is not None:
            os.environ[f"MERR_{name.upper()}"] = str(value)
    settings.cache_clear()  # the process is a fork of this one, with what was read before


def prepare(known: Settings, say: Callable[[str], None]) -> None:
    """Bring the private cluster up with its tables, if it is the one in use; say what stands open and what is missing.

    Raises
    ------
    NetworkError
        The roads in use cannot be read, such as those of an earlier release: said here, where the user sees it.
    """
    from registry.db.engine import session_scope, upgrade
    from registry.db.logins import dsn, maker
    from registry.db.settling import openings
    from registry.directory.road_files import mapped_network
    from registry.directory.roads import active_hash

    url = dsn("web", say)
    if known.database_url is None and known.dsn_web is None:
        upgrade(maker(say))
    with session_scope(url) as session:
        if found := openings(session.connection()):
            say(
                f"The second wall is not up: {', and '.join(found)}. Only the application itself keeps contacts closed; "
                "docs/operations.md says how the database is given its own logins."
            )
        content_hash = active_hash(session)
        if content_hash is None:
            say(
                "No roads are loaded yet, so nothing can be ranked: run merr demo --no-serve, or merr load roads."
            )
        else:
            mapped_network(session, content_hash, known.cache_dir)  # the worker finds the file ready
