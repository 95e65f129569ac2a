"""Whether a network's arrays agree with each other: what compiled code may then look up without asking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo.errors import NetworkError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    Arrays = Mapping[str, NDArray[Any]]

WANTED = "arrays as geo/network.py describes them"
AGAIN = "build it again from its source (merr build roads, or merr load roads); nothing was loaded"

PER_ARC = ("arc_ms", "arc_edge", "arc_forward")
PER_EDGE = ("edge_head", "edge_class", "edge_name", "edge_length_m", "edge_ms")
PER_SPAN = ("span_from_m", "span_to_m", "span_bridge")


def refuse_unsound(words: Mapping[str, Any], arrays: Arrays, origin: str) -> None:
    """Refuse a network whose arrays contradict each other, in tens of milliseconds for a state's two million arcs.

    A hash says that a file is as it was written, not that it was written right; and a number that points past the end
    of an array would be read from somebody else's memory.

    Parameters
    ----------
    words, arrays
        As `geo.network` names them.
    origin
        What the refusal calls the network.

    Raises
    ------
    NetworkError
        The first thing that does not fit, in one sentence.
    """
    for check in (_lengths, _numbers, _rows, _places, _times, _shapes, _arcs, _spans):
        for fault in check(words, arrays):
            raise NetworkError(
                "This road network contradicts itself", given=f"{origin}: {fault}", wanted=WANTED, todo=AGAIN
            )


def as_kept(name: str, values: Any, kind: str) -> NDArray[Any]:  # noqa: ANN401 - whatever a builder has
    """Return an array as a network keeps it, read-only; `kind` is how it is stored.

    Raises
    ------
    NetworkError
        A number does not fit: it is not one, has a fraction, or is too large.
    """
    given = np.asarray(values)
    with np.errstate(invalid="ignore"):
        kept = np.array(given, dtype=np.dtype(kind), order="C")
    if given.dtype != kept.dtype and not np.array_equal(kept, given, equal_nan=kept.dtype.kind == "f"):
        place = int(np.flatnonzero((kept != given).ravel())[0])
        raise NetworkError(
            "A number of this road network does not fit",
            given=f"{name}[{place}] is {given.ravel()[place]}",
            wanted=f"whole numbers that fit {kept.dtype.name}",
            todo="look for the number in the source: an id that is too large, or a time that is none",
        )
    kept.setflags(write=False)
    return kept


def _lengths(words: Mapping[str, Any], arrays: Arrays) -> Iterator[str]:
    nodes, arcs, edges = len(arrays["lon"]), len(arrays["head"]), len(arrays["edge_tail"])
    points, spans = len(arrays["shape_m"]), len(arrays["span_edge"])
    wanted = {"lat": nodes, "indptr": nodes + 1, "shape_start": edges + 1, "shape": points}
    wanted |= dict.fromkeys(PER_ARC, arcs) | dict.fromkeys(PER_EDGE, edges) | dict.fromkeys(PER_SPAN, spans)
    for name, length in wanted.items():
        if len(arrays[name]) != length:
            yield f"{name} has {len(arrays[name]):,} values, not {length:,}"
    for name, values in arrays.items():
        if values.ndim != (2 if name == "shape" else 1):
            yield f"{name} has {values.ndim} dimensions"
    if arrays["shape"].shape[1:] != (2,):
        yield "shape does not hold pairs of longitude and latitude"
    if len(words["speeds_kmh"]) != len(words["classes"]):
        yield f"{len(words['classes'])} road classes have {len(words['speeds_kmh'])} speeds"
    if not len(words["names"]) or words["names"][0] != "":
        yield "the first road name is not the empty one"


def _numbers(words: Mapping[str, Any], arrays: Arrays) -> Iterator[str]:
    nodes, edges = len(arrays["lon"]), len(arrays["edge_tail"])
    count = {"head": nodes, "edge_tail": nodes, "edge_head": nodes, "arc_edge": edges, "span_edge": edges}
    count |= {"edge_class": len(words["classes"]), "edge_name": len(words["names"])}
    count |= {"span_bridge": len(words["bridges"])}
    for name, past in count.items():
        values = arrays[name]
        if len(values) and not (values.min() >= 0 and values.max() < past):
            yield f"{name} holds {values.min()} to {values.max()}, and there are {past:,} of them"


def _rows(_words: Mapping[str, Any], arrays: Arrays) -> Iterator[str]:
    for name, last, least in (("indptr", len(arrays["head"]), 0), ("shape_start", len(arrays["shape_m"]), 2)):
        rows = arrays[name]
        if rows[0] != 0 or rows[-1] != last:
            yield f"{name} runs from {rows[0]} to {rows[-1]}, not from 0 to {last:,}"
        if len(rows) > 1 and np.subtract(rows[1:], rows[:-1], dtype=np.int64).min() < least:
            yield f"{name} does not rise by {least} or more everywhere"


def _places(_words: Mapping[str, Any], arrays: Arrays) -> Iterator[str]:
    shape = arrays["shape"]
    for name, values, most in (
        ("lon", arrays["lon"], 180.0),
        ("lat", arrays["lat"], 90.0),
        ("a shape's longitude", shape[:, 0], 180.0),
        ("a shape's latitude", shape[:, 1], 90.0),
    ):
        if len(values) and not (values.min() >= -most and values.max() <= most):  # NaN is on no side
            yield f"{name} lies outside {-most:g} to {most:g} degrees, or is no number"


def _times(words: Mapping[str, Any], arrays: Arrays) -> Iterator[str]:
    for name in ("arc_ms", "edge_ms"):
        if len(arrays[name]) and arrays[name].min() < 1:
            yield f"{name} holds {arrays[name].min()}, and every way takes a millisecond or more"
    length = arrays["edge_length_m"]
    if len(length) and not (length.min() > 0.0 and length.max() < np.inf):
        yield "edge_length_m holds a length that is no number of metres above 0"
    speeds = np.asarray(words["speeds_kmh"], dtype=np.float64)
    if len(speeds) and not (speeds.min() > 0.0 and speeds.max() < np.inf):
        yield f"the speeds {tuple(words['speeds_kmh'])} are not all above 0 km/h"


def _shapes(_words: Mapping[str, Any], arrays: Arrays) -> Iterator[str]:
    start, along, length = arrays["shape_start"], arrays["shape_m"], arrays["edge_length_m"]
    if not len(length):
        return
    if not (along[start[:-1]] == 0.0).all() or not np.array_equal(along[start[1:] - 1], length):
        yield "shape_m does not run from 0 to the length of its edge"
    rises = along[1:] >= along[:-1]
    rises[start[1:-1] - 1] = True  # the next edge begins anew
    if not rises.all():
        yield "shape_m falls within an edge, or holds what is no number"


def _arcs(_words: Mapping[str, Any], arrays: Arrays) -> Iterator[str]:
    edge, forward, rows = arrays["arc_edge"], arrays["arc_forward"], arrays["indptr"]
    tail = np.repeat(np.arange(len(rows) - 1, dtype=np.int32), np.diff(rows))
    begin, end = arrays["edge_tail"][edge], arrays["edge_head"][edge]
    if not np.array_equal(np.where(forward, begin, end), tail):
        yield "an arc starts elsewhere than its edge"
    if not np.array_equal(np.where(forward, end, begin), arrays["head"]):
        yield "an arc ends elsewhere than its edge"
    if not np.array_equal(arrays["edge_ms"][edge], arrays["arc_ms"]):
        yield "an arc takes another time than its edge"
    way = np.zeros(2 * len(arrays["edge_tail"]), dtype=np.bool_)
    way[2 * edge.astype(np.int64) + forward] = True
    if np.count_nonzero(way) != len(edge):
        yield "an edge has two arcs in one direction"


def _spans(_words: Mapping[str, Any], arrays: Arrays) -> Iterator[str]:
    edge, from_m, to_m = arrays["span_edge"], arrays["span_from_m"], arrays["span_to_m"]
    if not len(edge):
        return
    if not ((from_m >= 0.0) & (from_m <= to_m) & (to_m <= arrays["edge_length_m"][edge])).all():
        yield "a bridge's span leaves its edge"
    if (np.diff(edge) < 0).any() or ((np.diff(edge) == 0) & (np.diff(from_m) < 0.0)).any():
        yield "the bridges' spans do not stand by edge and metres"
