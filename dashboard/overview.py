"""The overview: all of Missouri as one drawing made on the server, with the area, every mark and the map's frame."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import dash_svg as svg
from dash import html
from shapely.geometry import shape

from dashboard.attributes import wild
from dashboard.marks import band

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from shapely import Geometry

    from geo.areas import IncidentArea
    from matching.answers import Match

WEST: Final = -96.1
SOUTH: Final = 35.8
EAST: Final = -88.8
NORTH: Final = 40.9
SQUEEZE: Final = math.cos(math.radians(38.4))
"""Degrees of longitude are this much shorter than degrees of latitude in the middle of Missouri."""

Ring = list[tuple[float, float]]


def outline_path(rings: Iterable[Ring]) -> str:
    """Return rings (lon, lat) as the path of a drawing whose unit is one degree of latitude."""
    parts = []
    for ring in rings:
        corners = [f"{(lon - WEST) * SQUEEZE:.3f} {NORTH - lat:.3f}" for lon, lat in ring]
        parts.append("M" + "L".join(corners) + "Z")
    return "".join(parts)


def rings_of(geometry: Geometry) -> list[Ring]:
    """Return the outer rings of a polygon or of several."""
    polygons = getattr(geometry, "geoms", [geometry])
    return [list(polygon.exterior.coords) for polygon in polygons if polygon.geom_type == "Polygon"]


def missouri_path(states: Mapping[str, Any]) -> str:
    """Return Missouri's outline from the states' GeoJSON."""
    for row in states["features"]:
        if row["properties"]["name"] == "Missouri":
            return outline_path(rings_of(shape(row["geometry"])))
    return ""


def dots_path(matches: Iterable[Match]) -> str:
    """Return one dot a site, as strokes of no length."""
    points = {(match.listing.lon, match.listing.lat) for match in matches}
    return "".join(f"M{(lon - WEST) * SQUEEZE:.3f} {NORTH - lat:.3f}h0" for lon, lat in sorted(points))


def overview(missouri: str, area: IncidentArea | None, matches: Sequence[Match]) -> html.Div:
    """Return the drawing with a line below it that says who stands off the map's view."""
    bands = {
        number: [match for match in matches if band(match.arrival_ms) == number] for number in range(1, 6)
    }
    children = [svg.Path(d=missouri, className="o-state")]
    children += [
        svg.Path(d=dots_path(bands[number]), className=f"o-dot o-b{number}")
        for number in range(5, 0, -1)
        if bands[number]
    ]
    if area is not None:
        children.append(svg.Path(d=outline_path(rings_of(area.geometry)), className="o-area"))
    children.append(svg.Rect(id="overview-frame", className="o-frame", x="0", y="0", width="0", height="0"))
    words = f"All of Missouri: {len(matches)} ranked assets; the frame is what the map shows"
    return html.Div(
        [
            svg.Svg(
                children,
                viewBox=f"0 0 {(EAST - WEST) * SQUEEZE:.3f} {NORTH - SOUTH:.3f}",
                className="inset",
                role="img",
                **wild({"aria-label": words}),
            ),
            html.P("", id="overview-words", className="incap"),
        ],
        id="overview",
        **wild({"data-west": str(WEST), "data-north": str(NORTH), "data-squeeze": f"{SQUEEZE:.6f}"}),
    )
