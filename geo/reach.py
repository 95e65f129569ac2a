"""When half and nine tenths of an area are reached: its open road, or its people, each from one provider."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from geo import filling_kernels
from geo.gates import Filling, first_junctions, from_gates, from_places, gates
from geo.ramps import OwnRamps, Ramps, own_ramps, ramps
from geo.snapping import access_ms
from geo.threads import shared_out, threads_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo.residents import Residents
    from geo.routing import AreaSearch
    from geo.snapping import Snaps

SHARES = (0.5, 0.9)
"""The shares of an area whose moments are asked for, rising."""

ROUNDING = 1e-9
"""What a share of whole per cent may lose as a binary fraction."""

NOBODY = "no people are counted in the area"

WINDOW = 4
"""A search's window is this many median arcs wide."""

FEW = 16
"""So few places are not worth a second thread, nor a search for each gate; so many are tried to see what one costs."""


@dataclass(frozen=True, eq=False)
class Reach:
    """By when P places have reached half and nine tenths of an area.

    Parameters
    ----------
    p50_ms, p90_ms
        Milliseconds from the place on the road, int64 (P,): its own access leg is not in them. -1 when so much is
        never reached.
    share
        What share of the area's open road (or people) can be reached at all, float64 (P,); 1 where nine tenths are.
    p50_reason, p90_reason
        Why so much is never reached, None for the others.
    road_inside
        Whether open road lies in the area. Without any all of it is reached with the approach to it.
    """

    p50_ms: NDArray[np.int64]
    p90_ms: NDArray[np.int64]
    share: NDArray[np.float64]
    p50_reason: tuple[str | None, ...]
    p90_reason: tuple[str | None, ...]
    road_inside: bool


class _How(NamedTuple):
    """How an answer is worked out, which changes none."""

    threads: int | None
    by_gates: bool | None

    def shared_out(self, some: Callable[[int, int], object], count: int) -> None:
        """Let threads take a run of the work each; the compiled searches leave Python's lock."""
        wanted = max(1, min(threads_for(self.threads), -(-count // FEW)))
        marks = np.linspace(0, count, wanted + 1).astype(int).tolist()
        shared_out(lambda run: some(marks[run], marks[run + 1]), wanted, threads=wanted)


def reach(
    found: AreaSearch,
    snaps: Snaps,
    residents: Residents | None = None,
    *,
    threads: int | None = None,
    by_gates: bool | None = None,
) -> Reach:
    """Return by when each place has reached half and nine tenths of an area's open road, in milliseconds.

    A place on the road is reached as any other: by the least milliseconds over all open ways, which may leave the
    area and enter it again. Open road in the area fills from its ends, and from inside where a provider stands on it,
    at its own pace and in the directions allowed. The measure is the first whole millisecond by which what is
    reached is at least the share wanted.

    Parameters
    ----------
    found
        The search towards the area.
    snaps
        The places on the road.
    residents
        Where the area's people live along its open road; then the shares are of them. None for shares of its length.
    threads
        How many threads take part, which changes no answer; as many as there are processors, up to four, unless given.
    by_gates
        Whether one search for each gate of the area (`geo.gates`) takes the place of one a provider, which changes no
        answer either; whichever costs less unless given.
    """
    arrivals = found.arrivals(snaps)
    if not found.road_inside:
        total_ms = found.totals(snaps)
        whole = np.where(total_ms >= 0, total_ms - access_ms(snaps.access_m), -1)
        share = np.where(whole >= 0, 1.0, 0.0)
        return Reach(whole, whole, share, arrivals.reason, arrivals.reason, road_inside=False)
    obstacles = found.closed.obstacles
    if residents is None:
        known, what = ramps(obstacles, found.target.stretches), "open road"
    else:
        known, what = residents.ramps(obstacles), "people"
    if not known.weight.sum() > 0.0:
        return _nobody(arrivals.reason)
    placed = np.flatnonzero((snaps.edge >= 0) & (arrivals.road_ms >= 0))
    moments, reached = _filled(
        found, known, snaps.edge[placed].astype(np.int64), snaps.offset_m[placed], _How(threads, by_gates)
    )
    ms = np.full((len(SHARES), len(snaps.edge)), -1, dtype=np.int64)
    ms[:, placed] = moments.T
    share = np.zeros(len(snaps.edge))
    share[placed] = np.where(moments[:, -1] >= 0, 1.0, reached / known.weight.sum())
    half, most = (reasons(part, share, arrivals.reason, what) for part in ms)
    return Reach(ms[0], ms[1], share, half, most, road_inside=True)


def _nobody(arriving: tuple[str | None, ...]) -> Reach:
    """Return the answer where no people live in the area, as far as they are counted."""
    never, reasons = np.full(len(arriving), -1), tuple(why or NOBODY for why in arriving)
    return Reach(never, never, np.zeros(len(arriving)), reasons, reasons, road_inside=True)


def reasons(
    ms: NDArray[np.int64], share: NDArray[np.float64], arriving: tuple[str | None, ...], what: str
) -> tuple[str | None, ...]:
    """Return why so much of an area is never reached (where `ms` is below 0), None for the others.

    Parameters
    ----------
    ms, share
        The moments, and what share of the area can be reached at all, rounded down to whole per cent.
    arriving, what
        Why a place does not even arrive, and what the share is of: `open road` or `people`.
    """
    return tuple(
        None if at >= 0 else why or f"only {int(part * 100 + ROUNDING)} % of the area's {what} can be reached"
        for at, part, why in zip(ms.tolist(), share.tolist(), arriving, strict=True)
    )


def _filled(
    found: AreaSearch,
    known: Ramps,
    edge: NDArray[np.int64],
    offset_m: NDArray[np.float64],
    how: _How,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the moment of each share, int64 (P, 2), and the weight reached where one is never; a place each."""
    network = found.network
    extra = filling_kernels.headed(network.indptr, network.head, found.closed.arc_ms, found.node_ms)
    starts = first_junctions(found.closed.obstacles, edge, offset_m)
    plan = from_places(starts, extra)
    if how.by_gates if how.by_gates is not None else _gates_pay(found, known, plan, edge, offset_m):
        alone = np.isin(edge, known.stretches.edge)
        plan = from_gates(found, known, starts, alone, extra=extra, shared_out=how.shared_out)
    some_edge = edge[plan.place]
    some, moments, reached = _work(found, known, plan, some_edge, offset_m[plan.place])
    how.shared_out(some, len(some_edge))
    moments = moments[plan.like]
    return np.where(moments >= 0, moments + plan.later_ms[:, None], -1), reached[plan.like]


def _gates_pay(
    found: AreaSearch, known: Ramps, plan: Filling, edge: NDArray[np.int64], offset_m: NDArray[np.float64]
) -> bool:
    """Return whether a search for each gate sees fewer nodes than one for each place, as a few of those tell."""
    if len(edge) <= FEW:
        return False
    number = len(gates(found, known, plan.extra))
    if len(edge) <= number:
        return False
    some, _, _ = _work(found, known, plan, edge, offset_m)
    few = np.linspace(0, len(edge) - 1, FEW).astype(int).tolist()
    seen = sum(some(at, at + 1) for at in few)
    return len(edge) * seen > FEW * number * len(found.network.lon)


def _work(
    found: AreaSearch, known: Ramps, plan: Filling, edge: NDArray[np.int64], offset_m: NDArray[np.float64]
) -> tuple[Callable[[int, int], int], NDArray[np.int64], NDArray[np.float64]]:
    """Return what fills a run of places and tells how many nodes it saw, and the moments and weights it fills in."""
    network = found.network
    moments, reached = np.full((len(edge), len(SHARES)), -1, dtype=np.int64), np.zeros(len(edge))
    rows, nowhere = _rows(found, known), np.full(len(known), np.inf)
    work = (
        (network.indptr, network.head, plan.extra, found.node_ms),
        max(WINDOW * network.inward.middle_ms, 1),
        _goals(found, known, plan.extra, plan.seeds.node),
        (plan.seeds.begin, plan.seeds.node, plan.seeds.ms),
        (*rows, nowhere, nowhere),
        _own(found, known, own_ramps(found.closed.obstacles, known, edge, offset_m), edge),
        known.weight.sum() * np.array(SHARES),
    )

    def some(first: int, last: int) -> int:
        return int(filling_kernels.fill(*work, (first, last), moments, reached))

    return some, moments, reached


def _goals(
    found: AreaSearch, known: Ramps, extra: NDArray[np.int64], start: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the nodes from which the area's pieces are driven to, as far as any place can reach them."""
    network, edge = found.network, known.stretches.edge
    node = np.concatenate(
        [
            network.edge_tail[edge[np.isfinite(known.ahead_ms)]],
            network.edge_head[edge[np.isfinite(known.back_ms)]],
        ]
    )
    goal = np.unique(node).astype(np.int64)
    led: NDArray[np.bool_] = filling_kernels.led_to(network.indptr, network.head, extra, start)
    return goal[led[goal]]


def _rows(found: AreaSearch, some: Ramps) -> tuple[NDArray[Any], ...]:
    """Return pieces as the search reads them: end nodes, times to both ends, weight, crossing."""
    network, edge = found.network, some.stretches.edge
    ends = network.edge_tail[edge].astype(np.int64), network.edge_head[edge].astype(np.int64)
    return (*ends, some.ahead_ms, some.back_ms, some.weight, some.crossing_ms)


def _own(
    found: AreaSearch, known: Ramps, own: OwnRamps, edge: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], tuple[NDArray[Any], ...]]:
    """Return the places' own pieces as the search reads them, and which of the area's each place's stand for."""
    begin = np.searchsorted(own.place, np.arange(len(edge) + 1)).astype(np.int64)
    first = np.searchsorted(known.stretches.edge, edge, side="left").astype(np.int64)
    last = np.searchsorted(known.stretches.edge, edge, side="right").astype(np.int64)
    return begin, first, last, (*_rows(found, own.ramps), own.here_ahead_ms, own.here_back_ms)
