"""Everything of an exercise for the after-action report, in the shape of HSEEP: one table a part, gathered at once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from registry.exercises.clock import time_words
from registry.exercises.diary import clock_acts, log, observations
from registry.exercises.exercise import FULL_SIGHT, PART_NAMES, RATING_NAMES
from registry.exercises.msel import read_msel
from registry.exercises.planning import contacts, objectives, participants
from registry.exercises.running import settle
from registry.exercises.store import load
from registry.people.access import AccessError
from registry.people.names import names_of
from registry.wording import CENTRAL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from registry.exercises.exercise import Exercise, Inject, Objective, Observation
    from registry.people.principal import Principal

Cell = str | int | None

MSEL: Final = "msel"
HEADS: Final[Mapping[str, tuple[str, ...]]] = {
    "exercise": ("what", "value"),
    MSEL: (
        "number", "time", "title", "what_happens", "from", "to", "expected_action", "objective", "release",
        "state", "released_at", "released_central", "released_by", "patch",
    ),
    "participants": ("name", "part"),
    "objectives": (
        "objective", "core_capability", "words", "measure", "measure_words", "rating", "rating_words",
        "observation", "time", "evaluator",
    ),
    "log": ("time", "central", "by", "inject", "entry"),
    "clock": ("act", "from", "to", "central", "by"),
    "contacts": ("number", "name", "organisation", "phone", "email"),
}  # fmt: skip
"""The tables of a report, and the columns of each."""

TITLES: Final[Mapping[str, str]] = {
    "exercise": "Exercise",
    MSEL: "MSEL",
    "participants": "Participants",
    "objectives": "Objectives and measures",
    "log": "Log",
    "clock": "Clock",
    "contacts": "Made-up contacts",
}
"""The tables as sheets name them."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """An exercise whole: its name, and each table of `HEADS` as rows of plain cells."""

    name: str
    tables: Mapping[str, Sequence[tuple[Cell, ...]]]


def gather(session: Session, principal: Principal, exercise_id: str) -> Report:
    """Return an exercise's report as it stands now.

    Raises
    ------
    NotThereError
        There is no such exercise that names the account.
    AccessError
        `principal` plays or observes.
    """
    settle(session, principal, exercise_id)
    exercise = load(session, principal, exercise_id)
    if exercise.seat not in FULL_SIGHT:
        raise AccessError(
            "The report holds what players must not know",
            given=f"a {exercise.seat} of this exercise",
            wanted="its designer, a controller or an evaluator",
            todo="ask one of them after the exercise",
        )
    injects = read_msel(session, principal, exercise_id)
    entries, acts = log(session, principal, exercise_id), clock_acts(session, principal, exercise_id)
    seen = observations(session, principal, exercise_id)
    people = [exercise.made_by, *(each.by for each in entries), *(each.by for each in acts)]
    people += [each.by for each in seen]
    names = names_of(session, [*people, *(each.release.by for each in injects if each.release)])
    return Report(
        name=exercise.name,
        tables={
            "exercise": _facts(exercise, names),
            MSEL: [_line(each, names) for each in injects],
            "participants": [
                (each.name, PART_NAMES[each.part]) for each in participants(session, principal, exercise_id)
            ],
            "objectives": _objectives(objectives(session, principal, exercise_id), seen, names),
            "log": [
                (_plain(each.time_ms), _central(each.at), names.get(each.by, ""), each.inject, each.words)
                for each in entries
            ],
            "clock": [
                (
                    each.act,
                    _plain(each.from_ms),
                    _plain(each.to_ms),
                    _central(each.at),
                    names.get(each.by, ""),
                )
                for each in acts
            ],
            "contacts": [
                (each.number, each.name, each.organisation, each.phone, each.email)
                for each in contacts(session, principal, exercise_id)
            ],
        },
    )


def _facts(exercise: Exercise, names: Mapping[str, str]) -> list[tuple[Cell, ...]]:
    return [
        ("Name", exercise.name),
        ("What is made up", exercise.about),
        ("Designer", names.get(exercise.made_by, "")),
        ("Made", _central(exercise.made_at)),
        ("Clock first ran", _central(exercise.begun_at)),
        ("Ended", _central(exercise.ended_at)),
        ("Clock reads", _plain(exercise.time_ms)),
        ("Stored scenario", exercise.scenario_id),
        ("Registry it is played on", exercise.snapshot_hash),
        ("Roads it is played on", exercise.network_hash),
    ]


def _line(each: Inject, names: Mapping[str, str]) -> tuple[Cell, ...]:
    plan, release = each.plan, each.release
    by = None if release is None else names.get(release.by or "", "the clock")
    return (
        each.number,
        _plain(plan.planned_ms),
        plan.title,
        plan.happens,
        plan.sender,
        plan.receiver,
        plan.expected,
        plan.objective,
        "by hand" if plan.by_hand else "by the clock",
        each.state,
        None if release is None else _plain(release.time_ms),
        None if release is None else _central(release.at),
        by,
        None if plan.patch is None else json.dumps(plan.patch, ensure_ascii=False, separators=(",", ":")),
    )


def _objectives(
    known: Sequence[Objective], seen: Sequence[Observation], names: Mapping[str, str]
) -> list[tuple[Cell, ...]]:
    """Return one row for each observation of each measure, and one for each measure that nobody observed."""
    rows: list[tuple[Cell, ...]] = []
    for each in known:
        said = (each.number, each.capability, each.words)
        for measure, words in [(None, ""), *enumerate(each.measures, 1)]:
            found = [one for one in seen if (one.objective, one.measure) == (each.number, measure)]
            rows += [(*said, measure, words, *_observed(one, names)) for one in found]
            if not found and (measure is not None or not each.measures):
                rows.append((*said, measure, words, None, None, None, None, None))
    return rows


def _observed(one: Observation, names: Mapping[str, str]) -> tuple[Cell, ...]:
    rating = RATING_NAMES[one.rating] if one.rating else None
    return (one.rating, rating, one.words, _plain(one.time_ms), names.get(one.by, ""))


def _plain(time_ms: int) -> str:
    """Return an exercise time as files have it: without the plus, which spreadsheets take for a formula."""
    return time_words(time_ms).removeprefix("+")


def _central(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(CENTRAL).strftime("%Y-%m-%d %H:%M:%S")
