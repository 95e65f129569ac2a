"""What a scene gives: who arrives when for each need, what stays unmet, and by when counties have their k-th company."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from matching.coverage.classes import need_class
from matching.coverage.parameters import CoverageParameters
from matching.coverage.soonest import kth_ms
from matching.coverage.targets import county_targets
from matching.eligibility import split
from matching.measures import CENTRAL
from matching.questions import canonical
from matching.ranking import ordered
from matching.robustness.critical import Limits, seen_roster
from matching.rounding import told_ms
from matching.scenarios.changes import need_key
from matching.vehicles import goals, travels, vehicles_in_use

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matching.answers import Question
    from matching.needs import Need
    from matching.roster import Roster
    from matching.scenarios.applying import Scene
    from matching.sight import Sight

MOST_MS: Final = int(np.iinfo(np.int64).max)


class Arrival(NamedTuple):
    """One asset's arrival in milliseconds, its rank from 1, and its units."""

    ms: int
    rank: int
    units: int


@dataclass(frozen=True)
class NeedOutcome:
    """What becomes of one need.

    Parameters
    ----------
    text, wanted
        The need, and how many units (None for all).
    in_time
        Units that can be there by the deadline.
    arrivals
        Who arrives, by the asset's id.
    counties
        By when nine tenths of each county's people have the k-th company, by FIPS code, milliseconds; None: never.
    """

    text: str
    wanted: int | None
    in_time: int
    arrivals: Mapping[str, Arrival]
    counties: Mapping[str, int | None]

    @property
    def unmet(self) -> int:
        """Return the need less what can arrive by its deadline; 0 when no number was given."""
        return 0 if self.wanted is None else max(0, self.wanted - self.in_time)


@dataclass(frozen=True)
class Outcome:
    """What a scene gives for a question, as ids and numbers.

    Parameters
    ----------
    network, snapshot
        The hashes of the roads and of the directory.
    limit_ms, nearest
        A county is over its limit when its `nearest`-th company comes later than this.
    people
        Of each county, by FIPS code.
    needs
        By the need's text without its number.
    """

    network: str
    snapshot: str
    limit_ms: int
    nearest: int
    people: Mapping[str, int]
    needs: Mapping[str, NeedOutcome]

    def to_bytes(self) -> bytes:
        """Return it as canonical JSON: the same inputs give the same bytes."""
        return canonical(
            {
                "network": self.network,
                "snapshot": self.snapshot,
                "limit_ms": self.limit_ms,
                "nearest": self.nearest,
                "people": dict(self.people),
                "needs": {
                    key: {
                        "text": need.text,
                        "wanted": need.wanted,
                        "in_time": need.in_time,
                        "arrivals": {asset: list(each) for asset, each in need.arrivals.items()},
                        "counties": dict(need.counties),
                    }
                    for key, need in self.needs.items()
                },
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Outcome:
        """Return what `to_bytes` wrote."""
        told: dict[str, Any] = json.loads(data)
        needs = {
            key: NeedOutcome(
                **{
                    **need,
                    "arrivals": {asset: Arrival(*each) for asset, each in need["arrivals"].items()},
                }
            )
            for key, need in told["needs"].items()
        }
        return cls(**{**told, "needs": needs})


def outcome(
    scene: Scene,
    question: Question,
    *,
    sight: Sight,
    limits: Limits | None = None,
    texts: Sequence[str] = (),
) -> Outcome:
    """Return what a scene gives for a question.

    Parameters
    ----------
    scene
        Things as they stand there.
    question
        As it is asked everywhere: the scene adds its closures and demand. Ids of closed companies are made from this
        one, so they are the same in every scene.
    sight, texts
        How much of a provider is seen, and which attributes hold a company's own words.
    limits
        When a county is over its limit: the first company after two hours, unless given.

    Raises
    ------
    MatchingError, ClosureError
        The question cannot be answered in this scene.
    """
    limits = limits or Limits()
    known, here = scene.base.known, scene.question(question)
    kinds = {kind for need in here.needs for kind in need.kinds}
    rows = [row for row in scene.base.listings if row.kind in kinds]
    if question.profile is not None:
        rows = [replace(row, profile=question.profile) for row in rows]
    assets = seen_roster(known, question, rows, sight, texts)
    arrivals = _arrivals(scene, here, assets)
    counties = _counties(scene, here, assets, limits)
    return Outcome(
        network=known.network.content_hash,
        snapshot=scene.base.snapshot_hash,
        limit_ms=limits.limit_ms,
        nearest=limits.nearest,
        people=dict(zip(known.counties.fips, known.counties.population.tolist(), strict=True)),
        needs={
            need_key(need.text): NeedOutcome(
                need.text, need.quantity, in_time, ranked, dict(counties.get(at, {}))
            )
            for at, (need, (in_time, ranked)) in enumerate(zip(here.needs, arrivals, strict=True))
        },
    )


def _arrivals(scene: Scene, here: Question, assets: Roster) -> list[tuple[int, dict[str, Arrival]]]:
    """Return for each need the units in time and who arrives, by asset."""
    found = goals(scene.base.known, here, vehicles_in_use(scene.base.known, here, assets))
    ways = travels(here, assets, found, dict.fromkeys(found, False))
    by_ms = MOST_MS if here.by_at is None else (here.by_at - here.asked_at) // timedelta(milliseconds=1)
    parts = []
    for need in here.needs:
        some = split(assets, ways, need, include_inside=here.include_inside).candidates
        ms = assets.ready_ms[some] + ways.total_ms[ways.way[some]]
        if assets.closed is not None:
            ms = told_ms(ms, assets.closed[some])
        order = ordered(ms, assets.by_tie[some])
        ids = [assets.rows[row].asset_id for row in some[order].tolist()]
        units = assets.quantity[some[order]]
        columns = zip(ids, ms[order].tolist(), units.tolist(), strict=True)
        ranked = {asset: Arrival(each, rank, n) for rank, (asset, each, n) in enumerate(columns, start=1)}
        parts.append((int(units[ms[order] <= by_ms].sum()), ranked))
    return parts


def _counties(
    scene: Scene, here: Question, assets: Roster, limits: Limits
) -> dict[int, dict[str, int | None]]:
    """Return for each need by when counties have their k-th company, as `matching.coverage` has it."""
    known = scene.base.known
    if not len(known.population.lon):
        return {}
    parameters = CoverageParameters(
        today=here.asked_at.astimezone(CENTRAL).date(), k=limits.nearest, thresholds_ms=(limits.limit_ms,)
    )
    targets = county_targets(known.population, known.counties)
    classes = [need_class(_countless(need)) for need in here.needs]
    found = kth_ms(known, assets, targets, classes, parameters, closures=here.closures, at=here.asked_at)
    return {
        at: {
            key: None if ms < 0 else ms
            for key, level, ms in zip(targets.keys, targets.levels, own_ms, strict=True)
            if level == "county"
        }
        for at, own_ms in enumerate(found.T.tolist())
    }


def _countless(need: Need) -> Need:
    """Return a need without its number, so that two scenes have one class for it."""
    return replace(need, quantity=None, text=need_key(need.text))
