"""Which single roads and bridges an answer hangs on: every link whose loss matters, exactly, the weightiest first.

Three things matter: another asset arrives first; a provider drops out, because one of its assets that could be there by
the deadline (or at all, when there is none) no longer can; a county of the area gets over its limit, because its k-th
provider arrives later than the limit.

Each of them needs an arrival that is later than before, and only a road on the way of that arrival can make it so
(`geo.losses` has the proof). Another asset is first only when the first is later; so what is tried are the links on the
ways of who is in time, of the first, and of those whom a county counts. Of the last ones a link needs to hold so many
ways that fewer than k providers could be left. Every such link is tried; none is guessed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from geo.areas import IncidentArea
from geo.steps import quiet, stretch
from matching.eligibility import split
from matching.errors import MatchingError
from matching.journey import check, counties_touched
from matching.measures import HOUR_MS
from matching.robustness.links import links
from matching.robustness.pool import NEVER, Aim, pool
from matching.robustness.result import CountyOver, Critical, Dropped, Effect
from matching.roster import Roster, roster
from matching.travel import REACHING
from matching.vehicles import goals, travels, vehicles_in_use
from matching.veil import veil

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from geo.steps import Heard
    from matching.answers import Question
    from matching.atlas import Atlas
    from matching.goals import Goal
    from matching.needs import Need
    from matching.robustness.links import Link
    from matching.robustness.pool import Found, Pool
    from matching.sight import Sight
    from registry.directory.listing import Listing

LIMIT_MS: Final = 2 * HOUR_MS
"""A county's limit unless another is asked for: two hours."""

NEAREST: Final = 1
"""Which provider a county counts unless another is asked for: the first."""


@dataclass(frozen=True)
class Limits:
    """When a county is over its limit: its `nearest`-th provider arrives after `limit_ms` milliseconds, or never.

    Raises
    ------
    MatchingError
        Either is not above 0.
    """

    limit_ms: int = LIMIT_MS
    nearest: int = NEAREST

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if self.limit_ms < 1 or self.nearest < 1:
            raise MatchingError(
                "A county's limit must be above 0",
                given=f"{self.nearest} providers within {self.limit_ms / 60_000:g} minutes",
                wanted="1 provider or more, within more than 0 minutes",
                todo="give both as numbers above 0, or leave them out",
            )


def seen_roster(
    known: Atlas, question: Question, rows: Sequence[Listing], sight: Sight, texts: Collection[str] = ()
) -> Roster:
    """Return assets in columns as far as they may be seen: closed ones by made-up ids, and at their stands."""
    if sight.opened:
        return roster(rows)
    veiled = veil(known, question, rows, sight, texts)
    return roster(veiled.rows, veiled.places)


def critical_links(
    known: Atlas,
    question: Question,
    need: Need,
    assets: Roster,
    limits: Limits | None = None,
    *,
    step: Heard = quiet,
) -> Critical:
    """Return every single link whose loss matters to a need, the weightiest first.

    Parameters
    ----------
    known, question, need
        The roads, and what is asked; `need` is one of the question's.
    assets
        Those of the need's kinds, as whoever asks may see them.
    limits
        When a county is over its limit: the first provider after two hours, unless given.
    step
        Told the share that is done after each few hundred losses; what it raises ends the search.

    Raises
    ------
    MatchingError
        The measure is a share of the area reached, for which losses are not tried; or the question cannot be asked.
    ClosureError
        A closure names a bridge that these roads do not know.
    """
    check_losses(question)
    limits = limits or Limits()
    question = replace(question, needs=(need,))
    vehicles = vehicles_in_use(known, question, assets)
    found = goals(known, question, vehicles)
    ways = travels(question, assets, found, dict.fromkeys(found, False))
    sides = split(assets, ways, need, include_inside=question.include_inside)
    some = pool(question, assets, ways, sides, list(found))
    return _Trial(known, question, some, found, limits).result(step)


def check_losses(question: Question) -> None:
    """Refuse a question whose losses cannot be tried: see `critical_links`."""
    check(question)
    if question.measure in REACHING:
        raise MatchingError(
            "Losses are tried for arrivals, not for shares of an area",
            given=f"the measure {question.measure}",
            wanted="first_entry, or site with a staging point",
            todo="measure to the first road in the area, or to a staging point",
        )


class _Trial:
    """One need's losses."""

    def __init__(
        self,
        known: Atlas,
        question: Question,
        some: Pool,
        found: Mapping[str, Goal],
        limits: Limits,
    ) -> None:
        self.known, self.question, self.need, self.limits = known, question, question.needs[0], limits
        self.pool, self.goals = some, found
        self.aim = Aim(some, found)
        self.arrival_ms = self.aim.arrival_ms
        self.by_ms = (
            NEVER - 1
            if question.by_at is None
            else (question.by_at - question.asked_at) // timedelta(milliseconds=1)
        )
        self.order = np.lexsort((some.tie, self.arrival_ms))
        self.in_time = self.arrival_ms <= self.by_ms
        reached = len(self.order) > 0 and self.arrival_ms[self.order[0]] < NEVER
        self.first = int(self.order[0]) if reached else -1

    def result(self, step: Heard) -> Critical:
        parts = self._county_parts()
        tried = self._links(parts)

        def within(phase: int) -> Heard:
            return stretch(step, phase / (1 + len(parts)), (phase + 1) / (1 + len(parts)))

        told = self._told(tried, within(0))
        over: dict[int, list[tuple[CountyOver, int]]] = {}
        for phase, part in enumerate(parts, start=1):
            for loss, county in part.newly_over(tried, within(phase)):
                over.setdefault(loss, []).append((county, part.people))
        effects = []
        for loss in sorted({*told, *over}):
            own = sorted(over.get(loss, ()))
            base = told.get(loss) or self._unchanged(tried[loss])
            effects.append(
                replace(
                    base, counties=tuple(county for county, _ in own), people=sum(people for _, people in own)
                )
            )
        first = self.first
        return Critical(
            need=self.need.text,
            network=self.known.network.content_hash,
            tried=len(tried),
            first=self._id(first),
            first_ms=None if first < 0 else int(self.arrival_ms[first]),
            in_time=int(self.pool.quantity[self.in_time].sum()),
            wanted=self.need.quantity,
            limit_ms=self.limits.limit_ms,
            nearest=self.limits.nearest,
            over_before=tuple(part.fips for part in parts if part.over),
            effects=tuple(sorted(effects, key=lambda effect: effect.weight)),
        )

    def _links(self, parts: Sequence[_CountyPart]) -> tuple[Link, ...]:
        counting = self.in_time.copy()
        if self.first >= 0:
            counting[self.first] = True
        on_way = self.aim.carried(np.flatnonzero(counting)) > 0
        for part in parts:
            on_way |= part.on_way
        return links(self.known.network, on_way)

    def _told(self, tried: Sequence[Link], step: Heard) -> dict[int, Effect]:
        """Return what the losses change of who is first and who drops out, by loss; those that change neither are left out."""
        told: dict[int, Effect] = {}
        for found in self.aim.changes(tried, step):
            loss, begin = np.unique(found.loss, return_index=True)
            dropped = self.in_time[found.asset] & (found.arrival_ms > self.by_ms)
            sooner = found.arrival_ms < self.arrival_ms[found.asset]
            weighty = dropped | sooner | (found.asset == self.first)
            end = np.append(begin[1:], len(found.loss))
            some = np.logical_or.reduceat(weighty, begin) if len(begin) else np.empty(0, dtype=np.bool_)
            for at in np.flatnonzero(some).tolist():
                rows = slice(int(begin[at]), int(end[at]))
                effect = self._effect(tried[int(loss[at])], found.asset[rows], found.arrival_ms[rows])
                if effect.first_changed or effect.dropped:
                    told[int(loss[at])] = effect
        return told

    def _effect(self, link: Link, asset: NDArray[np.int64], arrival_ms: NDArray[np.int64]) -> Effect:
        before_ms, units = self.arrival_ms[asset], self.pool.quantity[asset]
        was, now = self.in_time[asset], arrival_ms <= self.by_ms
        units_lost = int(units[was & ~now].sum()) - int(units[~was & now].sum())
        first, first_ms = self._first_of(asset, arrival_ms)
        late: dict[int, int] = {}
        for which, ms in zip(
            self.pool.provider[asset[was & ~now]].tolist(), arrival_ms[was & ~now].tolist(), strict=True
        ):
            late[which] = min(ms, late.get(which, NEVER))
        held = before_ms < NEVER
        delay_ms = np.where(held & (arrival_ms < NEVER), arrival_ms - before_ms, 0)
        in_time = int(self.pool.quantity[self.in_time].sum()) - units_lost
        return Effect(
            link=link,
            first=self._id(first),
            first_changed=first != self.first,
            first_delay_ms=None
            if first < 0
            else first_ms - (int(self.arrival_ms[self.first]) if self.first >= 0 else first_ms),
            dropped=tuple(
                Dropped(self.pool.providers[which], None if ms >= NEVER else ms)
                for which, ms in sorted(late.items())
            ),
            units_lost=units_lost,
            short=0 if self.need.quantity is None else max(0, self.need.quantity - in_time),
            counties=(),
            people=0,
            delay_ms=int(delay_ms.sum()),
        )

    def _unchanged(self, link: Link) -> Effect:
        """Return a loss that only counties notice."""
        nothing = np.empty(0, dtype=np.int64)
        for found in self.aim.changes([link], quiet):
            return self._effect(link, found.asset, found.arrival_ms)
        return self._effect(link, nothing, nothing)

    def _first_of(self, asset: NDArray[np.int64], arrival_ms: NDArray[np.int64]) -> tuple[int, int]:
        """Return who arrives first when some arrive otherwise, and when; -1 when nobody does."""
        changed = set(asset.tolist())
        same = next((row for row in self.order.tolist() if row not in changed), -1)
        choices = [(int(self.arrival_ms[same]), int(self.pool.tie[same]), same)] if same >= 0 else []
        choices += zip(arrival_ms.tolist(), self.pool.tie[asset].tolist(), asset.tolist(), strict=True)
        ms, _, first = min(choices, default=(NEVER, 0, -1))
        return (first, ms) if ms < NEVER else (-1, NEVER)

    def _id(self, asset: int) -> str | None:
        return None if asset < 0 else self.pool.assets.rows[int(self.pool.rows[asset])].asset_id

    def _county_parts(self) -> list[_CountyPart]:
        """Return the parts of the area by county; none when a staging point is what all drive to."""
        if self.question.measure != "first_entry" or not self.goals:
            return []
        counties = self.known.counties
        touched = counties_touched(self.known, self.question)
        if len(touched) == 1:
            return [_CountyPart(self, touched[0].fips, self.question.area, self.aim)]
        parts = []
        for county in touched:
            ground = _surface(self.question.area.geometry, counties.geometry[counties.index(county.fips)])
            part = IncidentArea(ground, self.question.area.origin)
            parts.append(_CountyPart(self, county.fips, part, Aim(self.pool, self.goals, part)))
        return parts


def _surface(area: shapely.MultiPolygon, county: shapely.Geometry) -> shapely.MultiPolygon:
    """Return the ground of an area in a county."""
    both = shapely.intersection(area, county)
    parts = [part for part in shapely.get_parts(both) if shapely.get_dimensions(part) == 2]  # noqa: PLR2004
    return shapely.MultiPolygon([piece for part in parts for piece in shapely.get_parts(part)])


class _CountyPart:
    """The part of the area in one county, and how its k-th provider arrives there."""

    def __init__(self, trial: _Trial, fips: str, area: IncidentArea, aim: Aim) -> None:
        self.fips, self.aim, self.limits, self.pool = fips, aim, trial.limits, trial.pool
        self.people = round(trial.known.discs.inside(area.geometry))
        self.before_ms = self._kth(aim.arrival_ms)
        self.over = self.before_ms > self.limits.limit_ms
        self.carried = np.zeros(len(trial.known.network.edge_tail), dtype=np.int64)
        self.spare = 0
        if not self.over:
            counted = np.flatnonzero(aim.arrival_ms <= self.limits.limit_ms)
            self.carried = aim.carried(counted)
            # A loss leaves fewer than k providers within the limit only if it lies on the ways of all but k - 1.
            self.spare = len(np.unique(self.pool.provider[counted])) - self.limits.nearest + 1

    @property
    def on_way(self) -> NDArray[np.bool_]:
        """Return the edges whose loss could put the county over, alone or with the others of a bridge; bool (E,)."""
        return np.asarray(self.carried > 0) if not self.over else np.zeros(len(self.carried), dtype=np.bool_)

    def newly_over(self, tried: Sequence[Link], step: Heard) -> list[tuple[int, CountyOver]]:
        """Return which losses put the county over its limit."""
        if self.over:
            return []
        able = [at for at, link in enumerate(tried) if self.carried[list(link.edges)].sum() >= self.spare]
        result = []
        for found in self.aim.changes([tried[at] for at in able], step):
            for loss, rows in _by_loss(found):
                arrival_ms = self.aim.arrival_ms.copy()
                arrival_ms[found.asset[rows]] = found.arrival_ms[rows]
                after_ms = self._kth(arrival_ms)
                if after_ms > self.limits.limit_ms:
                    after = None if after_ms >= NEVER else after_ms
                    result.append((able[loss], CountyOver(self.fips, self.before_ms, after)))
        return result

    def _kth(self, arrival_ms: NDArray[np.int64]) -> int:
        """Return when the k-th provider arrives, `NEVER` when there are fewer."""
        soonest = np.full(len(self.pool.providers), NEVER, dtype=np.int64)
        np.minimum.at(soonest, self.pool.provider, arrival_ms)
        if len(soonest) < self.limits.nearest:
            return NEVER
        return int(np.partition(soonest, self.limits.nearest - 1)[self.limits.nearest - 1])


def _by_loss(found: Found) -> list[tuple[int, slice]]:
    """Return the rows of each loss."""
    loss, begin = np.unique(found.loss, return_index=True)
    end = np.append(begin[1:], len(found.loss))
    return [
        (each, slice(first, last))
        for each, first, last in zip(loss.tolist(), begin.tolist(), end.tolist(), strict=True)
    ]
