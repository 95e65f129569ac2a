"""By when people have their k-th company, and nothing else: for who asks many times, as scenarios do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from geo import coverage_kernels
from geo.coverage import first_ms, nearest_companies
from geo.coverage_kernels import FAR
from matching.coverage.arrivals import members_of, ways_of
from matching.coverage.computing import compute
from matching.coverage.result import NONE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from geo.closures import ClosedRoads, Closure
    from geo.snapping import Snaps
    from matching.atlas import Atlas
    from matching.coverage.arrivals import Members
    from matching.coverage.classes import CoverageClass
    from matching.coverage.parameters import CoverageParameters
    from matching.coverage.targets import Targets
    from matching.roster import Roster

if TYPE_CHECKING:
    Reached = tuple[NDArray[np.int64], Mapping[str, ClosedRoads], Mapping[str, tuple[Snaps, Snaps]]]
    """Each member's way, and by vehicle the roads and where points and sites meet them."""

AROUND: Final = 4
"""How much further than the k-th company a search from a point goes, in shares of the roads."""


def kth_ms(
    known: Atlas,
    assets: Roster,
    targets: Targets,
    classes: Sequence[CoverageClass],
    parameters: CoverageParameters,
    *,
    closures: Sequence[Closure] = (),
    at: datetime | None = None,
) -> NDArray[np.int64]:
    """Return by when nine tenths of each target's people have the k-th company of each class, int64 (T, S); ms.

    `NONE` for never. It is the last of `compute(...).time_ms` to the millisecond. The first company needs no matrix
    of listings by points: one search a class and vehicle finds who is first everywhere. Beyond the first a search from
    each point ends with its k-th company; where companies are so few that this goes further than a search from each
    listing would, the matrix is worked out.

    Parameters
    ----------
    known, assets, targets, classes, parameters, closures, at
        As `compute` takes them.

    Raises
    ------
    MatchingError, ClosureError
        As `compute` raises them.
    """
    some = members_of(assets, classes, parameters)
    way, roads, legs = ways_of(known, assets, some, targets, closures=closures, at=at)
    if parameters.k > 1 and _far(some, targets, legs, parameters.k):
        found = compute(known, assets, targets, classes, parameters, closures=closures, at=at)
        return found.time_ms[:, :, -1]
    by_point = _firsts if parameters.k == 1 else kth_by_company
    soonest = by_point(some, (way, roads, legs), len(targets.lon), parameters.k)
    out = np.empty((len(targets.keys), len(classes)), dtype=np.int64)
    coverage_kernels.for_most(soonest, (targets.start, targets.point, targets.people), out)
    return np.where(out >= FAR, NONE, out)


def _far(some: Members, targets: Targets, legs: Mapping[str, tuple[Snaps, Snaps]], k: int) -> bool:
    """Return whether searches from the points go over more of the roads than one from each listing or point would.

    Of C companies spread like people the k-th is found within about k of C parts of the roads, and a search goes on to
    some `AROUND` times that.
    """
    points = len(targets.lon)
    companies = np.maximum(np.diff(some.class_pair), 1)
    parts = float(np.minimum(1.0, AROUND * k / companies).sum()) * points
    return parts >= min(points, sum(len(stands.edge) for _, stands in legs.values()))


def kth_by_company(
    some: Members,
    reached: Reached,
    points: int,
    k: int,
) -> NDArray[np.int64]:
    """Return when the k-th company of each class is at each point, int64 (points, S), ms; `FAR` where it never is.

    Parameters
    ----------
    some, reached
        What can serve, and how, as `members_of` and `ways_of` return them.
    points, k
        How many points there are, and which company.
    """
    classes = len(some.class_start) - 1
    out = np.full((points, classes), FAR, dtype=np.int64)
    for group in range(classes):
        which, when = [], []
        for roads, places, providers, here in _setting_out(some, reached, group):
            company = some.pair[here] - some.class_pair[group]
            found = nearest_companies(roads, places, providers, some.ready_ms[here], company, k=k)
            which.append(found.provider[:, 0, :])
            when.append(np.where(found.provider[:, 0, :] < 0, FAR, found.ms[:, 0, :]))
        if which:
            out[:, group] = _kth(np.concatenate(which, axis=1), np.concatenate(when, axis=1), k)
    return out


def _setting_out(
    some: Members, reached: Reached, group: int
) -> Iterator[tuple[ClosedRoads, Snaps, Snaps, NDArray[np.int64]]]:
    """Yield, for each vehicle that fresh members of a class travel by, its roads, the points, and where who sets out."""
    way, roads, legs = reached
    own = np.arange(some.class_start[group], some.class_start[group + 1])
    own, number = own[some.fresh[own]], 0
    for code, (places, stands) in legs.items():
        here = own[(way[own] >= number) & (way[own] < number + len(stands.edge))]
        if len(here):
            yield roads[code], places, stands.some(way[here] - number), here
        number += len(stands.edge)


def _kth(company: NDArray[np.int32], ms: NDArray[np.int64], k: int) -> NDArray[np.int64]:
    """Return the k-th least time of each row, each company counted once by its least."""
    order = np.argsort(ms, axis=1, kind="stable")
    company, ms = np.take_along_axis(company, order, axis=1), np.take_along_axis(ms, order, axis=1)
    for later in range(1, ms.shape[1]):
        again = (company[:, :later] == company[:, later : later + 1]).any(axis=1)
        ms[again, later] = FAR
    return np.sort(ms, axis=1)[:, k - 1]


def _firsts(
    some: Members,
    reached: Reached,
    points: int,
    _k: int,
) -> NDArray[np.int64]:
    """Return when the first company of each class is at each point, as `kth_by_company` does for 1."""
    soonest = np.full((points, len(some.class_start) - 1), FAR, dtype=np.int64)
    for group in range(soonest.shape[1]):
        for roads, places, providers, here in _setting_out(some, reached, group):
            arrived_ms = first_ms(roads, places, providers, some.ready_ms[here])
            np.minimum(soonest[:, group], arrived_ms, out=soonest[:, group])
    return soonest
