"""`merr scenario` on a real database with the demo registry: kept, run, compared, replayed, and refused."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
import typer
from sqlalchemy import text
from typer.testing import CliRunner

from cli import run as runs
from cli import scenario
from cli.token_file import keep
from geo.areas import area_from_circle
from geo.closures import read_closures
from geo.errors import Refusal
from matching.scenarios.patch import read_patch
from registry.db.engine import session_scope
from registry.errors import DatabaseError
from registry.incidents.store import save_incident
from registry.people.access import AccessError
from registry.settings import settings

ASKED = ["--circle", "38.57,-92.17,12", "--need", "generator:40", "--at", "2026-05-22T18:20", "--by", "+3h"]


@pytest.fixture(scope="module")
def demo_url(clone, demo_template):
    with clone(demo_template) as url:
        yield url


@pytest.fixture
def run(demo_url, signed_in, monkeypatch, tmp_path):
    """Return `merr scenario` on the demo registry, by a new account of a role."""
    monkeypatch.setenv("MERR_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("DATABASE_URL", demo_url)
    settings.cache_clear()

    def made(*arguments, role="designer", typed=None):
        keep(signed_in(demo_url, role).secret)
        app = typer.Typer()
        scenario.register(app)
        runs.register(app)
        result = CliRunner().invoke(app, [*arguments], input=typed, standalone_mode=False)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return SimpleNamespace(out=result.stdout, said=result.stderr)

    yield made
    settings.cache_clear()


def test_a_flood_is_kept_run_compared_and_replayed(run, demo_url):
    flood = run("scenario", "starters", "missouri_flood", "--author", "D. Specimen")
    assert "Real: " in flood.said
    assert "Assumed: " in flood.said
    kept = run("scenario", "new", "-", typed=flood.out).out.strip()
    assert read_patch(run("scenario", "show", kept, role="planner").out) == read_patch(flood.out)
    assert "Missouri River flood" in run("scenario", "list").out
    said = run("scenario", "run", kept, *ASKED).out
    assert re.search(
        r"generator: Missouri River flood puts (\d+ more count(y|ies)|no more county) over 2 h", said
    )
    a, b = re.search(r"Runs: (\S+) \(as it stood\), (\S+)\.", said).groups()
    assert run("scenario", "diff", a, b).out.split("\n")[0] == said.split("\n")[0]
    assert "Nothing differs" in run("scenario", "diff", a, a).out
    told, turned = (
        json.loads(run("scenario", "diff", *pair, "--json").out)["needs"][0] for pair in ((a, b), (b, a))
    )
    assert told["unmet"] == {"a": turned["unmet"]["b"], "b": turned["unmet"]["a"]}
    assert len(told["moved"]) == len(turned["moved"]) > 0
    assert "same" in run("run", "replay", b).out.casefold()
    # Before the crest the eastern crossings are open; that moment is a run of its own, and replays as one.
    early = run("scenario", "run", kept, *ASKED, "--after", "35.5").out
    before = re.search(r"Runs: (\S+) \(as it stood\), (\S+)\.", early)[2]
    assert "after 35 h 30 min" in early
    between = run("scenario", "diff", before, b, "--json").out
    assert json.loads(between)["needs"][0]["moved"]
    whole = run("scenario", "run", kept, *ASKED, "--after", "36").out
    crest = re.search(r"Runs: (\S+) \(as it stood\), (\S+)\.", whole)[2]
    assert "Nothing differs" in run("scenario", "diff", crest, b).out
    for each in (before, crest):
        assert "same" in run("run", "replay", each).out.casefold()
    with pytest.raises(Refusal, match="no such moment"):
        run("scenario", "run", kept, *ASKED, "--after", "-1")
    jobs = run("scenario", "run", kept, *ASKED, "--job").out
    with session_scope(demo_url) as session:
        asked = session.scalars(text("SELECT id::text FROM runs.jobs WHERE kind = 'scenario'")).all()
    assert set(re.findall(r"[0-9a-f-]{36}", jobs)) == set(asked)
    assert len(asked) == 2
    # A child keeps its parent, and nobody rewrites either.
    child = run("scenario", "new", "-", "--parent", kept, typed=flood.out).out.strip()
    assert json.loads(run("scenario", "show", child).out)["parent"] == kept
    with pytest.raises(DatabaseError, match="database refuses"), session_scope(demo_url) as session:
        session.execute(text("UPDATE runs.scenarios SET name = 'Other'"))


def test_every_starter_that_ships_is_a_scenario_that_can_be_kept(run):
    for code in ("joplin_2011", "relief_load_2019"):
        made = run("scenario", "starters", code).out
        assert read_patch(run("scenario", "show", run("scenario", "new", "-", typed=made).out.strip()).out)
    listed = run("scenario", "starters").out
    assert all(f"{code}: " in listed for code in scenario.Code)
    assert listed.count("Real: ") == listed.count("Assumed: ") >= 3


@pytest.mark.shared
def test_new_madrid_takes_its_distances_from_whoever_asks(run):
    near, far = (
        read_patch(run("scenario", "starters", "new_madrid", "--roads-km", km, "--bridges-km", km).out)
        for km in ("5", "80")
    )
    assert len(near.changes.closures) < len(far.changes.closures)
    assert read_closures(
        {"type": "FeatureCollection", "features": [each.as_geojson() for each in far.changes.closures]}
    )
    with pytest.raises(Refusal, match="distances from the fault"):
        run("scenario", "starters", "new_madrid", "--roads-km", "0")


def test_who_may_not_make_or_read_scenarios_is_refused(run):
    waiver = run("scenario", "starters", "relief_load_2019").out
    with pytest.raises(AccessError):
        run("scenario", "new", "-", role="planner", typed=waiver)
    with pytest.raises(AccessError):
        run("scenario", "list", role="auditor")


def test_what_cannot_be_applied_is_refused_before_it_is_kept(run):
    whole = {"name": "Lost bridge", "author": "D.", "reason": "to see"}
    with pytest.raises(Refusal, match="bridge"):
        run("scenario", "new", "-", typed=json.dumps({**whole, "bridges": ["Nowhere Bridge"]}))
    with pytest.raises(Refusal, match="no such scenario"):
        run("scenario", "new", "-", typed=json.dumps({**whole, "parent": "c0ffee"}))


def test_an_incident_gives_its_area_and_its_closures_to_a_run(run, demo_url):
    flood = run("scenario", "starters", "relief_load_2019").out
    kept = run("scenario", "new", "-", typed=flood).out.strip()
    area = area_from_circle(-92.17, 38.57, 12.0)
    closure = {
        "type": "Feature",
        "id": "levee",
        "properties": {"effect": "blocked"},
        "geometry": {"type": "Point", "coordinates": [-92.17, 38.58]},
    }
    with session_scope(demo_url) as session:
        incident = save_incident(
            session,
            name="Levee",
            kind="flood",
            area=area,
            closures=read_closures(closure),
            needs=[],
            asked_at=datetime(2026, 5, 22, 23, 20, tzinfo=UTC),
            by_at=None,
        )
    asked = ["--incident", incident, "--need", "generator:40", "--by", "+3h"]
    said = run("scenario", "run", kept, *asked).out
    run_b = re.search(r"Runs: \S+ \(as it stood\), (\S+)\.", said)[1]
    with session_scope(demo_url) as session:
        parameters = session.scalar(
            text("SELECT parameters FROM runs.runs WHERE id::text = :id"), {"id": run_b}
        )
    assert [each["id"] for each in parameters["question"]["closures"]] == ["levee"]


def test_what_a_scenario_does_to_coverage_is_said_county_by_county(run):
    ice = json.dumps(
        {"name": "Sleet", "author": "D. Specimen", "reason": "Winter", "weather": [{"factor": 2}]}
    )
    kept = run("scenario", "new", "-", typed=ice).out.strip()
    said = run("scenario", "coverage", kept, "--sector", "energy", "--within", "1", role="planner").out
    assert re.search(r"^\d+ counties over the limit: .*county", said)
    assert "0 counties inside it again." in said
    with pytest.raises(Refusal, match="no such sector"):
        run("scenario", "coverage", kept, "--sector", "magic")
