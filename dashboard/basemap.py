"""The routes of the map's own files: the base from what ships, and the registry's sites as points."""

from __future__ import annotations

import csv
import hashlib
import json
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, abort, request

from dashboard.layers import collection, point
from web.wall.classes import for_action, signed_in
from web.wall.gate import principal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dashboard.services import Services

FILES: Final = {
    "states": "counties/states_light.geojson",
    "counties": "counties/counties_light.geojson",
    "rivers": "rivers/rivers_light.geojson",
    "roads": "roads/roads_light.geojson",
}
NAMED_PLACES: Final = 150
"""Places the map may name, the largest first; those that would touch give way."""

LARGE_PLACES: Final = 8

STATE_NAMES: Final = (
    ("KANSAS", -95.3, 38.1),
    ("OKLAHOMA", -95.25, 36.55),
    ("ARKANSAS", -92.6, 36.15),
    ("IOWA", -93.2, 41.0),
    ("NEBRASKA", -96.05, 40.35),
    ("ILLINOIS", -89.5, 39.4),
    ("KENTUCKY", -88.75, 36.95),
    ("TENNESSEE", -89.2, 36.15),
)
"""Where the neighbours' names stand: inside each, near Missouri."""

KEEP_S: Final = 31_536_000
GEOJSON: Final = "application/geo+json"


def base_versions(data_dir: Path) -> dict[str, str]:
    """Return a short hash of each file of the base, so that a browser keeps it until it changes."""
    versions = {name: _digest((data_dir / path).read_bytes()) for name, path in FILES.items()}
    versions["places"] = _digest((data_dir / "gazetteer" / "places.csv").read_bytes())
    return versions


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


def map_routes(services: Services) -> Blueprint:
    """Return the routes below `/map`; compression is the web application's."""
    routes = Blueprint("map", __name__, url_prefix="/map")
    data_dir = services.settings.data_dir

    @cache
    def content(name: str) -> bytes:
        if name == "places":
            return json.dumps(places_layer(data_dir / "gazetteer" / "places.csv")).encode()
        return (data_dir / FILES[name]).read_bytes()

    @routes.get("/base/<name>.geojson")
    @signed_in
    def base(name: str) -> Response:
        if name != "places" and name not in FILES:
            abort(404)
        kept = {"Cache-Control": f"private, max-age={KEEP_S}, immutable"}
        return Response(content(name), mimetype=GEOJSON, headers=kept)

    @routes.get("/sites.geojson")
    @for_action("registry.look")
    def sites() -> Response:
        wanted = [code for code in request.args.get("sectors", "").split(",") if code in services.sectors]
        features = [
            point(
                round(at.lon, 5),
                round(at.lat, 5),
                sector=at.sector,
                sites=at.sites,
                assets=at.assets,
                point_of=at.point_of,
            )
            for at in (services.anchors(principal(), wanted) if wanted else [])
        ]
        return Response(json.dumps(collection(features), separators=(",", ":")), mimetype=GEOJSON)

    return routes


def places_layer(path: Path) -> dict[str, Any]:
    """Return the largest places of Missouri and the neighbours' names as points, the largest first."""
    with path.open(encoding="utf-8", newline="") as file:
        rows: list[Mapping[str, str]] = list(csv.DictReader(file))
    rows.sort(key=lambda row: -int(float(row["population"] or 0)))
    named = [
        point(
            float(row["lon"]),
            float(row["lat"]),
            name=row["name"],
            size=2 if i < LARGE_PLACES else 1,
            role="place",
        )
        for i, row in enumerate(rows[:NAMED_PLACES])
    ]
    states = [point(lon, lat, name=name, size=1, role="state") for name, lon, lat in STATE_NAMES]
    return collection([*states, *named])
