"""What a program may list and change beside incidents and declarations: assets, showing, accounts, tokens, rules, records."""

from __future__ import annotations

import hashlib
import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from registry.db.engine import session_scope
from registry.people.scopes import Scope
from registry.people.sessions import principal_of
from registry.trust import rules
from tests.web.api.test_frame import TORNADO, _problem

GENERATORS = "/assets?kind=generator"


@pytest.fixture(scope="module")
def planner(api):
    return api.client("planner")


@pytest.fixture(scope="module")
def chief(api):
    return api.client("administrator")


def walked(program, path, word):
    """Return all rows of a list, read in pages of three."""
    rows, mark = [], "&" if "?" in path else "?"
    path = f"{path}{mark}limit=3"
    while path:
        answer = program.get(path)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        rows += answer.get_json()[word]
        path = answer.headers.get("Link", "").partition(">")[0].removeprefix("</api/v1")
    return rows


def test_assets_are_listed_once_each_and_closed(api, planner):
    rows = walked(planner, GENERATORS, "assets")
    held = api.sql(
        "SELECT assets.id::text, providers.id::text AS provider, providers.name, providers.shows_name,"
        " providers.shows_place FROM registry.assets JOIN registry.sites ON sites.id = site_id"
        " JOIN registry.providers ON providers.id = provider_id"
        " JOIN registry.kinds AS kinds ON kinds.code = assets.kind WHERE kinds.family = 'generator'"
    )
    assert len(rows) == len(held) == len({row["asset_id"] for row in rows})
    said = json.dumps(rows)
    closed = [row for row in held if not row.shows_name]
    assert closed
    for row in closed:
        assert row.id not in said
        assert row.provider not in said
        assert row.name not in said
    assert [(row["kind"], row["county_fips"]) for row in rows] == sorted(
        (row["kind"], row["county_fips"]) for row in rows
    )
    assert walked(api.client("planner"), GENERATORS, "assets")[0]["asset_id"] != rows[0]["asset_id"]


def test_a_cursor_of_assets_holds_no_id_and_no_name_of_them(api, planner):
    link = planner.get("/assets?limit=1").headers["Link"]
    assert planner.get(link.partition(">")[0].removeprefix("</api/v1")).status_code == 200
    import base64  # noqa: PLC0415 - beside its only use

    given = link.partition("after=")[2].partition(">")[0]
    kind, county, turn = json.loads(base64.urlsafe_b64decode(given + "=" * (-len(given) % 4)))
    ids = [row[0].replace("-", "") for row in api.sql("SELECT id::text FROM registry.assets")]
    assert (turn not in ids, len(turn), len(county), bool(kind)) == (True, 32, 5, True)


def test_assets_of_a_list_tell_their_state_by_a_tag(planner):
    first = planner.get(GENERATORS)
    assert planner.get(GENERATORS, If_None_Match=first.headers["ETag"]).status_code == 304
    _problem(planner.get("/assets?kind=unicorn"), 409, "registry")


def test_a_local_manager_lists_the_assets_of_its_own_county_alone(api):
    local = api.client("local")
    rows = walked(local, "/assets", "assets")
    assert {row["county_fips"] for row in rows} == {"29097"}
    assert walked(local, "/assets?county=29097", "assets") == rows
    _problem(local.get("/assets?county=29037"), 403, "access")


def test_a_company_chooses_what_is_seen_of_it_and_nobody_elses(api):
    own, foreign = api.providers()[:2]
    company = api.client("company", Scope(provider_id=own))
    before = company.get(f"/providers/{own}/showing")
    place = "zip" if before.get_json()["shows_place"] != "zip" else "exact"
    given = {"shows_name": not before.get_json()["shows_name"], "shows_place": place}
    after = company.put(f"/providers/{own}/showing", given)
    assert {**before.get_json(), **given, "by_company": True} == after.get_json()
    assert company.get(f"/providers/{own}/showing").headers["ETag"] != before.headers["ETag"]
    _problem(company.put(f"/providers/{foreign}/showing", given), 403, "access")
    (event,) = api.sql("SELECT detail FROM trust.events WHERE action = 'provider.shown'")
    assert event.detail == given


def test_an_account_is_made_appointed_dismissed_and_disabled(api, chief):
    made = chief.post("/accounts", {"name": "rosa", "full_name": "Rosa Example"})
    assert made.status_code == 201, made.get_data(as_text=True)
    assert made.get_json()["password"]
    path = made.headers["Location"].removeprefix("/api/v1")
    given = chief.post(f"{path}/appointments", {"role": "local", "counties": ["29097"]})
    (held,) = given.get_json()["appointments"]
    assert held["counties"] == ["29097"]
    assert chief.post(f"{path}/appointments", {"role": "local"}).status_code == 409
    dismissed = chief.ask("DELETE", f"{path}/appointments/{held['id']}")
    assert dismissed.get_json()["appointments"] == []
    _problem(chief.ask("DELETE", f"{path}/appointments/{held['id']}"), 404, "not-found")
    assert chief.post(f"{path}/disable").get_json()["disabled_at"]
    assert chief.post(f"{path}/enable").get_json()["disabled_at"] is None
    assert chief.post(f"{path}/reset").get_json()["password"] != made.get_json()["password"]
    names = [row["name"] for row in walked(api.client("auditor"), "/accounts", "accounts")]
    assert "rosa" in names
    assert names == [row[0] for row in api.sql("SELECT name FROM people.accounts ORDER BY name")]
    _problem(api.client("auditor").post(f"{path}/disable"), 403, "access")


def test_a_token_is_listed_and_revoked_by_its_owner_only(api):
    owner = api.client("planner")
    api.sql(
        "UPDATE people.sessions SET kind = 'token', label = 'export' WHERE id ="
        " (SELECT id FROM people.sessions ORDER BY began_at DESC LIMIT 1) RETURNING 1"
    )
    (token,) = owner.get("/tokens").get_json()["tokens"]
    assert (token["label"], token["actions"]) == ("export", None)
    _problem(api.client("planner").ask("DELETE", f"/tokens/{token['id']}"), 404, "not-found")
    assert owner.ask("DELETE", f"/tokens/{token['id']}").status_code == 204
    _problem(owner.get("/tokens"), 401, "not-signed-in")


def test_rules_are_changed_whole_and_each_change_is_an_event(api, chief):
    read = chief.get("/rules")
    said = {**read.get_json(), "looks_per_hour": 30}
    _problem(chief.put("/rules", said), 428, "unconditional")
    assert chief.put("/rules", said, If_Match=read.headers["ETag"]).get_json() == said
    _problem(chief.put("/rules", said, If_Match=read.headers["ETag"]), 412, "changed-meanwhile")
    _problem(chief.put("/rules", {**said, "looks_per_hour": 0}, If_Match="*"), 422, "body")
    (event,) = api.sql("SELECT detail FROM trust.events WHERE action = 'rules.set'")
    assert event.detail == {"rule": "looks_per_hour", "value": 30}


def test_of_two_who_change_the_rules_at_once_one_is_told_that_they_changed(api, chief):
    read = chief.get("/rules")
    said = {**read.get_json(), "records_review_days": 45}
    waits = text("SELECT count(*) FROM pg_locks WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))")
    with session_scope(api.web) as session:
        who = principal_of(session, chief.secret, "")
    with ThreadPoolExecutor(1) as other, session_scope(api.web, principal=who) as first:
        rules.change(first, who, "records_review_days", 30)
        second = other.submit(chief.put, "/rules", said, If_Match=read.headers["ETag"])
        while not second.done() and not first.scalar(waits):
            time.sleep(0.01)
        first.commit()
        _problem(second.result(), 412, "changed-meanwhile")
    assert chief.get("/rules").get_json()["records_review_days"] == 30


def test_records_are_reviewed_and_exported_by_who_may(api, chief):
    waiting = walked(chief, "/records/queue", "waiting")
    assert len(waiting) == len(api.sql("SELECT id FROM registry.providers"))
    company = waiting[0]["provider_id"]
    classes = chief.get("/records/classes").get_json()["classes"]
    (shut,) = (each for each in classes if each["name"] == "contact")
    assert shut["fields"] == {"protected.contacts": ["person", "phone", "email"]}
    withheld = chief.post("/records/export", {"provider_ids": [company]}).get_json()["fields"]
    assert waiting[0]["provider_name"] not in json.dumps(withheld)
    seen = waiting[0]["submitted_at"]
    review = {"decision": "open", "submitted_at": seen, "reason": "Nothing in it helps anybody"}
    early = {**review, "submitted_at": "2026-01-01T00:00:00Z"}
    _problem(chief.post(f"/providers/{company}/records", early), 409, "registry")
    review["submitted_at"] = waiting[0]["submitted_at"]
    assert chief.post(f"/providers/{company}/records", review).status_code == 201
    (decided,) = chief.get(f"/providers/{company}/records").get_json()["decisions"]
    assert (decided["decision"], decided["reason"]) == ("open", review["reason"])
    assert len(walked(chief, "/records/queue", "waiting")) == len(waiting) - 1
    sent = chief.post("/records/export", {"provider_ids": [company]})
    assert waiting[0]["provider_name"] in json.dumps(sent.get_json()["fields"])
    ((kept,),) = api.sql("SELECT detail->>'sha256' FROM trust.events ORDER BY seq DESC LIMIT 1")
    assert hashlib.sha256(sent.data).hexdigest() == kept
    unproved = api.client("administrator", proved=False)
    told = _problem(unproved.post("/records/export", {"provider_ids": [company]}), 403, "step-up-needed")
    assert (told["title"], told["todo"][:19]) == ("A token cannot do this", "sign in at /sign-in")


@pytest.mark.parametrize("path", ["/declarations", "/waivers", "/incidents"])
def test_lists_are_read_in_pages_to_their_end(api, path):
    declarer, planner = api.client("declarer"), api.client("planner")
    same = {"authority": "Jasper County", "starts_at": "2026-01-01T00:00:00Z"}
    for number in range(4):
        if path == "/incidents":
            planner.post(path, {**TORNADO, "name": f"Page {number}"})
            continue
        more = (
            {"relief": "10 % more"} if path == "/waivers" else {"instrument": "local", "counties": ["29097"]}
        )
        made = declarer.post(path, {**same, **more, "number": str(number)})
        assert made.status_code == 201, made.get_data(as_text=True)
    word = path.strip("/")
    rows = walked(planner, path, word)
    assert rows == planner.get(f"{path}?limit=500").get_json()[word]
    assert len({row["id"] for row in rows}) == len(rows) >= 4
    _problem(planner.get(f"{path}?after=W10"), 422, "body")
