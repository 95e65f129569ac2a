"""What the answer on the planner's page hangs on: as the desk says, for the need on screen, and gone with the answer."""

from __future__ import annotations

import pytest

from cli.application import assemble
from dashboard.pages.incident.mattering import MOST
from dashboard.state import EMPTY_AREA
from registry.settings import settings
from tests.dashboard.reading import answered, call, words
from tests.dashboard.test_keeping import SHOWN

TWO = {**SHOWN, "needs": {"items": [{"text": "light_tower:1"}, {"text": "generator:4"}], "shown": 1}}


@pytest.fixture(scope="module")
def planner(clone, demo_template, signed_in):
    with clone(demo_template) as url:
        yield signed_in(url, "planner").client(assemble(settings(), url))


def tried(client, shown):
    """Return what is listed and what is drawn once the button is used."""
    told = call(client, "matter-layer.data", {"shown": shown, "matter-try": 1}, pressed="matter-try")
    return answered(told, "matter-list", "children"), answered(told, "matter-layer", "data")["features"]


def test_the_links_of_the_need_on_screen_are_listed_and_drawn_with_their_numbers(planner):
    listed, drawn = tried(planner, TWO)
    said = words(listed)
    assert "generator:4" in said
    assert "each was tried" in said
    assert "Main roads only" in said
    rows = next(part for part in listed if part["type"] == "Ol")["props"]["children"]
    lines = [each for each in drawn if each["geometry"]["type"] == "MultiLineString"]
    numbers = [each["properties"]["text"] for each in drawn if each["geometry"]["type"] == "Point"]
    assert 0 < len(rows) == len(lines) <= MOST
    assert numbers == [str(at + 1) for at in range(len(rows))]


def test_without_an_answer_it_says_what_is_missing(planner):
    for shown in (None, {**SHOWN, "area": EMPTY_AREA}):
        listed, drawn = tried(planner, shown)
        assert "answer" in words(listed)
        assert drawn == []
