"""Answers written out: the same bytes each time, no formula, no contact, nothing unreachable as a number."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import shapely

from geo.closures import Closure
from matching.answers import Question
from matching.export import COLUMNS, answer_as_json, as_csv, as_geojson
from matching.journey import routes_of
from matching.needs import parse_need
from matching.questions import canonical, iso_utc
from tests.matching.exact import solve

ASKED = datetime(2026, 5, 22, 23, 20, tzinfo=UTC)


@pytest.fixture(scope="session")
def rows(listed):
    return [
        listed("a", "A"),
        listed("b", "B", provider_name='=HYPERLINK("x")', asset_name="+1", town="@home"),
        listed("d", "D", quantity=3, status="paused"),
        listed("e", "E", confirmed_on=None, max_days=5),
    ]


@pytest.fixture(scope="session")
def question(west, taxonomy) -> Question:
    return Question(
        area=west,
        needs=(parse_need("generator:5,kw>=100", taxonomy), parse_need("generator", taxonomy)),
        closures=(Closure(key="c", effect="blocked", geometry=shapely.Point(-94.35, 37.0), name="I-44"),),
        asked_at=ASKED,
        by_at=ASKED + timedelta(minutes=45),
    )


def written(atlas, question, rows) -> list[bytes]:
    found = solve(atlas, question, rows, {"energy": 2})
    return [
        canonical(answer_as_json(found)),
        canonical(as_geojson(found, routes_of(atlas, found, 5))),
        as_csv(found).encode(),
    ]


def test_the_same_question_twice_gives_the_same_bytes(atlas, question, rows):
    first = written(atlas, question, rows)
    assert written(atlas, question, rows) == first
    assert written(atlas, question, list(reversed(rows))) == first


def test_how_long_it_took_is_not_in_the_answer(atlas, question, rows):
    found = solve(atlas, question, rows, {})
    assert canonical(answer_as_json(found)) == canonical(answer_as_json(replace(found, computed_ms=99_999)))


def test_the_json_holds_the_answer_and_what_it_stands_on(atlas, question, rows):
    value = json.loads(canonical(answer_as_json(solve(atlas, question, rows, {"energy": 2}))))
    assert value["network"] == {
        "name": "Five places",
        "hash": atlas.network.content_hash,
        "attribution": "Drawn for a test",
        "main_roads_only": True,
    }
    assert value["counties"] == [{"fips": "29097", "label": "Jasper county", "region": "D"}]
    assert value["sites_inside_by_sector"] == {"energy": 2}
    assert value["question"]["asked_at"] == "2026-05-22T23:20:00Z"
    first = value["answers"][0]
    assert first["headline"]["big"] == "2 of 5"
    assert [m["asset_id"] for m in first["matches"]] == ["b", "e"]
    assert first["matches"][0]["arrival_ms"] == sum(
        first["matches"][0][k] for k in ("mobilisation_ms", "access_ms", "road_ms")
    )
    assert {(row["asset_id"], row["arrival_ms"], row["reason"]) for row in first["left_out"]} == {
        ("a", None, "Inside the area"),
        ("d", None, "Paused by the company"),
    }


def test_a_limit_shortens_the_list_and_not_the_figures(atlas, question, rows):
    found = solve(atlas, question, rows, {})
    whole, short = (answer_as_json(found, limit)["answers"][0] for limit in (None, 1))
    assert (len(short["matches"]), short["matches_total"], len(whole["matches"])) == (1, 2, 2)
    assert {k: v for k, v in short.items() if k != "matches"} == {
        k: v for k, v in whole.items() if k != "matches"
    }
    assert (
        len(list(csv.reader(io.StringIO(as_csv(found, 1)))))
        == len(list(csv.reader(io.StringIO(as_csv(found))))) - 2
    )
    assert len(as_geojson(found, None, 1)["features"]) == len(as_geojson(found)["features"]) - 2


def test_no_cell_of_the_csv_is_a_formula(atlas, question, rows):
    table = list(csv.DictReader(io.StringIO(as_csv(solve(atlas, question, rows, {})))))
    numbers = {"longitude", "latitude"}
    assert all(
        not str(v).startswith(("=", "+", "-", "@", "\t", "\r"))
        for row in table
        for k, v in row.items()
        if k not in numbers
    )
    assert (table[0]["provider"], table[0]["asset"], table[0]["town"]) == (
        '\'=HYPERLINK("x")',
        "'+1",
        "'@home",
    )
    assert float(table[0]["longitude"]) == pytest.approx(-94.4)


def test_the_csv_lists_ranked_assets_first_and_then_each_reason(atlas, question, rows):
    table = list(csv.DictReader(io.StringIO(as_csv(solve(atlas, question, rows, {})))))
    assert tuple(table[0]) == COLUMNS
    first = [row for row in table if row["need"] == "generator:5,kw>=100"]
    assert [(row["rank"], row["in_time"], row["left_out"]) for row in first] == [
        ("1", "yes", ""),
        ("2", "no", ""),
        ("", "", "Paused by the company"),
        ("", "", "Inside the area"),
    ]
    assert first[0]["arrives_central"] == "2026-05-22 18:57:30"
    assert first[0]["main_roads_only"] == "yes"
    assert first[1]["confirmed_on"] == ""


def test_the_geojson_holds_area_closures_points_and_routes(atlas, question, rows):
    found = solve(atlas, question, rows, {})
    collection = json.loads(canonical(as_geojson(found, routes_of(atlas, found, 1))))
    parts = [feature["properties"]["part"] for feature in collection["features"]]
    assert parts == ["area", "closure", *["ranked", "route", "ranked", "left_out", "left_out"] * 2]
    assert all(shapely.geometry.shape(feature["geometry"]).is_valid for feature in collection["features"])
    route = next(feature for feature in collection["features"] if feature["properties"]["part"] == "route")
    assert route["geometry"]["coordinates"][0] == pytest.approx([-94.4, 37.0])


@pytest.mark.parametrize("word", ["contact", "phone", "email", "price", "notes"])
@pytest.mark.asvs("15.3.1")
def test_no_export_has_a_place_for_contacts(atlas, question, rows, word):
    assert all(word.encode() not in content.lower() for content in written(atlas, question, rows))


def test_moments_are_written_to_the_millisecond_where_they_have_one():
    assert iso_utc(ASKED) == "2026-05-22T23:20:00Z"
    assert iso_utc(ASKED + timedelta(milliseconds=5)) == "2026-05-22T23:20:00.005Z"
