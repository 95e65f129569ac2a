"""Runs of scenarios: which may be compared, and what a moment after the start changes in one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pyproj
import pytest
import shapely

from matching.runs.scenario import after_words, unlike
from matching.runs.version import code_version
from matching.runs.words import computed_words
from matching.scenarios.patch import read_patch
from registry.runs.store import Run

RUN = Run(
    id="a",
    kind="scenario",
    snapshot_hash="1",
    network_hash="2",
    ground_hash="3",
    patch=None,
    parameters={"question": {}, "limit_ms": 7_200_000, "nearest": 1},
    code_version="0.1.0+a",
    seed=0,
    result_hash="4",
    account_id=None,
    account_name="the operator",
    made_at=datetime(2026, 11, 22, tzinfo=UTC),
)


@pytest.mark.parametrize(
    ("other", "named"),
    [
        ({"parameters": {**RUN.parameters, "nearest": 2}}, "asked"),
        ({"snapshot_hash": "x"}, "directory"),
        ({"network_hash": "x"}, "roads"),
        ({"ground_hash": "x"}, "counties"),
        ({"code_version": "0.1.0+b"}, "release"),
    ],
)
def test_runs_are_alike_only_over_the_same_question_directory_roads_ground_and_code(other, named):
    (said,) = unlike(RUN, replace(RUN, **other))
    assert named in said


def test_another_scenario_and_another_moment_of_it_are_what_runs_are_compared_for():
    changed = replace(RUN, id="b", patch={"name": "x"}, parameters={**RUN.parameters, "after_s": 3_600})
    assert unlike(RUN, changed) == unlike(changed, RUN) == ()
    assert [after_words(each) for each in (None, 0, 5_400)] == [
        "with every inject",
        "at its start",
        "after 1 h 30 min",
    ]


def test_the_code_is_told_with_every_library_whose_numbers_a_result_is_made_of():
    told = code_version().split(", ")[1:]
    assert [each.split()[0] for each in told] == [
        *("numba", "numpy", "pyproj", "scipy", "shapely"),
        *("GEOS", "PROJ"),
    ]
    assert told[-2:] == [f"GEOS {shapely.geos_version_string}", f"PROJ {pyproj.proj_version_str}"]


@pytest.mark.parametrize(
    ("changes", "injects", "said"),
    [
        (None, [], "none, things as they stood"),
        ({}, [], "0 changes"),
        ({"weather": [{"factor": 2}]}, [], "1 change"),
        ({"weather": [{"factor": 2}]}, [{"lost": [{"provider": "A"}, {"provider": "B"}]}], "3 changes"),
    ],
)
def test_a_run_says_how_many_things_its_scenario_changes(changes, injects, said):
    patch = changes
    if changes is not None:
        begin = [{"after_s": 60, "name": f"{at}", "changes": each} for at, each in enumerate(injects)]
        about = {"name": "Ice", "author": "A. Author", "reason": "to see"}
        patch = read_patch({**about, **changes, "injects": begin}).as_json()
    assert dict(computed_words(replace(RUN, patch=patch)))["Changes"] == said
