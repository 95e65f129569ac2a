"""The safe reading of JSON: no text may crash, stall or smuggle a number that cannot be drawn."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import AreaError
from geo.reading import MAX_BYTES, MAX_DEPTH, decode, parse_json, shown

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON)
@settings(deadline=None)
def test_plain_json_is_read_as_python_reads_it(value):
    assert parse_json(json.dumps(value)) == value


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":[', "[" + '"[",'])
def test_a_hundred_thousand_brackets_are_refused_and_crash_nothing(opening):
    with pytest.raises(AreaError, match="nested too deeply"):
        parse_json(opening * 100_000)


def test_brackets_inside_strings_are_no_nesting():
    text = json.dumps(["[" * 1000, '\\"' + "{" * 1000, "\\"])
    assert parse_json(text) == json.loads(text)


def test_the_deepest_nesting_allowed_is_read_and_one_more_is_not():
    assert parse_json("[" * MAX_DEPTH + "]" * MAX_DEPTH) is not None
    with pytest.raises(AreaError, match="nested too deeply"):
        parse_json("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "9" * 5000])
def test_a_number_that_is_not_finite_is_refused(word):
    with pytest.raises(AreaError, match="not finite"):
        parse_json(f"[{word}]")


def test_more_than_five_megabytes_are_refused_before_they_are_parsed():
    with pytest.raises(AreaError, match="too long"):
        parse_json("[" * (MAX_BYTES + 1))
    with pytest.raises(AreaError, match="too long"):
        parse_json(b" " * (MAX_BYTES + 1))


@pytest.mark.parametrize("text", ['"' + '\\"' * 60_000, '{"a' * 60_000, "\\" * 120_000])
def test_a_text_of_quotes_and_strokes_is_refused(text):
    with pytest.raises(AreaError):
        parse_json(text)


def test_half_a_text_says_where_it_breaks_off():
    with pytest.raises(AreaError) as refusal:
        parse_json('{"type": "Polygon",\n "coordinates": [')
    assert "line 2" in refusal.value.given


def test_bytes_lose_their_byte_order_mark():
    assert decode("\ufeffé".encode()) == "é"
    assert decode("\ufeffé") == "é"


def test_bytes_of_another_encoding_name_the_first_byte_at_fault():
    with pytest.raises(AreaError, match="not text in UTF-8") as refusal:
        decode("Polygón".encode("cp1252"))
    assert "byte 6" in refusal.value.given


@given(st.text() | st.binary() | st.floats() | st.lists(st.integers()))
def test_a_quoted_value_stays_short_and_printable(value):
    quoted = shown(value)
    assert len(quoted) < 400
    assert quoted.isprintable()


def test_a_lone_surrogate_is_quoted_without_breaking_the_message():
    assert shown("\ud800").encode("utf-8")
