"""Jobs as pages and programs see them: asked for, looked after, cancelled."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from sqlalchemy import ARRAY, Text, func, select
from sqlalchemy import cast as cast_as

from registry.directory.roads import active_hash
from registry.errors import NotThereError, RegistryError
from registry.jobs import queue
from registry.jobs.tables import JobRow
from registry.runs.snapshots import freeze
from registry.runs.store import require_make, same_patch
from registry.runs.tables import RunRow
from registry.wording import uuid_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from registry.people.principal import Principal

State = Literal["waiting", "working", "done", "refused", "cancelled", "failed"]

OPEN: Final = ("waiting", "working")
"""States that are not the end."""


@dataclass(frozen=True, kw_only=True)
class JobStatus:
    """Where a job stands.

    Parameters
    ----------
    id, kind, label
        Its id, a UUID; which recipe; what whoever asked calls it.
    state
        `waiting` for a worker, `working`, or how it ended.
    fraction, sentence
        How far it is, 0 to 1, and what it does now.
    run_id
        The run that it left; None until it is done.
    refusal
        Of a refused job: title, given, wanted, todo. Of one that failed: the same, for whoever asked.
    cancelling
        Whether somebody asked to cancel it; it ends at its next step.
    asked_at
        Aware UTC moment.
    """

    id: str
    kind: str
    label: str
    state: State
    fraction: float
    sentence: str
    run_id: str | None
    refusal: Mapping[str, str] | None
    cancelling: bool
    asked_at: datetime

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state not in OPEN


def defer(
    session: Session,
    principal: Principal,
    *,
    kind: str,
    parameters: Mapping[str, Any],
    counties: Collection[str],
    patch: Mapping[str, Any] | None = None,
    seed: int = 0,
    label: str = "",
    parent_id: str | None = None,
    snapshot_hash: str | None = None,
    network_hash: str | None = None,
) -> str:
    """Return the id of a job that a worker takes up as soon as this transaction is committed, and never if it is not.

    What it computes from is frozen here, so that it does not matter when a worker comes to it, or how often.

    Parameters
    ----------
    principal
        On whose behalf; what it may do is asked again when the job starts.
    kind, parameters, patch, seed, counties, label, parent_id
        As for `matching.runs.making.make`; plain JSON.
    snapshot_hash, network_hash
        What to compute from; None for the directory and the roads as they stand now.

    Raises
    ------
    AccessError
        The account may not make such a run there.
    RegistryError
        No roads are loaded.
    """
    require_make(principal, kind, counties)
    roads = network_hash or active_hash(session)
    if roads is None:
        raise RegistryError(
            "The registry has no roads yet",
            given="no road network in use",
            wanted="the roads of data/roads, or lines of your own",
            todo="run `merr load roads`",
        )
    row = JobRow(
        id=uuid.uuid4(),
        kind=kind,
        snapshot_hash=snapshot_hash or freeze(session).content_hash,
        network_hash=roads,
        patch=None if patch is None else dict(patch),
        parameters=dict(parameters),
        seed=seed,
        label=label,
        counties=sorted(counties),
        parent_id=parent_id and uuid_of(parent_id),
        account_id=uuid_of(principal.account_id),
    )
    session.add(row)
    session.flush()
    queue.put(session, str(row.id))
    return str(row.id)


def status_of(session: Session, principal: Principal, job_id: str) -> JobStatus:
    """Return where a job of one's own stands.

    Raises
    ------
    NotThereError
        There is no such job, or somebody else asked for it.
    """
    return _status(session, _own(session, principal, job_id))


def latest_open(session: Session, principal: Principal, kind: str) -> JobStatus | None:
    """Return the latest job of that kind that the account asked for and that has not ended; None without one.

    So a page finds its job again after a reload, in whatever browser.
    """
    return _latest(session, principal, JobRow.kind == kind, JobRow.state.in_(OPEN))


def latest_of(
    session: Session,
    principal: Principal,
    kind: str,
    parameters: Mapping[str, Any],
    patch: Mapping[str, Any] | None = None,
    *,
    but: tuple[str, ...] = (),
) -> JobStatus | None:
    """Return the latest job that the account asked for with these very parameters, under way or done; None without one.

    `but` is the path of a value in them that may be another.
    """
    path, given = cast_as(list(but), ARRAY(Text)), cast_as(dict(parameters), JobRow.parameters.type)
    same = JobRow.parameters.op("#-")(path) == given.op("#-")(path)
    of = (JobRow.kind == kind, JobRow.state.in_((*OPEN, "done")), same, same_patch(JobRow.patch, patch))
    return _latest(session, principal, *of)


def under_way_of(
    session: Session,
    principal: Principal,
    kind: str,
    parameters: Mapping[str, Any],
    patch: Mapping[str, Any] | None = None,
    *,
    but: tuple[str, ...] = (),
) -> JobStatus | None:
    """Return the job of `latest_of` unless it has ended."""
    job = latest_of(session, principal, kind, parameters, patch, but=but)
    return None if job is None or job.ended else job


def _latest(session: Session, principal: Principal, *that: ColumnElement[bool]) -> JobStatus | None:
    own = JobRow.account_id == uuid_of(principal.account_id)
    query = select(JobRow).where(own, *that).order_by(JobRow.asked_at.desc(), JobRow.id).limit(1)
    row = session.scalar(query)
    return None if row is None else _status(session, row)


def cancel(session: Session, principal: Principal, job_id: str) -> JobStatus:
    """Return where a job stands once it is asked to stop: one that waits ends now, one at work at its next step.

    Raises
    ------
    NotThereError
        There is no such job, or somebody else asked for it.
    """
    row = _own(session, principal, job_id, hold=True)
    if row.state in OPEN:
        row.cancel_asked_at = row.cancel_asked_at or _now(session)
    if row.state == "waiting":
        row.state, row.ended_at = "cancelled", _now(session)
    session.flush()
    return _status(session, row)


def _own(session: Session, principal: Principal, job_id: str, *, hold: bool = False) -> JobRow:
    known = uuid_of(job_id)
    query = select(JobRow).where(JobRow.id == known).execution_options(populate_existing=True)
    row = None if known is None else session.scalar(query.with_for_update() if hold else query)
    if row is None or str(row.account_id) != principal.account_id:
        raise NotThereError(
            "There is no such job",
            given=repr(job_id[:60]),
            wanted="the id of a job that you asked for",
            todo="ask for it again",
        )
    return row


def _status(session: Session, row: JobRow) -> JobStatus:
    run_id = session.scalar(select(RunRow.id).where(RunRow.job_id == row.id))
    return JobStatus(
        id=str(row.id),
        kind=row.kind,
        label=row.label,
        state=cast("State", row.state),
        fraction=row.fraction,
        sentence=row.sentence,
        run_id=None if run_id is None else str(run_id),
        refusal=row.refusal,
        cancelling=row.cancel_asked_at is not None,
        asked_at=row.asked_at,
    )


def _now(session: Session) -> datetime:
    moment: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
    return moment
