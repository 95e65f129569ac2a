"""Candidates in the order of their arrival, with the units counted against the need and the deadline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, get_args

from matching.answers import Flag, LeftOutCode, Match, NeedAnswer
from matching.measures import CENTRAL, duration_words, miles_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from matching.answers import LeftOut
    from matching.eligibility import Candidate, Travel
    from matching.needs import Need
    from registry.directory.listing import Listing

STALE_AFTER_DAYS: Final = 180
"""A listing nobody confirmed for longer is marked; companies are asked to confirm every 90 or 180 days."""

FLAGGED_DELAY_MS: Final = 30_000
"""A closure's delay shorter than this is no reason to doubt a row; `delay_ms` still states it."""

FLAGGED_ACCESS_MS: Final = 300_000
"""Estimated access shorter than five minutes is no reason to doubt a row, even of a short way."""

APPROXIMATE_FROM_M: Final = 1_000.0
"""A site known no better than this is marked: at 40 km/h it may be two minutes off or more."""

_CAUSES: Final = get_args(LeftOutCode)


@dataclass(frozen=True)
class Frame:
    """What all matches of an answer share.

    Parameters
    ----------
    asked_at, by_at
        The moment asked, and the deadline or None; aware UTC.
    aged_to
        The day up to which a listing's age is counted.
    road_inside
        False when no open road lies inside the area.
    roads_closed
        True when roads lie inside the area and all of them are closed.
    closure
        The closure that acts, in words (`I-44 blocked`), or `Closures` when several do.
    """

    asked_at: datetime
    by_at: datetime | None
    aged_to: date
    road_inside: bool = True
    roads_closed: bool = False
    closure: str = ""


def rank(
    need: Need, candidates: Sequence[Candidate], left_out: Sequence[LeftOut], frame: Frame
) -> NeedAnswer:
    """Return the answer to a need: every candidate ranked by arrival, in integer milliseconds.

    Ties break by the larger quantity (fewer companies to call), then by the names of provider and asset, then by
    asset id: ids are random, names are the same in every installation. What is left out stands by cause, provider and asset id. The deadline draws a line; it removes nobody.
    """
    matches: list[Match] = []
    so_far = 0
    for candidate in sorted(candidates, key=_order):
        so_far += candidate.listing.quantity
        matches.append(_match(candidate, len(matches) + 1, so_far, frame))
    in_time = sum(match.listing.quantity for match in matches if not match.late)
    last = next((m for m in matches if need.quantity is not None and m.units_so_far >= need.quantity), None)
    return NeedAnswer(
        need=need,
        matches=tuple(matches),
        left_out=tuple(sorted(left_out, key=_left_out_order)),
        in_time=in_time,
        wanted=need.quantity,
        short=0 if need.quantity is None else max(0, need.quantity - in_time),
        units=so_far,
        last_unit_at=last.arrives_at if last else None,
        last_unit_late_ms=_late_ms(last, frame) if last else 0,
    )


def age_days(listing: Listing, day: date) -> int | None:
    """Return the days since a listing was last confirmed, 0 if that lies ahead; None if it never was."""
    return None if listing.confirmed_on is None else max(0, (day - listing.confirmed_on).days)


def aged_to(asked_at: datetime, listings: Sequence[Listing]) -> date:
    """Return the day up to which ages are counted: the day asked, in Central time.

    A replay asks about a day long before today's listings were confirmed; against that day nothing could ever be
    stale. Their ages are then counted to the newest confirmation among them.
    """
    asked_on = asked_at.astimezone(CENTRAL).date()
    return max([asked_on, *(row.confirmed_on for row in listings if row.confirmed_on is not None)])


def _order(candidate: Candidate) -> tuple[int, int, str, str, str]:
    listing = candidate.listing
    return (_arrival_ms(candidate), -listing.quantity, *_name(listing))


def _left_out_order(row: LeftOut) -> tuple[int, str, str, str]:
    return (_CAUSES.index(row.code), *_name(row.listing))


def _name(listing: Listing) -> tuple[str, str, str]:
    return (listing.provider_name, listing.asset_name, listing.asset_id)


def _arrival_ms(candidate: Candidate) -> int:
    travel = candidate.travel
    return candidate.listing.mobilisation_s * 1000 + travel.access_ms + travel.road_ms


def _match(candidate: Candidate, place: int, so_far: int, frame: Frame) -> Match:
    travel = candidate.travel
    arrival_ms = _arrival_ms(candidate)
    arrives_at = frame.asked_at + timedelta(milliseconds=arrival_ms)
    return Match(
        rank=place,
        listing=candidate.listing,
        arrival_ms=arrival_ms,
        arrives_at=arrives_at,
        mobilisation_ms=candidate.listing.mobilisation_s * 1000,
        access_ms=travel.access_ms,
        road_ms=travel.road_ms,
        road_m=travel.road_m,
        units_so_far=so_far,
        late=frame.by_at is not None and arrives_at > frame.by_at,
        flags=_flags(candidate, frame),
        reasons=_reasons(candidate, frame),
        delay_ms=travel.delay_ms,
        area_access_m=travel.area_access_m,
        estimated_share=travel.access_ms / arrival_ms if arrival_ms else 0.0,
    )


def _late_ms(match: Match, frame: Frame) -> int:
    if frame.by_at is None or not match.late:
        return 0
    return (match.arrives_at - frame.by_at) // timedelta(milliseconds=1)


def _flags(candidate: Candidate, frame: Frame) -> tuple[Flag, ...]:
    """Return the marks of a match, what to doubt first."""
    listing, travel = candidate.listing, candidate.travel
    days = age_days(listing, frame.aged_to)
    marks = [
        (travel.inside, Flag("inside", "Inside the area", "warn")),
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
        (not frame.road_inside, Flag("no_road_inside", _no_road_words(frame), "warn")),
        (listing.operator, Flag("operator", "Operator", "good")),
        (listing.delivery == "delivers", Flag("delivers", "Delivers", "plain")),
        (listing.delivery == "pickup", Flag("pickup", "Pick up", "plain")),
    ]
    return tuple(flag for holds, flag in marks if holds)


def _no_road_words(frame: Frame) -> str:
    return "Every road in the area closed" if frame.roads_closed else "No road inside the area"


def _mostly_estimated(travel: Travel) -> bool:
    return travel.access_ms >= FLAGGED_ACCESS_MS and travel.access_ms > travel.road_ms


def _reasons(candidate: Candidate, frame: Frame) -> tuple[str, ...]:
    listing, travel = candidate.listing, candidate.travel
    ready = listing.mobilisation_s * 1000
    start = f"{duration_words(ready)} to get ready" if ready else "Ready at once"
    if travel.inside:
        return (f"{start}, inside the area already",)
    way = duration_words(travel.access_ms + travel.road_ms)
    reasons = [f"{start}, {way} on the road, {miles_words(travel.road_m)}"]
    if travel.access_ms:
        part = duration_words(travel.access_ms)
        to_road = f"{miles_words(listing.access_m)} straight to the nearest road"
        from_road = f"{miles_words(travel.area_access_m)} from the last road to the area"
        legs = to_road if frame.road_inside else f"{to_road}, {from_road}"
        reasons.append(f"Of that, {part} is estimated access: {legs}")
    if travel.delay_ms >= FLAGGED_DELAY_MS:
        verb = "add" if frame.closure == "Closures" else "adds"
        reasons.append(f"{frame.closure} {verb} {duration_words(travel.delay_ms)}")
    return tuple(reasons)
