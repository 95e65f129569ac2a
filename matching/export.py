"""Answers as JSON, CSV and GeoJSON; the same question gives the same bytes, and none of them holds a contact."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final, cast

from matching.explanation import (
    answer_headline,
    clock_words,
    deadline_words,
    duration_words,
    need_words,
    why,
)
from matching.measures import CENTRAL, METRES_PER_MILE
from matching.needs import need_as_json, value_text
from matching.questions import iso_utc, question_as_json
from registry.spreadsheets import cell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.routing import Route
    from matching.answers import Answer, LeftOut, Match, NeedAnswer
    from registry.directory.listing import Listing

RouteKey = tuple[int, int]
"""Place of the need in the question (from 0) and rank of the match."""

COLUMNS: Final = (
    "need", "rank", "provider", "asset", "kind", "quantity", "unit", "units_so_far", "attributes", "arrival",
    "arrives_central", "arrives_utc", "in_time", "arrival_min", "ready_min", "road_min", "estimated_access_min",
    "estimated_share", "closures_add_min", "road_miles", "vehicle", "measure", "first_entry_s", "reach_p50_s",
    "reach_p90_s", "site_s", "town", "county", "county_fips", "region", "latitude",
    "longitude", "point_of", "place_known_to_m", "confirmed_on", "flags", "why", "left_out", "synthetic", "roads",
    "main_roads_only",
)  # fmt: skip
"""Columns of the CSV; a row that is left out has no rank and no arrival, and says why in `left_out`."""


def answer_as_json(
    answer: Answer, limit: int | None = None, left_out: int | None = None
) -> dict[str, object]:
    """Return the answer as plain JSON values, without how long it took.

    What cannot be reached has `arrival_ms` null and a reason, never a large number. With a `limit` only the first
    matches of each need are written; `matches_total` and all figures still speak of all of them. `left_out` limits what
    is left out in the same way.
    """
    return {
        "question": question_as_json(answer.question),
        "names": "open" if answer.opened else "closed",
        "vehicles": [
            {"profile": vehicle.code, "name": vehicle.name, "about": vehicle.about}
            for vehicle in answer.vehicles
        ],
        "network": {
            "name": answer.network.name,
            "hash": answer.network.content_hash,
            "attribution": answer.network.attribution,
            "main_roads_only": answer.network.main_roads_only,
        },
        "counties": [county._asdict() for county in answer.counties],
        "people_estimate": round(answer.people, 1),
        "sites_inside_by_sector": dict(answer.sectors_inside),
        "sites_inside_counted_by": "place" if answer.opened else "county",
        "closures": [vars(note) | {"touched_km": round(note.touched_km, 3)} for note in answer.closures],
        "road_inside": answer.road_inside,
        "area_access_m": None if answer.area_access_m is None else round(answer.area_access_m, 1),
        "warnings": list(answer.warnings),
        "answers": [_part_as_json(part, answer, limit, left_out) for part in answer.needs],
    }


def as_csv(answer: Answer, limit: int | None = None) -> str:
    """Return the answer as CSV: the ranked assets of each need, then what is left out and why.

    A text cell that a spreadsheet would run as a formula is prefixed by an apostrophe. With a `limit` only the first
    matches of each need are written.
    """
    sheet = io.StringIO()
    writer = csv.DictWriter(sheet, COLUMNS, restval="")
    writer.writeheader()
    for part in answer.needs:
        rows = [_match_row(match, part, answer) for match in part.matches[:limit]]
        rows += [_left_out_row(row, part, answer) for row in part.left_out]
        writer.writerows({name: cell(value) for name, value in row.items()} for row in rows)
    return sheet.getvalue()


def as_geojson(
    answer: Answer, routes: Mapping[RouteKey, Route] | None = None, limit: int | None = None
) -> dict[str, object]:
    """Return the answer as a GeoJSON FeatureCollection (EPSG:4326).

    It holds the area, the staging point, the closures, a point per asset (`part` ranked or left_out) and the routes given, each told
    by the property `part`. With a `limit` only the first matches of each need are written.
    """
    area = answer.question.area.as_geojson()
    features: list[dict[str, object]] = [
        {"type": "Feature", "geometry": area["geometry"], "properties": {"part": "area"}}
    ]
    staging = answer.question.staging
    if staging is not None:
        features.append(
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [staging.lon, staging.lat]},
                "properties": {"part": "staging", "name": staging.name},
            }
        )
    for closure in answer.question.closures:
        feature = closure.as_geojson()
        properties = cast("dict[str, object]", feature["properties"])
        features.append({**feature, "properties": {**properties, "part": "closure"}})
    for place, part in enumerate(answer.needs):
        for match in part.matches[:limit]:
            properties = {"part": "ranked", "need": part.need.text, **_match_json(match, answer)}
            features.append(_point(match.listing, properties))
            route = (routes or {}).get((place, match.rank))
            if route is not None:
                features.append(_line(route, match, part))
        features += [
            _point(row.listing, {"part": "left_out", "need": part.need.text, **_left_out_json(row)})
            for row in part.left_out
        ]
    return {
        "type": "FeatureCollection",
        "attribution": answer.network.attribution,
        "main_roads_only": answer.network.main_roads_only,
        "measure": answer.question.measure,
        "features": features,
    }


def _part_as_json(
    part: NeedAnswer, answer: Answer, limit: int | None, left_out: int | None
) -> dict[str, object]:
    return {
        "need": need_as_json(part.need),
        "need_words": need_words(part.need),
        "headline": answer_headline(part, answer)._asdict(),
        "deadline_words": deadline_words(part, answer),
        "in_time": part.in_time,
        "wanted": part.wanted,
        "short": part.short,
        "units": part.units,
        "last_unit_at": iso_utc(part.last_unit_at) if part.last_unit_at else None,
        "last_unit_late_ms": part.last_unit_late_ms,
        "matches_total": len(part.matches),
        "matches": [_match_json(match, answer) for match in part.matches[:limit]],
        "left_out_total": len(part.left_out),
        "left_out": [_left_out_json(row) for row in part.left_out[:left_out]],
    }


def listing_as_json(listing: Listing) -> dict[str, object]:
    """Return an asset as plain JSON values, as far as it is open as it stands."""
    return {
        "asset_id": listing.asset_id,
        "asset": listing.asset_name,
        "kind": listing.kind,
        "kind_name": listing.kind_name,
        "attributes": dict(listing.attributes),
        "quantity": listing.quantity,
        "unit": listing.unit,
        "provider_id": None if listing.name_closed else listing.provider_id,
        "provider": None if listing.name_closed else listing.provider_name,
        "name_closed": listing.name_closed,
        "point_of": listing.point_of,
        "synthetic": listing.synthetic,
        "sector": listing.sector,
        "site": listing.site_name or None,
        "town": listing.town or None,
        "county_fips": listing.county_fips,
        "county": listing.county_name,
        "region": listing.region,
        "longitude": round(listing.lon, 6),
        "latitude": round(listing.lat, 6),
        "geocode_quality": None if listing.place_closed else listing.geocode_quality,
        "geocode_accuracy_m": None if listing.place_closed else round(listing.geocode_accuracy_m, 1),
        "confirmed_on": listing.confirmed_on.isoformat() if listing.confirmed_on else None,
        "delivery": listing.delivery,
        "operator": listing.operator,
        "max_days": listing.max_days,
    }


def _match_json(match: Match, answer: Answer) -> dict[str, object]:
    return {
        **listing_as_json(match.listing),
        "rank": match.rank,
        "arrival_ms": match.arrival_ms,
        "arrival": duration_words(match.arrival_ms),
        "arrives_at": iso_utc(match.arrives_at),
        "arrives": clock_words(match.arrives_at, answer.question.asked_at),
        "mobilisation_ms": match.mobilisation_ms,
        "access_ms": match.access_ms,
        "road_ms": match.road_ms,
        "road_m": round(match.road_m, 1),
        "area_access_m": round(match.area_access_m, 1),
        "units_so_far": match.units_so_far,
        "late": match.late,
        "delay_ms": match.delay_ms,
        "estimated_share": round(match.estimated_share, 4),
        "profile": match.profile,
        "measure": answer.question.measure,
        **_measures(match),
        "flags": [flag._asdict() for flag in match.flags],
        "reasons": list(match.reasons),
    }


def _left_out_json(row: LeftOut) -> dict[str, object]:
    return {
        **listing_as_json(row.listing),
        "arrival_ms": None,
        "code": row.code,
        "reason": row.words,
        "attribute": row.attribute,
    }


def _listing_row(listing: Listing, part: NeedAnswer, answer: Answer) -> dict[str, object]:
    stated = "; ".join(f"{code} {value_text(value)}" for code, value in sorted(listing.attributes.items()))
    return {
        "need": part.need.text,
        "provider": "closed" if listing.name_closed else listing.provider_name,
        "asset": listing.asset_name,
        "kind": listing.kind_name,
        "quantity": listing.quantity,
        "unit": listing.unit,
        "attributes": stated,
        "town": listing.town,
        "county": listing.county_name,
        "county_fips": listing.county_fips,
        "region": listing.region,
        "latitude": round(listing.lat, 6),
        "longitude": round(listing.lon, 6),
        "place_known_to_m": "" if listing.place_closed else round(listing.geocode_accuracy_m),
        "point_of": listing.point_of,
        "confirmed_on": listing.confirmed_on.isoformat() if listing.confirmed_on else "",
        "synthetic": "yes" if listing.synthetic else "no",
        "roads": answer.network.name,
        "main_roads_only": "yes" if answer.network.main_roads_only else "no",
    }


def _match_row(match: Match, part: NeedAnswer, answer: Answer) -> dict[str, object]:
    deadline = answer.question.by_at is not None
    return {
        **_listing_row(match.listing, part, answer),
        "rank": match.rank,
        "units_so_far": match.units_so_far,
        "arrival": duration_words(match.arrival_ms),
        "arrives_central": f"{match.arrives_at.astimezone(CENTRAL):%Y-%m-%d %H:%M:%S}",
        "arrives_utc": iso_utc(match.arrives_at),
        "in_time": ("no" if match.late else "yes") if deadline else "",
        "arrival_min": _minutes(match.arrival_ms),
        "ready_min": _minutes(match.mobilisation_ms),
        "road_min": _minutes(match.road_ms),
        "estimated_access_min": _minutes(match.access_ms),
        "estimated_share": round(match.estimated_share, 4),
        "closures_add_min": _minutes(match.delay_ms),
        "road_miles": round(match.road_m / METRES_PER_MILE, 1),
        "vehicle": next(
            (vehicle.name for vehicle in answer.vehicles if vehicle.code == match.profile), match.profile
        ),
        "measure": answer.question.measure,
        **_measures(match),
        "flags": "; ".join(flag.text for flag in match.flags),
        "why": why(match),
    }


def _measures(match: Match) -> dict[str, float | None]:
    """Return the seconds of each measure from setting out, access legs included, to the millisecond; None if not asked."""
    return {
        f"{name.removesuffix('_ms')}_s": None if ms is None else ms / 1000
        for name, ms in match.measured._asdict().items()
    }


def _left_out_row(row: LeftOut, part: NeedAnswer, answer: Answer) -> dict[str, object]:
    return {**_listing_row(row.listing, part, answer), "left_out": row.words}


def _minutes(milliseconds: int) -> float:
    return round(milliseconds / 60_000, 2)


def _point(listing: Listing, properties: dict[str, object]) -> dict[str, object]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [round(listing.lon, 6), round(listing.lat, 6)]},
        "properties": properties,
    }


def _line(route: Route, match: Match, part: NeedAnswer) -> dict[str, object]:
    return {
        "type": "Feature",
        "geometry": {
            "type": "LineString",
            "coordinates": [[round(float(lon), 6), round(float(lat), 6)] for lon, lat in route.lonlat],
        },
        "properties": {
            "part": "route",
            "need": part.need.text,
            "rank": match.rank,
            "provider": None if match.listing.name_closed else match.listing.provider_name,
            "profile": match.profile,
            "road_ms": route.road_ms,
            "road_m": round(float(route.road_m), 1),
        },
    }
