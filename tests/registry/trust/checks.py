"""A compact list of what the second wall promises, each tried on one connection of a superuser and taken back.

Each check acts as a role for a few statements within a savepoint, so that a part of the wall may be missing in the same
transaction; whatever it does not find as promised it raises.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy.exc import DBAPIError

from registry.db import roles
from registry.db.settling import openings
from tests.registry.trust.acts import CASS, CHIEF, FIRST, PLANNER, SECOND
from tests.registry.trust.desk import CANARY, DRY, EMPTY, LENDER, PAUSED, PURPOSE, UNRANKED

NOBODY = "00000000-0000-0000-0000-000000000000"


class World:
    """One connection to an office at work, in a transaction that is never committed."""

    def __init__(self, connection):
        self.connection = connection
        # However long the checks take, a second factor is of this moment: nothing may turn red by age alone.
        self.rows("UPDATE people.sessions SET proved_at = now()")
        self.companies = dict(self.rows("SELECT external_key, id::text FROM registry.providers"))
        self.incident = self.value("SELECT id::text FROM registry.incidents")

    def rows(self, statement, *given):
        result = self.connection.exec_driver_sql(statement, given)
        return result.all() if result.returns_rows else []

    def value(self, statement, *given):
        return self.rows(statement, *given)[0][0]

    @contextmanager
    def role(self, name, who=None):
        """Act as a role, on behalf of somebody."""
        self.introduce(who)
        self.rows(f"SET LOCAL ROLE {name}")
        yield
        self.rows("RESET ROLE")

    def introduce(self, who):
        for key in ("account", "session"):
            self.rows("SELECT set_config(%s, %s, true)", f"app.{key}", getattr(who, f"{key}_id", ""))

    def alter(self, *statements):
        """Change what triggers would keep."""
        for statement in ("SET LOCAL session_replication_role = replica", *self.guards("DISABLE"), *statements,
                          *self.guards("ENABLE ALWAYS"), "SET LOCAL session_replication_role = origin"):  # fmt: skip
            self.rows(statement)

    def guards(self, verb):
        named = "SELECT format('ALTER TABLE %%s %%s TRIGGER %%I', tgrelid::regclass, %s::text, tgname) FROM pg_trigger WHERE tgenabled IN ('A', 'D') AND NOT tgisinternal"
        return [statement for (statement,) in self.rows(named, verb)]

    def look(self, who=PLANNER, key=LENDER, purpose=PURPOSE, place=None):
        with self.role("merr_web", who):
            provider = self.companies.get(key, key)
            asked = (place or self.incident, provider, purpose)
            found = self.rows("SELECT * FROM trust.disclose(%s, %s, %s)", *asked)
        assert len(found) == 1
        return found[0]

    def why(self, **asked):
        found = self.look(**asked)
        assert found.opened == (found.reason is None)
        assert found.opened or (found.contact, found.proprietary, found.name) == (None, None, None)
        return found.reason

    def refuses(self, role, statement, *given, who=None):
        """Assert that a role may not do this."""
        with self.connection.begin_nested() as attempt:
            try:
                with self.role(role, who):
                    self.rows(statement, *given)
            except DBAPIError:
                attempt.rollback()
                return
        raise AssertionError(f"{role} may {statement}")


def each_role_does_its_work(world):
    verbs = {
        "SELECT": "SELECT {columns} FROM {name} LIMIT 0",
        "INSERT": "EXPLAIN INSERT INTO {name} DEFAULT VALUES",
        "UPDATE": "EXPLAIN UPDATE {name} SET {column} = DEFAULT",
        "DELETE": "EXPLAIN DELETE FROM {name}",
        "USAGE": "SELECT nextval('{name}')",
    }
    grants = roles.wanted_grants(world.value("SELECT current_database()"))
    for grant in sorted(grants):
        if grant.sort == "table":
            first = "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum LIMIT 1"
            column = grant.column or world.value(first, grant.name)
            said = verbs[grant.privilege].format(name=grant.name, columns=grant.column or "*", column=column)
        elif grant.sort == "routine":
            name, _, types = grant.name.rstrip(")").partition("(")
            nulls = ", ".join(f"NULL::{sort}" for sort in types.split(", ") if sort)
            said = f"EXPLAIN SELECT {name}({nulls})"
        else:
            continue
        with world.role(grant.role):
            world.rows(said)


def the_web_login_finds_nothing_open(world):
    with world.role("merr_web"):
        assert openings(world.connection) == ()


def who_is_to_read_what_is_shut_reads_it_by_a_policy_alone(world):
    for table in roles.SHUT:
        for reader in ("merr_owner", "merr_backup", "merr_disclose"):
            with world.role(reader):
                assert world.value(f"SELECT count(*) FROM {table}") > 0  # noqa: S608
        world.rows(f"DROP POLICY merr_owner_all ON {table}")
        world.rows("REVOKE merr_disclose FROM merr_owner")
        with world.role("merr_owner"):
            assert world.value(f"SELECT count(*) FROM {table}") == 0  # noqa: S608


def a_look_opens_one_company_and_leaves_one_event(world):
    world.rows("UPDATE protected.contacts SET person = person || ' of ' || provider_id")
    before = world.value("SELECT count(*) FROM trust.events")
    found = world.look()
    assert found.opened
    assert found.contact["person"] == f"{CANARY} person of {world.companies[LENDER]}"
    assert [CANARY in told["notes"] for told in found.proprietary] == [True]
    assert found.name == "Company lender"
    assert world.value("SELECT count(*) FROM trust.events") == before + 1
    (event,) = world.rows(
        "SELECT action, provider_id::text, account_id, purpose FROM trust.events WHERE seq = %s", found.event
    )
    assert tuple(event) == ("look", world.companies[LENDER], PLANNER.account_id, PURPOSE)
    assert world.value("SELECT bool_and(hash = trust.event_hash(events)) FROM trust.events")
    assert world.value(
        "SELECT (h.seq, h.hash) = (e.seq, e.hash) FROM trust.head h, trust.events e ORDER BY e.seq DESC LIMIT 1"
    )


def a_session_must_be_live_and_this_accounts_own(world):
    other = "UPDATE people.sessions SET ended_at = now() WHERE id = %s"
    mixed = type("Mixed", (), {"account_id": PLANNER.account_id, "session_id": SECOND.session_id})
    assert world.why(who=mixed) == "signed_out"
    world.rows(other, PLANNER.session_id)
    assert world.why() == "signed_out"
    world.rows(
        "INSERT INTO people.sessions (account_id, secret_hash, kind, method, expires_at) SELECT %s, sha256('b'), 'browser', 'passkey', now() + interval '1 day'",
        PLANNER.account_id,
    )
    assert world.why() == "signed_out"


def a_token_opens_only_what_it_is_for(world):
    for actions, why in (("{match.ask}", "token"), ("{contact.look}", None)):
        world.rows("UPDATE people.sessions SET actions = %s WHERE id = %s", actions, PLANNER.session_id)
        assert world.why() == why


def a_role_and_its_counties_decide(world):
    assert world.why(who=FIRST) == "role"
    world.rows(
        "UPDATE people.appointments SET role = 'local', counties = %s WHERE account_id = %s",
        f"{{{CASS}}}",
        PLANNER.account_id,
    )
    assert world.why() == "jurisdiction"
    assert world.why(who=FIRST) == "role"
    world.rows(
        "UPDATE people.appointments SET role = 'declarer', counties = '{}' WHERE account_id = %s",
        PLANNER.account_id,
    )
    world.rows("INSERT INTO people.appointments (account_id, role) VALUES (%s, 'planner')", SECOND.account_id)
    assert world.why() == "role"


def another_planner_lends_nobody_a_jurisdiction(world):
    world.rows("INSERT INTO people.appointments (account_id, role) VALUES (%s, 'planner')", SECOND.account_id)
    world.rows(
        "UPDATE people.appointments SET role = 'local', counties = %s WHERE account_id = %s",
        f"{{{CASS}}}",
        PLANNER.account_id,
    )
    assert world.why() == "jurisdiction"


def an_incident_and_a_purpose_are_needed(world):
    before = world.value("SELECT count(*) FROM trust.events")
    assert world.why(place=NOBODY) == "incident"
    assert world.value("SELECT count(*) FROM trust.events") == before + 1
    for purpose in (" ", "12", None, "x" * 401):
        assert world.why(purpose=purpose) == "purpose"


def a_closed_incident_opens_nothing_until_it_is_reopened(world):
    granted = "SELECT count(*) FROM trust.grants(%s)"
    world.rows("UPDATE registry.incidents SET status = 'closed'")
    assert world.value(granted, world.incident) == 0
    assert world.why() == "closed"
    world.rows(
        "INSERT INTO registry.incidents (name, kind, status, asked_at, needs) SELECT 'Other', kind, 'open', asked_at, needs FROM registry.incidents"
    )
    assert world.value(granted, world.incident) == 0
    world.rows("UPDATE registry.incidents SET status = CASE name WHEN 'Other' THEN 'closed' ELSE 'open' END")
    assert world.value(granted, world.incident) == 1
    assert world.why() is None


DECLARATIONS = {
    "counties = '{29037}'", "confirmed_at = NULL, confirmed_by = NULL", "ended_at = clock_timestamp(), end_reason = 'Over', ended_by = recorded_by",
    "starts_at = clock_timestamp() + interval '1 hour'", "ends_at = clock_timestamp() - interval '1 second'",
}  # fmt: skip


def a_declaration_must_open_it_now(world):
    for change in sorted(DECLARATIONS):
        with world.connection.begin_nested() as changed:
            world.alter(f"UPDATE trust.declarations SET {change}")  # noqa: S608
            assert world.why() == "declaration", change
            assert world.why(key=UNRANKED) == "declaration", change  # nor is it told who was ranked
            changed.rollback()


def the_latest_area_of_this_incident_decides(world):
    moved = "INSERT INTO registry.incident_areas (incident_id, version, origin, geometry) SELECT incident_id, version + 1, origin, ST_Translate(geometry, 1, 0) FROM registry.incident_areas WHERE incident_id = %s"
    other = "INSERT INTO registry.incidents (name, kind, asked_at, needs) SELECT 'Other', kind, asked_at, needs FROM registry.incidents RETURNING id::text"
    with world.connection.begin_nested() as changed:
        place = world.value(other)
        world.rows(
            "INSERT INTO trust.ranked (incident_id, provider_id) SELECT %s, id FROM registry.providers", place
        )
        assert world.why(place=place) == "declaration"
        world.rows(
            "INSERT INTO registry.incident_areas (incident_id, version, origin, geometry)"
            " SELECT %s, version, origin, ST_Translate(geometry, 1, 0) FROM registry.incident_areas",
            place,
        )
        assert world.why(place=place) == "declaration"
        world.rows(
            "INSERT INTO registry.incident_areas (incident_id, version, origin, geometry) SELECT %s, 7, origin, geometry FROM registry.incident_areas LIMIT 1",
            place,
        )
        assert world.why() is None
        changed.rollback()
    with world.connection.begin_nested() as changed:
        world.rows(
            "UPDATE registry.incident_areas SET geometry = ST_Multi(ST_MakeEnvelope(-93.6, 37.1, -93.5, 37.2, 4326))"
        )
        assert world.why() == "declaration"
        changed.rollback()
    world.rows(moved, world.incident)
    assert world.why() == "declaration"


def only_who_is_ranked_and_has_it_is_opened(world):
    assert [world.why(key=key) for key in (UNRANKED, DRY, PAUSED, EMPTY, LENDER)] == [
        "ranked",
        *["asset"] * 3,
        None,
    ]
    world.rows(
        "INSERT INTO registry.incidents (name, kind, asked_at, needs) SELECT 'Thirst', kind, asked_at, '[{\"text\": \"water_bottled\"}]' FROM registry.incidents"
    )
    assert world.why(key=DRY) == "asset"
    world.rows(
        "INSERT INTO trust.ranked (incident_id, provider_id) SELECT id, %s FROM registry.incidents WHERE name = 'Thirst'",
        world.companies[UNRANKED],
    )
    assert world.why(key=UNRANKED) == "ranked"
    world.rows(
        "DELETE FROM registry.assets USING registry.sites WHERE sites.id = site_id AND provider_id = %s",
        world.companies[LENDER],
    )
    assert world.why() == "asset"


def an_hour_has_a_limit_of_ones_own(world):
    world.alter("UPDATE trust.rules SET value = '1' WHERE name = 'looks_per_hour'")
    world.rows("INSERT INTO people.appointments (account_id, role) VALUES (%s, 'planner')", SECOND.account_id)
    assert world.why(purpose=" ") == "purpose"
    assert world.why(who=SECOND) is None
    assert world.why() is None
    assert world.why() == "limit"
    world.alter("UPDATE trust.events SET at = at - interval '2 hours'")
    assert world.why() is None


def an_account_spelt_another_way_is_counted_as_the_same(world):
    world.alter("UPDATE trust.rules SET value = '1' WHERE name = 'looks_per_hour'")
    for spelt in (f"{{{PLANNER.account_id}}}", PLANNER.account_id.replace("-", "")):
        with world.connection.begin_nested() as changed:
            assert world.why(who=replace(PLANNER, account_id=spelt)) is None
            assert world.why() == "limit", spelt
            changed.rollback()


def whoever_could_close_the_door_waits_for_the_look(world):
    held = "SELECT (SELECT string_agg(xmax::text, ',') FROM people.accounts WHERE id = %s), (SELECT string_agg(xmax::text, ',') FROM people.sessions WHERE id = %s), (SELECT string_agg(xmax::text, ',') FROM people.appointments WHERE account_id = %s), (SELECT string_agg(xmax::text, ',') FROM trust.declarations)"
    given = (PLANNER.account_id, PLANNER.session_id, PLANNER.account_id)
    before = world.rows(held, *given)[0]
    assert world.why() is None
    assert [was != now for was, now in zip(before, world.rows(held, *given)[0], strict=True)] == [True] * 4


def whoever_could_close_the_door_waits_for_an_act(world):
    held = "SELECT (SELECT xmax::text FROM people.accounts WHERE id = %s), (SELECT xmax::text FROM people.sessions WHERE id = %s), (SELECT string_agg(xmax::text, ',') FROM people.appointments WHERE account_id = %s)"
    given = (FIRST.account_id, FIRST.session_id, FIRST.account_id)
    before = world.rows(held, *given)[0]
    with world.role("merr_web", FIRST):
        assert world.value("SELECT trust.acts('declarer', 'declaration.record', true)")
    assert [was != now for was, now in zip(before, world.rows(held, *given)[0], strict=True)] == [True] * 3


MEANWHILE = """
CREATE OR REPLACE FUNCTION trust.record_event(action text, incident uuid, provider uuid, declaration uuid, purpose text, detail jsonb)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER AS $body$ BEGIN {change}; RETURN 7; END $body$
"""


def while_its_turn_is_waited_for(world, change):
    """Let an event be recorded so late that declarations changed meanwhile."""
    world.rows("DROP TRIGGER declarations_are_guarded ON trust.declarations")
    world.rows("ALTER FUNCTION trust.record_event OWNER TO CURRENT_USER")
    world.rows("GRANT EXECUTE ON FUNCTION trust.record_event TO merr_disclose")
    world.rows(MEANWHILE.format(change=change))


def what_is_over_once_the_event_stands_stays_closed(world):
    while_its_turn_is_waited_for(world, "UPDATE trust.declarations SET ends_at = clock_timestamp()")
    assert world.why() == "declaration"


def it_must_be_the_same_declaration_that_still_holds(world):
    columns = "instrument, number, authority, counties, recorded_by, recorded_at, confirmed_by, confirmed_at"
    world.alter(
        f"INSERT INTO trust.declarations ({columns}, starts_at) SELECT {columns}, now() + interval '1 hour' FROM trust.declarations"  # noqa: S608
    )
    while_its_turn_is_waited_for(
        world,
        "UPDATE trust.declarations SET ends_at = clock_timestamp() WHERE starts_at < now();"
        " UPDATE trust.declarations SET starts_at = now() WHERE ends_at IS NULL",
    )
    assert world.why() == "declaration"


def what_is_recorded_stays(world):
    world.look()
    for statement in ("UPDATE trust.events SET purpose = 'x'", "DELETE FROM trust.events", "TRUNCATE trust.events",
                      "DELETE FROM trust.head", "TRUNCATE trust.head", "INSERT INTO trust.head (single, seq, hash) VALUES (true, 0, sha256('')) ON CONFLICT DO NOTHING",
                      "DELETE FROM trust.declarations", "DELETE FROM trust.rules"):  # fmt: skip
        world.refuses("merr_owner", statement)
    world.introduce(FIRST)
    world.rows(WAIVER)
    world.refuses("merr_owner", "DELETE FROM trust.waivers")


MADE = (
    "INSERT INTO runs.snapshots (content_hash, listings, bytes) VALUES (repeat('a', 64), 0, '')",
    (
        "INSERT INTO runs.runs (kind, snapshot_hash, network_hash, ground_hash, parameters, code_version, seed, result_hash, result, counties)"
        " VALUES ('match', repeat('a', 64), repeat('b', 64), repeat('c', 64), '{}', '1', 0, repeat('d', 64), '', '{}')"
    ),
    (
        "INSERT INTO runs.scenarios (name, author, reason, patch, snapshot_hash, network_hash)"
        " VALUES ('What if', 'R. Example', 'To see', '{}', repeat('a', 64), repeat('b', 64))"
    ),
)


def what_was_computed_stays(world):
    world.rows("SET LOCAL session_replication_role = replica")  # what they point to is not there
    for statement in MADE:
        world.rows(statement)
    world.rows("SET LOCAL session_replication_role = origin")
    for table in ("runs.scenarios", "runs.runs", "runs.snapshots"):
        for statement in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):  # noqa: S608
            verb = statement.partition(" ")[0]
            with world.connection.begin_nested() as attempt:
                try:
                    world.rows(statement)
                except DBAPIError as fault:
                    assert f"{verb} of {table} is refused" in str(fault)  # noqa: PT017
                else:
                    raise AssertionError(statement)
                finally:
                    attempt.rollback()


WAIVER = (
    "INSERT INTO trust.waivers (number, authority, relief, starts_at) VALUES ('1', 'FMCSA', 'weight', now())"
)
RECORD = "INSERT INTO trust.declarations (instrument, number, authority, counties, starts_at) VALUES ('proclamation', '9', 'Governor', '{29097}', now())"
RULE = "UPDATE trust.rules SET value = '5' WHERE name = 'looks_per_hour'"


def the_head_tells_the_web_login_the_last_event_and_cannot_be_held_by_it(world):
    """Assert what verifying the chain from the auditor's page needs, and no more."""
    with world.role("merr_web"):
        ((seq, hashed),) = world.rows("SELECT seq, hash FROM trust.head")
        last = world.rows("SELECT seq, hash FROM trust.events ORDER BY seq DESC LIMIT 1")
    assert [(seq, hashed)] == last
    world.refuses("merr_web", "SELECT seq FROM trust.head FOR SHARE")
    world.refuses("merr_web", "UPDATE trust.head SET seq = seq")


def only_a_declarer_with_a_fresh_factor_declares(world):
    world.refuses("merr_web", RECORD, who=PLANNER)
    world.refuses("merr_web", WAIVER, who=PLANNER)
    world.refuses("merr_web", RULE, who=FIRST)
    mixed = type("Mixed", (), {"account_id": PLANNER.account_id, "session_id": FIRST.session_id})
    world.refuses("merr_web", RECORD, who=mixed)
    mixed = type("Mixed", (), {"account_id": FIRST.account_id, "session_id": PLANNER.session_id})
    world.refuses("merr_web", RECORD, who=mixed)
    with world.role("merr_web", FIRST):
        world.rows(RECORD)
        world.rows(WAIVER)
    for change in ("actions = '{match.ask}'", "proved_at = now() - interval '11 minutes'"):
        with world.connection.begin_nested() as changed:
            world.rows(f"UPDATE people.sessions SET {change} WHERE id = %s", FIRST.session_id)  # noqa: S608
            world.refuses("merr_web", RECORD, who=FIRST)
            changed.rollback()
    with world.role("merr_web", CHIEF):
        world.rows(RULE)
    for change in ("actions = '{match.ask}'", "proved_at = now() - interval '11 minutes'"):
        with world.connection.begin_nested() as changed:
            world.rows(f"UPDATE people.sessions SET {change} WHERE id = %s", CHIEF.session_id)  # noqa: S608
            world.refuses("merr_web", RULE, who=CHIEF)
            changed.rollback()
    world.refuses(
        "merr_web", "UPDATE trust.declarations SET confirmed_at = now() WHERE number = '9'", who=FIRST
    )


def an_extension_ends_with_what_it_extends(world):
    with world.role("merr_web", FIRST):
        world.rows(
            RECORD.replace("starts_at)", "starts_at, extends)").replace(
                "now())", "now(), (SELECT id FROM trust.declarations LIMIT 1))"
            )
        )
        world.rows(
            "UPDATE trust.declarations SET ended_at = now(), end_reason = 'Over' WHERE extends IS NULL"
        )
    assert world.value("SELECT count(*) FROM trust.declarations WHERE ended_at IS NULL") == 0


CHECKS = (
    the_web_login_finds_nothing_open,
    who_is_to_read_what_is_shut_reads_it_by_a_policy_alone,
    a_look_opens_one_company_and_leaves_one_event,
    a_session_must_be_live_and_this_accounts_own,
    a_token_opens_only_what_it_is_for,
    a_role_and_its_counties_decide,
    another_planner_lends_nobody_a_jurisdiction,
    an_incident_and_a_purpose_are_needed,
    a_closed_incident_opens_nothing_until_it_is_reopened,
    a_declaration_must_open_it_now,
    the_latest_area_of_this_incident_decides,
    only_who_is_ranked_and_has_it_is_opened,
    an_hour_has_a_limit_of_ones_own,
    an_account_spelt_another_way_is_counted_as_the_same,
    whoever_could_close_the_door_waits_for_the_look,
    whoever_could_close_the_door_waits_for_an_act,
    what_is_recorded_stays,
    what_was_computed_stays,
    the_head_tells_the_web_login_the_last_event_and_cannot_be_held_by_it,
    only_a_declarer_with_a_fresh_factor_declares,
    an_extension_ends_with_what_it_extends,
    what_is_over_once_the_event_stands_stays_closed,
    it_must_be_the_same_declaration_that_still_holds,
    each_role_does_its_work,
)
