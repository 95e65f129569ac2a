"""Codes by the clock: the present one and its neighbours, each once; and the key they follow from, sealed."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import RegistryError
from registry.people.sealing import seal, unseal
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


def test_what_was_sealed_opens_for_its_account_alone(sealing_key):
    sealed = seal(KEY, "one", first=True)
    assert unseal(sealed, "one") == KEY
    assert KEY.encode() not in sealed
    assert seal(KEY, "one", first=False) != sealed
    assert sealing_key.stat().st_mode & 0o777 == 0o600
    with pytest.raises(RegistryError, match="was changed"):
        unseal(sealed, "another")
    for place in range(4, len(sealed)):
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(RegistryError, match="was changed"):
            unseal(changed, "one")


def test_a_key_file_that_is_missing_wrong_short_or_open_to_others_is_said(sealing_key):
    with pytest.raises(RegistryError, match="key file is missing"):
        seal(KEY, "one", first=False)
    assert not sealing_key.exists()
    sealed = seal(KEY, "one", first=True)
    right = sealing_key.read_bytes()
    sealing_key.write_bytes(os.urandom(32))
    with pytest.raises(RegistryError, match="not the one"):
        unseal(sealed, "one")
    sealing_key.write_bytes(right[:-1])
    with pytest.raises(RegistryError, match="cannot be used"):
        unseal(sealed, "one")
    sealing_key.write_bytes(right)
    sealing_key.chmod(0o640)
    with pytest.raises(RegistryError, match="Others may read"):
        unseal(sealed, "one")
    sealing_key.chmod(0o600)
    assert unseal(sealed, "one") == KEY
    sealing_key.unlink()
    with pytest.raises(RegistryError, match="key file is missing") as refused:
        unseal(sealed, "one")
    assert "MERR_SEALING_KEY" in refused.value.todo


def test_a_second_first_account_does_not_make_a_second_key(sealing_key):
    sealed = seal(KEY, "one", first=True)
    seal(KEY, "two", first=True)
    assert unseal(sealed, "one") == KEY
    assert [path.name for path in sealing_key.parent.iterdir()] == [sealing_key.name]
