"""A declaration as the law makes it, without a database: states, counties, times, extensions, who may confirm."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from registry.errors import RegistryError
from registry.trust.declaration import (
    INSTRUMENT_NAMES,
    INSTRUMENTS,
    NUMBER_LIMIT,
    STATE_NAMES,
    Declaration,
    check_confirmation,
    check_end,
    check_extension,
    check_times,
    checked_counties,
    checked_instrument,
    checked_text,
    state_at,
)

NOON = datetime(2026, 5, 22, 17, 0, tzinfo=UTC)
"""12:00 in Missouri."""

HOUR = timedelta(hours=1)
MOMENT = timedelta(microseconds=1)


def said(refusal):
    """Return the four parts of a refusal, which are words a declarer reads."""
    fault = refusal.value
    return fault.title, fault.given, fault.wanted, fault.todo


def declaration(**given):
    return Declaration(
        **{
            "id": "d1",
            "instrument": "proclamation",
            "number": "26-07",
            "authority": "Governor of Missouri",
            "counties": ("29097", "29145"),
            "starts_at": NOON,
            "ends_at": NOON + 24 * HOUR,
            "extends": None,
            "recorded_by": "first",
            "recorded_at": NOON - HOUR,
            "confirmed_by": "second",
            "confirmed_at": NOON,
            "state": "in_force",
            **given,
        }
    )


@pytest.mark.parametrize(
    ("now", "confirmed", "ended", "state"),
    [
        (NOON - MOMENT, False, False, "waiting"),
        (NOON, False, False, "waiting"),
        (NOON - MOMENT, True, False, "not_yet"),
        (NOON, True, False, "in_force"),
        (NOON + HOUR - MOMENT, True, False, "in_force"),
        (NOON + HOUR - MOMENT, False, False, "waiting"),
        (NOON + HOUR, True, False, "over"),
        (NOON + HOUR, False, False, "over"),
        (NOON, True, True, "ended"),
        (NOON, False, True, "ended"),
        (NOON + HOUR, True, True, "ended"),
    ],
)
def test_a_declaration_is_in_force_from_its_first_moment_and_over_at_its_last(now, confirmed, ended, state):
    assert state_at(now, starts_at=NOON, ends_at=NOON + HOUR, confirmed=confirmed, ended=ended) == state


def test_a_declaration_without_an_end_holds_until_it_is_ended():
    later = NOON + timedelta(days=10_000)
    assert state_at(later, starts_at=NOON, ends_at=None, confirmed=True, ended=False) == "in_force"
    assert state_at(later, starts_at=NOON, ends_at=None, confirmed=False, ended=False) == "waiting"


def test_every_instrument_and_state_has_a_name_for_screens():
    assert tuple(INSTRUMENT_NAMES) == INSTRUMENTS
    assert all(name and name[0].isupper() for name in (*INSTRUMENT_NAMES.values(), *STATE_NAMES.values()))
    assert declaration().title == "Governor's proclamation 26-07"


def test_an_instrument_that_declares_nothing_is_refused():
    assert [checked_instrument(code) for code in INSTRUMENTS] == list(INSTRUMENTS)
    with pytest.raises(RegistryError) as refusal:
        checked_instrument("waiver")
    assert said(refusal) == (
        "This instrument declares no emergency",
        "'waiver'",
        "proclamation, resolution, extension, local",
        "choose one of these; a motor-carrier waiver is recorded apart and opens no contact",
    )


def test_a_refusal_repeats_no_more_than_the_first_words_of_what_was_given():
    with pytest.raises(RegistryError) as refusal:
        checked_instrument("x" * 201)
    assert refusal.value.given == repr("x" * 200)
    with pytest.raises(RegistryError) as refusal:
        checked_text("number", "\0" + "x" * 300, 400)
    assert refusal.value.given == repr("\0" + "x" * 199)
    with pytest.raises(RegistryError) as refusal:
        checked_text("number", "26\0", 3)
    assert refusal.value.given == repr("26\0")


def test_words_lose_needless_blanks_and_may_be_as_long_as_the_limit():
    assert checked_text("number", "  26 -  07\n", NUMBER_LIMIT) == "26 - 07"
    assert checked_text("number", "x" * 60, 60) == "x" * 60


@pytest.mark.parametrize(
    ("given", "title", "shown"),
    [
        ("", "The number is empty", "''"),
        (" \t ", "The number is empty", "' \\t '"),
        ("x" * 61, "The number cannot be kept", "61 characters"),
        ("26\0", "The number cannot be kept", "'26\\x00'"),
    ],
)
def test_words_that_are_empty_too_long_or_not_storable_are_refused(given, title, shown):
    with pytest.raises(RegistryError) as refusal:
        checked_text("number", given, 60)
    assert (refusal.value.title, refusal.value.given) == (title, shown)
    assert refusal.value.wanted == "1 to 60 characters"
    assert refusal.value.todo == "give the number as it stands on the instrument"


def test_a_missing_reason_asks_why():
    with pytest.raises(RegistryError, match="The reason is empty") as refusal:
        checked_text("reason", "", 60)
    assert refusal.value.todo == "say why"


def test_counties_are_sorted_and_stand_once():
    known = {"29097", "29145", "29510"}
    assert checked_counties(["29145", "29097", "29145"], known) == ("29097", "29145")


@pytest.mark.parametrize(
    ("given", "shown"),
    [([], "no county"), ("29097", "'29097'")],
)
def test_a_declaration_without_a_county_is_refused(given, shown):
    with pytest.raises(RegistryError) as refusal:
        checked_counties(given, {"29097"})
    assert said(refusal) == (
        "No county is named",
        shown,
        "FIPS codes such as 29097 for Jasper county; for the whole state, each of the 115",
        "name the counties that the instrument names",
    )


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (["29097", "20001", "Jasper"], "'20001', 'Jasper'"),
        (["f", "e", "d", "c", "b", "a"], "'a', 'b', 'c', 'd', 'e'"),
        (["x" * 21], repr("x" * 20)),
    ],
)
def test_counties_of_another_state_are_refused(given, shown):
    with pytest.raises(RegistryError) as refusal:
        checked_counties(given, {"29097"})
    assert said(refusal) == (
        "A county is not in Missouri",
        shown,
        "five-digit FIPS codes such as 29097 for Jasper county",
        "look the code up in data/reference/counties.csv",
    )


ZONE = ("a time with its zone, such as 2011-05-22T18:05:00-05:00", "add the zone")
WHAT_TIMES_ARE_WANTED = {
    "The start has no time zone": ZONE,
    "The end has no time zone": ZONE,
    "It ends before it starts": (
        "an end after the start, or none: it then holds until somebody ends it",
        "correct one of the two",
    ),
    "Its end has passed": ("an end that is still to come: what is over opens nothing", "correct the end"),
}


def test_times_that_can_be_meant_pass():
    check_times(NOON, None, NOON)
    check_times(NOON, NOON + MOMENT, NOON)
    check_times(NOON - 48 * HOUR, NOON + MOMENT, NOON)  # signed the day before yesterday


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "title", "given"),
    [
        (NOON.replace(tzinfo=None), None, "The start has no time zone", "2026-05-22T17:00:00"),
        (NOON, (NOON + HOUR).replace(tzinfo=None), "The end has no time zone", "2026-05-22T18:00:00"),
        (NOON, NOON, "It ends before it starts",
         "from 22 May 2026, 12:00 until 22 May 2026, 12:00, Central time"),
        (NOON + HOUR, NOON, "It ends before it starts",
         "from 22 May 2026, 13:00 until 22 May 2026, 12:00, Central time"),
        (NOON - HOUR, NOON, "Its end has passed",
         "until 22 May 2026, 12:00; it is 22 May 2026, 12:00, Central time"),
    ],
)  # fmt: skip
def test_times_that_cannot_be_meant_are_refused_in_central_time(starts_at, ends_at, title, given):
    with pytest.raises(RegistryError) as refusal:
        check_times(starts_at, ends_at, NOON)
    assert said(refusal) == (title, given, *WHAT_TIMES_ARE_WANTED[title])


def extend(base, **given):
    check_extension(
        base,
        **{
            "instrument": "extension",
            "counties": ["29097"],
            "starts_at": NOON + 24 * HOUR,
            "ends_at": NOON + 48 * HOUR,
            **given,
        },
    )


def test_an_extension_carries_on_within_the_counties_of_what_it_extends():
    extend(declaration())
    extend(declaration(), counties=["29097", "29145"], ends_at=None, starts_at=NOON)
    extend(declaration(state="over"))
    extend(declaration(), instrument="resolution")
    extend(None, instrument="proclamation")


@pytest.mark.parametrize(
    ("base", "given", "shown", "wanted"),
    [
        ({"confirmed_at": None, "state": "waiting"}, {}, "waits for confirmation",
         "one that was confirmed and not ended"),
        ({"ended_at": NOON, "state": "ended"}, {}, "ended", "one that was confirmed and not ended"),
        ({"ends_at": None}, {}, "no end", "one with an end: without one it holds until somebody ends it"),
        ({}, {"counties": ["29097", "29510", "29511"]}, "counties 29510, 29511",
         "counties of Governor's proclamation 26-07: 29097, 29145"),
        ({}, {"starts_at": NOON + 24 * HOUR + MOMENT}, "a start at 23 May 2026, 12:01",
         "one until 23 May 2026, 12:00, Central time"),
        ({}, {"ends_at": NOON + 24 * HOUR}, "an end at 23 May 2026, 12:00",
         "one after 23 May 2026, 12:00, Central time"),
    ],
)  # fmt: skip
def test_an_extension_that_does_not_carry_on_is_refused(base, given, shown, wanted):
    with pytest.raises(RegistryError) as refusal:
        extend(declaration(**base), **given)
    assert said(refusal) == (
        "Governor's proclamation 26-07 cannot be extended so",
        shown,
        wanted,
        "correct it, or record a declaration of its own",
    )


def test_an_extension_by_order_names_what_it_extends():
    with pytest.raises(RegistryError) as refusal:
        extend(None)
    assert said(refusal) == (
        "This extension extends nothing",
        "Executive-order extension without a declaration",
        "the declaration that it extends",
        "name it; what stands for itself is a proclamation, a resolution or a local declaration",
    )


def test_a_second_person_confirms_what_waits():
    waiting = declaration(state="waiting", confirmed_by=None, confirmed_at=None)
    check_confirmation(waiting, "second", two_declarers=True)
    check_confirmation(waiting, "first", two_declarers=False)
    with pytest.raises(RegistryError) as refusal:
        check_confirmation(waiting, "first", two_declarers=True)
    assert said(refusal) == (
        "A second person must confirm it",
        "Governor's proclamation 26-07, recorded by you",
        "a declarer who did not record it",
        "ask another declarer",
    )


@pytest.mark.parametrize("state", ["not_yet", "in_force", "over", "ended"])
def test_only_what_waits_can_be_confirmed(state):
    with pytest.raises(RegistryError) as refusal:
        check_confirmation(declaration(state=state), "third", two_declarers=False)
    assert said(refusal) == (
        "Governor's proclamation 26-07 does not wait for confirmation",
        STATE_NAMES[state].lower(),
        "one that was recorded and is still to be confirmed",
        "look at the list of declarations; nothing has to be done for one that is confirmed",
    )


@pytest.mark.parametrize("state", ["over", "ended"])
def test_what_has_ended_cannot_be_ended_again(state):
    with pytest.raises(RegistryError) as refusal:
        check_end(declaration(state=state))
    assert said(refusal) == (
        "Governor's proclamation 26-07 has ended already",
        STATE_NAMES[state].lower(),
        "one that waits, comes or is in force",
        "nothing: it opens no contact",
    )


@pytest.mark.parametrize("state", ["waiting", "not_yet", "in_force"])
def test_what_waits_comes_or_holds_can_be_ended(state):
    check_end(declaration(state=state))
