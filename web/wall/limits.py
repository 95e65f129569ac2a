"""How often one address may knock where nobody is known yet: at the doors that are open to all.

The address is the connection's own, or what exactly so many proxies of ours say as the settings state; no header that
nobody trusts is read. Guessing at accounts is counted in the database (`registry.people.throttle`); this only keeps
one machine from filling it.
"""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Final

from flask import Flask, current_app, request

from web.errors import TooOftenError
from web.wall.gate import for_program

if TYPE_CHECKING:
    from collections.abc import Callable

KNOCKS: Final = "merr.knocks"
PROGRAM_KNOCKS: Final = "merr.program_knocks"
PROGRAMS_PER_MINUTE: Final = 1200
"""Requests a minute from one address to where programs ask; many accounts may share the address of one house."""

PER_MINUTE: Final = 60
AT_ONCE: Final = 30
MOST_ADDRESSES: Final = 20_000
IPV6_HOME: Final = 64
"""Bits of an IPv6 address that one connection holder is given; the others are theirs to choose."""


class Knocks:
    """Requests left to each address: `at_once` to begin with, refilled at `per_minute`.

    Parameters
    ----------
    per_minute, at_once
        Requests.
    clock
        Seconds that only grow.
    """

    def __init__(self, per_minute: float, at_once: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_s, self.at_once, self._clock = per_minute / 60, at_once, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def wait_s(self, key: str) -> float:
        """Return 0 and count one request of `key`, or the seconds until its next one is taken."""
        now = self._clock()
        with self._lock:
            left, since = self._left.pop(key, (float(self.at_once), now))
            left = min(self.at_once, left + (now - since) * self._per_s)
            wait = 0.0 if left >= 1 else (1 - left) / self._per_s
            self._left[key] = (left if wait else left - 1, now)
            while len(self._left) > MOST_ADDRESSES:
                self._left.popitem(last=False)
        return wait

    def left(self, key: str) -> int:
        """Return how many requests of `key` would be taken at once now."""
        now = self._clock()
        with self._lock:
            left, since = self._left.get(key, (float(self.at_once), now))
        return int(min(self.at_once, left + (now - since) * self._per_s))


def address() -> str:
    """Return the address a request comes from; of IPv6 the network that one connection is given."""
    given = request.remote_addr or "unknown"
    try:
        parsed = ipaddress.ip_address(given)
    except ValueError:
        return "unknown"
    if parsed.version == 4:  # noqa: PLR2004 - IPv4
        return str(parsed)
    mapped = parsed.ipv4_mapped
    return str(mapped or ipaddress.ip_network((parsed, IPV6_HOME), strict=False))


def guard_pace(app: Flask) -> None:
    """Count every request to where programs ask by its address, before anybody is looked up."""
    app.extensions[PROGRAM_KNOCKS] = Knocks(PROGRAMS_PER_MINUTE, PROGRAMS_PER_MINUTE)
    app.before_request(_take_program_knock)


def too_often(given: str, wait_s: float) -> TooOftenError:
    """Return the refusal of a request that comes `wait_s` seconds too soon."""
    wait = int(wait_s) + 1
    refusal = TooOftenError(
        "This asks too often", given=given, wanted="a slower pace", todo=f"wait {wait} s and try again"
    )
    refusal.wait_s = wait
    return refusal


def _take_program_knock() -> None:
    if not for_program():
        return
    knocks: Knocks = current_app.extensions[PROGRAM_KNOCKS]
    wait = knocks.wait_s(address())
    if wait:
        raise too_often(f"more than {PROGRAMS_PER_MINUTE} requests a minute from one address", wait)


def take_knock() -> None:
    """Count a request at an open door, and refuse it when its address has knocked too often.

    Raises
    ------
    TooOftenError
        The address has none left.
    """
    knocks: Knocks = current_app.extensions[KNOCKS]
    wait = knocks.wait_s(address())
    if wait:
        refusal = TooOftenError(
            "This address asks too often",
            given=f"more than {PER_MINUTE} requests a minute at the sign-in",
            wanted="a slower pace",
            todo=f"wait {int(wait) + 1} s and try again",
        )
        refusal.wait_s = int(wait) + 1
        raise refusal
