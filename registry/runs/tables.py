"""The tables of runs: the registry as it stood, stored once under its hash, and what was computed from it."""

from __future__ import annotations

import uuid  # noqa: TC003 - SQLAlchemy reads the annotations at run time
from typing import Any

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registry.db.base import RUNS, Base, RandomId, Since, at_least, not_blank
from registry.directory.source_tables import RoadNetworkRow
from registry.people.tables import AccountRow


def is_hash(column: str) -> CheckConstraint:
    """Return the constraint that `column` is a SHA-256 in hexadecimal digits."""
    return CheckConstraint(f"{column} ~ '^[0-9a-f]{{64}}$'", name=f"{column}_is_one")


class SnapshotRow(Base):
    """The directory as it stood at one moment: its listings and kinds, nothing of what is protected."""

    __tablename__ = "snapshots"
    __table_args__ = (
        is_hash("content_hash"),
        at_least("listings", 0),
        {
            "schema": RUNS,
            "comment": "The directory as it stood, each state once; never changed, never removed",
        },
    )

    content_hash: Mapped[str] = mapped_column(primary_key=True, comment="SHA-256 of the bytes, unpacked")
    listings: Mapped[int] = mapped_column(comment="How many it holds")
    bytes: Mapped[bytes] = mapped_column(LargeBinary, comment="Canonical JSON, packed by zlib")
    made_at: Mapped[Since]


class RunRow(Base):
    """One computation: what went in, what came out, and who asked for it. Never changed."""

    __tablename__ = "runs"
    __table_args__ = (
        not_blank("kind"),
        not_blank("code_version"),
        is_hash("ground_hash"),
        is_hash("result_hash"),
        CheckConstraint("jsonb_typeof(parameters) = 'object'", name="parameters_is_an_object"),
        CheckConstraint("jsonb_typeof(patch) = 'object'", name="patch_is_an_object"),
        Index(None, "made_at"),
        Index(None, "kind", "made_at"),
        {"schema": RUNS, "comment": "What was computed, with all that computes it again; never changed"},
    )

    id: Mapped[RandomId]
    kind: Mapped[str] = mapped_column(comment="match, coverage, scenario: which recipe computed it")
    snapshot_hash: Mapped[str] = mapped_column(ForeignKey(SnapshotRow.content_hash))
    network_hash: Mapped[str] = mapped_column(ForeignKey(RoadNetworkRow.content_hash))
    ground_hash: Mapped[str] = mapped_column(
        comment="SHA-256 of counties, people, vehicles and ZIP points as they were"
    )
    patch: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB(none_as_null=True), comment="What a scenario changes; NULL for things as they stand"
    )
    parameters: Mapped[dict[str, Any]] = mapped_column(JSONB)
    code_version: Mapped[str]
    seed: Mapped[int]
    result_hash: Mapped[str] = mapped_column(comment="SHA-256 of the result, unpacked")
    result: Mapped[bytes] = mapped_column(LargeBinary, comment="The result's bytes, packed by zlib")
    account_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey(AccountRow.id), comment="Who asked; NULL for the operator"
    )
    parent_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey(f"{RUNS}.runs.id"), comment="The run that it follows from"
    )
    job_id: Mapped[uuid.UUID | None] = mapped_column(
        unique=True, comment="The job that computed it: one job, one run"
    )
    label: Mapped[str] = mapped_column(server_default="", comment="What whoever asked calls it")
    counties: Mapped[list[str]] = mapped_column(
        ARRAY(Text), comment="What it is about: decides with who asked who may read it"
    )
    made_at: Mapped[Since]
