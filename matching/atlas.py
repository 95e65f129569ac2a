"""What every answer needs and no question changes: roads, counties and people, loaded once per process."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from geo.gazetteer import NOWHERE, read_gazetteer
from geo.population import NOBODY, read_population, spread
from geo.profiles import CAR, read_profiles
from registry.directory.roads import active_network, network_of
from registry.directory.runs import load_runs
from registry.directory.store import counties as stored_counties
from registry.settings import settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from geo.counties import Counties
    from geo.gazetteer import Gazetteer
    from geo.network import RoadNetwork
    from geo.population import Population, PopulationDiscs
    from geo.profiles import Profile
    from registry.db.engine import Session


@dataclass(frozen=True, eq=False)
class Atlas:
    """The roads, counties, people and vehicles; the same for every question until new data are loaded.

    Parameters
    ----------
    network, counties, discs
        The roads, the counties, and where people live.
    profiles
        The vehicles by the codes of their profiles, in the order of their table.
    zips
        The point of each ZIP code, EPSG:4326: what stands for a site whose company lets its ZIP be seen.
    population
        The points that stand for the people, to whom coverage counts.
    gazetteer
        The places and ZIP codes by name.
    """

    network: RoadNetwork
    counties: Counties
    discs: PopulationDiscs
    profiles: Mapping[str, Profile] = field(default_factory=lambda: {CAR.code: CAR})
    zips: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    population: Population = NOBODY
    gazetteer: Gazetteer = NOWHERE


_lock = threading.Lock()
_held: dict[tuple[object, ...], Atlas] = {}


def atlas(session: Session) -> Atlas:
    """Return this process's atlas for the active road network and the shipped population points.

    Reading roads and counties and spreading people takes seconds, so it is done once, and again only when another
    network becomes active, counties are loaded again, or a file of the gazetteer or the table of vehicles changes.

    Raises
    ------
    RegistryError
        No road network or no counties are loaded.
    GeoError
        The table of vehicles cannot be used.
    """
    network = active_network(session, settings().cache_dir)
    population = settings().data_dir / "gazetteer" / "population.csv"
    loaded = [run.ran_at for run in load_runs(session, "counties", limit=1)]
    vehicles = settings().data_dir / "reference" / "profiles.csv"
    gazetteer = settings().data_dir / "gazetteer"
    key = (
        network.content_hash,
        *loaded,
        *_stamp(population),
        *_stamp(vehicles),
        *_stamp(gazetteer / "zips.csv"),
        *_stamp(gazetteer / "places.csv"),
    )
    with _lock:
        if key not in _held:
            profiles, counties = read_profiles(vehicles), stored_counties(session)
            named = read_gazetteer(gazetteer)
            zips = {place.name: (place.lon, place.lat) for place in named.zips}
            points = read_population(population)
            people = spread(points, counties)
            _held.clear()
            _held[key] = Atlas(network, counties, people, profiles, zips, points, named)
        return _held[key]


def atlas_on(session: Session, network_hash: str) -> Atlas:
    """Return the atlas on roads of one's choice, which need not be those in use: everything else is as it stands now.

    Raises
    ------
    RegistryError
        No such roads are stored, or no roads or counties are loaded.
    NetworkError
        The stored roads cannot be read.
    """
    known = atlas(session)
    if known.network.content_hash == network_hash:
        return known
    return replace(known, network=network_of(session, network_hash))


def _stamp(path: Path) -> tuple[object, ...]:
    """Return what changes when a file does; reading it says in words that it is missing."""
    state = path.stat() if path.exists() else None
    return (str(path), state and state.st_mtime_ns, state and state.st_size)
