"""Coverage in the terminal: a grid of classes by regions, then the gaps, then where to recruit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from cli.ranked_table import terminal
from matching.coverage.export import name_of, region_of
from matching.coverage.gaps import CAUSE_WORDS, gaps, over
from matching.coverage.result import NONE
from matching.measures import MINUTE_MS, duration_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geo.counties import Counties
    from geo.gazetteer import Place
    from matching.coverage.difference import CoverageChange
    from matching.coverage.gaps import Gap
    from matching.coverage.recruit import Candidates, Recruits
    from matching.coverage.result import CoverageResult
    from matching.coverage.targets import Targets

COUNTIES_NAMED = 5
"""Counties that a town closes and that are named; of the others only how many."""

CLOSED = "No company is named here, and times of closed places are told from their stands, rounded up."


def print_coverage(
    result: CoverageResult,
    counties: Counties,
    names: Mapping[str, str],
    *,
    k: int,
    threshold_ms: int,
    targets: Sequence[int],
    limit: int,
    layer: Targets | None = None,
    changed: CoverageChange | None = None,
) -> None:
    """Print the grid of the regions asked about, and the first gaps.

    Parameters
    ----------
    result, counties
        The coverage, and the counties that it names.
    names
        What classes are called, by their codes; others are called by their code.
    k, threshold_ms, targets
        Which provider decides, by when, and the targets asked about.
    limit
        Gaps to print.
    layer
        The points, where they are the targets.
    changed
        What changed since a kept run; None where none is compared with.
    """
    console, wanted = terminal(), set(targets)
    found = [gap for gap in gaps(result, k, threshold_ms) if gap.target in wanted]
    fresh = result.parameters.fresh_days
    counted = "all listings" if fresh is None else f"listings confirmed within {fresh} days"
    console.print(
        f"{len(found):,} gaps: more than one person in ten waits longer than {duration_words(threshold_ms)} for "
        f"company {k}. Counted: {counted}. Ready time included.",
        soft_wrap=True,
    )
    if layer is None:
        console.print(_grid(result, names, k, threshold_ms, wanted))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("County" if layer is None else "Place", "Region", "Class"):
        table.add_column(heading)
    for heading in (f"Company {k}", "People affected"):
        table.add_column(heading, justify="right")
    table.add_column("Why")
    if changed is not None:
        table.add_column("Change", justify="right")
        console.print(_changes(changed, k, threshold_ms, wanted), soft_wrap=True)
    for gap in found[:limit]:
        table.add_row(
            name_of(result, gap.target, counties, layer),
            region_of(result, gap.target, counties),
            _called(result.classes[gap.of_class], names),
            "never" if gap.ms == NONE else duration_words(gap.ms),
            f"{gap.people:,}",
            CAUSE_WORDS[gap.cause],
            *(() if changed is None else (_change(changed, gap, k),)),
        )
    if limit and found:
        console.print(table)
    if limit < len(found):
        console.print(f"{limit} of {len(found):,} gaps shown; files hold all.")
    console.print(CLOSED, soft_wrap=True)


def _changes(changed: CoverageChange, k: int, threshold_ms: int, wanted: set[int]) -> str:
    """Return how many gaps opened and closed since a kept run, in a sentence; of counties, as the gaps are."""
    own = wanted & set(changed.after.of_level("county").tolist())
    opened, closed = (
        sum(target in own for target, _ in turned)
        for turned in (changed.opened(k, threshold_ms), changed.closed(k, threshold_ms))
    )
    return f"Since {changed.before.parameters.today.isoformat()}: {opened:,} gaps opened, {closed:,} closed."


def _change(changed: CoverageChange, gap: Gap, k: int) -> str:
    at = (gap.target, gap.of_class, k - 1)
    if changed.appeared[at] or changed.vanished[at]:
        return "never before" if changed.appeared[at] else "never now"
    ms = int(changed.ms[at])
    return f"{'+' if ms > 0 else '−'}{duration_words(abs(ms))}" if ms else "no change"  # noqa: RUF001 - a minus sign


def print_recruits(
    best: Recruits,
    weighed: Candidates,
    towns: Sequence[Place],
    whom: Targets,
    *,
    counties: Counties,
    layer: Targets | None = None,
) -> None:
    """Print the towns in which one more provider helps most, with the people and counties each brings under the limit."""
    console = terminal()
    console.print(
        f"A new provider is taken to get ready in {duration_words(weighed.ready_ms)}, the median of those listed, and "
        f"to travel by {weighed.vehicle}, as most of them do.",
        soft_wrap=True,
    )
    if not best.towns:
        console.print("One more provider, in whatever town, brings nobody under the limit.")
        return
    for town, people, closes in zip(best.towns, best.in_turn, best.closes, strict=True):
        place = towns[town]
        county = counties.label(counties.index(place.county_fips))
        called = [
            layer.names[at] if layer is not None else counties.label(counties.index(whom.keys[at]))
            for at in closes
        ]
        more = f" and {len(called) - COUNTIES_NAMED} more" if len(called) > COUNTIES_NAMED else ""
        named = f": {', '.join(called[:COUNTIES_NAMED])}{more}" if called else ""
        console.print(
            f"Recruit in {place.name}, {county}: {people:,} people brought under the limit, {len(called)} "
            f"{'gap' if len(called) == 1 else 'gaps'} closed{named}.",
            soft_wrap=True,
        )
    if best.bound > best.people:
        console.print(
            f"Together {best.people:,} people; no choice of {len(best.towns)} towns brings more than {best.bound:,}."
        )


def _grid(
    result: CoverageResult, names: Mapping[str, str], k: int, threshold_ms: int, wanted: set[int]
) -> Table:
    """Return the times of regions and the State by class; an asterisk is over the limit, the last column counts counties."""
    columns = [at for at in result.of_level("region").tolist() if at in wanted]
    state = [at for at in result.of_level("state").tolist() if at in wanted]
    own = [at for at in result.of_level("county").tolist() if at in wanted]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(f"Hours and minutes to company {k}")
    for at in (*columns, *state):
        table.add_column("State" if at in state else result.targets[at], justify="right")
    table.add_column("Counties over", justify="right")
    late = over(result, k, threshold_ms)
    for group, code in enumerate(result.classes):
        called = _called(code, names)
        if result.listed[group] == 0:
            table.add_row(called, *("n/m" for _ in (*columns, *state)), "n/m")
            continue
        times = [
            _clock(int(result.time_ms[at, group, k - 1]), over=bool(late[at, group]))
            for at in (*columns, *state)
        ]
        table.add_row(called, *times, f"{int(late[own, group].sum())}")
    return table


def _clock(ms: int, *, over: bool) -> str:
    if ms == NONE:
        return "never*"
    hours, minutes = divmod(-(-ms // MINUTE_MS), 60)
    return f"{hours}:{minutes:02}{'*' if over else ' '}"


def _called(code: str, names: Mapping[str, str]) -> str:
    return names.get(code, code)
