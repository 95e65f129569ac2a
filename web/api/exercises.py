"""Exercises: what one may see of them, injects released by a controller, what was written down, and the report.

Nothing here takes an Idempotency-Key: answers kept for repeats lie in a live table, which no exercise touches. A repeated
release of an inject is refused, since it is released already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import Field

from registry.exercises import diary, running, store
from registry.exercises.msel import read_msel
from registry.exercises.report import gather
from registry.exercises.report_files import Ending, report_file
from registry.people.names import names_of
from web.api.conditions import tag_of
from web.api.exercises_told import (
    EntryTold,
    ExercisesTold,
    ExerciseTold,
    InjectsTold,
    InjectTold,
    LogTold,
    ObservationsTold,
    ObservationTold,
)
from web.api.paging import Paged, after_moment, id_of_key, key_of_moment, moment_of_key, page, read_cursor
from web.api.route import Call, File, NoQuestion, Nothing, Reply, Route
from web.api.values import Asked, Given

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from registry.exercises.exercise import Exercise, Inject, LogEntry, Observation

READ, RUN = "exercise.read", "exercise.run"
MEDIA_TYPES: Final[dict[Ending, str]] = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class ReportAsked(Asked):
    """As which file."""

    format: Ending = "json"


class ReleaseGiven(Given):
    """Which inject."""

    number: Annotated[int, Field(ge=1, le=2**31 - 1)]


def listed(call: Call[Nothing, Paged]) -> Reply:
    """Return a page of the exercises that the account may see, the newest first."""
    asked = call.asked
    found = store.list_exercises(
        call.session, call.principal, after=after_moment(asked), limit=asked.limit + 1
    )
    shown, after = page(found, _key, asked)
    return Reply(value=ExercisesTold(exercises=tuple(map(_exercise, shown))), after=after)


def read(call: Call[Nothing, NoQuestion]) -> Reply:
    """Return an exercise as the account may see it."""
    return Reply(value=_exercise(store.load(call.session, call.principal, call.ids["exercise_id"])))


def injects(call: Call[Any, NoQuestion]) -> Reply:
    """Return the injects as the account may see them, what the clock has reached released."""
    known = call.ids["exercise_id"]
    running.settle(call.session, call.principal, known)
    told = InjectsTold(injects=_injects(call, read_msel(call.session, call.principal, known)))
    return Reply(value=told, etag=tag_of(told))


def release(call: Call[ReleaseGiven, NoQuestion]) -> Reply:
    """Return the injects once one was released by hand."""
    running.release(call.session, call.principal, call.ids["exercise_id"], call.body.number)
    return injects(call)


def log(call: Call[Nothing, Paged]) -> Reply:
    """Return a page of the log, in the order in which it was written."""
    asked = call.asked
    found = diary.log(
        call.session,
        call.principal,
        call.ids["exercise_id"],
        after=after_moment(asked),
        limit=asked.limit + 1,
    )
    shown, after = page(found, _entry_key, asked)
    names = names_of(call.session, [each.by for each in shown])
    told = tuple(
        EntryTold(
            time_ms=each.time_ms,
            at=each.at,
            by=names.get(each.by, ""),
            words=each.words,
            inject=each.inject,
        )
        for each in shown
    )
    return Reply(value=LogTold(entries=told), after=after)


def observations(call: Call[Nothing, Paged]) -> Reply:
    """Return a page of what was seen, by objective and time."""
    asked, begins = call.asked, None
    if asked.after is not None:
        objective, at, last = read_cursor(asked.after, (int, int, str))
        moment = moment_of_key(asked.after, int(at))
        begins = int(objective), moment, id_of_key(asked.after, str(last))
    found = diary.observations(
        call.session, call.principal, call.ids["exercise_id"], after=begins, limit=asked.limit + 1
    )
    shown, after = page(found, _observation_key, asked)
    names = names_of(call.session, [each.by for each in shown])
    told = tuple(
        ObservationTold(
            time_ms=each.time_ms,
            at=each.at,
            by=names.get(each.by, ""),
            words=each.words,
            objective=each.objective,
            measure=each.measure,
            rating=each.rating,
        )
        for each in shown
    )
    return Reply(value=ObservationsTold(observations=told), after=after)


def report(call: Call[Nothing, ReportAsked]) -> Reply:
    """Return the report for the after-action review as a file, whose name says EXERCISE."""
    ending = call.asked.format
    found = gather(call.session, call.principal, call.ids["exercise_id"])
    name, content = report_file(found, ending)
    return Reply(file=File(content=content, media_type=MEDIA_TYPES[ending], name=name))


def _exercise(found: Exercise) -> ExerciseTold:
    return ExerciseTold(
        id=found.id,
        name=found.name,
        about=found.about,
        seat=found.seat,
        time_ms=found.time_ms,
        runs=found.clock.runs,
        now=found.now,
        made_at=found.made_at,
        begun_at=found.begun_at,
        ended_at=found.ended_at,
        patch=None if found.patch is None else dict(found.patch),
        snapshot_hash=found.snapshot_hash,
        network_hash=found.network_hash,
        scenario_id=found.scenario_id,
    )


def _injects(call: Call[Any, Any], found: Sequence[Inject]) -> tuple[InjectTold, ...]:
    whole = store.load(call.session, call.principal, call.ids["exercise_id"]).sees_all
    names = names_of(call.session, [each.release.by for each in found if each.release]) if whole else {}
    return tuple(_inject(each, names, whole=whole) for each in found)


def _inject(each: Inject, names: Mapping[str, str], *, whole: bool) -> InjectTold:
    plan, done = each.plan, each.release
    return InjectTold(
        number=each.number,
        time_ms=plan.planned_ms,
        title=plan.title,
        happens=plan.happens,
        sender=plan.sender,
        receiver=plan.receiver,
        state=each.state,
        released_ms=None if done is None else done.time_ms,
        released_at=None if done is None else done.at,
        released_by=names.get(done.by or "") if done else None,
        version=each.version if whole else None,
        by_hand=plan.by_hand if whole else None,
        expected=plan.expected if whole else None,
        objective=plan.objective if whole else None,
        patch=dict(plan.patch) if whole and plan.patch is not None else None,
    )


def _key(found: Exercise) -> tuple[str | int, ...]:
    return key_of_moment(found.made_at), found.id


def _entry_key(found: LogEntry) -> tuple[str | int, ...]:
    return key_of_moment(found.at), found.id


def _observation_key(found: Observation) -> tuple[str | int, ...]:
    return found.objective, key_of_moment(found.at), found.id


_ONE: Final = "/exercises/{exercise_id}"

ROUTES: Final = (
    Route(
        method="GET",
        path="/exercises",
        action=READ,
        does=listed,
        summary="List the exercises that name your account, the newest first; for designers all",
        asks=Paged,
        gives=ExercisesTold,
    ),
    Route(
        method="GET",
        path=_ONE,
        action=READ,
        does=read,
        summary="Read an exercise, and what its clock reads",
        gives=ExerciseTold,
    ),
    Route(
        method="GET",
        path=f"{_ONE}/injects",
        action=READ,
        does=injects,
        summary="Read the injects; players and observers get what is released, and no more",
        gives=InjectsTold,
        tagged=True,
    ),
    Route(
        method="POST",
        path=f"{_ONE}/release",
        action=RUN,
        does=release,
        summary="Release an inject by hand",
        about="A repeat is refused with 409: what is released stays released.",
        takes=ReleaseGiven,
        gives=InjectsTold,
        refuses=(409,),
    ),
    Route(
        method="GET",
        path=f"{_ONE}/log",
        action=READ,
        does=log,
        summary="Read the log, in the order in which it was written",
        asks=Paged,
        gives=LogTold,
    ),
    Route(
        method="GET",
        path=f"{_ONE}/observations",
        action=READ,
        does=observations,
        summary="Read what evaluators saw, by objective; players and observers get none",
        asks=Paged,
        gives=ObservationsTold,
    ),
    Route(
        method="GET",
        path=f"{_ONE}/report",
        action=READ,
        does=report,
        summary="Take the report for the after-action review: for designers, controllers and evaluators",
        about="`json` and `xlsx` hold all, `csv` the list of injects; each row and each name says EXERCISE.",
        asks=ReportAsked,
        files=("application/json", "text/csv", MEDIA_TYPES["xlsx"]),
    ),
)
