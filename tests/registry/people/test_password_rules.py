"""New passwords: length and being hard to foresee count, and nothing else is prescribed."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.people.common_passwords import common_passwords
from registry.people.fresh import LETTERS, new_password
from registry.people.password_rules import LEAST_CHARS, MOST_CHARS, fault_of, normal

COMMON = frozenset({"password", "dragon", "monkey", "letmein", "iloveyouforever1"})


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("", "of 0 characters"),
        ("fourteen chars", "of 14 characters"),
        ("x" * 257, "of 257 characters"),
        ("iloveyouforever1", "that is on the list of common passwords"),
        ("ILoveYouForever1", "that is on the list of common passwords"),
        ("passwordpassword", "that is on the list of common passwords"),
        ("Password-Password", "that is on the list of common passwords"),
        ("password1234567890", "that is on the list of common passwords"),
        ("123!password!4567", "that is on the list of common passwords"),
        ("dragonmonkey2026!!", "that is on the list of common passwords"),
        ("pass-word-1234567", "that is on the list of common passwords"),
        ("7iloveyouforever1", "that is on the list of common passwords"),
        ("aaaaaaaaaaaaaaaa", "that repeats or counts on"),
        ("abcabcabcabcabca", "that repeats or counts on"),
        ("x7!x7!x7!x7!x7!x7!", "that repeats or counts on"),
        ("abcdefghijklmnopqrst", "that repeats or counts on"),
        ("qwertyuiopasdfghjkl", "that repeats or counts on"),
        ("98765432109876543210", "that repeats or counts on"),
        ("1qaz2wsx3edc4rfv5tgb", "that repeats or counts on"),
        ("rosaexample-rosa-example", "made of your own name or this registry's"),
        ("MissouriEmergencyResourceRegistry", "made of your own name or this registry's"),
        ("r.example@merr-registry", "made of your own name or this registry's"),
    ],
)
def test_what_others_would_try_is_refused_and_said_why(password, fault):
    assert fault_of(password, COMMON, ("r.example", "Rosa Example")) == fault


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "fifteen letters",
        "kein großes Wort dabei",
        "Überraschungsgast 7",
        "tractor missouri candle violin",
        "dragon qvzk wtjhm",
        "🦊🐢🐍🐋🦉🐌🦂🐝🐞🦀🐡🐠🦑🐙🦐",
        "          spaces     are fine",
    ],
)
@pytest.mark.asvs("6.2.5")
def test_any_characters_will_do_when_nobody_foresees_them(password):
    assert fault_of(password, COMMON, ("r.example", "Rosa Example")) is None


@pytest.mark.parametrize(
    ("name", "password", "fault"),
    [
        ("Ann Annabel", "annabel!annabel?annabel", "made of your own name or this registry's"),
        ("Al Bo Cy", "albocy!albocy?albocy", "made of your own name or this registry's"),
        ("Ann", "ann5ann!ann7ann#ann", "made of your own name or this registry's"),
        ("Li Wu", "li5wu!li7wu#li9qz", None),
    ],
)
def test_names_are_taken_away_the_longest_first_and_initials_are_none(name, password, fault):
    assert fault_of(password, COMMON, (name,)) == fault


def test_length_is_counted_in_characters_as_they_are_read():
    composed, apart = "é" * 2 + "xqzvwkjhgtbmd", "e\u0301" * 2 + "xqzvwkjhgtbmd"
    assert normal(apart) == composed
    assert fault_of(composed, COMMON) is None
    assert fault_of(apart, COMMON) is None
    assert fault_of(apart[:-1], COMMON) == "of 14 characters"


def test_eight_characters_that_nobody_foresees_are_enough_and_seven_are_not():
    assert fault_of("x5!q8z#w" * 2, COMMON) is None
    assert fault_of("x5!q8z#" * 3, COMMON) == "that repeats or counts on"
    assert fault_of("x5!q8z#w" + "wwwwwww", COMMON) is None
    assert fault_of("x5!q8z#" + "########", COMMON) == "that repeats or counts on"
    assert fault_of("x5!q8z#wmissouri", COMMON) is None
    assert fault_of("x5!q8z#missouri", COMMON) == "made of your own name or this registry's"


@pytest.mark.asvs("6.2.1")
def test_the_least_and_the_most_are_taken():
    most = "kx7 wq2 zm9 tb4 " * 16
    assert len(most) == MOST_CHARS
    assert fault_of("kx7 wq2 zm9 tb4", COMMON) is None
    assert len("kx7 wq2 zm9 tb4") == LEAST_CHARS
    assert fault_of(most, COMMON) is None


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=300))
def test_every_text_gets_an_answer_and_short_ones_a_refusal(password):
    fault = fault_of(password, COMMON, ("somebody", "Somebody Else"))
    if len(normal(password)) < LEAST_CHARS:
        assert fault is not None


@given(st.sampled_from(sorted(COMMON)), st.text(string.digits + string.punctuation, min_size=8, max_size=20))
def test_a_common_word_is_not_saved_by_what_is_hung_on(word, more):
    assert fault_of(word + more, COMMON) is not None
    assert fault_of(more + word, COMMON) is not None


@pytest.mark.asvs("6.2.4")
def test_the_shipped_list_has_what_everybody_tries_and_no_long_word_alone():
    shipped = common_passwords()
    assert {"password", "qwerty", "letmein", "123456"} <= shipped
    assert len(shipped) > 10_000
    assert all(word == word.casefold() and len(word) >= 4 for word in shipped)
    assert fault_of("correct horse battery staple", shipped) is None
    assert fault_of("letmeinletmeinletmein", shipped) is not None


def test_a_password_made_here_can_be_used_and_read_aloud():
    made = {new_password() for _ in range(50)}
    assert len(made) == 50
    assert all(fault_of(one, common_passwords(), ("planner",)) is None for one in made)
    assert all(set(one) <= set(LETTERS) | {"-"} and len(one) == 23 for one in made)
