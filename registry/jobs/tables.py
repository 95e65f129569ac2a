"""The table of jobs: what is to be computed, for whom, and how far it is."""

from __future__ import annotations

import uuid  # noqa: TC003 - SQLAlchemy reads the annotations at run time
from datetime import datetime  # noqa: TC003
from typing import Any, Final

from sqlalchemy import ARRAY, CheckConstraint, Double, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registry.db.base import RUNS, Base, RandomId, Since, at_least, not_blank, one_of
from registry.directory.source_tables import RoadNetworkRow
from registry.people.tables import AccountRow
from registry.runs.tables import RunRow, SnapshotRow

STATES: Final = ("waiting", "working", "done", "refused", "cancelled", "failed")
"""Where a job stands; the last four are its end."""


class JobRow(Base):
    """One run that a worker is to make: its inputs, all of them, and how far it is."""

    __tablename__ = "jobs"
    __table_args__ = (
        not_blank("kind"),
        one_of("state", STATES),
        at_least("starts", 0),
        CheckConstraint("fraction BETWEEN 0 AND 1", name="fraction_is_a_share"),
        CheckConstraint("jsonb_typeof(parameters) = 'object'", name="parameters_is_an_object"),
        CheckConstraint("jsonb_typeof(patch) = 'object'", name="patch_is_an_object"),
        CheckConstraint("jsonb_typeof(refusal) = 'object'", name="refusal_is_an_object"),
        Index(None, "account_id", "asked_at"),
        {"schema": RUNS, "comment": "Runs that are asked for, and how far each is"},
    )

    id: Mapped[RandomId]
    kind: Mapped[str]
    snapshot_hash: Mapped[str] = mapped_column(ForeignKey(SnapshotRow.content_hash))
    network_hash: Mapped[str] = mapped_column(ForeignKey(RoadNetworkRow.content_hash))
    patch: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    parameters: Mapped[dict[str, Any]] = mapped_column(JSONB)
    seed: Mapped[int]
    label: Mapped[str] = mapped_column(server_default="")
    counties: Mapped[list[str]] = mapped_column(ARRAY(Text))
    parent_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(RunRow.id))
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(AccountRow.id), comment="On whose behalf")
    state: Mapped[str] = mapped_column(server_default="waiting")
    fraction: Mapped[float] = mapped_column(Double, server_default=text("0"))
    sentence: Mapped[str] = mapped_column(server_default="", comment="What it does now, for the page")
    starts: Mapped[int] = mapped_column(server_default=text("0"), comment="How often a worker began it")
    refusal: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB(none_as_null=True), comment="Title, given, wanted, to do"
    )
    asked_at: Mapped[Since]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    cancel_asked_at: Mapped[datetime | None]
