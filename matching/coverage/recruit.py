"""Recruit here: in which towns one more provider brings most people under the limit.

The maximal coverage location problem (Church and ReVelle 1974) with what is there already. A point is *brought under*
when it lacks m >= 1 providers within the limit and at least m of the towns chosen can serve it within the limit. One
and two towns are exact. From the third on the best town is added in turn, and a bound says what no choice can exceed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from geo import coverage_kernels
from geo.coverage import every_ms
from geo.coverage_kernels import FAR
from geo.steps import quiet
from matching.coverage.arrivals import places
from matching.errors import MatchingError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo.gazetteer import Place
    from geo.steps import Heard
    from matching.coverage.arrivals import PointArrivals

MOST_TOWNS = 20
"""Towns that are chosen at once, at most."""

EXACT = 2
"""Up to so many towns every choice is weighed."""


class Recruits(NamedTuple):
    """Towns chosen, best first, and what a provider in each of them would bring.

    Parameters
    ----------
    towns
        Their places in the list of towns.
    people
        People brought under the limit by all of them.
    bound
        People that no choice of as many towns can exceed; equal to `people` where the choice is exact.
    in_turn
        People that each town adds to those before it.
    closes
        What each town adds to those before it: places of the counties (targets) that are no longer over the limit.
    """

    towns: tuple[int, ...]
    people: int
    bound: int
    in_turn: tuple[int, ...]
    closes: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, eq=False)
class Candidates:
    """Towns, and whom a provider in each of them could serve within the limit. P points, N towns.

    Parameters
    ----------
    within
        Whether a provider in the town is at the point within the limit, bool (P, N).
    missing
        Providers that a point lacks, int64 (P,); 0 where none.
    people
        People at each point, int64 (P,).
    start, point
        The points of each target, as `Targets` has them; only of those that may be closed.
    vehicle, ready_ms
        By what the new provider is taken to travel, and its milliseconds to get ready.
    """

    within: NDArray[np.bool_]
    missing: NDArray[np.int64]
    people: NDArray[np.int64]
    start: NDArray[np.int64]
    point: NDArray[np.int64]
    vehicle: str = ""
    ready_ms: int = 0

    def brought(self, towns: Sequence[int]) -> NDArray[np.bool_]:
        """Return which points providers in all these towns bring under the limit, bool (P,)."""
        hits = self.within[:, list(towns)].sum(axis=1)
        under: NDArray[np.bool_] = (self.missing > 0) & (hits >= self.missing)
        return under

    def gained(self, towns: Sequence[int]) -> int:
        """Return the people that providers in all these towns bring under the limit."""
        return int(self.people[self.brought(towns)].sum())

    def closed(self, towns: Sequence[int]) -> frozenset[int]:
        """Return the targets that are over the limit and no longer are with providers in all these towns."""
        under = self.missing == 0
        before, after = self._have(under), self._have(under | self.brought(towns))
        return frozenset(np.flatnonzero(after & ~before).tolist())

    def best(self, count: int) -> Recruits:
        """Return the best so many towns: exactly for one and two, then the best one more in turn.

        Of equal choices the one with the lower places in the list of towns; towns that bring nobody are left out.

        Raises
        ------
        MatchingError
            Fewer than one town is asked for, or more than `MOST_TOWNS`.
        """
        if not 1 <= count <= MOST_TOWNS:
            raise MatchingError(
                "That many towns cannot be chosen",
                given=f"{count} towns",
                wanted=f"1 to {MOST_TOWNS}",
                todo="ask for fewer at once, and again when they are found",
            )
        chosen = self._one() if count == 1 else self._two()
        while len(chosen) < min(count, self.within.shape[1]):
            chosen.append(self._next(chosen))
        while chosen and self.gained(chosen[:-1]) == self.gained(chosen):
            chosen.pop()
        people = self.gained(chosen)
        bound = people if count <= EXACT else max(people, self.bound(chosen, count))
        return self._told(chosen, people, bound)

    def bound(self, chosen: Sequence[int], count: int) -> int:
        """Return people that no choice of so many towns can exceed.

        Give a point that lacks m the share min(1, hits / m) of its people: never less than what counts, and what a
        town adds to it only shrinks as others are chosen (it is submodular). So any choice brings at most what the
        chosen ones have by that measure, and the largest `count` additions to them.
        """
        lacking = np.maximum(self.missing, 1)
        weight = np.where(self.missing > 0, self.people, 0) / lacking
        hits = np.minimum(self.within[:, list(chosen)].sum(axis=1), self.missing)
        has = float((weight * hits).sum())
        adds = (weight * (hits < self.missing)) @ self.within
        reachable = (self.missing > 0) & (self.within.sum(axis=1) >= self.missing) & (self.missing <= count)
        largest = has + float(np.sort(adds)[::-1][:count].sum())
        return min(int(np.floor(largest + 1e-6)), int(self.people[reachable].sum()))

    @cached_property
    def _alone(self) -> NDArray[np.int64]:
        """Return the people that each town alone brings under the limit, int64 (N,)."""
        return np.asarray((self.people * (self.missing == 1)) @ self.within, dtype=np.int64)

    def _one(self) -> list[int]:
        return [int(self._alone.argmax())] if len(self._alone) else []

    def _two(self) -> list[int]:
        """Return the best pair: what each brings alone, less what both bring, and whoever lacks two and has both."""
        if len(self._alone) < EXACT:
            return self._one()
        both = self._shared(self.missing == EXACT) - self._shared(self.missing == 1)
        pairs = self._alone[:, None] + self._alone[None, :] + both
        pairs[np.tril_indices(len(pairs))] = -1
        one, other = divmod(int(pairs.argmax()), len(pairs))
        return sorted((one, other), key=lambda town: (-int(self._alone[town]), town))

    def _shared(self, some: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return the people at some points within the limit of both of two towns, int64 (N, N)."""
        own = self.within[some].astype(np.float64)
        # Whole numbers below 2**53 add up exactly as floats, and so are multiplied by what is quick at it.
        return np.rint(own.T @ (self.people[some, None] * own)).astype(np.int64)

    def _next(self, chosen: Sequence[int]) -> int:
        """Return the town that adds most people to those chosen; of equal ones the one that brings more points nearer."""
        hits = self.within[:, list(chosen)].sum(axis=1)
        lacks = self.missing - hits
        adds = (self.people * ((self.missing > 0) & (lacks == 1))) @ self.within
        nears = (self.people * ((self.missing > 0) & (lacks > 1))) @ self.within
        order = np.lexsort((np.arange(len(adds)), -nears, -adds))
        return next(int(town) for town in order if town not in chosen)

    def _have(self, under: NDArray[np.bool_]) -> NDArray[np.bool_]:
        total = np.concatenate([[0], np.cumsum((self.people * under)[self.point])])
        whole = np.concatenate([[0], np.cumsum(self.people[self.point])])
        held, everyone = np.diff(total[self.start]), np.diff(whole[self.start])
        have: NDArray[np.bool_] = coverage_kernels.TEN * held >= coverage_kernels.NINE * everyone
        return have

    def _told(self, chosen: Sequence[int], people: int, bound: int) -> Recruits:
        in_turn, closes = [], []
        for at in range(len(chosen)):
            before, now = chosen[:at], chosen[: at + 1]
            in_turn.append(self.gained(now) - self.gained(before))
            closes.append(tuple(sorted(self.closed(now) - self.closed(before))))
        return Recruits(tuple(chosen), people, bound, tuple(in_turn), tuple(closes))


def candidates(
    found: PointArrivals,
    group: int,
    towns: Sequence[Place],
    *,
    k: int,
    threshold_ms: int,
    vehicle: str | None = None,
    ready_ms: int | None = None,
    step: Heard = quiet,
) -> Candidates:
    """Return whom one more provider of a class could serve within the limit, from each of some towns.

    Parameters
    ----------
    found
        Arrivals of those that are listed.
    group
        The class, by its place.
    towns
        Where a provider might be recruited.
    k, threshold_ms
        How many providers must be there, and by when.
    vehicle, ready_ms
        By what the new one travels, and its milliseconds to get ready; left out, as most of the class do, and the
        median of the class.
    step
        Hears how far it is.

    Raises
    ------
    MatchingError
        Nothing of the class is listed and it was not said how the new provider would come.
    """
    own = slice(int(found.members.class_start[group]), int(found.members.class_start[group + 1]))
    if vehicle is None or ready_ms is None:
        usual, middle = _usual(found, own)
        vehicle, ready_ms = vehicle or usual, middle if ready_ms is None else ready_ms
    roads, targets = found.roads[vehicle], found.targets
    lon, lat = (np.array([getattr(town, axis) for town in towns]) for axis in ("lon", "lat"))
    points = places(roads.drive, targets.lon, targets.lat)
    ms = every_ms(roads, points, places(roads.drive, lon, lat), step)
    pairs = slice(int(found.members.class_pair[group]), int(found.members.class_pair[group + 1]))
    held = (found.fresh_ms[:, pairs] <= threshold_ms).sum(axis=1)
    alone = sum(level in {"county", "point"} for level in targets.levels)
    return Candidates(
        within=(ms < FAR) & (ms + ready_ms <= threshold_ms),
        missing=np.maximum(k - held, 0),
        people=targets.people,
        start=targets.start[: alone + 1],
        point=targets.point,
        vehicle=vehicle,
        ready_ms=ready_ms,
    )


def only_of(weighed: Candidates, found: PointArrivals, some: Sequence[int]) -> Candidates:
    """Return candidates as they are for some targets alone, by their places: who was not asked about lacks nothing.

    Neither their people nor their counties count.
    """
    start, point = found.targets.start, found.targets.point
    asked = np.zeros(len(found.targets.people), dtype=np.bool_)
    for target in some:
        asked[point[start[target] : start[target + 1]]] = True
    return replace(weighed, missing=np.where(asked, weighed.missing, 0))


def _usual(found: PointArrivals, own: slice) -> tuple[str, int]:
    """Return the vehicle that most of a class travel by (of equal ones the first by code), and its median ms to get ready."""
    asset = found.members.asset[own]
    if not len(asset):
        raise MatchingError(
            "How a new provider would travel is not known",
            given="a class of which nothing is listed",
            wanted="a vehicle and a time to get ready, or a class with listings",
            todo="say both",
        )
    codes = sorted(found.assets.profiles[kind] for kind in found.assets.kind[asset].tolist())
    usual = max(dict.fromkeys(codes), key=codes.count)
    return usual, int(np.sort(found.members.ready_ms[own])[(len(asset) - 1) // 2])
