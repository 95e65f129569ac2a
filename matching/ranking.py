"""Candidates in the order of their arrival, with the units counted against the need and the deadline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from geo.profiles import CAR
from matching.answers import CAUSES, Flag, Match, NeedAnswer
from matching.eligibility import left_out
from matching.measures import CENTRAL, clock_words, duration_words, miles_words
from matching.rounding import told_ms, told_travel
from matching.rows import LazyRows
from matching.travel import shared_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from numpy.typing import NDArray

    from matching.answers import LeftOut, Question
    from matching.eligibility import Split, Travel, Travels
    from matching.needs import Need
    from matching.roster import Roster
    from registry.directory.listing import Listing

STALE_AFTER_DAYS: Final = 180
"""A listing nobody confirmed for longer is marked; companies are asked to confirm every 90 or 180 days."""

FLAGGED_DELAY_MS: Final = 30_000
"""A closure's delay shorter than this is no reason to doubt a row; `delay_ms` still states it."""

FLAGGED_ACCESS_MS: Final = 300_000
"""Estimated access shorter than five minutes is no reason to doubt a row, even of a short way."""

APPROXIMATE_FROM_M: Final = 1_000.0
"""A site known no better than this is marked: at 40 km/h it may be two minutes off or more."""


@dataclass(frozen=True)
class Frame:
    """What all matches of an answer share.

    Parameters
    ----------
    asked_at, by_at
        The moment asked, and the deadline or None; aware UTC.
    aged_to
        The day up to which a listing's age is counted.
    closure
        The closure that acts, in words (`I-44 blocked`), or `Closures` when several do.
    question
        What is asked, which says what arriving means; None for the first road in the area.
    struck
        The counties that the area touches, by FIPS code.
    """

    asked_at: datetime
    by_at: datetime | None
    aged_to: date
    closure: str = ""
    question: Question | None = None
    struck: frozenset[str] = frozenset()


def rank(need: Need, sides: Split, assets: Roster, travels: Travels, frame: Frame) -> NeedAnswer:
    """Return the answer to a need: every candidate ranked by arrival, in integer milliseconds.

    Ties break by the larger quantity (fewer companies to call), then by the names of provider and asset, then by
    asset id: ids are random, names are the same in every installation. What is left out stands by cause, provider
    and asset id. The deadline draws a line; it removes nobody.
    """
    arrival_ms = assets.ready_ms[sides.candidates] + travels.total_ms[travels.way[sides.candidates]]
    if assets.closed is not None:  # before they are ordered: an order tells as much as a number
        arrival_ms = told_ms(arrival_ms, assets.closed[sides.candidates])
    order = ordered(arrival_ms, assets.by_tie[sides.candidates])
    ranked, arrival_ms = sides.candidates[order], arrival_ms[order]
    so_far = np.cumsum(assets.quantity[ranked])
    soon_enough = int(np.searchsorted(arrival_ms, _time_ms(frame), side="right"))
    in_time = int(so_far[:soon_enough][-1:].sum())
    last = len(ranked) if need.quantity is None else int(np.searchsorted(so_far, need.quantity))
    units = int(so_far[-1:].sum())

    def matches(places: Sequence[int]) -> list[Match]:
        rows = ranked[list(places)]
        ways = travels.of(travels.way[rows])
        return [
            _match(assets.rows[row], way, place + 1, int(so_far[place]), frame)
            for row, way, place in zip(rows.tolist(), ways, places, strict=True)
        ]

    last_unit_at = _arrives_at(frame, arrival_ms[last]) if last < len(ranked) else None
    return NeedAnswer(
        need=need,
        matches=LazyRows(len(ranked), matches),
        left_out=_left_out(need, sides, assets, travels),
        in_time=in_time,
        wanted=need.quantity,
        short=0 if need.quantity is None else max(0, need.quantity - in_time),
        units=units,
        last_unit_at=last_unit_at,
        last_unit_late_ms=_late_ms(last_unit_at, frame),
    )


def ordered(first: NDArray[np.int64], then: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the order by one column of whole numbers from 0 on, and then by another that has none twice, int64.

    Both fit one number unless the first is beyond reason. One number sorts five times as fast as two, and twice as fast
    again when it says itself which row it is of.
    """
    if not len(first):
        return np.empty(0, dtype=np.int64)
    bits = int(then.max()).bit_length()
    if int(first.max()) >= np.iinfo(np.int64).max >> bits:
        return np.lexsort((then, first))
    row = np.empty(1 << bits, dtype=np.int64)
    row[then] = np.arange(len(then))
    order: NDArray[np.int64] = row[np.sort((first << bits) | then) & ((1 << bits) - 1)]
    return order


def _left_out(need: Need, sides: Split, assets: Roster, travels: Travels) -> LazyRows[LeftOut]:
    order = cache(lambda: ordered(sides.cause, assets.by_name[sides.left_out]))

    def rows(places: Sequence[int]) -> list[LeftOut]:
        at = order()[list(places)]
        some, cause = sides.left_out[at], sides.cause[at]
        ways = travels.of(travels.way[some])
        return [
            left_out(assets.rows[row], _told(assets.rows[row], way), need, CAUSES[code])
            for row, way, code in zip(some.tolist(), ways, cause.tolist(), strict=True)
        ]

    return LazyRows(len(sides.left_out), rows)


def _told(listing: Listing, travel: Travel) -> Travel:
    """Return a way as it is told of a listing."""
    return told_travel(travel, listing.mobilisation_s * 1000) if listing.place_closed else travel


def _time_ms(frame: Frame) -> int:
    """Return the whole milliseconds until the deadline; more than any arrival takes when there is none."""
    if frame.by_at is None:
        return int(np.iinfo(np.int64).max)
    return (frame.by_at - frame.asked_at) // timedelta(milliseconds=1)


def age_days(listing: Listing, day: date) -> int | None:
    """Return the days since a listing was last confirmed, 0 if that lies ahead; None if it never was."""
    return None if listing.confirmed_on is None else max(0, (day - listing.confirmed_on).days)


def aged_to(asked_at: datetime, newest: date | None) -> date:
    """Return the day up to which ages are counted: the day asked, in Central time.

    A replay asks about a day long before today's listings were confirmed; against that day nothing could ever be
    stale. Their ages are then counted to the newest confirmation among them.
    """
    asked_on = asked_at.astimezone(CENTRAL).date()
    return asked_on if newest is None else max(asked_on, newest)


def _arrives_at(frame: Frame, arrival_ms: int) -> datetime:
    return frame.asked_at + timedelta(milliseconds=int(arrival_ms))


def _match(listing: Listing, travel: Travel, place: int, so_far: int, frame: Frame) -> Match:
    ready_ms = listing.mobilisation_s * 1000
    travel = _told(listing, travel)
    arrival_ms = ready_ms + travel.access_ms + travel.road_ms
    arrives_at = _arrives_at(frame, arrival_ms)
    return Match(
        rank=place,
        listing=listing,
        arrival_ms=arrival_ms,
        arrives_at=arrives_at,
        mobilisation_ms=ready_ms,
        access_ms=travel.access_ms,
        road_ms=travel.road_ms,
        road_m=travel.road_m,
        units_so_far=so_far,
        late=frame.by_at is not None and arrives_at > frame.by_at,
        flags=_flags(listing, travel, frame),
        reasons=_reasons(listing, travel, frame, arrives_at),
        delay_ms=travel.delay_ms,
        area_access_m=travel.area_access_m,
        estimated_share=travel.access_ms / arrival_ms if arrival_ms else 0.0,
        profile=travel.profile.code,
        measured=travel.measured,
    )


def _late_ms(arrives_at: datetime | None, frame: Frame) -> int:
    if frame.by_at is None or arrives_at is None:
        return 0
    return max(0, (arrives_at - frame.by_at) // timedelta(milliseconds=1))


def _flags(listing: Listing, travel: Travel, frame: Frame) -> tuple[Flag, ...]:
    """Return the marks of a match, what to doubt first."""
    days = age_days(listing, frame.aged_to)
    marks = [
        (travel.inside, Flag("inside", "Inside the area", "warn")),
        (
            listing.place_closed and listing.county_fips in frame.struck,
            Flag("county_struck", "Its county is struck", "warn"),
        ),
        (
            travel.delay_ms >= FLAGGED_DELAY_MS,
            Flag("closure", f"Closure +{duration_words(travel.delay_ms)}", "warn"),
        ),
        (days is None, Flag("never_confirmed", "Never confirmed", "warn")),
        (
            days is not None and days > STALE_AFTER_DAYS,
            Flag("stale", f"Stale, {days} days", "warn"),
        ),
        (
            listing.geocode_accuracy_m >= APPROXIMATE_FROM_M,
            Flag("approximate", "Approximate place", "warn"),
        ),
        (_mostly_estimated(travel), Flag("estimated", "Mostly estimated access", "warn")),
        (travel.ends not in {"inside", "site"}, Flag("no_road_inside", _no_road_words(travel), "warn")),
        (listing.operator, Flag("operator", "Operator", "good")),
        (listing.delivery == "delivers", Flag("delivers", "Delivers", "plain")),
        (listing.delivery == "pickup", Flag("pickup", "Pick up", "plain")),
    ]
    return tuple(flag for holds, flag in marks if holds)


def _no_road_words(travel: Travel) -> str:
    if travel.ends == "barred":
        return f"No road inside the area for {travel.profile.words}"
    return "Every road in the area closed" if travel.ends == "closed" else "No road inside the area"


def _mostly_estimated(travel: Travel) -> bool:
    return travel.access_ms >= FLAGGED_ACCESS_MS and travel.access_ms > travel.road_ms


def _reasons(listing: Listing, travel: Travel, frame: Frame, arrives_at: datetime) -> tuple[str, ...]:
    ready = listing.mobilisation_s * 1000
    start = f"{duration_words(ready)} to get ready" if ready else "Ready at once"
    if travel.inside and not travel.road_ms and not travel.access_ms:
        return (f"{start}, inside the area already",)
    way = duration_words(travel.access_ms + travel.road_ms)
    vehicle = "" if travel.profile.code == CAR.code else f" as {travel.profile.words}"
    shared = shared_words(frame.question)
    to = " to the first road in the area" if shared else ""
    reasons = [f"{start}, {way} on the road{vehicle}, {miles_words(travel.road_m)}{to}"]
    if shared:
        reasons.append(f"{shared} by {clock_words(arrives_at, frame.asked_at)}")
    if listing.place_closed:
        reasons.append("Its place is closed: told from main roads near it, to 5 min and 5 mi, rounded up")
    elif travel.access_ms:
        reasons.append(_access_words(listing, travel, frame))
    if travel.delay_ms >= FLAGGED_DELAY_MS:
        verb = "add" if frame.closure == "Closures" else "adds"
        reasons.append(f"{frame.closure} {verb} {duration_words(travel.delay_ms)}")
    return tuple(reasons)


def _access_words(listing: Listing, travel: Travel, frame: Frame) -> str:
    access_m = listing.access_m if travel.site_access_m is None else travel.site_access_m
    to_road = f"{miles_words(access_m)} straight to the nearest road"
    end = "the area"
    if travel.ends == "site" and frame.question is not None and frame.question.staging is not None:
        end = frame.question.staging.name
    from_road = f"{miles_words(travel.area_access_m)} from the last road to {end}"
    legs = to_road if travel.ends == "inside" else f"{to_road}, {from_road}"
    return f"Of that, {duration_words(travel.access_ms)} is estimated access: {legs}"
