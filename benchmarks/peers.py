"""The other programs: what each is, where it is installed, and how it is asked."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    from numpy.typing import NDArray


class Program(NamedTuple):
    """What a peer is called in Python (empty for one that is no package), and what it does, in words."""

    module: str
    does: str


PROGRAMS = {
    "scipy": Program("scipy", "Dijkstra in C++ on sparse matrices of doubles, from many sources at once"),
    "networkx": Program(
        "networkx", "Dijkstra in Python; closures hide behind a weight that it asks for, uncopied"
    ),
    "osmnx": Program("osmnx", "networkx's search between two nodes, behind OSMnx's own door"),
    "igraph": Program("igraph", "Dijkstra in C from one node of zero-cost roads to the sources"),
    "rustworkx": Program("rustworkx", "Dijkstra in Rust from such a node, weights looked up in Python"),
    "networkit": Program(
        "networkit", "Dijkstra in C++ from such a node; weights are set for a question and set back"
    ),
    "pandana": Program(
        "pandana", "contraction hierarchies in C++, made anew for every question: they know no closures"
    ),
    "routingkit-cch": Program(
        "routingkit_cch", "contraction hierarchies in C++ whose weights are set anew for every question"
    ),
    "shapely": Program("shapely", "GEOS's tree of boxes, and its exact predicates"),
    "pgrouting": Program("", "Dijkstra in C++ inside PostgreSQL, from such a node"),
}
"""Every program that figures compare with, in the order of the page."""


class AbsentError(Exception):
    """A peer cannot be asked here; said in a sentence, never a failure."""


@dataclass(frozen=True)
class Peer:
    """A program made ready for a question, in the form that suits it best.

    Parameters
    ----------
    ask
        Answers the question; what it does is timed.
    read
        Returns our form of what `ask` gave.
    timed
        What a run holds and what was made ready before, in words.
    wall
        Whether its time is taken by the clock on the wall, since another process works.
    close
        Clears away what was made ready.
    """

    ask: Callable[[], Any]
    read: Callable[[Any], NDArray[np.int64]]
    timed: str = ""
    wall: bool = False
    close: Callable[[], None] = lambda: None


def missing(name: str) -> str:
    """Return a sentence if a package is not installed here, else nothing."""
    module = PROGRAMS[name].module
    if not module or find_spec(module) is not None:
        return ""
    return f"{name} is not installed here: `make bench` installs it."


def installed(peers: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield each peer, and a sentence if it is not installed."""
    for peer in peers:
        yield peer, missing(peer)


def version_of(name: str) -> str:
    """Return a package's version, or that it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
