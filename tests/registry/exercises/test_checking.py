"""What an exercise does not take, in words; and contacts that might be somebody's are never taken."""

from __future__ import annotations

import pytest

from registry.exercises.checking import (
    PATCH_CHARS,
    check_contact,
    check_measure,
    check_numbers,
    check_objective,
    check_plan,
    read_part,
    read_patch,
    read_rating,
)
from registry.exercises.clock import HOUR_MS
from registry.exercises.errors import ExerciseError
from registry.exercises.exercise import Contact, Objective, Plan
from registry.exercises.marking import file_name
from registry.exercises.msel_file import read_csv

GOOD = Plan(planned_ms=HOUR_MS, title="  US 54   closes ", objective=1)
CALL = Contact(number=1, name="R. Example", organisation="Demo", phone="573-555-0142", email="r@example.org")


def test_words_are_tidied():
    assert check_plan(GOOD, {1}).title == "US 54 closes"


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (Plan(planned_ms=0, title="  "), "The title is empty"),
        (Plan(planned_ms=0, title="x" * 121), "cannot be kept"),
        (Plan(planned_ms=0, title="a\0b"), "cannot be kept"),
        (Plan(planned_ms=-1, title="Early"), "outside the exercise"),
        (Plan(planned_ms=0, title="One", objective=2), "no such objective"),
        (Plan(planned_ms=0, title="One", patch={"a": "\ud800"}), "patch cannot be read"),
    ],
)
def test_a_plan_that_cannot_be_used_is_refused(plan, said):
    with pytest.raises(ExerciseError, match=said):
        check_plan(plan, {1})


def test_an_inject_for_a_time_that_has_passed_is_refused_unless_a_hand_releases_it():
    with pytest.raises(ExerciseError, match="passed this time"):
        check_plan(GOOD, {1}, reads_ms=HOUR_MS)
    assert check_plan(GOOD, {1}, reads_ms=HOUR_MS - 1).planned_ms == HOUR_MS
    by_hand = Plan(planned_ms=0, title="A call", by_hand=True)
    assert check_plan(by_hand, (), reads_ms=HOUR_MS) == by_hand


@pytest.mark.parametrize(
    "contact",
    [
        {"phone": "573-555-2142"},
        {"phone": "573-751-9500"},
        {"phone": "911"},
        {"email": "someone@sema.dps.mo.gov"},
        {"email": "r@example.org.evil.com"},
        {"email": "r@notexample.org"},
        {"name": " "},
        {"number": 0},
    ],
)
def test_a_contact_that_might_be_somebodys_is_refused(contact):
    with pytest.raises(ExerciseError):
        check_contact(Contact(**{**vars(CALL), **contact}))


@pytest.mark.parametrize(
    "contact", [{}, {"phone": "", "email": ""}, {"phone": "(816) 555-0199"}, {"email": "desk@flood.test"}]
)
def test_a_contact_that_leads_to_nobody_is_taken(contact):
    wanted = Contact(**{**vars(CALL), **contact})
    assert check_contact(wanted) == wanted


@pytest.mark.parametrize(
    "text", ["[]", "7", "{", '{"a": NaN}', '{"a": "\\u0000"}', "[" * 5000, " " * PATCH_CHARS + "{}"]
)
def test_a_patch_that_is_no_object_is_refused(text):
    with pytest.raises(ExerciseError, match="patch cannot be read"):
        read_patch(text)
    assert read_patch("") is None
    assert read_patch('{"closures": []}') == {"closures": []}


def test_an_objective_has_words_and_measures():
    tidy = check_objective(Objective(number=1, words=" Know ", measures=("within 30 min", " ")))
    assert tidy == Objective(number=1, words="Know", measures=("within 30 min",))
    with pytest.raises(ExerciseError, match="so many measures"):
        check_objective(Objective(number=1, words="Know", measures=("x",) * 21))
    check_measure(tidy, 1)
    with pytest.raises(ExerciseError, match="no such measure"):
        check_measure(tidy, 2)


def test_parts_and_ratings_are_those_of_hseep():
    assert read_part(" Player ") == "player"
    assert (read_rating("s"), read_rating(" ")) == ("S", None)
    for read in (read_part, read_rating):
        with pytest.raises(ExerciseError):
            read("boss")


def test_a_number_stands_once_in_a_list():
    with pytest.raises(ExerciseError, match="stands twice"):
        check_numbers([1, 2, 1])
    with pytest.raises(ExerciseError, match="cannot be used"):
        check_numbers([0])


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("River flood", "EXERCISE-river-flood-msel.csv"),
        ("../../etc/passwd", "EXERCISE-etc-passwd-msel.csv"),
        ("洪水", "EXERCISE-msel.csv"),
    ],
)
def test_every_file_name_begins_with_the_mark(name, file):
    assert file_name(name, "msel", "csv") == file


def test_a_list_is_read_from_csv_and_a_line_that_cannot_be_is_named():
    head = "number,time,title,what_happens,from,to,expected_action,objective,release\n"
    ((number, plan),) = read_csv(
        f"{head}3,1:10,US 24 closes,Water over it,MoDOT,EOC,Reroute,1,by hand\n".encode()
    )
    assert number == 3
    assert plan == Plan(
        planned_ms=70 * 60_000,
        title="US 24 closes",
        happens="Water over it",
        sender="MoDOT",
        receiver="EOC",
        expected="Reroute",
        objective=1,
        by_hand=True,
    )
    for line in ("x,1:10,T,,,,,,", "3,soon,T,,,,,,", "3,1:10,T,,,,,,maybe"):
        with pytest.raises(ExerciseError) as refusal:
            read_csv(f"{head}{line}\n".encode())
        assert "line 2" in refusal.value.given
    with pytest.raises(ExerciseError, match="lacks columns"):
        read_csv(b"time,title\n")
    with pytest.raises(ExerciseError, match="cannot be read"):
        read_csv(b"\xff\xfe\x00")
