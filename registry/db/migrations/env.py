"""How Alembic runs here: on the connection it is given, in one transaction, one migrator at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alembic import context
from geoalchemy2 import alembic_helpers
from sqlalchemy import Connection, text

from registry.db.base import SCHEMA
from registry.db.schema import METADATA, SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from alembic.runtime.migration import MigrationContext, MigrationInfo

LOCK = 0x6D657272
"""`merr` in ASCII: the advisory lock that migrators wait for."""


def say(
    ctx: MigrationContext,  # noqa: ARG001 - Alembic calls it with these names
    step: MigrationInfo,
    heads: Collection[Any],  # noqa: ARG001
    run_args: Mapping[str, Any],  # noqa: ARG001
) -> None:
    """Tell the caller's `progress` which migration was run."""
    progress = context.config.attributes.get("progress")
    if progress and step.up_revision_id:
        revision = context.script.get_revision(step.up_revision_id)
        progress(f"tables: {revision.doc if revision else step.up_revision_id}")


def run(connection: Connection) -> None:
    """Run the wanted migrations on `connection`, whose transaction belongs to the caller."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    # Alembic's own table stands with ours, so the schema must be there before the first migration.
    connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        version_table_schema=SCHEMA,
        include_schemas=True,
        include_name=lambda name, kind, _parents: kind != "schema" or name in SCHEMAS,
        include_object=alembic_helpers.include_object,
        process_revision_directives=alembic_helpers.writer,
        render_item=alembic_helpers.render_item,
        compare_server_default=True,
        on_version_apply=say,
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
