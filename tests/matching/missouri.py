"""The shipped roads and counties with sites of our own: what the veil must hide, it must hide there."""

from __future__ import annotations

from functools import cache

import numpy as np
import shapely

from geo.counties import read_counties
from geo.gazetteer import read_gazetteer
from geo.network import RoadNetwork
from geo.population import PopulationDiscs
from geo.profiles import read_profiles
from geo.snapping import snap
from geo.stands import stands
from matching.atlas import Atlas
from matching.rounding import up_ms
from registry.settings import settings


@cache
def missouri() -> Atlas:
    """Return the shipped atlas, all of whose people live about Joplin."""
    data = settings().data_dir
    people = PopulationDiscs(
        people=np.array([100_000.0]), ground=np.array([shapely.Point(-94.5, 37.08).buffer(0.1)], dtype=object)
    )
    zips = read_gazetteer(data / "gazetteer").zips
    return Atlas(
        RoadNetwork.load(data / "roads" / "network.npz"),
        read_counties(data / "counties" / "counties.parquet"),
        people,
        read_profiles(data / "reference" / "profiles.csv"),
        {place.name: (place.lon, place.lat) for place in zips},
    )


def standing(lon, lat):
    """Return what a listing says of a point: its place on the road and its county."""
    known = missouri()
    snaps = snap(known.network, [lon], [lat])
    county = int(known.counties.at(np.array([lon]), np.array([lat]))[0])
    return {
        "lon": float(lon),
        "lat": float(lat),
        "network_hash": known.network.content_hash,
        "edge": int(snaps.edge[0]),
        "offset_m": float(snaps.offset_m[0]),
        "access_m": float(snaps.access_m[0]),
        "county_fips": known.counties.fips[county],
        "county_name": known.counties.name[county],
        "region": known.counties.region[county],
    }


def told_by(lon, lat):
    """Return all that an answer may say of where points are: stand, five-minute steps to it, county; one row each."""
    known = missouri()
    stand, ms = stands(known.network).of(snap(known.network, lon, lat))
    steps = [up_ms(each) for each in ms.tolist()]
    county = known.counties.at(np.asarray(lon), np.asarray(lat))
    return np.column_stack([stand, steps, county])


def twins(number, seed=2011, reach_deg=0.03):
    """Return pairs of points of one stand, one step and one county, some hundred metres to kilometres apart."""
    rng = np.random.default_rng(seed)
    towns = np.array([(-94.51, 37.08), (-93.29, 37.21), (-92.33, 38.95), (-94.58, 39.05), (-89.55, 37.31)])
    pairs = []
    while len(pairs) < number:
        one = towns[rng.integers(len(towns))] + rng.uniform(-0.25, 0.25, 2)
        others = one + rng.uniform(-reach_deg, reach_deg, (40, 2))
        told = told_by(np.concatenate([[one[0]], others[:, 0]]), np.concatenate([[one[1]], others[:, 1]]))
        alike = np.flatnonzero((told[1:] == told[0]).all(axis=1))
        if told[0, 0] >= 0 and told[0, 2] >= 0 and len(alike):
            pairs.append((tuple(one), tuple(others[alike[-1]])))
    return pairs
