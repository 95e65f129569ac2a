from __future__ import annotations

import pytest

from benchmarks import loading
from benchmarks.graphs import synthetic
from benchmarks.measure import Row


@pytest.mark.proof
def test_loading_is_timed_in_processes_of_their_own_and_their_memory_said(monkeypatch):
    monkeypatch.setattr(loading, "RUNS", 1)
    timed, kept, worker = loading.figures(synthetic(2_000), "made")
    assert isinstance(timed, Row)
    assert (timed.figure, timed.graph, timed.peer) == ("loading", "made", "worked out again")
    assert timed.ours_ms > 0.0
    assert timed.ratio == pytest.approx(timed.peer_ms / timed.ours_ms, rel=0.01)
    assert isinstance(kept, str)
    assert "of 2 processes that hold the network at once" in kept
    assert "MB resident" in kept
    assert isinstance(worker, str)
    assert worker.startswith("loading, made: a web worker with its pages and 10,000 places keeps ")
    assert " MB once asked about three vehicles, " in worker
    assert "(bound: 600 MB)" in worker
