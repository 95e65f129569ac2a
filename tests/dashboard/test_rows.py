"""The list in words."""

from __future__ import annotations

from dataclasses import replace

from dashboard.rows import left_out_rows, ranked_rows


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
