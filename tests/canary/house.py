"""A registry whose every contact and proprietary field holds a canary, and all who may or may not read it."""

from __future__ import annotations

import itertools
import logging
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import text

from cli.application import assemble
from dashboard.state import stores_of
from geo.areas import area_from_circle
from registry.db.engine import session_scope
from registry.incidents.store import load_incident, save_incident
from registry.people.scopes import EVERYWHERE, Scope
from registry.settings import settings
from tests.signed_in import SAME_ORIGIN, sign_in

CANARY = re.compile("canary-([0-9a-f]{32})", re.IGNORECASE)
"""What stands in a protected field: the id of the provider whose it is."""

PLANTED = (
    """INSERT INTO protected.contacts (provider_id, person, phone, email)
    SELECT id, c || ' person', c || ' phone', c || '@example.org'
    FROM (SELECT id, 'canary-' || replace(id::text, '-', '') AS c FROM registry.providers) AS all_of_them
    ON CONFLICT (provider_id) DO UPDATE
    SET person = excluded.person, phone = excluded.phone, email = excluded.email""",
    """INSERT INTO protected.proprietary (provider_id, asset_id, price_basis, conditions, notes)
    SELECT sites.provider_id, assets.id, 'cost', c || ' terms', c || ' notes'
    FROM registry.assets JOIN registry.sites ON sites.id = assets.site_id,
    LATERAL (SELECT 'canary-' || replace(sites.provider_id::text, '-', '') AS c) AS named
    ON CONFLICT (asset_id) DO UPDATE SET conditions = excluded.conditions, notes = excluded.notes""",
)
BARE = """SELECT
    (SELECT count(*) FROM protected.contacts
     WHERE NOT (person LIKE 'canary-%' AND phone LIKE 'canary-%' AND email LIKE 'canary-%'))
    + (SELECT count(*) FROM protected.proprietary
       WHERE NOT (conditions LIKE 'canary-%' AND notes LIKE 'canary-%'))"""

TOUCHED = """SELECT area.incident_id::text AS id, county.fips
    FROM registry.incident_areas AS area
    JOIN registry.counties AS county ON ST_Intersects(county.geometry, area.geometry)"""

JASPER, CLAY = "29097", "29047"
REACH = {"planner": None, "local": {JASPER}, "coordinator": "D"}
"""Whose looks may be granted, and where: anywhere, in counties, in a region."""

SCOPES = {
    "local": Scope(counties=(JASPER,)),
    "coordinator": Scope(region="D"),
    "beoc": Scope(sector="energy"),
}


@dataclass
class Actor:
    """Somebody with a role, a browser and a session; None for a stranger."""

    role: str
    name: str = ""
    account_id: str = ""
    session_id: str = ""
    secret: str = ""
    client: object = field(default=None, repr=False)


class Log(logging.Handler):
    """Everything that is logged, as text."""

    def __init__(self):
        super().__init__(logging.INFO)
        self.setFormatter(logging.Formatter())
        self.said = []

    def emit(self, record):
        self.said.append(self.format(record))


class House:
    """The registry under its server: `owner` reads the facts, `web` is the login of the application."""

    def __init__(self, owner, web):
        self.owner, self.web = owner, web
        self.server = assemble(settings(), web)
        self.log = Log()
        with session_scope(owner) as session:
            for statement in PLANTED:
                session.execute(text(statement))
            assert session.scalar(text(BARE)) == 0
            for name, lon, lat in (("Tornado in Jasper", -94.4, 37.15), ("Flood in Clay", -94.4, 39.3)):
                save_incident(
                    session, name=name, kind="flood", area=area_from_circle(lon, lat, 6.0),
                    needs=["generator:10", "light_tower:4"], asked_at=datetime.now(UTC),
                )  # fmt: skip
        self.incidents = [str(row.id) for row in self.sql("SELECT id FROM registry.incidents ORDER BY id")]
        self.providers = [str(row.id) for row in self.sql("SELECT id FROM registry.providers ORDER BY id")]
        with session_scope(owner) as session:
            self.stores = {each: stores_of(load_incident(session, each)) for each in self.incidents}
        self.touched = {each: set() for each in self.incidents}
        for row in self.sql(TOUCHED):
            self.touched[row.id].add(row.fips)
        self.region_d = {
            row.fips
            for row in self.sql("SELECT DISTINCT fips FROM registry.county_regions WHERE region = 'D'")
        }
        self.seen = self.sql("SELECT seq FROM trust.head")[0].seq

    def sql(self, statement, **given):
        """Return the rows of a statement of the owner's."""
        with session_scope(self.owner) as session:
            found = session.execute(text(statement), given)
            return found.all() if found.returns_rows else []

    def hire(self, role):
        """Return a new account of that role, signed in."""
        scope = Scope(provider_id=self.providers[0]) if role == "company" else SCOPES.get(role, EVERYWHERE)
        made = sign_in(self.owner, role, scope)
        account = self.sql("SELECT name FROM people.accounts WHERE id = :id", id=made.account_id)[0]
        return Actor(
            role, account.name, made.account_id, made.session_id, made.secret, made.client(self.server)
        )

    def stranger(self):
        """Return somebody whom nobody knows."""
        client = self.server.test_client()
        client.environ_base.update(SAME_ORIGIN)
        return Actor("stranger", client=client)

    def may_look(self, actor, incident):
        """Return whether a contact may open, from the facts and in plain Python: the oracle of the test."""
        if actor.role not in REACH:
            return False
        who = self.sql(
            "SELECT s.ended_at IS NULL AND s.expires_at > clock_timestamp() AND a.disabled_at IS NULL AS alive,"
            " EXISTS (SELECT FROM people.appointments p WHERE p.account_id = a.id AND p.ended_at IS NULL) AS held"
            " FROM people.sessions s JOIN people.accounts a ON a.id = s.account_id WHERE s.account_id = :id"
            " ORDER BY 1 DESC LIMIT 1",
            id=actor.account_id,
        )[0]
        if not (who.alive and who.held):
            return False
        where, reach = self.touched[incident], REACH[actor.role]
        if reach is not None and not where & (self.region_d if reach == "D" else reach):
            return False
        now = datetime.now(UTC)
        return any(
            each.confirmed_by is not None
            and each.ended_at is None
            and each.starts_at <= now
            and (each.ends_at is None or now < each.ends_at)
            and where & set(each.counties)
            for each in self.sql(
                "SELECT confirmed_by, ended_at, starts_at, ends_at, counties FROM trust.declarations"
            )
        )

    def check(self, actor, said):
        """Return whether a look opened a contact in this step; fail on a canary that no look of the actor's opened."""
        found = {each.lower() for each in itertools.chain(*map(CANARY.findall, said))}
        events = self.sql(
            "SELECT action, account_id, provider_id, incident_id::text AS incident, seq,"
            " row_to_json(e)::text AS whole FROM trust.events e WHERE seq > :seen ORDER BY seq",
            seen=self.seen,
        )
        self.seen = max([self.seen, *(each.seq for each in events)])
        looks = [each for each in events if each.action == "look"]
        assert found == {each.provider_id.hex for each in looks}, (actor, found, looks)
        assert len(looks) <= 1, (actor, looks)
        for each in looks:
            assert each.account_id == actor.account_id, (actor, each)
            assert self.may_look(actor, each.incident), (actor, each)
        for words in (*self.log.said, *(each.whole for each in events)):
            assert CANARY.search(words) is None, (actor, words)
        self.log.said.clear()
        return bool(looks)
