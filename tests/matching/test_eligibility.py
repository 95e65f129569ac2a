"""Who can serve, and why each of the others cannot."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.eligibility import CAUSES, Travel, left_out, split
from matching.needs import parse_need

WAY = Travel(60_000, 0, 1_000.0, inside=False, placed=True, reason=None)
INSIDE = Travel(0, 0, 0.0, inside=True, placed=True, reason=None)
UNPLACED = Travel(-1, 0, 0.0, inside=False, placed=False, reason="no road within 30 km")
CUT_OFF = Travel(-1, 0, 0.0, inside=False, placed=True, reason="cut off by closures")


@pytest.fixture(scope="session")
def sides(ways):
    """Return a maker of both sides of a split: who can serve with its way, and who is left out, in words."""

    def make(pairs, need, **said):
        assets, travels = ways(pairs)
        found = split(assets, travels, need, **said)
        out = zip(found.left_out, found.cause, strict=True)
        return [pairs[at] for at in found.candidates], [
            left_out(*pairs[at], need, CAUSES[cause]) for at, cause in out
        ]

    return make


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
def test_who_cannot_serve_is_left_out_with_the_reason(sides, taxonomy, listing, said, way, code, words):
    need = parse_need("generator:1,kw>=100,phase=three", taxonomy)
    candidates, others = sides([(listing("a", **said), way)], need)
    assert candidates == []
    assert [(row.code, row.words) for row in others] == [(code, words)]


def test_who_stands_inside_serves_when_asked_for(sides, taxonomy, listing):
    need = parse_need("generator:1", taxonomy)
    candidates, others = sides([(listing("a"), INSIDE)], need, include_inside=True)
    assert [row.asset_id for row, _ in candidates] == ["a"]
    assert others == []


def test_other_kinds_are_passed_over(sides, taxonomy, listing):
    rows = [(listing("a", kind="light_tower"), WAY), (listing("b", kind="generator_mobile_large"), WAY)]
    candidates, others = sides(rows, parse_need("generator", taxonomy))
    assert [row.asset_id for row, _ in candidates] == ["b"]
    assert others == []


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
def test_every_asset_of_the_kind_is_accounted_for_once(sides, taxonomy, listing, rows, include_inside):
    need = parse_need("generator:4,kw>=100,phase=three", taxonomy)
    pairs = [(listing(str(i), **said), way) for i, (said, way) in enumerate(rows)]
    candidates, others = sides(pairs, need, include_inside=include_inside)
    found = sorted([row.asset_id for row, _ in candidates] + [row.listing.asset_id for row in others])
    assert found == sorted(row.asset_id for row, _ in pairs if row.kind in need.kinds)
    assert all(row.words for row in others)
    for row, travel in candidates:
        assert (row.status, row.attributes["phase"]) == ("available", "three")
        assert row.attributes["kw"] >= 100
        assert row.quantity > 0
        assert include_inside or not travel.inside
        assert travel.road_ms >= 0


def by_hand(row, way, need, *, include_inside):
    """Return why one asset is left out, None if it can serve: asked one by one, as a person would."""
    stated = row.attributes
    failing = [c for c in need.conditions if c.attribute in stated and not c.holds(stated[c.attribute])]
    if row.status != "available":
        return "status"
    if not row.quantity:
        return "none_left"
    if failing or not all(c.attribute in stated for c in need.conditions):
        return "condition" if failing else "not_stated"
    if way.inside:
        return None if include_inside else "inside"
    if way.road_ms < 0:
        return "unreachable" if way.placed else "unplaced"
    return None


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(SAID, st.sampled_from([WAY, INSIDE, UNPLACED, CUT_OFF])), max_size=20),
    include_inside=st.booleans(),
)
def test_columns_say_of_each_asset_what_one_would_say_of_it_alone(
    sides, taxonomy, listing, rows, include_inside
):
    need = parse_need("generator:4,kw>=100,phase=three", taxonomy)
    pairs = [(listing(str(i), **said), way) for i, (said, way) in enumerate(rows)]
    candidates, others = sides(pairs, need, include_inside=include_inside)
    found = {row.asset_id: None for row, _ in candidates} | {row.listing.asset_id: row.code for row in others}
    assert found == {
        row.asset_id: by_hand(row, way, need, include_inside=include_inside)
        for row, way in pairs
        if row.kind in need.kinds
    }


def test_a_yes_is_no_one_and_a_one_is_no_yes(sides, taxonomy, listing):
    need = parse_need("bus_transit,wheelchair_lift=yes", taxonomy)
    said = {"yes": True, "one": 1.0, "no": False, "zero": 0.0}
    pairs = [
        (listing(name, kind="bus_transit", attributes={"wheelchair_lift": value}), WAY)
        for name, value in said.items()
    ]
    for rows in (pairs, pairs[::-1]):
        assert [row.asset_id for row, _ in sides(rows, need)[0]] == ["yes"]
