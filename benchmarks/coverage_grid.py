"""`merr bench --only coverage`: what coverage and scenarios cost.

`grid_shipped` is the whole question on the shipped data, from the database to the result; `grid_800k` the nearest
providers alone on a state's full roads.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks import coverage, what_if
from benchmarks.graphs import synthetic
from benchmarks.measure import answered, compare
from benchmarks.peers import installed
from benchmarks.wall import by_login, database
from geo.driving import drive
from geo.engines import least_between
from geo.snapping import snap
from matching.atlas import atlas
from matching.coverage.classes import sector_classes
from matching.coverage.loading import coverage as asked
from matching.coverage.parameters import CoverageParameters
from registry.db.engine import session_scope
from registry.directory.store import listings, sectors
from registry.errors import RegistryError
from registry.people.principal import Appointment, Principal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from benchmarks.measure import Row
    from geo.driving import Drive
    from matching.atlas import Atlas
    from matching.coverage.result import CoverageResult

DATABASE: Final = "merr_bench_coverage"
STATE_NODES: Final = 800_000
STATE: Final = "synthetic_800k"
ASKER: Final = Principal(
    account_id="bench",
    session_id="bench",
    name="Bench",
    request_id="bench",
    appointments=(Appointment(role="planner"),),
)
PARAMETERS: Final = CoverageParameters(today=date(2026, 11, 1), k=5, fresh_days=180)


def figures(fill: Callable[[str], object]) -> Iterator[Row | str]:
    """Yield a row a figure, or a sentence where something is not at hand.

    Parameters
    ----------
    fill
        Puts the shipped data and the demo registry into the database at a URL.
    """
    yield from shipped(fill)
    yield from coverage.figures(synthetic(STATE_NODES), STATE, "grid_800k")
    yield from what_if.figures()


def shipped(fill: Callable[[str], object]) -> Iterator[Row | str]:
    """Yield `grid_shipped`: every county by all its people and every sector, from the database to the result."""
    try:
        with database(DATABASE) as url:
            fill(url)
            yield from _grid(by_login(url, "merr_web"))
    except RegistryError as refusal:
        yield f"grid_shipped: the private cluster does not run here ({refusal.title})."


def _grid(url: str) -> Iterator[Row | str]:
    with session_scope(url, principal=ASKER) as session:
        known, codes = atlas(session), [sector.code for sector in sectors(session)]
        sites = {(row.lon, row.lat) for row in listings(session)}
    classes = sector_classes(codes)

    def ours() -> CoverageResult:
        with session_scope(url, principal=ASKER) as session:
            return asked(session, ASKER, classes, PARAMETERS, known=known)

    goal, stand = _junctions(known, sorted(sites))
    result = ours()
    note = (
        f"{int((np.array(result.levels) == 'county').sum())} counties by {len(known.population.people):,} points, "
        f"{len(classes)} sectors, {len(PARAMETERS.thresholds_ms)} thresholds, k = {PARAMETERS.k}, "
        f"{int(result.listed.sum()):,} listings, from the database to the result; "
        "scipy: the times between junctions alone; both by the clock on the wall, since a database takes part"
    )
    for peer, missing in installed(("scipy",)):
        if missing:
            yield missing
            continue
        vehicles = [drive(known.network, known.profiles[code]) for code in ("car", "truck")]
        theirs = partial(_scipy, vehicles, goal, stand)
        found, first_ms = answered(theirs, perf_counter)
        mine = [least_between(vehicle.network, vehicle.arc_ms, goal, stand) for vehicle in vehicles]
        if not np.array_equal(np.asarray(found), mine):
            yield f"grid_shipped, {known.network.content_hash}: {peer} answers otherwise; no figure."
            continue
        yield compare(
            "grid_shipped",
            known.network.content_hash,
            peer,
            ours=ours,
            theirs=theirs,
            first_ms=first_ms,
            note=note,
            clock=perf_counter,
        )


def _junctions(known: Atlas, sites: list[tuple[float, float]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the junctions at either end of the roads at which people live, and at which sites stand."""
    network, people = known.network, known.population
    ends = []
    for lon, lat in ((people.lon, people.lat), tuple(np.array(sites).T)):
        edge = snap(network, lon, lat).edge
        edge = edge[edge >= 0]
        ends.append(
            np.unique(np.concatenate([network.edge_tail[edge], network.edge_head[edge]])).astype(np.int64)
        )
    return ends[0], ends[1]


def _scipy(
    vehicles: list[Drive], goal: NDArray[np.int64], stand: NDArray[np.int64]
) -> list[NDArray[np.int64]]:
    """Return the milliseconds between junctions by SciPy, for each vehicle: one search a goal, against the traffic."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    found = []
    for vehicle in vehicles:
        roads, count = vehicle.network.inward, len(vehicle.network.lon)
        weight = vehicle.arc_ms[roads.arc].astype(np.float64)
        graph = csr_array((weight, roads.tail.astype(np.int32), roads.indptr), shape=(count, count))
        found.append(dijkstra(graph, indices=goal)[:, stand].astype(np.int64))
    return found
