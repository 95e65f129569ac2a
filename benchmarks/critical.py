"""`critical_links`: every single road and bridge whose loss matters to an incident, against trying each by a search."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import ranking
from benchmarks.measure import Row, answered, row, taken_ms
from geo.areas import area_from_circle
from geo.closures import open_roads
from geo.losses import without
from geo.routing import search
from matching.answers import Question
from matching.robustness.critical import critical_links
from matching.roster import roster

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.network import RoadNetwork
    from matching.robustness.result import Critical

ASSETS = 4_000
"""As many as the demo registry has, anywhere on the network."""

JOPLIN = -94.51, 37.08
AREA_KM = 10.0
SAMPLE = 200
"""Links of which the search alone is timed; all of them would take minutes."""

SEED = 2011


def figures(network: RoadNetwork, graph: str) -> Iterator[Row]:
    """Yield the row: everything from the question to the ranked list, and as peer one search for each link tried."""
    known = ranking.atlas(network)
    assets = roster(ranking.listings(network, ASSETS, ASSETS))
    need = replace(ranking.NEED, conditions=())
    by_at = ranking.ASKED + timedelta(hours=4)
    question = Question(area_from_circle(*JOPLIN, AREA_KM), (need,), (), ranking.ASKED, by_at)

    def ours() -> Critical:
        return critical_links(known, question, need, assets)

    found, _ = answered(ours)
    own = sorted(taken_ms(ours) for _ in range(5))[2]
    closed = open_roads(network)
    edges = np.random.default_rng(SEED).integers(0, len(network.edge_tail), SAMPLE)

    def theirs() -> None:
        for edge in edges.tolist():
            search(network, question.area, without(closed, np.array([edge]))).totals(assets.snaps)

    theirs()
    peer_ms = taken_ms(theirs) * found.tried / SAMPLE
    note = (
        f"{ASSETS:,} assets, {found.tried:,} links on a way that counts, all tried, {len(found.effects):,} matter; peer: a "
        f"search for each link, {SAMPLE} of them timed"
    )
    yield row("critical_links", graph, ours_ms=own, peer="search each", peer_ms=peer_ms, note=note)
