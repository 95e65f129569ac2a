"""Runs in and out of the database, as far as whoever asks may make and read them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, cast, or_, select, true
from sqlalchemy.orm import aliased, defer

from registry.errors import NotThereError
from registry.people.access import (
    Target,
    allowed,
    counties_within,
    may_somewhere,
    require,
    require_somewhere,
)
from registry.people.names import names_of
from registry.runs.packing import hash_of, packed, unpacked
from registry.runs.tables import RunRow
from registry.scenarios.withheld import withheld
from registry.wording import uuid_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import InstrumentedAttribute, Session

    from registry.people.principal import Principal
    from registry.scenarios.tables import ScenarioRow

ACTIONS: Final[dict[str, tuple[str, str]]] = {
    "exercise_coverage": ("exercise.edit", "exercise.edit"),
    "scenario": ("scenario.edit", "scenario.read"),
    "scenario_coverage": ("scenario.edit", "scenario.read"),
}
"""The actions that make and read runs of a kind, for a kind that has its own; `USUAL` for all others."""

USUAL: Final = ("run.make", "run.read")


@dataclass(frozen=True, kw_only=True)
class Run:
    """One computation: all that went into it, and by which hash its result is known.

    Parameters
    ----------
    id
        Random, a UUID.
    kind
        Which recipe computed it: `match`, `coverage`.
    snapshot_hash, network_hash, ground_hash
        The directory, the roads, and the counties, people, vehicles and ZIP points it was computed on; SHA-256.
    patch
        What a scenario changes; None for things as they stand.
    parameters, seed
        What was asked for, as plain JSON, and where chance begins.
    code_version
        The release and the hash of the code that computed it.
    result_hash
        SHA-256 of the result's bytes.
    account_id, account_name
        Who asked; None and `the operator` for a command of the operator.
    made_at
        Aware UTC moment, by the database's clock.
    parent_id
        The run that it follows from, if any.
    label
        What whoever asked calls it.
    counties
        What it is about, by FIPS code.
    """

    id: str
    kind: str
    snapshot_hash: str
    network_hash: str
    ground_hash: str
    patch: Mapping[str, Any] | None
    parameters: Mapping[str, Any]
    code_version: str
    seed: int
    result_hash: str
    account_id: str | None
    account_name: str
    made_at: datetime
    parent_id: str | None = None
    label: str = ""
    counties: tuple[str, ...] = ()


def record_run(
    session: Session,
    principal: Principal,
    *,
    kind: str,
    snapshot_hash: str,
    network_hash: str,
    ground_hash: str,
    parameters: Mapping[str, Any],
    code_version: str,
    result: bytes,
    counties: Collection[str],
    patch: Mapping[str, Any] | None = None,
    seed: int = 0,
    label: str = "",
    parent_id: str | None = None,
    job_id: str | None = None,
) -> Run:
    """Return a run as it is kept from now on, in this transaction.

    Parameters
    ----------
    principal
        Who asks for it; the fields are those of `Run`.
    result
        The bytes that were computed.
    counties
        What it is about: it is made and read by who has one of these counties, or all.
    job_id
        The job that computed it; there is one run for each job.

    Raises
    ------
    AccessError
        The account may not make such a run, or not there.
    """
    require_make(principal, kind, counties)
    row = RunRow(
        id=uuid.uuid4(),
        kind=kind,
        snapshot_hash=snapshot_hash,
        network_hash=network_hash,
        ground_hash=ground_hash,
        patch=None if patch is None else dict(patch),
        parameters=dict(parameters),
        code_version=code_version,
        seed=seed,
        result_hash=hash_of(result),
        result=packed(result),
        account_id=uuid_of(principal.account_id),
        parent_id=parent_id and uuid_of(parent_id),
        job_id=job_id and uuid_of(job_id),
        label=label,
        counties=sorted(counties),
    )
    session.add(row)
    session.flush()
    return _run(row, names_of(session, [principal.account_id]))


def require_make(principal: Principal, kind: str, counties: Collection[str]) -> None:
    """Refuse who may not make a run of that kind about these counties.

    Raises
    ------
    AccessError
        The roles of the account do not allow it, or not there.
    """
    require(principal, _actions(kind)[0], Target(counties=frozenset(counties)))


def load_run(session: Session, principal: Principal, run_id: str) -> Run:
    """Return a run, without its result.

    Raises
    ------
    NotThereError
        There is no such run, or none that the account may read: who may not does not learn which.
    AccessError
        The account may read no runs at all.
    """
    row = _row(session, principal, run_id)
    return _run(row, names_of(session, [_text(row.account_id)]))


def result_of(session: Session, principal: Principal, run_id: str) -> bytes:
    """Return the bytes of a run's result.

    They hold ids and numbers, never a name; who shows them asks first how much of them may be seen now.

    Raises
    ------
    NotThereError, AccessError
        As `load_run` raises them.
    RunError
        The bytes are not those that were stored.
    """
    row = _row(session, principal, run_id)
    return unpacked(bytes(row.result), row.result_hash, "result")


def list_runs(
    session: Session,
    principal: Principal,
    *,
    kind: str | None = None,
    after: tuple[datetime, str] | None = None,
    limit: int = 50,
) -> list[Run]:
    """Return the latest runs that an account may read, the latest first.

    Parameters
    ----------
    kind
        Only runs of this kind; None for all.
    after
        Only those that follow the run made at this moment with this id; None for the first.
    limit
        How many at most.
    """
    query = (
        select(RunRow)
        .options(defer(RunRow.result))
        .where(_that_may_be_read(principal), _not_withheld(session, principal))
    )
    if kind is not None:
        query = query.where(RunRow.kind == kind)
    if after is not None:
        query = query.where(_follow(*after))
    found = session.scalars(query.order_by(RunRow.made_at.desc(), RunRow.id).limit(limit)).all()
    names = names_of(session, [_text(row.account_id) for row in found])
    return [_run(row, names) for row in found]


def latest_alike(
    session: Session,
    *,
    kind: str,
    parameters: Mapping[str, Any],
    snapshot_hash: str,
    network_hash: str,
    ground_hash: str,
    code_version: str,
    patch: Mapping[str, Any] | None = None,
) -> tuple[Run, bytes] | None:
    """Return the latest run with the same inputs, and its result; None without one.

    It is asked for in place of computing the result here, so whoever may have that computed may be told it, also who
    may not read the run: the caller asks for the one, and `may_read` before it tells of the other.
    """
    query = (
        select(RunRow)
        .where(
            RunRow.kind == kind,
            same_patch(RunRow.patch, patch),
            RunRow.snapshot_hash == snapshot_hash,
            RunRow.network_hash == network_hash,
            RunRow.ground_hash == ground_hash,
            RunRow.code_version == code_version,
            RunRow.parameters == cast(dict(parameters), RunRow.parameters.type),
        )
        .order_by(RunRow.made_at.desc(), RunRow.id)
        .limit(1)
    )
    row = session.scalar(query)
    if row is None:
        return None
    run = _run(row, names_of(session, [_text(row.account_id)]))
    return run, unpacked(bytes(row.result), row.result_hash, "result")


def may_read(session: Session, principal: Principal, run: Run) -> bool:
    """Return whether an account may read a run: whether `load_run` gives it."""
    there = select(RunRow.id).where(
        RunRow.id == uuid_of(run.id), _that_may_be_read(principal), _not_withheld(session, principal)
    )
    return session.scalar(there) is not None


def same_patch(
    column: InstrumentedAttribute[dict[str, Any] | None], patch: Mapping[str, Any] | None
) -> ColumnElement[bool]:
    """Return the condition that a scenario's patch is the same; None is that of things as they stand."""
    return column.is_(None) if patch is None else column == cast(dict(patch), column.type)


def _that_may_be_read(principal: Principal) -> ColumnElement[bool]:
    """Return the condition that an account may read a run: `_readable`, for the database to choose by."""
    own = [and_(RunRow.kind == kind, _within(principal, read)) for kind, (_, read) in ACTIONS.items()]
    return or_(and_(RunRow.kind.not_in(list(ACTIONS)), _within(principal, USUAL[1])), *own)


def _not_withheld(session: Session, principal: Principal) -> ColumnElement[bool]:
    """Return the condition that a run tells nothing of a scenario that is withheld from the account.

    Neither a run with its patch, nor one of things as they stood where it begins: that one says what is asked there,
    and under which name. Nor what follows from either.
    """
    hidden, before = withheld(session, principal), aliased(RunRow)
    if not hidden:
        return true()
    follows = RunRow.parent_id.in_(select(before.id).where(or_(*(_tells(before, each) for each in hidden))))
    return or_(follows, *(_tells(RunRow, each) for each in hidden)).is_not(true())


def _tells(run: type[RunRow], scenario: ScenarioRow) -> ColumnElement[bool]:
    """Return the condition that a run is one of a scenario, or of things as they stood where it begins."""
    as_it_stood = and_(
        run.kind == "scenario",
        run.patch.is_(None),
        run.snapshot_hash == scenario.snapshot_hash,
        run.network_hash == scenario.network_hash,
    )
    return or_(run.patch == scenario.patch, as_it_stood)


def _within(principal: Principal, action: str) -> ColumnElement[bool]:
    """Return the condition that an account may do an action on a run, as the table of access says."""
    held = frozenset[str]().union(*(each.counties for each in principal.appointments))
    where = counties_within(principal, action, held)
    if where is None:
        return true()
    there = RunRow.counties.op("&&")(cast(sorted(where), RunRow.counties.type))
    if allowed(principal, action, Target(account_id=principal.account_id)):
        return or_(there, RunRow.account_id == uuid_of(principal.account_id))
    return there


def _follow(made_at: datetime, run_id: str) -> ColumnElement[bool]:
    """Return the condition that a run stands behind one made then with that id."""
    return or_(RunRow.made_at < made_at, and_(RunRow.made_at == made_at, RunRow.id > uuid_of(run_id)))


def _row(session: Session, principal: Principal, run_id: str) -> RunRow:
    if not any(may_somewhere(principal, reading) for _, reading in (USUAL, *ACTIONS.values())):
        require_somewhere(principal, USUAL[1])
    known = uuid_of(run_id)
    query = (
        select(RunRow)
        .where(RunRow.id == known, _not_withheld(session, principal))
        .options(defer(RunRow.result))
    )
    row = None if known is None else session.scalar(query)
    if row is None or not _readable(principal, row):
        raise NotThereError(
            "There is no such run",
            given=repr(run_id[:60]),
            wanted="the id of a run that you may read",
            todo="take the id from the page, or from `merr run list`",
        )
    return row


def _readable(principal: Principal, row: RunRow) -> bool:
    return allowed(principal, _actions(row.kind)[1], _target(row))


def _actions(kind: str) -> tuple[str, str]:
    return ACTIONS.get(kind, USUAL)


def _target(row: RunRow) -> Target:
    return Target(counties=frozenset(row.counties), account_id=_text(row.account_id))


def _run(row: RunRow, names: Mapping[str, str]) -> Run:
    account_id = _text(row.account_id)
    return Run(
        id=str(row.id),
        kind=row.kind,
        snapshot_hash=row.snapshot_hash,
        network_hash=row.network_hash,
        ground_hash=row.ground_hash,
        patch=row.patch,
        parameters=row.parameters,
        code_version=row.code_version,
        seed=row.seed,
        result_hash=row.result_hash,
        account_id=account_id,
        account_name=names.get(account_id, "") if account_id else "the operator",
        made_at=row.made_at.astimezone(UTC),
        parent_id=_text(row.parent_id),
        label=row.label,
        counties=tuple(row.counties),
    )


def _text(known: uuid.UUID | None) -> str | None:
    return None if known is None else str(known)
