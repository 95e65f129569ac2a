"""Who can serve, and why each of the others cannot."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.eligibility import Travel, split
from matching.needs import parse_need

WAY = Travel(60_000, 0, 1_000.0, inside=False, placed=True, reason=None)
INSIDE = Travel(0, 0, 0.0, inside=True, placed=True, reason=None)
UNPLACED = Travel(-1, 0, 0.0, inside=False, placed=False, reason="no road within 30 km")
CUT_OFF = Travel(-1, 0, 0.0, inside=False, placed=True, reason="cut off by closures")


@pytest.mark.parametrize(
    ("said", "way", "code", "words"),
    [
        ({"status": "committed"}, WAY, "status", "Committed elsewhere"),
        ({"status": "paused"}, WAY, "status", "Paused by the company"),
        ({"status": "closed"}, WAY, "status", "Closed"),
        ({"quantity": 0}, WAY, "none_left", "None left to send"),
        ({"attributes": {"phase": "three"}}, WAY, "not_stated", "Power not stated"),
        ({"attributes": {"kw": 75.0, "phase": "three"}}, WAY, "condition", "75 kW, wanted 100 kW or more"),
        (
            {"attributes": {"kw": 125.0, "phase": "single"}},
            WAY,
            "condition",
            "phase single, wanted phase three",
        ),
        ({"attributes": {"phase": "single"}}, WAY, "condition", "phase single, wanted phase three"),
        ({}, INSIDE, "inside", "Inside the area"),
        ({}, UNPLACED, "unplaced", "No road within 30 km"),
        ({}, CUT_OFF, "unreachable", "Cut off by closures"),
    ],
)
def test_who_cannot_serve_is_left_out_with_the_reason(taxonomy, listing, said, way, code, words):
    need = parse_need("generator:1,kw>=100,phase=three", taxonomy)
    candidates, left_out = split([(listing("a", **said), way)], need)
    assert candidates == []
    assert [(row.code, row.words) for row in left_out] == [(code, words)]


def test_who_stands_inside_serves_when_asked_for(taxonomy, listing):
    need = parse_need("generator:1", taxonomy)
    candidates, left_out = split([(listing("a"), INSIDE)], need, include_inside=True)
    assert [candidate.listing.asset_id for candidate in candidates] == ["a"]
    assert left_out == []


def test_other_kinds_are_passed_over(taxonomy, listing):
    rows = [(listing("a", kind="light_tower"), WAY), (listing("b", kind="generator_mobile_large"), WAY)]
    candidates, left_out = split(rows, parse_need("generator", taxonomy))
    assert [candidate.listing.asset_id for candidate in candidates] == ["b"]
    assert left_out == []


SAID = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["generator_portable", "generator_mobile_large", "light_tower"]),
        "status": st.sampled_from(["available", "committed", "paused", "closed"]),
        "quantity": st.integers(0, 5),
        "attributes": st.fixed_dictionaries(
            {}, optional={"kw": st.floats(1, 500), "phase": st.sampled_from(["single", "three"])}
        ),
    }
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(SAID, st.sampled_from([WAY, INSIDE, UNPLACED, CUT_OFF])), max_size=20),
    include_inside=st.booleans(),
)
def test_every_asset_of_the_kind_is_accounted_for_once(taxonomy, listing, rows, include_inside):
    need = parse_need("generator:4,kw>=100,phase=three", taxonomy)
    pairs = [(listing(str(i), **said), way) for i, (said, way) in enumerate(rows)]
    candidates, left_out = split(pairs, need, include_inside=include_inside)
    found = sorted([c.listing.asset_id for c in candidates] + [row.listing.asset_id for row in left_out])
    assert found == sorted(row.asset_id for row, _ in pairs if row.kind in need.kinds)
    assert all(row.words for row in left_out)
    for candidate in candidates:
        row = candidate.listing
        assert (row.status, row.attributes["phase"]) == ("available", "three")
        assert row.attributes["kw"] >= 100
        assert row.quantity > 0
        assert include_inside or not candidate.travel.inside
        assert candidate.travel.road_ms >= 0
