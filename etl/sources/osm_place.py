"""The roads of a place by its name, asked of OpenStreetMap's own services through osmnx."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import requests

from etl.errors import EtlError
from etl.sources.osm_graph import ways_of
from etl.sources.osm_tags import DRIVEN
from geo.errors import first_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from geo.ways import Ways

TIMEOUT_S = 120.0
"""Seconds for one answer of a service; a county's roads take a minute."""


def read_place(
    place: str,
    speeds_kmh: Mapping[str, float],
    *,
    online: bool,
    progress: Callable[[str], None] | None = None,
) -> tuple[Ways, dict[str, Any]]:
    """Return the roads inside a place's boundary, and the figures of what was read and left out.

    osmnx gives every edge its speed and time before anything is joined, from the limit in its tags, else the speed
    of its class; the network's own builder then joins what goes on at the same speed, so no time is averaged away.
    Its cache is left alone: the map of today is asked for.

    Parameters
    ----------
    place
        What Nominatim is asked, such as "Joplin, Missouri".
    speeds_kmh
        The speed of each class; 0 leaves a class out.
    online
        Whether the user allowed it: the place's name leaves this machine.
    progress
        Called with a sentence while it waits.

    Raises
    ------
    EtlError
        The user did not allow it, a service cannot be reached or does not know the place, or it has no roads.
    """
    if not online:
        raise EtlError(
            "Asking for a place goes over the internet",
            given=repr(place),
            wanted="--online: the place's name is sent to OpenStreetMap's services",
            todo="add --online, or load an extract with --osm-pbf, which asks nobody",
        )
    if progress is not None:
        progress(f"Asking OpenStreetMap for the roads of {place} (Ctrl-C stops)")
    import osmnx  # noqa: PLC0415 - it takes seconds to import, and only this door needs it

    limits = {word: speeds_kmh[word] for word in DRIVEN if speeds_kmh.get(word)}
    try:
        with _asking(osmnx.settings), warnings.catch_warnings(action="ignore", category=UserWarning):
            graph = osmnx.graph_from_place(place, network_type="drive", simplify=False, retain_all=True)
            osmnx.add_edge_speeds(graph, hwy_speeds=limits, fallback=min(limits.values(), default=40.0))
            osmnx.add_edge_travel_times(graph)
    except (requests.RequestException, OSError) as fault:
        raise EtlError(
            "OpenStreetMap's services cannot be reached",
            given=f"{type(fault).__name__} while asking for {place!r}",
            wanted=f"an answer within {TIMEOUT_S:g} s",
            todo="check the connection, or load an extract with --osm-pbf",
        ) from fault
    except (ValueError, TypeError, KeyError) as fault:
        raise EtlError(
            f"OpenStreetMap's services gave no roads for {place!r}",
            given=first_line(fault),
            wanted="a place with a boundary, such as 'Joplin, Missouri' or 'Jasper County, Missouri'",
            todo="write the place as the map does, or load an extract with --osm-pbf",
        ) from fault
    return ways_of(graph, place, [word for word, speed in speeds_kmh.items() if not speed])


@contextmanager
def _asking(settings: Any) -> Iterator[None]:  # noqa: ANN401 - a module of osmnx
    """Keep osmnx from waiting for ever and from writing a cache into whatever folder this runs in."""
    before = settings.requests_timeout, settings.use_cache
    settings.requests_timeout, settings.use_cache = TIMEOUT_S, False
    try:
        yield
    finally:
        settings.requests_timeout, settings.use_cache = before
