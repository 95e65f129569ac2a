"""A whole exercise leaves every live table as it was, events of the audit included; and one live write would show."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from registry.db.engine import session_scope
from registry.exercises import diary, msel, planning, report, running, store
from registry.exercises.clock import HOUR_MS
from registry.exercises.exercise import Contact
from registry.exercises.report_files import ENDINGS, report_file
from tests.registry.exercises.checksums import changed, checksums
from tests.registry.exercises.people import CLOSES, CONTROLLER, DESIGNER, EVALUATOR, PLAYER, make


def play(web, plant=None):
    """Play an exercise from its first word to its files, each act in a transaction of the web application's login.

    `plant` is SQL that somebody slips in among the acts.
    """

    def act(who, verb, *given, **more):
        with session_scope(web, principal=who) as session:
            return verb(session, who, *given, **more)

    with session_scope(web, principal=DESIGNER) as session:
        made = make(session)
    act(DESIGNER, msel.put_inject, made, replace(CLOSES, title="US 54 is under water"), number=2)
    act(DESIGNER, msel.remove_inject, made, 3)
    act(
        DESIGNER, planning.put_contact, made, Contact(number=2, name="X", organisation="", phone="", email="")
    )
    act(CONTROLLER, running.run, made)
    act(CONTROLLER, running.move, made, HOUR_MS)
    act(PLAYER, running.settle, made)
    assert len(act(PLAYER, msel.read_msel, made)) == 2
    if plant:
        with session_scope(web, principal=DESIGNER) as session:
            session.execute(text(plant))
    act(DESIGNER, msel.put_inject, made, replace(CLOSES, planned_ms=5 * HOUR_MS))
    act(CONTROLLER, running.release, made)
    act(CONTROLLER, running.pause, made)
    act(PLAYER, diary.write, made, "Called the district", inject=1)
    act(EVALUATOR, diary.observe, made, "Found in time", objective=1, measure=1, rating="P")
    found = act(EVALUATOR, report.gather, made)
    assert all(report_file(found, ending)[1] for ending in ENDINGS)
    assert [each.id for each in act(PLAYER, store.list_exercises)] == [made]


PLANTS = {
    "an incident": (
        "INSERT INTO registry.incidents (name, kind, asked_at) VALUES ('Flood', 'flood', now())",
        {"registry.incidents"},
    ),
    "a company written back as it was": (
        "UPDATE registry.providers SET shows_name = shows_name WHERE source = (SELECT min(source) FROM registry.providers)",
        {"registry.providers"},
    ),
    "an account's name": ("UPDATE people.accounts SET full_name = full_name || '.'", {"people.accounts"}),
    "an event of the audit": (
        "SELECT trust.record_event('sign_out', NULL, NULL, NULL, '', '{}')",
        {"trust.events", "trust.head"},
    ),
    "somebody ranked": (
        "INSERT INTO trust.ranked (incident_id, provider_id) SELECT i.id, p.id FROM registry.incidents i, registry.providers p ON CONFLICT DO NOTHING",
        {"trust.ranked"},
    ),
}


def test_a_whole_exercise_leaves_every_table_outside_its_schema_as_it_was(office_url, as_login):
    before = checksums(office_url)
    assert {"registry.providers", "protected.contacts", "people.accounts", "trust.events"} <= before.keys()
    play(as_login(office_url, "merr_web"))
    assert changed(before, checksums(office_url)) == set()


@pytest.mark.parametrize("what", PLANTS)
def test_one_live_write_among_its_acts_would_show(office_url, as_login, what):
    planted, tables = PLANTS[what]
    before = checksums(office_url)
    play(as_login(office_url, "merr_web"), planted)
    assert changed(before, checksums(office_url)) == tables
