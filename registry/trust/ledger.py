"""The audit as the database holds it, read for the chain: event by event, in one snapshot."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from sqlalchemy import LargeBinary, Text, cast, func, select

from registry.trust.chain import Anchor, Head, Link, Verdict, verify
from registry.trust.event_tables import EventRow, HeadRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from registry.db.engine import Session

_ROWS_AT_ONCE = 2_000


def verify_events(session: Session, anchors: Iterable[Anchor] = ()) -> Verdict:
    """Return what `registry.trust.chain.verify` finds in the database; memory does not grow with the events.

    Parameters
    ----------
    session
        Of a snapshot, so that the head and the events belong together.
    """
    return verify(_links(session), _head(session), anchors)


def _links(session: Session) -> Iterator[Link]:
    """Yield all events by number. Whatever a superuser may have put into a column can be read here."""
    query = select(
        func.coalesce(EventRow.seq, 0),
        # As the server keeps it: microseconds since 2000, also for a moment that Python has no date for.
        func.coalesce(func.timestamptz_send(EventRow.at), b"", type_=LargeBinary),
        EventRow.login,
        EventRow.account_id,
        EventRow.session_id,
        EventRow.request_id,
        EventRow.action,
        cast(EventRow.incident_id, Text),
        cast(EventRow.provider_id, Text),
        cast(EventRow.declaration_id, Text),
        EventRow.purpose,
        cast(EventRow.detail, Text),
        EventRow.prev_hash,
        EventRow.hash,
    ).order_by(EventRow.seq)
    rows = session.execute(query, execution_options={"yield_per": _ROWS_AT_ONCE})
    for seq, at, *columns in rows:
        yield Link(seq, int.from_bytes(at, "big", signed=True), *columns)


def head_now(session: Session) -> Anchor | None:
    """Return the head with the database's clock, as an anchor keeps it; None while nothing was recorded."""
    at = session.execute(select(func.clock_timestamp())).scalar_one()
    head = _head(session)
    if head is None or head.seq < 1:
        return None
    return Anchor(head.seq, head.hash, at.astimezone(UTC))


def _head(session: Session) -> Head | None:
    row = session.execute(select(HeadRow.seq, HeadRow.hash).order_by(HeadRow.seq)).first()
    return None if row is None else Head(row.seq, bytes(row.hash))
