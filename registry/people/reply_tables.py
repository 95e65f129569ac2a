"""The table of answers that are given again when a program repeats a request."""

from __future__ import annotations

import uuid  # noqa: TC003 - SQLAlchemy reads the annotations at run time
from datetime import datetime  # noqa: TC003 - SQLAlchemy reads the annotations at run time
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registry.db.base import PEOPLE, Base, Since, not_blank
from registry.people.tables import AccountRow


class ReplyRow(Base):
    """What a request under a key was answered; a repeat is answered the same, and nothing is done twice."""

    __tablename__ = "replies"
    __table_args__ = (
        not_blank("key"),
        CheckConstraint("octet_length(fingerprint) = 32", name="fingerprint_is_one"),
        Index(None, "expires_at"),
        {"schema": PEOPLE, "comment": "Answers kept for repeats; none of them holds a secret or a contact"},
    )

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(AccountRow.id), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True, comment="What the program calls its request")
    fingerprint: Mapped[bytes] = mapped_column(comment="SHA-256 of what was asked")
    status: Mapped[int]
    headers: Mapped[dict[str, Any]] = mapped_column(JSONB)
    body: Mapped[str]
    made_at: Mapped[Since]
    expires_at: Mapped[datetime]
