"""The tables of the audit: what was done, each event chained to the one before, and the chain's head.

Only the function `trust.record_event` writes here; triggers refuse every change of what was written.
"""

from __future__ import annotations

import uuid  # noqa: TC003 - SQLAlchemy reads the annotations at run time
from datetime import datetime  # noqa: TC003 - SQLAlchemy reads the annotations at run time
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registry.db.base import TRUST, Base

ACTION_PATTERN = "^[a-z_]+([.][a-z_]+)*$"
"""What an action's code looks like: lower-case words, dots between."""

PURPOSE_CHARS = 2_000
"""Longest purpose that an event takes."""

DETAIL_BYTES = 16_384
"""Largest detail that an event takes, as text."""


class EventRow(Base):
    """One thing that was done or refused. No foreign keys: an event outlives what it is about."""

    __tablename__ = "events"
    __table_args__ = (
        CheckConstraint("seq >= 1", name="seq_from_one"),
        CheckConstraint(f"action ~ '{ACTION_PATTERN}'", name="action_is_a_code"),
        CheckConstraint(f"length(purpose) <= {PURPOSE_CHARS}", name="purpose_is_short"),
        CheckConstraint(
            f"jsonb_typeof(detail) = 'object' AND octet_length(detail::text) <= {DETAIL_BYTES}",
            name="detail_is_a_small_object",
        ),
        CheckConstraint("octet_length(prev_hash) = 32 AND octet_length(hash) = 32", name="hashes_are_sha256"),
        Index(None, "account_id", "seq"),
        Index(None, "provider_id", "seq"),
        Index(None, "incident_id", "seq"),
        Index(None, "action", "at"),
        {"schema": TRUST, "comment": "What was done and refused, in order, each chained to the one before"},
    )

    seq: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="From 1 on, without a gap, in the order of commits"
    )
    at: Mapped[datetime] = mapped_column(comment="By the database's clock, once it was this event's turn")
    login: Mapped[str] = mapped_column(comment="The database login; what no setting can pretend")
    account_id: Mapped[str | None] = mapped_column(comment="Of people.accounts; none for the operator")
    session_id: Mapped[str | None]
    request_id: Mapped[str | None]
    action: Mapped[str] = mapped_column(comment="A code of registry.trust.events.ACTIONS")
    incident_id: Mapped[uuid.UUID | None]
    provider_id: Mapped[uuid.UUID | None]
    declaration_id: Mapped[uuid.UUID | None]
    purpose: Mapped[str] = mapped_column(comment="Why, in the person's own words")
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, comment="What else belongs to the action")
    prev_hash: Mapped[bytes] = mapped_column(comment="The hash of the event before; of the first: zeros")
    hash: Mapped[bytes] = mapped_column(comment="sha256 over prev_hash and all other columns")


class HeadRow(Base):
    """The end of the chain, in one row that is locked while an event is added."""

    __tablename__ = "head"
    __table_args__ = (
        CheckConstraint("single", name="is_single"),
        CheckConstraint("seq >= 0", name="seq_not_negative"),
        CheckConstraint("octet_length(hash) = 32", name="hash_is_sha256"),
        {"schema": TRUST, "comment": "The last event's seq and hash, in one row"},
    )

    single: Mapped[bool] = mapped_column(primary_key=True, server_default=text("true"))
    seq: Mapped[int]
    hash: Mapped[bytes]
