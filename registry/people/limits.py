"""Limits of signing in, without a database: how many tries, whose they are, and what counts as fresh."""

from __future__ import annotations

import hashlib
import ipaddress
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

WINDOW: Final = timedelta(minutes=15)
KEPT: Final = timedelta(days=1)
"""Tries are kept a little longer than they count, for whoever looks into an attack."""

FRESH_FOR: Final = timedelta(minutes=10)
"""How long a second factor counts as fresh."""

JUST_NOW: Final = timedelta(0)
"""How long ago what is proved in this very request was proved."""

_IPV6_BITS: Final = 64
"""Of an IPv6 address: a household or an office gets all addresses that share so many."""


def over(count: int, limit: int) -> bool:
    """Return whether after `count` tries no further one is looked at."""
    return count >= limit


def name_hash(name: str, apart: str = "") -> bytes:
    """Return 32 bytes for a typed name: the name itself may be a password in the wrong field.

    `apart` says what is counted apart from signing in; nothing that is typed as a name has the same bytes.
    """
    typed = name.strip().lower().encode("utf-8", "surrogatepass")
    # No text in UTF-8 begins with this byte.
    return hashlib.sha256(b"\xff" + apart.encode() + b" " + typed if apart else typed).digest()


def address_key(address: str) -> str:
    """Return what stands for an address: of IPv6 its first 64 bits, of IPv4 in IPv6 the IPv4 address."""
    try:
        read = ipaddress.ip_address(address.strip().partition("%")[0])
    except ValueError:
        return hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest() if address.strip() else ""
    if isinstance(read, ipaddress.IPv4Address):
        return str(read)
    if read.ipv4_mapped is not None:
        return str(read.ipv4_mapped)
    return str(ipaddress.ip_network((read, _IPV6_BITS), strict=False))


def is_fresh(proved_at: datetime | None, now: datetime) -> bool:
    """Return whether a second factor at `proved_at` is fresh at `now`; both are aware."""
    return proved_at is not None and timedelta(0) <= now - proved_at <= FRESH_FOR
