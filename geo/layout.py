"""What a network's file may hold besides the network: what every process would else work out for itself."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj

from geo.edge_kernels import RUN
from geo.network_file import Layout
from geo.reduction import MOST, Reduced
from geo.shortest import Inward

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from geo.network import RoadNetwork

VERSION = 2
"""To be raised whenever one of these arrays is worked out in another way."""

ROWS: dict[str, type[Inward | Reduced]] = {"inward": Inward, "reduced": Reduced}
"""The rows that searches read, each in arrays of its own: `inward_tail` is `tail` of a network's `inward`."""

LAYOUT = Layout(
    made_by=f"version {VERSION}, {RUN} to a box, {MOST} neighbours folded, PROJ {pyproj.proj_version_str}",
    kinds={
        "arc_tail": "<i4",
        "forward_arc": "<i4",
        "backward_arc": "<i4",
        "middle_ms": "<i8",
        "inward_indptr": "<i4",
        "inward_tail": "<u4",
        "inward_arc": "<i4",
        "reduced_number": "<i4",
        "reduced_indptr": "<i4",
        "reduced_tail": "<u4",
        "reduced_start": "<i4",
        "reduced_above": "<i4",
        "reduced_joins": "<i4",
        "reduced_arc": "<i4",
        "reduced_into": "<i4",
        "reduced_tile_arc": "<i4",
        "reduced_tile_row": "<i4",
        "shape_xy": "<f8",
        "edge_order": "<i4",
        "boxes": "<f8",
        "boxes_xy": "<f8",
    },
)


def laid_out(network: RoadNetwork) -> dict[str, NDArray[Any]]:
    """Return everything of `LAYOUT`, worked out where it is not yet: two or three seconds at state scale."""
    known: dict[str, Any] = {"middle_ms": np.array([network.inward.middle_ms])}
    for word, kind in ROWS.items():
        known |= {f"{word}_{name}": getattr(getattr(network, word), name) for name in _arrays(kind)}
    return {
        name: np.ascontiguousarray(known[name] if name in known else getattr(network, name), dtype=kind)
        for name, kind in LAYOUT.kinds.items()
    }


def lay_in(network: RoadNetwork, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Give a network what was laid out for it, so that it works none of it out."""
    middle_ms = int(arrays["middle_ms"][0])
    known: dict[str, Any] = {
        word: kind(**{name: arrays[f"{word}_{name}"] for name in _arrays(kind)}, middle_ms=middle_ms)
        for word, kind in ROWS.items()
    }
    known |= {name: values for name, values in arrays.items() if hasattr(type(network), name)}
    network.__dict__.update(known)  # where its cached properties look first


def _arrays(kind: type[Inward | Reduced]) -> list[str]:
    return [each.name for each in fields(kind) if each.name != "middle_ms"]
