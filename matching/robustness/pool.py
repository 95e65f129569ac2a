"""The assets that may answer a need, in columns, and their ways to one area: what the loss of roads changes of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from geo.losses import AT_ONCE, Losses
from geo.routing import search
from geo.runs import numbers
from matching.answers import CAUSES
from matching.rounding import told_ms
from matching.vehicles import snaps_for, standing_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from geo.areas import IncidentArea
    from geo.steps import Heard
    from matching.answers import Question
    from matching.eligibility import Split, Travels
    from matching.goals import Goal
    from matching.robustness.links import Link
    from matching.roster import Roster

NEVER: Final = 2**60
"""Milliseconds in place of an arrival that there is none of; more than any."""


@dataclass(frozen=True, eq=False)
class Pool:
    """The assets that can serve a need, and those that only lack a way: A of them, by W ways.

    Parameters
    ----------
    assets, rows
        The roster, and their places in it, int64 (A,).
    way
        Each asset's way, int64 (A,).
    vehicle, site
        Each way's vehicle by number, and its site, int64 (W,).
    provider, providers
        Each asset's provider by number, int64 (A,), and their ids.
    closed
        Which assets' places are closed, bool (A,).
    by_way, first
        The assets by way, and where each way's begin, int64 (A,), (W+1,).
    """

    assets: Roster
    rows: NDArray[np.int64]
    way: NDArray[np.int64]
    vehicle: NDArray[np.int64]
    site: NDArray[np.int64]
    provider: NDArray[np.int64]
    providers: tuple[str, ...]
    closed: NDArray[np.bool_]
    by_way: NDArray[np.int64]
    first: NDArray[np.int64]

    @property
    def quantity(self) -> NDArray[np.int64]:
        """Return each asset's units, int64 (A,)."""
        return self.assets.quantity[self.rows]

    @property
    def tie(self) -> NDArray[np.int64]:
        """Return each asset's place among equal arrivals, int64 (A,)."""
        return self.assets.by_tie[self.rows]

    def arrival_ms(self, asset: NDArray[np.int64], total_ms: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return when assets arrive as it is told, from the milliseconds of their ways (-1 none), int64; or `NEVER`."""
        told = told_ms(self.assets.ready_ms[self.rows[asset]] + total_ms, self.closed[asset])
        return np.where(total_ms < 0, NEVER, told)

    def of_ways(self, way: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the assets of some ways one after the other, and for each the place of its way among them."""
        count = self.first[way + 1] - self.first[way]
        return self.by_way[numbers(self.first[way], count)], np.repeat(np.arange(len(way)), count)


def pool(question: Question, assets: Roster, ways: Travels, sides: Split, codes: Sequence[str]) -> Pool:
    """Return the assets that can serve a need or lack only a way; `codes` are the vehicles in use, by number."""
    cut_off = sides.left_out[sides.cause == CAUSES.index("unreachable")]
    rows = np.sort(np.concatenate([sides.candidates, cut_off]))
    number = {code: at for at, code in enumerate(codes)}
    own = [0 if question.profile is not None else number.get(code, 0) for code in assets.profiles]
    _, some, way = np.unique(ways.way[rows], return_index=True, return_inverse=True)
    ids = [assets.rows[row].provider_id for row in rows.tolist()]
    providers = sorted(set(ids))
    place = {each: at for at, each in enumerate(providers)}
    by_way = np.argsort(way, kind="stable")
    return Pool(
        assets=assets,
        rows=rows,
        way=way.astype(np.int64),
        vehicle=np.array(own, dtype=np.int64)[assets.kind[rows[some]]],
        site=assets.site[rows[some]],
        provider=np.array([place[each] for each in ids], dtype=np.int64),
        providers=tuple(providers),
        closed=np.zeros(len(rows), dtype=np.bool_) if assets.closed is None else assets.closed[rows],
        by_way=by_way,
        first=np.searchsorted(way[by_way], np.arange(len(some) + 1)).astype(np.int64),
    )


class Found(NamedTuple):
    """The assets whose arrivals a loss changes, by loss: which loss, which asset, and its new arrival; (n,) each."""

    loss: NDArray[np.int64]
    asset: NDArray[np.int64]
    arrival_ms: NDArray[np.int64]


class Aim:
    """One area to arrive in, and the ways of a pool to it, vehicle by vehicle."""

    def __init__(self, known: Pool, goals: Mapping[str, Goal], part: IncidentArea | None = None) -> None:
        """Search for each vehicle: to what its goal says, or to a part of the area."""
        self.pool = known
        question = next(iter(goals.values())).question
        area = part or question.area
        here = standing_in(area, known.assets)[known.site]
        # Who stands in the area need not drive to its first road; whatever is lost.
        here &= question.measure == "first_entry"
        self.total_ms = np.zeros(len(known.site), dtype=np.int64)
        self.fleet: list[tuple[Losses, NDArray[np.int64]]] = []
        for vehicle, goal in enumerate(goals.values()):
            own = np.flatnonzero((known.vehicle == vehicle) & ~here)
            snaps = snaps_for(goal.closed.drive, known.assets)
            site = known.site[own]
            searched = goal.way
            if part is not None:
                searched = search(goal.closed.network, part, goal.closed, keep_out=question.keep_out)
            losses = Losses(searched, goal.closed, snaps.some(site))
            self.total_ms[own] = losses.total_ms
            self.fleet.append((losses, own))
        self.arrival_ms = known.arrival_ms(np.arange(len(known.rows)), self.total_ms[known.way])

    def carried(self, asset: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return for each edge on how many of these assets' ways it lies, int64 (E,); ways shared count once."""
        way = np.zeros(len(self.total_ms), dtype=np.bool_)
        way[self.pool.way[asset]] = True
        each = [losses.carried(np.flatnonzero(way[own])) for losses, own in self.fleet]
        carried: NDArray[np.int64] = np.sum(each, axis=0)
        return carried

    def changes(self, tried: Sequence[Link], step: Heard) -> Iterator[Found]:
        """Yield whose arrivals the losses change, some hundred losses at a time; `step` hears the share that is done."""
        edges = [np.array(link.edges, dtype=np.int64) for link in tried]
        batches = zip(*(losses.changes(edges) for losses, _ in self.fleet), strict=True)
        for number, parts in enumerate(batches, start=1):
            step(min(number * AT_ONCE / len(tried), 1.0))
            loss = np.concatenate([part.loss for part in parts])
            way = np.concatenate([own[part.place] for part, (_, own) in zip(parts, self.fleet, strict=True)])
            total_ms = np.concatenate([part.total_ms for part in parts])
            asset, of = self.pool.of_ways(way)
            arrival_ms = self.pool.arrival_ms(asset, total_ms[of])
            other = np.flatnonzero(arrival_ms != self.arrival_ms[asset])
            order = other[np.lexsort((asset[other], loss[of[other]]))]
            yield Found(loss[of[order]], asset[order], arrival_ms[order])
