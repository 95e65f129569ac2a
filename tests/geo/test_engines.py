"""Whichever engine answers, the answer is the same."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.coverage import question
from benchmarks.graphs import synthetic
from geo import engines, reduction


@pytest.fixture
def reductions(monkeypatch):
    """Return a list that grows by one with every question that is put to a reduced network."""
    seen, weighed = [], reduction.weighed
    monkeypatch.setattr(reduction, "weighed", lambda *given: seen.append(given) or weighed(*given))
    return seen


def test_large_networks_are_reduced_and_small_ones_searched_as_they_are(reductions):
    node, ms = np.array([3, 50]), np.array([0, 9_000])
    for nodes, reduced in ((1_000, 0), (12_000, 1)):
        network = synthetic(nodes)
        arc_ms = network.arc_ms
        found = engines.least_ms(network, arc_ms, node, ms, 900_000)
        assert len(reductions) == reduced
        expected = engines.shortest.least_ms(network.inward, arc_ms, node, ms, 900_000)
        np.testing.assert_array_equal(found, expected)
        assert (found < 0).any() == (nodes > 10_000)


def test_dense_providers_are_found_by_the_simple_search_and_sparse_ones_by_the_reduced(reductions):
    network = synthetic(12_000)
    goals, stands = question(network)
    few = engines.nearest.Stands(stands.node[:400], stands.ms[:400], stands.provider[:400], stands.of_class)
    for some, reduced in ((stands, 0), (few, 1)):
        arc_ms = network.arc_ms
        found = engines.nearest_k(network, arc_ms, goals, some, k=5, classes=16)
        assert len(reductions) == reduced
        expected = engines.nearest.nearest_k(network.inward, arc_ms, goals, some, k=5, classes=16)
        assert found.ms.tobytes() == expected.ms.tobytes()
        assert found.provider.tobytes() == expected.provider.tobytes()
