"""Coverage as CSV, GeoJSON and GeoPackage, the same from every door: figures and codes; no company is named in them."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Final, Literal

import shapely

from matching.coverage.gaps import CAUSE_WORDS, cause, over
from matching.coverage.parameters import THRESHOLDS_MS
from matching.coverage.result import NONE
from matching.measures import HOUR_MS, MINUTE_MS
from registry.spreadsheets import cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from geo.counties import Counties
    from matching.coverage.result import CoverageResult
    from matching.coverage.targets import Targets

Ending = Literal["csv", "geojson", "gpkg"]
"""The endings of the files there are."""

MEDIA_TYPES: Final[dict[Ending, str]] = {
    "csv": "text/csv; charset=utf-8",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
}
"""What each file is."""

LAYER: Final = "coverage"
"""The layer's name in a GeoPackage."""

STAMP: Final = "%Y-%m-%dT00:00:00Z"
"""What a GeoPackage says of when it was written: the day asked, so that the same coverage gives the same bytes."""


def name_of(result: CoverageResult, target: int, counties: Counties, layer: Targets | None) -> str:
    """Return what a target is called: `Jasper county`, `Region D`, `Missouri`, or as its layer calls it."""
    key, level = result.targets[target], result.levels[target]
    if level == "county":
        return counties.label(counties.index(key))
    if level == "region":
        return f"Region {key}"
    return "Missouri" if level == "state" or layer is None else layer.names[target]


def as_file(
    ending: Ending,
    result: CoverageResult,
    counties: Counties,
    *,
    k: int,
    threshold_ms: int,
    targets: Iterable[int] | None = None,
    layer: Targets | None = None,
) -> bytes:
    """Return coverage as the file of an ending: the page, `merr coverage` and REST all give these bytes.

    Other parameters are as `as_csv` has them. Of the result's thresholds the usual ones and the limit are told.

    Raises
    ------
    MatchingError
        The threshold was not asked for.
    """
    told = result.within(sorted({*THRESHOLDS_MS, threshold_ms} & set(result.parameters.thresholds_ms)))
    if ending == "csv":
        return as_csv(told, counties, k=k, threshold_ms=threshold_ms, targets=targets, layer=layer).encode()
    if ending == "gpkg":
        return as_geopackage(told, counties, k=k, threshold_ms=threshold_ms, targets=targets, layer=layer)
    drawn = as_geojson(told, counties, k=k, threshold_ms=threshold_ms, targets=targets, layer=layer)
    return (json.dumps(drawn, sort_keys=True, ensure_ascii=False) + "\n").encode()


def as_csv(
    result: CoverageResult,
    counties: Counties,
    *,
    k: int,
    threshold_ms: int,
    targets: Iterable[int] | None = None,
    layer: Targets | None = None,
) -> str:
    """Return coverage as CSV: a row a target and class, minutes rounded up; empty where there is no time.

    Parameters
    ----------
    result, counties
        The coverage, and the counties that it names.
    k, threshold_ms
        Which provider decides what is a gap, and by when.
    targets
        The places of the targets to write; None for all.
    layer
        The points, where they are the targets.

    Raises
    ------
    MatchingError
        The threshold was not asked for.
    """
    limits, sheet = result.parameters.thresholds_ms, io.StringIO()
    at = result.threshold_at(threshold_ms)
    writer = csv.writer(sheet)
    writer.writerow(
        [
            *("level", "key", "name", "region", "class", "people", "listed", "counted"),
            *(f"minutes_to_{rank}" for rank in range(1, result.parameters.k + 1)),
            *(f"{what}_{_hours(ms)}h" for what in ("people", "companies", "units") for ms in limits),
            *("score_per_100000", "people_affected", "gap", "confirmed_within_days", "day"),
        ]
    )
    late = over(result, k, threshold_ms)
    for target in range(len(result.targets)) if targets is None else targets:
        for group, code in enumerate(result.classes):
            gap = bool(late[target, group]) and result.listed[group] > 0
            reached = result.reached[target, group, k - 1]
            row = [
                result.levels[target],
                result.targets[target],
                name_of(result, target, counties, layer),
                region_of(result, target, counties),
                code,
                int(result.people[target]),
                int(result.listed[group]),
                int(result.counted[group]),
                *("" if ms == NONE else -(-ms // MINUTE_MS) for ms in result.time_ms[target, group].tolist()),
                *(
                    int(part)
                    for part in (*reached, *result.companies[target, group], *result.units[target, group])
                ),
                result.score[target, group] / 1000,
                int(result.people[target] - reached[at]),
                CAUSE_WORDS[cause(result, target, group, k, threshold_ms)] if gap else "",
                "" if result.parameters.fresh_days is None else result.parameters.fresh_days,
                result.parameters.today.isoformat(),
            ]
            writer.writerow([cell(value) for value in row])
    return sheet.getvalue()


def as_geojson(
    result: CoverageResult,
    counties: Counties,
    *,
    k: int,
    threshold_ms: int,
    targets: Iterable[int] | None = None,
    layer: Targets | None = None,
) -> dict[str, object]:
    """Return coverage as a GeoJSON FeatureCollection (EPSG:4326): a feature a county or point, figures by class.

    Parameters are as `as_csv` has them.

    Raises
    ------
    MatchingError
        The threshold was not asked for.
    """
    result.threshold_at(threshold_ms)
    some = _drawn(result, targets)
    features = [
        {
            "type": "Feature",
            "id": result.targets[target],
            "geometry": json.loads(shapely.to_geojson(shape)),
            "properties": _properties(result, target, counties, k=k, threshold_ms=threshold_ms, layer=layer),
        }
        for target, shape in zip(some, _shapes(result, some, counties, layer), strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}


def as_geopackage(
    result: CoverageResult,
    counties: Counties,
    *,
    k: int,
    threshold_ms: int,
    targets: Iterable[int] | None = None,
    layer: Targets | None = None,
) -> bytes:
    """Return coverage as a GeoPackage (EPSG:4326) with one layer, `coverage`: what the GeoJSON holds, in columns.

    Parameters are as `as_csv` has them.

    Raises
    ------
    MatchingError
        The threshold was not asked for.
    """
    result.threshold_at(threshold_ms)
    some = _drawn(result, targets)
    rows = [
        _properties(result, target, counties, k=k, threshold_ms=threshold_ms, layer=layer) for target in some
    ]
    shapes = _shapes(result, some, counties, layer)
    return geopackage(rows, shapes, result.parameters.today, of_points=layer is not None)


def geopackage(
    rows: Sequence[Mapping[str, object]],
    shapes: Sequence[shapely.Geometry],
    day: date,
    *,
    of_points: bool = False,
) -> bytes:
    """Return rows with their shapes (EPSG:4326) as a GeoPackage with one layer, `coverage`, as if written on `day`."""
    # A server that draws pages need not keep pandas and GDAL in memory.
    import geopandas as gpd  # noqa: PLC0415
    import pyogrio  # noqa: PLC0415

    frame = gpd.GeoDataFrame(rows, geometry=list(shapes), crs="EPSG:4326")
    kept = io.BytesIO()
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": day.strftime(STAMP)})
    try:
        pyogrio.write_dataframe(frame, kept, driver="GPKG", layer=LAYER, promote_to_multi=not of_points)
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
    return kept.getvalue()


def region_of(result: CoverageResult, target: int, counties: Counties) -> str:
    """Return the region a target lies in; empty for the State and points."""
    key, level = result.targets[target], result.levels[target]
    if level == "county":
        return counties.region[counties.index(key)]
    return key if level == "region" else ""


def _drawn(result: CoverageResult, targets: Iterable[int] | None) -> list[int]:
    some = range(len(result.targets)) if targets is None else targets
    return [target for target in some if result.levels[target] in {"county", "point"}]


def _shapes(
    result: CoverageResult, some: Sequence[int], counties: Counties, layer: Targets | None
) -> list[shapely.Geometry]:
    if layer is None:
        return [counties.geometry[counties.index(result.targets[target])] for target in some]
    return [shapely.Point(layer.lon[target], layer.lat[target]) for target in some]


def _properties(
    result: CoverageResult,
    target: int,
    counties: Counties,
    *,
    k: int,
    threshold_ms: int,
    layer: Targets | None,
) -> dict[str, object]:
    """Return the figures of one target: of each class minutes to the k-th, companies in time, people affected."""
    at, late = result.threshold_at(threshold_ms), over(result, k, threshold_ms)[target]
    told: dict[str, object] = {
        "key": result.targets[target],
        "name": name_of(result, target, counties, layer),
        "region": region_of(result, target, counties),
        "people": int(result.people[target]),
    }
    for group, code in enumerate(result.classes):
        word = code.removeprefix("sector:")
        ms = int(result.time_ms[target, group, k - 1])
        told[f"{word} minutes_to_{k}"] = None if ms == NONE else -(-ms // MINUTE_MS)
        told[f"{word} companies_{_hours(threshold_ms)}h"] = int(result.companies[target, group, at])
        told[f"{word} people_affected"] = int(
            result.people[target] - result.reached[target, group, k - 1, at]
        )
        gap = bool(late[group]) and result.listed[group] > 0
        told[f"{word} gap"] = CAUSE_WORDS[cause(result, target, group, k, threshold_ms)] if gap else None
    return told


def _hours(ms: int) -> str:
    return f"{ms / HOUR_MS:g}"
