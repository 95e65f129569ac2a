"""One office that every case of the table of access is tried in: two incidents, open contacts, one person of each role."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import make_url, text

from cli.application import assemble
from dashboard.state import stores_of
from geo.areas import area_from_counties
from registry.db.engine import engine, session_scope
from registry.directory.reference import counties
from registry.exercises import store as exercises
from registry.exercises.exercise import Plan
from registry.exercises.msel import put_inject
from registry.exercises.planning import name_participant
from registry.incidents.store import load_incident, save_incident
from registry.people.accounts import account_of
from registry.people.principal import ROLES
from registry.people.scopes import EVERYWHERE, Scope
from registry.people.sessions import principal_of
from registry.settings import settings
from registry.trust import declarations
from tests.access_cases import FOREIGN, OWN
from tests.signed_in import sign_in

NEED = "generator:1"
PURPOSE = "Ask for what this incident needs"


class Office:
    """The demo registry at work: `county`, `incident`, `stores` and `provider` by `own` and `foreign`, `people` by role."""

    def __init__(self, url):
        self.url = url
        self.web = make_url(url).set(username="merr_web", password=None).render_as_string(hide_password=False)
        self.app = assemble(settings(), self.web)
        self.county = {"own": OWN, "foreign": FOREIGN}
        with session_scope(url) as session:
            known = counties(session)
            self.incident = {
                where: save_incident(
                    session,
                    name=f"Flood, {where}",
                    kind="flood",
                    area=area_from_counties([fips], known),
                    needs=[NEED],
                    asked_at=datetime.now(UTC),
                )
                for where, fips in self.county.items()
            }
            self.stores = {
                where: stores_of(load_incident(session, each)) for where, each in self.incident.items()
            }
            rows = session.execute(
                text("SELECT id::text FROM registry.providers ORDER BY id LIMIT 2")
            ).scalars()
            self.provider = dict(zip(("own", "foreign"), rows, strict=True))
            region = session.scalar(
                text(
                    "SELECT region FROM registry.county_regions JOIN registry.region_versions USING (version)"
                    " WHERE active AND fips = :fips"
                ),
                {"fips": OWN},
            )
        scopes = {
            "local": Scope(counties=(OWN,)),
            "coordinator": Scope(region=region),
            "beoc": Scope(sector="energy"),
            "company": Scope(provider_id=self.provider["own"]),
        }
        self.people = {role: sign_in(url, role, scopes.get(role, EVERYWHERE)) for role in ROLES}
        self.clients = {role: who.client(self.app) for role, who in self.people.items()}
        self.exercise = {where: self._exercise(where) for where in self.county}
        self.in_force, self.waiting = self._declare(), self._declare(confirmed=False)

    def _exercise(self, where):
        """Return the id of an exercise that the designer made; the own one names everybody as its controller."""
        with session_scope(self.url) as session:
            designer = principal_of(session, self.people["designer"].secret, "")
            made = exercises.make(session, designer, name=f"Flood, {where}")
            put_inject(session, designer, made, Plan(planned_ms=0, title="The river rises"))
            for role, who in self.people.items():
                if where == "own" and role != "designer":
                    name = account_of(session, who.account_id).name
                    name_participant(session, designer, made, name, "controller")
        return str(made)

    def _declare(self, *, confirmed=True):
        """Return the id of a declaration of both counties."""
        first, second = sign_in(self.url, "declarer"), sign_in(self.url, "declarer")
        with session_scope(self.web) as session:
            one, other = (principal_of(session, each.secret, "") for each in (first, second))
        with session_scope(self.web, principal=one) as session:
            made = declarations.record(
                session,
                one,
                instrument="local",
                number="26-07" if confirmed else "26-08",
                authority="Governor of Missouri",
                counties=[OWN, FOREIGN],
                starts_at=datetime.now(UTC) - timedelta(hours=1),
                ends_at=None,
            )
        if confirmed:
            with session_scope(self.web, principal=other) as session:
                declarations.confirm(session, other, made)
        return made


@contextmanager
def office(clone, demo_template):
    """Yield the office on a demo registry of its own."""
    with clone(demo_template) as url:
        made = Office(url)
        yield made
        engine(made.web).dispose()
