"""From an extract of a county to a ranked list: `merr load roads --osm-pbf`, then `merr match` on those roads."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
import typer
from sqlalchemy import text
from typer.testing import CliRunner

from cli import load, match
from cli.token_file import keep
from etl.load import prepare_demo
from registry.db.engine import session_scope
from registry.directory.roads import active_network
from registry.directory.store import listings
from registry.settings import settings
from tests.etl.osm_boone import boone

pytestmark = pytest.mark.shared

AREA = ["--circle", "38.95,-92.33,1.5", "--at", "2026-11-20T18:20", "--need", "generator:5"]


@pytest.fixture(scope="module")
def county(clone, template, signed_in, tmp_path_factory):
    """Return `merr` by a planner on the demo registry with the roads of Boone County in use, its report, and those roads.

    Its companies all let their names and places be seen, so that times are exact.
    """
    folder = tmp_path_factory.mktemp("boone")
    with clone(template) as url, pytest.MonkeyPatch.context() as patch:
        prepare_demo(url)
        with session_scope(url) as session:
            session.execute(text("UPDATE registry.providers SET shows_name = true, shows_place = 'exact'"))
        patch.setenv("DATABASE_URL", url)
        patch.setenv("MERR_STATE_DIR", str(folder / "state"))
        patch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
        settings.cache_clear()
        keep(signed_in(url, "planner").secret)
        app = typer.Typer()
        match.register(app)
        load.register(app)

        def run(*words):
            result = CliRunner().invoke(app, list(map(str, words)), standalone_mode=False)
            if result.exception is not None:
                raise result.exception
            return result.stdout

        report = run("load", "roads", "--osm-pbf", boone(folder / "boone.osm.pbf"), "--name", "Boone")
        with session_scope(url) as session:
            roads, sites = active_network(session), listings(session)
        yield SimpleNamespace(run=run, report=report, roads=roads, sites=sites, folder=folder)
        settings.cache_clear()


def answer(county, *closures):
    """Return what `merr match` says of an area in Columbia, with closures as properties of GeoJSON features."""
    path = county.folder / "closed.geojson"
    features = [{"type": "Feature", "geometry": shape, "properties": words} for shape, words in closures]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return json.loads(county.run("match", *AREA, "--closures", path, "--format", "json"))


def road_ms(said):
    return {ranked["asset_id"]: ranked["road_ms"] for ranked in said["answers"][0]["matches"]}


def test_the_report_says_what_became_of_the_extract(county):
    assert "roads: 43,127 read, 41,592 kept" in county.report
    assert "left out     not a road for cars: 904" in county.report
    assert "0 restrictions in the file, not obeyed" in county.report
    assert "class interstate 70 km" in county.report


def test_sites_in_the_county_stand_on_its_roads_and_the_others_on_none(county):
    placed = [site for site in county.sites if site.edge >= 0]
    assert 20 < len(placed) < len(county.sites)
    assert all(site.access_m < 2_000 for site in placed)
    assert {site.county_name for site in placed} >= {"Boone"}


def test_everybody_on_these_roads_is_ranked_by_them_and_nobody_else(county):
    said = answer(county)
    assert said["network"]["name"] == "Boone"
    assert said["network"]["attribution"].startswith("© OpenStreetMap contributors")
    placed = {site.asset_id for site in county.sites if site.edge >= 0}
    assert len(road_ms(said)) > 5
    assert set(map(str, placed)) >= set(road_ms(said))
    assert all(0 < ms < 3_600_000 for ms in road_ms(said).values())


def test_closures_by_class_and_by_bridge_act_on_these_roads(county):
    everywhere = {
        "type": "Polygon",
        "coordinates": [[[-93, 38.5], [-91.8, 38.5], [-91.8, 39.4], [-93, 39.4], [-93, 38.5]]],
    }
    spans = county.roads.span_to_m - county.roads.span_from_m
    longest = county.roads.bridges[county.roads.span_bridge[spans.argmax()]]
    before = answer(county)
    interstates = answer(county, (everywhere, {"effect": "blocked", "classes": ["interstate"]}))
    assert interstates["closures"][0]["touched_km"] == pytest.approx(70.4, abs=0.1)
    bridge = answer(county, (None, {"effect": "slowed", "factor": 5, "bridge": longest.id}))
    assert bridge["closures"][0]["touched_km"] == pytest.approx(spans.max() / 1000, abs=0.1)
    for closed in (interstates, bridge):
        assert closed["closures"][0]["touched_km"] > 0
        assert all(ms >= road_ms(before)[asset] for asset, ms in road_ms(closed).items())
    assert road_ms(interstates) != road_ms(before)
