"""Which address the server may listen on while it has no accounts."""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING

from web.errors import WebError

if TYPE_CHECKING:
    from registry.settings import Settings

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
"""Names by which a browser on this machine may ask; any other name is a page that rebinds its own."""


def check_address(host: str, settings: Settings) -> None:
    """Refuse an address that other machines can reach, unless the settings say that a container is around us.

    Raises
    ------
    WebError
        If `host` is not this machine's own loopback and `bind_any` is not set.
    """
    if settings.bind_any or is_loopback(host):
        return
    raise WebError(
        "The registry has no accounts yet, so it answers on this machine only",
        given=f"address {host!r}",
        wanted="a loopback address: 127.0.0.1, ::1 or localhost",
        todo="leave --host out; inside a container set MERR_BIND_ANY=1 and publish the port on 127.0.0.1",
    )


def check_port(host: str, port: int) -> None:
    """Refuse a port that something else listens on, before anything slow is started.

    Raises
    ------
    WebError
        If the port cannot be taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            raise WebError(
                f"Port {port} cannot be used",
                given=f"{host}:{port} ({fault.strerror or fault})",
                wanted="a port that nothing else listens on",
                todo=f"stop what listens there, or choose another with --port, such as {port + 1}",
            ) from None


def is_loopback(host: str) -> bool:
    """Return True when an address can only be reached from this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
