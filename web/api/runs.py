"""Runs: what was computed and kept, its result as it was stored, and whether it still gives the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import Field

from matching.atlas import atlas
from matching.coverage.pace import check_replay
from matching.runs.making import replay
from matching.runs.showing import taken
from registry.runs import store
from registry.runs.packing import hash_of
from web.api.conditions import tag_of
from web.api.paging import Paged, after_moment, key_of_moment, page
from web.api.route import Call, File, NoQuestion, Nothing, Reply, Route
from web.api.values import Moment, Told, Words

if TYPE_CHECKING:
    from registry.runs.store import Run

JSON: Final = "application/json"


class RunsAsked(Paged):
    """Which runs."""

    kind: Annotated[Words, Field(max_length=40)] | None = Field(
        default=None, description="`match`, `coverage` or `scenario`"
    )


class RunLine(Told):
    """A run as a list shows it."""

    id: str
    kind: str
    label: str
    made_at: Moment
    account_name: str
    parent_id: str | None
    counties: tuple[str, ...]
    result_hash: str


class RunTold(RunLine):
    """All that went into a run: hashes of what stood, what was asked, and by which code."""

    snapshot_hash: str
    network_hash: str
    ground_hash: str
    patch: dict[str, Any] | None
    parameters: dict[str, Any]
    code_version: str
    seed: int


class RunsTold(Told):
    """A page of runs."""

    runs: tuple[RunLine, ...]


class ReplayTold(Told):
    """A run computed again: whether the bytes are the same, which inputs are not what they were, and the hash now."""

    same: bool
    differences: tuple[str, ...]
    result_hash: str | None = Field(description="null: an input is not there any more")


def listed(call: Call[Nothing, RunsAsked]) -> Reply:
    """Return a page of the runs that the account may read, the latest first."""
    asked = call.asked
    found = store.list_runs(
        call.session, call.principal, kind=asked.kind, after=after_moment(asked), limit=asked.limit + 1
    )
    shown, after = page(found, _key, asked)
    return Reply(value=RunsTold(runs=tuple(map(line_of, shown))), after=after)


def line_of(run: Run) -> RunLine:
    """Return a run as a list shows it."""
    return RunLine(**{name: getattr(run, name) for name in RunLine.model_fields})


def read(call: Call[Nothing, NoQuestion]) -> Reply:
    """Return what a run was computed from."""
    run = store.load_run(call.session, call.principal, call.ids["run_id"])
    told = RunTold(**{name: getattr(run, name) for name in RunTold.model_fields})
    return Reply(value=told, etag=tag_of(told))


def result(call: Call[Nothing, NoQuestion]) -> Reply:
    """Return the bytes of a run's result as they are stored, tagged by their hash."""
    run, content = taken(call.session, call.principal, call.ids["run_id"])
    return Reply(file=File(content=content, media_type=JSON), etag=run.result_hash)


def again(call: Call[Nothing, NoQuestion]) -> Reply:
    """Return whether a run gives the same bytes when it is computed again."""
    run = store.load_run(call.session, call.principal, call.ids["run_id"])
    check_replay(atlas(call.session), run.kind)
    found = replay(call.session, run)
    now = None if found.result is None else hash_of(found.result)
    return Reply(value=ReplayTold(same=found.same, differences=found.differences, result_hash=now))


def _key(run: Run) -> tuple[str | int, ...]:
    return key_of_moment(run.made_at), run.id


_ONE: Final = "/runs/{run_id}"

ROUTES: Final = (
    Route(
        method="GET",
        path="/runs",
        action="run.read",
        does=listed,
        summary="List the runs that you may read, the latest first",
        asks=RunsAsked,
        gives=RunsTold,
    ),
    Route(
        method="GET",
        path=_ONE,
        action="run.read",
        does=read,
        summary="Read what a run was computed from",
        gives=RunTold,
        tagged=True,
    ),
    Route(
        method="GET",
        path=f"{_ONE}/result",
        action="run.read",
        does=result,
        summary="Read a run's result, byte for byte as it is stored",
        about=(
            "The ETag is the SHA-256 of the bytes: it is the run's `result_hash`. A result holds ids and numbers, no name. "
            "One that was kept with open names is told only while they are open, with `match.export` and a fresh second "
            "factor, and is recorded."
        ),
        files=(JSON,),
        refuses=(409,),
        tagged=True,
    ),
    Route(
        method="POST",
        path=f"{_ONE}/replay",
        action="run.read",
        does=again,
        summary="Compute a run again from its own inputs, and say whether the bytes are the same",
        about="Takes seconds where its roads are no longer in use. Nothing is kept.",
        takes=Nothing,
        gives=ReplayTold,
        refuses=(409,),
    ),
)
