"""What the page says of an area while a newer one is refused."""

from __future__ import annotations

from typing import ClassVar

from dashboard.pages.incident import callbacks, layout, view
from dashboard.services import Services
from matching.errors import MatchingError


class NotAsked:
    """Services of which nothing may be asked."""


def test_the_dock_says_nothing_of_the_area_before_a_refused_one():
    shown = {"area": {"shape": None, "refused": {"title": "The area crosses itself"}}}
    card, route = view.picked_view(NotAsked(), shown, "asset", show_old=False)
    assert card.children[0].children.children == "Nothing selected"
    assert route["features"] == []


class Late(Services):
    """Services to which no answer is possible any more."""

    def __init__(self, taxonomy):
        self._taxonomy = taxonomy

    taxonomy = property(lambda self: self._taxonomy)
    missouri_path = ""
    profiles: ClassVar = {}

    def answer(self, _stores):
        raise MatchingError("The deadline does not lie after the request", given="x", wanted="y", todo="z")


def test_a_question_whose_deadline_has_passed_leaves_no_list_of_before(taxonomy):
    stores = {**layout.EMPTY, "needs": {"items": [{"text": "generator:4"}], "shown": 0}}
    page = view.incident_view(Late(taxonomy), stores, show_old=False, saved="")
    assert page.panel_class == "result is-empty"
    assert "The deadline does not lie after the request, so nothing was ranked" in str(page.panel)
    assert page.marks_layer["features"] == []
    assert page.shown is None
    assert "Nothing ranked" in str(page.run)


def test_the_map_moves_to_a_new_subject_whichever_change_is_answered():
    stores = {**layout.EMPTY, "needs": {"items": [{"text": "generator:4"}], "shown": 0}}
    seen = callbacks.subject(stores, show_old=False)
    assert callbacks.subject({**stores, "travel": {"asked": {"keep_out": True}}}, show_old=False) == seen
    assert callbacks.subject({**stores, "needs": layout.EMPTY["needs"]}, show_old=False) != seen
    refused = {**stores, "area": {**stores["area"], "refused": {"title": "It crosses itself"}}}
    assert callbacks.subject(refused, show_old=False) != callbacks.subject(refused, show_old=True)
