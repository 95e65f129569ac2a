"""Coverage as people ask for it: sectors and needs by their words, the limit among the thresholds, a region, the towns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from matching.coverage.classes import need_class, sector_classes
from matching.coverage.export import region_of
from matching.coverage.parameters import CoverageParameters
from matching.coverage.recruit import candidates, only_of
from matching.errors import MatchingError
from matching.needs import parse_need
from registry.directory.store import kinds, sectors
from registry.wording import CENTRAL

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from geo.counties import Counties
    from geo.gazetteer import Place
    from matching.coverage.arrivals import PointArrivals
    from matching.coverage.classes import CoverageClass
    from matching.coverage.recruit import Candidates
    from matching.coverage.result import CoverageResult
    from registry.db.engine import Session


def asked_classes(session: Session, chosen: Sequence[str], needs: Sequence[str]) -> list[CoverageClass]:
    """Return the classes that somebody asks for, each once: sectors by their codes, needs by their words.

    Parameters
    ----------
    session
        Where sectors and kinds are read.
    chosen, needs
        Without any of either, every sector.

    Raises
    ------
    MatchingError
        There is no such sector, or a need cannot be understood.
    """
    codes = [sector.code for sector in sectors(session)]
    unknown = [code for code in chosen if code not in codes]
    if unknown:
        raise MatchingError(
            "There is no such sector",
            given=repr(unknown[0][:60]),
            wanted=", ".join(codes),
            todo="use one of these codes",
        )
    taxonomy = kinds(session) if needs else None
    wanted = [need_class(parse_need(text, taxonomy)) for text in needs] if taxonomy is not None else []
    of_sectors = sector_classes(dict.fromkeys(chosen) if chosen or wanted else codes)
    return [*of_sectors, *{each.code: each for each in wanted}.values()]


def asked_parameters(now: datetime, k: int, threshold_ms: int, fresh_days: int | None) -> CoverageParameters:
    """Return what is worked out when a limit is asked about: the usual thresholds and that one, and at least the usual k.

    Parameters
    ----------
    now
        An aware moment; its day in Missouri counts.
    k, threshold_ms
        Which provider must be there, and by when.
    fresh_days
        As `CoverageParameters` has them.

    Raises
    ------
    MatchingError
        A number is out of its range.
    """
    usual = CoverageParameters(today=now.astimezone(CENTRAL).date(), fresh_days=fresh_days)
    limits = tuple(sorted({*usual.thresholds_ms, threshold_ms}))
    return replace(usual, k=max(k, usual.k), thresholds_ms=limits)


def of_region(result: CoverageResult, counties: Counties, region: str | None) -> list[int]:
    """Return the places of the targets that lie in a region, itself included; of all of them without one.

    Raises
    ------
    MatchingError
        There is no such region.
    """
    if region is None:
        return list(range(len(result.targets)))
    wanted = region.strip().upper()
    if wanted not in result.target_at or result.levels[result.target_at[wanted]] != "region":
        letters = [key for key, level in zip(result.targets, result.levels, strict=True) if level == "region"]
        raise MatchingError(
            "There is no such region",
            given=repr(region[:60]),
            wanted=", ".join(letters),
            todo="use one of these letters",
        )
    return [at for at in range(len(result.targets)) if region_of(result, at, counties) == wanted]


def weighed_towns(
    towns: Sequence[Place], found: PointArrivals, some: Sequence[int], *, k: int, threshold_ms: int
) -> Candidates:
    """Return whom one more provider in each town could serve of some targets' people.

    Parameters
    ----------
    towns
        Those of the gazetteer.
    found
        Arrivals of one class.
    some
        The places of the targets that are asked about.
    k, threshold_ms
        Which provider must be there, and by when.

    Raises
    ------
    MatchingError
        Several classes are asked about, or nothing of the one is listed.
    """
    if len(found.classes) != 1:
        raise MatchingError(
            "A town is recruited in for one thing at a time",
            given=f"{len(found.classes)} sectors and needs",
            wanted="one sector or one need",
            todo="name one",
        )
    weighed = candidates(found, 0, towns, k=k, threshold_ms=threshold_ms)
    return only_of(weighed, found, some)
