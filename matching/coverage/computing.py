"""Coverage worked out: from listings, roads and people to arrays. No clock and no database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo import coverage_kernels
from geo.coverage_kernels import FAR
from geo.steps import quiet
from matching.coverage.arrivals import PointArrivals, point_arrivals
from matching.coverage.result import NONE, CoverageResult

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from geo.closures import Closure
    from geo.steps import Heard
    from matching.atlas import Atlas
    from matching.coverage.classes import CoverageClass
    from matching.coverage.parameters import CoverageParameters
    from matching.coverage.targets import Targets
    from matching.roster import Roster

PEOPLE = 100_000
"""The score is for so many people."""

TWO = 2
"""Nearest providers that must be known at each point to say what the loss of one does."""


def compute(
    known: Atlas,
    assets: Roster,
    targets: Targets,
    classes: Sequence[CoverageClass],
    parameters: CoverageParameters,
    *,
    closures: Sequence[Closure] = (),
    at: datetime | None = None,
    step: Heard = quiet,
) -> CoverageResult:
    """Return the coverage of targets by classes: the same inputs give the same bytes, on any day.

    Parameters
    ----------
    known, assets, targets, classes, parameters, closures, at, step
        As `matching.coverage.arrivals.point_arrivals` takes them.

    Raises
    ------
    MatchingError
        A vehicle is not in the table.
    ClosureError
        A closure names a bridge that these roads do not know.
    """
    found = point_arrivals(known, assets, targets, classes, parameters, closures=closures, at=at, step=step)
    return summed_up(found, known.network.content_hash)


def summed_up(found: PointArrivals, network_hash: str) -> CoverageResult:
    """Return what arrivals at points say of targets.

    Parameters
    ----------
    found
        Every listing's arrival at every point.
    network_hash
        The roads they were worked out on.
    """
    parameters, targets = found.parameters, found.targets
    limits = np.array(parameters.thresholds_ms, dtype=np.int64)
    first, first_ms = _nearest(found, found.fresh_ms)
    time_ms = _for_most(found, first_ms[:, :, : parameters.k])
    stale_ms = time_ms
    if not found.members.fresh.all():
        everyone = found.pair_ms(np.ones(len(found.members.asset), dtype=np.bool_))
        stale_ms = _for_most(found, _nearest(found, everyone)[1][:, :, : parameters.k])
    reached = np.zeros((*time_ms.shape, len(limits)), dtype=np.int64)
    coverage_kernels.people_within(first_ms[:, :, : parameters.k], found.points, limits, reached)
    near_provider, near_asset, near_ms, assets = _near(found)
    carrier, without_ms = _carriers(found, first, first_ms)
    return CoverageResult(
        parameters=parameters,
        network_hash=network_hash,
        targets=targets.keys,
        levels=targets.levels,
        people=_sums(targets.people[targets.point], targets.start),
        classes=tuple(each.code for each in found.classes),
        providers=found.members.providers,
        assets=assets,
        listed=found.members.listed,
        counted=_sums(found.members.fresh.astype(np.int64), found.members.class_start),
        time_ms=time_ms,
        stale_ms=stale_ms,
        reached=reached,
        companies=_companies(found, limits),
        units=_most_for_most(found, units_at_points(found)),
        score=_scores(found),
        near_provider=near_provider,
        near_asset=near_asset,
        near_ms=near_ms,
        carrier=carrier,
        without_ms=without_ms,
    )


def _told(ms: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return milliseconds with `NONE` for what takes forever."""
    return np.where(ms >= FAR, NONE, ms)


def _nearest(found: PointArrivals, pair_ms: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the soonest companies of each class in each row, as pairs, and their milliseconds: (R, S, K or 2)."""
    shape = (len(pair_ms), len(found.classes), max(found.parameters.k, TWO))
    first, first_ms = np.full(shape, NONE, dtype=np.int64), np.full(shape, FAR, dtype=np.int64)
    coverage_kernels.nearest_pairs(pair_ms, found.members.class_pair, first, first_ms)
    return first, first_ms


def _for_most(found: PointArrivals, values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the least that nine tenths of each target's people have, of values by point; `NONE` for forever."""
    flat = np.ascontiguousarray(values).reshape(len(values), -1)
    out = np.empty((len(found.targets.keys), flat.shape[1]), dtype=np.int64)
    coverage_kernels.for_most(flat, found.points, out)
    return _told(out).reshape(len(out), *values.shape[1:])


def _most_for_most(found: PointArrivals, values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the most that nine tenths of each target's people have at least."""
    flat = -values.reshape(len(values), -1)
    out = np.empty((len(found.targets.keys), flat.shape[1]), dtype=np.int64)
    coverage_kernels.for_most(flat, found.points, out)
    return -out.reshape(len(out), *values.shape[1:])


def _sums(values: NDArray[np.int64], start: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the sums of values from each start to the next, int64; an empty stretch gives 0."""
    total = np.concatenate([[0], np.cumsum(values)])
    return np.diff(total[start]).astype(np.int64)


def _companies(found: PointArrivals, limits: NDArray[np.int64]) -> NDArray[np.int64]:
    held = np.empty((len(found.way_ms), len(found.classes), len(limits)), dtype=np.int64)
    coverage_kernels.pairs_within(found.fresh_ms, found.members.class_pair, limits, held)
    return _most_for_most(found, held)


def units_at_points(found: PointArrivals) -> NDArray[np.int64]:
    """Return the units of each class that arrive at each point within each threshold, int64 (P, S, H)."""
    members, limits = found.members, np.array(found.parameters.thresholds_ms, dtype=np.int64)
    held = np.zeros((len(found.classes), len(limits), len(found.way_ms)), dtype=np.int64)
    columns = found.columns(members.fresh)
    coverage_kernels.units_within(found.by_way_ms, columns, members.class_start, members.units, limits, held)
    return np.ascontiguousarray(held.transpose(2, 0, 1))


def _scores(found: PointArrivals) -> NDArray[np.int64]:
    """Return each target's score: the mean of its points' by people, in thousandths of a unit for 100,000."""
    by_point = point_scores(found)
    start, point, people = found.points
    weighed = np.concatenate(
        [np.zeros((1, len(found.classes))), np.cumsum((by_point * people[:, None])[point], axis=0)]
    )
    whole = np.maximum(_sums(people[point], start), 1)
    mean = (weighed[start[1:]] - weighed[start[:-1]]) / whole[:, None]
    told: NDArray[np.int64] = np.floor(mean * PEOPLE * 1000 + 0.5).astype(np.int64)
    return told


def point_scores(found: PointArrivals) -> NDArray[np.float64]:
    """Return each point's E2SFCA score of each class, units a person, float64 (P, S): docs/coverage.md."""
    members, parameters = found.members, found.parameters
    out = np.zeros((len(found.classes), len(found.way_ms)))
    coverage_kernels.scores(
        found.by_way_ms,
        found.columns(members.fresh),
        (members.class_start, members.units),
        found.targets.people,
        (
            np.array(parameters.bands_ms, dtype=np.int64),
            np.array(parameters.weights, dtype=np.float64) / 1000.0,
        ),
        out,
    )
    return np.ascontiguousarray(out.T)


def _alone(found: PointArrivals) -> int:
    """Return how many targets come first that are no region and not the State: only these have near providers."""
    return sum(level in {"county", "point"} for level in found.targets.levels)


def _near(
    found: PointArrivals,
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64], tuple[str, ...]]:
    """Return the companies soonest at counties or points, their assets, the milliseconds, and the assets' ids."""
    members, k, count = found.members, found.parameters.k, _alone(found)
    start, point, people = found.points
    own = (start[: count + 1], point, people)
    whole = np.empty((count, len(members.company)), dtype=np.int64)
    coverage_kernels.for_most(found.fresh_ms, own, whole)
    pairs, ms = _nearest(found, whole)
    pairs, ms = np.ascontiguousarray(pairs[:, :, :k]), ms[:, :, :k]
    best = np.full(pairs.shape, NONE, dtype=np.int64)
    coverage_kernels.best_members(
        pairs, found.way_ms, found.columns(members.fresh), members.pair_start, own, best
    )
    used = np.unique(members.asset[best[best >= 0]])
    ids = tuple(found.assets.rows[at].asset_id for at in used.tolist())
    shape = (len(found.targets.keys), *pairs.shape[1:])
    provider, asset, near_ms = (np.full(shape, NONE, dtype=kind) for kind in (np.int32, np.int32, np.int64))
    there = best >= 0
    provider[:count][there] = members.company[pairs[there]]
    asset[:count][there] = np.searchsorted(used, members.asset[best[there]])
    near_ms[:count] = _told(ms)
    return provider, asset, near_ms, ids


def _carriers(
    found: PointArrivals, first: NDArray[np.int64], first_ms: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return the company whose loss delays each target's first most, and the milliseconds then."""
    count, start = _alone(found), found.points[0]
    lost = np.full((count, len(found.classes)), NONE, dtype=np.int64)
    lost_ms = np.full((count, len(found.classes)), FAR, dtype=np.int64)
    own = (start[: count + 1], *found.points[1:])
    coverage_kernels.carriers(first, first_ms, own, lost, lost_ms)
    carrier = np.full((len(found.targets.keys), len(found.classes)), NONE, dtype=np.int32)
    without_ms = np.full(carrier.shape, NONE, dtype=np.int64)
    carrier[:count][lost >= 0] = found.members.company[lost[lost >= 0]]
    without_ms[:count] = _told(lost_ms)
    return carrier, without_ms
