"""Coverage as files: a table, and the counties as a map layer. No company is named in any of them."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any, Final

from dashboard.layers import collection, feature
from dashboard.pages.coverage.figures import NOT_MEASURED
from matching.coverage.classes import SECTOR
from matching.coverage.export import geopackage
from matching.coverage.gaps import CAUSE_WORDS, cause
from matching.coverage.result import NONE
from matching.measures import MINUTE_MS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dashboard.pages.coverage.figures import Figures

HEAD: Final = (
    *("level", "place", "name", "region", "people", "sector", "provider"),
    *("minutes", "limit_minutes", "over", "people_longer", "cause", "listings", "worked_out_on"),
)

DECIMALS: Final = 5
"""Of a degree: a metre, which is what the shipped borders are good for."""


def as_csv(figures: Figures) -> str:
    """Return every county, region and the State by sector as a table, `never` where no road leads here from so many."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(HEAD)
    table.writerows(_lines(figures))
    return text.getvalue()


def _lines(figures: Figures) -> Iterator[tuple[Any, ...]]:
    result, choice = figures.result, figures.choice
    limit_at = result.threshold_at(choice.limit_ms)
    for at, (key, level) in enumerate(zip(result.targets, result.levels, strict=True)):
        name, region = (figures.label(key), figures.region_of(key)) if level == "county" else (key, "")
        for code in figures.sectors:
            cell = figures.cell(key, code)
            if cell.number == NOT_MEASURED:
                continue
            of_class = result.class_at[SECTOR + code]
            people = int(result.people[at])
            longer = people - int(result.reached[at, of_class, choice.counted - 1, limit_at])
            why = CAUSE_WORDS[cause(result, at, of_class, choice.counted, choice.limit_ms)]
            yield (
                *(level, key, name, region, people, code, choice.counted),
                "never" if cell.ms == NONE else _minutes(cell.ms),
                *(
                    choice.limit,
                    "yes" if cell.over else "no",
                    longer,
                    why if cell.over and level == "county" else "",
                ),
                *(choice.listings, result.parameters.today.isoformat()),
            )


def _minutes(ms: int) -> int:
    return -(-ms // MINUTE_MS)


def as_geojson(figures: Figures) -> str:
    """Return the counties with their minutes to the last counted provider of each sector, as RFC 7946 GeoJSON."""
    features = [
        feature(_rounded(figures, at), **properties) for at, properties in enumerate(_properties(figures))
    ]
    return json.dumps(collection(features), separators=(",", ":"), ensure_ascii=False)


def _properties(figures: Figures) -> list[dict[str, Any]]:
    """Return what is said of each county: whole minutes by sector; null where it is not measured, or never comes."""
    found = []
    for fips in figures.counties.fips:
        cells = {code: figures.cell(fips, code) for code in figures.sectors}
        found.append(
            {
                "fips": fips,
                "name": figures.label(fips),
                "region": figures.region_of(fips),
                "people": int(figures.result.people[figures.result.target_at[fips]]),
                "provider": figures.choice.counted,
                "limit_minutes": figures.choice.limit,
                "listings": figures.choice.listings,
                "worked_out_on": figures.result.parameters.today.isoformat(),
                "over": ", ".join(code for code, cell in cells.items() if cell.over),
                **{code: None if cell.ms == NONE else _minutes(cell.ms) for code, cell in cells.items()},
            }
        )
    return found


def _rounded(figures: Figures, at: int) -> dict[str, Any]:
    shape = figures.counties.geometry[at].__geo_interface__
    return {"type": shape["type"], "coordinates": _round(shape["coordinates"])}


def _round(given: Any) -> Any:  # noqa: ANN401 - nested lists of numbers
    return round(given, DECIMALS) if isinstance(given, float) else [_round(each) for each in given]


def as_geopackage(figures: Figures) -> bytes:
    """Return the same as a GeoPackage with one layer, `coverage`."""
    shapes = list(figures.counties.geometry)
    return geopackage(_properties(figures), shapes, figures.result.parameters.today)
