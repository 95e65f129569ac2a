"""The whole application on the demo registry at work, asked by the web login through its REST door."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import make_url

from cli.application import assemble
from registry.db.engine import engine, session_scope
from registry.exercises import planning
from registry.people.accounts import account_of
from registry.people.scopes import Scope
from registry.people.sessions import principal_of
from registry.settings import settings
from tests.signed_in import sign_in
from web.api.paces import PACE, new_pace
from web.wall.limits import PROGRAM_KNOCKS, Knocks

SCOPES = {
    "local": Scope(counties=("29097",)),
    "coordinator": Scope(region="D"),
    "beoc": Scope(sector="energy"),
}


@dataclass
class Api:
    """The REST door: its application, and the URLs of its database for the owner and for the web login."""

    app: object
    url: str
    web: str = ""

    def scope(self, role):
        """Return the usual jurisdiction of a role: Jasper county, its region, energy, the first company."""
        if role == "company":
            return Scope(provider_id=self.providers()[0])
        return SCOPES.get(role, Scope())

    def providers(self):
        """Return the ids of the companies."""
        return [row[0] for row in self.sql("SELECT id::text FROM registry.providers ORDER BY id LIMIT 9")]

    def sql(self, statement, **given):
        """Return the rows of a statement of the owner's."""
        from sqlalchemy import text  # noqa: PLC0415 - beside its only use

        with session_scope(self.url) as session:
            return session.execute(text(statement), given).all()

    def client(self, role, scope=None, *, proved=True):
        """Return a program that asks with the token of a new account of that role."""
        who = sign_in(self.url, role, self.scope(role) if scope is None else scope, proved=proved)
        return Program(self.app.test_client(), who.secret)

    def stranger(self):
        """Return a program without a token."""
        return Program(self.app.test_client(), "")


@dataclass
class Program:
    """A program with a token, which asks in JSON."""

    client: object
    secret: str

    def ask(self, method, path, body=None, **headers):
        """Return the answer to one request below the prefix; header names with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.secret:
            named["Authorization"] = f"Bearer {self.secret}"
        given = {} if body is None else {"json": body}
        return self.client.open(f"/api/v1{path}", method=method, headers=named, **given)

    def get(self, path, **headers):
        return self.ask("GET", path, **headers)

    def post(self, path, body=None, **headers):
        return self.ask("POST", path, body, **headers)

    def put(self, path, body=None, **headers):
        return self.ask("PUT", path, body, **headers)


def take_part(api, exercise_id, program, part):
    """Let who asks by a program take part in an exercise."""
    with session_scope(api.url) as session:
        designer = principal_of(session, api.client("designer").secret, "")
        account_id = principal_of(session, program.secret, "").account_id
        name = account_of(session, account_id).name
        planning.name_participant(session, designer, exercise_id, name, part)


@pytest.fixture(scope="module")
def api(clone, demo_template):
    """Yield the REST door of a demo registry of this module's own, without a limit of its pace."""
    with clone(demo_template) as url:
        web = make_url(url).set(username="merr_web", password=None).render_as_string(hide_password=False)
        app = assemble(settings(), web)
        app.config["COMPRESS_MIN_SIZE"] = 1_000_000_000
        app.extensions[PACE] = new_pace(1_000_000)
        app.extensions[PROGRAM_KNOCKS] = Knocks(1_000_000, 1_000_000)
        yield Api(app, url, web)
        engine(web).dispose()
