"""The k nearest providers of every class, for many targets at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo import kernels
from geo.kernels import FAR, NO_WAY
from geo.shortest import prepared, refuse_beyond

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.shortest import Inward

WINDOW = 4
"""A search's window is this many median arcs wide: it ends with the window in which the last provider was found."""


@dataclass(frozen=True, eq=False)
class Nearest:
    """The k nearest providers of each class to each target, nearest first; `NO_WAY` where there are no more.

    provider int32 (T, C, k), and milliseconds ms int64 (T, C, k). Equal times stand by the provider's number.
    """

    provider: NDArray[np.int32]
    ms: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Stands:
    """Where P providers join the roads: at a node, some milliseconds after they left.

    A provider on a road stands at both its ends; the nearer one counts. node int64 (S,), ms int64 (S,; >= 0),
    provider int32 (S,; 0 <= p < P), and each provider's class, of_class int32 (P,; 0 <= c < C).
    """

    node: NDArray[np.int64]
    ms: NDArray[np.int64]
    provider: NDArray[np.int32]
    of_class: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Goals:
    """T targets, each with the nodes that lead into it: those of `node[start[t]:start[t + 1]]`, `ms` away from it.

    start int64 (T+1,), node int64 (n,), ms int64 (n,; >= 0).
    """

    start: NDArray[np.int64]
    node: NDArray[np.int64]
    ms: NDArray[np.int64]


def nearest_k(
    roads: Inward,
    arc_ms: NDArray[np.int64],
    goals: Goals,
    stands: Stands,
    *,
    k: int,
    classes: int,
    limit_ms: int | None = None,
) -> Nearest:
    """Return the k providers of each class with the least milliseconds to each target.

    A search from each target goes on until no provider further out can be among the k of any class, or to the
    limit: what it costs depends on how near providers are, not on the size of the network.

    Parameters
    ----------
    roads, arc_ms
        As in `least_ms`.
    goals, stands
        The targets, and the providers.
    k, classes
        How many of each class, and how many classes there are.
    limit_ms
        Providers further than this are not found; None for no limit.

    Raises
    ------
    GeoError
        The longest way there could be does not fit 61 bits of milliseconds.
    IndexError
        A node, an arc, a provider or a class is not there.
    """
    weight, span_ms = prepared(roads, arc_ms, goals.node, goals.ms)
    refuse_beyond(goals.start, len(goals.node) + 1)
    if k < 1 or not len(stands.node) == len(stands.ms) == len(stands.provider):
        raise IndexError(
            f"{k} nearest; {len(stands.node)} nodes, {len(stands.ms)} times and {len(stands.provider)} providers"
        )
    refuse_beyond(stands.ms, FAR)
    refuse_beyond(stands.node, len(roads.indptr) - 1)
    refuse_beyond(stands.provider, len(stands.of_class))
    refuse_beyond(stands.of_class, classes)
    order = np.argsort(stands.node, kind="stable")
    at_node = np.bincount(stands.node, minlength=len(roads.indptr) - 1)
    shape = (len(goals.start) - 1, classes, k)
    found = Nearest(np.full(shape, NO_WAY, dtype=np.int32), np.full(shape, FAR, dtype=np.int64))
    kernels.nearest(
        (roads.indptr, roads.tail, weight),
        min(WINDOW * roads.middle_ms, FAR),
        (_in_space(goals), goals.start, goals.node, goals.ms),
        (
            np.concatenate([[0], np.cumsum(at_node)]).astype(np.int32),
            stands.ms[order],
            stands.provider[order].astype(np.int32),
            stands.of_class.astype(np.int32),
        ),
        FAR if limit_ms is None else min(limit_ms + 1, FAR),
        span_ms,
        found.provider,
        found.ms,
    )
    found.ms[found.provider == NO_WAY] = NO_WAY
    return found


def _in_space(goals: Goals) -> NDArray[np.int64]:
    """Return the targets by their first node: nodes stand in spatial order, and neighbours read the same memory."""
    first = np.append(goals.node, 0)[np.minimum(goals.start[:-1], len(goals.node))]
    return np.argsort(first, kind="stable")
