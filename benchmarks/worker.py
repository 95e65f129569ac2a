"""A web worker as far as its memory goes: its pages and what every answer needs, then a question for each vehicle."""

from __future__ import annotations

import gc
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.closures import Closure
    from geo.network import RoadNetwork
    from geo.profiles import Profile
    from geo.snapping import Snaps

POINTS = 10_000
SEED = 2011
AREA_KM = 10.0
CLOSURES = 8
STEPS = (("car", "the car"), ("vehicles", "three vehicles"), ("closures", "these with closures"))
"""What is asked for, one after the other, and in words."""


def child(file: str) -> None:
    """Say how much memory this process keeps ready, and after each step."""
    from benchmarks.loading import memory_mb

    print(json.dumps({step: memory_mb() for step in _steps(file)}), flush=True)


def _steps(file: str) -> Iterator[str]:
    """Work as a worker does, and yield after each step. What the page would go on showing is kept."""
    from geo.network import RoadNetwork
    from geo.profiles import read_profiles
    from geo.snapping import snap
    from registry.settings import settings

    held = _pages()
    network = RoadNetwork.load(Path(file), laid_out=True)
    node = np.random.default_rng(SEED).integers(0, len(network.lon), POINTS)
    sites = snap(network, network.lon[node] + 0.001, network.lat[node] + 0.001)
    car, *others = read_profiles(settings().data_dir / "reference" / "profiles.csv").values()
    yield "ready"
    held.append(_asked(network, car, sites, ()))
    yield "car"
    for vehicle in others:
        held[-1] = _asked(network, vehicle, sites, ())
    gc.collect()
    yield "vehicles"
    closures = _closures(network)
    for vehicle in (car, *others):
        held[-1] = _asked(network, vehicle, sites, closures)
    gc.collect()
    yield "closures"


def _pages() -> list[object]:
    """Return what a worker holds before the roads: the application, and places by name."""
    from dashboard.app import build_dashboard
    from dashboard.services import Services
    from registry.settings import settings
    from web.wall.app import create_app
    from web.wall.memory import give_back_large_blocks

    give_back_large_blocks()
    known = settings()
    services = Services(known, "postgresql+psycopg:///asked-nothing")
    server = create_app(known, lambda: None, services.database_url)
    return [build_dashboard(server, services), services.gazetteer, services.missouri_path]


def _asked(network: RoadNetwork, vehicle: Profile, sites: Snaps, closures: tuple[Closure, ...]) -> object:
    """Return a vehicle's search, each site's arrival and what closures add to it asked for."""
    from geo.areas import area_from_circle
    from geo.closures import close, open_roads
    from geo.driving import drive
    from geo.routing import search

    known = drive(network, vehicle)
    moment = datetime.now(UTC)
    roads = close(network, closures, moment, known) if closures else open_roads(network, known)
    found = search(network, area_from_circle(*_middle(network), AREA_KM), roads)
    arrivals = found.arrivals(sites)
    if closures:
        found.totals_freely(sites, arrivals.total_ms)
    return found


def _closures(network: RoadNetwork) -> tuple[Closure, ...]:
    """Return closures in a row to the east of the middle, each second one of slowed roads."""
    from geo.closures import Closure

    lon, lat = _middle(network)
    boxes = [
        shapely.box(lon + 0.05 * at, lat - 0.03, lon + 0.05 * at + 0.02, lat + 0.03) for at in range(CLOSURES)
    ]
    return tuple(
        Closure(str(at), "blocked", box) if at % 2 else Closure(str(at), "slowed", box, factor=3.0)
        for at, box in enumerate(boxes)
    )


def _middle(network: RoadNetwork) -> tuple[float, float]:
    return float(np.median(network.lon)), float(np.median(network.lat))
