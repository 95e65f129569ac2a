"""The review of voluntarily submitted records, and what a records request would get of them.

What companies submit is reviewed within the days of the rule `records_review_days`; a new submission is reviewed anew.
Until a review opens a company's records they are withheld, and protected fields are withheld always: the web
application's login cannot even read them.
"""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from sqlalchemy import and_, func, or_, select

from registry.directory.tables import AssetRow, ProviderRow, SiteRow
from registry.errors import RegistryError
from registry.people.access import require
from registry.people.names import names_of
from registry.people.proof import require_fresh
from registry.trust import events
from registry.trust.declaration import WORDS_LIMIT, checked_text
from registry.trust.record_tables import DECISIONS, RecordReviewRow
from registry.trust.records_classes import CLASSES, FIELDS, ClassName, is_given
from registry.trust.rules import in_use
from registry.trust.tables import ContactRow, ProprietaryRow
from registry.wording import uuid_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session

    from registry.people.principal import Principal

Decision = Literal["closed", "open"]

EXPORTED_AT_ONCE: Final = 300
"""Companies that one export may name: its event names each of them, and an event holds 16 KiB."""


@dataclass(frozen=True, kw_only=True)
class Decided:
    """A decision: whether the records are open, why, by whom (full name) and when (aware UTC)."""

    decision: Decision
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A company whose records wait for review. Times are aware UTC; `overdue` is by the database's clock."""

    provider_id: str
    provider_name: str
    submitted_at: datetime
    due_at: datetime
    overdue: bool


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One field as a records request would get it: with its value, or withheld with class and provision.

    `record` is `provider`, `site`, `asset`, `contact` or `confidence`, and `record_id` its id. A withheld value is
    None and was not read.
    """

    provider_id: str
    record: str
    record_id: str
    field: str
    given: bool
    value: str | None
    records_class: ClassName
    provision: str


@dataclass(frozen=True, kw_only=True)
class Exported:
    """What a records request would get: its fields, the file that is handed out, and the file's SHA-256 (hex, of UTF-8)."""

    rows: tuple[Shown, ...]
    file: str
    sha256: str

    @property
    def withheld(self) -> int:
        """Return how many fields are withheld."""
        return sum(not row.given for row in self.rows)


def queue(
    session: Session,
    principal: Principal,
    *,
    after: tuple[datetime, str] | None = None,
    limit: int | None = None,
) -> tuple[Waiting, ...]:
    """Return the companies whose records wait for review, the soonest due first.

    With `after` (when submitted, the company's id) only those that follow, with `limit` no more than so many.

    Raises
    ------
    AccessError
        `principal` may not review records.
    """
    require(principal, "records.review")
    days = timedelta(days=in_use(session).records_review_days)
    submitted = _submitted().subquery()
    reviewed = (
        select(RecordReviewRow.provider_id, func.max(RecordReviewRow.submitted_at).label("until"))
        .group_by(RecordReviewRow.provider_id)
        .subquery()
    )
    query = (
        select(submitted, func.clock_timestamp().label("now"))
        .outerjoin(reviewed, reviewed.c.provider_id == submitted.c.id)
        .where(reviewed.c.until.is_(None) | (reviewed.c.until < submitted.c.submitted_at))
        .order_by(submitted.c.submitted_at, submitted.c.id)
        .limit(limit)
    )
    if after is not None:
        moment, last = after
        query = query.where(
            or_(
                submitted.c.submitted_at > moment,
                and_(submitted.c.submitted_at == moment, submitted.c.id > uuid.UUID(last)),
            )
        )
    return tuple(
        Waiting(
            provider_id=str(row.id),
            provider_name=row.name,
            submitted_at=row.submitted_at.astimezone(UTC),
            due_at=(row.submitted_at + days).astimezone(UTC),
            overdue=row.submitted_at + days < row.now,
        )
        for row in session.execute(query)
    )


def submitted_at(session: Session, principal: Principal, provider_id: str) -> datetime:
    """Return the moment (aware UTC) at which a company last submitted something: what a review of it now is about.

    Raises
    ------
    AccessError
        `principal` may not review records.
    RegistryError
        There is no such company.
    """
    require(principal, "records.review")
    (found,) = _known(session, [provider_id])
    return _last_submitted(session, found)


def read_seen(text: str) -> datetime:
    """Return the moment (aware UTC) of a submission as the queue tells it.

    Raises
    ------
    RegistryError
        It is no such moment.
    """
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise RegistryError(
            "This is no moment of a submission",
            given=repr(text[:60]),
            wanted="one like 2026-05-22T23:29:01.123456Z",
            todo="take it from the review queue",
        ) from None


def decide(
    session: Session,
    principal: Principal,
    provider_id: str,
    decision: str,
    reason: str,
    *,
    seen: datetime,
) -> None:
    """Record what a review decided about what a company had submitted when the reviewer looked.

    Parameters
    ----------
    seen
        The moment of the newest submission that the reviewer saw, as `queue` and `submitted_at` give it. It is what the
        decision is kept for, so that what is submitted in the same instant is reviewed anew.

    Raises
    ------
    AccessError
        `principal` may not review records.
    StepUpNeeded
        Its second factor is not fresh.
    RegistryError
        There is no such company or decision, the reason says nothing, or another submission came in between.
    """
    require(principal, "records.review")
    require_fresh(session, principal)
    if decision not in DECISIONS:
        raise RegistryError(
            "A review decides one of two things",
            given=repr(decision[:60]),
            wanted="closed or open",
            todo="say one of these",
        )
    words = checked_text("reason", reason, WORDS_LIMIT)
    (found,) = _known(session, [provider_id])
    newest = _last_submitted(session, found)
    if newest != seen:
        raise RegistryError(
            "The company submitted something since you looked",
            given=f"a decision about what was submitted until {seen.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}",
            wanted=f"one about what was submitted until {newest:%Y-%m-%dT%H:%M:%S.%fZ}",
            todo="look at the records again, then decide",
        )
    session.add(
        RecordReviewRow(
            id=uuid.uuid4(),
            provider_id=found,
            decision=decision,
            reason=words,
            submitted_at=seen,
            decided_by=uuid.UUID(principal.account_id),
        )
    )
    session.flush()
    detail = {"decision": decision, "reason": words, "submitted": f"{newest:%Y-%m-%dT%H:%M:%S.%fZ}"}
    events.record(session, "records.reviewed", provider_id=str(found), detail=detail)


def decisions(session: Session, principal: Principal, provider_id: str) -> tuple[Decided, ...]:
    """Return what was decided about a company's records, the latest first.

    Raises
    ------
    AccessError
        `principal` may not export records.
    RegistryError
        There is no such company.
    """
    require(principal, "records.export")
    (found,) = _known(session, [provider_id])
    query = (
        select(RecordReviewRow)
        .where(RecordReviewRow.provider_id == found)
        .order_by(RecordReviewRow.decided_at.desc(), RecordReviewRow.id)
    )
    rows = session.scalars(query).all()
    names = names_of(session, {str(row.decided_by) for row in rows})
    return tuple(
        Decided(
            decision=cast("Decision", row.decision),
            reason=row.reason,
            by=names.get(str(row.decided_by), str(row.decided_by)),
            at=row.decided_at.astimezone(UTC),
        )
        for row in rows
    )


def export(
    session: Session,
    principal: Principal,
    provider_ids: Collection[str],
    written: Callable[[Sequence[Shown]], str],
) -> Exported:
    """Return every field of some companies as a records request would get it, and record that it was made.

    The event names the companies, per class the fields that were withheld, and the SHA-256 of the file, so that a file
    that turns up can be told to be the one that was handed out. It holds no value of any field.

    Parameters
    ----------
    written
        How the fields become the file that is handed out; it is called once, before the event is recorded.

    Raises
    ------
    AccessError
        `principal` may not export records.
    StepUpNeeded
        The second factor is not fresh.
    RegistryError
        A company is not known, or none or too many are named.
    """
    require(principal, "records.export")
    require_fresh(session, principal)
    known = _known(session, provider_ids)
    opened = _opened(session, known)
    rows = tuple(row for each in known for row in _of_company(session, each, opened=each in opened))
    file = written(rows)
    made = Exported(rows=rows, file=file, sha256=hashlib.sha256(file.encode()).hexdigest())
    events.record(session, "records.exported", detail=_told(known, made))
    return made


def _told(companies: Sequence[uuid.UUID], made: Exported) -> dict[str, object]:
    """Return what the event of an export holds: whose records, what of them was withheld as what, and which file."""
    shut = Counter((row.records_class, f"{row.record}.{row.field}") for row in made.rows if not row.given)
    classes = sorted({records_class for records_class, _ in shut})
    return {
        "companies": len(companies),
        "provider_ids": [str(each) for each in companies],
        "fields": len(made.rows),
        "withheld": made.withheld,
        "withheld_of": {
            each: {field: count for (of, field), count in sorted(shut.items()) if of == each}
            for each in classes
        },
        "sha256": made.sha256,
    }


def _submitted() -> Any:  # noqa: ANN401 - a query
    """Return the query of each company with its name and the moment it last submitted something."""
    moment = func.max(func.greatest(ProviderRow.updated_at, SiteRow.updated_at, AssetRow.updated_at))
    return (
        select(ProviderRow.id, ProviderRow.name, moment.label("submitted_at"))
        .outerjoin(SiteRow, SiteRow.provider_id == ProviderRow.id)
        .outerjoin(AssetRow, AssetRow.site_id == SiteRow.id)
        .group_by(ProviderRow.id)
    )


def _last_submitted(session: Session, provider_id: uuid.UUID) -> datetime:
    of_one = _submitted().where(ProviderRow.id == provider_id).subquery()
    moment = session.execute(select(of_one.c.submitted_at)).scalar_one()
    return cast("datetime", moment).astimezone(UTC)


def _known(session: Session, provider_ids: Collection[str]) -> Sequence[uuid.UUID]:
    """Return the ids of companies, sorted, each once."""
    wanted = {uuid_of(each) for each in provider_ids}
    found = set(session.scalars(select(ProviderRow.id).where(ProviderRow.id.in_(wanted - {None}))))
    if not wanted or len(wanted) > EXPORTED_AT_ONCE or found != wanted:
        raise RegistryError(
            "There is no such company" if wanted - found else "These companies cannot be taken at once",
            given=f"{len(wanted):,} ids, {len(found):,} of them known",
            wanted=f"1 to {EXPORTED_AT_ONCE:,} companies of the registry, by their ids",
            todo="take the ids from the review queue",
        )
    return sorted(found)


def _opened(session: Session, provider_ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Return the companies whose newest submission a review opened, and no later one closed."""
    earliest_first = (
        select(RecordReviewRow)
        .where(RecordReviewRow.provider_id.in_(provider_ids))
        .order_by(RecordReviewRow.decided_at, RecordReviewRow.id)
    )
    decided = {row.provider_id: row for row in session.scalars(earliest_first)}
    moments = _submitted().where(ProviderRow.id.in_(provider_ids))
    return {
        row.id
        for row in session.execute(moments)
        if row.id in decided
        and decided[row.id].decision == "open"
        and decided[row.id].submitted_at >= row.submitted_at
    }


def _of_company(session: Session, provider_id: uuid.UUID, *, opened: bool) -> Iterator[Shown]:
    """Yield every field of one company; of what is withheld only the ids are read."""
    sites = select(SiteRow.id).where(SiteRow.provider_id == provider_id)
    records = (
        ("provider", ProviderRow, ProviderRow.id == provider_id, ProviderRow.id),
        ("site", SiteRow, SiteRow.provider_id == provider_id, SiteRow.id),
        ("asset", AssetRow, AssetRow.site_id.in_(sites), AssetRow.id),
    )
    for record, table, of_company, identity in records:
        classes = FIELDS[str(table.__table__)]
        fields = [name for name, each in classes.items() if is_given(each, opened=opened) and name != "point"]
        columns = [table.__table__.c[name] for name in fields]
        for row in session.execute(select(*columns).where(of_company).order_by(identity)):
            values = {name: _words(value) for name, value in zip(fields, row, strict=True)}
            yield from _shown(provider_id, record, values["id"], classes, values)
    for record, shut in (("contact", ContactRow), ("confidence", ProprietaryRow)):
        classes = FIELDS[str(shut.__table__)]
        shut_fields = {name: each for name, each in classes.items() if CLASSES[each].provision}
        yield from _shown(provider_id, record, "", shut_fields, {})


def _shown(
    provider_id: uuid.UUID,
    record: str,
    record_id: str,
    classes: Mapping[str, ClassName],
    values: dict[str, str],
) -> Iterator[Shown]:
    for name, each in classes.items():
        if name == "point":  # made of lon and lat
            continue
        yield Shown(
            provider_id=str(provider_id),
            record=record,
            record_id=record_id,
            field=name,
            given=name in values,
            value=values.get(name),
            records_class=each,
            provision="" if name in values else CLASSES[each].provision,
        )


def _words(value: object) -> str:
    return "" if value is None else str(value)
