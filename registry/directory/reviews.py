"""Rows that could not be placed or read: each waits for somebody, with its reason, and without its contacts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from registry.directory.bulk import Row, upsert
from registry.directory.source_tables import ReviewRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from registry.directory.records import Tally

REVIEW_FIELDS = frozenset(
    {
        "provider", "provider_key", "sector", "site", "site_key",
        "address", "city", "town", "state", "zip", "zip_code", "county", "county_fips", "lat", "lon",
        "asset", "asset_key", "kind", "quantity", "unit", "attributes",
        "mobilisation", "mobilisation_h", "mobilisation_min", "status", "confirmed_on",
        "delivery", "operator", "max_days", "max_consecutive_days", "available_hours",
    }
)  # fmt: skip
"""The columns of a row that are kept for review. A list of what stays: an unknown column may hold a contact."""

REMOVED = "(removed)"
_EMAIL = re.compile(r"[^\s@,;<>]+@[^\s@,;<>]+")
_PHONE = re.compile(r"(?<![\w.+-])(?:\+?1[\s.-]?)?\(?\d{3}\)?[\s.-]?\d{3}[\s.-]\d{4}(?![\w.])")


@dataclass(frozen=True, kw_only=True)
class ReviewRecord:
    """A row of a file that needs somebody's eye; `row_number` counts the header as 1."""

    row_number: int
    reason: str
    raw_row: Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Review:
    """A row that waits for review, as it was stored."""

    source: str
    file_name: str
    row_number: int
    reason: str
    raw_row: Mapping[str, str]
    created_at: datetime
    updated_at: datetime


def store_reviews(
    session: Session, source: str, records: Iterable[ReviewRecord], *, file_name: str = ""
) -> Tally:
    """Return how many rows of a file wait newly, changed or as before; those no longer given are done with.

    The rows given are the whole of what waits for that file of `source`: a file that was corrected and loaded again
    clears its own list, and the parts of a list that was split do not clear each other's.
    """
    rows: list[Row] = [
        {
            "source": source,
            "file_name": file_name,
            "row_number": record.row_number,
            "reason": without_contact(record.reason),
            "raw_row": without_contacts(record.raw_row),
        }
        for record in records
    ]
    waiting = [row["row_number"] for row in rows]
    of_the_file = (ReviewRow.source == source, ReviewRow.file_name == file_name)
    session.execute(delete(ReviewRow).where(*of_the_file, ReviewRow.row_number.not_in(waiting)))
    return upsert(session, ReviewRow, rows, key=("source", "file_name", "row_number"))


def reviews(session: Session, source: str | None = None) -> list[Review]:
    """Return the rows that wait for review, of one source or of all, in the order of source, file and row."""
    query = select(
        ReviewRow.source,
        ReviewRow.file_name,
        ReviewRow.row_number,
        ReviewRow.reason,
        ReviewRow.raw_row,
        ReviewRow.created_at,
        ReviewRow.updated_at,
    ).order_by(ReviewRow.source, ReviewRow.file_name, ReviewRow.row_number)
    if source is not None:
        query = query.where(ReviewRow.source == source)
    return [Review(**row) for row in session.execute(query).mappings()]


def without_contacts(row: Mapping[str, object]) -> dict[str, str]:
    """Return what of a row may be kept: known columns alone, and in them no e-mail address and no phone number."""
    return {
        column: without_contact(str(value))
        for column, value in row.items()
        if value is not None and _plain(column) in REVIEW_FIELDS
    }


def without_contact(words: str) -> str:
    """Return the words with every e-mail address and phone number taken out."""
    return _PHONE.sub(REMOVED, _EMAIL.sub(REMOVED, words)).replace("\0", "").encode(errors="replace").decode()


def _plain(column: str) -> str:
    return "_".join(column.strip().casefold().replace("-", " ").split())
