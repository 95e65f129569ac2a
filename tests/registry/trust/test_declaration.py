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
    with pytest.raises(RegistryError, match="declares no emergency") as refusal:
        checked_instrument("waiver")
    assert refusal.value.given == "'waiver'"
    assert "proclamation, resolution, extension, local" in refusal.value.wanted


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
    ("given", "title", "shown"),
    [
        ([], "No county is named", "no county"),
        ("29097", "No county is named", "'29097'"),
        (["29097", "20001", "Jasper"], "A county is not in Missouri", "'20001', 'Jasper'"),
    ],
)
def test_no_county_and_unknown_counties_are_refused(given, title, shown):
    with pytest.raises(RegistryError) as refusal:
        checked_counties(given, {"29097"})
    assert (refusal.value.title, refusal.value.given) == (title, shown)


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
    assert (refusal.value.title, refusal.value.given) == (title, given)


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
        ({"confirmed_at": None, "state": "waiting"}, {}, "waits for confirmation", "confirmed and not ended"),
        ({"ended_at": NOON, "state": "ended"}, {}, "ended", "confirmed and not ended"),
        ({"ends_at": None}, {}, "no end", "one with an end"),
        ({}, {"counties": ["29097", "29510"]}, "counties 29510", "26-07: 29097, 29145"),
        ({}, {"starts_at": NOON + 24 * HOUR + MOMENT}, "a start at 23 May 2026, 12:01",
         "one until 23 May 2026, 12:00, Central time"),
        ({}, {"ends_at": NOON + 24 * HOUR}, "an end at 23 May 2026, 12:00", "one after 23 May 2026, 12:00"),
    ],
)  # fmt: skip
def test_an_extension_that_does_not_carry_on_is_refused(base, given, shown, wanted):
    with pytest.raises(
        RegistryError, match=r"Governor's proclamation 26-07 cannot be extended so"
    ) as refusal:
        extend(declaration(**base), **given)
    assert refusal.value.given == shown
    assert wanted in refusal.value.wanted


def test_an_extension_by_order_names_what_it_extends():
    with pytest.raises(RegistryError, match="extends nothing") as refusal:
        extend(None)
    assert refusal.value.given == "Executive-order extension without a declaration"


def test_a_second_person_confirms_what_waits():
    waiting = declaration(state="waiting", confirmed_by=None, confirmed_at=None)
    check_confirmation(waiting, "second", two_declarers=True)
    check_confirmation(waiting, "first", two_declarers=False)
    with pytest.raises(RegistryError, match="A second person must confirm it") as refusal:
        check_confirmation(waiting, "first", two_declarers=True)
    assert refusal.value.given == "Governor's proclamation 26-07, recorded by you"


@pytest.mark.parametrize("state", ["not_yet", "in_force", "over", "ended"])
def test_only_what_waits_can_be_confirmed(state):
    with pytest.raises(RegistryError, match="does not wait for confirmation") as refusal:
        check_confirmation(declaration(state=state), "third", two_declarers=False)
    assert refusal.value.given == STATE_NAMES[state].lower()


@pytest.mark.parametrize("state", ["over", "ended"])
def test_what_has_ended_cannot_be_ended_again(state):
    with pytest.raises(RegistryError, match="has ended already") as refusal:
        check_end(declaration(state=state))
    assert refusal.value.given == STATE_NAMES[state].lower()


@pytest.mark.parametrize("state", ["waiting", "not_yet", "in_force"])
def test_what_waits_comes_or_holds_can_be_ended(state):
    check_end(declaration(state=state))
