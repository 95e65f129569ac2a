"""By when people have their k-th company, and nothing else: for who asks many times, as scenarios do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo import coverage_kernels
from geo.coverage import first_ms
from geo.coverage_kernels import FAR
from geo.snapping import Snaps
from matching.coverage.arrivals import members_of, ways_of
from matching.coverage.computing import compute
from matching.coverage.result import NONE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from geo.closures import Closure
    from matching.atlas import Atlas
    from matching.coverage.classes import CoverageClass
    from matching.coverage.parameters import CoverageParameters
    from matching.coverage.targets import Targets
    from matching.roster import Roster


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
    of listings by points: one search a class and vehicle finds who is first everywhere. Beyond the first the matrix is worked out.

    Parameters
    ----------
    known, assets, targets, classes, parameters, closures, at
        As `compute` takes them.

    Raises
    ------
    MatchingError, ClosureError
        As `compute` raises them.
    """
    if parameters.k > 1:
        found = compute(known, assets, targets, classes, parameters, closures=closures, at=at)
        return found.time_ms[:, :, -1]
    some = members_of(assets, classes, parameters)
    way, roads, legs = ways_of(known, assets, some, targets, closures=closures, at=at)
    soonest = np.full((len(targets.lon), len(classes)), FAR, dtype=np.int64)
    for group in range(len(classes)):
        own = slice(some.class_start[group], some.class_start[group + 1])
        fresh = some.fresh[own]
        ready_ms = np.full(sum(len(stands.edge) for _, stands in legs.values()), FAR, dtype=np.int64)
        np.minimum.at(ready_ms, way[own][fresh], some.ready_ms[own][fresh])
        number = 0
        for code, (points, stands) in legs.items():
            lead_ms = ready_ms[number : number + len(stands.edge)]
            number += len(stands.edge)
            there = lead_ms < FAR
            providers = Snaps(stands.edge[there], stands.offset_m[there], stands.access_m[there])
            arrived_ms = first_ms(roads[code], points, providers, lead_ms[there])
            np.minimum(soonest[:, group], arrived_ms, out=soonest[:, group])
    out = np.empty((len(targets.keys), len(classes)), dtype=np.int64)
    coverage_kernels.for_most(soonest, (targets.start, targets.point, targets.people), out)
    return np.where(out >= FAR, NONE, out)
