"""What everybody in the house does with their hands: pages, a declaration, and the things that the walk comes upon."""

from __future__ import annotations

from collections import Counter

from registry.db.engine import session_scope
from registry.directory.roads import active_hash
from registry.exercises import store as exercises
from registry.people.sessions import principal_of
from registry.runs.snapshots import freeze
from registry.runs.store import record_run
from tests.canary import doors
from tests.canary.house import CLAY, JASPER
from tests.dashboard.reading import UPDATE

FORM = {
    "declaration-instrument": "proclamation",
    "declaration-number": "26-07",
    "declaration-authority": "Governor of Missouri",
    "declaration-from-turn": "first",
    "declaration-until-turn": "first",
}


class Tally:
    """What all runs of a walk came to: steps and looks granted by rule, answers by status."""

    def __init__(self):
        self.done, self.opened, self.answers = Counter(), Counter(), Counter()

    def told(self):
        """Return it in a line."""
        looks = ", ".join(f"{count} {name}" for name, count in sorted((+self.opened).items()))
        answers = ", ".join(f"{count} x {status}" for status, count in sorted(self.answers.items()))
        return (
            f"{self.done.total()} steps, {self.answers.total()} answers ({answers}), "
            f"{self.opened.total()} looks granted ({looks})"
        )


class Hands:
    """Hands in a house; what they get is counted."""

    def __init__(self, house, tally):
        self.house, self.tally = house, tally

    def declare(self, counties):
        """Return what is said to one declarer who records a declaration on its page, and to another who confirms it."""
        self.house.prove_anew()
        first, second = self.house.staff("declarer"), self.house.second
        form = {**FORM, "declaration-counties": list(counties)}
        said = [self.heard(self.call(first, "record-go.href", form, {"type": "record-do", "extends": ""}))]
        rows = self.house.sql(
            "SELECT id::text FROM trust.declarations WHERE confirmed_at IS NULL AND ended_at IS NULL"
        )
        for row in rows:
            pressed = {"type": "confirm-do", "declaration": row.id}
            said.append(self.heard(self.call(second, "confirm-go.href", {}, pressed)))
        return said

    def furnish(self):
        """Let a planner ask for both incidents under a declaration, and keep one thing of each kind that has an id."""
        house = self.house
        self.declare([JASPER, CLAY])
        for incident in house.incidents:
            self.call(house.staff("planner"), "ranked.rowData", self.values(incident))
        ranked = "SELECT provider_id::text AS id FROM trust.ranked GROUP BY 1 HAVING count(*) > 1 ORDER BY 1 LIMIT 8"
        house.ranked = [row.id for row in house.sql(ranked)]
        house.unranked = house.sql(
            "SELECT id::text FROM registry.providers WHERE id NOT IN (SELECT provider_id FROM trust.ranked) LIMIT 1"
        )[0].id
        with session_scope(house.owner) as session:
            facts = {"snapshot_hash": freeze(session).content_hash, "network_hash": active_hash(session)}
            facts |= {"ground_hash": "0" * 64, "code_version": "test"}
            who = principal_of(session, house.staff("planner").secret, "")
            run = record_run(
                session, who, kind="match", parameters={}, result=b"{}", counties=[JASPER], **facts
            )
            designer = principal_of(session, house.staff("designer").secret, "")
            exercise = exercises.make(session, designer, name="Canary")
        declared = house.sql("SELECT id::text FROM trust.declarations LIMIT 1")[0].id
        account = house.staff("planner").account_id
        house.kept = [run.id, str(exercise), declared, account, house.ranked[0], "x"]
        house.looks_since("what was furnished")

    def values(self, incident):
        """Return what a browser holds on the page of a saved incident."""
        stores = self.house.stores(incident)
        saved = {"id": incident, "key": ""}
        return {**stores, "shown": {**stores, "incident": incident}, "saved": saved, "old": False}

    def call(self, actor, output, values, pressed=None):
        """Return the answer of the callback with that output."""
        known = next(each for each in self.house.known if output in each["output"].strip(".").split("..."))
        return actor.client.post(UPDATE, json=doors.body(known, values, pressed))

    def heard(self, answer):
        """Return all of an answer: its status, its headers, its body."""
        self.tally.answers[answer.status_code] += 1
        said = answer.get_data(as_text=False).decode("utf-8", "replace")
        return f"{answer.status}\n{answer.headers}\n{said}"
