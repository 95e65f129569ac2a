"""Public records: the classes, what waits for review, what was decided, and what a records request would get."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import Field

from registry.people.access import require
from registry.trust import public_records
from registry.trust.declaration import WORDS_LIMIT
from registry.trust.public_records import EXPORTED_AT_ONCE
from registry.trust.records_classes import CLASSES, FIELDS, ClassName
from web.api.paging import Paged, after_moment, key_of_moment, page
from web.api.route import Call, NoQuestion, Nothing, Reply, Route
from web.api.values import Given, Id, Moment, Told, Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from registry.trust.public_records import Shown, Waiting

Decision = Literal["closed", "open"]


class DecisionGiven(Given):
    """What a review decided about what a company had submitted at a moment: that of the queue, in full."""

    decision: Decision
    submitted_at: Moment
    reason: Annotated[Words, Field(max_length=WORDS_LIMIT)]


class ExportGiven(Given):
    """Whose records are asked for."""

    provider_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=EXPORTED_AT_ONCE)]


class ClassTold(Told):
    """A class of records, by which provision it may be withheld (empty: it is open), and its fields by table."""

    name: ClassName
    meaning: str
    provision: str
    fields: dict[str, tuple[str, ...]]


class ClassesTold(Told):
    """All classes of records."""

    classes: tuple[ClassTold, ...]


class WaitingTold(Told):
    """A company whose records wait for review."""

    provider_id: str
    provider_name: str
    submitted_at: Moment
    due_at: Moment
    overdue: bool


class QueueTold(Told):
    """A page of the review queue."""

    waiting: tuple[WaitingTold, ...]


class DecisionTold(Told):
    """What was decided, why, by whom and when."""

    decision: Decision
    reason: str
    by: str
    at: Moment


class DecisionsTold(Told):
    """What was decided about a company's records, the latest first."""

    decisions: tuple[DecisionTold, ...]


class FieldTold(Told):
    """One field as a records request would get it; a withheld one has no value and says by which provision."""

    provider_id: str
    record: str
    record_id: str
    field: str
    given: bool
    value: str | None
    records_class: ClassName
    provision: str


class ExportTold(Told):
    """Every field of the companies asked for."""

    fields: tuple[FieldTold, ...]


def classes(call: Call[Nothing, NoQuestion]) -> Reply:
    """Return the classes of records with their fields."""
    require(call.principal, "records.export")
    told = tuple(
        ClassTold(
            name=name,
            meaning=known.meaning,
            provision=known.provision,
            fields={
                table: tuple(field for field, of in columns.items() if of == name)
                for table, columns in FIELDS.items()
                if name in columns.values()
            },
        )
        for name, known in CLASSES.items()
    )
    return Reply(value=ClassesTold(classes=told))


def queue(call: Call[Nothing, Paged]) -> Reply:
    """Return a page of the companies whose records wait for review, the soonest due first."""
    asked = call.asked
    found = public_records.queue(
        call.session, call.principal, after=after_moment(asked), limit=asked.limit + 1
    )
    shown, after = page(found, _key, asked)
    told = tuple(WaitingTold(**vars(row)) for row in shown)
    return Reply(value=QueueTold(waiting=told), after=after)


def decided(call: Call[Any, NoQuestion]) -> Reply:
    """Return what was decided about a company's records."""
    found = public_records.decisions(call.session, call.principal, call.ids["provider_id"])
    return Reply(value=DecisionsTold(decisions=tuple(DecisionTold(**vars(row)) for row in found)))


def decide(call: Call[DecisionGiven, NoQuestion]) -> Reply:
    """Return nothing: a review is recorded."""
    given, known = call.body, call.ids["provider_id"]
    seen = given.submitted_at
    public_records.decide(call.session, call.principal, known, given.decision, given.reason, seen=seen)
    return Reply(location=f"/providers/{known}/records")


def export(call: Call[ExportGiven, NoQuestion]) -> Reply:
    """Return every field of some companies as a records request would get it; the audit holds the answer's SHA-256."""
    made = public_records.export(
        call.session, call.principal, call.body.provider_ids, lambda rows: _fields_told(rows).as_sent()
    )
    return Reply(value=_fields_told(made.rows))


def _fields_told(rows: Sequence[Shown]) -> ExportTold:
    return ExportTold(fields=tuple(FieldTold(**vars(row)) for row in rows))


def _key(row: Waiting) -> tuple[str | int, ...]:
    return key_of_moment(row.submitted_at), row.provider_id


_COMPANY: Final = "/providers/{provider_id}/records"

ROUTES: Final = (
    Route(
        method="GET",
        path="/records/classes",
        action="records.export",
        does=classes,
        summary="List the classes of public records and which fields are of each",
        gives=ClassesTold,
    ),
    Route(
        method="GET",
        path="/records/queue",
        action="records.review",
        does=queue,
        summary="List the companies whose records wait for review, the soonest due first",
        asks=Paged,
        gives=QueueTold,
    ),
    Route(
        method="POST",
        path="/records/export",
        action="records.export",
        does=export,
        summary="Make what a records request would get of companies: given, or withheld by which provision",
        about=(
            "Wants a second factor given in the last ten minutes: a browser's session that stepped up, never a token."
        ),
        takes=ExportGiven,
        gives=ExportTold,
        refuses=(409,),
    ),
    Route(
        method="GET",
        path=_COMPANY,
        action="records.export",
        does=decided,
        summary="List what was decided about a company's records, the latest first",
        gives=DecisionsTold,
        refuses=(409,),
    ),
    Route(
        method="POST",
        path=_COMPANY,
        action="records.review",
        does=decide,
        summary="Decide whether what a company submitted so far stays closed",
        takes=DecisionGiven,
        status=201,
        once=True,
    ),
)
