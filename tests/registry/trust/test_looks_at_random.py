"""Declarations, people, incidents and looks at random: a contact opens if and only if plain Python says so."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text

from registry.db.engine import session_scope
from registry.errors import RegistryError
from registry.incidents.store import add_area_version
from registry.trust import declarations, disclosure, rules
from registry.trust.disclosure import DisclosureRefused
from tests.registry.trust.acts import (
    CASS,
    CHIEF,
    FIRST,
    HOUR,
    IN_CASS,
    IN_JASPER,
    JASPER,
    PLANNER,
    SECOND,
    act,
    incident,
    now,
    record,
    somebody,
)
from tests.registry.trust.desk import CANARY, Desk

AREAS = {
    "jasper": (IN_JASPER, frozenset({JASPER})),
    "cass": (IN_CASS, frozenset({CASS})),
}
NEEDS = {"generator:4": {"generator_portable"}, "water_bottled": {"water_bottled"}}
PURPOSES = {"Generators for the hospital": True, "ask": True, "": False, "12 34": False}
ROLES = {
    "planner": {},
    "local": {"counties": frozenset({JASPER})},
    "coordinator": {"region": "A"},
    "declarer": {},
    "auditor": {},
    "company": {},
}
OWN = {"local": {JASPER}, "coordinator": {CASS}}


@dataclass
class Person:
    who: object
    role: str
    signed_in: bool = True
    appointed: bool = True
    looks: int = 0


@dataclass
class Act:
    id: str
    counties: frozenset[str]
    begun: bool
    bounded: bool
    extends: Act | None = None
    confirmed: bool = False
    ended: bool = False
    over: bool = False
    recorder: object = None

    @property
    def in_force(self):
        return self.confirmed and self.begun and not self.ended and not self.over


@dataclass
class Struck:
    id: str
    counties: frozenset[str]
    kinds: set[str]
    ranked: set[str] = field(default_factory=set)


class Office(RuleBasedStateMachine):
    """What happens in an office; `databases` gives a new one to each run."""

    databases = None
    granted: Counter[bool]
    people, acts, places = Bundle("people"), Bundle("acts"), Bundle("places")

    def __init__(self):
        super().__init__()
        self.opened = type(self).databases()
        self.desk: Desk = self.opened.__enter__()
        self.desk.sql("UPDATE people.sessions SET proved_at = clock_timestamp()")
        act(self.desk.url, FIRST, declarations.end, self.desk.declaration, "A new day")
        self.companies = {key: key in ("lender", "unranked", "dry") for key in self.desk.companies}
        self.kinds = {
            key: "water_bottled" if key == "dry" else "generator_portable" for key in self.companies
        }
        self.all_acts: list[Act] = []
        self.all_places: list[Struck] = []
        self.planner: Person | None = None
        self.looked, self.limit = 0, 60

    def teardown(self):
        self.opened.__exit__(None, None, None)

    @initialize(target=places)
    def storms(self):
        return multiple(*(self.new_storm(area, need) for area in AREAS for need in NEEDS))

    def new_storm(self, area, need):
        drawn, counties = AREAS[area]
        place = Struck(incident(self.desk.url, drawn, [need]), counties, NEEDS[need])
        self.rank(place, {"lender", "dry"})
        self.all_places.append(place)
        return place

    @initialize(target=people)
    def staff(self):
        self.planner = self.person("planner")  # who stays, while others come and go
        return multiple(*(self.person(role) for role in ROLES))

    @initialize(target=acts)
    def emergency(self):
        made = self.new_act({JASPER, CASS}, True, False, FIRST)
        act(self.desk.web, SECOND, declarations.confirm, made.id)
        made.confirmed = True
        return made

    def person(self, role):
        scope = {"provider_id": self.desk.companies["lender"]} if role == "company" else ROLES[role]
        return Person(somebody(self.desk.url, role, **scope), role)

    @rule(target=people, role=st.sampled_from(sorted(ROLES)))
    def hire(self, role):
        return self.person(role)

    @rule(target=places, area=st.sampled_from(sorted(AREAS)), need=st.sampled_from(sorted(NEEDS)))
    def struck(self, area, need):
        return self.new_storm(area, need)

    @rule(place=places, area=st.sampled_from(sorted(AREAS)))
    def moves(self, place, area):
        drawn, place.counties = AREAS[area]
        with session_scope(self.desk.url) as session:
            add_area_version(session, place.id, drawn)

    @rule(
        place=places,
        keys=st.sets(st.sampled_from(["lender", "dry", "paused", "empty", "unranked"]), min_size=2),
    )
    def rank(self, place, keys):
        planner = PLANNER
        ids = [self.desk.companies[key] for key in keys]
        act(self.desk.web, planner, disclosure.note_ranked, place.id, ids)
        place.ranked |= keys

    @rule(
        target=acts,
        counties=st.sets(st.sampled_from([JASPER, CASS]), min_size=1),
        begun=st.booleans(),
        bounded=st.booleans(),
        who=st.sampled_from([FIRST, SECOND]),
    )
    def declare(self, counties, begun, bounded, who):
        return self.new_act(counties, begun, bounded, who)

    def new_act(self, counties, begun, bounded, who):
        starts = now() - HOUR if begun else now() + HOUR
        made = record(
            self.desk.web,
            who,
            counties=counties,
            starts_at=starts,
            ends_at=now() + 5 * HOUR if bounded else None,
        )
        return self.kept(Act(made, frozenset(counties), begun, bounded, recorder=who))

    def kept(self, made):
        self.all_acts.append(made)
        return made

    @rule(target=acts, base=acts, who=st.sampled_from([FIRST, SECOND]))
    def extend(self, base, who):
        found = act(self.desk.web, who, declarations.load, base.id)
        try:
            made = record(
                self.desk.web, who, instrument="extension", extends=base.id, counties=base.counties,
                starts_at=now() - HOUR, ends_at=None,
            )  # fmt: skip
        except RegistryError:
            assert not base.confirmed or base.ended or not base.bounded or base.over
            return multiple()
        assert found.ends_at is not None
        return self.kept(Act(made, base.counties, begun=True, bounded=False, extends=base, recorder=who))

    @rule(made=acts, who=st.sampled_from([FIRST, SECOND]))
    def confirm(self, made, who):
        able = not (made.confirmed or made.ended or made.over) and who is not made.recorder
        try:
            act(self.desk.web, who, declarations.confirm, made.id)
        except RegistryError:
            assert not able
        else:
            assert able
            made.confirmed = True

    @rule(made=acts, who=st.sampled_from([FIRST, SECOND]))
    def end(self, made, who):
        able = not (made.ended or made.over)
        try:
            act(self.desk.web, who, declarations.end, made.id, "Over")
        except RegistryError:
            assert not able
        else:
            assert able
            self.ends(made)

    def ends(self, made):
        made.ended = True
        for other in self.all_acts:
            if other.extends is made and not other.ended:
                self.ends(other)

    @rule(made=acts)
    def time_passes(self, made):
        """Let the end of a declaration be past, as only a test can: by taking its guard off."""
        if made.bounded:
            self.as_if(
                "UPDATE trust.declarations SET starts_at = least(starts_at, now() - interval '1 hour'),"
                " ends_at = now() - interval '1 second' WHERE id = :id",
                made.id,
            )
            made.over, made.begun = True, True

    @rule(made=acts)
    def it_begins(self, made):
        if not made.over:
            self.as_if(
                "UPDATE trust.declarations SET starts_at = now() - interval '1 second' WHERE id = :id",
                made.id,
            )
            made.begun = True

    def as_if(self, statement, declaration_id):
        with session_scope(self.desk.url) as session:
            session.execute(text("SET LOCAL session_replication_role = replica"))
            session.execute(text(statement), {"id": declaration_id})

    @rule(
        person=consumes(people),
        how=st.sampled_from(["disabled", "signed out", "revoked"]),
        looks=st.booleans(),
    )
    def leaves(self, person, how, looks):
        where = "account_id" if how != "disabled" else "id"
        table, column = {
            "disabled": ("accounts", "disabled_at"),
            "signed out": ("sessions", "ended_at"),
            "revoked": ("appointments", "ended_at"),
        }[how]
        self.desk.sql(
            f"UPDATE people.{table} SET {column} = clock_timestamp() WHERE {where} = :id",  # noqa: S608 - words of this test
            id=person.who.account_id,
        )
        person.signed_in &= how == "revoked"
        person.appointed &= how != "revoked"
        if looks:
            self.looked += 1
            assert self.desk.refused(person.who, place=str(uuid.uuid4())) in {"signed_out", "role"}

    @rule(key=st.sampled_from(["lender", "dry"]), available=st.booleans())
    def stock(self, key, available):
        self.desk.sql(
            "UPDATE registry.assets SET status = :status FROM registry.sites"
            " WHERE sites.id = site_id AND provider_id = :id",
            status="available" if available else "committed", id=self.desk.companies[key],
        )  # fmt: skip
        self.companies[key] = available

    @rule(limit=st.integers(1, 8))
    def limits(self, limit):
        act(self.desk.web, CHIEF, rules.change, "looks_per_hour", limit)
        self.limit = limit

    @rule(
        person=people,
        place=places,
        key=st.sampled_from(["lender", "lender", "lender", "dry", "paused", "empty", "unranked"]),
        purpose=st.sampled_from(sorted(PURPOSES, reverse=True)),
    )
    def look(self, person, place, key, purpose):
        expected = self.oracle(person, place, key, purpose)
        before = len(self.desk.events())
        try:
            found = self.desk.look(person.who, key, purpose, place.id)
        except DisclosureRefused as refusal:
            granted, said = False, str(refusal)
        else:
            granted, said = True, ""
            assert CANARY in found.contact.phone
            person.looks += 1
        assert granted is expected, (granted, person, place, key, purpose)
        assert CANARY not in said
        self.looked += 1
        (event,) = self.desk.events()[before:]
        assert event.action == ("look" if granted else "look.refused")
        assert event.account_id == person.who.account_id
        type(self).granted[granted] += 1

    def oracle(self, person, place, key, purpose):
        reach = {"planner": place.counties}.get(person.role, OWN.get(person.role, set()))
        return (
            person.signed_in
            and person.appointed
            and bool(place.counties & reach)
            and PURPOSES[purpose]
            and any(made.in_force and made.counties & place.counties for made in self.all_acts)
            and key in place.ranked
            and self.companies[key]
            and self.kinds[key] in place.kinds
            and person.looks < self.limit
        )

    @invariant()
    def the_planner_looks_after_every_step(self):
        if self.planner is not None:
            turn = self.looked
            place = self.all_places[turn % len(self.all_places)]
            key = ["lender", "dry", "paused", "lender", "unranked"][turn // len(self.all_places) % 5]
            self.look(self.planner, place, key, "ask")

    @invariant()
    def every_look_is_one_event(self):
        assert len(self.desk.events()) == self.looked


@pytest.fixture
def office(clone, desk_template, as_login):
    """Return the machine, each of whose runs has an office of its own."""

    class Opened:
        def __enter__(self):
            self.cloned = clone(desk_template)
            url = self.cloned.__enter__()
            return Desk(url, as_login(url, "merr_web"))

        def __exit__(self, *fault):
            self.cloned.__exit__(*fault)

    return type("OfficeOfThisTest", (Office,), {"databases": Opened, "granted": Counter()})


def _run(machine, runs, steps):
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            database=None,
        ),
    )
    return machine.granted


def test_a_contact_opens_if_and_only_if_everything_holds(office):
    assert _run(office, 2, 25)[True] > 0


@pytest.mark.proof
def test_a_contact_opens_if_and_only_if_everything_holds_in_many_offices(office):
    granted = _run(office, 40, 60)
    assert granted[True] > 200
    assert granted[False] > 500
