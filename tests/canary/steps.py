"""Random steps of everybody through every door; after each one the house is searched for canaries."""

from __future__ import annotations

import json
import random
from collections import Counter

from dashboard.app import PAGES
from registry.people.principal import ROLES
from tests.canary import doors
from tests.canary.house import CLAY, JASPER
from tests.dashboard.reading import UPDATE

LOOKERS = ("planner", "planner", "planner", "local", "coordinator")

WEIGHTS = {
    "asks": 8,
    "looks_at_the_page": 12,
    "looks_by_command": 12,
    "looks_by_rest": 12,
    "opens_a_page": 10,
    "asks_any_route": 14,
    "calls_any_callback": 14,
    "takes_a_file": 3,
    "runs_a_command": 4,
    "records": 4,
    "confirms": 5,
    "ends": 2,
    "leaves": 4,
    "comes": 4,
    "guesses_a_password": 1,
}


class Steps:
    """One run: a seed, the house, and who is at work in it; who left goes on knocking."""

    def __init__(self, house, seed):
        self.house, self.random = house, random.Random(seed)  # noqa: S311 - a test that can be run again
        self.chief, self.stranger = house.hire("administrator"), house.stranger()
        self.staff = [house.hire(role) for role in ROLES]
        self.left = []
        self.staff.append(house.hire("declarer"))
        self.known = doors.callbacks(self.staff[0].client)
        self.rules = [rule for rule in house.server.url_map.iter_rules() if rule.rule != UPDATE]
        self.opened, self.answers, self.done = Counter(), Counter(), Counter()

    def begin(self):
        """Let one declarer record and another confirm, and a planner ask: from here on a look may be granted."""
        first, second = (each for each in self.staff if each.role == "declarer")
        planner = next(each for each in self.staff if each.role == "planner")
        self.records(first)
        self.confirms(second)
        for incident in self.house.incidents:
            self.call(planner, "ranked.rowData", self.values(incident))
        assert self.house.sql("SELECT FROM trust.ranked")
        self.house.check(planner, [])

    def run(self, count):
        """Do `count` steps, and look after each for what it let out."""
        names, weights = list(WEIGHTS), list(WEIGHTS.values())
        for _ in range(count):
            if self.done.total() % 500 == 0:
                print(self.told(), flush=True)  # noqa: T201 - a run of 10,000 shows how far it is
            name = self.random.choices(names, weights)[0]
            actor = self.someone(name)
            said = getattr(self, name)(actor)
            self.done[name] += 1
            self.opened[name] += self.house.check(actor, [each for each in said if each])

    def told(self):
        """Return what the run came to: steps, granted looks by door, answers by status."""
        looks = ", ".join(f"{count} {name}" for name, count in sorted((+self.opened).items()))
        answers = ", ".join(f"{count} x {status}" for status, count in sorted(self.answers.items()))
        return f"{self.done.total()} steps; looks granted: {looks}; answers: {answers}"

    def someone(self, step):
        """Return who takes a step: mostly somebody at work, at times somebody who left, or a stranger."""
        if step in ("records", "confirms", "ends"):
            return self.random.choice([each for each in self.staff if each.role == "declarer"])
        turn = self.random.random()
        if turn < 0.08:
            return self.stranger
        if turn < 0.2 and self.left:
            return self.random.choice(self.left)
        if step.startswith("looks") and turn < 0.8:
            role = self.random.choice(LOOKERS)
            return self.random.choice([each for each in self.staff if each.role == role])
        return self.random.choice(self.staff)

    # What people do

    def asks(self, actor):
        """Ask for a saved incident's ranking, and for the card and the route of one row."""
        incident = self.random.choice(self.house.incidents)
        values = self.values(incident)
        ranked = self.call(actor, "ranked.rowData", values)
        rows = []
        if ranked.status_code == 200 and "ranked" in ranked.text:
            rows = ranked.json["response"].get("ranked", {}).get("rowData") or []
        picked = [row["id"] for row in rows if row.get("rank")]
        card = picked and self.call(
            actor, "card.children", {**values, "picked": self.random.choice(picked), "shown": values}
        )
        return self.heard(ranked), card and self.heard(card)

    def looks_at_the_page(self, actor):
        """Press the button of a card."""
        incident, provider = self.pair()
        return (self.heard(doors.look_on_page(actor.client, self.known, incident, provider)),)

    def looks_by_command(self, actor):
        """Run `merr disclose`."""
        incident, provider = self.pair()
        return (self.command(actor, "disclose", incident, provider, "--purpose", doors.PURPOSE),)

    def looks_by_rest(self, actor):
        """Ask for a contact over REST."""
        incident, provider = self.pair()
        return (self.heard(doors.look_by_rest(actor.client, incident, provider)),)

    def opens_a_page(self, actor):
        """Open any page, by its address and by its callback."""
        page = self.random.choice(PAGES)
        path = page.address.replace("{id}", self.some_id()).replace("{provider}", self.some_id())
        search = f"?incident={self.some_id()}" if self.random.random() < 0.5 else ""
        slot = self.call(actor, "page-slot.children", {"url.pathname": path, "url.search": search})
        return self.heard(actor.client.get(path + search)), self.heard(slot)

    def asks_any_route(self, actor):
        """Ask for any route by any of its methods, with ids that are some, and at times with nonsense."""
        rule = self.random.choice(self.rules)
        built = rule.build({name: self.some_id() for name in rule.arguments}, append_unknown=False)
        path = built[1] if built else rule.rule
        method = self.random.choice(sorted(rule.methods))
        incident, provider = self.pair()
        body = {"incident_id": incident, "provider_id": provider, "purpose": doors.PURPOSE, "reason": "Over"}
        how = self.random.choice(
            [{"json": body}, {"data": body}, {"data": "{", "content_type": "application/json"}, {}]
        )
        return (self.heard(actor.client.open(path, method=method, **({} if method == "GET" else how))),)

    def calls_any_callback(self, actor):
        """Call any callback with what a browser could hold, and at times with what none holds."""
        known = self.random.choice(self.known)
        incident, provider = self.pair()
        values = self.values(incident)
        buttons = [json.loads(each["id"]) for each in known["inputs"] if each["id"].startswith("{")]
        pressed = None
        if buttons:
            names = {name: self.some_id() for name in buttons[0]} | {"type": buttons[0]["type"]}
            pressed = names | ({"provider": provider} if "provider" in names else {})
        elif known["inputs"]:
            pressed = self.random.choice(known["inputs"])["id"]
        if self.random.random() < 0.3:
            lost = self.random.choice(sorted(values))
            values[lost] = self.random.choice([None, "x", 7, [], {"id": "x"}, self.some_id()])
        body = doors.body(known, values, pressed, {"provider": provider})
        return (self.heard(actor.client.post(UPDATE, json=body)),)

    def takes_a_file(self, actor):
        """Take the answer away as CSV or GeoJSON."""
        incident = self.random.choice(self.house.incidents)
        values = self.values(incident)
        button = self.random.choice(["download-csv", "download-geojson"])
        return (self.heard(self.call(actor, "file.data", {**values, "shown": values}, button)),)

    def runs_a_command(self, actor):
        """Run a command that shows something."""
        incident = self.random.choice(self.house.incidents)
        how = self.random.choice(["table", "json", "geojson", "csv"])
        words = self.random.choice(
            [
                ("match", "--incident", incident, "--need", "generator:10", "--format", how),
                ("declare", "list"),
                ("account", "list"),
                ("disclose", "x", "y", "--purpose", doors.PURPOSE),
                ("audit", "show"),
            ]
        )
        return (self.command(actor, *words),)

    def guesses_a_password(self, _actor):
        """Post something to the door of the house."""
        given = {
            "name": self.random.choice(self.staff).name,
            "password": self.random.choice(["x", doors.PURPOSE]),
        }
        return (self.heard(self.stranger.client.post("/sign-in", data=given)),)

    # What changes between

    def records(self, actor):
        """Record a declaration on its page."""
        self.prove_anew()
        form = {
            "declaration-instrument": "proclamation",
            "declaration-number": f"26-{self.random.randrange(100)}",
            "declaration-authority": "Governor of Missouri",
            "declaration-counties": self.random.choice([[JASPER], [CLAY], [JASPER, CLAY], [JASPER, CLAY]]),
            "declaration-from-turn": "first",
            "declaration-until-turn": "first",
        }
        pressed = {"type": "record-do", "extends": ""}
        return (self.heard(self.call(actor, "record-go.href", form, pressed)),)

    def confirms(self, actor):
        """Confirm one that waits."""
        return self._declares(
            actor, "confirmed_at IS NULL AND ended_at IS NULL", "confirm-do", "confirm-go.href"
        )

    def ends(self, actor):
        """End one on its page, or let its time be over."""
        if self.random.random() < 0.7:
            return self._declares(actor, "ended_at IS NULL", "end-do", "end-go.href")
        self.house.sql(
            "SET LOCAL session_replication_role = replica; UPDATE trust.declarations"
            " SET starts_at = least(starts_at, now() - interval '1 hour'), ends_at = now() - interval '1 second'"
            " WHERE id IN (SELECT id FROM trust.declarations WHERE ended_at IS NULL ORDER BY recorded_at LIMIT 1)"
        )
        return ()

    def _declares(self, actor, which, button, output):
        self.prove_anew()
        rows = self.house.sql(f"SELECT id::text FROM trust.declarations WHERE {which}")  # noqa: S608 - words of this file
        if not rows:
            return ()
        pressed = {"type": button, "declaration": self.random.choice(rows).id}
        return (self.heard(self.call(actor, output, {"end-reason": "It is over"}, pressed)),)

    def leaves(self, _actor):
        """Disable an account, take its role, or end its session, while it is at work."""
        role = self.random.choice([each for each in ROLES if each != "administrator"])
        gone = self.random.choice([each for each in self.staff if each.role == role])
        how = self.random.choice(["disabled", "dismissed", "signed out"])
        if how == "disabled":
            said = self.command(self.chief, "account", "disable", gone.name)
        elif how == "dismissed":
            self.house.sql(
                "UPDATE people.appointments SET ended_at = clock_timestamp() WHERE account_id = :id",
                id=gone.account_id,
            )
            said = None
        else:
            said = self.heard(gone.client.post("/sign-out"))
        self.staff.remove(gone)
        self.left = [gone, *self.left][:20]
        self.staff.append(self.house.hire(role))
        return (said,)

    def comes(self, _actor):
        """Hire one more; of each role at most three are at work."""
        role = self.random.choice([each for each in ROLES if each != "administrator"])
        if sum(each.role == role for each in self.staff) < 3:
            self.staff.append(self.house.hire(role))
        return ()

    # How doors are used

    def prove_anew(self):
        """Let the second factors be of this moment, as if each had been typed."""
        self.house.sql("UPDATE people.sessions SET proved_at = clock_timestamp() WHERE ended_at IS NULL")

    def pair(self):
        """Return an incident and a provider, mostly one that was ranked for it."""
        incident = self.random.choice(self.house.incidents)
        ranked = self.house.sql(
            "SELECT provider_id::text AS id FROM trust.ranked WHERE incident_id = :id ORDER BY 1", id=incident
        )
        if ranked and self.random.random() < 0.9:
            return incident, self.random.choice(ranked).id
        return incident, self.random.choice(self.house.providers)

    def some_id(self):
        """Return an id of something, or none."""
        return self.random.choice(
            [
                *self.pair(),
                self.random.choice(self.staff).account_id,
                *(row.id for row in self.house.sql("SELECT id::text FROM trust.declarations LIMIT 1")),
                "x",
            ]
        )

    def values(self, incident):
        """Return what a browser holds on the page of a saved incident."""
        stores = self.house.stores[incident]
        saved = {"id": incident, "key": ""}
        return {**stores, "shown": {**stores, "incident": incident}, "saved": saved, "old": False}

    def call(self, actor, output, values, pressed=None):
        """Return the answer of the callback with that output."""
        known = next(each for each in self.known if output in each["output"].strip(".").split("..."))
        return actor.client.post(UPDATE, json=doors.body(known, values, pressed))

    def command(self, actor, *words):
        """Return what a command prints and raises for somebody."""
        return doors.command(actor.secret, *words)

    def heard(self, answer):
        """Return all of an answer: its status, its headers, its body."""
        self.answers[answer.status_code] += 1
        return (
            f"{answer.status}\n{answer.headers}\n{answer.get_data(as_text=False).decode('utf-8', 'replace')}"
        )
