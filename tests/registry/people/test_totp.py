"""Codes by the clock: the present one and its neighbours, each once; and the key they follow from, sealed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.people.totp import STEP_S, address, code_at, new_key, seconds_left, step_of

# The key of RFC 6238, appendix B, in base32; its codes have eight digits there, of which these are the last six.
KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
SEEN = {59: "287082", 1111111109: "081804", 1234567890: "005924", 2000000000: "279037"}
NOW = datetime(2026, 11, 22, 17, 0, 10, tzinfo=UTC)
STEP = int(NOW.timestamp()) // STEP_S


@pytest.mark.parametrize(("seconds", "code"), SEEN.items())
def test_the_codes_are_those_of_the_standard(seconds, code):
    at = datetime.fromtimestamp(seconds, UTC)
    assert code_at(KEY, at) == code
    assert step_of(KEY, code, at, None) == seconds // STEP_S


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_code_counts_from_one_step_before_to_one_after(steps):
    code = code_at(KEY, NOW + timedelta(seconds=steps * STEP_S))
    assert step_of(KEY, code, NOW, None) == STEP + steps
    assert step_of(KEY, f" {code[:3]} {code[3:]} ", NOW, None) == STEP + steps


@pytest.mark.parametrize("steps", [-2, 2, -100])
def test_a_code_of_another_time_does_not_count(steps):
    assert step_of(KEY, code_at(KEY, NOW + timedelta(seconds=steps * STEP_S)), NOW, None) is None


def test_no_code_works_twice_nor_one_from_before_it():
    code = code_at(KEY, NOW)
    assert step_of(KEY, code, NOW, STEP - 1) == STEP
    assert step_of(KEY, code, NOW, STEP) is None
    assert step_of(KEY, code_at(KEY, NOW - timedelta(seconds=STEP_S)), NOW, STEP) is None
    assert step_of(KEY, code_at(KEY, NOW + timedelta(seconds=STEP_S)), NOW, STEP) == STEP + 1


@pytest.mark.parametrize(
    "code", ["", "12345", "1234567", "abcdef", "\uff11\uff12\uff13\uff14\uff15\uff16", "-12345", "12345\0"]
)
def test_what_is_no_code_is_none(code):
    assert step_of(KEY, code, NOW, None) is None


@given(st.datetimes(datetime(2020, 1, 1), datetime(2080, 1, 1)))  # noqa: DTZ001 - made aware below
def test_a_code_is_right_for_as_long_as_it_says(moment):
    at = moment.replace(tzinfo=UTC)
    left = seconds_left(at)
    assert 1 <= left <= STEP_S
    assert code_at(KEY, at) == code_at(KEY, at + timedelta(seconds=left - 1))
    assert int((at + timedelta(seconds=left)).timestamp()) % STEP_S == 0


def test_new_keys_differ_and_apps_can_read_their_address():
    first, second = new_key(), new_key()
    assert first != second
    assert len(first) == 32
    assert address(first, "r.example") == f"otpauth://totp/merr:r.example?secret={first}&issuer=merr"
