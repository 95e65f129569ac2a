"""`merr match` on a real database with the demo registry: what it prints, and what it refuses."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
import typer
from sqlalchemy import text
from typer.testing import CliRunner

from cli import asking, match
from cli.acting import acting
from cli.token_file import forget, keep
from dashboard.services import Services
from dashboard.state import area_store, stores_of
from etl.load import prepare_demo
from geo.areas import read_area
from geo.errors import Refusal
from matching.export import as_csv
from registry.db.engine import session_scope
from registry.directory.store import kinds, listings
from registry.incidents import desk as incidents
from registry.people.access import AccessError
from registry.people.authenticators import add_totp
from registry.people.totp import code_at, new_key
from registry.settings import settings
from tests.registry.trust.acts import PLANNER, act, declare, hire

JOPLIN = json.dumps(
    {
        "type": "Polygon",
        "coordinates": [[[-94.6, 36.98], [-94.2, 36.98], [-94.2, 37.06], [-94.6, 37.06], [-94.6, 36.98]]],
    }
)
CLOSURES = json.dumps(
    {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"effect": "blocked", "name": "I-44"},
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [
                        [[-94.0, 36.9], [-93.9, 36.9], [-93.9, 37.3], [-94.0, 37.3], [-94.0, 36.9]]
                    ],
                },
            },
            {
                "type": "Feature",
                "properties": {"effect": "slowed", "factor": 3, "name": "Field path"},
                "geometry": {"type": "Point", "coordinates": [-92.0, 37.36]},
            },
        ],
    }
)
AT = ["--at", "2026-11-20T18:20"]


@pytest.fixture(scope="module")
def demo_url(clone, template):
    """Yield a demo registry whose companies all let their names and places be seen: what is asked of is exact."""
    with clone(template) as url:
        prepare_demo(url)
        with session_scope(url) as session:
            session.execute(text("UPDATE registry.providers SET shows_name = true, shows_place = 'exact'"))
        yield url


@pytest.fixture(scope="module")
def closed_url(clone, demo_template):
    """Yield the demo registry as it is, with its staff of `tests.registry.trust.acts`."""
    with clone(demo_template) as url:
        with session_scope(url) as session:
            hire(session)
        yield url


@pytest.fixture
def run(demo_url, merr):
    """Return `merr match` on the demo registry, by a planner in this process; a refusal is raised."""
    return merr(demo_url)


@pytest.fixture
def closed(closed_url, merr):
    """Return the same on the registry whose names are closed."""
    return merr(closed_url)


@pytest.fixture
def merr(signed_in, monkeypatch, tmp_path):
    """Return a maker of `merr match` on a database, by a new account of a role."""
    monkeypatch.setenv("MERR_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))

    def made(url, role="planner"):
        monkeypatch.setenv("DATABASE_URL", url)
        settings.cache_clear()
        keep(signed_in(url, role).secret)
        return _run

    yield made
    settings.cache_clear()


def _run(*arguments, typed=None):
    app = typer.Typer()
    match.register(app)
    result = CliRunner().invoke(app, [*arguments], input=typed, standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return SimpleNamespace(out=result.stdout, said=result.stderr)


def test_a_table_begins_with_the_answer_and_says_how_many_there_are(run):
    printed = run(
        "--area", "-", "--need", "generator:40,kw>=100", *AT, "--by", "+3h", "--limit", "5", typed=JOPLIN
    ).out
    lines = printed.splitlines()
    assert lines[0] == "Generator, 100 kW or more: 40 units by 21:20"
    assert re.fullmatch(r"\d+ of 40 can be there by 21:20, \d+ short", lines[1])
    assert re.fullmatch(r"The 40th unit can arrive at \d\d:\d\d, .*\d+ min late\.", lines[2])
    assert re.search(r"^\s*1  Demo .*  (\d+ h )?\d+ min  .*%.*  \d+ mi  .*  D  ", printed, re.MULTILINE)
    assert re.search(r"5 of \d{2,} ranked assets shown, all searched", printed)
    assert "Deadline 21:20. Below here arrives too late" in printed
    assert "main roads only. © OpenStreetMap contributors" in printed
    assert "Travel: as a truck, each kind by its own." in printed


def test_the_limit_shortens_what_is_printed_and_never_what_is_searched(run):
    asked = ["--circle", "37.08,-94.51,5", "--need", "generator:40", *AT, "--format", "json"]
    whole, short = run(*asked), run(*asked, "--limit", "2")
    everything, some = (json.loads(result.out)["answers"][0] for result in (whole, short))
    assert len(some["matches"]) == 2
    assert some["matches"] == everything["matches"][:2]
    assert some["matches_total"] == len(everything["matches"]) > 100
    assert f"wrote 2 of {len(everything['matches'])} ranked assets" in short.said


def test_the_same_question_twice_gives_the_same_bytes(run):
    for output in ("json", "csv", "geojson"):
        asked = [
            "--county",
            "29097,29145",
            "--need",
            "light_tower:9",
            *AT,
            "--by",
            "23:00",
            "--format",
            output,
        ]
        assert run(*asked).out == run(*asked).out


def test_every_listed_asset_of_the_kind_is_ranked_or_left_out(run, demo_url):
    with session_scope(demo_url) as session:
        members = kinds(session).resolve("generator")
        listed = {row.asset_id for row in listings(session, {kind.code for kind in members})}
    part = json.loads(
        run("--circle", "37.08,-94.51,5", "--need", "generator:40,kw>=100", *AT, "--format", "json").out
    )
    rows = part["answers"][0]["matches"] + part["answers"][0]["left_out"]
    assert len(rows) == len(listed)
    assert {row["asset_id"] for row in rows} == listed


def test_a_closure_sends_them_round_and_one_that_touches_no_road_is_named(run, tmp_path):
    file = tmp_path / "closures.geojson"
    file.write_text(CLOSURES)
    asked = ["--area", "-", "--need", "generator:40,kw>=100", *AT]
    before = json.loads(run(*asked, "--format", "json", typed=JOPLIN).out)
    after = json.loads(run(*asked, "--format", "json", "--closures", str(file), typed=JOPLIN).out)
    arrivals = {row["asset_id"]: row["arrival_ms"] for row in before["answers"][0]["matches"]}
    assert all(row["arrival_ms"] >= arrivals[row["asset_id"]] for row in after["answers"][0]["matches"])
    assert any(row["delay_ms"] > 0 for row in after["answers"][0]["matches"])
    assert after["warnings"] == ["Field path touches no road of this network, so it changes nothing."]
    printed = run(*asked, "--closures", str(file), typed=JOPLIN).out
    assert re.search(r"Closure: I-44 blocked, \d+ mi of road\.", printed)
    assert "Closure +" in printed
    assert "Note: Field path touches no road" in printed


def test_several_needs_are_answered_one_after_the_other(run):
    printed = run("--county", "29097", "--need", "generator:4", "--need", "light_tower", *AT).out
    assert printed.index("Generator: 4 units") < printed.index("Light tower: Every arrival")


def test_sites_inside_are_ranked_only_when_asked_for(run):
    asked = ["--county", "29077", "--need", "generator", *AT, "--format", "json"]
    out, within = (json.loads(run(*asked, *more).out)["answers"][0] for more in ([], ["--include-inside"]))
    inside = {row["asset_id"] for row in out["left_out"] if row["code"] == "inside"}
    assert inside
    assert not inside & {row["asset_id"] for row in out["matches"]}
    assert inside <= {row["asset_id"] for row in within["matches"]}


def test_the_csv_opens_in_a_spreadsheet_and_holds_no_contact(run):
    written = run("--county", "29097", "--need", "generator:4", *AT, "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(written)))
    assert rows[0]["rank"] == "1"
    assert not re.search(r"555-|@|example\.(org|com)|phone|contact", written)


def test_the_geojson_holds_routes_of_the_first_ten(run):
    collection = json.loads(run("--county", "29097", "--need", "generator:4", *AT, "--format", "geojson").out)
    parts = [feature["properties"]["part"] for feature in collection["features"]]
    assert parts.count("route") == 10
    assert parts[0] == "area"


@pytest.mark.parametrize(
    ("arguments", "title"),
    [
        ([], "No area was given"),
        (["--county", "29097", "--circle", "37,-94,5"], "More than one area was given"),
        (["--county", "29999"], "The county is not in Missouri"),
        (["--county", ""], "The county is not in Missouri"),
        (["--circle", "37,-94"], "The circle cannot be read"),
        (["--circle", "nan,-94,5"], "The centre of the circle is not a place"),
        (["--circle", "-94.5,37.1,5"], "Latitude and longitude of the circle are swapped"),
        (["--circle", "37,-94,0"], "The radius of the circle cannot be used"),
        (["--area", "/nowhere/area.geojson"], "The file cannot be read"),
        (["--area", "/"], "The file cannot be read"),
        (["--area", "a\0b"], "The file cannot be read"),
        (["--area", "-", "--closures", "-"], "Standard input can be read only once"),
        (["--area", "-"], "The area crosses itself"),
        (["--county", "29097", "--closures", "/nowhere"], "The file cannot be read"),
        (["--county", "29097", "--limit", "0"], "The limit must be 1 or more"),
        (["--county", "29097", "--at", "soon"], "This time cannot be read"),
        (
            ["--county", "29097", *AT, "--by", "2026-11-20T18:20"],
            "The deadline does not lie after the request",
        ),
        (["--county", "29097", "--measure", "site"], "There is no staging point to arrive at"),
        (
            ["--county", "29097", "--measure", "reach-p50", "--keep-out"],
            "Nobody can reach half of an area that is kept clear",
        ),
        (
            ["--circle", "37.08,-94.51,10", "--keep-out", "--staging", "In it,-94.51,37.08"],
            "The staging point lies in the area that is kept clear",
        ),
        (["--county", "29097", "--staging", "Joplin"], "The staging point cannot be read"),
        (
            ["--county", "29097", "--staging", "Joplin,37.06,-94.49"],
            "Longitude and latitude of the staging point are swapped",
        ),
        (["--county", "29097", "--need", "generater:4"], "Nothing in the registry is called 'generater'"),
        (["--county", "29097", "--need", "generator:4,seats>=2"], "Generator has no attribute 'seats'"),
    ],
)
def test_what_cannot_be_used_is_refused_in_a_sentence(run, arguments, title):
    need = [] if "--need" in arguments else ["--need", "generator:4"]
    with pytest.raises(Refusal) as refused:
        run(*need, *arguments, typed="POLYGON ((-94 37, -93 38, -93 37, -94 38, -94 37))")
    assert refused.value.title == title
    for said in (refused.value.title, refused.value.given, refused.value.wanted, refused.value.todo):
        assert said
        assert not re.search(r"(?i)\b(error|invalid|oops)\b|!", said)


def test_too_large_a_file_is_refused_before_it_is_read_whole(run, monkeypatch, tmp_path):
    monkeypatch.setattr(asking, "MAX_FILE_BYTES", 10)
    file = tmp_path / "large.geojson"
    file.write_bytes(b" " * 11)
    with pytest.raises(Refusal, match="The file is too large"):
        run("--area", str(file), "--need", "generator:4")


def test_the_program_ends_with_exit_code_2_and_prints_the_sentence(demo_url, run, tmp_path):
    assert run  # who is signed in here
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from cli.main import app; app()",
            "match",
            "--county",
            "29097",
            "--need",
            "generater:4",
        ],
        env={**os.environ, "DATABASE_URL": demo_url, "MERR_STATE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Nothing in the registry is called 'generater'." in done.stderr
    assert "Traceback" not in done.stderr


def test_generators_travel_as_trucks_unless_another_vehicle_is_chosen(run):
    asked = ["--circle", "37.08,-94.51,5", "--need", "generator:40", *AT, "--format", "json"]
    own, car, relief = (
        json.loads(run(*asked, *more).out)
        for more in ((), ("--profile", "car"), ("--profile", "relief_load"))
    )
    assert {row["profile"] for row in own["answers"][0]["matches"]} == {"truck"}
    arrivals = {row["asset_id"]: row["arrival_ms"] for row in car["answers"][0]["matches"]}
    assert all(row["arrival_ms"] >= arrivals[row["asset_id"]] for row in own["answers"][0]["matches"])
    assert sum(row["arrival_ms"] > arrivals[row["asset_id"]] for row in own["answers"][0]["matches"]) > 100
    assert own["warnings"] == []
    assert relief["warnings"][0] == "Everything is taken to travel as a relief load."
    assert relief["warnings"][1].startswith("These roads do not tell which of them are interstates")
    with pytest.raises(Refusal, match="This vehicle is not known"):
        run(*asked, "--profile", "ox_cart")


def test_the_measure_and_the_staging_point_are_chosen_and_named(run):
    asked = ["--circle", "37.08,-94.51,10", "--need", "generator:40", *AT]
    plain, most, people, site = (
        json.loads(run(*asked, "--format", "json", *more).out)["answers"][0]["matches"]
        for more in (
            (),
            ("--measure", "reach-p90"),
            ("--measure", "reach-p90", "--reach-of", "people"),
            ("--staging", "Joplin High School,-94.49,37.06"),
        )
    )
    assert {row["measure"] for row in plain} == {"first_entry"}
    assert {row["measure"] for row in most} == {"reach_p90"} == {row["measure"] for row in people}
    assert {row["measure"] for row in site} == {"site"}
    first = {row["asset_id"]: row["first_entry_s"] for row in plain}
    for row in most:
        assert row["first_entry_s"] == first[row["asset_id"]] <= row["reach_p50_s"] <= row["reach_p90_s"]
        assert round(row["reach_p90_s"] * 1000) == row["arrival_ms"] - row["mobilisation_ms"]
    assert [row["reach_p90_s"] for row in most] != [row["reach_p90_s"] for row in people]
    outside = run(*asked, "--staging", "Carthage,-94.31,37.18", "--keep-out", "--limit", "1").out
    assert "can be at Carthage" in outside
    assert "The area's own roads are kept clear: every way leads round it" in outside


def test_the_headline_says_what_is_measured(run):
    asked = ["--circle", "37.08,-94.51,10", "--need", "generator:40", *AT, "--by", "+3h", "--limit", "3"]
    printed = run(*asked, "--measure", "reach-p50").out
    assert re.fullmatch(
        r"\d+ of 40 can have reached half of the area's roads by \d\d:\d\d.*", printed.splitlines()[1]
    )


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        ([], {}),
        (["--measure", "reach-p50", "--reach-of", "people"], {"measure": "reach_p50", "reach_of": "people"}),
        (["--measure", "reach-p90", "--profile", "truck"], {"measure": "reach_p90", "profile": "truck"}),
        (
            ["--staging", "Carthage,-94.31,37.17", "--keep-out", "--profile", "relief_load"],
            {
                "measure": "site",
                "staging": {"name": "Carthage", "lon": -94.31, "lat": 37.17},
                "keep_out": True,
                "profile": "relief_load",
            },
        ),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else "",
)
def test_the_planners_page_gives_the_same_file_for_the_same_question(run, demo_url, tmp_path, options, asked):
    closures = tmp_path / "closures.geojson"
    closures.write_text(CLOSURES)
    question = ["--area", "-", "--need", "generator:40,kw>=100", *AT, "--by", "+3h"]
    printed = run(
        *question, "--closures", str(closures), "--format", "csv", "--limit", "9999", *options, typed=JOPLIN
    ).out
    services, who = Services(settings(), demo_url), acting()
    features = json.loads(CLOSURES)["features"]
    saved = services.save_incident(
        who,
        None,
        "Joplin",
        "tornado",
        {
            "area": area_store(read_area(JOPLIN, "uploaded"), "Joplin"),
            "closures": {"items": [{**row, "id": f"c{i}"} for i, row in enumerate(features)]},
            "needs": {"items": [{"text": "generator:40,kw>=100"}], "shown": 0},
            "when": {
                "asked_at": "2026-11-21T00:20:00+00:00",
                "by_at": "2026-11-21T03:20:00+00:00",
                "include_inside": False,
            },
            "travel": {"asked": asked},
        },
    )
    answer = services.answer(who, stores_of(services.load_incident(who, saved)), saved)
    assert len(answer.needs[0].matches) > 10
    assert list(csv.reader(io.StringIO(as_csv(answer)))) == list(csv.reader(io.StringIO(printed)))


CIRCLE = ["--circle", "37.08,-94.51,10", "--need", "generator:40,kw>=100", *AT, "--by", "+3h"]


def test_before_a_declaration_names_and_places_are_closed_in_every_form(closed):
    printed = closed(*CIRCLE, "--limit", "60").out
    assert printed.count("Name closed") > 20
    assert "Demo " in printed  # of companies that let their names be seen
    assert re.search(
        r"^\s*\d+  Name closed .*  about (\d+ h )?\d?[05] min +rounded .*  D  ", printed, re.MULTILINE
    )
    assert "Names and places are closed until a declaration in force covers a saved incident." in printed
    assert "counted by the counties it touches" in printed
    rows = list(csv.DictReader(io.StringIO(closed(*CIRCLE, "--format", "csv").out)))
    hidden = [row for row in rows if row["provider"] == "closed"]
    assert len(hidden) > 100
    assert {row["town"] for row in hidden if row["point_of"] == "county"} == {""}
    part = json.loads(closed(*CIRCLE, "--format", "json").out)
    assert part["names"] == "closed"
    assert {row["provider_id"] for row in part["answers"][0]["matches"] if row["name_closed"]} == {None}


def test_a_saved_incident_is_open_while_a_declaration_covers_it(closed, closed_url):
    area = read_area(JOPLIN, "uploaded")
    fields = {"name": "Joplin", "kind": "tornado", "area": area, "needs": ["generator:40,kw>=100"]}
    saved = act(closed_url, PLANNER, incidents.save_incident, **fields, asked_at=datetime.now(UTC))
    asked = ["--incident", saved, "--need", "generator:40,kw>=100", *AT]
    assert "Name closed" in closed(*asked).out
    declare(closed_url, counties=["29097"])
    opened = closed(*asked).out
    assert "Name closed" not in opened
    assert "Names and places are closed" not in opened
    assert "Name closed" in closed(*CIRCLE).out


def test_an_incident_without_an_area_is_refused(closed, closed_url):
    fields = {"name": "Later", "kind": "flood", "area": None, "asked_at": datetime.now(UTC)}
    saved = act(closed_url, PLANNER, incidents.save_incident, **fields)
    with pytest.raises(Refusal, match="has no area yet"):
        closed("--incident", saved, "--need", "generator")


def test_a_file_that_is_taken_away_is_recorded_and_a_table_is_not(closed, closed_url):
    def exports():
        with session_scope(closed_url) as session:
            query = "SELECT detail FROM trust.events WHERE action = 'answer.exported' ORDER BY seq"
            return list(session.scalars(text(query)))

    before = len(exports())
    closed(*CIRCLE)
    assert len(exports()) == before
    closed(*CIRCLE, "--format", "csv")
    assert exports()[before:][0]["names"] == "closed"


def test_a_file_with_open_names_asks_for_a_code_first_and_holds_nothing_of_it(
    closed, closed_url, monkeypatch, tmp_path
):
    monkeypatch.setenv("MERR_SEALING_KEY", str(tmp_path / "sealing.key"))
    settings.cache_clear()
    area = read_area(JOPLIN, "uploaded")
    fields = {"name": "Joplin", "kind": "tornado", "area": area, "needs": ["generator:40,kw>=100"]}
    saved = act(closed_url, PLANNER, incidents.save_incident, **fields, asked_at=datetime.now(UTC))
    declare(closed_url, counties=["29097"])
    asked = ["--incident", saved, "--need", "generator:40,kw>=100", *AT, "--format", "csv"]
    key = new_key()
    with session_scope(closed_url) as session:
        add_totp(session, acting().account_id, key, label="app")
        session.execute(text("UPDATE people.sessions SET proved_at = now() - interval '11 minutes'"))
        code = code_at(key, session.scalar(text("SELECT clock_timestamp()")))
    closed(*CIRCLE, "--format", "csv")
    with pytest.raises(Refusal, match="code"):
        closed(*asked, typed="000000\n")
    opened = closed(*asked, typed=f"{code}\n").out
    assert "Code" not in opened.splitlines()[0]
    assert "closed" not in opened


def test_who_is_not_signed_in_or_has_another_role_ranks_nothing(closed_url, merr):
    run = merr(closed_url, "auditor")
    with pytest.raises(AccessError, match="role does not allow"):
        run(*CIRCLE)
    forget()
    with pytest.raises(Refusal, match="You are not signed in"):
        run(*CIRCLE)
