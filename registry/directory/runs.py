"""What each load did, kept beside the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from registry.directory.source_tables import LoadRunRow

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session


@dataclass(frozen=True, kw_only=True)
class LoadRun:
    """A run of a loader: `counts` says what it read, kept, changed and rejected."""

    what: str
    file_name: str
    file_sha256: str | None
    counts: Mapping[str, Any]
    ran_at: datetime


def record_run(
    session: Session,
    what: str,
    counts: Mapping[str, Any],
    *,
    file_name: str = "",
    file_sha256: str | None = None,
) -> None:
    """Keep that a loader ran, in the transaction of what it wrote: no data without its run, no run without data.

    Parameters
    ----------
    file_name
        Without its folder: where somebody keeps files is nobody's business.
    file_sha256
        64 hexadecimal digits of the file's bytes.
    """
    session.add(LoadRunRow(what=what, counts=dict(counts), file_name=file_name, file_sha256=file_sha256))
    session.flush()


def load_runs(session: Session, what: str | None = None, *, limit: int = 50) -> list[LoadRun]:
    """Return the latest runs, of one sort or of all, the latest first."""
    query = (
        select(
            LoadRunRow.what,
            LoadRunRow.file_name,
            LoadRunRow.file_sha256,
            LoadRunRow.counts,
            LoadRunRow.ran_at,
        )
        .order_by(LoadRunRow.ran_at.desc(), LoadRunRow.id)
        .limit(limit)
    )
    if what is not None:
        query = query.where(LoadRunRow.what == what)
    return [LoadRun(**row) for row in session.execute(query).mappings()]
