"""An exercise in the database: who may do what, what the clock releases, what players see, and what is kept."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from openpyxl import load_workbook
from sqlalchemy import delete, text, update

from registry.db.engine import session_scope
from registry.errors import NotThereError, RegistryError
from registry.exercises import diary, msel, planning, report, running, store
from registry.exercises.clock import HOUR_MS, MINUTE_MS
from registry.exercises.errors import ExerciseError
from registry.exercises.exercise import Plan
from registry.exercises.msel_file import read_csv
from registry.exercises.report_files import as_csv, as_workbook, report_file
from registry.exercises.tables import ClockActRow, InjectRow, LogRow, ObservationRow, ReleaseRow
from registry.people.access import AccessError
from tests.registry.exercises.people import (
    CAST,
    CLOSES,
    CONTROLLER,
    DESIGNER,
    EVALUATOR,
    EXPECTED,
    OBSERVER,
    OPENS,
    PLAYER,
    STRANGER,
    account_name,
)


def states(act, who, exercise):
    return [(each.number, each.state) for each in act(who, msel.read_msel, exercise)]


def turn_back(url, hours):
    """Let the clock have run for hours: the wall clock of the tests does not wait."""
    with session_scope(url) as session:
        session.execute(
            text("UPDATE exercise.exercises SET running_since = running_since - make_interval(hours => :h)"),
            {"h": hours},
        )
        session.execute(
            text("UPDATE exercise.releases SET at = at - make_interval(hours => :h)"), {"h": hours}
        )


def test_an_exercise_is_run_paused_moved_and_released_by_clock_and_hand(act, exercise, office_url):
    assert states(act, DESIGNER, exercise) == [(1, "next"), (2, "held"), (3, "held")]
    assert act(PLAYER, msel.read_msel, exercise) == []
    assert act(CONTROLLER, running.run, exercise) == 0
    assert states(act, CONTROLLER, exercise) == [(1, "released"), (2, "next"), (3, "held")]
    turn_back(office_url, 1)
    assert states(act, PLAYER, exercise) == [(1, "released")]  # nobody has looked since the clock reached it
    assert act(PLAYER, running.settle, exercise) == 1
    assert act(PLAYER, running.settle, exercise) == 0
    first, second = act(PLAYER, msel.read_msel, exercise)
    assert (first.plan.title, second.plan.title) == (OPENS.title, CLOSES.title)
    assert second.release.time_ms == 30 * MINUTE_MS
    assert (second.release.at - first.release.at).total_seconds() == 1800
    assert HOUR_MS <= act(CONTROLLER, running.pause, exercise) < HOUR_MS + 10 * MINUTE_MS
    assert act(CONTROLLER, running.move, exercise, 5 * HOUR_MS) == 5 * HOUR_MS
    assert act(CONTROLLER, running.release, exercise).plan.title == "Request: 12 fuel crews"
    assert [each.state for each in act(DESIGNER, msel.read_msel, exercise)] == ["released"] * 3
    with pytest.raises(ExerciseError, match="Every inject is released"):
        act(CONTROLLER, running.release, exercise)
    with pytest.raises(ExerciseError, match="released already"):
        act(CONTROLLER, running.release, exercise, 1)
    assert [each.act for each in act(EVALUATOR, diary.clock_acts, exercise)] == ["run", "pause", "move"]


def test_what_was_released_stays_so_when_the_clock_is_moved_back(act, exercise):
    act(CONTROLLER, running.run, exercise)
    act(CONTROLLER, running.move, exercise, HOUR_MS)
    act(CONTROLLER, running.move, exercise, 0)
    assert states(act, DESIGNER, exercise) == [(1, "released"), (2, "released"), (3, "next")]
    late = act(DESIGNER, msel.put_inject, exercise, Plan(planned_ms=HOUR_MS, title="Later"))
    act(PLAYER, running.settle, exercise)
    assert (late, "released") not in states(act, DESIGNER, exercise)


def test_an_exercise_that_ended_stands_for_good_and_is_still_written_up(act, exercise, office_url):
    with pytest.raises(ExerciseError, match="has not begun"):
        act(CONTROLLER, running.end, exercise)
    act(CONTROLLER, running.run, exercise)
    turn_back(office_url, 1)
    assert HOUR_MS <= act(CONTROLLER, running.end, exercise) < HOUR_MS + 10 * MINUTE_MS
    turn_back(office_url, 9)
    assert act(PLAYER, running.settle, exercise) == 0
    assert states(act, DESIGNER, exercise) == [(1, "released"), (2, "released"), (3, "next")]
    ended = act(CONTROLLER, store.load, exercise)
    assert (ended.time_ms < 2 * HOUR_MS, ended.clock.runs, ended.controls) == (True, False, False)
    for verb, given in (
        (running.run, ()), (running.pause, ()), (running.move, (0,)), (running.release, ()), (running.end, ()),
    ):  # fmt: skip
        with pytest.raises(ExerciseError, match="has ended"):
            act(CONTROLLER, verb, exercise, *given)
    act(PLAYER, diary.write, exercise, "We should have called sooner")
    act(EVALUATOR, diary.observe, exercise, "Late", objective=1)
    assert [each.act for each in act(EVALUATOR, diary.clock_acts, exercise)] == ["run", "end"]
    facts = dict(act(DESIGNER, report.gather, exercise).tables["exercise"])
    assert facts["Ended"]


@pytest.mark.parametrize(
    ("verb", "given", "more"),
    [
        (msel.put_inject, (replace(CLOSES, planned_ms=9 * HOUR_MS),), {"number": 2}),
        (msel.remove_inject, (2,), {}),
        (msel.put_all, ([(2, replace(CLOSES, planned_ms=9 * HOUR_MS))],), {}),
    ],
    ids=["put", "remove", "list"],
)
def test_what_the_clock_has_reached_is_not_edited_though_nobody_has_looked(
    act, exercise, office_url, verb, given, more
):
    act(CONTROLLER, running.run, exercise)
    turn_back(office_url, 1)
    with pytest.raises(ExerciseError, match="released already"):
        act(DESIGNER, verb, exercise, *given, **more)
    act(DESIGNER, msel.put_inject, exercise, Plan(planned_ms=9 * HOUR_MS, title="Later"))
    assert states(act, PLAYER, exercise) == [
        (1, "released"),
        (2, "released"),
    ]  # by the edit: nobody has looked


def test_what_the_clock_has_reached_is_answered_and_observed_though_nobody_has_looked(
    act, exercise, office_url
):
    act(CONTROLLER, running.run, exercise)
    turn_back(office_url, 1)
    act(PLAYER, diary.write, exercise, "Crews are called", inject=2)
    assert [each.inject for each in act(PLAYER, diary.log, exercise)] == [2]
    act(DESIGNER, msel.put_inject, exercise, Plan(planned_ms=2 * HOUR_MS, title="Later"))
    turn_back(office_url, 2)
    act(EVALUATOR, diary.observe, exercise, "Nobody called", objective=1)
    assert [state for _, state in states(act, PLAYER, exercise)] == ["released"] * 3


def test_players_and_observers_see_what_is_released_alone_and_never_what_is_expected(act, exercise):
    act(DESIGNER, running.release, exercise, 2)
    for who in (PLAYER, OBSERVER):
        (seen,) = act(who, msel.read_msel, exercise)
        assert (seen.plan.title, seen.plan.expected, seen.plan.patch) == (CLOSES.title, "", None)
        opened = act(who, store.load, exercise)
        assert (opened.patch, opened.sees_all, opened.controls) == (None, False, False)
        assert act(who, planning.objectives, exercise) == ()
        assert act(who, diary.observations, exercise) == ()
        assert act(who, diary.clock_acts, exercise) == ()
        with pytest.raises(AccessError, match="players must not know"):
            act(who, report.gather, exercise)
    for who in (CONTROLLER, EVALUATOR, DESIGNER):
        assert EXPECTED in repr(act(who, msel.read_msel, exercise))
        assert act(who, store.load, exercise).patch == {"closures": []}


EDITS = {
    "inject": (msel.put_inject, OPENS),
    "remove": (msel.remove_inject, 1),
    "list": (msel.put_all, [(1, OPENS)]),
    "history": (msel.history,),
    "name": (planning.name_participant, account_name(STRANGER), "player"),
    "drop": (planning.drop_participant, PLAYER.account_id),
}
RUNS = {
    "run": (running.run,),
    "pause": (running.pause,),
    "move": (running.move, HOUR_MS),
    "release": (running.release,),
}


@pytest.mark.parametrize("what", EDITS)
def test_only_a_designer_edits(act, exercise, what):
    verb, *given = EDITS[what]
    for who in (CONTROLLER, PLAYER, EVALUATOR, OBSERVER):
        with pytest.raises(AccessError):
            act(who, verb, exercise, *given)
    with pytest.raises(NotThereError):
        act(STRANGER, verb, exercise, *given)


@pytest.mark.parametrize("what", RUNS)
def test_only_a_designer_or_controller_runs_the_clock(act, exercise, what):
    verb, *given = RUNS[what]
    for who in (PLAYER, EVALUATOR, OBSERVER):
        with pytest.raises(AccessError):
            act(who, verb, exercise, *given)
    with pytest.raises(NotThereError):
        act(STRANGER, verb, exercise, *given)


def test_an_exercise_is_not_there_for_whom_it_does_not_name(act, exercise):
    seats = {who.name: [each.seat for each in act(who, store.list_exercises)] for who in CAST}
    assert seats == {
        "D. Specimen": ["designer"],
        "C. Control": ["controller"],
        "P. Player": ["player"],
        "E. Evaluator": ["evaluator"],
        "O. Observer": ["observer"],
        "S. Stranger": [],
    }
    for verb in (store.load, msel.read_msel, running.settle, diary.log, planning.contacts, report.gather):
        with pytest.raises(NotThereError):
            act(STRANGER, verb, exercise)
    with pytest.raises(NotThereError):
        act(STRANGER, store.named, "River flood")
    assert act(PLAYER, store.named, "river FLOOD").id == exercise
    with pytest.raises(NotThereError):
        act(DESIGNER, store.load, "no id")
    act(DESIGNER, planning.drop_participant, exercise, PLAYER.account_id)
    with pytest.raises(NotThereError):
        act(PLAYER, store.load, exercise)


def test_every_edit_stays_in_the_history_and_nobody_writes_over_another(act, exercise):
    later = replace(CLOSES, planned_ms=HOUR_MS)
    act(DESIGNER, msel.put_inject, exercise, later, number=2, version=1)
    with pytest.raises(ExerciseError, match="changed this inject meanwhile"):
        act(DESIGNER, msel.put_inject, exercise, CLOSES, number=2, version=1)
    act(DESIGNER, msel.remove_inject, exercise, 2)
    with pytest.raises(ExerciseError, match="no such inject"):
        act(DESIGNER, msel.remove_inject, exercise, 2)
    kept = [each for each in act(DESIGNER, msel.history, exercise) if each.number == 2]
    assert [(each.version, each.removed, each.plan) for each in kept] == [
        (3, True, later),
        (2, False, later),
        (1, False, CLOSES),
    ]
    assert {each.by for each in kept} == {DESIGNER.account_id}
    assert act(DESIGNER, msel.put_inject, exercise, CLOSES) == 4  # a number is not given twice
    act(DESIGNER, running.release, exercise, 1)
    for verb, given in ((msel.put_inject, (OPENS,)), (msel.remove_inject, ())):
        with pytest.raises(ExerciseError, match="released already"):
            act(DESIGNER, verb, exercise, *given, number=1)


def test_a_list_is_taken_whole_or_not_at_all_and_what_says_the_same_is_left_alone(act, exercise):
    same = [(each.number, each.plan) for each in act(DESIGNER, msel.read_msel, exercise)]
    assert act(DESIGNER, msel.put_all, exercise, same) == 0
    new = Plan(planned_ms=HOUR_MS, title="Power fails")
    with pytest.raises(ExerciseError, match="no such objective"):
        act(DESIGNER, msel.put_all, exercise, [*same, (7, new), (8, replace(new, objective=9))])
    assert len(act(DESIGNER, msel.read_msel, exercise)) == 3
    assert act(DESIGNER, msel.put_all, exercise, [*same, (7, new)]) == 1
    with pytest.raises(ExerciseError, match="stands twice"):
        act(DESIGNER, msel.put_all, exercise, [(7, new), (7, new)])


def test_no_written_row_can_be_rewritten_by_the_web_application(act, exercise):
    act(DESIGNER, running.release, exercise, 1)
    for row in (InjectRow, ReleaseRow, LogRow, ObservationRow, ClockActRow):
        for statement in (delete(row), update(row).values(exercise_id=None)):
            with pytest.raises(RegistryError, match="database refuses"):
                act(DESIGNER, lambda session, _who, words=statement: session.execute(words))


def test_an_empty_exercise_does_not_begin(act):
    made = act(DESIGNER, store.make, name="Empty")
    with pytest.raises(ExerciseError, match="list of injects is empty"):
        act(DESIGNER, running.run, made)
    with pytest.raises(AccessError):
        act(PLAYER, store.make, name="Mine")


def test_the_log_is_shared_and_only_evaluators_rate(act, exercise):
    act(DESIGNER, running.release, exercise, 1)
    act(PLAYER, diary.write, exercise, "Called the district", inject=1)
    with pytest.raises(ExerciseError, match="no such inject"):
        act(PLAYER, diary.write, exercise, "I guess", inject=2)  # it is there, but not for players
    for verb, given in ((diary.write, {}), (diary.observe, {"objective": 1})):
        with pytest.raises(AccessError):
            act(OBSERVER, verb, exercise, "I was there", **given)
    with pytest.raises(AccessError, match="do not rate"):
        act(PLAYER, diary.observe, exercise, "We did well", objective=1, rating="P")
    act(EVALUATOR, diary.observe, exercise, "After 22 min", objective=1, measure=1, rating="s")
    for wrong in ({"objective": 2}, {"objective": 1, "measure": 2}, {"objective": 1, "rating": "A"}):
        with pytest.raises(ExerciseError):
            act(EVALUATOR, diary.observe, exercise, "Hm", **wrong)
    ((entry,), (seen,)) = (act(CONTROLLER, verb, exercise) for verb in (diary.log, diary.observations))
    assert (entry.words, entry.inject, entry.by) == ("Called the district", 1, PLAYER.account_id)
    assert (seen.words, seen.measure, seen.rating) == ("After 22 min", 1, "S")
    assert act(PLAYER, diary.log, exercise) == (entry,)
    act(DESIGNER, msel.put_inject, exercise, Plan(planned_ms=9 * HOUR_MS, title="Not yet"))
    act(CONTROLLER, diary.write, exercise, "Held back", inject=2)
    assert [each.inject for each in act(CONTROLLER, diary.log, exercise)] == [1, 2]
    assert [each.inject for each in act(PLAYER, diary.log, exercise)] == [1, None]


def test_the_list_taken_as_a_file_is_read_again_with_every_patch(act, exercise):
    closed = {"bridges": ["Hermann"], "note": 'über "MO 19", both ways'}
    act(DESIGNER, msel.put_inject, exercise, Plan(planned_ms=HOUR_MS, title="Hermann", patch=closed))
    before = [(each.number, each.plan) for each in act(DESIGNER, msel.read_msel, exercise)]
    again = read_csv(as_csv(act(DESIGNER, report.gather, exercise), "msel").encode())
    assert again == before
    assert closed in [plan.patch for _, plan in again]


def test_the_report_says_exercise_in_every_row_sheet_and_name_and_no_formula_runs(act, exercise):
    act(DESIGNER, msel.put_inject, exercise, Plan(planned_ms=HOUR_MS, title="=HYPERLINK(1)"))
    act(DESIGNER, running.release, exercise, 2)
    act(EVALUATOR, diary.observe, exercise, "After 22 min", objective=1, measure=1, rating="S")
    act(PLAYER, diary.write, exercise, "Called")
    found = act(EVALUATOR, report.gather, exercise)
    for ending in ("xlsx", "csv", "json"):
        name, content = report_file(found, ending)
        assert name.startswith("EXERCISE-river-flood-")
        assert content
    rows = as_csv(found, "msel").splitlines()
    assert len(rows) == 5
    assert all(row.startswith("EXERCISE,") for row in rows[1:])
    assert "'=HYPERLINK(1)" in as_csv(found, "msel")
    assert "0:30,US 54 closes" in as_csv(found, "msel")
    told = json.loads(report_file(found, "json")[1])
    assert all(
        row["marking"] == "EXERCISE" for rows in told.values() if isinstance(rows, list) for row in rows
    )
    (measure,) = told["objectives"]
    assert (measure["rating"], measure["observation"], measure["evaluator"]) == (
        "S",
        "After 22 min",
        "E. Evaluator",
    )
    assert [row["part"] for row in told["participants"]] == ["Player", "Controller", "Evaluator", "Observer"]
    book = load_workbook(io.BytesIO(as_workbook(found)))
    for sheet in book.worksheets:
        assert sheet.title.startswith("EXERCISE")
        assert sheet.oddHeader.center.text == sheet.oddFooter.center.text == "EXERCISE"
        assert {row[0].value for row in sheet.iter_rows(min_row=2)} <= {"EXERCISE"}
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert any(cell.value == "=HYPERLINK(1)" for row in book["EXERCISE MSEL"].iter_rows() for cell in row)


def test_somebody_disabled_or_unknown_is_not_named(act, exercise, office_url):
    with session_scope(office_url) as session:
        session.execute(
            text("UPDATE people.accounts SET disabled_at = now() WHERE id = CAST(:id AS uuid)"),
            {"id": STRANGER.account_id},
        )
    for name in (account_name(STRANGER), "nobody"):
        with pytest.raises(RegistryError):
            act(DESIGNER, planning.name_participant, exercise, name, "player")
