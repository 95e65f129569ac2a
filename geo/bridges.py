"""The bridges of a network by id or name, and the road on them."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo.entries import shape_between
from geo.errors import ClosureError
from geo.intervals import Stretches, added, no_stretches
from geo.network import ARRAYS, WORDS, RoadNetwork
from geo.projection import geometry_in_metres

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo.network import Bridge

SAME_BRIDGE_M = 200.0
"""Bridges of one name that lie no further apart, in metres (EPSG:5070), carry the two carriageways of one road."""

NEAREST_NAMES = 5


def bridges_called(network: RoadNetwork, word: str) -> tuple[int, ...]:
    """Return the bridges with an id or a name, as their numbers in `network.bridges`, in order.

    An id means that bridge, and those of the same name no further than 200 m away: its other carriageway. A name,
    upper and lower case alike, means every bridge that bears it.

    Raises
    ------
    ClosureError
        No bridge is called so; the sentence has the nearest names.
    """
    own = [at for at, bridge in enumerate(network.bridges) if bridge.id == word]
    if own:
        return carriageways(network, own)
    wanted = word.casefold()
    named = [
        at for at, bridge in enumerate(network.bridges) if bridge.name and bridge.name.casefold() == wanted
    ]
    if not named:
        raise _unknown(network, word)
    return tuple(named)


def road_on(network: RoadNetwork, bridges: Sequence[int]) -> Stretches:
    """Return the stretches of road on some bridges."""
    at = np.flatnonzero(np.isin(network.span_bridge, np.array(bridges, dtype=np.int64)))
    if not len(at):
        return no_stretches()
    return added(
        Stretches(network.span_edge[at].astype(np.int64), network.span_from_m[at], network.span_to_m[at])
    )


def bridge_line(network: RoadNetwork, bridges: Sequence[int]) -> shapely.MultiLineString:
    """Return the road on some bridges as lines to draw, EPSG:4326; empty when no road lies on them."""
    some = road_on(network, bridges)
    return shapely.MultiLineString(
        [
            shape_between(network, edge, from_m, to_m).tolist()
            for edge, from_m, to_m in zip(
                some.edge.tolist(), some.from_m.tolist(), some.to_m.tolist(), strict=True
            )
        ]
    )


def carriageways(network: RoadNetwork, own: Sequence[int]) -> tuple[int, ...]:
    """Return bridges and those of the same name no further than 200 m away, as their numbers, in order."""
    names = {network.bridges[at].name.casefold() for at in own} - {""}
    twins = [
        at for at, bridge in enumerate(network.bridges) if at not in own and bridge.name.casefold() in names
    ]
    if not twins:
        return tuple(own)
    here = geometry_in_metres(bridge_line(network, own))
    near = [
        at for at in twins if here.distance(geometry_in_metres(bridge_line(network, [at]))) <= SAME_BRIDGE_M
    ]
    return tuple(sorted([*own, *near]))


def _unknown(network: RoadNetwork, word: str) -> ClosureError:
    if not network.bridges:
        return ClosureError(
            "These roads know no bridges",
            given=f"bridge {word!r}, on {network.name}",
            wanted="a closure with a shape, on a network that knows no bridges by name",
            todo="draw the closure over the bridge, or choose a river crossing",
        )
    names = sorted({bridge.name for bridge in network.bridges if bridge.name})
    folded = {name.casefold(): name for name in names}
    near = [folded[name] for name in difflib.get_close_matches(word.casefold(), folded, NEAREST_NAMES, 0.5)]
    near += [name for name in names if word.casefold() in name.casefold() and name not in near]
    nearest = ", ".join(map(repr, near[:NEAREST_NAMES]))
    return ClosureError(
        f"No bridge is called {word!r}",
        given=f"bridge {word!r}, on {network.name}",
        wanted="the id or the name of a bridge of these roads"
        + (f"; the nearest are {nearest}" if nearest else ""),
        todo="correct the name, or draw the closure over the bridge",
    )


def with_bridges(
    network: RoadNetwork, bridges: Sequence[Bridge], spans: Stretches, bridge: NDArray[np.integer]
) -> RoadNetwork:
    """Return the network with these bridges instead of its own, under a content hash of its own.

    Parameters
    ----------
    network
        The roads.
    bridges
        Bridges by number.
    spans, bridge
        The road on them, and which bridge each span is of, int (S,).
    """
    parts = {name: getattr(network, name) for name in (*ARRAYS, *WORDS)}
    order = np.lexsort((bridge, spans.from_m, spans.edge))
    own = {
        "bridges": tuple(bridges),
        "span_edge": spans.edge[order],
        "span_from_m": spans.from_m[order],
        "span_to_m": spans.to_m[order],
        "span_bridge": bridge[order],
    }
    return RoadNetwork.sealed(**{**parts, **own})
