"""The tables of declarations: the acts that open contacts, who was ranked under them, and the rules they obey."""

from __future__ import annotations

import uuid  # noqa: TC003 - SQLAlchemy reads the annotations at run time
from datetime import datetime  # noqa: TC003 - SQLAlchemy reads the annotations at run time
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from registry.db.base import TRUST, Base, RandomId, Since, not_blank, one_of
from registry.directory.tables import ProviderRow
from registry.incidents.tables import IncidentRow
from registry.people.tables import AccountRow
from registry.trust.declaration import INSTRUMENTS
from registry.trust.rule import RULES


class DeclarationRow(Base):
    """An act that declares an emergency. Triggers let it only be confirmed, by another person, and be ended."""

    __tablename__ = "declarations"
    __table_args__ = (
        one_of("instrument", INSTRUMENTS),
        not_blank("number"),
        not_blank("authority"),
        CheckConstraint("cardinality(counties) > 0", name="counties_are_named"),
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        CheckConstraint("instrument <> 'extension' OR extends IS NOT NULL", name="extension_extends"),
        CheckConstraint("(confirmed_at IS NULL) = (confirmed_by IS NULL)", name="confirmed_wholly"),
        CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL) AND (ended_at IS NULL) = (btrim(end_reason) = '')",
            name="ended_with_reason",
        ),
        Index(None, "extends"),
        {"schema": TRUST, "comment": "Acts that declare an emergency, and thereby open contacts"},
    )

    id: Mapped[RandomId]
    instrument: Mapped[str]
    number: Mapped[str] = mapped_column(comment="As it stands on the instrument")
    authority: Mapped[str] = mapped_column(comment="Who issued it")
    counties: Mapped[list[str]] = mapped_column(ARRAY(Text), comment="FIPS codes, sorted")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None] = mapped_column(comment="None: until somebody ends it")
    extends: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey(f"{TRUST}.declarations.id"), comment="The declaration it carries on, and ends with"
    )
    recorded_by: Mapped[uuid.UUID] = mapped_column(
        ForeignKey(AccountRow.id), comment="The account; set by the database"
    )
    recorded_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    confirmed_by: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey(AccountRow.id), comment="Another account; set by the database"
    )
    confirmed_at: Mapped[datetime | None]
    ended_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(AccountRow.id))
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str] = mapped_column(server_default="")


class WaiverRow(Base):
    """A waiver for motor carriers: it changes what trucks may do, and opens nothing."""

    __tablename__ = "waivers"
    __table_args__ = (
        not_blank("number"),
        not_blank("authority"),
        not_blank("relief"),
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        {"schema": TRUST, "comment": "Waivers for motor carriers; they open no contact"},
    )

    id: Mapped[RandomId]
    number: Mapped[str]
    authority: Mapped[str] = mapped_column(comment="Who issued it")
    relief: Mapped[str] = mapped_column(comment="What it relieves of: weight, hours of service, permits")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    recorded_by: Mapped[uuid.UUID] = mapped_column(
        ForeignKey(AccountRow.id), comment="The account; set by the database"
    )
    recorded_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class RankedRow(Base):
    """A provider that was ranked for a need of an incident while a declaration was in force for it."""

    __tablename__ = "ranked"
    __table_args__ = (
        Index(None, "provider_id"),
        {"schema": TRUST, "comment": "Who was ranked for a need of which incident"},
    )

    incident_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey(IncidentRow.id, ondelete="CASCADE"), primary_key=True
    )
    provider_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey(ProviderRow.id, ondelete="CASCADE"), primary_key=True
    )
    noted_at: Mapped[Since]


class RuleRow(Base):
    """One rule of the office that an administrator may change."""

    __tablename__ = "rules"
    __table_args__ = (
        one_of("name", tuple(RULES)),
        {"schema": TRUST, "comment": "Rules of the office, each with its value now"},
    )

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(JSONB)
    set_by: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey(AccountRow.id), comment="The account; none: as shipped"
    )
    set_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
