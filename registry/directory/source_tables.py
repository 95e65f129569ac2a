"""The tables of what was loaded: runs, rows that wait for review, and the road networks themselves."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - SQLAlchemy reads the annotations at run time
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registry.db.base import Base, RandomId, Since, at_least, not_blank


class LoadRunRow(Base):
    """One run of a loader: what it read, kept, changed and rejected."""

    __tablename__ = "load_runs"
    __table_args__ = (
        not_blank("what"),
        CheckConstraint("file_sha256 ~ '^[0-9a-f]{64}$'", name="file_sha256_is_one"),
        CheckConstraint("jsonb_typeof(counts) = 'object'", name="counts_is_an_object"),
        Index(None, "what", "ran_at"),
        {"comment": "What each load read, kept, changed and rejected"},
    )

    id: Mapped[RandomId]
    what: Mapped[str] = mapped_column(comment="counties, reference, roads, providers, demo")
    file_name: Mapped[str] = mapped_column(server_default="", comment="Without its folder")
    file_sha256: Mapped[str | None]
    counts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    # The clock's own time, so that runs of one transaction have an order too.
    ran_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class ReviewRow(Base):
    """A row that could not be placed or read; it waits for somebody, with its reason."""

    __tablename__ = "reviews"
    __table_args__ = (
        UniqueConstraint("source", "file_name", "row_number"),
        not_blank("source"),
        not_blank("reason"),
        at_least("row_number", 1),
        CheckConstraint("jsonb_typeof(raw_row) = 'object'", name="raw_row_is_an_object"),
        {"comment": "Rows that could not be placed, each with its reason"},
    )

    id: Mapped[RandomId]
    source: Mapped[str] = mapped_column(comment="The same word as the providers' source")
    file_name: Mapped[str] = mapped_column(server_default="", comment="Without its folder")
    row_number: Mapped[int] = mapped_column(comment="In the file, the header being row 1")
    reason: Mapped[str]
    raw_row: Mapped[dict[str, Any]] = mapped_column(
        JSONB, comment="What is needed to place it; contact and proprietary fields are left out"
    )
    created_at: Mapped[Since]
    updated_at: Mapped[Since]


class RoadNetworkRow(Base):
    """A road network, so that every process of every machine searches the same roads; its file stands in parts."""

    __tablename__ = "road_networks"
    __table_args__ = (
        CheckConstraint("content_hash ~ '^[0-9a-f]{64}$'", name="content_hash_is_one"),
        not_blank("name"),
        CheckConstraint("jsonb_typeof(report) = 'object'", name="report_is_an_object"),
        Index("uq_road_networks_active", "active", unique=True, postgresql_where=text("active")),
        {"comment": "Road networks; one is in use, the others reproduce earlier answers"},
    )

    content_hash: Mapped[str] = mapped_column(primary_key=True, comment="SHA-256 of the network's arrays")
    name: Mapped[str]
    attribution: Mapped[str]
    main_roads_only: Mapped[bool]
    report: Mapped[dict[str, Any]] = mapped_column(JSONB, comment="What noding found and dropped")
    active: Mapped[bool] = mapped_column(server_default=text("false"))
    created_at: Mapped[Since]
    activated_at: Mapped[datetime | None]


class RoadNetworkPartRow(Base):
    """A part of a road network's file, so small that neither side needs the memory of a whole file for it."""

    __tablename__ = "road_network_parts"
    __table_args__ = (
        at_least("number", 0),
        {"comment": "The files of road networks, in parts to be put one behind the other"},
    )

    content_hash: Mapped[str] = mapped_column(
        ForeignKey(RoadNetworkRow.content_hash, ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, comment="From 0 on, without a gap")
    bytes: Mapped[bytes] = mapped_column(LargeBinary, comment="Of the file that geo.network writes and reads")
