"""What single losses change, in words and as GeoJSON: where each link lies, what happens without it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo.entries import shape_between
from matching.measures import count_words, duration_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo.network import RoadNetwork
    from matching.atlas import Atlas
    from matching.robustness.desk import Told
    from matching.robustness.links import Link
    from matching.robustness.result import Critical, Effect

NAMED = 3
"""Providers and counties named in a sentence; the others are counted."""


def link_words(known: Atlas, link: Link) -> str:
    """Return what a link is called: its bridge, else its road, the nearest place and the county.

    Main roads that ship have no names: of those the class stands for it.
    """
    network = known.network
    if link.bridge:
        bridge = next(each for each in network.bridges if each.id == link.bridge)
        own = bridge.name or bridge.ref or bridge.id
        return own if own.lower().startswith("crossing") else f"bridge {own}"
    edge = link.edges[0]
    road = network.names[network.edge_name[edge]] or network.classes[network.edge_class[edge]]
    lon, lat = middle(network, edge)
    county = int(known.counties.at(np.array([lon]), np.array([lat]))[0])
    where = "outside Missouri" if county < 0 else known.counties.label(county)
    return f"{road} near {known.gazetteer.nearest(lon, lat).name}, {where}"


def middle(network: RoadNetwork, edge: int) -> tuple[float, float]:
    """Return the point halfway along an edge, EPSG:4326."""
    half_m = float(network.edge_length_m[edge]) / 2.0
    lon, lat = shape_between(network, edge, half_m, half_m)[0].tolist()
    return lon, lat


def effect_words(known: Atlas, told: Told, part: Critical, effect: Effect) -> str:
    """Return what happens without a link, in one sentence."""
    said = [*_counties_words(known, part, effect), *_dropped_words(effect), *_first_words(told, effect)]
    return "; ".join(said)


def _counties_words(known: Atlas, part: Critical, effect: Effect) -> list[str]:
    if not effect.counties:
        return []
    names = [known.counties.label(known.counties.index(county.fips)) for county in effect.counties]
    limit = duration_words(part.limit_ms)
    return [f"{_some(names)} over {limit} ({effect.people:,} people)"]


def _dropped_words(effect: Effect) -> list[str]:
    if not effect.dropped:
        return []
    gone = sum(each.arrival_ms is None for each in effect.dropped)
    late = len(effect.dropped) - gone
    parts = [f"{number} {word}" for number, word in ((gone, "cut off"), (late, "late")) if number]
    units = count_words(effect.units_lost)
    companies = "company drops" if len(effect.dropped) == 1 else "companies drop"
    said = [f"{len(effect.dropped)} {companies} out ({', '.join(parts)}), {units} fewer in time"]
    if effect.short:
        said.append(f"{count_words(effect.short)} short")
    return said


def _first_words(told: Told, effect: Effect) -> list[str]:
    if not effect.first_changed:
        return []
    if effect.first is None or effect.first_delay_ms is None:
        return ["nobody arrives any more"]
    row = told.rows[effect.first]
    later = f"{duration_words(effect.first_delay_ms)} later" if effect.first_delay_ms > 0 else "as soon"
    return [f"{row.asset_name} of {row.provider_name} is first, {later}"]


def _some(names: Sequence[str]) -> str:
    if len(names) <= NAMED:
        return ", ".join(names)
    return f"{', '.join(names[:NAMED])} and {len(names) - NAMED} more counties"


def summary_words(told: Told, part: Critical) -> str:
    """Return the answer to a need in one sentence: how much of it hangs on single links."""
    if part.first is None:
        return f"{part.need}: nobody arrives, so no single road matters."
    wanted = f", {part.wanted:,} are wanted" if part.wanted is not None else ""
    by = " by the deadline" if told.question.by_at is not None else ""
    tried = f"{part.tried:,} roads and bridges lie on a way that counts, and each was tried"
    return f"{part.need}: {part.in_time:,} can be there{by}{wanted}. {tried}; {len(part.effects):,} matter alone."


def as_geojson(known: Atlas, told: Told) -> dict[str, Any]:
    """Return the links as GeoJSON lines (EPSG:4326), in their order, each with what its loss changes."""
    features = []
    for part in told.parts:
        for rank, effect in enumerate(part.effects, start=1):
            lines = [_line(known.network, edge).tolist() for edge in effect.link.edges]
            features.append(
                {
                    "type": "Feature",
                    "geometry": {"type": "MultiLineString", "coordinates": lines},
                    "properties": {
                        "need": part.need,
                        "rank": rank,
                        "name": link_words(known, effect.link),
                        "what": effect_words(known, told, part, effect),
                        "edges": list(effect.link.edges),
                        "bridge": effect.link.bridge or None,
                        "people": effect.people,
                        "counties": [county.fips for county in effect.counties],
                        "dropped": len(effect.dropped),
                        "units_lost": effect.units_lost,
                        "short": effect.short,
                        "first_changed": effect.first_changed,
                        "first_delay_s": None
                        if effect.first_delay_ms is None
                        else effect.first_delay_ms / 1000,
                        "delay_s": effect.delay_ms / 1000,
                    },
                }
            )
    network = known.network
    return {
        "type": "FeatureCollection",
        "network": network.content_hash,
        "attribution": network.attribution,
        "features": features,
    }


def _line(network: RoadNetwork, edge: int) -> NDArray[np.float64]:
    return network.shape[network.shape_start[edge] : network.shape_start[edge + 1]]
