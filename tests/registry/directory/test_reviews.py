"""Rows that wait for review keep what places them and lose what is protected."""

from __future__ import annotations

import pytest

from registry.directory.records import Tally
from registry.directory.reviews import ReviewRecord, reviews, store_reviews, without_contact, without_contacts
from registry.directory.runs import load_runs, record_run

ROW = {
    "provider": "Acme",
    "Address": "12 Main St",
    "city": "Joplin",
    "zip": "64801",
    "contact_name": "Canary Person",
    "contact_phone": "573-555-0142",
    "notes": "call canary first",
    "Owner's mobile": "canary",
    "county": None,
}


def test_only_known_columns_of_a_row_are_kept(session):
    store_reviews(session, "list", [ReviewRecord(row_number=7, reason="no such town", raw_row=ROW)])
    (found,) = reviews(session)
    assert found.raw_row == {"provider": "Acme", "Address": "12 Main St", "city": "Joplin", "zip": "64801"}
    assert (found.source, found.row_number, found.reason) == ("list", 7, "no such town")


@pytest.mark.parametrize(
    "words",
    [
        "573-555-0142",
        "(573) 555-0142",
        "+1 573 555 0142",
        "573.555.0142",
        "Yard, ask for 573-555-0142 at the gate",
        "somebody@example.org",
        "Main St <somebody+yard@example.co.uk>",
    ],
)
def test_a_contact_in_a_kept_column_is_taken_out(words):
    kept = without_contacts({"address": words})["address"]
    assert "(removed)" in kept
    assert "0142" not in kept
    assert "@" not in kept


@pytest.mark.parametrize(
    "words", ["12 Main St", "64801-1234", "-94.51332", "37.0842", "Route 573", "1000000", "29097"]
)
def test_places_and_figures_are_no_contacts(words):
    assert without_contact(words) == words


def test_the_reason_shows_no_contact_either(session):
    store_reviews(
        session, "list", [ReviewRecord(row_number=2, reason="town 'a@example.org' unknown", raw_row={})]
    )
    assert "a@example" not in reviews(session)[0].reason


def test_the_same_rows_again_change_nothing_and_mended_ones_go(session):
    first = [ReviewRecord(row_number=n, reason="no such town", raw_row=ROW) for n in (2, 3)]
    assert store_reviews(session, "list", first) == Tally(new=2)
    before = reviews(session)
    assert store_reviews(session, "list", first) == Tally(unchanged=2)
    assert reviews(session) == before
    assert store_reviews(session, "list", first[1:]) == Tally(unchanged=1)
    assert [each.row_number for each in reviews(session)] == [3]
    assert store_reviews(session, "list", []) == Tally()
    assert reviews(session) == []


def test_the_parts_of_a_split_list_do_not_clear_each_others_rows(session):
    row = ReviewRecord(row_number=7, reason="no such town", raw_row=ROW)
    store_reviews(session, "list", [row], file_name="part1.csv")
    assert store_reviews(session, "list", [row], file_name="part2.csv") == Tally(new=1)
    store_reviews(session, "list", [], file_name="part2.csv")
    assert [found.file_name for found in reviews(session, "list")] == ["part1.csv"]


def test_each_source_has_its_own_list(session):
    row = [ReviewRecord(row_number=2, reason="no such town", raw_row=ROW)]
    store_reviews(session, "one", row)
    store_reviews(session, "other", row)
    store_reviews(session, "one", [])
    assert [each.source for each in reviews(session)] == ["other"]
    assert reviews(session, "one") == []


def test_runs_of_one_transaction_have_an_order(session):
    for read in range(3):
        record_run(session, "providers", {"read": read}, file_name="list.csv", file_sha256="a" * 64)
    record_run(session, "roads", {"read": 9})
    assert [run.counts["read"] for run in load_runs(session, "providers")] == [2, 1, 0]
    assert load_runs(session, limit=1)[0].what == "roads"
