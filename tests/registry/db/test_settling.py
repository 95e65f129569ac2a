"""The second wall is made by every migration, and put right where somebody changed it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import text

from registry.db import roles
from registry.db.engine import engine, session_scope, upgrade
from registry.db.localdb import LocalCluster
from registry.db.schema import METADATA, WALLED
from registry.db.settling import differences, found_grants, openings, settle
from registry.directory.writing import upsert_providers
from registry.errors import RegistryError
from registry.settings import settings
from tests.registry.hand import many

_numbers = count()


def ask(url, query, *given):
    with engine(url).begin() as connection:
        result = connection.exec_driver_sql(query, given)
        return result.all() if result.returns_rows else None


def resettle(url, passwords=None):
    with engine(url).begin() as connection:
        settle(connection, passwords)
        return differences(connection)


OWNERS = """
SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace::regnamespace::text = ANY(%s)
UNION SELECT DISTINCT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = ANY(%s)"""


def test_after_a_migration_all_is_the_owners_and_granted_as_said(database_url):
    assert ask(database_url, OWNERS, list(WALLED), list(WALLED)) == [("merr_owner",)]
    assert resettle(database_url) == []


def test_every_table_and_every_function_has_a_line_and_every_line_a_table_or_function(database_url):
    relations = ask(
        database_url,
        """SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE n.nspname = ANY(%s) AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')""",
        list(WALLED),
    )
    assert {name for (name,) in relations} == set(roles.TABLES) >= set(METADATA.tables)
    there = ask(
        database_url,
        """SELECT n.nspname || '.' || p.proname || '(' || oidvectortypes(p.proargtypes) || ')'
           FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = ANY(%s)""",
        list(WALLED),
    )
    assert {signature for (signature,) in there} == set(roles.ROUTINES)


def test_settling_twice_writes_nothing(database_url):
    resettle(database_url)
    with engine(database_url).begin() as connection:
        # No row of the catalogue is written: the transaction is given no number.
        settle(connection)
        assert connection.scalar(text("SELECT pg_current_xact_id_if_assigned()")) is None


@pytest.mark.parametrize(
    "change",
    [
        "GRANT SELECT ON protected.contacts TO merr_web",
        "GRANT SELECT (phone) ON protected.contacts TO merr_web",
        "GRANT USAGE ON SCHEMA protected TO PUBLIC",
        "GRANT ALL ON registry.sites TO PUBLIC",
        "REVOKE SELECT ON registry.sites FROM merr_web",
        "REVOKE USAGE ON SCHEMA registry FROM merr_web",
        "REVOKE SELECT ON protected.contacts FROM merr_backup",
        "GRANT CREATE ON SCHEMA public TO PUBLIC",
        "CREATE FUNCTION registry.peep() RETURNS text LANGUAGE sql SECURITY DEFINER AS 'SELECT 1::text'",
    ],
)
def test_a_grant_that_was_changed_is_seen_and_put_right(database_url, change):
    resettle(database_url)
    ask(database_url, change)
    with engine(database_url).begin() as connection:
        assert len(differences(connection)) == 1 + ("ALL" in change) * 6
    assert resettle(database_url) == []


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE protected.contacts NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE protected.contacts DISABLE ROW LEVEL SECURITY",
        "CREATE POLICY open ON protected.contacts USING (true)",
        "DROP POLICY merr_disclose_select ON protected.contacts",
        "ALTER POLICY merr_disclose_select ON protected.contacts TO merr_web",
        "ALTER POLICY merr_disclose_select ON protected.contacts USING (person <> '')",
        "ALTER TABLE protected.contacts OWNER TO merr",
    ],
)
def test_row_security_that_was_changed_is_put_right(database_url, change):
    row_security = """
        SELECT relrowsecurity, relforcerowsecurity, pg_get_userbyid(relowner), polname, polcmd, polroles::regrole[]::text,
               pg_get_expr(polqual, polrelid)
        FROM pg_class LEFT JOIN pg_policy ON polrelid = pg_class.oid
        WHERE pg_class.oid = 'protected.contacts'::regclass ORDER BY polname"""
    before = ask(database_url, row_security)
    assert len(before) == 3
    ask(database_url, change)
    assert ask(database_url, row_security) != before
    resettle(database_url)
    assert ask(database_url, row_security) == before


def test_the_owner_loads_the_web_login_reads_what_is_public_and_backup_reads_all(facts_url, as_login):
    for expected in ("new", "unchanged"):
        with session_scope(as_login(facts_url, "merr_owner")) as session:
            written = upsert_providers(session, many(3))
        assert getattr(written.contacts, expected) == 3
        assert getattr(written.proprietary, expected) == 3
    web, backup = as_login(facts_url, "merr_web"), as_login(facts_url, "merr_backup")
    assert ask(web, "SELECT count(*) FROM registry.sites") == [(6,)]
    assert ask(backup, "SELECT count(*) FROM protected.contacts") == [(3,)]
    with (
        pytest.raises(RegistryError, match="refuses what the registry must do"),
        session_scope(web) as session,
    ):
        session.execute(text("SELECT count(*) FROM protected.contacts"))
    with pytest.raises(RegistryError), session_scope(backup) as session:
        session.execute(text("DELETE FROM registry.sites"))


def test_nobody_else_reads_a_row_even_when_granted_the_table(facts_url, as_login):
    with session_scope(facts_url) as session:
        upsert_providers(session, many(3))
    ask(facts_url, "GRANT USAGE ON SCHEMA protected TO merr_web, merr_audit")
    ask(facts_url, "GRANT SELECT ON protected.contacts TO merr_web, merr_audit")
    for login in ("merr_web", "merr_audit"):
        assert ask(as_login(facts_url, login), "SELECT count(*) FROM protected.contacts") == [(0,)]


def test_the_wall_says_for_each_login_what_stands_open(database_url, as_login):
    def open_to(login):
        with engine(as_login(database_url, login)).begin() as connection:
            return openings(connection)

    assert open_to("merr_web") == ()
    assert open_to("merr") == ("merr is a superuser",)
    assert open_to("merr_owner") == (
        "merr_owner belongs to another role",
        "merr_owner has rights on protected.contacts and protected.proprietary",
    )
    ask(database_url, "GRANT SELECT (phone) ON protected.contacts TO merr_web")
    ask(database_url, "ALTER TABLE protected.proprietary NO FORCE ROW LEVEL SECURITY")
    assert open_to("merr_web") == (
        "merr_web has rights on protected.contacts",
        "row security is not forced on protected.proprietary",
    )


def test_a_database_of_before_the_wall_is_brought_behind_it_in_place(empty_database_url, as_login):
    upgrade(empty_database_url)
    mine = "DO $$ DECLARE t regclass; BEGIN FOR t IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace::regnamespace::text = ANY('{registry,protected}') LOOP EXECUTE format('ALTER TABLE %s OWNER TO merr', t); END LOOP; END $$"  # fmt: skip
    with engine(empty_database_url).begin() as connection:
        connection.execute(text(mine))
        for table in ("contacts", "proprietary"):
            for policy in ("merr_owner_all", "merr_disclose_select", "merr_backup_select"):
                connection.execute(text(f"DROP POLICY {policy} ON protected.{table}"))
            connection.execute(text(f"ALTER TABLE protected.{table} DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY"))  # fmt: skip
        connection.execute(text("REVOKE ALL ON ALL TABLES IN SCHEMA registry, protected FROM merr_web, merr_disclose, merr_backup, merr_audit, merr_owner"))  # fmt: skip
    upgrade(empty_database_url)
    assert resettle(empty_database_url) == []
    assert ask(empty_database_url, OWNERS, list(WALLED), list(WALLED)) == [("merr_owner",)]
    upgrade(as_login(empty_database_url, "merr_owner"))  # from then on the owner migrates by itself


def test_a_login_that_may_make_no_roles_still_has_a_registry(empty_database_url, as_login):
    plain = f"plain_{next(_numbers)}"
    name = empty_database_url.split("@/")[1].split("?")[0]
    ask(empty_database_url, "CREATE EXTENSION postgis")
    ask(empty_database_url, f"CREATE ROLE {plain} LOGIN")
    ask(empty_database_url, f'ALTER DATABASE "{name}" OWNER TO {plain}')
    url = as_login(empty_database_url, plain)
    try:
        upgrade(url)
        upgrade(url)
        with session_scope(url) as session:
            session.execute(text("SELECT person FROM protected.contacts")).all()
            assert openings(session.connection()) == (
                f"{plain} has rights on protected.contacts and protected.proprietary",
            )
    finally:
        engine(url).dispose()
        ask(empty_database_url, f"REASSIGN OWNED BY {plain} TO merr")
        ask(empty_database_url, f"DROP OWNED BY {plain}")
        ask(empty_database_url, f"DROP ROLE {plain}")


def test_two_databases_of_one_cluster_are_settled_at_once(clone):
    migrate = "import sys; from registry.db.engine import upgrade; upgrade(sys.argv[1])"
    with clone(None) as one, clone(None) as other:
        started = [
            subprocess.Popen([sys.executable, "-c", migrate, url], stderr=subprocess.PIPE, text=True)
            for url in (one, other)
        ]
        said = [process.communicate(timeout=120)[1] for process in started]
        assert [process.returncode for process in started] == [0, 0], said
        assert resettle(one) == resettle(other) == []


def test_a_password_is_set_as_a_verifier_that_does_not_say_it(database_url):
    try:
        resettle(database_url, {"merr_audit": "a-word-of-the-tests"})
        ((kept,),) = ask(database_url, "SELECT rolpassword FROM pg_authid WHERE rolname = 'merr_audit'")
        assert kept.startswith("SCRAM-SHA-256$")
        assert "a-word-of-the-tests" not in kept
    finally:
        ask(database_url, "ALTER ROLE merr_audit PASSWORD NULL")


@pytest.fixture
def own_cluster():
    """Give a cluster of this test alone: its roles are nobody else's."""
    folder = Path(tempfile.mkdtemp(prefix="merr-", dir="/var/tmp"))
    folder.chmod(0o755)
    made = LocalCluster(folder / "state", settings().postgis_prefix, durable=False)
    yield made
    engine(made.url()).dispose()
    made.down()
    shutil.rmtree(folder)


def test_a_role_that_was_given_more_is_put_back(own_cluster):
    own_cluster.up()
    upgrade(own_cluster.url())
    ask(own_cluster.url(), "GRANT merr_disclose TO merr_web")
    ask(own_cluster.url(), "ALTER ROLE merr_web CREATEROLE BYPASSRLS")
    web = own_cluster.url(login="merr_web")
    with engine(web).begin() as connection:
        assert openings(connection) == (
            "merr_web passes row security",
            "merr_web may make roles",
            "merr_web belongs to another role",
        )
    resettle(own_cluster.url())
    with engine(web).begin() as connection:
        assert openings(connection) == ()
    engine(web).dispose()


def test_what_is_said_of_columns_is_read_as_columns():
    assert roles.privileges("SELECT, UPDATE (a, b), INSERT") == [
        ("SELECT", ""), ("UPDATE", "a"), ("UPDATE", "b"), ("INSERT", ""),
    ]  # fmt: skip


def test_who_reads_what_is_shut_can_be_counted_on_one_hand(database_url):
    with engine(database_url).begin() as connection:
        readers = {grant.role for grant in found_grants(connection) if grant.name.startswith("protected.")}
    assert readers == {"merr_disclose", "merr_backup"}
