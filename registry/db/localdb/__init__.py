"""The private PostGIS cluster of this clone: for the demo, the tests and CI, without docker or a system service."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from registry.db.localdb.server import ClusterStatus, LocalCluster
from registry.settings import settings

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ClusterStatus", "LocalCluster", "cluster", "database_url", "url_of"]


@lru_cache(maxsize=1)
def cluster() -> LocalCluster:
    """Return the cluster of this clone, running or not."""
    return LocalCluster(settings().state_dir, settings().postgis_prefix)


def url_of(database: str = "merr") -> str:
    """Return the SQLAlchemy URL of `database` in the cluster of this clone, running or not."""
    return cluster().url(database)


def database_url(progress: Callable[[str], None] | None = None) -> str:
    """Return the URL of the database to use: the one set, else the private cluster's, brought up if need be.

    Raises
    ------
    RegistryError
        If no URL is set and the private cluster cannot run here.
    """
    return settings().database_url or cluster().up(progress)
