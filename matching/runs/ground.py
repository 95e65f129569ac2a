"""The hash of all that a result stands on beside the roads and the directory."""

from __future__ import annotations

import hashlib
from dataclasses import fields
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
import shapely

from matching.questions import canonical

if TYPE_CHECKING:
    from matching.atlas import Atlas

_known: WeakKeyDictionary[Atlas, str] = WeakKeyDictionary()


def ground_hash(known: Atlas) -> str:
    """Return the SHA-256 of counties, people, vehicles and ZIP points, 64 hexadecimal digits.

    The roads have a hash of their own. What is hashed is what is held, not the files it was read from.
    """
    found = _known.get(known)
    if found is None:
        found = _known[known] = _hashed(known)
    return found


def _hashed(known: Atlas) -> str:
    counties, discs = known.counties, known.discs
    words = {
        "fips": counties.fips,
        "name": counties.name,
        "region": counties.region,
        "seat": counties.seat,
        "vehicles": [
            [profile.code, profile.name, dict(profile.at_most_kmh), profile.bridge_kmh]
            for profile in known.profiles.values()
        ],
        "zips": dict(known.zips),
    }
    digest = hashlib.sha256(canonical(words))
    for numbers in (counties.population, counties.seat_lon, counties.seat_lat, discs.people):
        digest.update(numbers.tobytes())
    for column in fields(known.population):
        told = getattr(known.population, column.name)
        digest.update(told.tobytes() if isinstance(told, np.ndarray) else canonical(list(told)))
    for shapes in (counties.geometry, discs.ground):
        for shape in shapely.to_wkb(shapes):
            digest.update(shape)
    return digest.hexdigest()
