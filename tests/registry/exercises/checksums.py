"""A checksum of everything that is not an exercise's: each row of each table, with the transaction that wrote it last."""

from __future__ import annotations

from sqlalchemy import text

from registry.db.engine import session_scope

TABLES = """
    SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname <> 'exercise'
      AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_toast%'
    ORDER BY 1"""

# A write that leaves every value as it was is a write too: it makes a row of another transaction.
CHECKSUM = """
    SELECT count(*) || ' ' || md5(coalesce(string_agg(md5(t.xmin::text || ' ' || t::text), '' ORDER BY t.ctid), ''))
    FROM {table} AS t"""


def checksums(url):
    """Return the checksum of each table outside the schema of exercises, by its name, as the owner reads it."""
    with session_scope(url) as session:
        return {
            table: session.scalar(text(CHECKSUM.format(table=table)))
            for table in session.scalars(text(TABLES)).all()
        }


def changed(before, after):
    """Return the tables that were written to, made or dropped between two checksums."""
    return {table for table in before.keys() | after.keys() if before.get(table) != after.get(table)}
