"""An extract of Boone County's roads, written as OpenStreetMap would have them from the Census Bureau's lines."""

from __future__ import annotations

import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import osmium
import shapely
from osmium.osm.mutable import Node, Way

LINES = (
    Path(__file__).resolve().parents[3]
    / "shared"
    / "data"
    / "roads"
    / "tiger2025_29019_boone_roads_noded.parquet"
)
HIGHWAY = {
    "S1100": "motorway",
    "S1200": "primary",
    "S1400": "residential",
    "S1500": "track",
    "S1630": "motorway_link",
    "S1640": "tertiary",
    "S1730": "service",
    "S1740": "unclassified",
    "S1780": "service",
}


def boone(path):
    """Write the extract: a point for each place of the lines, a way for each line; every seventh has a limit."""
    frame = gpd.read_parquet(LINES).to_crs("EPSG:4326")
    points, line = shapely.get_coordinates(frame.geometry.to_numpy(), return_index=True)
    places, number = np.unique(np.round(points, 7), axis=0, return_inverse=True)
    first = np.searchsorted(line, np.arange(len(frame) + 1))
    with osmium.SimpleWriter(osmium.io.File(str(path), "pbf")) as writer:
        for at, place in enumerate(places.tolist(), start=1):
            writer.add_node(Node(id=at, location=tuple(place)))
        for at, (kind, name) in enumerate(zip(frame["MTFCC"], frame["FULLNAME"].fillna(""), strict=True)):
            nodes = (number[first[at] : first[at + 1]].ravel() + 1).tolist()
            writer.add_way(Way(id=at + 1, nodes=nodes, tags=_tags(at, kind, name)))
    return path


def _tags(at, kind, name):
    tags = {"highway": HIGHWAY.get(kind, "path")}
    if name:
        tags["name"] = name
    interstate = re.fullmatch(r"I- ?(\d+)", name)
    if interstate:
        tags["ref"] = f"I {interstate[1]}"
    if tags["highway"] == "motorway":
        tags["oneway"] = "no"  # the lines of TIGER have no direction
    if at % 7 == 0:
        tags["maxspeed"] = f"{20 + 5 * (at % 8)} mph"
    if at % 50 == 0:
        tags["bridge"] = "yes"
    return tags
