"""The private PostGIS cluster of this clone: for the demo, the tests and CI, without docker or a system service."""

from __future__ import annotations

from functools import lru_cache

from registry.db.localdb.server import ClusterStatus, LocalCluster
from registry.settings import settings

__all__ = ["ClusterStatus", "LocalCluster", "cluster", "url_of"]


@lru_cache(maxsize=1)
def cluster() -> LocalCluster:
    """Return the cluster of this clone, running or not."""
    return LocalCluster(settings().state_dir, settings().postgis_prefix)


def url_of(database: str = "merr") -> str:
    """Return the SQLAlchemy URL of `database` in the cluster of this clone, running or not."""
    return cluster().url(database)
