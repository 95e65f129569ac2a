"""How an anchor is written down: one JSON line, in a file or behind what a syslog puts before it.

`{"merr": "anchor", "seq": 17, "hash": "…", "at": "2026-11-22T17:00:00.123456+00:00"}`
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from registry.trust.chain import Anchor

if TYPE_CHECKING:
    from collections.abc import Iterable

_MARK: Final = "anchor"
_HASH_BYTES: Final = 32


@dataclass(frozen=True)
class Found:
    """The anchors of a file, and how many of its lines are none."""

    anchors: tuple[Anchor, ...]
    passed_over: int


def line_of(anchor: Anchor) -> str:
    """Return an anchor as one line, without its end."""
    facts = {"merr": _MARK, "seq": anchor.seq, "hash": anchor.hash.hex(), "at": anchor.at.isoformat()}
    return json.dumps(facts)


def anchor_of(line: str) -> Anchor | None:
    """Return the anchor of a line, which may stand behind what a syslog put before it; None when there is none."""
    try:
        facts = json.loads(line[line.rindex("{") :])
        if facts["merr"] != _MARK or type(facts["seq"]) is not int or facts["seq"] < 1:
            return None
        anchor = Anchor(
            facts["seq"], bytes.fromhex(facts["hash"]), datetime.fromisoformat(facts["at"]).astimezone(UTC)
        )
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None
    return anchor if len(anchor.hash) == _HASH_BYTES else None


def read_lines(lines: Iterable[str]) -> Found:
    """Return the anchors among lines. Other lines, such as one cut by a power failure, are counted, not believed."""
    said = [anchor_of(line) for line in lines if line.strip()]
    found = tuple(anchor for anchor in said if anchor is not None)
    return Found(found, len(said) - len(found))
