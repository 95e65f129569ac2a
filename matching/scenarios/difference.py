"""The difference between two outcomes: minutes, ranks, what stays unmet, and counties newly over their limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from matching.measures import count_words, duration_words
from matching.scenarios.changes import ScenarioError
from matching.scenarios.outcome import NeedOutcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from matching.scenarios.outcome import Arrival, Outcome


class Moved(NamedTuple):
    """An asset that arrives otherwise: milliseconds and rank in A and in B, None where it does not arrive."""

    asset: str
    a_ms: int | None
    b_ms: int | None
    a_rank: int | None
    b_rank: int | None


class CountyMoved(NamedTuple):
    """A county that has its k-th company at another time: milliseconds in A and in B, None for never; and its people."""

    fips: str
    a_ms: int | None
    b_ms: int | None
    people: int

    @property
    def slower_ms(self) -> int | None:
        """Return by how much B is slower, below 0 when it is faster; None where either never has it."""
        return None if self.a_ms is None or self.b_ms is None else self.b_ms - self.a_ms

    @property
    def worse(self) -> bool:
        """Return whether B is slower, or has it never."""
        return self.b_ms is None or (self.a_ms is not None and self.b_ms > self.a_ms)

    @property
    def slowness(self) -> tuple[bool, int]:
        """Return what counties stand by, the slowest in B greatest: never, then by how much it is slower."""
        return self.b_ms is None, self.slower_ms or 0


class Pair(NamedTuple):
    """A number in A and in B."""

    a: int
    b: int

    @property
    def more(self) -> int:
        """Return by how much B has more."""
        return self.b - self.a


@dataclass(frozen=True)
class NeedDifference:
    """What differs of one need.

    Parameters
    ----------
    need
        Its text without a number.
    wanted, in_time, unmet
        Units wanted, there in time, and the need less those, in A and in B.
    moved
        The assets that arrive otherwise, or at another rank, by id.
    counties
        The counties with another time, by FIPS code.
    newly_over, no_longer_over
        The counties over their limit in one of the two only.
    """

    need: str
    wanted: Pair
    in_time: Pair
    unmet: Pair
    moved: tuple[Moved, ...]
    counties: tuple[CountyMoved, ...]
    newly_over: tuple[CountyMoved, ...]
    no_longer_over: tuple[CountyMoved, ...]

    @property
    def another_first(self) -> bool:
        """Return whether the first of one of the two is not the first of the other."""
        return any(1 in (each.a_rank, each.b_rank) and each.a_rank != each.b_rank for each in self.moved)

    @property
    def empty(self) -> bool:
        """Return whether nothing differs."""
        return (
            not self.moved
            and not self.counties
            and all(pair.more == 0 for pair in (self.wanted, self.in_time, self.unmet))
        )

    def __neg__(self) -> NeedDifference:
        """Return the difference the other way round."""
        return NeedDifference(
            self.need,
            Pair(self.wanted.b, self.wanted.a),
            Pair(self.in_time.b, self.in_time.a),
            Pair(self.unmet.b, self.unmet.a),
            tuple(Moved(each.asset, each.b_ms, each.a_ms, each.b_rank, each.a_rank) for each in self.moved),
            _turned(self.counties),
            _turned(self.no_longer_over),
            _turned(self.newly_over),
        )


@dataclass(frozen=True)
class Difference:
    """What B differs in from A; only needs that differ at all. `-d` is what A differs in from B."""

    limit_ms: int
    nearest: int
    needs: tuple[NeedDifference, ...]

    @property
    def empty(self) -> bool:
        """Return whether nothing differs."""
        return not self.needs

    def __neg__(self) -> Difference:
        """Return the difference the other way round."""
        return Difference(self.limit_ms, self.nearest, tuple(-need for need in self.needs))

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "limit_ms": self.limit_ms,
            "nearest": self.nearest,
            "needs": [_plain(need) for need in self.needs],
        }


def _plain(need: NeedDifference) -> dict[str, Any]:
    pairs = {name: getattr(need, name)._asdict() for name in ("wanted", "in_time", "unmet")}
    lists = ("moved", "counties", "newly_over", "no_longer_over")
    return (
        {"need": need.need}
        | pairs
        | {name: [each._asdict() for each in getattr(need, name)] for name in lists}
    )


def diff(a: Outcome, b: Outcome) -> Difference:
    """Return what B differs in from A: empty of two equal ones, and turned round when they are.

    Raises
    ------
    ScenarioError
        The two judge counties by other limits, or stand on other roads, so that they cannot be compared.
    """
    if (a.limit_ms, a.nearest, a.network) != (b.limit_ms, b.nearest, b.network):
        raise ScenarioError(
            "These two outcomes cannot be compared",
            given="other limits for counties, or other roads",
            wanted="two outcomes of the same question on the same roads",
            todo="run both anew with the same limit on the roads in use",
        )
    found = [
        _need(key, a, a.needs.get(key, NOTHING), b.needs.get(key, NOTHING))
        for key in sorted({*a.needs, *b.needs})
    ]
    return Difference(a.limit_ms, a.nearest, tuple(need for need in found if not need.empty))


NOTHING = NeedOutcome("", 0, 0, {}, {})
"""In place of a need that only the other one has."""


def _need(key: str, common: Outcome, a: NeedOutcome, b: NeedOutcome) -> NeedDifference:
    counties = tuple(
        CountyMoved(fips, a.counties[fips], b.counties[fips], common.people.get(fips, 0))
        for fips in sorted(a.counties.keys() & b.counties.keys())
        if a.counties[fips] != b.counties[fips]
    )
    return NeedDifference(
        key,
        Pair(a.wanted or 0, b.wanted or 0),
        Pair(a.in_time, b.in_time),
        Pair(a.unmet, b.unmet),
        _moved(a.arrivals, b.arrivals),
        counties,
        tuple(each for each in counties if not _over(each.a_ms, common) and _over(each.b_ms, common)),
        tuple(each for each in counties if _over(each.a_ms, common) and not _over(each.b_ms, common)),
    )


def _moved(a: Mapping[str, Arrival], b: Mapping[str, Arrival]) -> tuple[Moved, ...]:
    moved = []
    for asset in sorted({*a, *b}):
        before, after = a.get(asset), b.get(asset)
        told = Moved(
            asset,
            None if before is None else before.ms,
            None if after is None else after.ms,
            None if before is None else before.rank,
            None if after is None else after.rank,
        )
        if (told.a_ms, told.a_rank) != (told.b_ms, told.b_rank):
            moved.append(told)
    return tuple(moved)


def _over(ms: int | None, common: Outcome) -> bool:
    return ms is None or ms > common.limit_ms


def _turned(counties: tuple[CountyMoved, ...]) -> tuple[CountyMoved, ...]:
    return tuple(CountyMoved(each.fips, each.b_ms, each.a_ms, each.people) for each in counties)


def paragraph(found: Difference, county: Callable[[str], str], a: str = "A", b: str = "B") -> str:
    """Return a difference in plain words.

    Parameters
    ----------
    found
        What B differs in from A.
    county
        What a county is called, by its FIPS code.
    a, b
        What the two are called.
    """
    if found.empty:
        return f"Nothing differs between {a} and {b}."
    return " ".join(f"{need.need}: {' '.join(_sentences(found, need, county, a, b))}" for need in found.needs)


def _sentences(
    found: Difference, need: NeedDifference, county: Callable[[str], str], a: str, b: str
) -> list[str]:
    said = [_counties_words(found, need, b)]
    slower = [each for each in need.counties if each.worse]
    if slower:
        worst = max(slower, key=lambda each: (*each.slowness, each.fips))
        how = (
            "where nobody comes any more"
            if worst.slower_ms is None
            else f"{duration_words(worst.slower_ms)} slower"
        )
        said.append(f"The worst is {county(worst.fips)}, {how}.")
    faster = sum(not each.worse for each in need.counties)
    said.append("No county is faster." if not faster else f"{_counties(faster)} faster.")
    if need.unmet.more:
        more = "more stay unmet" if need.unmet.more > 0 else "fewer stay unmet"
        said.append(
            f"{count_words(abs(need.unmet.more))} {more} ({need.unmet.b:,} of {need.wanted.b:,} in {b}, "
            f"{need.unmet.a:,} of {need.wanted.a:,} in {a})."
        )
    gone = sum(each.b_ms is None for each in need.moved)
    come = sum(each.a_ms is None for each in need.moved)
    if gone or come:
        said.append(f"{gone:,} no longer arrive, {come:,} newly do.")
    if need.another_first:
        said.append("Another one is first.")
    return said


def _counties_words(found: Difference, need: NeedDifference, b: str) -> str:
    slower = sum(each.worse for each in need.counties)
    limit = duration_words(found.limit_ms)
    people = sum(each.people for each in need.newly_over)
    over = len(need.newly_over)
    noun = "county" if over == 1 else "counties"
    first = (
        f"{b} puts {over} more {noun} over {limit} ({people:,} people)"
        if over
        else f"{b} puts no more county over {limit}"
    )
    fewer = f", takes {len(need.no_longer_over)} below it," if need.no_longer_over else ""
    return f"{first}{fewer} and slows {slower}."


def _counties(number: int) -> str:
    return "1 county is" if number == 1 else f"{number} counties are"
