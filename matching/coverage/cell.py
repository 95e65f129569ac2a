"""Why a target stands as it does with a class: who is near, what is stale, and on what it hangs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from geo import coverage_kernels
from geo.coverage_kernels import FAR
from geo.steps import quiet, stretch
from matching.coverage.arrivals import point_arrivals
from matching.coverage.computing import summed_up
from matching.coverage.hanging import MOST_TRIED, Hanging, hanging
from matching.coverage.result import NONE
from matching.errors import MatchingError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from geo.closures import Closure
    from geo.steps import Heard
    from matching.atlas import Atlas
    from matching.coverage.arrivals import PointArrivals
    from matching.coverage.classes import CoverageClass
    from matching.coverage.parameters import CoverageParameters
    from matching.coverage.targets import Targets
    from matching.roster import Roster
    from registry.directory.listing import Listing

STALE_TOLD = 5
"""Stale listings that are told, at most: whom to telephone first."""


@dataclass(frozen=True)
class Near:
    """A company's listing by which it is soonest at nine in ten of the target's people, and the milliseconds."""

    listing: Listing
    ms: int


@dataclass(frozen=True)
class Why:
    """What stands behind one cell of coverage. Listings are as they are: close them before they are shown.

    Parameters
    ----------
    time_ms
        Milliseconds to the 1st ... k-th provider, `NONE` where it never comes.
    near
        The companies soonest there, each once.
    stale
        Companies that do not count because no listing of theirs there is fresh, and that would close the gap if one
        were confirmed; soonest first.
    carrier, without_ms
        The company whose loss delays the first provider most, and the milliseconds then; None and `NONE` where nobody
        comes.
    hanging
        The bridge and the road whose loss does.
    """

    time_ms: tuple[int, ...]
    near: tuple[Near, ...]
    stale: tuple[Near, ...]
    carrier: Listing | None
    without_ms: int
    hanging: Hanging


def why(
    known: Atlas,
    assets: Roster,
    targets: Targets,
    key: str,
    wanted: CoverageClass,
    *,
    parameters: CoverageParameters,
    k: int,
    threshold_ms: int,
    closures: Sequence[Closure] = (),
    at: datetime | None = None,
    step: Heard = quiet,
    most: int | None = MOST_TRIED,
) -> Why:
    """Return what stands behind one cell: a target and a class.

    Parameters
    ----------
    known, assets, targets, parameters, closures, at
        As `compute` takes them.
    key, wanted
        The target by its key (a county or a point), and the class.
    k, threshold_ms
        Which provider must be there, and by when.
    step
        Hears how far it is.
    most
        Bridges, and roads, that are closed one by one; None for all that may matter.

    Raises
    ------
    MatchingError
        There is no such target, or a vehicle is not in the table.
    """
    found = point_arrivals(
        known,
        assets,
        only(targets, key),
        [wanted],
        parameters,
        closures=closures,
        at=at,
        step=stretch(step, 0.0, 0.1),
    )
    result = summed_up(found, known.network.content_hash)
    ids = {row.asset_id: row for row in assets.rows}
    near = tuple(
        Near(ids[result.assets[asset]], int(ms))
        for asset, ms in zip(result.near_asset[0, 0].tolist(), result.near_ms[0, 0].tolist(), strict=True)
        if asset != NONE
    )
    carrier = int(result.carrier[0, 0])
    lost = None if carrier == NONE else result.providers[carrier]
    return Why(
        time_ms=tuple(result.time_ms[0, 0].tolist()),
        near=near,
        stale=_stale(found, k, threshold_ms) if _late(int(result.time_ms[0, 0, k - 1]), threshold_ms) else (),
        carrier=next((row for row in assets.rows if row.provider_id == lost), None),
        without_ms=int(result.without_ms[0, 0]),
        hanging=hanging(found, stretch(step, 0.1, 1.0), most=most),
    )


def only(targets: Targets, key: str) -> Targets:
    """Return one of some targets alone, with its points.

    Raises
    ------
    MatchingError
        There is none of that key.
    """
    if key not in targets.keys:
        raise MatchingError(
            "There is no such place in this coverage",
            given=repr(key),
            wanted="a county's FIPS code, such as 29097, a region's letter, or MO",
            todo="choose one of these",
        )
    at = targets.keys.index(key)
    point = targets.point[targets.start[at] : targets.start[at + 1]]
    return replace(
        targets,
        keys=(key,),
        levels=targets.levels[at : at + 1],
        start=np.array([0, len(point)], dtype=np.int64),
        point=np.arange(len(point), dtype=np.int64),
        lon=targets.lon[point],
        lat=targets.lat[point],
        people=targets.people[point],
        names=targets.names[at : at + 1],
    )


def _late(ms: int, threshold_ms: int) -> bool:
    return ms == NONE or ms > threshold_ms


def _stale(found: PointArrivals, k: int, threshold_ms: int) -> tuple[Near, ...]:
    """Return the stale companies each of which alone would bring the k-th provider under the limit, soonest first."""
    members, fresh_ms = found.members, found.fresh_ms
    everyone = found.pair_ms(np.ones(len(members.asset), dtype=np.bool_))
    told = []
    for pair in np.flatnonzero((everyone < fresh_ms).any(axis=0)).tolist():
        tried = fresh_ms.copy()
        tried[:, pair] = everyone[:, pair]
        kth = np.sort(tried, axis=1)[:, k - 1] if tried.shape[1] >= k else np.full(len(tried), FAR)
        if _for_most(found, kth) > threshold_ms:
            continue
        own = range(int(members.pair_start[pair]), int(members.pair_start[pair + 1]))
        soon = [(_for_most(found, _at(found, one)), one) for one in own if not members.fresh[one]]
        ms, best = min(soon)
        told.append(Near(found.assets.rows[int(members.asset[best])], ms))
    return tuple(sorted(told, key=lambda each: (each.ms, each.listing.asset_id))[:STALE_TOLD])


def _at(found: PointArrivals, member: int) -> NDArray[np.int64]:
    ms: NDArray[np.int64] = np.minimum(
        found.way_ms[:, found.way[member]] + found.members.ready_ms[member], FAR
    )
    return ms


def _for_most(found: PointArrivals, values: NDArray[np.int64]) -> int:
    """Return the least that nine in ten of the target's people have, `FAR` for forever."""
    out = np.empty((1, 1), dtype=np.int64)
    coverage_kernels.for_most(np.ascontiguousarray(values)[:, None], found.points, out)
    return int(out[0, 0])
