"""What loaded data depend on, as one SHA-256: equal means that loading again would change nothing."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from etl.errors import EtlError
from etl.sources import demo, demo_trades

if TYPE_CHECKING:
    import datetime as dt


def county_digest(data_dir: Path) -> str:
    """Return the SHA-256 of what the counties are loaded from."""
    folder = data_dir / "reference"
    return digest_of(
        data_dir / "counties" / "counties.parquet", folder / "counties.csv", folder / "regions.csv"
    )


def reference_digest(data_dir: Path) -> str:
    """Return the SHA-256 of what the sectors and kinds are loaded from."""
    names = ("sectors.csv", "lifelines.csv", "attributes.csv", "profiles.csv", "kinds.csv")
    return digest_of(*(data_dir / "reference" / name for name in names))


def shipped_roads_digest(data_dir: Path) -> str:
    """Return the SHA-256 of what the shipped roads are loaded from: the network, and the crossings laid on it."""
    folder = data_dir / "roads"
    return digest_of(folder / "network.npz", folder / "crossings.geojson")


def demo_digest(data_dir: Path, as_of: dt.date) -> str:
    """Return the SHA-256 of what the demo registry depends on: its tables and code, the towns, the kinds."""
    told = f"{demo.SOURCE} {demo.SEED} {demo.COMPANIES} {as_of.isoformat()}"
    code = digest_of(Path(demo.__file__), Path(demo_trades.__file__))
    facts = digest_of(data_dir / "gazetteer" / "places.csv", data_dir / "reference" / "kinds.csv")
    return hashlib.sha256(f"{told} {code} {facts}".encode()).hexdigest()


def digest_of(*paths: Path) -> str:
    """Return the SHA-256 of files one after another.

    Raises
    ------
    EtlError
        When one cannot be read.
    """
    total = hashlib.sha256()
    for path in paths:
        try:
            total.update(path.read_bytes())
        except OSError as fault:
            raise EtlError(
                f"The file {path.name!r} cannot be read",
                given=f"{path} ({fault.strerror})",
                wanted="a file that exists and may be read",
                todo="check the path; what the clone ships is restored from git",
            ) from fault
    return total.hexdigest()
