"""Incidents by account: a local manager's own counties, a planner's everywhere, nobody else's."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
import shapely
from sqlalchemy import select

from geo.areas import IncidentArea
from registry.db.engine import session_scope
from registry.errors import RegistryError
from registry.incidents import desk
from registry.incidents.store import area_versions
from registry.people.access import AccessError
from registry.people.principal import Appointment, Principal
from registry.trust.event_tables import EventRow
from tests.registry.trust.acts import ALL_OF_JASPER, CASS, IN_CASS, IN_JASPER, JASPER, now


def person(role, *counties):
    held = Appointment(role=role, counties=frozenset(counties))
    return Principal(account_id=str(uuid.uuid4()), session_id="s", name="R. Example", appointments=(held,))


PLANNER, LOCAL, NEIGHBOUR = person("planner"), person("local", JASPER), person("local", CASS)
NOBODY = [person("company"), person("auditor"), person("administrator"), person("beoc"), person("fusion")]


def fields(area, **given):
    return {"name": "Tornado", "kind": "tornado", "area": area, "asked_at": now(), "closures": (), "needs": ["tarp"],
            "by_at": None, "include_inside": False, "travel": {}, **given}  # fmt: skip


@pytest.fixture(params=["owner", "merr_web"])
def url(request, facts_url, as_login):
    """Yield the small registry by its owner and by the login that the doors use."""
    return facts_url if request.param == "owner" else as_login(facts_url, request.param)


@pytest.fixture
def act(url):
    """Return a function that does one act of an account in a transaction of its own."""

    def acted(who, verb, *arguments, **given):
        with session_scope(url, principal=who) as session:
            return verb(session, who, *arguments, **given)

    return acted


def names(rows):
    return [row.id for row in rows]


def test_saving_changing_closing_and_reopening_are_events_with_what_was_needed_where(act, url):
    made = act(PLANNER, desk.save_incident, **fields(IN_JASPER))
    act(PLANNER, desk.update_incident, made, **fields(IN_CASS, needs=["generator:4", "tarp"]))
    act(PLANNER, desk.close_incident, made)
    act(PLANNER, desk.reopen_incident, made)
    with session_scope(url) as session:
        told = session.execute(
            select(EventRow.action, EventRow.account_id, EventRow.detail).where(EventRow.incident_id == made)
            .order_by(EventRow.seq)
        ).all()  # fmt: skip
    first = {"needs": ["tarp"], "area_version": 1}
    then = {"needs": ["generator:4", "tarp"], "area_version": 2}
    assert told == [
        ("incident.saved", PLANNER.account_id, first),
        ("incident.changed", PLANNER.account_id, then),
        ("incident.closed", PLANNER.account_id, then),
        ("incident.reopened", PLANNER.account_id, then),
    ]


def test_each_sees_the_incidents_that_reach_into_its_counties(act):
    here, there = (act(PLANNER, desk.save_incident, **fields(area)) for area in (IN_JASPER, IN_CASS))
    both = IncidentArea(shapely.MultiPolygon([shapely.box(-94.0, 37.1, -93.2, 37.2)]), "drawn")
    across = act(PLANNER, desk.save_incident, **fields(both))
    assert set(names(act(PLANNER, desk.list_incidents))) == {here, there, across}
    assert set(names(act(LOCAL, desk.list_incidents))) == {here, across}
    assert set(names(act(NEIGHBOUR, desk.list_incidents, status="open"))) == {there, across}
    assert act(LOCAL, desk.load_incident, here).id == here
    with pytest.raises(AccessError, match="outside your jurisdiction"):
        act(NEIGHBOUR, desk.load_incident, here)


def test_a_county_that_only_borders_on_the_area_is_not_reached(act):
    saved = act(PLANNER, desk.save_incident, **fields(ALL_OF_JASPER))
    assert names(act(LOCAL, desk.list_incidents)) == [saved]
    assert act(NEIGHBOUR, desk.list_incidents) == []


def test_the_latest_area_counts(act):
    saved = act(PLANNER, desk.save_incident, **fields(IN_JASPER))
    act(PLANNER, desk.update_incident, saved, **fields(IN_CASS))
    assert act(LOCAL, desk.list_incidents) == []
    assert names(act(NEIGHBOUR, desk.list_incidents)) == [saved]


@pytest.mark.asvs("8.2.2")
def test_nobody_saves_draws_to_himself_or_closes_what_is_not_his(act, url):
    with pytest.raises(AccessError):
        act(LOCAL, desk.save_incident, **fields(IN_CASS))
    saved = act(PLANNER, desk.save_incident, **fields(IN_CASS))
    refused = (
        (desk.update_incident, fields(IN_CASS)),
        (desk.update_incident, fields(IN_JASPER)),
        (desk.update_incident, fields(None)),
        (desk.close_incident, {}),
        (desk.reopen_incident, {}),
        (desk.load_incident, {}),
    )
    for verb, given in refused:
        with pytest.raises(AccessError):
            act(LOCAL, verb, saved, **given)
    with pytest.raises(AccessError):
        act(NEIGHBOUR, desk.update_incident, saved, **fields(IN_JASPER))
    with session_scope(url) as session:
        assert len(area_versions(session, saved)) == 1
    act(NEIGHBOUR, desk.close_incident, saved)
    assert act(PLANNER, desk.load_incident, saved).status == "closed"
    act(NEIGHBOUR, desk.reopen_incident, saved)
    assert act(NEIGHBOUR, desk.load_incident, saved).status == "open"


def test_a_draft_without_an_area_is_its_savers_and_the_planners(act):
    saved = act(LOCAL, desk.save_incident, **fields(None))
    assert act(LOCAL, desk.load_incident, saved).name == "Tornado"
    act(LOCAL, desk.update_incident, saved, **fields(None, name="Flood"))
    assert names(act(PLANNER, desk.list_incidents)) == [saved]
    with pytest.raises(AccessError):
        act(NEIGHBOUR, desk.load_incident, saved)
    other = replace(LOCAL, account_id=str(uuid.uuid4()))
    assert act(other, desk.list_incidents) == []


@pytest.mark.parametrize("who", NOBODY, ids=lambda who: next(iter(who.roles)))
def test_other_roles_have_no_incidents(act, who):
    saved = act(PLANNER, desk.save_incident, **fields(IN_JASPER))
    assert act(who, desk.list_incidents) == []
    for verb, arguments, given in (
        (desk.load_incident, [saved], {}),
        (desk.save_incident, [], fields(IN_JASPER)),
        (desk.save_incident, [], fields(None)),
        (desk.update_incident, [saved], fields(IN_JASPER)),
        (desk.close_incident, [saved], {}),
    ):
        with pytest.raises(AccessError):
            act(who, verb, *arguments, **given)


def test_an_incident_that_is_not_there_is_said_to_be_missing(act):
    for nobody in (str(uuid.uuid4()), "one"):
        for verb in (desk.load_incident, desk.close_incident, desk.reopen_incident):
            with pytest.raises(RegistryError, match="no such incident"):
                act(PLANNER, verb, nobody)
    assert act(LOCAL, desk.list_incidents) == []


@pytest.mark.parametrize("verb", [desk.close_incident, desk.reopen_incident, desk.update_incident])
def test_who_waits_for_an_incident_that_is_being_moved_away_is_asked_where_it_lies_then(
    facts_url, meanwhile, verb
):
    more = {} if verb is not desk.update_incident else fields(IN_JASPER, name="Ours")
    with session_scope(facts_url) as session:
        place = desk.save_incident(session, PLANNER, **fields(IN_JASPER))
    with session_scope(facts_url) as session:
        desk.update_incident(session, PLANNER, place, **fields(IN_CASS))
        late = meanwhile(lambda other: verb(other, LOCAL, place, **more), session)
    with pytest.raises(AccessError):
        late.result()
    with session_scope(facts_url) as session:
        kept = desk.load_incident(session, PLANNER, place)
    assert (kept.name, kept.status, kept.area_version) == ("Tornado", "open", 2)
