"""Ways of OpenStreetMap on their way into arrays, and what is counted of them, whichever door they come by."""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from etl.sources.osm_tags import (
    Tags,
    bridge_name,
    direction,
    is_bridge,
    limit_kmh,
    road_class,
    road_name,
    why_not,
    without_unit,
)
from geo.network import Bridge
from geo.ways import NO_BRIDGE, RoadKind, Ways, only_found

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

SHORTEST_WAY = 2
"""Nodes that a road has at least."""


@dataclass
class WayTable:
    """Roads as they are read, in buffers of plain numbers: one row a way, and one a different kind of road.

    Parameters
    ----------
    not_driven
        The classes whose speed is 0: they are counted and left out.
    """

    not_driven: Collection[str]
    node: array[int] = field(default_factory=lambda: array("q"))
    size: array[int] = field(default_factory=lambda: array("q"))
    kind: array[int] = field(default_factory=lambda: array("q"))
    bridge: array[int] = field(default_factory=lambda: array("q"))
    kinds: dict[tuple[str, str, bool, float | None], int] = field(default_factory=dict)
    bridges: dict[str, tuple[int, Bridge]] = field(default_factory=dict)
    counted: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    classes_left_out: Counter[str] = field(default_factory=Counter)

    def __len__(self) -> int:
        """Return how many roads there are so far."""
        return len(self.kind)

    def wants(self, tags: Tags) -> bool:
        """Return whether a way with a `highway` is driven; it is counted either way."""
        self.counted["read"] += 1
        reason = why_not(tags)
        if reason is not None:
            self.left_out[reason] += 1
            return False
        word = road_class(tags)
        if word in self.not_driven:
            self.classes_left_out[word] += 1
            return False
        return True

    def add(self, way_id: str, tags: Tags, nodes: Sequence[int]) -> None:
        """Add a road that is driven, by the limit in its tags, else at the speed of its class."""
        speed, posted = limit_kmh(tags)
        self.counted["limits_read"] += speed is not None
        self.counted["limits_unread"] += posted and speed is None
        self.counted["limits_without_unit"] += speed is not None and without_unit(tags)
        self.add_timed(way_id, tags, nodes, speed, direction(tags))

    def add_timed(
        self, way_id: str, tags: Tags, nodes: Sequence[int], speed: float | None, towards: int
    ) -> None:
        """Add a road that is driven at `speed` km/h (None: its class's), 1 along its nodes, -1 against, 0 both."""
        if len(nodes) < SHORTEST_WAY:
            self.left_out["without two nodes"] += 1
            return
        key = (road_class(tags), road_name(tags), towards != 0, speed)
        self.kind.append(self.kinds.setdefault(key, len(self.kinds)))
        self.node.extend(nodes if towards >= 0 else nodes[::-1])
        self.size.append(len(nodes))
        self.bridge.append(self._bridge(way_id, tags))

    def ways(self, node: NDArray[np.int64], lonlat: NDArray[np.float64]) -> Ways:
        """Return the roads over these nodes: `node` is a row of `lonlat` for each node added, -1 where it is missing."""
        drawn = Ways(
            lonlat=lonlat,
            node=node,
            start=np.concatenate([[0], np.cumsum(numbers(self.size))]),
            kind=numbers(self.kind),
            bridge=numbers(self.bridge),
            kinds=tuple(RoadKind(*key) for key in self.kinds),
            bridges=tuple(bridge for _, bridge in self.bridges.values()),
        )
        ways, self.counted["cut_ways"] = only_found(drawn)
        self.counted["missing_nodes"] = int((node < 0).sum())
        return ways

    def figures(self) -> dict[str, Any]:
        """Return what was read and left out, as a report keeps it."""
        return {
            "lines_read": self.counted["read"],
            "ways": len(self),
            "left_out": dict(sorted(self.left_out.items())),
            "not_driven": dict(sorted(self.classes_left_out.items())),
            **{
                name: self.counted[name]
                for name in (
                    "limits_read",
                    "limits_without_unit",
                    "limits_unread",
                    "cut_ways",
                    "missing_nodes",
                )
            },
        }

    def _bridge(self, way_id: str, tags: Tags) -> int:
        if not is_bridge(tags):
            return NO_BRIDGE
        fresh = (len(self.bridges), Bridge(way_id, bridge_name(tags), tags.get("ref") or ""))
        return self.bridges.setdefault(way_id, fresh)[0]


def numbers(buffer: array[int]) -> NDArray[np.int64]:
    """Return a buffer of whole numbers as an array, without a copy."""
    return np.frombuffer(buffer, dtype=np.int64) if len(buffer) else np.empty(0, dtype=np.int64)


def said_of(figures: Mapping[str, Any]) -> dict[str, str]:
    """Return a report's figures in words: what was left out, by which speeds roads are driven, what is not obeyed."""
    by_class = figures["ways"] - figures["limits_read"]
    facts = {
        "left out": "; ".join(f"{why}: {count:,}" for why, count in figures["left_out"].items()) or "nothing",
        "speeds": f"ways with a posted limit: {figures['limits_read']:,} ({figures['limits_without_unit']:,} without"
        f" a unit, read as km/h); by their class: {by_class:,} ({figures['limits_unread']:,} with a limit that is"
        " no speed)",
        "bridges": f"{figures['bridges']:,} on {figures['bridge_km']:,.1f} km",
    }
    if "restrictions" in figures:
        facts["turns"] = (
            f"{figures['restrictions']:,} restrictions in the file, not obeyed: every turn is allowed"
        )
    if figures["cut_ways"]:
        facts["border"] = (
            f"{figures['cut_ways']:,} roads leave the file; {figures['missing_nodes']:,} of their nodes are not in it"
        )
    return facts
