"""An office at work: one incident under one declaration, and companies of which one can be looked at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import text

from registry.db.engine import session_scope
from registry.directory.records import ContactRecord, ProprietaryRecord
from registry.directory.writing import upsert_providers
from registry.trust import disclosure
from registry.trust.disclosure import DisclosureRefused
from tests.registry.hand import asset, provider, site
from tests.registry.trust.acts import PLANNER, act, declare, incident

CANARY = "canary-4f1c"
"""In every contact and every proprietary field, and nowhere else."""

PURPOSE = "Generators for the hospital"
LENDER, DRY, PAUSED, EMPTY, UNRANKED = "lender", "dry", "paused", "empty", "unranked"


def company(key, **given):
    """Return a provider whose one site lies in Cass, a county that no declaration names."""
    told = ProprietaryRecord(price_basis="cost", conditions=f"{CANARY} terms", notes=f"{CANARY} notes")
    return provider(
        key,
        sites=(site(lon=-93.5, assets=(asset(proprietary=told, **given),)),),
        contact=ContactRecord(
            person=f"{CANARY} person", phone=f"{CANARY} phone", email=f"{CANARY}@example.org"
        ),
    )


COMPANIES = [
    company(LENDER),
    company(DRY, kind="water_bottled", attributes={}),
    company(PAUSED, status="paused"),
    company(EMPTY, quantity=0),
    company(UNRANKED),
]


def set_up(url):
    """Fill an office: the incident in Jasper needs generators, the declaration names Jasper, all but one are ranked."""
    with session_scope(url) as session:
        upsert_providers(session, COMPANIES)
    place = incident(url)
    declare(url)
    ids = {key: each for key, each in _ids(url).items() if key != UNRANKED}
    act(url, PLANNER, disclosure.note_ranked, place, list(ids.values()))


def _ids(url):
    with session_scope(url) as session:
        return {
            row[0]: row[1]
            for row in session.execute(text("SELECT external_key, id::text FROM registry.providers"))
        }


@dataclass(frozen=True)
class Desk:
    """An office at work: `url` by the owner of its database, `web` by the login of the web application."""

    url: str
    web: str

    @cached_property
    def companies(self):
        """The ids of the companies by key."""
        return _ids(self.url)

    @cached_property
    def incident(self):
        return self.sql("SELECT id::text FROM registry.incidents")[0][0]

    @property
    def declaration(self):
        return self.sql("SELECT id::text FROM trust.declarations")[0][0]

    def sql(self, statement, **given):
        """Return the rows of a statement of the owner's."""
        with session_scope(self.url) as session:
            found = session.execute(text(statement), given)
            return found.all() if found.returns_rows else found.rowcount

    def look(self, who=PLANNER, key=LENDER, purpose=PURPOSE, place=None):
        """Return what one look opened."""
        provider_id = self.companies.get(key, key)
        with session_scope(self.web, principal=who) as session:
            return disclosure.disclose(session, who, place or self.incident, provider_id, purpose)

    def refused(self, *asked, **given):
        """Return why one look was refused; None when it was granted."""
        reason = None
        try:
            self.look(*asked, **given)
        except DisclosureRefused as refusal:
            reason, words = refusal.reason, str(refusal)
        else:
            words = ""
        assert CANARY not in words
        return reason

    def events(self):
        """Return the looks of the audit, granted and refused, in order."""
        return self.sql(
            "SELECT action, account_id, incident_id::text, provider_id::text, declaration_id::text, purpose,"
            " detail ->> 'reason' AS reason, seq FROM trust.events WHERE action LIKE 'look%' ORDER BY seq"
        )
