"""The tables that migrations make are the tables that the code declares."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import alembic.command
import pytest
from alembic.script import ScriptDirectory
from procrastinate.schema import SchemaManager
from sqlalchemy import inspect, text

from registry.db.engine import alembic_config, engine, session_scope, upgrade
from registry.db.schema import METADATA, SCHEMAS
from registry.directory.reference import kinds
from registry.errors import RegistryError
from registry.incidents.store import list_incidents, load_incident
from tests.registry.hand import road

FACTS = {
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace::regnamespace::text IN ('registry', 'protected', 'people', 'trust', 'runs', 'exercise')
          AND conrelid <> 'registry.alembic_version'::regclass ORDER BY 1, 2""",
    "indexes": """
        SELECT indexname, indexdef FROM pg_indexes
        WHERE schemaname IN ('registry', 'protected', 'people', 'trust', 'runs', 'exercise') AND tablename <> 'alembic_version' ORDER BY 1""",
    "columns": """
        SELECT attrelid::regclass::text, attname, format_type(atttypid, atttypmod), attnotnull, attgenerated,
               pg_get_expr(adbin, adrelid), col_description(attrelid, attnum)
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE relnamespace::regnamespace::text IN ('registry', 'protected', 'people', 'trust', 'runs', 'exercise') AND relkind = 'r'
          AND relname <> 'alembic_version' AND attnum > 0 AND NOT attisdropped ORDER BY 1, 2""",
    "comments": """
        SELECT oid::regclass::text, obj_description(oid) FROM pg_class
        WHERE relnamespace::regnamespace::text IN ('registry', 'protected', 'people', 'trust', 'runs', 'exercise') AND relkind = 'r'
          AND relname <> 'alembic_version' ORDER BY 1""",
}


def _run(url, command, *arguments):
    with engine(url).begin() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command(config, *arguments)


def test_there_is_one_head():
    assert len(ScriptDirectory.from_config(alembic_config()).get_heads()) == 1


def test_alembic_finds_nothing_to_add(database_url):
    _run(database_url, alembic.command.check)


def test_migrations_make_what_the_code_declares(worker_database_url, empty_database_url):
    # Alembic compares neither check constraints nor generated columns nor comments of spatial tables.
    with engine(empty_database_url).begin() as connection:
        for schema in SCHEMAS:
            connection.execute(text(f"CREATE SCHEMA {schema}"))
        connection.execute(text("CREATE EXTENSION postgis"))
        connection.execute(text("CREATE TABLE registry.alembic_version ()"))
        METADATA.create_all(connection)
        declared = {fact: connection.execute(text(query)).all() for fact, query in FACTS.items()}
    with engine(worker_database_url).connect() as connection:
        migrated = {fact: connection.execute(text(query)).all() for fact, query in FACTS.items()}
    for fact, rows in declared.items():
        assert migrated[fact] == rows
        assert len(rows) >= len(METADATA.tables)


def test_every_table_and_every_doubtful_column_is_explained(worker_database_url):
    with engine(worker_database_url).connect() as connection:
        rows = connection.execute(text(FACTS["comments"])).all()
    assert [table for table, comment in rows if not comment] == []


def test_going_down_takes_everything_and_going_up_brings_it_back(database_url):
    _run(database_url, alembic.command.downgrade, "base")
    with engine(database_url).connect() as connection:
        tables = inspect(connection).get_table_names("registry")
        schemas = inspect(connection).get_schema_names()
    assert tables == ["alembic_version"]
    assert not {"protected", "trust"} & set(schemas)
    _run(database_url, alembic.command.upgrade, "head")
    _run(database_url, alembic.command.check)


def test_contacts_stand_apart_from_the_first_migration_on(empty_database_url):
    _run(empty_database_url, alembic.command.upgrade, "0001")
    with engine(empty_database_url).connect() as connection:
        tables = inspect(connection).get_table_names("protected")
        names = [column["name"] for column in inspect(connection).get_columns("providers", "registry")]
    assert sorted(tables) == ["contacts", "proprietary"]
    assert not {"person", "phone", "email"} & set(names)


def test_what_was_stored_before_vehicles_travels_by_car_and_its_closures_hold_for_all(empty_database_url):
    _run(empty_database_url, alembic.command.upgrade, "0002")
    with engine(empty_database_url).begin() as connection:
        connection.execute(
            text(
                "INSERT INTO registry.kinds (code, name, asset_class, unit, family)"
                " VALUES ('pump', 'Pump', 'equipment', 'each', 'pump')"
            )
        )
        connection.execute(
            text("INSERT INTO registry.incidents (name, kind, asked_at) VALUES ('Flood', 'flood', now())")
        )
        connection.execute(
            text(
                "INSERT INTO registry.incident_closures (incident_id, key, position, effect, factor, geometry)"
                " SELECT id, 'a', 0, 'blocked', 1, 'SRID=4326;POINT(-92 38)' FROM registry.incidents"
            )
        )
    _run(empty_database_url, alembic.command.upgrade, "head")
    _run(empty_database_url, alembic.command.check)
    with session_scope(empty_database_url) as session:
        assert kinds(session).kinds["pump"].profile == "car"
        (summary,) = list_incidents(session)
        assert summary.travel == {}
        (closure,) = load_incident(session, summary.id).closures
        assert (closure.classes, closure.profiles, closure.bridge) == ((), (), None)
    _run(empty_database_url, alembic.command.downgrade, "0002")
    with engine(empty_database_url).connect() as connection:
        names = {
            column["name"] for column in inspect(connection).get_columns("incident_closures", "registry")
        }
    assert not {"classes", "profiles", "bridge"} & names


def test_a_network_stored_whole_is_the_same_in_parts_and_whole_again(empty_database_url):
    network, _ = road(37.2)
    _run(empty_database_url, alembic.command.upgrade, "0003")
    insert = text(
        "INSERT INTO registry.road_networks (content_hash, name, attribution, main_roads_only, bytes, report, active)"
        " VALUES (:content_hash, 'road', 'us', true, :bytes, '{}', true)"
    )
    long = network.to_bytes() + bytes(
        5 * 2**20
    )  # in two parts; what follows an archive's end does not belong to it
    with engine(empty_database_url).begin() as connection:
        connection.execute(insert, {"content_hash": network.content_hash, "bytes": long})
    _run(empty_database_url, alembic.command.upgrade, "head")
    with session_scope(empty_database_url) as session:
        parts = session.execute(
            text("SELECT number, bytes FROM registry.road_network_parts ORDER BY number")
        ).all()
        assert [number for number, _ in parts] == [0, 1]
        assert b"".join(bytes(part) for _, part in parts) == long
    _run(empty_database_url, alembic.command.downgrade, "0003")
    with engine(empty_database_url).connect() as connection:
        assert connection.scalar(text("SELECT bytes FROM registry.road_networks")) == long


def test_upgrade_fills_an_empty_database_and_says_each_step(empty_database_url):
    steps = []
    upgrade(empty_database_url, steps.append)
    upgrade(empty_database_url, steps.append)
    assert len(steps) == len(list(ScriptDirectory.from_config(alembic_config()).walk_revisions()))
    _run(empty_database_url, alembic.command.check)


def test_upgrade_needs_nothing_from_the_working_folder(empty_database_url, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    upgrade(empty_database_url)
    with session_scope(empty_database_url) as session:
        assert session.scalar(text("SELECT count(*) FROM registry.sites")) == 0


def test_a_database_without_tables_says_what_to_run(empty_database_url):
    with (
        pytest.raises(RegistryError, match="has no tables yet") as refusal,
        session_scope(empty_database_url) as session,
    ):
        session.execute(text("SELECT 1 FROM registry.providers"))
    assert "merr db up" in refusal.value.todo


def test_an_owner_without_the_right_to_add_postgis_is_told_who_can(empty_database_url):
    name = empty_database_url.split("@/")[1].split("?")[0]
    with engine(empty_database_url).begin() as connection:
        connection.execute(text("DROP ROLE IF EXISTS plain_owner"))
        connection.execute(text("CREATE ROLE plain_owner LOGIN"))
        connection.execute(text(f'ALTER DATABASE "{name}" OWNER TO plain_owner'))
    url = empty_database_url.replace("://merr@", "://plain_owner@")
    try:
        with pytest.raises(RegistryError, match="refuses what the registry must do") as refusal:
            upgrade(url)
        assert "CREATE EXTENSION postgis" in refusal.value.todo
        with engine(empty_database_url).begin() as connection:
            connection.execute(text("CREATE EXTENSION postgis"))
        upgrade(url)  # with PostGIS there, an owner who is no superuser suffices
    finally:
        engine(url).dispose()
        with engine(empty_database_url).begin() as connection:
            connection.execute(text("REASSIGN OWNED BY plain_owner TO merr"))
            connection.execute(text("DROP OWNED BY plain_owner"))
            connection.execute(text("DROP ROLE plain_owner"))


def test_a_database_that_does_not_answer_is_named_without_its_password():
    url = "postgresql+psycopg://somebody:canary-password@127.0.0.1:1/nothing"
    with pytest.raises(RegistryError, match="does not answer") as refusal, session_scope(url) as session:
        session.execute(text("SELECT 1"))
    assert "canary-password" not in str(refusal.value)
    assert "127.0.0.1:1" in refusal.value.given


def test_a_failed_statement_hides_its_parameters(worker_database_url):
    statement = text("INSERT INTO protected.contacts (provider_id, phone) VALUES (:id, :phone)")
    given = {"id": "00000000-0000-0000-0000-000000000000", "phone": "canary-phone"}
    with (
        pytest.raises(Exception, match="parameters hidden") as fault,
        session_scope(worker_database_url) as session,
    ):
        session.execute(statement, given)
    assert "canary-phone" not in str(fault.value).split("DETAIL")[0]


def test_two_migrators_at_once_take_turns(empty_database_url):
    migrate = "import sys; from registry.db.engine import upgrade; upgrade(sys.argv[1])"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", migrate, empty_database_url], stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    said = [process.communicate(timeout=120)[1] for process in started]
    assert [process.returncode for process in started] == [0, 0], said
    _run(empty_database_url, alembic.command.check)


def test_the_queue_is_as_the_release_that_is_installed_has_it():
    """A release of procrastinate that changes its tables needs a migration of ours that does the same."""
    script = ScriptDirectory.from_config(alembic_config()).get_revision("0014")
    theirs = sorted(
        file.name for file in Path(SchemaManager.get_migrations_path()).iterdir() if file.suffix == ".sql"
    )
    assert theirs[-1] == script.module.QUEUE_AS_OF
