"""The desk: closed until a declaration covers the saved incident, open while it holds, with its trace."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import shapely
from sqlalchemy import text

from geo.areas import IncidentArea, area_from_circle, area_from_geojson
from matching import desk
from matching.answers import Question
from matching.needs import need_as_json, parse_need
from matching.sight import NAME_CLOSED
from matching.veil import real_id
from registry.db.engine import session_scope
from registry.directory.store import kinds
from registry.errors import RegistryError
from registry.incidents import desk as incidents
from registry.people.access import AccessError
from registry.people.principal import Appointment
from registry.people.proof import StepUpNeeded
from registry.trust import declarations, events
from tests.registry.trust.acts import FIRST, PLANNER, act, declare, hire, somebody

ASKED = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
JASPER, NEWTON = "29097", "29145"


@pytest.fixture
def url(demo_url):
    """Yield the demo registry with the accounts of `tests.registry.trust.acts`."""
    with session_scope(demo_url) as session:
        hire(session)
    return demo_url


@pytest.fixture
def question(url):
    with session_scope(url) as session:
        need = parse_need("generator:40,kw>=100", kinds(session))
    return Question(area_from_circle(-94.4, 37.2, 6.0), (need,), (), ASKED, ASKED + timedelta(hours=3))


@pytest.fixture
def incident(url, question):
    return saved(url, PLANNER, question)


def saved(url, who, question):
    return act(
        url,
        who,
        incidents.save_incident,
        name="Joplin",
        kind="tornado",
        area=question.area,
        needs=[need_as_json(need) for need in question.needs],
        asked_at=ASKED,
    )


def ask(url, question, who=PLANNER, incident_id=None):
    return act(url, who, desk.ask, question, incident_id=incident_id)


def recorded(url, action="names.opened"):
    with session_scope(url) as session:
        return session.execute(
            text(
                "SELECT account_id, incident_id::text, declaration_id::text, detail FROM trust.events"
                " WHERE action = :action"
            ),
            {"action": action},
        ).all()


def ranked_for(url, incident_id):
    with session_scope(url) as session:
        query = text("SELECT provider_id::text FROM trust.ranked WHERE incident_id = :incident")
        return set(session.scalars(query, {"incident": incident_id}))


def names(found):
    return {match.listing.provider_name for part in found.needs for match in part.matches}


def test_a_draft_and_a_saved_incident_without_a_declaration_are_closed_and_leave_no_trace(
    url, question, incident
):
    for found in (ask(url, question), ask(url, question, incident_id=incident)):
        assert not found.opened
        assert NAME_CLOSED in names(found)
        assert {row.listing.provider_name for row in found.needs[0].left_out} & {NAME_CLOSED}
    assert recorded(url) == []
    assert ranked_for(url, incident) == set()


def test_a_declaration_opens_the_incidents_answer_and_who_saw_it_is_recorded(url, question, incident):
    closed = ask(url, question, incident_id=incident)
    made = declare(url, counties=[JASPER])
    found = ask(url, question, incident_id=incident)
    assert found.opened
    assert NAME_CLOSED not in names(found)
    ids = {match.listing.provider_id for match in found.needs[0].matches}
    assert ids <= {real_id(closed, match.listing.provider_id) for match in closed.needs[0].matches}
    assert ranked_for(url, incident) == ids
    ((account, about, under, detail),) = recorded(url)
    assert (account, about, under) == (PLANNER.account_id, incident, made)
    assert detail == {"companies": len(ids), "needs": ["generator:40,kw>=100"]}


def test_it_closes_with_the_declaration(url, question, incident):
    made = declare(url, counties=[JASPER])
    assert ask(url, question, incident_id=incident).opened
    act(url, FIRST, declarations.end, made, "It is over")
    assert not ask(url, question, incident_id=incident).opened


def test_only_the_saved_area_is_open(url, question, incident):
    declare(url, counties=[JASPER])
    other = replace(question, area=area_from_circle(-94.4, 37.2, 6.1))
    assert not ask(url, other, incident_id=incident).opened
    assert not ask(url, question).opened
    by_browser = area_from_geojson(question.area.as_geojson(), "drawn")
    assert ask(url, replace(question, area=by_browser, by_at=None), incident_id=incident).opened


def test_a_declaration_of_another_county_opens_nothing(url, question, incident):
    declare(url, counties=["29510"])
    assert not ask(url, question, incident_id=incident).opened


def test_who_is_ranked_for_another_need_is_seen_but_not_noted(url, question, incident):
    declare(url, counties=[JASPER])
    with session_scope(url) as session:
        towers = parse_need("light_tower", kinds(session))
    found = ask(url, replace(question, needs=(*question.needs, towers)), incident_id=incident)
    generators, lights = ({m.listing.provider_id for m in part.matches} for part in found.needs)
    assert lights - generators
    assert ranked_for(url, incident) == generators


def test_without_its_event_nothing_is_opened(url, question, incident, monkeypatch):
    declare(url, counties=[JASPER])

    def fails(*_given, **_more):
        raise RuntimeError("no audit")

    monkeypatch.setattr(events, "record", fails)
    with pytest.raises(RuntimeError, match="no audit"):
        ask(url, question, incident_id=incident)
    assert ranked_for(url, incident) == set()


@pytest.mark.parametrize("role", ["company", "auditor", "administrator", "declarer", "beoc", "fusion"])
def test_other_roles_ask_nothing(url, question, role):
    with pytest.raises(AccessError, match="role does not allow"):
        ask(url, question, who=replace(PLANNER, appointments=(Appointment(role=role),)))


def test_a_local_manager_asks_and_opens_in_his_own_counties_only(url, question, incident):
    here = somebody(url, "local", counties=frozenset({JASPER}))
    there = somebody(url, "local", counties=frozenset({NEWTON}))
    assert not ask(url, question, who=here, incident_id=incident).opened
    with pytest.raises(AccessError, match="outside your jurisdiction"):
        ask(url, question, who=there)
    declare(url, counties=[JASPER])
    assert ask(url, question, who=here, incident_id=incident).opened
    both = IncidentArea(shapely.MultiPolygon([shapely.box(-94.6, 36.9, -94.3, 37.2)]), "drawn")
    across = replace(question, area=both)
    assert not ask(url, across, who=there).opened
    # An incident of other counties opens nothing, whatever the question says it is about.
    with pytest.raises(AccessError):
        ask(url, across, who=there, incident_id=incident)


def test_an_incident_that_is_not_there_is_refused(url, question):
    with pytest.raises(RegistryError, match="no such incident"):
        ask(url, question, incident_id="00000000-0000-4000-8000-000000000000")


def test_the_same_question_has_the_same_ids_for_everybody_and_every_process(url, question):
    one, other = ask(url, question), ask(url, question, who=somebody(url, "planner"))
    assert [match.listing.asset_id for match in one.needs[0].matches] == [
        match.listing.asset_id for match in other.needs[0].matches
    ]


def test_the_desk_works_by_the_login_that_the_doors_use(url, question, incident, as_login):
    declare(url, counties=[JASPER])
    web = as_login(url, "merr_web")
    assert ask(web, question, incident_id=incident).opened
    assert not ask(web, question).opened
    assert len(recorded(url)) == 1
    assert saved(web, PLANNER, question)


def test_a_file_with_open_names_needs_a_fresh_second_factor_at_every_door(url, question, incident):
    with session_scope(url) as session:
        session.execute(text("UPDATE people.sessions SET proved_at = now() - interval '11 minutes'"))
    act(url, PLANNER, desk.note_export, ask(url, question))
    with session_scope(url) as session:
        session.execute(text("UPDATE people.sessions SET proved_at = now()"))
    declare(url)
    opened = ask(url, question, incident_id=incident)
    act(url, PLANNER, desk.note_export, opened, incident_id=incident)
    with session_scope(url) as session:
        session.execute(text("UPDATE people.sessions SET proved_at = now() - interval '11 minutes'"))
    with pytest.raises(StepUpNeeded):
        act(url, PLANNER, desk.note_export, opened, incident_id=incident)
    assert [event.detail["names"] for event in recorded(url, "answer.exported")] == ["closed", "open"]


def test_an_open_answer_that_another_made_leaves_the_second_readers_trace_too(url, question, incident):
    made = declare(url, counties=[JASPER])
    found = ask(url, question, incident_id=incident)
    second = somebody(url, "planner")
    act(url, second, desk.served, found, incident)
    assert [account for account, *_ in recorded(url)] == [PLANNER.account_id, second.account_id]
    act(url, FIRST, declarations.end, made, "It is over")
    with pytest.raises(AccessError, match="Names and places are closed"):
        act(url, second, desk.served, found, incident)
    assert len(recorded(url)) == 2


def test_the_sight_is_asked_anew_each_time_and_leaves_no_trace(url, question, incident):
    assert not act(url, PLANNER, desk.seen, question, incident_id=incident).sight.opened
    made = declare(url, counties=[JASPER])
    assert act(url, PLANNER, desk.seen, question, incident_id=incident).sight.opened
    assert not act(url, PLANNER, desk.seen, question).sight.opened
    act(url, FIRST, declarations.end, made, "It is over")
    assert not act(url, PLANNER, desk.seen, question, incident_id=incident).sight.opened
    assert recorded(url) == []
