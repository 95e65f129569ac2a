"""All tables of the registry in one metadata: what migrations are checked against."""

from __future__ import annotations

import registry.directory.reference_tables
import registry.directory.source_tables
import registry.directory.tables
import registry.exercises.tables
import registry.incidents.tables
import registry.jobs.tables
import registry.people.reply_tables
import registry.people.tables
import registry.runs.tables
import registry.scenarios.tables
import registry.trust.alias_tables
import registry.trust.declaration_tables
import registry.trust.event_tables
import registry.trust.record_tables
import registry.trust.tables  # noqa: F401 - importing a module of tables adds them to the metadata
from registry.db.base import EXERCISE, PEOPLE, PROTECTED, RUNS, SCHEMA, TRUST, Base

METADATA = Base.metadata
"""Every table, once all modules of tables are imported; each later issue adds its own above."""

SCHEMAS = (SCHEMA, PROTECTED, PEOPLE, TRUST, RUNS, EXERCISE)
"""The schemas that migrations own."""

QUEUE = "jobs"
"""Procrastinate's own tables, which a migration makes from its SQL and Alembic does not compare."""

WALLED = (*SCHEMAS, QUEUE)
"""The schemas in which nobody may do anything that `registry.db.roles` does not say."""
