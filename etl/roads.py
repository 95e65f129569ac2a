"""Roads that somebody brought, as lines or from OpenStreetMap, built into a network and put into use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from etl.crossings import bridged
from etl.digests import digest_of
from etl.errors import EtlError
from etl.load import store_roads
from etl.sources.lines import driven, in_kmh, read_lines, read_speeds
from etl.sources.osm_graph import read_graphml
from etl.sources.osm_pbf import read_pbf
from etl.sources.osm_place import read_place
from etl.sources.osm_ways import said_of
from geo.noding import TOLERANCE_M, build_network
from geo.ways import build_from_ways
from registry.settings import settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from etl.reports import LoadReport
    from geo.ways import Ways
    from registry.db.engine import Session


OSM_CREDIT = "© OpenStreetMap contributors, ODbL 1.0"


@dataclass(frozen=True, kw_only=True)
class RoadSource:
    """A file of road lines and how it is to be read.

    Parameters
    ----------
    path
        GeoPackage, Shapefile, GeoJSON or GeoParquet.
    class_column
        The column with each road's class.
    speeds
        A CSV with the columns class and mph; 0 mph leaves a class out.
    name_column, oneway_column
        Road names and directions, when the file has them.
    name, credit
        What to call the network and whom to credit; the file's name when not given.
    main_roads_only
        True when minor roads are missing.
    noded
        True when the lines already end wherever roads meet.
    tolerance_m
        How far in metres a line may stop short of another and still meet it.
    layer
        The layer of a file that holds several.
    crs
        Where the coordinates of a file lie that does not say so itself, such as EPSG:4269.
    """

    path: Path
    class_column: str | None
    speeds: Path | None
    name_column: str | None = None
    oneway_column: str | None = None
    name: str | None = None
    credit: str | None = None
    main_roads_only: bool = False
    noded: bool = False
    tolerance_m: float | None = None
    layer: str | None = None
    crs: str | None = None


@dataclass(frozen=True, kw_only=True)
class OsmSource:
    """Roads of OpenStreetMap, and how they are to be read: from an extract, a saved graph, or by a place's name.

    Parameters
    ----------
    pbf
        An extract (.osm.pbf).
    graphml
        A graph that osmnx saved.
    place
        A place's name, asked over the internet.
    online
        Whether the user allowed that.
    speeds
        A CSV with the columns class and mph: the speed where no limit is posted; the shipped table when not given.
    name, credit
        What to call the network and whom to credit instead of the file's or place's name and OpenStreetMap.
    main_roads_only
        True when minor roads are missing.
    """

    pbf: Path | None = None
    graphml: Path | None = None
    place: str | None = None
    online: bool = False
    speeds: Path | None = None
    name: str | None = None
    credit: str | None = None
    main_roads_only: bool = False

    @property
    def path(self) -> Path | None:
        """Return the file that is read, if it is one."""
        return self.pbf or self.graphml

    @property
    def origin(self) -> str:
        """Return the file's name, or the place."""
        return self.path.name if self.path else self.place or ""


def load_osm_roads(
    session: Session, source: OsmSource, data_dir: Path, progress: Callable[[str], None] | None = None
) -> LoadReport:
    """Return what building and storing a network of OpenStreetMap's roads did; every site is placed on it.

    Roads without any bridge, such as a graph whose tags were thrown away, get the river crossings of `data_dir`.

    Raises
    ------
    EtlError
        When the roads or the speeds cannot be read.
    NetworkError
        When a class has no speed or nothing is connected.
    """
    speeds = in_kmh(read_speeds(source.speeds or data_dir / "reference" / "speeds.csv"))
    ways, read = _read_osm(source, speeds, progress)
    network, held = build_from_ways(
        ways,
        {word: kmh for word, kmh in speeds.items() if kmh},
        name=source.name or source.origin.removesuffix(".pbf").removesuffix(".osm").removesuffix(".graphml"),
        attribution=source.credit or OSM_CREDIT,
        main_roads_only=source.main_roads_only,
        progress=progress,
    )
    network, crossings = bridged(network, data_dir)
    figures = {**read, **held, **crossings}
    return store_roads(
        session,
        network,
        {**figures, "facts": said_of(figures)},
        file_name=source.origin,
        digest=digest_of(source.path) if source.path else network.content_hash,
        progress=progress,
    )


def _read_osm(
    source: OsmSource, speeds_kmh: dict[str, float], progress: Callable[[str], None] | None
) -> tuple[Ways, dict[str, Any]]:
    not_driven = [word for word, kmh in speeds_kmh.items() if not kmh]
    if source.pbf is not None:
        return read_pbf(source.pbf, not_driven, progress)
    if source.graphml is not None:
        return read_graphml(source.graphml, not_driven, progress)
    return read_place(source.place or "", speeds_kmh, online=source.online, progress=progress)


def load_road_lines(
    session: Session,
    source: RoadSource,
    progress: Callable[[str], None] | None = None,
    data_dir: Path | None = None,
) -> LoadReport:
    """Return what building and storing a network of these lines did; every site is placed on it.

    Lines know no bridges, so the river crossings of `data_dir` (the shipped data unless given) become them.

    Raises
    ------
    EtlError
        When the class column or the speeds are not named, or the file cannot be read.
    NetworkError
        When the lines make no network.
    """
    if source.class_column is None or source.speeds is None:
        raise EtlError(
            "Roads from lines need to know how fast each class is driven",
            given="--lines without " + " and ".join(_missing(source)),
            wanted="--class-column, the column with each road's class, and --speeds, a CSV with class and mph",
            todo="name both; data/reference/speeds.csv has the classes of TIGER and of the shipped roads",
        )
    if progress is not None:
        progress(f"Reading {source.path.name}")
    speeds = read_speeds(source.speeds)
    given = read_lines(
        source.path,
        source.class_column,
        source.name_column,
        source.oneway_column,
        layer=source.layer,
        crs=source.crs,
    )
    lines, not_driven = driven(given, speeds)
    network, found = build_network(
        lines,
        in_kmh({word: mph for word, mph in speeds.items() if mph}),
        name=source.name or source.path.stem,
        attribution=source.credit or source.path.name,
        main_roads_only=source.main_roads_only,
        tolerance_m=TOLERANCE_M if source.tolerance_m is None else source.tolerance_m,
        node_crossings=not source.noded,
        progress=progress,
    )
    network, crossings = bridged(network, data_dir or settings().data_dir)
    figures = {**found.as_dict(), "lines_read": len(given.road_class), "not_driven": not_driven, **crossings}
    return store_roads(
        session,
        network,
        figures,
        file_name=source.path.name,
        digest=digest_of(source.path),
        progress=progress,
    )


def _missing(source: RoadSource) -> list[str]:
    missing = [] if source.class_column is not None else ["--class-column"]
    return missing if source.speeds is not None else [*missing, "--speeds"]
