"""Sums and differences of stretches against sets of whole metres."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.intervals import Stretches, added, without
from tests.geo.drawn import loose

EDGES, METRES = 4, 12

ROADS = loose([[(-94.0, 38.0 + edge), (-93.9, 38.0 + edge)] for edge in range(EDGES)])
PART = st.tuples(st.integers(0, EDGES - 1), st.integers(0, METRES - 1), st.integers(1, METRES)).filter(
    lambda part: part[1] < part[2]
)
PARTS = st.lists(PART, max_size=6)


def stretches(parts):
    """Return parts (edge, from, to) as stretches, which may lie over one another."""
    columns = zip(*sorted(parts), strict=True) if parts else ([], [], [])
    edge, from_m, to_m = columns
    return Stretches(
        np.array(edge, dtype=np.int64), np.array(from_m, dtype=float), np.array(to_m, dtype=float)
    )


def metres(some):
    """Return the whole metres that stretches cover, each by its edge and where it begins."""
    rows = zip(some.edge.tolist(), some.from_m.tolist(), some.to_m.tolist(), strict=True)
    return [(edge, at) for edge, begin, end in rows for at in range(int(begin), int(end))]


def runs(covered):
    """Return how many unbroken runs these metres make."""
    return sum((edge, at - 1) not in covered for edge, at in covered)


@settings(max_examples=300, deadline=None)
@given(PARTS, PARTS)
def test_a_sum_covers_what_either_covers_in_as_few_stretches_as_can_be(some, others):
    found = added(stretches(some), stretches(others))
    wanted = set(metres(stretches(some))) | set(metres(stretches(others)))
    assert metres(found) == sorted(wanted)
    assert len(found) == runs(wanted)


@settings(max_examples=300, deadline=None)
@given(PARTS, PARTS)
def test_a_difference_keeps_what_the_others_do_not_cover_in_order(some, others):
    one, other = added(stretches(some)), added(stretches(others))
    wanted = set(metres(one)) - set(metres(other))
    found = without(ROADS, one, other)
    assert metres(found) == sorted(wanted)
    assert len(found) == runs(wanted)


@given(st.sets(st.integers(0, 400)), st.lists(st.integers(-1, 450)), st.booleans())
def test_which_edges_have_a_stretch_is_told_in_whatever_order_they_are_asked(own, asked, in_order):
    edge = np.array(sorted(own), dtype=np.int64)
    asked = np.array(sorted(asked) if in_order else asked, dtype=np.int64)
    some = Stretches(edge, np.zeros(len(edge)), np.ones(len(edge)))
    np.testing.assert_array_equal(some.has(asked), np.isin(asked, edge))
    np.testing.assert_array_equal(some.of(np.repeat(np.arange(len(edge)), 2)).edges(), edge)
