"""The roads of an OpenStreetMap extract (`.osm.pbf`), streamed into arrays."""

from __future__ import annotations

import shutil
import tempfile
from array import array
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from etl.errors import EtlError
from etl.sources.osm_ways import WayTable, numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    import osmium
    from numpy.typing import NDArray

    from geo.ways import Ways

STORED_NODE = np.dtype([("id", "<u8"), ("x", "<i4"), ("y", "<i4")])
"""How osmium keeps a node's place on disk: its id, and longitude and latitude in units of 1e-7 degrees."""

NOWHERE = 2**31 - 1
"""The coordinate of a row that holds no node."""

NODES_AT_ONCE = 4_000_000
TELL_EVERY = 100_000
BYTES_BESIDE = 4
"""Bytes of room beside each byte of the file: a node takes some 8 bytes in an extract and 16 on disk, and half of that
may be roads, houses and what is known of them."""

DAMAGED = "a whole .osm.pbf file, such as an extract of Missouri"


def read_pbf(
    path: Path, not_driven: Collection[str] = (), progress: Callable[[str], None] | None = None
) -> tuple[Ways, dict[str, Any]]:
    """Return the roads of an extract, and the figures of what was read and left out.

    Read twice: first the ways, whose nodes are kept as plain numbers, then the nodes, which osmium writes to a
    temporary file that is gone when this returns. So memory follows the roads, not the extract.

    Parameters
    ----------
    path
        The extract.
    not_driven
        Classes that are left out and counted.
    progress
        Called with a sentence while it reads.

    Raises
    ------
    EtlError
        The file is damaged, no extract, without roads or without their nodes, holds edits that were never
        published or several versions of things, or there is no room for its nodes.
    """
    say = progress or _silent
    _check_file(path)
    with _readable(path):
        table, restrictions = _read_ways(path, not_driven, say)
        if not len(table):
            raise _without(
                path, "roads", f"{table.counted['read']:,} ways with a highway, none of them driven"
            )
        wanted = np.unique(numbers(table.node))
        lonlat = _read_nodes(path, wanted, say)
    found = ~np.isnan(lonlat[:, 0])
    if not found.any():
        raise _without(path, "places", f"{len(table):,} roads, but none of their {len(wanted):,} nodes")
    number = np.where(found, np.cumsum(found) - 1, -1)
    ways = table.ways(number[np.searchsorted(wanted, numbers(table.node))], lonlat[found])
    return ways, {**table.figures(), "restrictions": restrictions}


def _silent(_sentence: str) -> None:
    return


def _read_ways(path: Path, not_driven: Collection[str], say: Callable[[str], None]) -> tuple[WayTable, int]:
    """Return the roads and the number of turn restrictions."""
    import osmium  # noqa: PLC0415 - only this door needs it

    wanted = osmium.osm.WAY | osmium.osm.RELATION
    things = osmium.FileProcessor(_file(path), wanted).with_filter(osmium.filter.KeyFilter("highway", "type"))
    table, restrictions = WayTable(not_driven), 0
    ids = array("q")
    for thing in things:
        if isinstance(thing, osmium.osm.Relation):
            restrictions += (thing.tags.get("type") or "").startswith("restriction")
        elif isinstance(thing, osmium.osm.Way) and "highway" in thing.tags and table.wants(thing.tags):
            ids.append(thing.id)
            table.add(str(thing.id), thing.tags, [node.ref for node in thing.nodes])
            if len(table) % TELL_EVERY == 0:
                say(f"Reading {path.name}: {_share_read(path)}{len(table):,} roads so far")
    _check_numbers(path, numbers(ids), numbers(table.node))
    return table, restrictions


def _share_read(path: Path) -> str:
    """Return how far this process has read a file, such as "43 %, "; nothing where the system does not tell."""
    name, size = str(path.resolve()), path.stat().st_size
    for opened in Path("/proc/self/fd").glob("*"):
        with suppress(OSError):  # it may be closed by the time we look
            if str(opened.readlink()) == name:
                told = Path("/proc/self/fdinfo", opened.name).read_text(encoding="ascii")
                return f"{100 * int(told.split()[1]) / size:.0f} %, "
    return ""


def _check_numbers(path: Path, ways: NDArray[np.int64], nodes: NDArray[np.int64]) -> None:
    for what, given in (("way", ways), ("node", nodes)):
        if len(given) and given.min() <= 0:
            raise _unpublished(path, f"a {what} of the number {given.min()}")
    ordered = np.sort(ways)
    again = np.flatnonzero(ordered[1:] == ordered[:-1])
    if len(again):
        raise _unpublished(path, f"a way of the number {ordered[again[0]]} twice")


def _read_nodes(path: Path, wanted: NDArray[np.int64], say: Callable[[str], None]) -> NDArray[np.float64]:
    """Return where the wanted nodes (sorted) lie, NaN for those that are not in the file."""
    import osmium  # noqa: PLC0415 - only this door needs it

    say(f"Reading {path.name}: where {len(wanted):,} points of the roads lie")
    lonlat = np.full((len(wanted), 2), np.nan)
    with tempfile.TemporaryDirectory(prefix="merr-osm-") as folder:
        _check_room(path, Path(folder))
        stored = Path(folder) / "nodes"
        places = osmium.index.create_map(f"sparse_file_array,{stored}")
        with osmium.io.Reader(_file(path), osmium.osm.NODE) as reader:
            osmium.apply(reader, osmium.NodeLocationsForWays(places))
        del places
        rows = np.memmap(stored, dtype=STORED_NODE, mode="r")
        for first in range(0, len(rows), NODES_AT_ONCE):
            part = np.array(rows[first : first + NODES_AT_ONCE])
            part = part[part["x"] != NOWHERE]
            row = np.searchsorted(wanted, part["id"].astype(np.int64))
            hit = wanted[np.minimum(row, len(wanted) - 1)] == part["id"].astype(np.int64)
            lonlat[row[hit], 0] = part["x"][hit] / 1e7
            lonlat[row[hit], 1] = part["y"][hit] / 1e7
        del rows
    return lonlat


def _file(path: Path) -> osmium.io.File:
    """Return the file as a PBF whatever its name ends in, so that a text is refused as what it is not."""
    import osmium  # noqa: PLC0415 - only this door needs it

    return osmium.io.File(str(path), "pbf")


def _check_file(path: Path) -> None:
    import osmium  # noqa: PLC0415 - only this door needs it

    if not path.is_file():
        raise EtlError(
            f"The file {path.name!r} cannot be opened",
            given=f"{path}, which is no file",
            wanted="an OpenStreetMap extract (.osm.pbf)",
            todo="check the path",
        )
    with _readable(path), osmium.io.Reader(_file(path), osmium.osm.NOTHING) as reader:
        if reader.header().has_multiple_object_versions:
            raise EtlError(
                f"{path.name!r} holds the history of the map",
                given="several versions of each thing",
                wanted="an extract of one day (.osm.pbf)",
                todo="take the extract without history, or let `osmium time-filter` make one",
            )


def _check_room(path: Path, folder: Path) -> None:
    needed, free = BYTES_BESIDE * path.stat().st_size, shutil.disk_usage(folder).free
    if free < needed:
        raise EtlError(
            f"There is no room to read {path.name!r}",
            given=f"{free / 1e6:,.0f} MB free in {folder.parent}",
            wanted=f"{needed / 1e6:,.0f} MB for a while, for its nodes",
            todo="make room, or name a roomier folder in the environment variable TMPDIR",
        )


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (RuntimeError, OSError) as fault:
        raise EtlError(
            f"{path.name!r} cannot be read",
            given=f"{path.stat().st_size:,} bytes: {fault}",
            wanted=DAMAGED,
            todo="fetch the file again; this one is cut short, damaged or of another kind",
        ) from fault


def _without(path: Path, what: str, given: str) -> EtlError:
    return EtlError(
        f"{path.name!r} holds no {what} to drive on" if what == "roads" else f"{path.name!r} lacks its nodes",
        given=given,
        wanted="an extract with roads and their nodes",
        todo="choose another extract; docs/loading.md says which roads are driven",
    )


def _unpublished(path: Path, given: str) -> EtlError:
    return EtlError(
        f"{path.name!r} holds numbers that OpenStreetMap does not give",
        given=given,
        wanted="published data: numbers from 1 to 9,223,372,036,854,775,807, each once",
        todo="take an extract of the published map, not a file of edits or two extracts put together",
    )
