"""The next state of each store: a refused input never costs what was there."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from dashboard.pages import incidents
from dashboard.pages.incident import callbacks, closing, saving, what, when, where
from dashboard.pages.incident.moments import Typed
from dashboard.state import EMPTY_NEEDS, EMPTY_TRAVEL, EMPTY_WHEN, area_of, closures_of, needs_of, question_of
from matching.journey import MAX_NEEDS
from tests.dashboard.conftest import ASKED_AT, SQUARE

FORM = {
    "effect": "blocked",
    "factor": 2,
    "name": "",
    "reason": "",
    "classes": [],
    "profiles": [],
    "closure-from": None,
    "closure-from-turn": "first",
    "closure-until": None,
    "closure-until-turn": "first",
}


@pytest.fixture
def services(taxonomy, bridged):
    return SimpleNamespace(taxonomy=taxonomy, network=bridged)


def time(text):
    return Typed(text, "Needed by")


def area_input(text):
    return where.AreaInput(None, [], "", None, text, "", "", {})


def closure_input(**said):
    return closing.ClosureInput(said.get("drawn"), said.get("bridge", ""), said.get("text", ""), FORM)


def test_a_refused_area_leaves_the_one_before_and_says_where_the_fault_is(services):
    good = where.new_area(
        services, "use-text", area_input("POLYGON((-92.6 38.8,-92.1 38.8,-92.1 39.1,-92.6 38.8))"), {}
    )
    crossed = '{"type":"Polygon","coordinates":[[[-94.6,37.0],[-94.2,37.2],[-94.2,37.0],[-94.6,37.2],[-94.6,37.0]]]}'
    after = where.new_area(services, "use-text", area_input(crossed), good)
    assert area_of(after) == area_of(good)
    assert after["refused"]["place"] == pytest.approx((-94.4, 37.1), abs=0.01)
    assert after["refused"]["outline"] is not None
    mended = where.new_area(services, "use-text", area_input("POLYGON((-92 38,-91 38,-91 39,-92 38))"), after)
    assert not mended.get("refused")


def test_what_is_drawn_for_a_closure_is_no_area(services):
    drawn = {"purpose": "closure", "feature": {"type": "Feature", "geometry": SQUARE, "properties": {}}}
    given = where.AreaInput(drawn, [], "", None, "", "", "", {})
    assert where.new_area(services, "drawn", given, {}) is None


def test_closures_are_added_with_keys_of_their_own_and_removed_by_them(services):
    drawn = {"purpose": "closure", "feature": {"type": "Feature", "geometry": SQUARE, "properties": {}}}
    one = closing.with_closure(services, "drawn", closure_input(drawn=drawn), {"items": []})
    two = closing.with_closure(services, "use-bridge", closure_input(bridge="x1"), one)
    assert [closure.key for closure in closures_of(two)] == ["c1", "c2"]
    assert closures_of(two)[1].bridge == "x1"
    left = closing.without_closure(two, "c1")
    again = closing.with_closure(services, "drawn", closure_input(drawn=drawn), left)
    assert len({closure.key for closure in closures_of(again)}) == 2


def test_a_refused_closure_leaves_the_others(services):
    one = closing.with_closure(services, "use-bridge", closure_input(bridge="x1"), {"items": []})
    after = closing.with_closure(services, "use-bridge", closure_input(bridge="gone"), one)
    assert after["items"] == one["items"]
    assert after["refused"]["title"]


def test_needs_are_used_added_switched_and_removed(services):
    generator = what.NeedInput("generator", "40", [("kw", ">=", 100)])
    one = what.new_needs(services, "use-need", generator, EMPTY_NEEDS)
    two = what.new_needs(services, "add-need", what.NeedInput("light_tower", "", []), one)
    assert [(need.word, need.quantity) for need in needs_of(two, services.taxonomy)] == [
        ("generator", 40),
        ("light_tower", None),
    ]
    assert two["shown"] == 1
    counted = what.new_needs(services, "use-when", what.NeedInput("ignored", 6, []), two)
    assert needs_of(counted, services.taxonomy)[1].quantity == 6
    left = what.new_needs(services, "drop-need", generator, counted)
    assert [need.word for need in needs_of(left, services.taxonomy)] == ["generator"]
    assert left["shown"] == 0


@pytest.mark.parametrize("quantity", ["0", "-4", "many", 2.5])
def test_a_number_that_cannot_be_needed_is_refused_and_the_need_is_kept(services, quantity):
    one = what.new_needs(services, "use-need", what.NeedInput("generator", "40", []), EMPTY_NEEDS)
    after = what.new_needs(services, "use-when", what.NeedInput("", quantity, []), one)
    assert after["items"] == one["items"]
    assert after["refused"]["todo"]


def test_a_deadline_before_the_moment_it_is_asked_is_refused():
    after = when.new_when(
        time("2026-05-22 18:20:00"), time("2026-05-22 18:00:00"), EMPTY_WHEN, include_inside=False
    )
    assert {**EMPTY_WHEN, "by": "use-when", "refused": after["refused"]} == after
    assert "22 May 2026, 18:00" in after["refused"]["given"]
    times = when.new_when(time("2026-05-22 18:20:00"), time(None), after, include_inside=True)
    assert times == {
        "asked_at": "2026-05-22T23:20:00+00:00",
        "by_at": None,
        "include_inside": True,
        "by": "use-when",
    }


def test_a_question_needs_an_area_and_a_need_and_reads_times_as_central(services):
    area = where.new_area(
        services, "use-text", area_input("POLYGON((-92.6 38.8,-92.1 38.8,-92.1 39.1,-92.6 38.8))"), {}
    )
    needs = what.new_needs(services, "use-need", what.NeedInput("generator", "40", []), EMPTY_NEEDS)
    times = when.new_when(
        time("2026-05-22 18:20:00"), time("2026-05-22 21:20:00"), EMPTY_WHEN, include_inside=False
    )
    stores = {"area": area, "closures": {"items": []}, "needs": needs, "when": times, "travel": EMPTY_TRAVEL}
    question = question_of(stores, services.taxonomy, ASKED_AT)
    assert (question.by_at - question.asked_at).total_seconds() == 3 * 3600
    assert question.asked_at == ASKED_AT
    assert question_of({**stores, "needs": EMPTY_NEEDS}, services.taxonomy, ASKED_AT) is None


def test_a_browser_that_gives_whole_numbers_back_has_changed_nothing(services):
    needs = what.new_needs(
        services, "use-need", what.NeedInput("generator", "40", [("kw", ">=", 100.0)]), EMPTY_NEEDS
    )
    back = {
        **needs,
        "items": [
            {**needs["items"][0], "conditions": [{**needs["items"][0]["conditions"][0], "value": 100}]}
        ],
    }
    rest = {"area": {"shape": None}, "closures": {"items": []}, "when": {"by_at": None}}
    rest |= {"travel": EMPTY_TRAVEL}
    assert saving.content_key({**rest, "needs": needs}) == saving.content_key({**rest, "needs": back})
    changed = {**rest, "needs": needs, "when": {"by_at": "2026-05-22T21:20:00-05:00"}}
    assert saving.content_key(changed) != saving.content_key({**rest, "needs": needs})
    in_utc = {**changed, "when": {"by_at": "2026-05-23T02:20:00+00:00"}}
    assert saving.content_key(in_utc) == saving.content_key(changed)
    recounted = {**changed, "when": {**changed["when"], "asked_at": "2026-05-22T18:20:00-05:00"}}
    assert saving.content_key(recounted) != saving.content_key(changed)


def test_a_time_may_be_set_before_the_kind_but_a_number_may_not(services):
    timed = what.new_needs(services, "use-when", what.NeedInput("", "", []), EMPTY_NEEDS)
    assert not timed.get("refused")
    counted = what.new_needs(services, "use-when", what.NeedInput("", "40", []), EMPTY_NEEDS)
    said = callbacks.refusals({}, {}, counted, {}, {})
    assert said == (None, None, None, counted["refused"], None)


def test_a_deadline_that_has_passed_is_refused_when_arrivals_count_from_now():
    after = when.new_when(time(None), time("2020-01-01 10:00:00"), EMPTY_WHEN, include_inside=False)
    assert after["by_at"] is None
    assert "1 Jan 2020, 10:00" in after["refused"]["given"]


def test_a_need_beyond_the_most_is_refused_and_the_others_are_kept(services):
    store = EMPTY_NEEDS
    for _ in range(MAX_NEEDS):
        store = what.new_needs(services, "add-need", what.NeedInput("generator", 4, []), store)
    after = what.new_needs(services, "add-need", what.NeedInput("generator", 4, []), store)
    assert after["items"] == store["items"]
    assert f"{MAX_NEEDS}" in after["refused"]["wanted"]


def test_a_saved_need_that_is_no_longer_known_hides_no_incident(services):
    lines = incidents.need_lines(services, [{"text": "airship:2"}, {"text": "generator:4"}])
    assert "airship:2" in lines[0].children
    assert lines[1].children.startswith("4 units")
