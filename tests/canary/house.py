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
from tests.canary import doors
from tests.dashboard.reading import UPDATE
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

TOUCHED = """SELECT county.fips FROM registry.counties AS county, (
        SELECT geometry FROM registry.incident_areas WHERE incident_id = :id ORDER BY version DESC LIMIT 1
    ) AS area WHERE ST_Intersects(county.geometry, area.geometry)"""

CALLED = """SELECT incident.status = 'open' AND EXISTS (SELECT FROM trust.ranked AS ranked
        WHERE ranked.incident_id = incident.id AND ranked.provider_id = :provider) AS called
    FROM registry.incidents AS incident WHERE incident.id = :incident"""

SIGNED_IN = """SELECT FROM people.live JOIN people.held USING (account_id) WHERE session_id = :id"""

OVER = """SET LOCAL session_replication_role = replica; UPDATE trust.declarations
    SET starts_at = least(starts_at, now() - interval '1 hour'), ends_at = now() - interval '1 second'
    WHERE ended_at IS NULL AND (ends_at IS NULL OR ends_at > now())"""

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
        self.region_d = {
            row.fips
            for row in self.sql("SELECT DISTINCT fips FROM registry.county_regions WHERE region = 'D'")
        }
        self.seen = self.sql("SELECT seq FROM trust.head")[0].seq
        self.at_work, self.added = {}, []
        self.left = self.hire("planner")
        self.sql("UPDATE people.accounts SET disabled_at = now() WHERE id = :id", id=self.left.account_id)
        self.unknown, self.second = self.stranger(), self.hire("declarer")
        self.known = doors.callbacks(self.second.client)
        self.addresses = [each for each in self.server.url_map.iter_rules() if each.rule != UPDATE]
        self.ranked, self.unranked, self.kept = [], "", []

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

    def staff(self, role):
        """Return who holds a role, of this run or of one before; whoever signed out or was sent away is replaced."""
        here = self.at_work.get(role)
        if here is None or not self.sql(SIGNED_IN, id=here.session_id):
            self.at_work[role] = self.hire(role)
        return self.at_work[role]

    def stores(self, incident):
        """Return what a browser holds of a saved incident."""
        with session_scope(self.owner) as session:
            return stores_of(load_incident(session, incident))

    def time_is_over(self):
        """Let the time of every declaration have passed."""
        self.sql(OVER)

    def prove_anew(self):
        """Let the second factors be of this moment, as if each had been typed."""
        self.sql("UPDATE people.sessions SET proved_at = clock_timestamp() WHERE ended_at IS NULL")

    def stranger(self):
        """Return somebody whom nobody knows."""
        client = self.server.test_client()
        client.environ_base.update(SAME_ORIGIN)
        return Actor("stranger", client=client)

    def may_look(self, actor, incident, provider):
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
        if not self.sql(CALLED, incident=incident, provider=provider)[0].called:
            return False
        where = {row.fips for row in self.sql(TOUCHED, id=incident)}
        reach = REACH[actor.role]
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

    def looks_since(self, words):
        """Return the looks on record since the last call, and whether no event or line of the log holds a canary."""
        events = self.sql(
            "SELECT action, account_id, provider_id, incident_id::text AS incident, seq,"
            " row_to_json(e)::text AS whole FROM trust.events e WHERE seq > :seen ORDER BY seq",
            seen=self.seen,
        )
        self.seen = max([self.seen, *(each.seq for each in events)])
        kept = [*self.log.said, *(each.whole for each in events)]
        self.log.said.clear()
        assert not [each for each in kept if CANARY.search(each)], words
        return [each for each in events if each.action == "look"]


def canaries(words):
    """Return whose canaries stand in some texts: the ids of the providers, as hex."""
    return {each.lower() for each in itertools.chain(*map(CANARY.findall, words))}
