"""Random steps of everybody through every door; after each one the house is searched for canaries.

A step is a rule: somebody, and what they do. One house stands for all runs of a walk; each run begins with a declaration
of its own in force, with people who may look and have not looked yet, and with one look granted at each door.
"""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)

from dashboard.app import PAGES
from registry.people.principal import ROLES
from tests.canary import bodies, doors, words
from tests.canary.hands import Hands
from tests.canary.house import CLAY, JASPER, canaries
from tests.dashboard.reading import UPDATE
from web.api.route import PREFIX

LOOKERS = ("planner", "local", "coordinator")
SPOILT = st.one_of(
    st.none(), st.tuples(st.integers(0, 60), st.sampled_from([None, "x", 7, [], {"id": "x"}, "gone"]))
)
"""One thing that a browser holds is something else, or nothing is."""

NOWHERE = (
    "/no/such/page",
    "/api/v1/no/such",
    "/map/nothing",
    "/_dash-component-suites/x/y",
    "/a%00b",
    "/health/x",
)
SOMEWHERE = st.sampled_from([(-94.4, 37.15), (-94.4, 39.3)])
COUNTIES = st.sampled_from([[JASPER, CLAY], [JASPER], [CLAY]])
SAVED_AT_MOST = 12
"""Incidents that are added to a house; later ones are changed instead, so that its lists stay short."""

NAMED = 6
"""Steps of a run that only name who and what there is."""


class Walk(RuleBasedStateMachine):
    """One run of random steps in a house."""

    staff, lookers, gone = Bundle("staff"), Bundle("lookers"), Bundle("gone")
    incidents, companies, things = Bundle("incidents"), Bundle("companies"), Bundle("things")
    anybody = st.one_of(staff, staff, staff, lookers, gone)
    asking = st.one_of(lookers, lookers, lookers, lookers, anybody)

    def __init__(self, house, tally):
        super().__init__()
        self.house, self.tally, self.hands = house, tally, Hands(house, tally)
        self.step, self.actor, self.said = "", None, []
        house.time_is_over()
        house.prove_anew()
        self.fresh = [house.hire(role) for role in LOOKERS]
        self.present = len(self.fresh)
        self.staffed = [house.staff(role) for role in ROLES if role not in LOOKERS]
        self.hands.declare([JASPER, CLAY])
        house.looks_since("a declaration")
        for look in (self.looks_at_the_page, self.looks_by_command, self.looks_by_rest):
            for who in (self.fresh[0], self.staffed[0]):  # what one is shown is kept for nobody else
                look(who, house.incidents[0], house.ranked[0])
                self.no_canary_leaves_but_by_a_look_on_record()

    # Who and what there is

    @initialize(target=staff)
    def hired(self):
        return multiple(*self.staffed)

    @initialize(target=lookers)
    def may_look(self):
        return multiple(*self.fresh)

    @initialize(target=gone)
    def knock_in_vain(self):
        return multiple(self.house.unknown, self.house.left)

    @initialize(target=incidents)
    def struck(self):
        return multiple(*self.house.incidents)

    @initialize(target=companies)
    def listed(self):
        return multiple(*self.house.ranked, self.house.unranked)

    @initialize(target=things)
    def kept(self):
        return multiple(*self.house.kept)

    # What holds after each step

    @invariant()
    def no_canary_leaves_but_by_a_look_on_record(self):
        """See that what was said in this step shows the contact of just the one look on record, which was granted."""
        if self.actor is None:
            return
        looks = self.house.looks_since((self.step, self.actor))
        shown = canaries(each for each in self.said if each)
        assert len(looks) <= 1, (self.step, self.actor, looks)
        assert shown == {each.provider_id.hex for each in looks}, (self.step, self.actor, shown, looks)
        for each in looks:
            assert each.account_id == self.actor.account_id, (self.step, self.actor, each)
            granted = self.house.may_look(self.actor, each.incident, each.provider_id)
            assert granted, (self.step, self.actor, each)
        self.tally.done[self.step] += 1
        self.tally.opened[self.step] += len(looks)
        self.actor, self.said = None, []

    # What people ask for

    @rule(who=asking, incident=incidents, company=companies)
    def looks_at_the_page(self, who, incident, company):
        """Press the button of a card."""
        answer = doors.look_on_page(who.client, self.house.known, incident, company)
        self.stepped("looks_at_the_page", who, self.hands.heard(answer))

    @rule(who=asking, incident=incidents, company=companies)
    def looks_by_command(self, who, incident, company):
        """Run `merr disclose`."""
        said = doors.command(who.secret, "disclose", incident, company, "--purpose", doors.PURPOSE)
        self.stepped("looks_by_command", who, said)

    @rule(who=asking, incident=incidents, company=companies)
    def looks_by_rest(self, who, incident, company):
        """Ask for a contact over REST."""
        self.stepped(
            "looks_by_rest", who, self.hands.heard(doors.look_by_rest(who.client, incident, company))
        )

    @rule(who=anybody, door=st.sampled_from(["looks_at_the_page", "looks_by_command", "looks_by_rest"]))
    def looks_where_another_looked(self, who, door):
        """Ask for the contact that somebody else has just been shown: what one sees is kept for nobody."""
        getattr(self, door)(who, self.house.incidents[0], self.house.ranked[0])

    @rule(who=asking, incident=incidents, row=st.integers(0, 20))
    def asks(self, who, incident, row):
        """Ask for a saved incident's ranking, and for the card and the way of one row."""
        values = self.hands.values(incident)
        ranked = self.hands.call(who, "ranked.rowData", values)
        said = [self.hands.heard(ranked)]
        rows = []
        if ranked.status_code == 200 and "ranked" in ranked.text:
            rows = ranked.json["response"].get("ranked", {}).get("rowData") or []
        picked = [each["id"] for each in rows if each.get("rank")]
        if picked:
            values = {**values, "picked": picked[row % len(picked)], "shown": values}
            said.append(self.hands.heard(self.hands.call(who, "card.children", values)))
        self.stepped("asks", who, *said)

    @rule(
        who=anybody,
        page=st.sampled_from(PAGES),
        thing=things,
        incident=incidents | things,
        asked=st.booleans(),
    )
    def opens_a_page(self, who, page, thing, incident, asked):
        """Open any page, by its address and by its callback."""
        path = page.address.replace("{id}", incident if page.address.startswith("/incidents") else thing)
        search = f"?incident={incident}" if asked else ""
        slot = self.hands.call(who, "page-slot.children", {"url.pathname": path, "url.search": search})
        self.stepped(
            "opens_a_page", who, self.hands.heard(who.client.get(path + search)), self.hands.heard(slot)
        )

    @rule(who=anybody, at=st.integers(0, 999), thing=things | incidents | companies, made=st.integers(0, 9))
    def asks_any_address(self, who, at, thing, made):
        """Ask for any address of the server by any of its methods."""
        address = self.house.addresses[at % len(self.house.addresses)]
        built = address.build(dict.fromkeys(address.arguments, thing), append_unknown=False)
        methods = sorted(address.methods)
        answer = who.client.open(built[1] if built else address.rule, method=methods[made % len(methods)])
        self.stepped("asks_any_address", who, self.hands.heard(answer))

    @rule(
        who=anybody, incident=incidents, company=companies, thing=things,
        sent=st.sampled_from(sorted(bodies.BY_NAME)).flatmap(lambda name: st.tuples(st.just(name), bodies.body_of(name))),
    )  # fmt: skip
    def sends_a_program_s_body(self, who, sent, incident, company, thing):
        """Send a body made up from the schema of a route to it."""
        name, body = sent
        route = bodies.BY_NAME[name]
        known = {"incident_id": incident, "provider_id": company}
        path = PREFIX + route.path.format(**{name: known.get(name, thing) for name in route.ids})
        how = {"json": bodies.filled(body, lambda name: known.get(name, thing))}
        if body == "{":
            how = {"data": body, "content_type": "application/json"}
        answer = who.client.open(path, method=route.method, **({} if body is None else how))
        self.stepped("sends_a_program_s_body", who, self.hands.heard(answer))

    @rule(
        who=anybody,
        path=st.sampled_from(NOWHERE),
        how=st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH"]),
    )
    def asks_for_what_is_not_there(self, who, path, how):
        """Meet the pages that refuse: what is not there, and what cannot be read."""
        broken = who.client.post(UPDATE, data=path, content_type="application/json")
        said = self.hands.heard(who.client.open(path, method=how)), self.hands.heard(broken)
        self.stepped("asks_for_what_is_not_there", who, *said)

    @rule(
        who=anybody,
        at=st.integers(0, 999),
        incident=incidents,
        company=companies,
        thing=things,
        spoilt=SPOILT,
    )
    def calls_any_callback(self, who, at, incident, company, thing, spoilt):
        """Call any callback with what a browser could hold, and at times with what none holds."""
        known = self.house.known[at % len(self.house.known)]
        values = self.hands.values(incident)
        if spoilt is not None:
            names = sorted(values)
            values[names[spoilt[0] % len(names)]] = spoilt[1]
        pressed = doors.button_of(
            known, at, {"provider": company, "company": company, "incident": incident}, thing
        )
        body = doors.body(known, values, pressed, {"provider": company})
        self.stepped("calls_any_callback", who, self.hands.heard(who.client.post(UPDATE, json=body)))

    @rule(who=asking, incident=incidents, button=st.sampled_from(["download-csv", "download-geojson"]))
    def takes_a_file(self, who, incident, button):
        """Take the answer away as CSV or GeoJSON."""
        values = self.hands.values(incident)
        answer = self.hands.call(who, "file.data", {**values, "shown": values}, button)
        self.stepped("takes_a_file", who, self.hands.heard(answer))

    @rule(who=anybody, line=st.sampled_from(words.LINES), incident=incidents, company=companies, thing=things)
    def runs_a_command(self, who, line, incident, company, thing):
        """Run any command that acts as an account, and read the files it wrote."""
        ids = {"incident": incident, "company": company, "account": who.name or "nobody", "thing": thing}
        self.stepped("runs_a_command", who, *doors.command_with_files(who.secret, line, ids))

    @rule(who=anybody, word=st.sampled_from(["x", doors.PURPOSE]))
    def guesses_a_password(self, who, word):
        """Post something to the door of the house."""
        given = {"name": who.name or "nobody", "password": word}
        self.stepped(
            "guesses_a_password",
            who,
            self.hands.heard(self.house.unknown.client.post("/sign-in", data=given)),
        )

    # What changes between

    @rule(target=incidents, who=asking, at=SOMEWHERE, changed=incidents, closes=st.booleans())
    def saves_an_incident(self, who, at, changed, closes):
        """Save one, or close or reopen one where there are many; what a run draws from grows by one either way."""
        if len(self.house.added) < SAVED_AT_MOST and not closes:
            circle = {"longitude": at[0], "latitude": at[1], "radius_km": 6.0}
            body = {"name": "Flood", "kind": "flood", "needs": ["generator:10"], "area": {"circle": circle}}
            answer = who.client.post(f"{PREFIX}/incidents", json=body)
            self.stepped("saves_an_incident", who, self.hands.heard(answer))
            if answer.status_code == 201:
                self.house.added.append(answer.get_json()["id"])
                return self.house.added[-1]
            return changed
        verb = "close" if closes and changed not in self.house.incidents else "reopen"
        self.stepped(
            "saves_an_incident",
            who,
            self.hands.heard(who.client.post(f"{PREFIX}/incidents/{changed}/{verb}")),
        )
        return changed

    @rule(counties=COUNTIES)
    def declares(self, counties):
        """Record one declaration and confirm it, by two people."""
        self.stepped("declares", self.house.second, *self.hands.declare(counties))

    @rule(end=st.sampled_from(["ended", "over"]))
    def is_over(self, end):
        """End the declarations on their page, or let their time be over."""
        chief = self.house.staff("declarer")
        said = []
        if end == "over":
            self.house.time_is_over()
        else:
            self.house.prove_anew()
            rows = self.house.sql(
                "SELECT id::text FROM trust.declarations WHERE ended_at IS NULL AND ends_at IS NULL"
            )
            for row in rows:
                pressed = {"type": "end-do", "declaration": row.id}
                said.append(
                    self.hands.heard(
                        self.hands.call(chief, "end-go.href", {"end-reason": "It is over"}, pressed)
                    )
                )
        self.stepped("is_over", chief, *said)

    @precondition(lambda self: self.present > 1)
    @rule(target=gone, who=consumes(lookers), how=st.sampled_from(["disabled", "dismissed", "signed out"]))
    def leaves(self, who, how):
        """Disable an account, take its role, or end its session, while it is at work."""
        said = ""
        if how == "disabled":
            self.house.prove_anew()
            said = doors.command(self.house.staff("administrator").secret, "account", "disable", who.name)
        elif how == "dismissed":
            self.house.sql(
                "UPDATE people.appointments SET ended_at = clock_timestamp() WHERE account_id = :id",
                id=who.account_id,
            )
        else:
            said = self.hands.heard(who.client.post("/sign-out"))
        self.present -= 1
        self.stepped("leaves", who, said)
        return who

    @rule(target=lookers, role=st.sampled_from(LOOKERS))
    def comes(self, role):
        """Hire one more who may look."""
        made = self.house.hire(role)
        self.present += 1
        self.stepped("comes", made)
        return made

    def stepped(self, step, actor, *said):
        """Remember what a step said, and to whom, until the house is searched."""
        self.step, self.actor, self.said = step, actor, said
