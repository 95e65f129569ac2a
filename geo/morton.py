"""Spatial order: points that lie near each other get numbers near each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SPREAD = (
    (np.uint64(16), np.uint64(0x0000FFFF0000FFFF)),
    (np.uint64(8), np.uint64(0x00FF00FF00FF00FF)),
    (np.uint64(4), np.uint64(0x0F0F0F0F0F0F0F0F)),
    (np.uint64(2), np.uint64(0x3333333333333333)),
    (np.uint64(1), np.uint64(0x5555555555555555)),
)


def morton_order(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the order of points along the Morton curve over the whole earth, int64 (n,); ties keep their order.

    The earth, not the points' own bounds, so that a point's place does not depend on its company.

    References
    ----------
    Morton, G. M. (1966). A computer oriented geodetic data base and a new technique in file sequencing. IBM.
    """
    east = _spread((lon + 180.0) / 360.0)
    north = _spread((lat + 90.0) / 180.0)
    return np.argsort(east | (north << np.uint64(1)), kind="stable")


def _spread(share: NDArray[np.float64]) -> NDArray[np.uint64]:
    """Return 32 bits of a share in 0..1, each followed by a zero bit."""
    bits = np.minimum(share * 2.0**32, 2.0**32 - 1.0).astype(np.uint64)
    for shift, mask in _SPREAD:
        bits = (bits | (bits << shift)) & mask
    return bits
