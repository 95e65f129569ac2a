"""The base of every table: one metadata, named constraints, and the column types all tables share."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, DateTime, MetaData, Text, Uuid, text
from sqlalchemy.orm import DeclarativeBase, mapped_column

SCHEMA = "registry"
"""Everything that is not protected."""

PROTECTED = "protected"
"""Contact and proprietary fields, apart from the first migration on, so that a wall can stand between."""

PEOPLE = "people"
"""Accounts, appointments, sessions."""

TRUST = "trust"
"""Declarations, looks and the audit."""

RUNS = "runs"
"""What was computed, and from what."""

EXERCISE = "exercise"
"""Made-up events; nothing live lies there, and nothing of an exercise lies elsewhere."""

EPSG = 4326

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

RandomId = Annotated[
    uuid.UUID, mapped_column(Uuid, primary_key=True, server_default=text("gen_random_uuid()"))
]
"""Random, never serial: an id must tell nothing about its neighbours."""

Since = Annotated[datetime, mapped_column(DateTime(timezone=True), server_default=text("now()"))]
"""A time that the database's clock sets when the row is made."""


class Base(DeclarativeBase):
    """The base of the registry's tables."""

    metadata = MetaData(schema=SCHEMA, naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[object, object]] = {
        str: Text,
        int: BigInteger,
        datetime: DateTime(timezone=True),
        uuid.UUID: Uuid,
    }


def one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    """Return the constraint that `column` holds one of `values`."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def not_blank(column: str) -> CheckConstraint:
    """Return the constraint that `column` says something."""
    return CheckConstraint(f"btrim({column}) <> ''", name=f"{column}_says_something")


def at_least(column: str, least: int) -> CheckConstraint:
    """Return the constraint that `column` is no less than `least`, or not known."""
    return CheckConstraint(f"{column} >= {least}", name=f"{column}_at_least_{least}")
