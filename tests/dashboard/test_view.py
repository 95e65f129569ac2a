"""What the page says of an area while a newer one is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

import pytest

from dashboard.pages.incident import callbacks, layout, view, what
from dashboard.services import Services
from dashboard.state import needs_of, question_of
from geo.counties import read_counties
from matching.errors import MatchingError
from registry.settings import settings
from tests.registry.trust.acts import PLANNER


class NotAsked:
    """Services of which nothing may be asked."""


def test_the_dock_says_nothing_of_the_area_before_a_refused_one():
    shown = {"area": {"shape": None, "refused": {"title": "The area crosses itself"}}}
    card, route = view.picked_view(NotAsked(), PLANNER, shown, "asset", show_old=False)
    assert card.children[0].children.children == "Nothing selected"
    assert route["features"] == []


class Late(Services):
    """Services to which no answer is possible any more."""

    def __init__(self, taxonomy):
        self._taxonomy = taxonomy

    taxonomy = property(lambda self: self._taxonomy)
    missouri_path = ""
    profiles: ClassVar = {}
    counties = read_counties(settings().data_dir / "counties" / "counties.parquet")

    def answer(self, _who, _stores, _incident_id):
        raise MatchingError("The deadline does not lie after the request", given="x", wanted="y", todo="z")


def test_a_question_whose_deadline_has_passed_leaves_no_list_of_before(taxonomy):
    stores = {**layout.EMPTY, "needs": {"items": [{"text": "generator:4"}], "shown": 0}}
    page = view.incident_view(Late(taxonomy), PLANNER, stores, show_old=False, saved="")
    assert page.panel_class == "result is-empty"
    assert "The deadline does not lie after the request, so nothing was ranked" in str(page.panel)
    assert page.marks_layer["features"] == []
    assert page.shown is None
    assert "Nothing ranked" in str(page.run)


SQUARE = {
    "type": "Feature",
    "properties": {},
    "geometry": {
        "type": "Polygon",
        "coordinates": [[[-94.6, 37], [-94.4, 37], [-94.4, 37.2], [-94.6, 37.2], [-94.6, 37]]],
    },
}


class Asked(Late):
    """Services that read the question and answer nothing else."""

    def answer(self, _who, stores, _incident_id):
        return question_of(stores, self.taxonomy, datetime.now(UTC))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"needs": {"items": [{"text": "airship:4"}], "shown": 0}}, "Nothing in the registry is called"),
        ({"travel": {"asked": {"measure": "crow_flies"}}}, "How travel was asked about cannot be read"),
    ],
)
def test_an_incident_saved_by_another_version_opens_with_its_area_and_says_what_is_unknown(
    taxonomy, changed, said
):
    area = {"shape": SQUARE, "origin": "drawn", "label": "Joplin"}
    needs = {"items": [{"text": "generator:4"}], "shown": 0}
    stores = {**layout.EMPTY, "area": area, "needs": needs, **changed}
    page = view.incident_view(Asked(taxonomy), PLANNER, stores, show_old=False, saved="")
    assert said in str(page.panel)
    assert page.area_layer["features"]
    assert page.shown is None


def test_a_need_that_is_known_no_more_is_replaced_by_the_one_chosen_instead(taxonomy):
    gone = {"items": [{"text": "airship:4"}], "shown": 0}
    services = Late(taxonomy)
    assert what.need_fields(services, "generator", gone)
    after = what.new_needs(services, "use-need", what.NeedInput("generator", 4, []), gone)
    assert needs_of(after, taxonomy)[0].word == "generator"
    assert not after.get("refused")


def test_the_map_moves_to_a_new_subject_whichever_change_is_answered():
    stores = {**layout.EMPTY, "needs": {"items": [{"text": "generator:4"}], "shown": 0}}
    seen = callbacks.subject(stores, show_old=False)
    assert callbacks.subject({**stores, "travel": {"asked": {"keep_out": True}}}, show_old=False) == seen
    assert callbacks.subject({**stores, "needs": layout.EMPTY["needs"]}, show_old=False) != seen
    refused = {**stores, "area": {**stores["area"], "refused": {"title": "It crosses itself"}}}
    assert callbacks.subject(refused, show_old=False) != callbacks.subject(refused, show_old=True)
