"""An anchor as one line, and whatever else may stand in a file."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from registry.trust.anchor_lines import Found, anchor_of, line_of, read_lines
from registry.trust.chain import Anchor

ONE = Anchor(17, bytes(range(32)), datetime(2026, 11, 22, 17, 0, 0, 123456, tzinfo=UTC))
FIRST = Anchor(1, bytes(32), datetime(2026, 11, 22, tzinfo=UTC))


def test_an_anchor_is_one_line_of_json_and_reads_back_the_same():
    line = line_of(ONE)
    assert json.loads(line) == {
        "merr": "anchor",
        "seq": 17,
        "hash": bytes(range(32)).hex(),
        "at": "2026-11-22T17:00:00.123456+00:00",
    }
    assert "\n" not in line
    assert anchor_of(line) == ONE
    assert anchor_of(f"Nov 22 17:00:00 host merr-audit[12]: {line}\n") == ONE
    assert anchor_of(f"{{x}} [y] {line}") == ONE
    elsewhere = line.replace("17:00:00.123456+00:00", "12:00:00.123456-05:00")
    assert anchor_of(elsewhere).at == ONE.at
    assert anchor_of(elsewhere).at.tzinfo is UTC


@pytest.mark.parametrize(
    "line",
    [
        "",
        "words",
        "{",
        line_of(ONE)[:-5],
        "[1]",
        '{"merr": "anchor"}',
        '{"merr": ["anchor"], "seq": 1}',
        line_of(ONE).replace("anchor", "other"),
        line_of(ONE).replace("17,", "0,"),
        line_of(ONE).replace("17,", "-1,"),
        line_of(ONE).replace("17,", "true,"),
        line_of(ONE).replace("17,", '"17",'),
        line_of(ONE).replace("17,", "1.5,"),
        line_of(ONE).replace("0001", "01"),
        line_of(ONE).replace("0001", "zz01"),
        line_of(ONE).replace("2026-", "20x6-"),
        "{" * 100_000,
        "[" * 100_000 + "{",
    ],
)
def test_whatever_is_no_anchor_is_none(line):
    assert anchor_of(line) is None


def test_the_first_event_can_be_anchored():
    assert anchor_of(line_of(FIRST)) == FIRST


def test_lines_that_say_something_else_are_counted_and_empty_ones_are_not():
    lines = ["\n", f"{line_of(FIRST)}\n", "hello\n", "  \n", line_of(ONE), "{"]
    assert read_lines(iter(lines)) == Found((FIRST, ONE), 2)
    assert read_lines([]) == Found((), 0)
