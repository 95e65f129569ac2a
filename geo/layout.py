"""What a network's file may hold besides the network: what every process would else work out for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj

from geo.edge_kernels import RUN
from geo.network_file import Layout
from geo.shortest import Inward

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from geo.network import RoadNetwork

VERSION = 1
"""To be raised whenever one of these arrays is worked out in another way."""

LAYOUT = Layout(
    made_by=f"version {VERSION}, {RUN} to a box, PROJ {pyproj.proj_version_str}",
    kinds={
        "arc_tail": "<i4",
        "forward_arc": "<i4",
        "backward_arc": "<i4",
        "inward_indptr": "<i4",
        "inward_tail": "<u4",
        "inward_arc": "<i4",
        "inward_middle_ms": "<i8",
        "shape_xy": "<f8",
        "edge_order": "<i4",
        "boxes": "<f8",
        "boxes_xy": "<f8",
    },
)


def laid_out(network: RoadNetwork) -> dict[str, NDArray[Any]]:
    """Return everything of `LAYOUT`, worked out where it is not yet: a second or two at state scale."""
    roads = network.inward
    found = {
        "inward_indptr": roads.indptr,
        "inward_tail": roads.tail,
        "inward_arc": roads.arc,
        "inward_middle_ms": np.array([roads.middle_ms]),
    }
    return {
        name: np.ascontiguousarray(found[name] if name in found else getattr(network, name), dtype=kind)
        for name, kind in LAYOUT.kinds.items()
    }


def lay_in(network: RoadNetwork, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Give a network what was laid out for it, so that it works none of it out."""
    known: dict[str, Any] = {
        name: values for name, values in arrays.items() if not name.startswith("inward_")
    }
    known["inward"] = Inward(
        arrays["inward_indptr"],
        arrays["inward_tail"],
        arrays["inward_arc"],
        middle_ms=int(arrays["inward_middle_ms"][0]),
    )
    network.__dict__.update(known)  # where its cached properties look first
