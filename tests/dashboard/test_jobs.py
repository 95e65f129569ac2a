"""A job's line, and how a result was computed, as they are read."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from dashboard.computed import computed_block
from dashboard.jobs import job_line, line
from registry.jobs.store import JobStatus
from registry.runs.store import Run

AT = datetime(2026, 11, 22, 20, 5, tzinfo=UTC)
RUN = Run(
    id="00000000-0000-4000-8000-000000000001",
    kind="match",
    snapshot_hash="a" * 64,
    network_hash="b" * 64,
    ground_hash="c" * 64,
    patch=None,
    parameters={"names": "closed", "question": {"area": 1, "needs": 2}, "incident_id": None},
    code_version="0.1.0+d",
    seed=0,
    result_hash="e" * 64,
    account_id="f",
    account_name="R. Example",
    made_at=AT,
)


def job(state, **more):
    known = {
        "id": "j1",
        "kind": "coverage",
        "label": "",
        "fraction": 0.0,
        "sentence": "",
        "run_id": None,
        "refusal": None,
        "cancelling": False,
        "asked_at": AT,
    }
    return JobStatus(**{**known, "state": state, **more})


def read(component):
    """Return the words and values of a component, in their order."""
    whole = component if isinstance(component, list) else [component]
    return json.dumps(
        [part if isinstance(part, str) else part.to_plotly_json() for part in whole], default=vars
    )


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (job("waiting"), "Waiting for a worker"),
        (job("working", fraction=0.619, sentence="Counting counties"), "Counting counties, 61 %"),
        (job("working"), "Starting, 0 %"),
        (job("working", cancelling=True), "Stopping"),
        (job("done"), "Done."),
        (job("cancelled"), "Nothing of it was kept"),
        (job("refused", refusal={"title": "Too much", "given": "g", "wanted": "w", "todo": "t"}), "Too much"),
    ],
)
def test_a_line_says_in_words_how_far_its_job_is(status, words):
    assert words in read(line(status))


def test_without_a_job_there_is_neither_a_line_nor_a_question_to_the_server():
    store, left, tick, said, cancel = job_line("coverage").children
    assert (store.data, left.data, tick.disabled, said.children, cancel.hidden) == (
        None,
        None,
        True,
        [],
        True,
    )


def test_a_job_under_way_is_found_again_asked_after_and_can_be_cancelled():
    store, _, tick, _, cancel = job_line("coverage", job("working")).children
    assert (store.id, store.data, tick.disabled, cancel.hidden) == ("coverage-job", "j1", False, False)


def test_a_job_that_has_ended_is_not_asked_after_any_more():
    _, left, tick, _, cancel = job_line("coverage", job("done", run_id="r1")).children
    assert (left.data, tick.disabled, cancel.hidden) == ("r1", True, True)


def test_the_block_says_from_what_by_whom_and_when_and_how_to_do_it_again():
    words = read(computed_block(RUN))
    for said in (
        "snapshot aaaaaaaaaaaa",
        "network bbbbbbbbbbbb",
        "names closed, question (2 entries)",
        "none, things as they stood",
        "0.1.0+d",
        "22 Nov 2026, 14:05, for R. Example",
        f"merr run replay {RUN.id}",
    ):
        assert said in words
