"""The links an answer hangs on, over REST: those of the desk, in words, with nothing of a company in them."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from registry.db.engine import session_scope
from tests.web.api.test_frame import TORNADO, _problem

QUESTION = {name: TORNADO[name] for name in ("area", "needs", "asked_at", "by_at")}


@pytest.fixture(scope="module")
def planner(api):
    return api.client("planner")


def test_the_links_that_matter_are_told_with_what_happens_and_name_no_company(api, planner):
    told = planner.post("/critical", {**QUESTION, "within_minutes": 90, "nearest": 2}).get_json()
    (need,) = told["needs"]
    links = told["links"]["features"]
    assert (need["need"], need["links_total"], told["main_roads_only"]) == (
        TORNADO["needs"][0],
        len(links),
        True,
    )
    assert 0 < len(links) < need["tried"]
    assert [link["properties"]["rank"] for link in links] == list(range(1, len(links) + 1))
    assert all(link["geometry"]["type"] == "MultiLineString" and link["properties"]["what"] for link in links)
    with session_scope(api.url) as session:
        names = session.scalars(text("SELECT name FROM registry.providers WHERE NOT shows_name")).all()
    said = str(told)
    assert names
    assert [name for name in names if name in said] == []


def test_a_question_without_a_place_or_for_foreign_counties_is_refused(api, planner):
    _problem(planner.post("/critical", {"needs": ["generator"]}), 422, "body")
    local = api.client("local", api.scope("local"))
    _problem(
        local.post("/critical", {"needs": ["generator"], "area": {"counties": ["29037"]}}), 403, "access"
    )
