"""A closed incident opens nothing, as an ended declaration: no names, no contact, until it is reopened."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision: str | None = "0016"

ADDED = {
    "trust.grants(uuid)": (
        "    AND act.confirmed_at IS NOT NULL -- wall: confirmed\n",
        (
            "    AND EXISTS (SELECT FROM registry.incidents AS struck WHERE struck.id = incident AND struck.status = 'open')"
            " -- wall: the incident is open\n"
        ),
    ),
    "trust.disclose(uuid, uuid, text)": (
        "        WHEN granted.declaration_id IS NULL THEN 'declaration' -- wall: a declaration opens it\n",
        (
            "        WHEN EXISTS (SELECT FROM registry.incidents WHERE id = incident AND status = 'closed') THEN 'closed'"
            " -- wall: the incident is not closed\n"
        ),
    ),
}
"""By function: the line that stands there, and the new one before it."""


def upgrade() -> None:
    for function, (line, added) in ADDED.items():
        replace(function, line, added + line)


def downgrade() -> None:
    for function, (line, added) in ADDED.items():
        replace(function, added + line, line)


def replace(function: str, before: str, after: str) -> None:
    """Make a function anew with a part of it replaced; its owner and who may call it stay."""
    asked = sa.text("SELECT pg_get_functiondef(CAST(:function AS regprocedure))").bindparams(
        function=function
    )
    made = str(op.get_bind().scalar(asked))
    if made.count(before) != 1:
        msg = f"{function} is not the one that this migration changes"
        raise ValueError(msg)
    op.get_bind().exec_driver_sql(made.replace(before, after).replace("%", "%%"))
