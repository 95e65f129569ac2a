"""Where each shipped file comes from, written beside it, without a date so that building twice gives the same bytes."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from etl.build.outputs import write_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Source:
    """A package that data was built from.

    Parameters
    ----------
    package, version
        Its name and version at its index.
    data
        What of it was read.
    licence
        Licence of that data, and the words that must stand beside it.
    """

    package: str
    version: str
    data: str
    licence: str


@dataclass(frozen=True)
class Product:
    """A shipped file: its name, what it holds, and the rule by which it was derived."""

    file: str
    what: str
    rule: str


def write_provenance(folder: Path, sources: Sequence[Source], products: Sequence[Product]) -> Path:
    """Path of `provenance.json`, written into a data folder."""
    text = json.dumps(
        {
            "sources": [asdict(source) for source in sources],
            "files": [asdict(product) for product in products],
        },
        indent=1,
        ensure_ascii=False,
    )
    return write_bytes(folder / "provenance.json", (text + "\n").encode())
