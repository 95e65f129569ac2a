"""`merr serve`: the dashboard on this machine's own loopback."""

from __future__ import annotations

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add `merr serve` to the commands."""
    app.command()(serve)


def serve(
    port: Annotated[int | None, typer.Option(help="The port to listen on.", min=1, max=65535)] = None,
    host: Annotated[
        str | None, typer.Option(help="The address to listen on: this machine's own only.")
    ] = None,
) -> None:
    """Serve the dashboard on the database of DATABASE_URL, else on the cluster of `merr db up`, until Ctrl-C."""
    from granian import Granian
    from granian.constants import Interfaces
    from rich.console import Console

    from registry.db.localdb import database_url
    from registry.settings import settings
    from web.wall.binding import check_address, check_port

    known = settings()
    address, number = host or known.host, port or known.port
    check_address(address, known)
    check_port(address, number)
    console = Console(highlight=False, markup=False)
    database_url(console.print)
    shown = "localhost" if address in ("127.0.0.1", "::1") else address
    console.print(f"The dashboard is at http://{shown}:{number} until Ctrl-C.")
    # One worker: the roads and the finished answers are held once. Its threads share them.
    Granian(
        "cli.application:create",
        factory=True,
        address="127.0.0.1" if address == "localhost" else address,
        port=number,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=8,
        log_level="warning",  # type: ignore[arg-type]
    ).serve()
