"""`merr exercise` as people type it, each under a name, by the login of the web application."""

from __future__ import annotations

import json
import re

import pytest

from registry.db.engine import session_scope
from registry.errors import NotThereError
from registry.exercises.errors import ExerciseError
from registry.people.access import AccessError
from tests.cli.test_declare import run
from tests.registry.exercises.people import (
    CAST,
    CONTROLLER,
    DESIGNER,
    EVALUATOR,
    PLAYER,
    STRANGER,
    account_name,
)
from tests.registry.trust.acts import install

LIST = """number,time,title,what_happens,from,to,expected_action,objective,release
1,0:00,Incident opens,The river rises,NWS,EOC,,,
2,0:30,US 54 closes,Water on the approach,MoDOT,EOC,Ask the next three companies,1,
3,4:00,Request for fuel crews,,,,,,by hand
"""


@pytest.fixture
def made(database_url, commands_at, tmp_path):
    """Return the id of an exercise made and filled by commands."""
    commands_at(database_url)
    with session_scope(database_url) as session:
        for who in CAST:
            install(session, who)
    parts = {"player": PLAYER, "controller": CONTROLLER, "evaluator": EVALUATOR}
    named = [word for part, who in parts.items() for word in (f"--{part}", account_name(who))]
    objective = "Find who can still come; Within 30 min; None asked twice"
    said = run(DESIGNER, "exercise", "new", "River flood", "--objective", objective, *named)
    file = tmp_path / "msel.csv"
    file.write_text(LIST, encoding="utf-8")
    found = said.split("Made: ")[1].split()[0]
    assert "3 of 3 injects" in run(DESIGNER, "exercise", "msel", found, "--file", file)
    return found


def test_an_exercise_is_played_by_commands_and_players_see_what_is_released(made, tmp_path):
    assert "your account" in run(STRANGER, "exercise", "list")
    assert "River flood, you are its player" in run(PLAYER, "exercise", "list")
    assert run(PLAYER, "exercise", "msel", "River flood") == ""
    assert run(CONTROLLER, "exercise", "start", made) == "EXERCISE  +0:00, the clock runs\n"
    assert "+1:00" in run(CONTROLLER, "exercise", "move", made, "1:00")
    seen = run(PLAYER, "exercise", "msel", made)
    assert [line.split()[0] for line in seen.splitlines()] == ["EXERCISE", "EXERCISE"]
    assert "US 54 closes" in seen
    assert "is paused" in run(CONTROLLER, "exercise", "pause", made)
    assert "released: 3" in run(CONTROLLER, "exercise", "release", made)
    run(PLAYER, "exercise", "log", made, "Called the district", "--inject", "2")
    run(
        EVALUATOR,
        "exercise",
        "log",
        made,
        "After 22 min",
        "--objective",
        "1",
        "--measure",
        "1",
        "--rating",
        "S",
    )
    assert "P. Player: Called the district" in run(EVALUATOR, "exercise", "log", made)
    assert re.fullmatch(r"EXERCISE  ended at \+1:\d\d(:\d\d)?\n", run(CONTROLLER, "exercise", "end", made))
    for form, ending in (("json", "report.json"), ("csv", "msel.csv"), ("xlsx", "report.xlsx")):
        run(EVALUATOR, "exercise", "export", made, "--format", form, "--folder", tmp_path)
        assert (tmp_path / f"EXERCISE-river-flood-{ending}").stat().st_size > 100
    told = json.loads((tmp_path / "EXERCISE-river-flood-report.json").read_text(encoding="utf-8"))
    assert [row["rating"] for row in told["objectives"]] == ["S", None]
    # What was written out can be read again, and says the same.
    again = run(DESIGNER, "exercise", "msel", made, "--file", tmp_path / "EXERCISE-river-flood-msel.csv")
    assert "0 of 3 injects" in again


def test_a_list_with_a_patch_that_is_none_is_refused_whole_and_says_where(made, tmp_path):
    file = tmp_path / "patched.csv"
    lines = '4,5:00,Ice,"{""weather"": [{""factor"": 2}]}"', '5,6:00,Sleet,"{""wether"": []}"'
    file.write_text("\n".join(["number,time,title,patch", *lines]), encoding="utf-8")
    with pytest.raises(ExerciseError, match="What begins with this inject") as refused:
        run(DESIGNER, "exercise", "msel", made, "--file", file)
    assert refused.value.given == "inject 5: an inject with 'wether'"
    assert "Ice" not in run(DESIGNER, "exercise", "msel", made)


def test_what_an_account_may_not_do_is_refused(made):
    with pytest.raises(AccessError):
        run(PLAYER, "exercise", "start", made)
    with pytest.raises(AccessError):
        run(PLAYER, "exercise", "export", made)
    with pytest.raises(NotThereError):
        run(STRANGER, "exercise", "msel", made)
    with pytest.raises(ExerciseError, match="no exercise time"):
        run(CONTROLLER, "exercise", "move", made, "soon")
