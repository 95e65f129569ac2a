"""Which runs belong together: those of one scenario, and those of one question."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from matching.measures import moment_words
from matching.runs.scenario import KIND, after_of, after_words, unlike
from registry.runs.store import list_runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from registry.db.engine import Session
    from registry.people.principal import Principal
    from registry.runs.store import Run
    from registry.scenarios.store import Scenario

LOOKED_AT: Final = 200
"""Runs of all scenarios among which those of one are looked for, the latest first."""


def kept_runs(session: Session, asks: Principal) -> list[Run]:
    """Return the latest runs of scenarios that an account may read, the latest first."""
    return list_runs(session, asks, kind=KIND, limit=LOOKED_AT)


def is_of(run: Run, kept: Scenario) -> bool:
    """Return whether a run is of a scenario: by its patch, on the same directory."""
    if run.patch is None or run.snapshot_hash != kept.snapshot_hash:
        return False
    return dict(run.patch) == dict(kept.patch)


def same_question(one: Run, other: Run) -> bool:
    """Return whether two runs may be compared: one question over the same directory, roads, ground and code."""
    return not unlike(one, other)


def changed_words(run: Run) -> str:
    """Return what of its scenario a run has: `as it stood`, `with every inject`, `after 36 h`."""
    return "as it stood" if run.patch is None else after_words(after_of(run))


def pair_of(runs: Sequence[Run], kept: Scenario) -> tuple[Run, Run] | None:
    """Return the latest run of a scenario, after the run of the same question as things stood; None without both."""
    for run in runs:
        if is_of(run, kept):
            stood = (each for each in runs if each.patch is None and same_question(each, run))
            before = next(stood, None)
            if before is not None:
                return before, run
    return None


def asked_words(run: Run) -> str:
    """Return what a run was asked: its needs and from when arrivals are counted."""
    question = run.parameters["question"]
    needs = ", ".join(str(need["text"]) for need in question["needs"])
    return f"{needs}, from {moment_words(datetime.fromisoformat(question['asked_at']))}"


def run_choice(run: Run) -> dict[str, str]:
    """Return a run as a choice: its label, what it was asked, and when it was made."""
    return {"value": run.id, "label": f"{run.label}: {asked_words(run)}; made {moment_words(run.made_at)}"}
