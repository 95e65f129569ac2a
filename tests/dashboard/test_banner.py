"""What the page says of contacts, for every way they can stand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dashboard.contacts import Standing
from dashboard.pages.incident import banner
from registry.trust.declaration import Declaration
from registry.trust.disclosure import Grant

NOW = datetime(2026, 5, 22, 23, 34, 20, tzinfo=UTC)
SINCE = datetime(2026, 5, 22, 23, 5, 40, tzinfo=UTC)
JOPLIN = ("Jasper county", "Newton county")
GRANT = Grant(
    declaration_id="d",
    instrument="proclamation",
    number="DEMO-11-07",
    counties=("29097", "29145"),
    since=SINCE,
    until=None,
)


def declared(state, **said):
    return Declaration(
        id="d",
        instrument="proclamation",
        number="26-07",
        authority="Governor of Missouri",
        counties=("29097",),
        starts_at=said.pop("starts_at", SINCE),
        ends_at=said.pop("ends_at", None),
        extends=None,
        recorded_by="a",
        recorded_at=SINCE,
        state=state,
        **said,
    )


def said(**stands):
    return " ".join(banner.words(Standing(counties=JOPLIN, fips=("29097", "29145"), **stands), NOW)[:2])


def test_open_contacts_are_said_with_counties_the_minute_and_the_instrument():
    assert said(door="open", grant=GRANT, may_look=True) == (
        "Contacts are open for Jasper and Newton counties since 18:05, under Governor's proclamation DEMO-11-07."
    )


def test_an_end_that_is_known_is_said():
    until = Grant(**{**vars(GRANT), "until": datetime(2026, 5, 24, 23, 0, tzinfo=UTC)})
    assert "until 24 May, 18:00, under" in said(door="open", grant=until)


@pytest.mark.parametrize(
    ("nearest", "words"),
    [
        (None, "No declaration covers Jasper or Newton county."),
        (
            declared("in_force"),
            "The incident is closed. Reopen it, and Governor's proclamation 26-07 opens them.",
        ),
        (declared("waiting"), "waits for a second declarer to confirm it."),
        (
            declared("not_yet", starts_at=NOW + timedelta(hours=2)),
            "Governor's proclamation 26-07 opens them at 20:34.",
        ),
        (declared("ended", ended_at=SINCE), "was ended at 18:05; no other covers Jasper or Newton county."),
        (declared("over", ends_at=SINCE), "was over at 18:05; no other covers Jasper or Newton county."),
    ],
)
def test_closed_contacts_say_what_comes_nearest_to_opening_them(nearest, words):
    told = said(door="closed", nearest=nearest)
    assert told.startswith("Contacts are closed. ")
    assert words in told


def test_a_draft_and_a_changed_area_are_told_to_be_saved_first():
    nearest = declared("in_force")
    assert "Save the incident, then Governor's proclamation 26-07 opens them." in said(
        door="unsaved", nearest=nearest
    )
    assert "The area is not the saved one: save it, then" in said(door="changed", nearest=nearest)


@pytest.mark.parametrize(
    ("names", "joint", "words"),
    [
        (["Cole county"], "and", "Cole county"),
        (["Cole county", "St. Louis city"], "or", "Cole county or St. Louis city"),
        (["A county", "B county", "C county"], "and", "A, B and C counties"),
        (
            [f"{letter} county" for letter in "ABCDEFG"],
            "or",
            "A county, B county, C county, D county or 3 more",
        ),
    ],
)
def test_counties_are_named_in_a_sentence_and_of_many_the_rest_is_counted(names, joint, words):
    assert banner.counties_words(names, joint) == words


def hrefs(told, incident="i"):
    return [part.href for part in banner.banner(told, incident) if hasattr(part, "href")]


def test_only_a_declarer_is_led_to_record_and_only_who_may_look_to_what_was_looked_at():
    closed = {"door": "closed", "counties": JOPLIN, "fips": ("29097", "29145")}
    assert hrefs(Standing(**closed, may_declare=True)) == ["/declarations/new?counties=097145"]
    assert hrefs(Standing(**closed)) == []
    opened = {"door": "open", "counties": JOPLIN, "grant": GRANT}
    assert hrefs(Standing(**opened, may_look=True)) == ["/account/looks?incident=i"]
    assert hrefs(Standing(**opened, may_declare=True)) == []
