"""What is told of the travel of a site whose place is closed: rounded up, so that nothing finer can be read from it.

Rounding is the second wall. The first is that ranking never knew the place (`matching.veil`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from geo.routing import CUT_OFF
from matching.answers import Measured
from matching.measures import METRES_PER_MILE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from matching.eligibility import Travel

STEP_MS: Final = 300_000
"""Times of closed places are told to five minutes, rounded up."""

STEP_M: Final = 5.0 * METRES_PER_MILE
"""Miles by road of closed places are told to five, rounded up."""

COUNTED_DELAY_MS: Final = 30_000
"""A closure's delay shorter than this is told as none: five minutes would be too much said."""

NO_WAY_FROM_THERE: Final = "no open way from the main roads near it"


def up_ms(ms: int) -> int:
    """Return milliseconds rounded up to five minutes."""
    return -(-ms // STEP_MS) * STEP_MS


def told_ms(arrival_ms: NDArray[np.int64], closed: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return arrivals as they are told: to five minutes where the place is closed."""
    return np.where(closed, -(-arrival_ms // STEP_MS) * STEP_MS, arrival_ms)


def told_travel(travel: Travel, ready_ms: int) -> Travel:
    """Return a way as it is told of a closed place, whose parts add up to the told arrival.

    Parameters
    ----------
    travel
        The way from where ranking takes the site to stand.
    ready_ms
        What the asset needs to get ready, which is no secret.
    """
    if travel.road_ms < 0:
        said = travel.reason is not None and (travel.reason == CUT_OFF or travel.reason.startswith("no "))
        return replace(travel, reason=travel.reason if said else NO_WAY_FROM_THERE)
    way_ms = _way_ms(ready_ms, travel.road_ms + travel.access_ms)
    access_ms = min(up_ms(travel.access_ms), way_ms)
    return replace(
        travel,
        road_ms=way_ms - access_ms,
        access_ms=access_ms,
        road_m=float(np.ceil(travel.road_m / STEP_M) * STEP_M),
        delay_ms=up_ms(travel.delay_ms) if travel.delay_ms >= COUNTED_DELAY_MS else 0,
        area_access_m=float(np.ceil(travel.area_access_m / METRES_PER_MILE) * METRES_PER_MILE),
        site_access_m=None,
        measured=Measured(*(None if ms is None else _way_ms(ready_ms, ms) for ms in travel.measured)),
    )


def _way_ms(ready_ms: int, ms: int) -> int:
    """Return what is left of a told arrival after getting ready."""
    return up_ms(ready_ms + ms) - ready_ms
