"""What the database cannot do is said in words that the operator can act on."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from registry.db.engine import session_scope
from registry.errors import RegistryError


def test_a_full_disk_under_the_database_is_named_as_such(database_url):
    full = text("DO $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$")
    with (
        pytest.raises(RegistryError, match="disk of the database is full") as refused,
        session_scope(database_url) as session,
    ):
        session.execute(full)
    assert "make room" in refused.value.todo
