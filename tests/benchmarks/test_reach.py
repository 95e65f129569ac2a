from __future__ import annotations

from benchmarks import reach
from benchmarks.graphs import synthetic
from benchmarks.measure import Row


def test_the_cost_of_reach_is_told_in_searches_and_named_by_its_graph(monkeypatch):
    monkeypatch.setattr(reach, "SITES", 5)
    monkeypatch.setattr(reach, "AREA_KM", 1.0)
    (row,) = reach.figures(synthetic(2_000), "small")
    assert isinstance(row, Row)
    assert (row.figure, row.graph, row.peer) == ("reach", "small", "search alone")
    assert f"{row.ours_ms / row.peer_ms:.1f} times" in row.note
