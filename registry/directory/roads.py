"""Road networks in the database, so that every process searches the same roads, and where sites meet them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import ARRAY, Double, Integer, Text, Uuid, bindparam, func, insert, select, text, update

from geo.snapping import snap
from registry.directory.road_files import mapped_network, store_file, stored_network
from registry.directory.source_tables import RoadNetworkRow
from registry.directory.tables import SiteRow
from registry.errors import NotThereError, RegistryError

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from geo.network import RoadNetwork
    from geo.noding import NetworkReport

ROADS_LOCK = 0x726F6164
"""`road` in ASCII: who stores a network holds it alone, who adds sites holds it with others."""

_KEPT = 2
"""Networks kept in memory: the one in use and the one before, while answers that began on it end."""

_in_memory: OrderedDict[str, RoadNetwork] = OrderedDict()
_memory_lock = threading.Lock()


def store_network(session: Session, network: RoadNetwork, report: NetworkReport | Mapping[str, Any]) -> str:
    """Return the content hash of `network`, stored and in use; every site is snapped to it in this transaction.

    Nobody ever sees sites on other roads than the active ones: until the commit all is as it was. The same
    network again changes nothing. Networks stay when another takes over, so that earlier answers can be redone.
    """
    session.execute(select(func.pg_advisory_xact_lock(ROADS_LOCK)))
    facts: dict[str, object] = {
        "name": network.name,
        "attribution": network.attribution,
        "main_roads_only": network.main_roads_only,
        "report": dict(report) if isinstance(report, Mapping) else report.as_dict(),
    }
    if not _is_stored(session, network.content_hash):
        session.execute(insert(RoadNetworkRow).values(content_hash=network.content_hash, **facts))
    store_file(session, network)
    _activate(session, network.content_hash)
    snap_sites(session, network)
    return network.content_hash


def _is_stored(session: Session, content_hash: str) -> bool:
    found = select(RoadNetworkRow.content_hash).where(RoadNetworkRow.content_hash == content_hash)
    return session.scalar(found) is not None


def _activate(session: Session, content_hash: str) -> None:
    others = RoadNetworkRow.active & (RoadNetworkRow.content_hash != content_hash)
    session.execute(update(RoadNetworkRow).where(others).values(active=False))
    chosen = ~RoadNetworkRow.active & (RoadNetworkRow.content_hash == content_hash)
    session.execute(update(RoadNetworkRow).where(chosen).values(active=True, activated_at=datetime.now(UTC)))


def snap_sites(session: Session, network: RoadNetwork) -> int:
    """Return the number of sites snapped to `network`: those that were not, because new, moved or on other roads.

    What a provider said is not touched, so `updated_at` stays.
    """
    rows = session.execute(
        select(SiteRow.id, SiteRow.lon, SiteRow.lat)
        .where(SiteRow.network_hash.is_distinct_from(network.content_hash))
        .order_by(SiteRow.id)
    ).all()
    if not rows:
        return 0
    ids, lon, lat = zip(*rows, strict=True)
    snaps = snap(network, np.array(lon, dtype=np.float64), np.array(lat, dtype=np.float64))
    access_m = [float(metres) if np.isfinite(metres) else None for metres in snaps.access_m]
    statement = text(
        """
        UPDATE registry.sites AS site
        SET network_hash = :hash, edge = snapped.edge, offset_m = snapped.offset_m, access_m = snapped.access_m
        FROM unnest(:ids, :edges, :offsets_m, :access_m) AS snapped (id, edge, offset_m, access_m)
        WHERE site.id = snapped.id
        """
    ).bindparams(
        bindparam("hash", type_=Text),
        bindparam("ids", type_=ARRAY(Uuid)),
        bindparam("edges", type_=ARRAY(Integer)),
        bindparam("offsets_m", type_=ARRAY(Double)),
        bindparam("access_m", type_=ARRAY(Double)),
    )
    given = {
        "hash": network.content_hash,
        "ids": list(ids),
        "edges": snaps.edge.tolist(),
        "offsets_m": snaps.offset_m.tolist(),
        "access_m": access_m,
    }
    session.execute(statement, given)
    return len(rows)


def active_hash(session: Session) -> str | None:
    """Return the content hash of the network in use; None while no roads are loaded."""
    return session.scalar(select(RoadNetworkRow.content_hash).where(RoadNetworkRow.active))


def active_network(session: Session, cache_dir: Path | None = None) -> RoadNetwork:
    """Return the road network in use.

    This process keeps it; its first use maps the file of that hash below `cache_dir`, which all processes of the
    machine share and the first of them makes from the database (ADR 10).

    Parameters
    ----------
    cache_dir
        A folder for what can be derived again; None to read from the database alone.

    Raises
    ------
    RegistryError
        While no roads are loaded.
    """
    content_hash = active_hash(session)
    if content_hash is None:
        raise RegistryError(
            "The registry has no roads yet",
            given="no road network in use",
            wanted="the roads of data/roads, or lines of your own",
            todo="run `merr load roads`",
        )
    with _memory_lock:
        network = _in_memory.get(content_hash)
        if network is None:
            network = _in_memory[content_hash] = (
                mapped_network(session, content_hash, cache_dir)
                if cache_dir
                else stored_network(session, content_hash)
            )
        _in_memory.move_to_end(content_hash)
        while len(_in_memory) > _KEPT:
            _in_memory.popitem(last=False)
    return network


def network_of(session: Session, content_hash: str) -> RoadNetwork:
    """Return a stored road network, in use or not: what was computed on it can be computed again.

    It is read from the database and kept in memory beside the one in use; the cache folder holds only that one.

    Raises
    ------
    NotThereError
        No such network is stored.
    NetworkError
        The stored parts are not the whole file, or another release wrote them.
    """
    with _memory_lock:
        network = _in_memory.get(content_hash)
    if network is not None:
        return network
    if not _is_stored(session, content_hash):
        raise NotThereError(
            "These roads are not in the registry any more",
            given=f"road network {content_hash[:12]}",
            wanted="a network that `merr load roads` stored",
            todo="load the same roads again, or bring the database back from a backup",
        )
    network = stored_network(session, content_hash)
    with _memory_lock:
        _in_memory[content_hash] = network
        while len(_in_memory) > _KEPT:
            _in_memory.popitem(last=False)
    return network


def network_report(session: Session) -> dict[str, Any]:
    """Return what noding found and dropped when the network in use was built; empty while there is none."""
    return dict(session.scalar(select(RoadNetworkRow.report).where(RoadNetworkRow.active)) or {})
