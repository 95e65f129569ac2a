"""The table of scenarios. Never changed: a scenario that is changed is another one, made from it."""

from __future__ import annotations

import uuid  # noqa: TC003 - SQLAlchemy reads the annotations at run time
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registry.db.base import RUNS, Base, RandomId, Since, not_blank
from registry.directory.source_tables import RoadNetworkRow
from registry.people.tables import AccountRow
from registry.runs.tables import SnapshotRow


class ScenarioRow(Base):
    """A patch over the directory and the roads as they stood, with its author and reason."""

    __tablename__ = "scenarios"
    __table_args__ = (
        not_blank("name"),
        not_blank("author"),
        not_blank("reason"),
        CheckConstraint("jsonb_typeof(patch) = 'object'", name="patch_is_an_object"),
        Index(None, "made_at"),
        {"schema": RUNS, "comment": "What would be if: patches over things as they stood; never changed"},
    )

    id: Mapped[RandomId]
    name: Mapped[str]
    author: Mapped[str] = mapped_column(comment="Who made it, as the patch says")
    reason: Mapped[str]
    patch: Mapped[dict[str, Any]] = mapped_column(JSONB, comment="What it changes")
    snapshot_hash: Mapped[str] = mapped_column(ForeignKey(SnapshotRow.content_hash))
    network_hash: Mapped[str] = mapped_column(ForeignKey(RoadNetworkRow.content_hash))
    parent_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey(f"{RUNS}.scenarios.id"), comment="The scenario it was made from"
    )
    account_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey(AccountRow.id), comment="Who kept it; NULL for the operator"
    )
    made_at: Mapped[Since]
