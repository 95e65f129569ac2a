"""A job in the hands of a worker: taken up, carried on step by step, ended once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select, text

from registry.db.engine import session_scope
from registry.jobs import queue
from registry.jobs.store import OPEN
from registry.jobs.tables import JobRow
from registry.wording import uuid_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from geo.errors import Refusal

MOST_STARTS: Final = 3
"""A job that ended so many workers is not given to another one."""

_LOST = text(
    """
    SELECT job.id::text FROM runs.jobs AS job
    WHERE job.state IN ('waiting', 'working') AND NOT EXISTS (
        SELECT FROM jobs.procrastinate_jobs AS queued
        WHERE queued.args ->> 'job_id' = job.id::text AND queued.status IN ('todo', 'doing'))
    ORDER BY job.asked_at, job.id FOR UPDATE OF job SKIP LOCKED
    """
)


class Cancelled(Exception):  # noqa: N818 - nothing went wrong
    """Whoever asked for the job does not want it any more."""


class Stopped(Exception):  # noqa: N818
    """The worker is to stop; somebody else goes on."""


class Lost(Exception):  # noqa: N818
    """The job is not this worker's any more: it was late, counted as dead, and another has it or has ended it."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """All that a worker needs of a job; the fields are those of `registry.jobs.store.defer`, but for the last.

    `starts` is how often it was begun, by which a worker that is late is told from the one that has the job now.
    """

    id: str
    kind: str
    snapshot_hash: str
    network_hash: str
    patch: Mapping[str, Any] | None
    parameters: Mapping[str, Any]
    seed: int
    label: str
    counties: tuple[str, ...]
    parent_id: str | None
    account_id: str
    starts: int


def take(url: str, job_id: str) -> Job | None:
    """Return a job that is now at work; None when there is nothing to do any more.

    One that is at work already was left by a worker that died, or is late and counted as dead: from now on that one
    can neither end the job nor give it back.
    """
    with session_scope(url) as session:
        row = _held(session, job_id)
        if row is None or row.state not in OPEN:
            return None
        if row.cancel_asked_at is not None:
            _end(row, "cancelled")
            return None
        if row.starts >= MOST_STARTS:
            _end(row, "failed")
            row.refusal = _worn(row.starts)
            return None
        row.state, row.starts, row.started_at = "working", row.starts + 1, func.clock_timestamp()
        session.flush()
        return _job(row)


def report(url: str, job: Job, fraction: float, sentence: str) -> None:
    """Note how far a job is.

    Raises
    ------
    Cancelled
        It is not wanted any more.
    Lost
        It is another worker's, or has ended without us.
    """
    with session_scope(url) as session:
        row = _own(session, job)
        if row is None:
            raise Lost
        if row.cancel_asked_at is not None:
            raise Cancelled
        row.fraction, row.sentence = min(max(fraction, 0.0), 1.0), sentence


def may_end(session: Session, job: Job) -> bool:
    """Return whether the result is to be kept in this transaction, which then is the only one to do so."""
    row = _own(session, job)
    if row is None or row.cancel_asked_at is not None:
        return False
    _end(row, "done")
    row.fraction = 1.0
    session.flush()
    return True


def end_cancelled(url: str, job: Job) -> None:
    """Note that a job stopped because it was cancelled; nothing of it is kept."""
    _close(url, job, "cancelled", None)


def end_refused(url: str, job: Job, refusal: Refusal) -> None:
    """Note that a job cannot be done as it was asked, and why."""
    words = {"title": refusal.title, "given": refusal.given, "wanted": refusal.wanted, "todo": refusal.todo}
    _close(url, job, "refused", words)


def end_failed(url: str, job: Job) -> None:
    """Note that a job met a fault of ours, whose words are in the worker's log and not for the page."""
    words = {
        "title": "This could not be computed",
        "given": f"job {job.id}",
        "wanted": "a result",
        "todo": "ask again; if it fails again, give the operator this id: the worker's log says more",
    }
    _close(url, job, "failed", words)


def put_back(url: str, job: Job) -> None:
    """Give a job back, so that the next worker takes it up from its beginning."""
    with session_scope(url) as session:
        row = _own(session, job)
        if row is not None:
            row.state, row.fraction, row.sentence = "waiting", 0.0, ""
            row.starts = max(row.starts - 1, 0)  # it did not end this worker
            queue.put(session, job.id)


def mend(url: str) -> int:
    """Return the number of jobs put into the queue again because it had lost them while they had not ended.

    So it is when the database went away between the end of a job's work and the note of it.
    """
    with session_scope(url) as session:
        lost = list(session.scalars(_LOST))
        for job_id in lost:
            queue.put(session, job_id)
        return len(lost)


def _close(url: str, job: Job, state: str, refusal: Mapping[str, str] | None) -> None:
    with session_scope(url) as session:
        row = _own(session, job)
        if row is not None:
            _end(row, state)
            row.refusal = None if refusal is None else dict(refusal)


def _own(session: Session, job: Job) -> JobRow | None:
    """Return the row of a job that this worker has under way; None when it is another's or has ended."""
    row = _held(session, job.id)
    return row if row is not None and row.state == "working" and row.starts == job.starts else None


def _held(session: Session, job_id: str) -> JobRow | None:
    query = select(JobRow).where(JobRow.id == uuid_of(job_id)).with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))


def _end(row: JobRow, state: str) -> None:
    row.state, row.sentence, row.ended_at = state, "", func.clock_timestamp()


def _worn(starts: int) -> dict[str, str]:
    return {
        "title": "This ended each worker that took it up",
        "given": f"{starts} workers that died at it",
        "wanted": "a job that fits the memory of this machine",
        "todo": "ask for less at once, or give the operator this job's id",
    }


def _job(row: JobRow) -> Job:
    return Job(
        id=str(row.id),
        kind=row.kind,
        snapshot_hash=row.snapshot_hash,
        network_hash=row.network_hash,
        patch=row.patch,
        parameters=row.parameters,
        seed=row.seed,
        label=row.label,
        counties=tuple(row.counties),
        parent_id=None if row.parent_id is None else str(row.parent_id),
        account_id=str(row.account_id),
        starts=row.starts,
    )
