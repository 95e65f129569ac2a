"""Why a look was refused, in words: each says what would open the door."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from registry.trust.declaration import Declaration
from registry.trust.refusals import PURPOSE_LIMIT, REASONS, Circumstances, DisclosureRefused, refusal

NOON = datetime(2026, 5, 22, 17, 0, tzinfo=UTC)
"""12:00 in Missouri."""


def declaration(state, **given):
    return Declaration(
        **{
            "id": "d1",
            "instrument": "proclamation",
            "number": "26-07",
            "authority": "Governor of Missouri",
            "counties": ("29097",),
            "starts_at": NOON,
            "ends_at": NOON + timedelta(hours=2),
            "extends": None,
            "recorded_by": "first",
            "recorded_at": NOON,
            "state": state,
            **given,
        }
    )


def closed(*nearby, counties=("Jasper County",)):
    found = refusal("declaration", 7, Circumstances(counties=counties, nearby=nearby))
    assert (found.reason, found.event, found.title) == ("declaration", 7, "Contacts are closed")
    return found


def test_a_refusal_without_more_is_one_that_a_declaration_would_open_and_has_no_event():
    found = DisclosureRefused("t", given="g", wanted="w", todo="d")
    assert (found.reason, found.event, found.title, found.todo) == ("declaration", 0, "t", "d")


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_has_words_that_say_what_to_do(reason):
    found = refusal(reason, 3, Circumstances(counties=["Jasper County"], looks_per_hour=60))
    assert isinstance(found, DisclosureRefused)
    assert (found.reason, found.event) == (reason, 3)
    for words in (found.title, found.given, found.wanted, found.todo):
        assert words
        assert not words.endswith(".")
        assert not {"error", "invalid", "oops", "!"} & set(words.lower().replace("!", " ! ").split())


@pytest.mark.parametrize(
    ("reason", "title", "given", "wanted", "todo"),
    [
        ("signed_out", "You are signed out", "a session that has ended",
         "a session that holds, of an enabled account", "sign in again"),
        ("token", "This token opens no contacts", "a token made for other actions",
         "a token made for looking at contacts", "sign in by `merr login`, or make a token that may"),
        ("role", "Your role opens no contacts",
         "an account that is no planner, regional coordinator or local emergency manager",
         "SEMA planner, or Regional coordinator or Local emergency manager for the incident's counties",
         "ask somebody who holds such a role"),
        ("incident", "There is no such incident", "an incident that is not saved", "the id of a saved incident",
         "save the incident, then look again"),
        ("jurisdiction", "This incident lies outside your jurisdiction",
         "an incident whose area touches none of your counties", "an incident in a county of your own",
         "ask a SEMA planner"),
        ("purpose", "A look needs a purpose", "no purpose, or one that says nothing",
         f"why you look, in a few words, at most {PURPOSE_LIMIT} characters",
         "say what the company is to be asked, such as: generators for the hospital"),
        ("ranked", "This company was not ranked for the incident", "a company in no ranking of the incident's needs",
         "a company that a ranking of this incident lists",
         "rank the incident's need anew, and choose a company from the list"),
        ("asset", "This company has nothing available that the incident needs",
         "a company without an available asset of a kind needed",
         "an available asset of a kind that one of the incident's needs asks for",
         "rank again: the company or the need has changed meanwhile"),
    ],
)  # fmt: skip
def test_each_refusal_says_what_was_given_and_wanted(reason, title, given, wanted, todo):
    found = refusal(reason, 1, Circumstances())
    assert (found.title, found.given, found.wanted, found.todo) == (title, given, wanted, todo)


def test_without_any_declaration_the_words_name_the_counties_and_who_declares():
    found = closed(counties=["Jasper County", "Newton County"])
    assert found.given == "no declaration for Jasper County and Newton County"
    assert (
        found.wanted
        == "a declaration in force, confirmed by a second person, for a county of the incident's area"
    )
    assert found.todo == "ask a declarer to record the declaration, and another to confirm it"
    assert closed(counties=["A", "B", "C"]).given == "no declaration for A, B and C"
    assert closed(counties=["A", "B", "C", "D"]).given == "no declaration for A, B, C and 1 more"
    assert closed(counties=["A", "B", "C", "D", "E"]).given == "no declaration for A, B, C and 2 more"


def test_a_declaration_that_waits_is_named_before_others():
    found = closed(declaration("over"), declaration("not_yet"), declaration("waiting", number="26-08"))
    assert found.given == "Governor's proclamation 26-08, which names Jasper County, waits for confirmation"
    assert (
        found.todo
        == "ask a declarer other than the one who recorded Governor's proclamation 26-08 to confirm it"
    )


def test_one_that_begins_later_says_when():
    found = closed(declaration("ended", ended_at=NOON), declaration("not_yet"))
    assert found.given == "Governor's proclamation 26-07, which names Jasper County, is not yet in force"
    assert (
        found.todo
        == "look again when Governor's proclamation 26-07 is in force: from 22 May 2026, 12:00, Central time"
    )


@pytest.mark.parametrize(
    ("act", "stands"),
    [
        (declaration("over"), "was over at 22 May 2026, 14:00, Central time"),
        (declaration("over", ends_at=None), "is over"),
        (declaration("ended", ended_at=NOON), "was ended at 22 May 2026, 12:00, Central time"),
        (declaration("ended"), "was ended"),
    ],
)
def test_one_that_is_past_says_since_when(act, stands):
    found = closed(act)
    assert found.given == f"Governor's proclamation 26-07, which names Jasper County, {stands}"
    assert found.todo == "ask a declarer to record the declaration, and another to confirm it"


def test_a_declaration_in_force_elsewhere_in_time_is_not_blamed():
    assert closed(declaration("in_force")).given == "no declaration for Jasper County"


def test_an_incident_without_an_area_is_told_to_draw_one():
    found = closed(counties=[])
    assert found.given == "an incident without an area"
    assert found.wanted == "an area that reaches into a county under a declaration"
    assert found.todo == "draw the incident's area and save it"


def test_the_hourly_limit_is_named():
    found = refusal("limit", 9, Circumstances(looks_per_hour=60))
    assert found.title == "You have looked at as many contacts as one person may within an hour"
    assert found.given == "60 looks within the last hour"
    assert found.wanted == "at most 60 an hour"
    assert found.todo == "wait until the first of them is an hour ago, or ask a colleague or an administrator"
