"""The chain of events rebuilt: each event's hash from its columns, compared with what is stored and with anchors.

Written apart from the SQL that makes the hashes (`trust.event_hash`), so that each checks the other; knows no database.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

BEFORE_THE_FIRST: Final = bytes(32)
"""The hash before the first event's."""

_NUMBERS = struct.Struct(">qq")
_LENGTH = struct.Struct(">BI")
_NOTHING = b"\0"


class Link(NamedTuple):
    """One event as the chain sees it: `at` in microseconds since 2000-01-01 UTC, the other columns as text.

    What a superuser may have put there is possible too: no hash, or a column that must not be empty.
    """

    seq: int
    at: int
    login: str | None
    account_id: str | None
    session_id: str | None
    request_id: str | None
    action: str | None
    incident_id: str | None
    provider_id: str | None
    declaration_id: str | None
    purpose: str | None
    detail: str | None
    prev_hash: bytes | None
    hash: bytes | None


@dataclass(frozen=True)
class Head:
    """The end of the chain: the last event's number, and its hash."""

    seq: int
    hash: bytes


@dataclass(frozen=True)
class Anchor(Head):
    """The head as it was at one moment (aware UTC), kept outside the database."""

    at: datetime


@dataclass(frozen=True)
class Fault:
    """Where the chain breaks, or contradicts an anchor, first: the event's number, and what is wrong in a sentence."""

    seq: int
    words: str


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What was found: how many events and anchors were read, the first break, the first anchor contradicted.

    `anchored` is the number of the last event that an anchor vouches for; 0 without anchors. What comes after it
    could have been rewritten by somebody who owns the database.
    """

    events: int
    anchors: int
    anchored: int
    broken: Fault | None
    contradicted: Fault | None

    @property
    def intact(self) -> bool:
        """Whether nothing was found."""
        return self.broken is None and self.contradicted is None


def digest(link: Link, prev_hash: bytes) -> bytes:
    """Return the 32 bytes of sha256 over the hash before and all columns of an event.

    Each text tells its own length, so that no two events make the same bytes: one byte 1, four of length, UTF-8;
    a column without a value is one byte 0.
    """
    parts = [prev_hash, _NUMBERS.pack(link.seq, link.at)]
    for value in link[2:12]:
        if value is None:
            parts.append(_NOTHING)
        else:
            encoded = value.encode()
            parts += (_LENGTH.pack(1, len(encoded)), encoded)
    return hashlib.sha256(b"".join(parts)).digest()


def verify(links: Iterable[Link], head: Head | None, anchors: Iterable[Anchor] = ()) -> Verdict:
    """Return whether events follow from each other up to the head, and agree with every anchor.

    Holds one event at a time; anchors are held whole.

    Parameters
    ----------
    links
        All events in the order of their numbers.
    head
        As the database keeps it; None when it is gone.
    anchors
        In any order.
    """
    check = _Anchors(anchors)
    last: Head = Head(0, BEFORE_THE_FIRST)
    broken, events = None, 0
    for link in links:
        broken = broken or _fault(link, last)
        check.pass_by(link.seq, link.hash)
        last = Head(link.seq, link.hash or b"")
        events += 1
    check.end()
    return Verdict(
        events=events,
        anchors=len(check.anchors),
        anchored=check.anchors[-1].seq if check.anchors else 0,
        broken=broken or _end_fault(last, head),
        contradicted=check.contradicted,
    )


class _Anchors:
    """The anchors in order, compared with the events as these go by."""

    def __init__(self, anchors: Iterable[Anchor]) -> None:
        self.anchors = sorted(anchors, key=attrgetter("seq"))
        self.contradicted: Fault | None = None
        self._next = 0

    def pass_by(self, seq: int, stored: bytes | None) -> None:
        """Compare the anchors of the event that goes by; those of events that did not come contradict."""
        while self._next < len(self.anchors) and self.anchors[self._next].seq <= seq:
            anchor = self.anchors[self._next]
            self._next += 1
            if anchor.seq < seq:
                self._contradict(anchor, "is not there")
            elif anchor.hash != stored:
                self._contradict(anchor, "is another one now")

    def end(self) -> None:
        """Hold the first anchor beyond the last event against the chain."""
        if self._next < len(self.anchors):
            self._contradict(self.anchors[self._next], "is not there")

    def _contradict(self, anchor: Anchor, words: str) -> None:
        if self.contradicted is None:
            when = f"{anchor.at:%Y-%m-%d %H:%M:%S} UTC"
            self.contradicted = Fault(
                anchor.seq, f"event {anchor.seq}, which the anchor of {when} knows, {words}"
            )


def _fault(link: Link, last: Head) -> Fault | None:
    """Return what is wrong with an event after the one before it."""
    due = last.seq + 1
    if link.seq > due:
        return Fault(due, f"event {due} is missing")
    if link.seq < due:
        return Fault(link.seq, f"event {link.seq} stands where event {due} should")
    if link.prev_hash != last.hash:
        return Fault(link.seq, f"event {link.seq} does not follow from the one before it")
    if link.hash != digest(link, last.hash):
        return Fault(link.seq, f"event {link.seq} is not what was recorded")
    return None


def _end_fault(last: Head, head: Head | None) -> Fault | None:
    """Return what is wrong with the end of the chain."""
    if head is None:
        return Fault(last.seq, "the chain's head is gone")
    if head.seq > last.seq:
        return Fault(last.seq + 1, f"event {last.seq + 1} is missing: the chain ends at event {head.seq}")
    if head.seq < last.seq:
        return Fault(head.seq + 1, f"event {head.seq + 1} was added past the chain's head")
    if head.hash != last.hash:
        return Fault(last.seq, f"the chain's head is not event {last.seq}")
    return None
