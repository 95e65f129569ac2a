"""What the page says of an area while a newer one is refused."""

from __future__ import annotations

from dashboard.pages.incident import view


class NotAsked:
    """Services of which nothing may be asked."""


def test_the_dock_says_nothing_of_the_area_before_a_refused_one():
    shown = {"area": {"shape": None, "refused": {"title": "The area crosses itself"}}}
    card, route = view.picked_view(NotAsked(), shown, "asset", show_old=False)
    assert card.children[0].children.children == "Nothing selected"
    assert route["features"] == []
