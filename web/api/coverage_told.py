"""Coverage as answers tell it: figures by place and class, gaps, and towns; no company is named."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - pydantic reads the annotation
from typing import TYPE_CHECKING

from pydantic import Field

from matching.coverage.export import name_of, region_of
from matching.coverage.gaps import Cause, cause, over
from matching.coverage.result import NONE, Level
from web.api.values import Told

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geo.counties import Counties
    from matching.coverage import recruit_recipe
    from matching.coverage.gaps import Gap
    from matching.coverage.result import CoverageResult


class ClassTold(Told):
    """What is looked for: a sector or a need; how many assets are listed, and how many count."""

    code: str
    name: str
    listed: int
    counted: int


class FigureTold(Told):
    """What nine in ten people of a place have of a class. Lists by threshold are as `thresholds_ms` has them."""

    code: str
    ms: tuple[int | None, ...] = Field(
        description="Milliseconds to the first, second and further provider; null: never"
    )
    confirmed_ms: tuple[int | None, ...] = Field(description="The same were every listing confirmed")
    people_within: tuple[int, ...] = Field(
        description="People who have the provider asked for within each threshold"
    )
    companies: tuple[int, ...]
    units: tuple[int, ...]
    score_per_100000: float
    people_affected: int
    gap: Cause | None = Field(description="Why the place is over the limit; null: it is not, or not measured")


class PlaceTold(Told):
    """A county, a region or the State."""

    key: str
    level: Level
    name: str
    region: str
    people: int
    figures: tuple[FigureTold, ...]


class GridTold(Told):
    """Coverage by place and class."""

    day: date
    k: int
    within_ms: int
    fresh_days: int | None
    thresholds_ms: tuple[int, ...]
    network_hash: str
    classes: tuple[ClassTold, ...]
    places: tuple[PlaceTold, ...]


class GapTold(Told):
    """A county that has the provider asked for later than the limit, or never (null)."""

    county_fips: str
    county: str
    region: str
    code: str
    ms: int | None
    people_affected: int
    cause: Cause


class GapsTold(Told):
    """A page of gaps."""

    gaps: tuple[GapTold, ...]


class TurnTold(Told):
    """A gap that opened or closed, and when the provider asked for was and is there (null: never)."""

    county_fips: str
    county: str
    region: str
    code: str
    before_ms: int | None
    ms: int | None


class ChangesTold(Told):
    """Gaps that opened and closed from one day to another."""

    since: date
    until: date
    k: int
    within_ms: int
    opened: tuple[TurnTold, ...]
    closed: tuple[TurnTold, ...]


class TownTold(Told):
    """A town, and what a provider there adds to those before it."""

    name: str
    county_fips: str
    county: str
    longitude: float
    latitude: float
    people: int
    closes: tuple[str, ...] = Field(
        description="Counties that are then no longer over the limit, by FIPS code"
    )


class RecruitsTold(Told):
    """Towns, the best first, and how the new provider is taken to come."""

    towns: tuple[TownTold, ...]
    people: int
    bound: int = Field(description="People that no choice of so many towns can exceed")
    exact: bool
    vehicle: str
    ready_ms: int


def grid_told(
    result: CoverageResult,
    counties: Counties,
    names: Mapping[str, str],
    some: Sequence[int],
    *,
    k: int,
    threshold_ms: int,
) -> GridTold:
    """Return coverage as an answer tells it.

    Parameters
    ----------
    result, counties, names
        The coverage, the counties, and what its sectors are called by the codes of their classes.
    some
        The places of the targets that are told.
    k, threshold_ms
        Which provider decides what is a gap, and by when.
    """
    late = over(result, k, threshold_ms) & (result.listed > 0)[None, :]
    places = tuple(
        PlaceTold(
            key=result.targets[at],
            level=result.levels[at],
            name=name_of(result, at, counties, None),
            region=region_of(result, at, counties),
            people=int(result.people[at]),
            figures=tuple(
                _figure(result, at, group, k=k, threshold_ms=threshold_ms, late=bool(late[at, group]))
                for group in range(len(result.classes))
            ),
        )
        for at in some
    )
    classes = tuple(
        ClassTold(code=code, name=names.get(code, code), listed=int(listed), counted=int(counted))
        for code, listed, counted in zip(result.classes, result.listed, result.counted, strict=True)
    )
    asked = result.parameters
    return GridTold(
        day=asked.today,
        k=k,
        within_ms=threshold_ms,
        fresh_days=asked.fresh_days,
        thresholds_ms=asked.thresholds_ms,
        network_hash=result.network_hash,
        classes=classes,
        places=places,
    )


def gap_told(gap: Gap, result: CoverageResult, counties: Counties) -> GapTold:
    """Return a gap as an answer tells it."""
    return GapTold(
        county_fips=result.targets[gap.target],
        county=name_of(result, gap.target, counties, None),
        region=region_of(result, gap.target, counties),
        code=result.classes[gap.of_class],
        ms=ms_or_never(gap.ms),
        people_affected=gap.people,
        cause=gap.cause,
    )


def turns_told(
    pairs: Sequence[tuple[str, str]],
    before: CoverageResult,
    after: CoverageResult,
    counties: Counties,
    k: int,
) -> tuple[TurnTold, ...]:
    """Return gaps that opened or closed, each a county's key and a class's code, as an answer tells them."""

    def ms(result: CoverageResult, key: str, code: str) -> int | None:
        return ms_or_never(int(result.time_ms[result.target_at[key], result.class_at[code], k - 1]))

    return tuple(
        TurnTold(
            county_fips=key,
            county=counties.label(counties.index(key)),
            region=counties.region[counties.index(key)],
            code=code,
            before_ms=ms(before, key, code),
            ms=ms(after, key, code),
        )
        for key, code in pairs
    )


def recruits_told(found: recruit_recipe.Told, counties: Counties, *, exact: bool) -> RecruitsTold:
    """Return towns as an answer tells them, with the counties that each closes."""
    return RecruitsTold(
        towns=tuple(
            TownTold(
                name=town.name,
                county_fips=town.county,
                county=counties.label(counties.index(town.county)),
                longitude=town.lon,
                latitude=town.lat,
                people=town.people,
                closes=town.closes,
            )
            for town in found.towns
        ),
        people=found.people,
        bound=found.bound,
        exact=exact,
        vehicle=found.vehicle,
        ready_ms=found.ready_ms,
    )


def ms_or_never(ms: int) -> int | None:
    """Return milliseconds, None for what never comes."""
    return None if ms == NONE else int(ms)


def _figure(
    result: CoverageResult, at: int, group: int, *, k: int, threshold_ms: int, late: bool
) -> FigureTold:
    within = result.reached[at, group, k - 1]
    affected = int(result.people[at] - within[result.threshold_at(threshold_ms)])
    return FigureTold(
        code=result.classes[group],
        ms=tuple(ms_or_never(ms) for ms in result.time_ms[at, group].tolist()),
        confirmed_ms=tuple(ms_or_never(ms) for ms in result.stale_ms[at, group].tolist()),
        people_within=tuple(within.tolist()),
        companies=tuple(result.companies[at, group].tolist()),
        units=tuple(result.units[at, group].tolist()),
        score_per_100000=int(result.score[at, group]) / 1000,
        people_affected=affected,
        gap=cause(result, at, group, k, threshold_ms) if late else None,
    )
