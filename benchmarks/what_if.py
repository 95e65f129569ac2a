"""The part of `merr bench --only coverage` that asks what if: losses and scenarios, on the TIGER state network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import critical, scenarios
from benchmarks.graphs import TIGER_STATE, tiger_state

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.measure import Row


def figures() -> Iterator[Row | str]:
    """Yield these rows; a sentence where the network is not at hand."""
    if not TIGER_STATE.exists():
        yield "tiger_state is not beside the clone; critical_links and scenario_diff are not measured."
        return
    network = tiger_state()
    yield from critical.figures(network, "tiger_state")
    yield from scenarios.figures(network, "tiger_state")
