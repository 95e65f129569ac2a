"""`merr coverage`: where the State is thin, by region and sector, in the terminal and as files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path  # noqa: TC003 - Typer reads the annotation
from typing import TYPE_CHECKING, Annotated

import typer

from cli.asking import closures_from, read_source, working
from cli.terminal import echo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.gazetteer import Place
    from matching.atlas import Atlas
    from matching.coverage.arrivals import PointArrivals
    from matching.coverage.difference import CoverageChange
    from matching.coverage.export import Ending
    from matching.coverage.result import CoverageResult
    from matching.coverage.targets import Targets
    from registry.db.engine import Session
    from registry.people.principal import Principal

FRESH_DAYS = 180
ROWS = 20
"""Gaps that are printed without `--limit`."""


def register(app: typer.Typer) -> None:
    """Add `merr coverage` to the commands."""
    app.command()(coverage)


def coverage(
    *,
    sector: Annotated[
        list[str] | None,
        typer.Option(help="A sector's code. May be given several times (default: all sectors)."),
    ] = None,
    capability: Annotated[
        list[str] | None,
        typer.Option(
            help='A need instead of a sector, such as "generator,kw>=100". May be given several times.'
        ),
    ] = None,
    region: Annotated[str | None, typer.Option(help="Only the counties of this region: A to I.")] = None,
    threshold: Annotated[float, typer.Option(help="The limit in hours.")] = 2.0,
    k: Annotated[
        int, typer.Option("--k", help="Which provider must be there by then: 2 for the second.")
    ] = 2,
    fresh_days: Annotated[
        int, typer.Option(help="Only listings confirmed within so many days count.")
    ] = FRESH_DAYS,
    stale: Annotated[bool, typer.Option("--stale", help="Stale listings count too.")] = False,
    layer: Annotated[
        str | None,
        typer.Option(
            help="Points instead of counties: GeoJSON, or CSV with name, lon, lat, weight; - reads standard input."
        ),
    ] = None,
    closures: Annotated[str | None, typer.Option(help="A GeoJSON file of roads that are closed now.")] = None,
    recruit: Annotated[
        int | None, typer.Option(help="Also say in which so many towns one more provider helps most.")
    ] = None,
    limit: Annotated[int, typer.Option(help="Gaps to print; files hold all.", min=0)] = ROWS,
    keep: Annotated[
        str | None, typer.Option(metavar="LABEL", help="Also keep this coverage as a run, under this label.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="RUN", help="Also say what changed since this kept run.")
    ] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help="Also write all figures to this file.")] = None,
    geojson: Annotated[Path | None, typer.Option("--geojson", help="Also write a map to this file.")] = None,
    gpkg: Annotated[Path | None, typer.Option("--gpkg", help="Also write a GeoPackage to this file.")] = None,
) -> None:
    """Print how soon nine in ten of every region's people have the k-th provider, and the gaps by people affected.

    No company is named, and every closed place is told from its stand. Exit code 2 with a sentence when the input
    cannot be used.
    """
    from cli.acting import acting
    from cli.coverage_table import print_coverage
    from matching.atlas import atlas
    from matching.coverage.asking import asked_classes, asked_parameters, of_region
    from matching.coverage.computing import summed_up
    from matching.coverage.export import as_file
    from matching.coverage.loading import arrivals
    from registry.db.engine import session_scope
    from registry.db.logins import dsn

    _check(k, recruit, region=region, layer=layer)
    _check_kept(keep, since, layer=layer, closures=closures)
    closed, points = closures_from(closures), _points(layer)
    now = datetime.now(UTC)
    parameters = asked_parameters(now, k, _ms(threshold), None if stale else fresh_days)
    who = acting()
    with session_scope(dsn("web"), principal=who) as session:
        with working("Reading the roads"):
            known = atlas(session)
        classes = asked_classes(session, sector or [], capability or [])
        with working("Driving from every listing to everybody"):
            found = arrivals(
                session, who, classes, parameters, known=known, targets=points, closures=closed, at=now
            )
            result = summed_up(found, known.network.content_hash)
        names = _names(session)
        changed = _changed(session, who, since, result)
        run_id = _kept(session, who, keep, result)
        towns_id = _kept_recruits(
            session, who, keep, known.gazetteer.places, found, k, _ms(threshold), recruit, region
        )
    some = of_region(result, known.counties, region)
    threshold_ms = _ms(threshold)
    print_coverage(
        result,
        known.counties,
        names,
        k=k,
        threshold_ms=threshold_ms,
        targets=some,
        limit=limit,
        layer=points,
        changed=changed,
    )
    if run_id is not None:
        echo(f"Kept as run {run_id}", err=True)
    if towns_id is not None:
        echo(f"The towns are kept as run {towns_id}", err=True)
    if recruit is not None:
        _print_recruits(found, known, some, k=k, threshold_ms=threshold_ms, count=recruit, layer=points)
    files: list[tuple[Path | None, Ending]] = [(csv, "csv"), (geojson, "geojson"), (gpkg, "gpkg")]
    for path, kind in files:
        if path is not None:
            content = as_file(
                kind, result, known.counties, k=k, threshold_ms=threshold_ms, targets=some, layer=points
            )
            _write(path, kind, content)


def _check(k: int, recruit: int | None, *, region: str | None, layer: str | None) -> None:
    from matching.coverage.parameters import MOST_PROVIDERS
    from matching.errors import MatchingError

    if not 1 <= k <= MOST_PROVIDERS:
        raise MatchingError(
            "That provider is not looked at",
            given=f"--k {k}",
            wanted=f"1 to {MOST_PROVIDERS}",
            todo="write --k 2 for the second provider",
        )
    if region is not None and layer is not None:
        raise MatchingError(
            "A layer's points lie in no region",
            given="--region and --layer",
            wanted="one of them",
            todo="leave one out",
        )
    if recruit is not None and recruit < 1:
        raise MatchingError(
            "That many towns cannot be chosen",
            given=f"--recruit {recruit}",
            wanted="1 or more",
            todo="ask for 1",
        )


def _check_kept(keep: str | None, since: str | None, *, layer: str | None, closures: str | None) -> None:
    """Refuse to keep, or to compare with what is kept, what no run holds: a layer of points, or closed roads."""
    from matching.errors import MatchingError

    if (keep is not None or since is not None) and (layer is not None or closures is not None):
        raise MatchingError(
            "Kept coverage is of every county on open roads",
            given="--keep or --since with --layer or --closures",
            wanted="neither a layer nor closures",
            todo="leave them out",
        )


def _changed(
    session: Session, who: Principal, since: str | None, result: CoverageResult
) -> CoverageChange | None:
    from matching.coverage.difference import change
    from matching.coverage.keeping import kept

    return None if since is None else change(kept(session, who, since), result)


def _kept(session: Session, who: Principal, label: str | None, result: CoverageResult) -> str | None:
    from matching.coverage.keeping import keep

    if label is None:
        return None
    counties = [key for key, level in zip(result.targets, result.levels, strict=True) if level == "county"]
    return keep(session, who, result.classes, result.parameters, counties=counties, label=label).id


def _kept_recruits(  # noqa: PLR0917 - as the command was asked
    session: Session,
    who: Principal,
    label: str | None,
    towns: Sequence[Place],
    found: PointArrivals,
    k: int,
    threshold_ms: int,
    count: int | None,
    region: str | None,
) -> str | None:
    """Keep the towns beside the figures where both are asked for; of several classes nothing, which is refused later."""
    from matching.coverage.keeping import keep_recruits
    from matching.coverage.recruit_recipe import asked_of

    if label is None or count is None or len(found.classes) != 1:
        return None
    asked = asked_of(
        found.classes[0].code,
        found.parameters,
        towns,
        k=k,
        threshold_ms=threshold_ms,
        count=count,
        region=region or "",
    )
    targets = zip(found.targets.keys, found.targets.levels, strict=True)
    counties = [key for key, level in targets if level == "county"]
    return keep_recruits(session, who, asked, counties=counties, label=label).id


def _ms(hours: float) -> int:
    from matching.measures import HOUR_MS

    return round(hours * HOUR_MS)


def _points(layer: str | None) -> Targets | None:
    from matching.coverage.layer import read_points

    return read_points(read_source(layer, "--layer")) if layer is not None else None


def _names(session: Session) -> dict[str, str]:
    """Return what a sector's class is called, by its code; a need's is its text."""
    from matching.coverage.classes import SECTOR
    from registry.directory.store import sectors

    return {SECTOR + each.code: each.name for each in sectors(session)}


def _print_recruits(
    found: PointArrivals,
    known: Atlas,
    some: Sequence[int],
    *,
    k: int,
    threshold_ms: int,
    count: int,
    layer: Targets | None,
) -> None:
    from cli.coverage_table import print_recruits
    from matching.coverage.asking import weighed_towns

    with working("Weighing every town"):
        towns = known.gazetteer.places
        weighed = weighed_towns(towns, found, some, k=k, threshold_ms=threshold_ms)
        best = weighed.best(count)
    print_recruits(best, weighed, towns, found.targets, counties=known.counties, layer=layer)


def _write(path: Path, kind: str, content: bytes) -> None:
    from matching.errors import MatchingError

    try:
        path.write_bytes(content)
    except OSError as fault:
        raise MatchingError(
            "The file cannot be written",
            given=f"--{kind} {path} ({fault.strerror})",
            wanted="a file in a folder that is there and may be written",
            todo="make the folder, or name another file",
        ) from fault
    echo(f"Written: {path}", err=True)
