"""Limits in numbers: who shares an address, when a try is over the limit, how long a second factor is fresh."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from registry.people.limits import FRESH_FOR, WINDOW, address_key, is_fresh, name_hash, over

NOW = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_an_address_stands_for_those_who_share_it(address, key):
    assert address_key(address) == key


def test_an_address_that_is_none_is_still_one():
    assert len(address_key("unix:\ud800")) == 64


def test_a_name_is_one_however_it_is_typed_and_is_not_kept():
    assert name_hash(" R.Example\t") == name_hash("r.example")
    assert name_hash("r.example") != name_hash("r.exampl")
    assert len(name_hash("\ud800")) == 32
    apart = [name_hash("r.example", each) for each in ("", "step up", "new password")]
    assert len({*apart, name_hash("step up r.example"), name_hash("\xffstep up r.example")}) == 5


def test_what_stands_for_a_name_stays_the_same_from_one_release_to_the_next():
    assert name_hash("R.Example") == hashlib.sha256(b"r.example").digest()
    assert name_hash("R.Example", "step up") == hashlib.sha256(b"\xffstep up r.example").digest()


@pytest.mark.parametrize(("count", "is_over"), [(0, False), (9, False), (10, True), (11, True)])
def test_the_limit_is_the_number_of_tries_that_are_looked_at(count, is_over):
    assert over(count, 10) is is_over


@pytest.mark.parametrize(
    ("ago", "fresh"),
    [
        (timedelta(0), True),
        (timedelta(minutes=10), True),
        (timedelta(minutes=10, microseconds=1), False),
        (timedelta(microseconds=-1), False),
        (timedelta(days=1), False),
    ],
)
def test_a_second_factor_is_fresh_for_ten_minutes(ago, fresh):
    assert is_fresh(NOW - ago, NOW) is fresh


def test_without_a_second_factor_nothing_is_fresh():
    assert is_fresh(None, NOW) is False
    assert (timedelta(minutes=15), timedelta(minutes=10)) == (WINDOW, FRESH_FOR)
