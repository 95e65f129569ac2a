"""The k nearest providers of every class, for many targets at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from geo import kernels
from geo.doors import refuse_beyond, refuse_lengths, refuse_outside, refuse_rows, whole
from geo.errors import GeoError
from geo.kernels import FAR, NO_WAY
from geo.shortest import limit_of, prepared

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
    arc_ms: NDArray[np.signedinteger[Any]],
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
        A node, an arc, a provider or a class is not there, numbers that belong together differ in length or are not
        whole, or the longest way there could be does not fit 61 bits of milliseconds.
    """
    goals, stands = checked(goals, stands, len(roads.indptr) - 1, k=k, classes=classes)
    weight, span_ms = prepared(roads, arc_ms, goals.node, goals.ms)
    return searched(
        (roads.indptr, roads.tail, weight),
        goals,
        stands,
        found=nothing_found(len(goals.start) - 1, classes, k),
        window_ms=min(WINDOW * roads.middle_ms, FAR),
        span_ms=span_ms,
        limit_ms=limit_ms,
    )


def nothing_found(targets: int, classes: int, k: int) -> Nearest:
    """Return an answer for so many targets and classes that holds no provider yet."""
    shape = (targets, classes, k)
    return Nearest(np.full(shape, NO_WAY, dtype=np.int32), np.full(shape, FAR, dtype=np.int64))


def checked(goals: Goals, stands: Stands, count: int, *, k: int, classes: int) -> tuple[Goals, Stands]:
    """Return targets and providers as compiled code reads them.

    Raises
    ------
    GeoError
        A node, a provider or a class is not there, or numbers that belong together differ in length or are not whole.
    """
    if k < 1:
        raise GeoError(
            "Nearest providers were asked for, but how many",
            given=repr(k),
            wanted="1 or more",
            todo="say how many",
        )
    goals = Goals(*(whole(f"targets' {name}", values) for name, values in vars(goals).items()))
    stands = Stands(
        whole("providers' nodes", stands.node),
        whole("providers' times", stands.ms),
        whole("providers", stands.provider, np.int32),
        whole("classes", stands.of_class, np.int32),
    )
    refuse_lengths(nodes=goals.node, times=goals.ms)
    refuse_lengths(nodes=stands.node, times=stands.ms, providers=stands.provider)
    refuse_rows("targets", goals.start, len(goals.node))
    refuse_beyond("targets' nodes", goals.node, count)
    refuse_outside("providers' times", stands.ms, 0, FAR - 1)
    refuse_beyond("providers' nodes", stands.node, count)
    refuse_beyond("providers", stands.provider, len(stands.of_class))
    refuse_beyond("classes", stands.of_class, classes)
    return goals, stands


def searched(
    roads: tuple[NDArray[np.int32], NDArray[np.uint32], NDArray[Any]],
    goals: Goals,
    stands: Stands,
    *,
    found: Nearest,
    window_ms: int,
    span_ms: int,
    limit_ms: int | None,
) -> Nearest:
    """Fill and return an answer; nothing is checked any more.

    Parameters
    ----------
    roads
        Rows by head, tails and weights as a search reads them.
    goals, stands, limit_ms
        As `nearest_k` takes them.
    found
        Where the answer goes, as `nothing_found` returns it.
    window_ms, span_ms
        How wide a search's window is, and milliseconds that no way takes.
    """
    count = len(roads[0]) - 1
    order = np.argsort(stands.node, kind="stable")
    at_node = np.bincount(stands.node, minlength=count)
    kernels.nearest(
        roads,
        window_ms,
        (whole("targets", _in_space(goals)), goals.start, goals.node, goals.ms),
        (
            whole("rows", np.concatenate([[0], np.cumsum(at_node)]), np.int32),
            whole("providers' times", stands.ms[order]),
            whole("providers", stands.provider[order], np.int32),
            stands.of_class,
        ),
        limit_of(limit_ms),
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
