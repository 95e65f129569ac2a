"""Two hundred attempts to read what is protected, as data: what each is called, and its statements in order.

Each is tried on one connection, a statement after the other, whatever became of the one before. Whatever comes back is
searched for the canary, which stands in every text of the protected tables; an attempt that can only tell yes or no
says so by the word HIT, put together in the database so that no error that quotes the statement shows it.
"""

from __future__ import annotations

READS = {
    "select everything": "SELECT * FROM protected.contacts",
    "select one column": "SELECT person FROM protected.contacts",
    "select the phone": "SELECT phone FROM protected.contacts",
    "select confidential notes": "SELECT notes, conditions FROM protected.proprietary",
    "table": "TABLE protected.contacts",
    "table proprietary": "TABLE protected.proprietary",
    "only": "SELECT * FROM ONLY protected.contacts",
    "the row itself": "SELECT c FROM protected.contacts AS c",
    "the row as text": "SELECT c::text FROM protected.contacts AS c",
    "the row as json": "SELECT to_jsonb(c) FROM protected.contacts AS c",
    "all rows as json": "SELECT json_agg(c) FROM protected.contacts AS c",
    "fields of the row": "SELECT field.value FROM protected.contacts AS c, LATERAL jsonb_each_text(to_jsonb(c)) AS field",
    "joined words": "SELECT string_agg(person || phone || email, ',') FROM protected.contacts",
    "array of a query": "SELECT ARRAY(SELECT person FROM protected.contacts)",
    "count": "SELECT 'HI' || 'T' FROM protected.contacts HAVING count(*) > 0",
    "whether any is there": "SELECT 'HI' || 'T' WHERE EXISTS (SELECT FROM protected.contacts)",
    "first letter": "SELECT 'HI' || 'T' FROM protected.contacts WHERE left(person, 1) = 'c'",
    "length": "SELECT 'HI' || 'T' FROM protected.proprietary WHERE length(notes) > 3",
    "common table": "WITH c AS (SELECT * FROM protected.contacts) SELECT * FROM c",
    "materialised common table": "WITH c AS MATERIALIZED (TABLE protected.proprietary) TABLE c",
    "recursive common table": "WITH RECURSIVE c AS (SELECT person, 1 AS n FROM protected.contacts UNION ALL SELECT person, n + 1 FROM c WHERE n < 2) TABLE c",
    "lateral": "SELECT p.id, x.* FROM registry.providers AS p, LATERAL (SELECT person FROM protected.contacts WHERE provider_id = p.id) AS x",
    "left join": "SELECT c.phone FROM registry.providers AS p LEFT JOIN protected.contacts AS c ON c.provider_id = p.id",
    "join of both": "SELECT * FROM protected.contacts JOIN protected.proprietary USING (provider_id)",
    "union": "SELECT name FROM registry.providers UNION ALL SELECT email FROM protected.contacts",
    "except": "SELECT email FROM protected.contacts EXCEPT SELECT name FROM registry.providers",
    "window": "SELECT first_value(person) OVER (ORDER BY phone) FROM protected.contacts",
    "grouping": "SELECT person, count(*) FROM protected.contacts GROUP BY ROLLUP (person)",
    "distinct on": "SELECT DISTINCT ON (person) person FROM protected.contacts",
    "sample": "SELECT * FROM protected.contacts TABLESAMPLE SYSTEM (100)",
    "for update": "SELECT * FROM protected.contacts FOR UPDATE",
    "scalar in a value list": "VALUES ((SELECT person FROM protected.contacts LIMIT 1))",
    "scalar in a limit": "SELECT 'HI' || 'T' LIMIT (SELECT count(*) FROM protected.contacts)",
    "system columns": "SELECT ctid, xmin, tableoid, person FROM protected.contacts",
    "by row address": "SELECT * FROM protected.contacts WHERE ctid = '(0,1)'",
    "by key": "SELECT c.* FROM protected.contacts AS c WHERE provider_id = (SELECT id FROM registry.providers LIMIT 1)",
    "filter aggregate": "SELECT max(email) FILTER (WHERE phone <> '') FROM protected.contacts",
    "full text": "SELECT to_tsvector('simple', person) FROM protected.contacts",
    "trigram of letters": "SELECT regexp_matches(person, '.*', 'g') FROM protected.contacts",
}

WRITES = {
    "insert returning": "INSERT INTO protected.contacts (provider_id) SELECT id FROM registry.providers RETURNING *",
    "insert on conflict": "INSERT INTO protected.contacts (provider_id) SELECT id FROM registry.providers ON CONFLICT (provider_id) DO UPDATE SET phone = contacts.phone RETURNING *",
    "insert on conflict do nothing": "INSERT INTO protected.contacts (provider_id) SELECT id FROM registry.providers ON CONFLICT DO NOTHING",
    "insert on conflict by a guess": "INSERT INTO protected.contacts (provider_id, person) SELECT id, 'x' FROM registry.providers ON CONFLICT (provider_id) DO UPDATE SET person = excluded.person WHERE contacts.person LIKE 'c%' RETURNING 'HI' || 'T'",
    "duplicate key": "INSERT INTO protected.contacts SELECT gen_random_uuid(), id, 'a', 'b', 'c', now() FROM registry.providers",
    "missing key": "INSERT INTO protected.contacts (provider_id) VALUES (gen_random_uuid())",
    "failing row by null": "INSERT INTO protected.contacts (provider_id, person) VALUES (NULL, 'x')",
    "failing row by check": "UPDATE protected.proprietary SET price_basis = 'gold'",
    "failing row by null in an update": "UPDATE protected.contacts SET person = NULL",
    "update returning": "UPDATE protected.contacts SET phone = phone RETURNING person, phone",
    "update where current": "UPDATE protected.contacts SET phone = '' WHERE person LIKE 'c%' RETURNING 'HI' || 'T'",
    "delete returning": "DELETE FROM protected.contacts RETURNING *",
    "delete using": "DELETE FROM registry.incident_closures USING protected.contacts AS c RETURNING c.person",
    "merge": "MERGE INTO protected.contacts AS c USING registry.providers AS p ON c.provider_id = p.id WHEN MATCHED THEN UPDATE SET phone = c.phone",
    "merge from it": "MERGE INTO registry.incidents AS i USING protected.contacts AS c ON false WHEN NOT MATCHED THEN INSERT (name, kind, asked_at) VALUES (c.person, 'flood', now())",
    "copied into an incident": (
        "INSERT INTO registry.incidents (name, kind, asked_at) SELECT person, 'flood', now() FROM protected.contacts",
        "SELECT name FROM registry.incidents",
    ),
    "copied into an incident's needs": (
        "INSERT INTO registry.incidents (name, kind, asked_at, needs) SELECT 'x', 'flood', now(), jsonb_agg(c) FROM protected.contacts AS c",
        "SELECT needs FROM registry.incidents",
    ),
    "into a shown place, refused by its check": "UPDATE registry.providers SET shows_place = (SELECT person FROM protected.contacts LIMIT 1)",
    "into a shown place, with the row": "UPDATE registry.providers AS p SET shows_place = c.phone FROM protected.contacts AS c WHERE c.provider_id = p.id RETURNING shows_place",
    "into an account's name": "INSERT INTO people.accounts (name, full_name) SELECT 'a' || row_number() OVER (), person FROM protected.contacts RETURNING full_name",
    "into a challenge": "INSERT INTO people.challenges (secret_hash, purpose, facts, expires_at) SELECT sha256('a'), 'a', to_jsonb(c), now() FROM protected.contacts AS c RETURNING facts",
    "into an audit event": (
        "SELECT trust.record_event('a.b', NULL, NULL, NULL, (SELECT person FROM protected.contacts LIMIT 1), '{}')",
        "SELECT purpose FROM trust.events",
    ),
    "into a rule": "UPDATE trust.rules SET value = (SELECT to_jsonb(person) FROM protected.contacts LIMIT 1) RETURNING value",
    "by a foreign key of another table": "INSERT INTO people.appointments (account_id, role, provider_id) SELECT provider_id, person, id FROM protected.contacts",
    "truncate": "TRUNCATE protected.contacts",
    "cascade of a provider": "DELETE FROM registry.providers RETURNING (SELECT person FROM protected.contacts LIMIT 1)",
    "create table as": ("CREATE TABLE public.stolen AS TABLE protected.contacts", "TABLE public.stolen"),
    "create temporary table as": (
        "CREATE TEMP TABLE stolen AS TABLE protected.contacts",
        "TABLE pg_temp.stolen",
    ),
    "select into": ("SELECT * INTO registry.stolen FROM protected.contacts", "TABLE registry.stolen"),
}

COPIES = {
    "copy to stdout": "COPY protected.contacts TO STDOUT",
    "copy columns": "COPY protected.contacts (person, phone) TO STDOUT",
    "copy as csv": "COPY protected.proprietary TO STDOUT (FORMAT csv, HEADER)",
    "copy as binary": "COPY protected.contacts TO STDOUT (FORMAT binary)",
    "copy a query": "COPY (SELECT person FROM protected.contacts) TO STDOUT",
    "copy a join": "COPY (SELECT p.name, c.* FROM registry.providers AS p JOIN protected.contacts AS c ON c.provider_id = p.id) TO STDOUT",
    "copy an update": "COPY (UPDATE protected.contacts SET phone = phone RETURNING *) TO STDOUT",
    "copy a delete": "COPY (DELETE FROM protected.proprietary RETURNING *) TO STDOUT",
    "copy to a file": "COPY protected.contacts TO '/tmp/merr-stolen'",
    "copy to a program": "COPY protected.contacts TO PROGRAM 'cat'",
}

ERRORS = {
    "as a number": "SELECT person::int FROM protected.contacts",
    "as an id": "SELECT phone::uuid FROM protected.contacts",
    "as a date": "SELECT email::date FROM protected.contacts",
    "as json": "SELECT notes::json FROM protected.proprietary",
    "as xml": "SELECT ('<' || person)::xml FROM protected.contacts",
    "as a network": "SELECT person::inet FROM protected.contacts",
    "as a geometry": "SELECT person::geometry FROM protected.contacts",
    "as a pattern": "SELECT 'a' ~ ('[' || person) FROM protected.contacts",
    "as a setting": "SELECT set_config('work_mem', person, false) FROM protected.contacts",
    "as a setting of ours": (
        "SELECT set_config('app.account', person, false) FROM protected.contacts",
        "SHOW app.account",
    ),
    "as a table's name": "SELECT person::regclass FROM protected.contacts",
    "as a time zone": "SELECT now() AT TIME ZONE person FROM protected.contacts",
    "division by what is there": "SELECT 1 / (SELECT count(*) - count(*) FROM protected.contacts), 'HI' || 'T' FROM protected.contacts",
    "raised": "DO $$ BEGIN RAISE EXCEPTION '%', (SELECT person FROM protected.contacts LIMIT 1); END $$",
    "noticed": "DO $$ BEGIN RAISE WARNING '%', (SELECT phone FROM protected.contacts LIMIT 1); END $$",
    "asserted": "DO $$ BEGIN ASSERT NOT EXISTS (SELECT FROM protected.contacts), 'HI' || 'T'; END $$",
    "raised with a detail": "DO $$ BEGIN RAISE 'a' USING DETAIL = (SELECT string_agg(notes, ',') FROM protected.proprietary); END $$",
    "looped": "DO $$ DECLARE r record; BEGIN FOR r IN SELECT * FROM protected.contacts LOOP RAISE NOTICE '%', r; END LOOP; END $$",
    "dynamic": "DO $$ DECLARE t text; BEGIN EXECUTE 'SELECT person FROM prot' || 'ected.contacts' INTO t; RAISE NOTICE '%', t; END $$",
    "caught and told": "DO $$ BEGIN PERFORM person::int FROM protected.contacts; EXCEPTION WHEN OTHERS THEN RAISE NOTICE '% %', SQLERRM, SQLSTATE; END $$",
}

OBJECTS = {
    "view": ("CREATE VIEW public.peep AS TABLE protected.contacts", "TABLE public.peep"),
    "view in our schema": ("CREATE VIEW registry.peep AS TABLE protected.contacts", "TABLE registry.peep"),
    "temporary view": ("CREATE TEMP VIEW peep AS TABLE protected.contacts", "TABLE pg_temp.peep"),
    "materialised view": (
        "CREATE MATERIALIZED VIEW public.mpeep AS TABLE protected.contacts",
        "TABLE public.mpeep",
    ),
    "a view of the owner's, replaced": (
        "CREATE OR REPLACE VIEW people.live AS TABLE protected.contacts",
        "TABLE people.live",
    ),
    "a view of the owner's, with a column more": "SELECT (SELECT person FROM protected.contacts LIMIT 1) FROM people.live",
    "rule": "CREATE RULE peep AS ON INSERT TO registry.incidents DO ALSO SELECT * FROM protected.contacts",
    "trigger on it": "CREATE TRIGGER peep BEFORE UPDATE ON protected.contacts FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "event trigger": "CREATE EVENT TRIGGER peep ON ddl_command_end EXECUTE FUNCTION trust.refuse_change()",
    "function": (
        "CREATE FUNCTION public.peep() RETURNS text LANGUAGE sql AS 'SELECT person FROM protected.contacts'",
        "SELECT public.peep()",
    ),
    "own temporary function": (
        "CREATE FUNCTION pg_temp.peep() RETURNS text LANGUAGE sql AS 'SELECT person FROM protected.contacts'",
        "SELECT pg_temp.peep()",
    ),
    "own plpgsql function": (
        "CREATE FUNCTION pg_temp.peep2() RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT person FROM protected.contacts LIMIT 1); END'",
        "SELECT pg_temp.peep2()",
    ),
    "definer's function": (
        "CREATE FUNCTION registry.peep() RETURNS text LANGUAGE sql SECURITY DEFINER AS 'SELECT person FROM protected.contacts'",
        "SELECT registry.peep()",
    ),
    "definer's function given away": (
        "CREATE FUNCTION pg_temp.gift() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER AS 'SELECT person FROM protected.contacts'",
        "ALTER FUNCTION pg_temp.gift() OWNER TO merr_owner",
        "SELECT pg_temp.gift()",
    ),
    "a function of ours, replaced": (
        "CREATE OR REPLACE FUNCTION trust.event_field(value text) RETURNS bytea LANGUAGE sql AS 'SELECT person::bytea FROM protected.contacts'",
        "SELECT trust.record_event('a.b', NULL, NULL, NULL, '', '{}')",
    ),
    "a function of ours, led astray by the path": (
        "CREATE FUNCTION pg_temp.clock_timestamp() RETURNS timestamptz LANGUAGE plpgsql AS 'BEGIN RAISE NOTICE ''%'', (SELECT person FROM protected.contacts LIMIT 1); RETURN now(); END'",
        "SET search_path = pg_temp, pg_catalog",
        "SELECT trust.record_event('a.b', NULL, NULL, NULL, '', '{}')",
    ),
    "a definer's function, called with an operator of ours": (
        "CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq)",
        "SELECT trust.acts((SELECT person FROM protected.contacts LIMIT 1), 'a', false)",
    ),
    "aggregate": (
        "CREATE AGGREGATE pg_temp.peep4(text) (SFUNC = textcat, STYPE = text)",
        "SELECT pg_temp.peep4(person) FROM protected.contacts",
    ),
    "type of its row": "SELECT json_populate_record((SELECT c FROM protected.contacts AS c LIMIT 1), '{}')",
    "domain": (
        "CREATE DOMAIN public.peep AS text CHECK (value NOT IN ('a'))",
        "SELECT person::public.peep FROM protected.contacts",
    ),
    "leaking function before the row security": (
        "CREATE FUNCTION pg_temp.leak(t text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS 'BEGIN RAISE NOTICE ''%'', t; RETURN true; END'",
        "SELECT 1 FROM protected.contacts WHERE pg_temp.leak(person)",
    ),
    "leaking built-in before the row security": "SELECT 1 FROM protected.contacts WHERE person::int = 1",
    "inherit": (
        "CREATE TABLE public.heir () INHERITS (protected.contacts)",
        "SELECT * FROM protected.contacts*",
    ),
    "like": (
        "CREATE TABLE public.alike (LIKE protected.contacts INCLUDING ALL)",
        "INSERT INTO public.alike TABLE protected.contacts RETURNING *",
    ),
    "parent above it": (
        "CREATE TABLE public.parent (LIKE protected.contacts) PARTITION BY LIST (id)",
        "ALTER TABLE public.parent ATTACH PARTITION protected.contacts DEFAULT",
        "TABLE public.parent",
    ),
    "foreign key to it": "CREATE TABLE public.probe (id uuid REFERENCES protected.contacts (provider_id))",
    "index of an expression": "CREATE INDEX ON protected.contacts ((person::int))",
}

ROLES = {
    "set role owner": ("SET ROLE merr_owner", "TABLE protected.contacts"),
    "set role disclose": ("SET ROLE merr_disclose", "TABLE protected.contacts"),
    "set role backup": ("SET ROLE merr_backup", "TABLE protected.contacts"),
    "set role audit": ("SET ROLE merr_audit", "TABLE protected.contacts"),
    "set role superuser": ("SET ROLE merr", "TABLE protected.contacts"),
    "set role reader of all": ("SET ROLE pg_read_all_data", "TABLE protected.contacts"),
    "set local role": ("BEGIN", "SET LOCAL ROLE merr_owner", "TABLE protected.contacts", "ROLLBACK"),
    "role by a setting": ("SELECT set_config('role', 'merr_owner', false)", "TABLE protected.contacts"),
    "session authorization": ("SET SESSION AUTHORIZATION merr_owner", "TABLE protected.contacts"),
    "session authorization by a setting": (
        "SELECT set_config('session_authorization', 'merr', false)",
        "TABLE protected.contacts",
    ),
    "reset role": ("RESET ROLE", "RESET SESSION AUTHORIZATION", "TABLE protected.contacts"),
    "grant oneself the table": ("GRANT SELECT ON protected.contacts TO merr_web", "TABLE protected.contacts"),
    "grant everybody the schema": ("GRANT USAGE ON SCHEMA protected TO PUBLIC", "TABLE protected.contacts"),
    "grant oneself a role": (
        "GRANT merr_disclose TO merr_web",
        "SET ROLE merr_disclose",
        "TABLE protected.contacts",
    ),
    "grant oneself the reader of all": ("GRANT pg_read_all_data TO merr_web", "TABLE protected.contacts"),
    "grant oneself files": ("GRANT pg_read_server_files TO merr_web", "SELECT pg_read_file('PG_VERSION')"),
    "become superuser": ("ALTER ROLE merr_web SUPERUSER", "TABLE protected.contacts"),
    "pass row security": ("ALTER ROLE merr_web BYPASSRLS", "TABLE protected.contacts"),
    "another's password": "ALTER ROLE merr_owner PASSWORD 'known'",
    "a role of one's own": ("CREATE ROLE peeper SUPERUSER", "SET ROLE peeper", "TABLE protected.contacts"),
    "default privileges": "ALTER DEFAULT PRIVILEGES FOR ROLE merr_owner GRANT SELECT ON TABLES TO merr_web",
    "take the table": ("ALTER TABLE protected.contacts OWNER TO merr_web", "TABLE protected.contacts"),
    "take the schema": ("ALTER SCHEMA protected OWNER TO merr_web", "TABLE protected.contacts"),
    "take all of the owner's": ("REASSIGN OWNED BY merr_owner TO merr_web", "TABLE protected.contacts"),
    "move the table": ("ALTER TABLE protected.contacts SET SCHEMA public", "TABLE public.contacts"),
    "rename the schema": ("ALTER SCHEMA protected RENAME TO open", "TABLE open.contacts"),
    "row security off for the session": ("SET row_security = off", "TABLE protected.contacts"),
    "row security off for the table": (
        "ALTER TABLE protected.contacts DISABLE ROW LEVEL SECURITY",
        "TABLE protected.contacts",
    ),
    "row security not forced": (
        "ALTER TABLE protected.contacts NO FORCE ROW LEVEL SECURITY",
        "TABLE protected.contacts",
    ),
    "a policy of one's own": (
        "CREATE POLICY peep ON protected.contacts FOR SELECT TO merr_web USING (true)",
        "TABLE protected.contacts",
    ),
    "a policy widened": (
        "ALTER POLICY merr_disclose_select ON protected.contacts TO PUBLIC",
        "TABLE protected.contacts",
    ),
    "triggers off": ("SET session_replication_role = replica", "TABLE protected.contacts"),
    "search path": ("SET search_path = protected", "TABLE contacts"),
    "somebody else's account": (
        "SELECT set_config('app.account', (SELECT id::text FROM people.accounts LIMIT 1), false)",
        "TABLE protected.contacts",
    ),
    "load a library": ("LOAD 'auto_explain'", "TABLE protected.contacts"),
    "alter system": "ALTER SYSTEM SET row_security = off",
}

SEEN = {
    "explain": "EXPLAIN VERBOSE SELECT person FROM protected.contacts",
    "explain analyze": "EXPLAIN (ANALYZE, VERBOSE, FORMAT json) SELECT person FROM protected.contacts WHERE person > 'c'",
    "prepared": ("PREPARE peep AS SELECT person FROM protected.contacts", "EXECUTE peep"),
    "prepared with a value": (
        "PREPARE peep2 (text) AS SELECT person FROM protected.contacts WHERE person >= $1",
        "EXECUTE peep2 ('')",
    ),
    "cursor": (
        "BEGIN",
        "DECLARE peep CURSOR FOR SELECT * FROM protected.contacts",
        "FETCH ALL peep",
        "ROLLBACK",
    ),
    "cursor with hold": ("DECLARE peep3 CURSOR WITH HOLD FOR TABLE protected.contacts", "FETCH ALL peep3"),
    "notified": ("LISTEN peep", "SELECT pg_notify('peep', person) FROM protected.contacts", "SELECT 1"),
    "statistics of columns": "SELECT most_common_vals::text, histogram_bounds::text FROM pg_stats WHERE schemaname = 'protected'",
    "statistics themselves": "SELECT stavalues1::text FROM pg_statistic WHERE starelid = 'protected.contacts'::regclass",
    "statistics by name": "SELECT s.stavalues1::text FROM pg_statistic AS s JOIN pg_class AS c ON c.oid = s.starelid WHERE c.relname = 'contacts'",
    "extended statistics": "SELECT most_common_vals::text FROM pg_stats_ext",
    "statistics of expressions": "SELECT most_common_vals::text FROM pg_stats_ext_exprs",
    "what others run": "SELECT query FROM pg_stat_activity",
    "what others prepared": "SELECT statement FROM pg_prepared_statements",
    "analyze": (
        "ANALYZE VERBOSE protected.contacts",
        "SELECT most_common_vals FROM pg_stats WHERE tablename = 'contacts'",
    ),
    "toast": "DO $$ DECLARE n text; t text; BEGIN SELECT reltoastrelid::regclass::text INTO n FROM pg_class WHERE relname = 'contacts'; EXECUTE 'SELECT ''HI'' || ''T'' || count(*) FROM ' || n INTO t; RAISE NOTICE '%', t; END $$",
    "large objects": "SELECT data FROM pg_largeobject",
    "a large object made of it": "SELECT convert_from(lo_get(lo_from_bytea(0, person::bytea)), 'UTF8') FROM protected.contacts",
    "a file of the server": "SELECT pg_read_file('PG_VERSION') || 'HI' || 'T'",
    "the table's file": "SELECT pg_read_binary_file(pg_relation_filepath(c.oid))::text FROM pg_class AS c WHERE c.relname = 'contacts'",
    "the server's folder": "SELECT pg_ls_dir('.') || 'HI' || 'T'",
    "the server's log": "SELECT 'HI' || 'T', * FROM pg_ls_logdir()",
    "a file as a large object": "SELECT convert_from(lo_get(lo_import('PG_VERSION')), 'UTF8') || 'HI' || 'T'",
    "dblink": (
        "CREATE EXTENSION dblink",
        "SELECT * FROM dblink('user=merr_owner', 'TABLE protected.contacts') AS t (a uuid, b uuid, c text, d text, e text, f timestamptz)",
    ),
    "foreign tables": (
        "CREATE EXTENSION postgres_fdw",
        "CREATE SERVER peep FOREIGN DATA WRAPPER postgres_fdw",
        "IMPORT FOREIGN SCHEMA protected FROM SERVER peep INTO public",
        "TABLE public.contacts",
    ),
    "file tables": (
        "CREATE EXTENSION file_fdw",
        "CREATE SERVER peep2 FOREIGN DATA WRAPPER file_fdw",
        "CREATE FOREIGN TABLE public.f (line text) SERVER peep2 OPTIONS (filename '/etc/hostname')",
        "TABLE public.f",
    ),
    "pages": (
        "CREATE EXTENSION pageinspect",
        "SELECT t_data::text FROM heap_page_items(get_raw_page('protected.contacts', 0))",
    ),
    "xml of the table": "SELECT table_to_xml('protected.contacts', true, false, '')",
    "xml of a query": "SELECT query_to_xml('SELECT person FROM protected.contacts', true, false, '')",
    "xml of the schema": "SELECT schema_to_xml('protected', true, false, '')",
    "xml of the database": "SELECT database_to_xml(true, false, '')",
    "xml of a cursor": (
        "BEGIN",
        "DECLARE peep4 CURSOR FOR TABLE protected.contacts",
        "SELECT cursor_to_xml('peep4', 9, true, false, '')",
        "ROLLBACK",
    ),
    "words of a query": "SELECT * FROM ts_stat('SELECT to_tsvector(''simple'', person) FROM protected.contacts')",
    "rewriting by a query": "SELECT ts_rewrite('a'::tsquery, 'SELECT ''a''::tsquery, quote_literal(person)::tsquery FROM protected.contacts')",
}

PROGRAMS = {
    "pg_dump of all": ("pg_dump",),
    "pg_dump of the data": ("pg_dump", "--data-only", "--inserts", "--table=protected.contacts"),
    "pg_dump under row security": ("pg_dump", "--enable-row-security", "--schema=protected"),
    "psql copy": ("psql", "-c", r"\copy protected.contacts TO STDOUT"),
    "pg_dumpall": ("pg_dumpall",),
}
"""Programs of PostgreSQL's own, started as the same login."""

GROUPS = (READS, WRITES, COPIES, ERRORS, OBJECTS, ROLES, SEEN)

ATTEMPTS: dict[str, tuple[str, ...]] = {
    name: (said,) if isinstance(said, str) else said for group in GROUPS for name, said in group.items()
}
