"""What stands on the map, as GeoJSON: pure functions from an answer to features.

Colours and shapes are the style sheet's (`30-map.css`); a feature only says what it is. Coordinates are longitude
and latitude, EPSG:4326.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from shapely import get_parts
from shapely.geometry import mapping, shape

from dashboard.marks import band
from dashboard.rows import arrival_words, county_words, listing_place
from matching.explanation import clock_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from dashboard.state import AreaStore, Feature, RefusalStore
    from geo.closures import Closure
    from geo.routing import Route
    from matching.answers import Match, NeedAnswer

NUMBERED: Final = 40
"""Matches that carry their number on the map; those after it are small marks that show it on hover or focus."""

VIEW_MATCHES: Final = 10
"""Matches in time that the first view takes in beside the area; further ones are named in the overview."""

FAN_PX: Final = ((0, 0), (25, 0), (13, 22), (-13, 22), (-25, 0), (-13, -22), (13, -22))
"""Where marks of one point stand, in pixels east and south of it: one in the middle, six in a ring that touches it."""

NEAR_DEG: Final = 0.05
"""Anchors nearer each other than this many degrees share one fan: five kilometres, or the width of a mark."""

MISSOURI: Final = (-95.9, 35.9, -89.0, 40.75)
"""West, south, east, north of the first view without an area."""

Bounds = tuple[float, float, float, float]


def collection(features: Iterable[Feature]) -> dict[str, Any]:
    """Return features as one GeoJSON collection."""
    return {"type": "FeatureCollection", "features": list(features)}


def feature(geometry: Mapping[str, Any], **properties: object) -> Feature:
    """Return one GeoJSON feature."""
    return {"type": "Feature", "geometry": dict(geometry), "properties": properties}


def point(lon: float, lat: float, **properties: object) -> Feature:
    """Return one GeoJSON point."""
    return feature({"type": "Point", "coordinates": [lon, lat]}, **properties)


def area_features(store: AreaStore, name: str) -> list[Feature]:
    """Return the incident area and the point its name stands at: below its lowest corner."""
    given = store.get("shape")
    if not given:
        return []
    outline = shape(given["geometry"])
    west, south, east, _ = outline.bounds
    return [
        feature(given["geometry"], role="area", title=name),
        point((west + east) / 2, south, role="area-name", text=name),
    ]


def refused_features(refused: RefusalStore | None) -> list[Feature]:
    """Return the refused outline, dashed, with its corners numbered, and a circle at the fault."""
    if not refused:
        return []
    features: list[Feature] = []
    outline = refused.get("outline")
    if outline:
        features.append(feature(outline["geometry"], role="refused", title="The refused outline"))
        features += _corners(outline["geometry"])
    if refused["place"]:
        lon, lat = refused["place"]
        features.append(point(lon, lat, role="fault", text=refused["title"]))
    return features


def _corners(geometry: Mapping[str, Any]) -> list[Feature]:
    """Return the corners of a refused polygon, numbered as its refusal counts them, if they are few."""
    rings = geometry["coordinates"] if geometry["type"] == "Polygon" else []
    few = 12
    if not rings or len(rings[0]) > few:
        return []
    return [point(lon, lat, role="corner", text=str(i + 1)) for i, (lon, lat) in enumerate(rings[0][:-1])]


def staging_features(asked: Mapping[str, Any]) -> list[Feature]:
    """Return the staging point that is asked about, with its name; nothing without one."""
    staging = asked.get("staging")
    if not staging:
        return []
    return [point(staging["lon"], staging["lat"], role="staging", text=staging["name"])]


def closure_layer(closures: Sequence[Closure]) -> list[Feature]:
    """Return each closure as its shape and a tag at its middle: blocked with a cross, slowed with its factor."""
    features: list[Feature] = []
    for closure in closures:
        words = closure_words(closure)
        features.extend(
            feature(mapping(part), role=closure.effect, key=closure.key, title=words)
            for part in get_parts(closure.geometry)
            if part.geom_type != "Point"
        )
        if closure.geometry.is_empty:
            continue  # of a bridge that these roads do not know; the list says so
        middle = closure.geometry.representative_point()
        features.append(
            point(middle.x, middle.y, role="closure", key=closure.key, effect=closure.effect, text=words)
        )
    return features


def closure_words(closure: Closure) -> str:
    """Return a closure in words: `I-44 blocked`, `US 60 slowed 2 times`."""
    name = closure.name or ("Bridge" if closure.bridge else "Road")
    effect = "blocked" if closure.effect == "blocked" else f"slowed {closure.factor:g} times"
    whom = " and ".join(f"{code.replace('_', ' ')}s" for code in closure.profiles)
    return f"{name} {effect}" + (f" for {whom}" if whom else "")


def match_marks(part: NeedAnswer, asked_at: datetime) -> list[Feature]:
    """Return one mark per site, with the number of its soonest match and the ids of all its matches.

    Two assets of one site would hide each other; the mark's title names every rank that stands there. The closed
    places of a county would too, since they all stand at its seat: the soonest are fanned out round it, and one more
    mark says how many others there are.
    """
    by_site: dict[str, list[Match]] = defaultdict(list)
    for match in part.matches:
        by_site[match.listing.site_id].append(match)
    fans: list[list[list[Match]]] = []
    marks = []
    for matches in by_site.values():
        if matches[0].listing.place_closed:
            _join(fans, matches)
        else:
            marks.append(_site_mark(matches, asked_at))
    return marks + [mark for sites in fans for mark in _fan(sites, asked_at)]


def _join(fans: list[list[list[Match]]], matches: list[Match]) -> None:
    """Put a closed site into the fan that stands at its anchor or near it, else begin one.

    A ZIP's point and the seat of its county may lie so near each other that the marks would hide each other.
    """
    at = matches[0].listing
    for sites in fans:
        other = sites[0][0].listing
        if abs(at.lon - other.lon) < NEAR_DEG and abs(at.lat - other.lat) < NEAR_DEG:
            sites.append(matches)
            return
    fans.append([matches])


def _fan(sites: list[list[Match]], asked_at: datetime) -> list[Feature]:
    """Return the marks of sites that stand at one point, the soonest first, each with its pixels off that point."""
    at = sites[0][0].listing.lon, sites[0][0].listing.lat
    shown = sites if len(sites) <= len(FAN_PX) else sites[: len(FAN_PX) - 1]
    marks = [_site_mark(matches, asked_at, at, off) for matches, off in zip(shown, FAN_PX, strict=False)]
    rest = sites[len(shown) :]
    return [*marks, _more_mark(rest, at, FAN_PX[len(shown)])] if rest else marks


def _more_mark(sites: list[list[Match]], at: tuple[float, float], off: tuple[int, int]) -> Feature:
    """Return the mark that stands for the sites at one point for which there is no room of their own."""
    first = sites[0][0]
    ranks = f"from rank {first.rank} on" if len(sites) > 1 else f"rank {first.rank}"
    return point(
        *at,
        role="match",
        rank=first.rank,
        band=band(first.arrival_ms),
        late=False,
        more=len(sites),
        off=off,
        assets=[match.listing.asset_id for matches in sites for match in matches],
        closed=True,
        title=f"{len(sites)} more sites in {county_words(first.listing.county_name)}, {ranks}; the list has them all",
    )


def _site_mark(
    matches: list[Match],
    asked_at: datetime,
    at: tuple[float, float] | None = None,
    off: tuple[int, int] = (0, 0),
) -> Feature:
    first = matches[0]
    ranks = ", ".join(str(match.rank) for match in matches)
    arrival = f"{arrival_words(first)}, at {clock_words(first.arrives_at, asked_at)}"
    late = ", too late" if first.late else ""
    where = f", {listing_place(first.listing)}" if first.listing.place_closed else ""
    return point(
        *(at or (first.listing.lon, first.listing.lat)),
        role="match",
        rank=first.rank,
        band=band(first.arrival_ms),
        late=first.late,
        numbered=first.rank <= NUMBERED,
        off=off,
        assets=[match.listing.asset_id for match in matches],
        closed=first.listing.place_closed,
        title=f"Rank {ranks}: {first.listing.provider_name}{where}, {arrival}{late}",
    )


def route_layer(route: Route | None, match: Match) -> list[Feature]:
    """Return a match's way to the area along the roads, with its estimated legs straight and dashed.

    No leg is drawn to a place that is closed: its mark stands elsewhere, and the way begins after it.
    """
    if route is None or len(route.lonlat) == 0:
        return []
    line = [[float(lon), float(lat)] for lon, lat in route.lonlat]
    features = []
    if len(line) > 1:
        features.append(feature({"type": "LineString", "coordinates": line}, role="route"))
    if match.listing.place_closed:
        return features
    start = [match.listing.lon, match.listing.lat]
    features.append(feature({"type": "LineString", "coordinates": [start, line[0]]}, role="access"))
    return features


def first_view(area: Bounds | None, part: NeedAnswer | None) -> Bounds:
    """Return west, south, east, north of the first view: the area with the soonest matches, else all of Missouri."""
    if area is None:
        return MISSOURI
    west, south, east, north = area
    matches = part.matches[:VIEW_MATCHES] if part else ()
    lons = [match.listing.lon for match in matches if not match.late]
    lats = [match.listing.lat for match in matches if not match.late]
    return min(west, *lons, west), min(south, *lats, south), max(east, *lons, east), max(north, *lats, north)


def as_leaflet(bounds: Bounds) -> list[list[float]]:
    """Return bounds as Leaflet wants them: south-west and north-east corner, latitude first."""
    west, south, east, north = bounds
    return [[south, west], [north, east]]


def refused_view(refused: RefusalStore) -> Bounds:
    """Return the view on a refused outline, else around the place of its fault, else all of Missouri."""
    outline = refused.get("outline")
    if outline:
        west, south, east, north = shape(outline["geometry"]).bounds
        return west, south, east, north
    if refused["place"]:
        lon, lat = refused["place"]
        return lon - 0.5, lat - 0.5, lon + 0.5, lat + 0.5
    return MISSOURI
