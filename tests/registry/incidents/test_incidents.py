"""Incidents saved, listed and reopened with every version of their area."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import shapely
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from geo.areas import IncidentArea
from geo.closure import Closure
from registry.db.engine import session_scope
from registry.errors import RegistryError
from registry.incidents.store import (
    add_area_version,
    area_versions,
    close_incident,
    list_incidents,
    load_incident,
    name_is_free,
    reopen_incident,
    save_incident,
    update_incident,
)

ASKED = datetime(2011, 5, 22, 17, 41, tzinfo=ZoneInfo("America/Chicago"))
HOLE = shapely.Polygon(
    shapely.box(-94.6, 37.0, -94.3, 37.2).exterior.coords,
    [shapely.box(-94.5, 37.05, -94.45, 37.1).exterior.coords[::-1]],
)
AREA = IncidentArea(shapely.MultiPolygon([HOLE, shapely.box(-94.1, 37.0, -94.0, 37.1)]), "drawn")
OTHER = IncidentArea(shapely.MultiPolygon([shapely.box(-94.6 + 1 / 3, 37.0, -94.2, 37.2)]), "pasted")
CLOSURES = (
    Closure("b", "blocked", shapely.Point(-94.3, 37.1), name="Bridge", crossing="x1"),
    Closure("a", "slowed", shapely.LineString([(-94.3, 37.1), (-94.2, 37.15)]), 2.5, reason="Debris", source="MoDOT",
            starts_at=ASKED, ends_at=ASKED + timedelta(hours=5)),
    Closure("c", "blocked", shapely.box(-94.3, 37.1, -94.2, 37.2)),
    Closure("d", "blocked", AREA.geometry),
    Closure("e", "blocked", shapely.MultiLineString([[(-94.3, 37.1), (-94.2, 37.15)], [(-94, 37), (-93, 37)]]),
            classes=("I", "US"), profiles=("relief_load",)),
    Closure("f", "slowed", shapely.MultiLineString(), 3.0, bridge="Broadway Bridge", profiles=("truck", "relief_load")),
)  # fmt: skip
NEED = {
    "text": "generator:40,kw>=100",
    "word": "generator",
    "quantity": 40,
    "conditions": [["kw", ">=", 100.0]],
}


def save(session, **given):
    return save_incident(
        session,
        **{
            "name": "Joplin tornado",
            "kind": "tornado",
            "area": AREA,
            "closures": CLOSURES,
            "needs": [NEED, "light_tower:30"],
            "asked_at": ASKED,
            "by_at": ASKED + timedelta(hours=3),
            "include_inside": True,
            **given,
        },
    )


def test_an_incident_comes_back_as_it_was_saved(database_url):
    with session_scope(database_url) as session:
        incident_id = save(session)
    with session_scope(database_url) as session:
        found = load_incident(session, incident_id)
    assert (found.id, found.name, found.kind, found.status) == (
        incident_id,
        "Joplin tornado",
        "tornado",
        "open",
    )
    assert found.area == AREA
    assert found.closures == CLOSURES
    assert found.needs == ("generator:40,kw>=100", "light_tower:30")
    assert found.structured_needs == (NEED, {"text": "light_tower:30"})
    assert (found.asked_at, found.by_at) == (ASKED, ASKED + timedelta(hours=3))
    assert found.include_inside
    assert found.asked_at.tzinfo is UTC
    assert (found.area_version, found.closure_count) == (1, 6)


def test_a_plain_incident_needs_neither_area_nor_deadline(session):
    found = load_incident(session, save(session, area=None, closures=(), needs=(), by_at=None))
    assert (found.area, found.area_version, found.closures, found.needs, found.by_at) == (
        None,
        0,
        (),
        (),
        None,
    )


def test_the_vehicle_asked_about_is_kept_until_something_else_is_saved(session):
    incident_id = save(session, travel={"profile": "relief_load"})
    assert load_incident(session, incident_id).travel == {"profile": "relief_load"}
    assert [summary.travel for summary in list_incidents(session) if summary.id == incident_id] == [
        {"profile": "relief_load"}
    ]
    said = {"name": "Joplin", "kind": "tornado", "area": AREA, "closures": (), "needs": (), "asked_at": ASKED}
    with pytest.raises(TypeError, match="travel"):
        update_incident(session, incident_id, **said, by_at=None)
    update_incident(session, incident_id, **said, by_at=None, travel={})
    assert load_incident(session, incident_id).travel == {}
    for travel in ({"profile": float("nan")}, {"profile": "x" * 10_000}, {"profile": "\0"}):
        with pytest.raises(RegistryError, match="way of travel cannot be kept"):
            save(session, travel=travel)


def test_ids_are_random(session):
    one, other = save(session), save(session)
    assert one != other
    assert one[14] == other[14] == "4"  # a UUID of version 4


def test_each_change_of_the_area_is_a_version_and_the_same_area_is_none(session):
    incident_id = save(session)
    assert add_area_version(session, incident_id, AREA) == 1
    assert add_area_version(session, incident_id, OTHER) == 2
    assert add_area_version(session, incident_id, OTHER) == 2
    assert add_area_version(session, incident_id, AREA) == 3
    assert [(number, area) for number, _, area in area_versions(session, incident_id)] == [
        (1, AREA),
        (2, OTHER),
        (3, AREA),
    ]
    assert load_incident(session, incident_id).area == AREA


def test_saving_again_replaces_what_it_says_and_keeps_its_areas(database_url):
    with session_scope(database_url) as session:
        incident_id = save(session)
    with session_scope(database_url) as session:
        before = load_incident(session, incident_id)
        update_incident(
            session, incident_id, name="Joplin", kind="tornado", area=OTHER, closures=CLOSURES[3:], needs=["pump:1"],
            asked_at=ASKED, by_at=None, travel={},
        )  # fmt: skip
    with session_scope(database_url) as session:
        found = load_incident(session, incident_id)
        assert len(area_versions(session, incident_id)) == 2
    assert (found.name, found.closures, found.needs, found.by_at) == (
        "Joplin",
        CLOSURES[3:],
        ("pump:1",),
        None,
    )
    assert (found.area, found.area_version) == (OTHER, 2)
    assert found.created_at == before.created_at
    assert found.updated_at > before.updated_at


def test_an_incident_is_closed_kept_and_reopened(session):
    incident_id = save(session)
    close_incident(session, incident_id)
    assert load_incident(session, incident_id).status == "closed"
    assert list_incidents(session, status="open") == []
    assert [each.id for each in list_incidents(session, status="closed")] == [incident_id]
    reopen_incident(session, incident_id)
    reopen_incident(session, incident_id)
    assert [each.id for each in list_incidents(session, status="open")] == [incident_id]


def test_open_incidents_stand_first_and_then_the_latest(database_url):
    ids = []
    for name in ("first", "second", "third"):
        with session_scope(database_url) as session:
            ids.append(save(session, name=name))
    with session_scope(database_url) as session:
        close_incident(session, ids[2])
        listed = list_incidents(session)
    assert [each.name for each in listed] == ["second", "first", "third"]
    assert {each.closure_count for each in listed} == {6}
    assert {each.area_version for each in listed} == {1}


@pytest.mark.parametrize(
    ("given", "title"),
    [
        ({"name": "  "}, "The name of the incident cannot be kept"),
        ({"name": "x" * 201}, "The name of the incident cannot be kept"),
        ({"name": "a\0b"}, "The name of the incident cannot be kept"),
        ({"kind": ""}, "The kind of the incident cannot be kept"),
        ({"asked_at": datetime(2011, 5, 22)}, "The time of asking has no time zone"),  # noqa: DTZ001
        ({"by_at": datetime(2011, 5, 23)}, "The time it is needed by has no time zone"),  # noqa: DTZ001
        ({"by_at": ASKED}, "It is needed before travel starts"),
        ({"needs": [""]}, "A need cannot be kept"),
        ({"needs": [{"word": "generator"}]}, "A need cannot be kept"),
        ({"needs": [{"text": "x", "at": ASKED}]}, "A need cannot be kept"),
        ({"needs": [{"text": "x", "n": float("nan")}]}, "A need cannot be kept"),
        ({"needs": ["a\0b"]}, "A need cannot be kept"),
        ({"needs": ["\ud800"]}, "A need cannot be kept"),
        ({"needs": ["x" * 20_000]}, "A need cannot be kept"),
        ({"needs": ["x"] * 101}, "The incident has too many needs"),
        ({"closures": [CLOSURES[0], CLOSURES[0]]}, "A closure has no key of its own"),
        ({"closures": [Closure("k", "blocked", shapely.Point(-94, 37), name="a\0b")]}, "A closure has a character that cannot be kept"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_and_nothing_is_saved(session, given, title):
    with pytest.raises(RegistryError) as refusal, session.begin_nested():
        save(session, **given)
    assert refusal.value.title == title
    assert list_incidents(session) == []


@pytest.mark.parametrize("incident_id", ["", "7", "00000000-0000-4000-8000-000000000000", "x" * 5_000])
def test_an_id_of_no_incident_is_refused_everywhere(session, incident_id):
    for ask in (load_incident, close_incident, reopen_incident, area_versions):
        with pytest.raises(RegistryError, match="no such incident"):
            ask(session, incident_id)
    with pytest.raises(RegistryError, match="no such incident"):
        add_area_version(session, incident_id, AREA)


def test_an_unknown_status_is_refused(session):
    with pytest.raises(RegistryError, match="status of an incident"):
        list_incidents(session, status="perhaps")


def test_two_changes_of_the_area_at_once_become_two_versions(database_url):
    with session_scope(database_url) as session:
        incident_id = save(session, area=None)
    numbers = []

    def change(step):
        area = IncidentArea(
            shapely.MultiPolygon([shapely.box(-94.6, 37.0, -94.5, 37.1 + step / 100)]), "drawn"
        )
        with session_scope(database_url) as session:
            numbers.append(add_area_version(session, incident_id, area))

    threads = [threading.Thread(target=change, args=(step,)) for step in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE registry.incidents SET status = 'perhaps'", "ck_incidents_status"),
        ("UPDATE registry.incidents SET needs = '{}'", "ck_incidents_needs_is_an_array"),
        ("UPDATE registry.incidents SET by_at = asked_at", "ck_incidents_by_at_after_asked_at"),
        ("UPDATE registry.incident_closures SET factor = 0.5", "ck_incident_closures_factor_never_speeds_up"),
        ("UPDATE registry.incident_closures SET effect = 'faster'", "ck_incident_closures_effect"),
        (
            "UPDATE registry.incident_closures SET ends_at = starts_at",
            "ck_incident_closures_ends_after_it_starts",
        ),
        ("UPDATE registry.incident_areas SET version = 0", "ck_incident_areas_version_at_least_1"),
    ],
)
def test_the_database_itself_refuses_what_slips_past_the_checks(session, statement, constraint):
    save(session)
    with pytest.raises(IntegrityError, match=constraint), session.begin_nested():
        session.execute(text(statement))


def test_two_who_save_an_incident_once_at_the_same_moment_save_one(database_url):
    ready = threading.Barrier(2)

    def save():
        ready.wait()
        with session_scope(database_url) as session:
            if name_is_free(session, "Flood"):
                save_incident(session, name="Flood", kind="flood", area=AREA, asked_at=ASKED)

    both = [threading.Thread(target=save) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    with session_scope(database_url) as session:
        assert [incident.name for incident in list_incidents(session)] == ["Flood"]
