"""`rank_all`: 100,000 assets ranked to an area, from its outline to the twenty best routes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from benchmarks.measure import Row, compare
from geo import shortest
from geo.areas import area_from_circle
from geo.closures import Closure, close
from geo.counties import Counties
from geo.engines import least_ms
from geo.population import PopulationDiscs
from geo.routing import search
from geo.snapping import snap
from matching.answers import Answer, Question
from matching.atlas import Atlas
from matching.journey import routes_of, solve
from matching.needs import Condition, Need
from matching.roster import roster
from matching.sight import EXACT
from registry.directory.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from geo.network import RoadNetwork

ASSETS = 100_000
SITES = 40_000
ROUTES = 20
SEED = 2011
AREA_KM = 5.0
"""Radius of the area: a city."""
CLOSURES = 8
ASKED = datetime(2026, 5, 22, 23, 20, tzinfo=UTC)
NEED = Need(
    word="generator",
    kinds=("generator_portable",),
    quantity=200,
    conditions=(Condition("kw", ">=", 100.0, "kW", "Power"),),
    text="generator:200,kw>=100",
    label="Generator",
)


def figures(network: RoadNetwork, graph: str) -> Iterator[Row]:
    """Yield the whole journey against the search alone, which is all that the network's size decides.

    That is the one in the journey; the simple one, which looks at every node, stands beside it (`geo.engines`).
    The search alone closes nothing and knows no area: it is given the arcs' times as the closures leave them and the
    nodes from which the area is entered. Everything else is ours to make small. Assets stand in columns beforehand, as
    the network does, and were snapped when they were registered.
    """
    question = asked(network)
    assets, known = roster(listings(network, ASSETS, SITES)), atlas(network)
    closed = close(network, question.closures, ASKED)
    searched = search(network, question.area, closed)
    entries = searched.entries

    def ours() -> Answer:
        found = solve(known, question, assets, {}, sight=EXACT)
        routes_of(known, found, ROUTES)
        return found

    ranked = len(ours().needs[0].matches)
    searches: dict[str, Callable[[], object]] = {
        "search alone": lambda: least_ms(network, closed.arc_ms, entries.node, entries.ms),
        "simple search": lambda: shortest.least_ms(network.inward, closed.arc_ms, entries.node, entries.ms),
    }
    for peer, theirs in searches.items():
        found = compare("rank_all", graph, peer, ours=ours, theirs=theirs)
        note = (
            f"{ASSETS:,} assets at {SITES:,} sites, {CLOSURES} closures, {ranked:,} ranked and {ROUTES} routes; area, "
            f"closures, search, delays, ranking and routes take {found.ours_ms / found.peer_ms:.2f} times the {peer}"
        )
        yield Row("rank_all", graph, found.ours_ms, peer, found.peer_ms, found.ratio, note)


def asked(network: RoadNetwork) -> Question:
    """Return the question: a city amid the network, and floods about it."""
    rng = np.random.default_rng(SEED)
    lon, lat = float(np.median(network.lon)), float(np.median(network.lat))
    floods = [
        shapely.Point(lon + east, lat + north).buffer(radius)
        for east, north, radius in zip(
            rng.uniform(-0.15, 0.15, CLOSURES),
            rng.uniform(-0.15, 0.15, CLOSURES),
            rng.uniform(0.004, 0.02, CLOSURES),
            strict=True,
        )
    ]
    closures = tuple(
        Closure(
            key=f"{i}",
            effect="blocked" if i % 2 else "slowed",
            geometry=flood,
            factor=1.0 if i % 2 else 3.0,
            name=f"Flood {i}",
        )
        for i, flood in enumerate(floods)
    )
    return Question(area_from_circle(lon, lat, AREA_KM), (NEED,), closures, ASKED)


def atlas(network: RoadNetwork) -> Atlas:
    """Return the network in one county, all of whose people live about the middle."""
    ground = shapely.box(
        network.lon.min() - 1, network.lat.min() - 1, network.lon.max() + 1, network.lat.max() + 1
    )
    counties = Counties(
        fips=("29097",),
        name=("Jasper",),
        region=("D",),
        population=np.array([1_000]),
        seat=("Carthage",),
        seat_lon=np.array([-94.3]),
        seat_lat=np.array([37.2]),
        geometry=np.array([ground], dtype=object),
    )
    town = shapely.Point(float(np.median(network.lon)), float(np.median(network.lat))).buffer(0.1)
    return Atlas(network, counties, PopulationDiscs(np.array([1_000.0]), np.array([town], dtype=object)))


def listings(network: RoadNetwork, assets: int, sites: int) -> list[Listing]:
    """Return made assets at made sites beside a network's roads, snapped to them, the same every time."""
    rng = np.random.default_rng(SEED)
    node = rng.integers(0, len(network.lon), sites)
    lon, lat = network.lon[node] + 0.0004, network.lat[node] + 0.0003
    snaps = snap(network, lon, lat)
    columns = (
        rng.integers(0, sites, assets),
        rng.choice([0.0, 20.0, 60.0, 100.0, 125.0, 250.0, 500.0], assets),
        rng.choice(["available", "available", "available", "available", "committed", "paused"], assets),
        rng.integers(0, 9, assets),
        rng.choice([0, 900, 1800, 3600, 7200], assets),
        rng.integers(0, 400, assets),
    )

    def made(number: int, row: tuple[Any, ...]) -> Listing:
        site, kw, status, quantity, ready_s, age = row
        return Listing(
            asset_id=f"{number:08x}",
            asset_name=f"Generator {number % 977}",
            kind="generator_portable",
            family="generator",
            kind_name="Generator, portable (towable)",
            asset_class="equipment",
            attributes={"kw": kw} if kw else {},
            quantity=quantity,
            unit="each",
            mobilisation_s=ready_s,
            status=status,
            confirmed_on=date(2026, 5, 20) - timedelta(days=age),
            delivery="delivers" if number % 2 else "pickup",
            operator=number % 3 == 0,
            max_days=None,
            provider_id=f"{site // 2:06d}",
            provider_name=f"Provider {site // 2:06d}",
            synthetic=True,
            sector="energy",
            site_id=f"{site:06d}",
            site_name="Yard",
            town="Town",
            lon=float(lon[site]),
            lat=float(lat[site]),
            county_fips="29097",
            county_name="Jasper county",
            region="D",
            geocode_quality="given",
            geocode_accuracy_m=0.0,
            network_hash=network.content_hash,
            edge=int(snaps.edge[site]),
            offset_m=float(snaps.offset_m[site]),
            access_m=float(snaps.access_m[site]),
        )

    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [made(number, row) for number, row in enumerate(rows)]
