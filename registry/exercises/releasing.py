"""Which injects the clock releases, which is next, and what a player sees of them. Pure: no database, no clock.

The rule: an inject is released once. A running clock releases what it has reached, at the moment it reached it; so it
does not matter when, or how often, anybody looks. A paused clock releases nothing, so it can be moved to look ahead and
back. What was released stays released: players have read it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from registry.exercises.exercise import Inject, Plan, Release

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from registry.exercises.clock import Clock
    from registry.exercises.exercise import State


def in_order(injects: Iterable[Inject]) -> list[Inject]:
    """Return injects as the list has them: by planned time, then by number."""
    return sorted(injects, key=lambda each: (each.plan.planned_ms, each.number))


def due(injects: Iterable[Inject], released: Collection[int], clock: Clock, now: datetime) -> list[Release]:
    """Return what the clock has reached and not released yet, in order, each with the moment at which it was reached.

    `released` are numbers. What a move passed over is reached at the moment of the move.
    """
    if clock.since is None:
        return []
    reads, since, offset_ms = clock.reads(now), clock.since, clock.offset_ms
    found = []
    for inject in in_order(injects):
        planned_ms = inject.plan.planned_ms
        if inject.plan.by_hand or inject.number in released or planned_ms > reads:
            continue
        time_ms = max(planned_ms, offset_ms)
        found.append(
            Release(
                number=inject.number,
                time_ms=time_ms,
                at=since + timedelta(milliseconds=time_ms - offset_ms),
            )
        )
    return found


def next_of(injects: Iterable[Inject], released: Collection[int]) -> Inject | None:
    """Return the first inject in order that is not released; None when all are."""
    return next((each for each in in_order(injects) if each.number not in released), None)


def standing(injects: Sequence[Inject], releases: Iterable[Release]) -> list[Inject]:
    """Return the injects in order, each with its release, and whether it is released, next or held."""
    of = {release.number: release for release in releases}
    coming = next_of(injects, of)
    return [
        replace(each, release=of.get(each.number), state=_state(each, of, coming))
        for each in in_order(injects)
    ]


def as_players_see(injects: Iterable[Inject]) -> list[Inject]:
    """Return what players see: what is released, in the order of its release, without what is meant for controllers."""
    seen = [
        (each.release, replace(each, plan=for_players(each.plan, each.release.time_ms)))
        for each in injects
        if each.release is not None
    ]
    return [inject for _, inject in sorted(seen, key=lambda pair: (pair[0].at, pair[1].number))]


def for_players(plan: Plan, time_ms: int) -> Plan:
    """Return an inject's plan, released at `time_ms`, without what is meant for controllers and evaluators."""
    return Plan(
        planned_ms=time_ms,
        title=plan.title,
        happens=plan.happens,
        sender=plan.sender,
        receiver=plan.receiver,
    )


def _state(inject: Inject, released: Collection[int], coming: Inject | None) -> State:
    if inject.number in released:
        return "released"
    return "next" if coming is not None and inject.number == coming.number else "held"
