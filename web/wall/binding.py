"""Which address the server may listen on: others may reach it only by TLS, its own or that of a stated proxy."""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from web.errors import WebError

if TYPE_CHECKING:
    from registry.settings import Settings

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
"""Names by which a browser on this machine may ask; any other name is a page that rebinds its own."""


def check_address(host: str, settings: Settings) -> None:
    """Refuse an address that other machines can reach in the clear, or of which nobody said what people call it.

    Raises
    ------
    WebError
        `host` is not this machine's own loopback and there is neither a certificate nor a stated number of
        proxies, or no MERR_PUBLIC_URL; or one of certificate and key is missing.
    """
    if (settings.tls_cert is None) != (settings.tls_key is None):
        raise WebError(
            "A certificate needs its key",
            given=f"certificate {settings.tls_cert or 'none'}, key {settings.tls_key or 'none'}",
            wanted="both or neither",
            todo="give --tls-cert and --tls-key, or MERR_TLS_CERT and MERR_TLS_KEY",
        )
    if is_loopback(host):
        return
    if settings.tls_cert is None and not settings.trusted_proxies:
        raise WebError(
            "Others would reach the registry in the clear",
            given=f"address {host!r} without TLS",
            wanted="a loopback address (127.0.0.1, ::1 or localhost), a certificate, or a proxy of yours with one",
            todo="leave --host out, give --tls-cert and --tls-key, or state MERR_TRUSTED_PROXIES=1 behind a proxy",
        )
    if settings.public_url is None:
        raise WebError(
            "Nobody said by which address people open the registry",
            given=f"address {host!r}, MERR_PUBLIC_URL unset",
            wanted="its public address: no other name is answered, and passkeys belong to it",
            todo="set MERR_PUBLIC_URL, such as https://merr.example.org",
        )


def check_tls(settings: Settings) -> None:
    """Refuse a certificate or key that is not there, before anything slow is started.

    Raises
    ------
    WebError
        One of the files cannot be read, or a certificate is served under a public address without TLS.
    """
    for path in filter(None, (settings.tls_cert, settings.tls_key)):
        try:
            with path.open("rb"):
                pass
        except OSError as fault:
            raise WebError(
                "The certificate or its key cannot be read",
                given=f"{path} ({fault.strerror})",
                wanted="a PEM file that this account may read",
                todo="correct MERR_TLS_CERT and MERR_TLS_KEY",
            ) from None
    if settings.tls_cert and settings.public_url and urlsplit(settings.public_url).scheme != "https":
        raise WebError(
            "A certificate is given, and a public address without TLS",
            given=settings.public_url,
            wanted="an address that starts with https://",
            todo="correct MERR_PUBLIC_URL",
        )


def is_secure(settings: Settings) -> bool:
    """Return whether people reach the server by TLS: cookies and HSTS follow from it."""
    return settings.tls_cert is not None or urlsplit(settings.origin).scheme == "https"


def names_answered(settings: Settings) -> list[str]:
    """Return the host names that are answered: this machine's own, and that of the public address."""
    return [*LOOPBACK_NAMES, *filter(None, [urlsplit(settings.origin).hostname])]


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
