"""What a planner typed, drew or uploaded, read into the domain's own objects; whatever cannot be read is refused."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Any, Final

from geo.areas import area_from_circle, area_from_counties, area_from_geojson, read_area
from geo.errors import AreaError, ClosureError
from geo.reading import parse_json
from geo.usng import grid_square

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dashboard.state import Feature
    from geo.areas import IncidentArea
    from geo.counties import Counties
    from geo.gazetteer import Gazetteer

KM_PER_MILE: Final = 1.609344
LEAST_MI: Final = 0.01
MOST_MI: Final = 186.0
"""Smallest and largest circle in miles: the kilometres of `geo.areas` in the page's own unit."""
PAIR: Final = re.compile(r"^\s*(-?\d{1,3}(?:\.\d+)?)\s*[,; ]\s*(-?\d{1,3}(?:\.\d+)?)\s*$")
USNG: Final = re.compile(r"^\s*\d{1,2}\s*[A-Za-z]\s*[A-Za-z]{2}[\d\s]*$")
STAGING: Final = "Staging point"
"""What a staging point is called that has no name of its own."""
ZIP_CODE: Final = re.compile(r"^\s*\d{5}\s*$")
DRAWABLE_CORNERS: Final = 500
"""Corners up to which a refused outline is drawn on the map."""

Named = tuple["IncidentArea", str]
"""An area and what to call it."""


def drawn_area(shape: Feature) -> Named:
    """Return the area that was drawn on the map."""
    return area_from_geojson(shape, "drawn"), "Drawn area"


def county_area(fips: Sequence[str], counties: Counties) -> Named:
    """Return the area of the chosen counties, named after them."""
    if not fips:
        raise AreaError(
            "No county is chosen",
            given="an empty list",
            wanted="one county or more",
            todo="type a few letters of a county's name and choose it",
        )
    labels = [counties.label(counties.index(code)) for code in fips]
    most = 2
    if len(labels) > most:
        name = f"{labels[0].removesuffix(' county')} and {len(labels) - 1} more counties"
    else:
        name = " and ".join(labels)
    return area_from_counties(fips, counties), name


def circle_area(centre: str, radius_mi: float | None, gazetteer: Gazetteer) -> Named:
    """Return a circle around a place, a ZIP code or a point, named after it; the radius is in miles."""
    lon, lat, name = centre_point(centre, gazetteer)
    if not isinstance(radius_mi, int | float) or not LEAST_MI <= radius_mi <= MOST_MI:
        raise AreaError(
            "The circle has no radius that can be used",
            given="an empty field" if radius_mi is None or not str(radius_mi) else f"{radius_mi} miles",
            wanted=f"{LEAST_MI:g} to {MOST_MI:g} miles",
            todo="type the radius in miles, or choose counties",
        )
    return area_from_circle(lon, lat, float(radius_mi) * KM_PER_MILE), f"{radius_mi:g} mi around {name}"


def staging_point(text: str, gazetteer: Gazetteer) -> tuple[float, float, str]:
    """Return longitude, latitude and name of a place, ZIP code, USNG coordinate, or a pair of numbers in either order.

    In Missouri longitudes are negative and latitudes are not, so no order has to be asked for.
    """
    pair = PAIR.match(text or "")
    if pair and float(pair[1]) < 0 < float(pair[2]):
        return float(pair[1]), float(pair[2]), STAGING
    if USNG.match(text or ""):
        square = grid_square(text)
        return *square.centre, square.text
    lon, lat, name = centre_point(text, gazetteer, "The staging point")
    return lon, lat, STAGING if pair else name


def centre_point(
    centre: str, gazetteer: Gazetteer, what: str = "The middle of the circle"
) -> tuple[float, float, str]:
    """Return longitude, latitude and name of a place of Missouri, a ZIP code, or `latitude, longitude`."""
    pair = PAIR.match(centre or "")
    if pair:
        lat, lon = float(pair[1]), float(pair[2])
        if lat < 0 < lon:
            raise AreaError(
                "Latitude and longitude are swapped",
                given=f"{lat:g}, {lon:g}",
                wanted="latitude first, then longitude, which is negative in Missouri, such as 37.08, -94.51",
                todo="swap the two numbers",
            )
        return lon, lat, f"{lat:g}, {lon:g}"
    zipped = ZIP_CODE.match(centre or "")
    place = (
        gazetteer.locate(city=None if zipped else centre.strip(), zip_code=centre.strip() if zipped else None)
        if centre and centre.strip()
        else None
    )
    if place is None:
        raise AreaError(
            f"{what} is not known",
            given=repr(centre or ""),
            wanted="a place or ZIP code of Missouri, or latitude and longitude such as 37.08, -94.51",
            todo="check the spelling, or give coordinates",
        )
    return place.lon, place.lat, place.name


def text_area(text: str) -> Named:
    """Return the area that was pasted as GeoJSON, WKT or USNG."""
    return read_area(text or "", "pasted"), "Pasted area"


def file_bytes(contents: str, filename: str) -> bytes:
    """Return the bytes of an uploaded file; `contents` is a data URL as the browser gives it."""
    try:
        return base64.b64decode(contents.partition(",")[2], validate=True)
    except (binascii.Error, ValueError) as fault:
        raise AreaError(
            "The file did not arrive whole",
            given=repr(filename),
            wanted="a file of GeoJSON, WKT or USNG",
            todo="choose the file again",
        ) from fault


def too_large(
    file: Mapping[str, Any],
    most_bytes: int,
    todo: str = "simplify the outline, or leave out of the file what is not the area",
) -> AreaError:
    """Return the refusal of a file that the browser did not read because of its size."""
    megabytes = 1024 * 1024
    return AreaError(
        "The file is too large",
        given=f"{str(file.get('name'))[:80]!r} of {float(file.get('bytes') or 0) / megabytes:.1f} MB",
        wanted=f"a file of at most {most_bytes / megabytes:g} MB",
        todo=todo,
    )


def uploaded_area(raw: bytes, filename: str) -> Named:
    """Return the area of an uploaded file, named after it."""
    return read_area(raw, "uploaded"), filename.rsplit(".", 1)[0][:60] or "Uploaded area"


def outline_of(given: str | bytes | Feature | None) -> Feature | None:
    """Return the outline of a refused area when it is a small polygon that a map can show, else None."""
    value: Any = given
    if isinstance(given, str | bytes):
        try:
            value = parse_json(given)
        except AreaError:
            return None
    geometry = value.get("geometry", value) if isinstance(value, dict) else None
    if not isinstance(geometry, dict) or geometry.get("type") != "Polygon":
        return None
    rings = geometry.get("coordinates")
    if not _drawable(rings):
        return None
    return {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": rings}, "properties": {}}


def _drawable(rings: object) -> bool:
    """Return True for rings of few enough plain positions on the globe."""
    if not isinstance(rings, list) or not rings or not isinstance(rings[0], list):
        return False
    corners = [corner for ring in rings if isinstance(ring, list) for corner in ring]
    return 0 < len(corners) <= DRAWABLE_CORNERS and all(_position(corner) for corner in corners)


def _position(corner: object) -> bool:
    far = (180.0, 90.0)
    return (
        isinstance(corner, list)
        and len(corner) >= len(far)
        and all(
            isinstance(part, int | float) and not isinstance(part, bool) and abs(part) <= end
            for part, end in zip(corner, far, strict=False)
        )
    )


def closure_feature(
    shape: Mapping[str, Any],
    key: str,
    *,
    effect: str,
    factor: float | None,
    name: str,
    reason: str,
    starts_at: str | None,
    ends_at: str | None,
    classes: Sequence[str] = (),
    profiles: Sequence[str] = (),
) -> Feature:
    """Return a drawn or chosen shape as the feature of one closure, with what the form says about it."""
    properties: dict[str, Any] = {"effect": effect, "name": name.strip(), "reason": reason.strip()}
    if effect == "slowed":
        properties["factor"] = factor
    if starts_at:
        properties["from"] = starts_at
    if ends_at:
        properties["until"] = ends_at
    for limit, words in (("classes", classes), ("profiles", profiles)):
        if words:
            properties[limit] = list(words)
    own = shape.get("properties") or {}
    properties |= {name: own[name] for name in ("crossing", "bridge") if own.get(name)}
    return {"type": "Feature", "id": key, "geometry": shape["geometry"], "properties": properties}


def pasted_closures(text: str, form: Mapping[str, Any]) -> list[Feature]:
    """Return pasted closures as features; what their properties do not say is taken from the form."""
    if not (text or "").strip():
        raise ClosureError(
            "There is nothing to add",
            given="an empty field",
            wanted="GeoJSON of one or more closures",
            todo="paste it, draw the closure, or choose a river crossing",
        )
    value: Any = parse_json(text)
    if isinstance(value, dict) and value.get("type") not in ("Feature", "FeatureCollection"):
        value = {"type": "Feature", "geometry": value, "properties": {}}
    rows = (
        value["features"] if isinstance(value, dict) and isinstance(value.get("features"), list) else [value]
    )
    return [_with_form(row, form) if isinstance(row, dict) else row for row in rows]


def _with_form(row: Feature, form: Mapping[str, Any]) -> Feature:
    own = row.get("properties") if isinstance(row.get("properties"), dict) else {}
    given = {key: value for key, value in form.items() if value not in (None, "", [])}
    if (own or {}).get("effect", form.get("effect")) != "slowed":
        given.pop("factor", None)
    return {**row, "properties": {**given, **(own or {})}}
