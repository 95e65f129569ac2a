"""Many rows written in one statement, of which only the new and the changed are touched."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import Table, func, select, text

from registry.directory.records import Tally

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import DeclarativeBase, Session

Row = dict[str, object]
"""Column to value, as JSON holds it: a date or an id as text, a geometry as hexadecimal WKB."""


def upsert(
    session: Session,
    entity: type[DeclarativeBase],
    rows: Sequence[Row],
    *,
    key: Sequence[str],
    on_change: Mapping[str, str] | None = None,
    instead: Mapping[str, str] | None = None,
) -> Tally:
    """Return how many of `rows` were new, changed or as they were, after writing them.

    The rows travel as one JSON parameter and are typed by the table itself, so four thousand take one round trip.
    A row that says what is already there is not written at all: `updated_at` is the time of a change. It is the clock's
    at the writing, not the transaction's beginning: a load that began, then waited for another one of its source, would
    else be dated before what that one wrote, and pass for reviewed.

    Parameters
    ----------
    rows
        All with the same columns, no two with the same key.
    key
        The columns of the unique constraint that tells whether a row is there.
    on_change
        SQL for further columns of a row that changed; `old` is the row that was there, `excluded` the one given.
    instead
        SQL for what a column of a row that is there becomes, where that is not simply what was given.
    """
    if not rows:
        return Tally()
    table = _table(entity)
    columns = list(rows[0])
    keys = ", ".join(key)
    listed = ", ".join(columns)
    stamped = {"updated_at": "clock_timestamp()"} if "updated_at" in table.columns else {}
    further = {**(on_change or {}), **stamped}
    given = {column: f"excluded.{column}" for column in columns if column not in key}
    conflict = _conflict(
        given | {column: sql for column, sql in (instead or {}).items() if column in given}, further
    )
    # Names of tables and columns are ours; everything given stands in the parameter.
    stamps = ", ".join([listed, *stamped.values()])
    statement = f"""
        WITH written AS (
            INSERT INTO {table.fullname} AS old ({", ".join([listed, *stamped])})
            SELECT {stamps} FROM json_populate_recordset(NULL::{table.fullname}, CAST(:rows AS json))
            ORDER BY {keys}
            ON CONFLICT ({keys}) {conflict}
            RETURNING old.xmax = 0 AS is_new
        )
        SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM written
    """  # noqa: S608
    new, changed = session.execute(text(statement), {"rows": json.dumps(rows)}).one()
    return Tally(new=new, changed=changed, unchanged=len(rows) - new - changed)


def hold_source(session: Session, source: str) -> None:
    """Wait until nobody else writes what a source tells, and let nobody until the transaction ends.

    So what is written of one company is dated in the order in which it comes to be seen.
    """
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(source, 0))))


def ids_of(
    session: Session, entity: type[DeclarativeBase], rows: Sequence[Row], *, key: Sequence[str]
) -> list[uuid.UUID]:
    """Return the ids of `rows`, in their order; every row must be stored already."""
    table = _table(entity)
    wanted = [{column: row[column] for column in key} for row in rows]
    statement = f"""
        SELECT stored.id
        FROM json_populate_recordset(NULL::{table.fullname}, CAST(:rows AS json)) WITH ORDINALITY AS given
        JOIN {table.fullname} AS stored USING ({", ".join(key)})
        ORDER BY given.ordinality
    """  # noqa: S608
    return list(session.scalars(text(statement), {"rows": json.dumps(wanted)}))


def _conflict(values: Mapping[str, str], further: Mapping[str, str]) -> str:
    if not values:
        return "DO NOTHING"
    changes = [f"{column} = {expression}" for column, expression in (*values.items(), *further.items())]
    before, after = ", ".join(f"old.{column}" for column in values), ", ".join(values.values())
    return f"DO UPDATE SET {', '.join(changes)} WHERE ROW({before}) IS DISTINCT FROM ROW({after})"


def _table(entity: type[DeclarativeBase]) -> Table:
    table = entity.__table__
    assert isinstance(table, Table)  # noqa: S101 - for the type checker: none of ours is a join or an alias
    return table
