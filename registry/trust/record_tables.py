"""The table of records reviews: what was decided about a company's records, by whom and why."""

from __future__ import annotations

import uuid  # noqa: TC003 - SQLAlchemy reads the annotations at run time
from datetime import datetime  # noqa: TC003 - SQLAlchemy reads the annotations at run time

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.db.base import TRUST, Base, RandomId, not_blank, one_of
from registry.directory.tables import ProviderRow
from registry.people.tables import AccountRow

DECISIONS = ("closed", "open")
"""What a review can decide: the records stay closed, or are open from now on."""


class RecordReviewRow(Base):
    """One decision about what a company submitted until a moment; earlier ones are kept."""

    __tablename__ = "record_reviews"
    __table_args__ = (
        one_of("decision", DECISIONS),
        not_blank("reason"),
        Index(None, "provider_id", "decided_at"),
        {"schema": TRUST, "comment": "Decisions about records that companies submitted voluntarily"},
    )

    id: Mapped[RandomId]
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(ProviderRow.id, ondelete="CASCADE"))
    decision: Mapped[str]
    reason: Mapped[str]
    submitted_at: Mapped[datetime] = mapped_column(comment="What was submitted until then was reviewed")
    decided_by: Mapped[uuid.UUID] = mapped_column(ForeignKey(AccountRow.id), comment="The account")
    decided_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
