"""The bridges and river crossings of the roads in use, found by a few letters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo.bridges import bridge_line, bridges_called

if TYPE_CHECKING:
    from shapely import MultiLineString

    from geo.network import Bridge, RoadNetwork

LISTED: Final = 80
"""Bridges offered at a time; a state has tens of thousands."""


ALL_AT_ONCE: Final = 2000
"""Up to so many bridges the browser holds them all, and finds them itself while somebody types."""


def bridge_words(bridge: Bridge) -> str:
    """Return what a bridge is called in a list: its name and the road on it, else its id."""
    name = bridge.name[:1].upper() + bridge.name[1:]
    if name and bridge.ref and bridge.ref not in name:
        return f"{name}, {bridge.ref}"
    return name or (f"Bridge {bridge.id} on {bridge.ref}" if bridge.ref else f"Bridge {bridge.id}")


def found_bridges(network: RoadNetwork, letters: str, kept: str | None = None) -> list[dict[str, str]]:
    """Return the bridges whose words or id hold the letters, by their words; the one of id `kept` always among them.

    The words of a chosen bridge are letters too: then the list is what it was without them.
    """
    wanted = letters.casefold().strip()
    rows = [(bridge_words(bridge), bridge.id) for bridge in network.bridges]
    if any(wanted == words.casefold() for words, number in rows if number == kept):
        wanted = ""
    most = LISTED if asks_server(network) else ALL_AT_ONCE
    found = sorted(row for row in rows if wanted in row[0].casefold() or wanted == row[1].casefold())[:most]
    found += [row for row in rows if row[1] == kept and row not in found]
    return [{"value": number, "label": words} for words, number in found]


def asks_server(network: RoadNetwork) -> bool:
    """Return whether a network has too many bridges for the browser to hold."""
    return len(network.bridges) > ALL_AT_ONCE


def bridge_shape(network: RoadNetwork, word: str) -> tuple[str, MultiLineString]:
    """Return the words of a bridge, of its id or name, and the road on it as lines (EPSG:4326).

    Raises
    ------
    ClosureError
        No bridge is called so.
    """
    numbers = bridges_called(network, word)
    return bridge_words(network.bridges[numbers[0]]), bridge_line(network, numbers)
