"""What the tags of an OpenStreetMap way say to a driver: whether, which way, how fast, over which bridge."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Protocol

from etl.sources.lines import KMH_PER_MPH

DRIVEN = (
    "motorway",
    "motorway_link",
    "trunk",
    "trunk_link",
    "primary",
    "primary_link",
    "secondary",
    "secondary_link",
    "tertiary",
    "tertiary_link",
    "unclassified",
    "residential",
    "living_street",
    "road",
)
"""The values of `highway` that are roads for cars. They are those that osmnx takes for network_type="drive", named
one by one instead of by what they are not, so that a new or misspelt value is counted and not driven."""

CLASSES = ("interstate", "interstate_link", *DRIVEN)
"""The classes of a road from OpenStreetMap: its `highway`, or an interstate or its ramp by the number."""

WHO = ("motorcar", "motor_vehicle", "vehicle", "access")
"""The keys that say who may drive, the most particular first: the first one present decides."""

CLOSED = frozenset({"no", "private", "agricultural", "forestry", "military"})
"""What such a key says where the public may not drive."""

YARDS = frozenset({"alley", "driveway", "emergency_access", "parking", "parking_aisle", "private"})
"""Values of `service` that are ways of a plot and not of a network, as osmnx has them."""

AHEAD = frozenset({"yes", "true", "1"})
AGAINST = frozenset({"-1", "reverse"})
CIRCLES = frozenset({"roundabout", "circular"})

NOT_A_ROAD, NOT_PUBLIC, YARD, CHANGING = (
    "not a road for cars",
    "not open to the public",
    "ways of a plot",
    "reversible",
)
"""Why a way with a `highway` is left out, in the words of the report."""

SLOWEST_KMH, FASTEST_KMH = 5.0, 100.0 * KMH_PER_MPH
"""Limits outside these are slips of the pen: nothing posted anywhere is below a walk or above 100 mph."""

_INTERSTATE = re.compile(r"I[ -]?\d+\b", re.ASCII)
_SPEED = re.compile(r"(\d+(?:[.,]\d+)?)\s*(mph|km/h|kmh|kph)?", re.ASCII | re.IGNORECASE)
_BETWEEN = re.compile(r"[;|]")
_NO = frozenset({"", "no", "false", "0"})


class Tags(Protocol):
    """Key -> value of one way, as osmium's list of tags and a dict both give it."""

    def __contains__(self, key: str, /) -> bool:
        """Return whether there is such a tag."""

    def __getitem__(self, key: str, /) -> str:
        """Return the value of a tag that is there."""

    def get(self, key: str, /) -> str | None:
        """Return the value of a tag, None when it is not there."""


def why_not(tags: Tags) -> str | None:
    """Return why a way with a `highway` is not driven, None when it is."""
    if tags.get("highway") not in DRIVEN or tags.get("area") == "yes":
        return NOT_A_ROAD
    if any(word in YARDS for word in _words(tags.get("service"))):
        return YARD
    allowed = next((tags[key] for key in WHO if key in tags), "yes")
    if any(word in CLOSED for word in _words(allowed)):
        return NOT_PUBLIC
    return CHANGING if tags.get("oneway") == "reversible" else None


def road_class(tags: Tags) -> str:
    """Return the class of a road that is driven: its `highway`, or `interstate` and `interstate_link`.

    A motorway or its ramp is an interstate when one of its numbers (`ref`) is an I and digits, as in "I 70;US 40".
    """
    highway = tags["highway"]
    if highway in {"motorway", "motorway_link"} and any(
        _INTERSTATE.match(word) for word in _words(tags.get("ref"))
    ):
        return highway.replace("motorway", "interstate")
    return highway


def road_name(tags: Tags) -> str:
    """Return the road's name, else its number, else nothing."""
    return tags.get("name") or tags.get("ref") or ""


def direction(tags: Tags) -> int:
    """Return 1 for a way driven only along its nodes, -1 only against them, 0 both ways.

    A motorway (not its ramps) and a roundabout are one-way unless `oneway` says otherwise.
    """
    said = tags.get("oneway")
    if said in AHEAD:
        return 1
    if said in AGAINST:
        return -1
    implied = tags.get("highway") == "motorway" or tags.get("junction") in CIRCLES
    return int(implied and said is None)


def limit_kmh(tags: Tags) -> tuple[float | None, bool]:
    """Return the posted limit in km/h, None when none can be read, and whether a limit is tagged at all.

    `maxspeed` decides; without it, the lower of `maxspeed:forward` and `maxspeed:backward`.
    """
    keys = ("maxspeed",) if "maxspeed" in tags else ("maxspeed:forward", "maxspeed:backward")
    said = [speed_kmh(tags[key]) for key in keys if key in tags]
    read = [speed for speed in said if speed is not None]
    return (min(read) if len(read) == len(said) > 0 else None), bool(said)


@lru_cache(maxsize=4_096)
def speed_kmh(words: str) -> float | None:
    """Return a `maxspeed` in km/h, None when it is no number between a walk and 100 mph.

    A number alone is km/h, as OpenStreetMap says; "55 mph" and "90 km/h" say so themselves. Of several ("45 mph;55 mph",
    by lane or by time) the lowest holds, if every one can be read. "none", "signals", "walk", "RU:urban" and the
    like are no number: such a road is driven at the speed of its class.
    """
    speeds = []
    for part in _BETWEEN.split(words):
        match = _SPEED.fullmatch(part.strip())
        if match is None:
            return None
        number = float(match[1].replace(",", "."))
        speed = number * KMH_PER_MPH if (match[2] or "").lower() == "mph" else number
        if not SLOWEST_KMH <= speed <= FASTEST_KMH:
            return None
        speeds.append(speed)
    return min(speeds)


def without_unit(tags: Tags) -> bool:
    """Return whether the limit is a bare number, which OpenStreetMap takes as km/h and an American may not have."""
    return (tags.get("maxspeed") or "").strip().isdigit()


def is_bridge(tags: Tags) -> bool:
    """Return whether a way lies on a bridge: any `bridge` but "no"."""
    return (tags.get("bridge") or "") not in _NO


def bridge_name(tags: Tags) -> str:
    """Return the bridge's own name, else that of the road on it, else nothing."""
    return tags.get("bridge:name") or tags.get("name") or ""


def _words(value: str | None) -> list[str]:
    return [word.strip() for word in (value or "").split(";")]
