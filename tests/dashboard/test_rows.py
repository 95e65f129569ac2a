"""The list in words."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shapely

from dashboard.pages.incident.closures import closure_rows
from dashboard.pages.incident.dock import legend, match_card
from dashboard.rows import left_out_rows, ranked_rows
from geo.closure import Closure
from matching.answers import ClosureNote


def test_the_deadline_is_a_line_between_in_time_and_late(answer, taxonomy):
    rows = ranked_rows(answer.needs[0], answer, taxonomy)
    assert [row["id"] for row in rows] == ["a1", "a2", "deadline", "a3", "cut-off", "a4"]
    assert rows[2]["divider"].startswith("Deadline 21:20. Below here arrives too late: 4 more units")


def test_who_is_cut_off_stands_last_without_a_time_and_with_the_reason(answer, taxonomy):
    last = ranked_rows(answer.needs[0], answer, taxonomy)[-1]
    assert last["reason"] == "Cut off by closures"
    assert "arrival" not in last
    assert "rank" not in last


def test_without_a_deadline_there_is_no_line(answer, taxonomy):
    part = replace(answer.needs[0], left_out=())
    open_ended = replace(answer, question=replace(answer.question, by_at=None))
    assert [row["id"] for row in ranked_rows(part, open_ended, taxonomy)] == ["a1", "a2", "a3"]


def test_main_roads_only_and_the_estimated_share_stand_beside_every_time(answer, taxonomy):
    rows = [row for row in ranked_rows(answer.needs[0], answer, taxonomy) if row.get("arrival")]
    assert len(rows) == 3
    assert all(
        row["basis"].startswith("main roads only, ") and row["basis"].endswith("% estimated") for row in rows
    )


def test_a_row_says_what_is_sent_when_it_is_there_and_what_that_is_made_of(answer, taxonomy):
    row = ranked_rows(answer.needs[0], answer, taxonomy)[0]
    assert (row["quantity"], row["size"], row["so_far"]) == ("4", "125 kW", "4 so far")
    assert (row["arrival"], row["at"]) == ("35 min", "at 18:55, 12 mi")
    assert row["made"] == "30 min ready + 5 min car"
    assert row["place"] == "Joplin, Jasper"
    assert row["flags"] == [{"text": "Operator", "tone": "good"}]
    assert row["more"] == ["Delivers"]


def test_what_is_left_out_is_gathered_by_its_reason(answer):
    groups = left_out_rows(answer.needs[0].left_out)
    assert [group["reason"] for group in groups] == ["75 kW", "Cut off by closures"]
    assert groups[0]["assets"][0]["what"] == "4 units: Generator, 125 kW"


@pytest.mark.parametrize(
    ("asked", "head", "at", "on_a_card"),
    [
        ({}, "Arrives", "at 18:55, 12 mi", "at 18:55, 12 mi"),
        ({"measure": "reach_p50"}, "Half reached", "by 18:55, 12 mi", "half by 18:55, 12 mi"),
        ({"measure": "reach_p90"}, "90% reached", "by 18:55, 12 mi", "90% by 18:55, 12 mi"),
        ({"measure": "site"}, "At staging point", "at 18:55, 12 mi", "staged at 18:55, 12 mi"),
        ({"keep_out": True}, "At its edge", "at 18:55, 12 mi", "at 18:55, 12 mi"),
    ],
)
def test_an_arrival_is_called_what_is_measured(answer, taxonomy, asked, head, at, on_a_card):
    measured = replace(answer, question=replace(answer.question, **asked))
    row = ranked_rows(measured.needs[0], measured, taxonomy)[0]
    assert (row["head"], row["at"], row["card_at"]) == (head, at, on_a_card)
    card = str(match_card(measured.needs[0].matches[0], measured.needs[0], measured, taxonomy))
    assert (f"Dt('{head}')" in card) == (head not in ("At staging point", "At its edge"))
    assert f"{head[:1].lower()}{head[1:]} in 35 min, {at.split(',')[0]}" in row["spoken"]


def test_a_vehicle_chosen_for_all_is_not_said_in_every_row(answer, taxonomy):
    chosen = replace(answer, question=replace(answer.question, profile="relief_load"))
    assert ranked_rows(chosen.needs[0], chosen, taxonomy)[0]["made"] == "30 min ready + 5 min road"


@pytest.mark.parametrize(
    ("state", "words", "row"),
    [
        ("used", "I-44 blocked for a truck, 2 mi of road", "2 mi of road"),
        ("inactive", "I-44 is not blocked at 18:20", "Not blocked at 18:20"),
        (
            "no_road",
            "I-44 touches no road of this network, so it changes nothing",
            "Touches no road of this network, so it changes nothing",
        ),
        (
            "exempt",
            "I-44 is blocked only for a truck, and nothing asked for travels so",
            "Blocked only for a truck, and nothing asked for travels so",
        ),
    ],
)
def test_a_closures_row_says_its_name_once(state, words, row):
    line = shapely.LineString([(-94.1, 37.0), (-94.0, 37.0)])
    closure = Closure("c1", "blocked", line, name="I-44")
    note = ClosureNote("c1", "I-44", "blocked", state, 3.2, words)
    (item,) = closure_rows([closure], [note])
    said = [part.children for part in item.children[1].children if part is not None]
    assert said == ["I-44 blocked", row]


def test_the_legend_names_the_staging_point():
    assert "Staging point" in str(legend())
