"""The declarations on their pages: what each reader sees of them, and what a declarer can do there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import text

from cli.application import assemble
from dashboard.pages.trust.counties import chosen_at_once, county_words, packed, unpacked
from dashboard.pages.trust.declarations import Book, listed, told
from dashboard.pages.trust.declaring import record_form
from registry.db.engine import session_scope
from registry.directory.places import CountyPlace, county_places
from registry.people.principal import Appointment, Principal
from registry.settings import settings
from registry.trust.declaration import Declaration
from registry.trust.waivers import Waiver
from tests.dashboard.reading import answered, call, found, links, opened, words

AT = datetime(2026, 5, 22, 23, 5, tzinfo=UTC)
PLACES = (
    CountyPlace("29077", "Greene county", "D"),
    CountyPlace("29097", "Jasper county", "D"),
    CountyPlace("29145", "Newton county", "D"),
    CountyPlace("29510", "St. Louis city", "C"),
)
NAMES = {"one": "D. Recorder", "two": "C. Confirmer"}
WAITING = Declaration(
    id="00000000-0000-4000-8000-000000000001",
    instrument="proclamation",
    number="26-07",
    authority="Governor of Missouri",
    counties=("29097", "29145"),
    starts_at=AT,
    ends_at=AT + timedelta(days=30),
    extends=None,
    recorded_by="one",
    recorded_at=AT,
)
IN_FORCE = replace(WAITING, state="in_force", confirmed_by="two", confirmed_at=AT)
ENDED = replace(
    IN_FORCE, state="ended", ended_by="one", ended_at=AT + timedelta(hours=2), end_reason="Over early"
)
WAIVER = Waiver(
    id="w",
    number="MCS 2",
    authority="MoDOT",
    relief="Weight",
    starts_at=AT,
    ends_at=None,
    recorded_by="one",
    recorded_at=AT,
)


def asks(role, account_id="one"):
    return Principal(
        account_id=account_id, session_id="", name="R. Example", appointments=(Appointment(role=role),)
    )


def book(role="planner", account_id="one", declared=(), **more):
    return Book(asks=asks(role, account_id), declared=declared, places=PLACES, names=NAMES, **more)


def test_without_a_declaration_the_page_says_that_contacts_are_closed():
    said = words(listed(book()))
    assert "Contacts are closed No declaration is in force." in said.replace("  ", " ")
    assert "A declarer records" in said


def test_a_declaration_in_force_names_its_counties_first():
    said = words(listed(book(declared=(IN_FORCE,), relieved=(WAIVER,))))
    assert "Contacts are open" in said.split("Waiting")[0]
    assert "Jasper and Newton counties, for incidents that reach into them." in said
    assert "confirmed by C. Confirmer" in said
    assert "22 May 2026, 18:05" in said
    assert "It opens no contact" in said
    assert "MCS 2" in said


def test_one_that_waits_opens_nothing_and_says_for_whom_it_waits():
    said = words(listed(book(declared=(WAITING,))))
    assert "Contacts are closed" in said
    assert "1 waits for a second declarer" in said


@pytest.mark.parametrize("role", ["planner", "auditor", "administrator", "company"])
def test_whoever_is_no_declarer_reads_and_is_offered_nothing_to_do(role):
    page = listed(book(role, declared=(WAITING, IN_FORCE), relieved=(WAIVER,)))
    assert not [link for link in links(page) if link.endswith(("/new", "/waiver"))]
    for each in (WAITING, IN_FORCE, ENDED):
        one = told(book(role, declared=(each,)), each)
        assert found(one, "confirm-do") is None
        assert found(one, "end-do") is None


def test_whoever_recorded_it_learns_that_another_must_confirm():
    mine = told(book("declarer", "one", declared=(WAITING,)), WAITING)
    assert "another declarer must confirm it" in words(mine)
    assert found(mine, "confirm-do") is None
    other = told(book("declarer", "two", declared=(WAITING,)), WAITING)
    assert found(other, "confirm-do") is not None
    alone = told(book("declarer", "one", declared=(WAITING,), two_declarers=False), WAITING)
    assert found(alone, "confirm-do") is not None


def test_one_that_ended_says_who_ended_it_and_why_and_offers_nothing():
    page = told(book("declarer", "two", declared=(ENDED,)), ENDED)
    assert "D. Recorder ended it, 22 May 2026, 20:05: Over early" in words(page)
    assert found(page, "end-do") is None
    assert not [link for link in links(page) if "extends" in link]


def test_an_extension_offers_the_counties_of_what_it_extends_from_its_end_on():
    page = record_form(book("declarer", declared=(IN_FORCE,)), IN_FORCE, {})
    offered = found(page, "declaration-counties")
    assert [item["value"] for group in offered["data"] for item in group["items"]] == ["29097", "29145"]
    assert found(page, "declaration-instrument")["value"] == "extension"
    assert found(page, "declaration-from")["value"] == "2026-06-21 18:05:00"


def test_a_form_come_back_to_holds_what_was_typed():
    filled = {
        "instrument": "local",
        "number": "7",
        "authority": "J. Doe",
        "counties": "097510",
        "until": "2026-05-23 10:00:00",
    }
    page = record_form(book("declarer"), None, filled)
    assert found(page, "declaration-instrument")["value"] == "local"
    assert found(page, "declaration-number")["value"] == "7"
    assert found(page, "declaration-counties")["value"] == ["29097", "29510"]
    assert found(page, "declaration-until")["value"] == "2026-05-23 10:00:00"
    assert "extension" not in [each["value"] for each in found(page, "declaration-instrument")["data"]]


@pytest.mark.parametrize(
    ("fips", "said"),
    [
        (["29097"], "Jasper county"),
        (["29145", "29097"], "Jasper and Newton counties"),
        (["29097", "29510"], "Jasper county and St. Louis city"),
        (["29077", "29097", "29145"], "Region D, 3 counties"),
        ([place.fips for place in PLACES], "The whole state"),
        (["29097", "29999"], "Jasper county and 29999"),
        ([], ""),
    ],
)
def test_counties_are_said_as_people_say_them(fips, said):
    assert county_words(fips, PLACES) == said


def test_counties_survive_the_way_through_an_address():
    fips = [place.fips for place in PLACES]
    assert unpacked(packed(fips)) == fips
    assert unpacked(packed([])) == []


def test_a_region_is_added_to_what_is_chosen_and_the_rest_stays():
    assert chosen_at_once("D", ["29510", "29097"], PLACES) == ["29510", "29097", "29077", "29145"]
    assert chosen_at_once("all", [], PLACES) == [place.fips for place in PLACES]
    assert chosen_at_once("none", ["29097"], PLACES) == []


@pytest.fixture(scope="module")
def app_and_url(clone, demo_template):
    with clone(demo_template) as url:
        yield assemble(settings(), url), url


@pytest.fixture
def declarer(app_and_url, signed_in):
    app, url = app_and_url
    return signed_in(url, "declarer").client(app)


FORM = {
    "declaration-instrument": "proclamation",
    "declaration-number": "26-07",
    "declaration-authority": "Governor of Missouri",
    "declaration-counties": ["29097"],
    "declaration-from-turn": "first",
    "declaration-until-turn": "first",
}
RECORD = {"type": "record-do", "extends": ""}


def test_a_declaration_is_recorded_confirmed_by_another_and_ended(app_and_url, declarer, signed_in):
    app, url = app_and_url
    went = answered(call(declarer, "record-go.href", FORM, RECORD), "record-go", "href")
    path = urlsplit(went).path
    assert "Waits for confirmation" in words(opened(declarer, path))
    which = path.rpartition("/")[2]
    mine = call(declarer, "confirm-go.href", {}, {"type": "confirm-do", "declaration": which})
    assert "A second person must confirm it" in words(answered(mine, "confirm-refused", "children"))
    other = signed_in(url, "declarer").client(app)
    call(other, "confirm-go.href", {}, {"type": "confirm-do", "declaration": which})
    planner = signed_in(url, "planner").client(app)
    assert "In force" in words(opened(planner, path))
    end = {"type": "end-do", "declaration": which}
    silent = call(other, "end-go.href", {"end-reason": " "}, end)
    assert "The reason is empty" in words(answered(silent, "end-refused", "children"))
    call(other, "end-go.href", {"end-reason": "Lapsed"}, end)
    assert "Lapsed" in words(opened(planner, path))


def test_a_refused_declaration_says_what_is_wanted_and_stays_in_the_form(declarer):
    answer = call(declarer, "record-go.href", {**FORM, "declaration-counties": []}, RECORD)
    assert answered(answer, "record-go", "href") is None
    assert "No county is named" in words(answered(answer, "record-refused", "children"))


def test_without_a_fresh_second_factor_the_way_leads_to_it_and_back_to_the_filled_form(
    app_and_url, signed_in
):
    app, url = app_and_url
    somebody = signed_in(url, "declarer")
    with session_scope(url) as session:
        stale = text("UPDATE people.sessions SET proved_at = now() - interval '11 minutes' WHERE id = :id")
        session.execute(stale, {"id": somebody.session_id})
    client = somebody.client(app)
    went = answered(call(client, "record-go.href", FORM, RECORD), "record-go", "href")
    assert went.startswith("/step-up?next=")
    back = urlsplit(dict(parse_qsl(urlsplit(went).query))["next"])
    form = opened(client, back.path, f"?{back.query}")
    assert found(form, "declaration-number")["value"] == "26-07"
    assert found(form, "declaration-counties")["value"] == ["29097"]


def test_a_waiver_is_recorded_and_stands_beside_the_declarations(declarer):
    waiver = {"waiver-number": "MCS 9", "waiver-authority": "MoDOT", "waiver-relief": "Weight"}
    went = answered(call(declarer, "waiver-go.href", waiver, "waiver-do"), "waiver-go", "href")
    assert went == "/declarations?said=waiver"
    assert "MCS 9" in words(opened(declarer, "/declarations"))


def test_a_planner_opens_no_form_of_a_declarer(app_and_url, signed_in):
    app, url = app_and_url
    planner = signed_in(url, "planner").client(app)
    assert "Your role does not allow this" in words(opened(planner, "/declarations/new"))
    assert call(planner, "record-go.href", FORM, RECORD).status_code == 403


def test_the_counties_offered_are_missouris_with_their_regions(app_and_url):
    with session_scope(app_and_url[1]) as session:
        places = county_places(session)
    assert len(places) == 115
    assert CountyPlace("29510", "St. Louis city", "C") in places
    assert {place.region for place in places} == set("ABCDEFGHI")
