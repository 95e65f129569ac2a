"""A vehicle on a network: what each edge takes it, where it may not go, and where bridges slow it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.intervals import Stretches, added, no_stretches
from geo.milliseconds import changed, kept
from geo.passage import Obstacles
from geo.profiles import CAR

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.network import RoadNetwork
    from geo.profiles import Profile


@dataclass(frozen=True, eq=False)
class Drive:
    """A vehicle on a network without closures.

    Parameters
    ----------
    network, profile
        The roads, and the vehicle.
    edge_ms
        Milliseconds of each edge on the open road, bridges not yet counted: the edge's own, or what its class's
        limit takes when that is longer; (E,), int32, and int64 only where one would not fit. A vehicle without
        limits has the network's own array.
    barred
        The edges it may not use, bool (E,).
    stretches, factor
        Where bridges slow it, and how many times as long each stretch takes, float64 (S,), above 1.
    notes
        What of the profile these roads cannot tell, in sentences.
    """

    network: RoadNetwork
    profile: Profile
    edge_ms: NDArray[np.signedinteger[Any]]
    barred: NDArray[np.bool_]
    stretches: Stretches
    factor: NDArray[np.float64]
    notes: tuple[str, ...]

    @cached_property
    def any_barred(self) -> bool:
        """Return whether any road of this network is barred to it."""
        return bool(self.barred.any())

    @cached_property
    def obstacles(self) -> Obstacles:
        """Return the roads with nothing in the way but the vehicle's own limits."""
        return Obstacles(self, self.stretches, self.factor)

    @cached_property
    def arc_ms(self) -> NDArray[np.signedinteger[Any]]:
        """Return the milliseconds of each arc without closures, (M,), read-only; -1 where it may not go.

        int32, and int64 only where one would not fit. Where the vehicle is no slower anywhere than the roads say, they
        are the network's own array: mapped from its file, and shared with all processes that map it.
        """
        edge, edge_passage_ms = self.obstacles.whole_ms()
        if self.edge_ms is self.network.edge_ms and not self.any_barred and not len(edge):
            return self.network.arc_ms
        barred = np.flatnonzero(self.barred)
        edge_ms = changed(self.edge_ms, barred, np.full(len(barred), -1))
        return kept(changed(edge_ms, edge, edge_passage_ms)[self.network.arc_edge])


def drive(network: RoadNetwork, profile: Profile = CAR) -> Drive:
    """Return a vehicle on a network, worked out once for both and kept with the network."""
    known: Drive | None = network.drives.get(profile)
    if known is None:
        known = network.drives.setdefault(profile, _drive(network, profile))
    return known


def _drive(network: RoadNetwork, profile: Profile) -> Drive:
    at_most_kmh = np.array([profile.at_most_kmh.get(word, np.inf) for word in network.classes])
    barred = (at_most_kmh == 0.0)[network.edge_class]
    edge_ms = _limited_ms(network, at_most_kmh)
    barred.setflags(write=False)
    stretches, factor = _bridges(network, profile, edge_ms)
    return Drive(network, profile, edge_ms, barred, stretches, factor, _notes(network, profile))


def _limited_ms(network: RoadNetwork, at_most_kmh: NDArray[np.float64]) -> NDArray[np.signedinteger[Any]]:
    """Return the milliseconds of each edge under the limits of the classes; the network's own where none counts."""
    edge_ms: NDArray[np.signedinteger[Any]] = network.edge_ms
    for at in np.flatnonzero((at_most_kmh > 0.0) & np.isfinite(at_most_kmh)).tolist():
        edge = np.flatnonzero(network.edge_class == at)
        limit_ms = np.floor(network.edge_length_m[edge] * 3600.0 / at_most_kmh[at] + 0.5).astype(np.int64)
        longer = limit_ms > edge_ms[edge]
        if longer.any():
            edge_ms = changed(edge_ms, edge[longer], limit_ms[longer])
    return edge_ms


def _bridges(
    network: RoadNetwork, profile: Profile, edge_ms: NDArray[np.signedinteger[Any]]
) -> tuple[Stretches, NDArray[np.float64]]:
    """Return the stretches of bridges on which the vehicle is slower than on the rest of the edge, and by how much."""
    if profile.bridge_kmh is None or not len(network.span_edge):
        return no_stretches(), np.empty(0)
    spans = added(Stretches(network.span_edge.astype(np.int64), network.span_from_m, network.span_to_m))
    kmh = network.edge_length_m[spans.edge] * 3600.0 / edge_ms[spans.edge]
    factor = kmh / profile.bridge_kmh
    slower = (factor > 1.0) & (spans.to_m > spans.from_m)
    return spans.of(slower), factor[slower]


_CALLED = {"I": "interstates", "interstate": "interstates", "interstate_link": "interstates"}
"""What people call the road classes that a vehicle is kept off; any other is named as its source does."""


def _notes(network: RoadNetwork, profile: Profile) -> tuple[str, ...]:
    """Return what of a profile these roads cannot tell: limits that then hold nowhere, and must not pass unsaid."""
    present = {network.classes[at] for at in np.unique(network.edge_class).tolist()}
    barred = [word for word, kmh in profile.at_most_kmh.items() if kmh == 0.0]
    slowed = [word for word, kmh in profile.at_most_kmh.items() if kmh > 0.0]
    notes = []
    if barred and present.isdisjoint(barred):
        called = dict.fromkeys(_CALLED.get(word, f"of class {word}") for word in barred)
        notes.append(
            f"These roads do not tell which of them are {' or '.join(called)}: {profile.words} is kept off none."
        )
    if slowed and present.isdisjoint(slowed):
        notes.append(
            f"No class of these roads ({', '.join(sorted(present))}) has a limit for {profile.words}: "
            "it drives as fast as a car."
        )
    if profile.bridge_kmh is not None and not len(network.span_edge):
        notes.append(f"These roads know no bridges: {profile.words} is slowed on none.")
    return tuple(notes)
