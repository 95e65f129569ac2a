"""A look's event says what was needed where: the needs of its incident and the version of its area, as they were then."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision: str | None = "0020"

DISCLOSE = "trust.disclose(uuid, uuid, text)"
BARE = "event := trust.record_event('look', incident, provider, granted.declaration_id, purpose, '{}');"
TOLD = (
    "event := trust.record_event('look', incident, provider, granted.declaration_id, purpose,"
    " trust.asked_for(incident));"
)

# Forty needs of sixty characters fit into an event whatever they hold; more are counted by the incident's own event.
ASKED_FOR = """
CREATE FUNCTION trust.asked_for(incident uuid) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $body$
    SELECT jsonb_build_object(
        'needs', coalesce((
            SELECT jsonb_agg(left(need.value ->> 'text', 60) ORDER BY need.ordinality)
            FROM registry.incidents AS struck, jsonb_array_elements(struck.needs) WITH ORDINALITY AS need
            WHERE struck.id = incident AND need.ordinality <= 40
        ), '[]'),
        'area_version', (SELECT max(drawn.version) FROM registry.incident_areas AS drawn WHERE drawn.incident_id = incident)
    )
$body$
"""


def upgrade() -> None:
    op.execute(ASKED_FOR)
    _replace(BARE, TOLD)


def downgrade() -> None:
    _replace(TOLD, BARE)
    op.execute("DROP FUNCTION trust.asked_for(uuid)")


def _replace(before: str, after: str) -> None:
    """Make the function anew with a part of it replaced; its owner and who may call it stay."""
    asked = sa.text("SELECT pg_get_functiondef(CAST(:function AS regprocedure))").bindparams(
        function=DISCLOSE
    )
    made = str(op.get_bind().scalar(asked))
    if made.count(before) != 1:
        msg = f"{DISCLOSE} is not the one that this migration changes"
        raise ValueError(msg)
    op.get_bind().exec_driver_sql(made.replace(before, after).replace("%", "%%"))
