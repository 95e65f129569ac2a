"""Where a row lies: coordinates checked, addresses looked up offline, and the online service in every mood."""

from __future__ import annotations

import csv
import io
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import shapely

from etl.sources.cells import CellError
from etl.sources.census import CensusGeocoder
from etl.sources.geocoding import (
    Address,
    Point,
    Unplaced,
    county_named,
    given_point,
    place_all,
    place_offline,
)

JASPER, NEWTON, GREENE, CITY, COUNTY = "29097", "29145", "29077", "29510", "29189"
JOPLIN = (-94.5133, 37.0842)


def given(counties, lon, lat, fips=None):
    return given_point(lon, lat, precision_deg=5e-5, counties=counties, county_fips=fips)


def test_a_given_point_keeps_its_county_and_how_well_it_is_known(counties):
    point = given(counties, *JOPLIN)
    assert (point.county_fips, point.quality, point.source) == (JASPER, "given", "coordinates in the file")
    assert point.accuracy_m == 10.0


def test_few_decimals_are_not_believed_further(counties):
    point = given_point(-94.51, 37.08, precision_deg=0.005, counties=counties, county_fips=None)
    assert point.accuracy_m == pytest.approx(556.6)


@pytest.mark.parametrize(
    ("lon", "lat", "fips", "words"),
    [
        (37.0842, -94.5133, None, "is no place in Missouri; latitude and longitude look swapped"),
        (94.5133, 37.0842, None, "lies outside Missouri; the minus sign of the longitude looks missing"),
        (0.0, 0.0, None, "latitude 0, longitude 0 is no place in Missouri; write decimal degrees"),
        (-94.70, 39.10, None, "lies outside Missouri; write decimal degrees"),
        (-94.5133, 37.0842, GREENE, "lies in Jasper county, the row says Greene county; mend one of them"),
        (-500.0, 37.0, None, "is no place in Missouri"),
    ],
)
def test_a_point_in_the_wrong_place_is_turned_away_with_what_looks_wrong(counties, lon, lat, fips, words):
    with pytest.raises(CellError) as caught:
        given(counties, lon, lat, fips)
    assert words in str(caught.value)


def test_a_point_just_over_the_county_line_is_taken_at_its_word(counties):
    across = shapely.LineString([(-94.3, 36.0), (-94.3, 38.0)])
    _, south, *_ = shapely.intersection(counties.geometry[counties.index(JASPER)], across).bounds
    assert given(counties, -94.3, south - 0.002).county_fips == NEWTON
    assert given(counties, -94.3, south - 0.002, JASPER).county_fips == JASPER
    with pytest.raises(CellError):
        given(counties, -94.3, south - 0.02, JASPER)


@pytest.mark.parametrize("text", ["29097", "97", "Jasper", "jasper county", "JASPER COUNTY"])
def test_a_county_is_known_by_name_and_by_code(counties, text):
    assert county_named(text, counties) == JASPER


def test_st_louis_must_say_which(counties):
    assert county_named("St. Louis County", counties) == COUNTY
    assert county_named("Saint Louis city", counties) == CITY
    with pytest.raises(CellError, match="may be the county or the city"):
        county_named("St. Louis", counties)


@pytest.mark.parametrize(
    ("text", "fips"),
    [("De Kalb", "29063"), ("DEKALB COUNTY", "29063"), ("La Clede", "29105"), ("Mc Donald County", "29119"),
     ("Sainte Genevieve", "29186")],
)  # fmt: skip
def test_a_county_is_known_with_and_without_its_blank(counties, text, fips):
    assert county_named(text, counties) == fips


@pytest.mark.parametrize("text", ["29999", "20001", "Jaspr", "8", "²", "2909", "county"])
def test_a_county_that_missouri_lacks_is_turned_away(counties, text):
    with pytest.raises(CellError, match="is not in Missouri"):
        county_named(text, counties)


def test_an_address_is_placed_by_zip_and_town_with_its_accuracy(gazetteer, counties):
    point = place_offline(Address("1 A St", "Joplin", "64801", JASPER), gazetteer, counties)
    assert isinstance(point, Point)
    assert (point.quality, point.county_fips) == ("zip+place", JASPER)
    assert 1_000 <= point.accuracy_m <= 20_000
    assert point.source


@pytest.mark.parametrize(
    ("address", "quality"), [(Address(city="Carthage"), "place"), (Address(zip_code="64836"), "zip")]
)
def test_either_alone_says_so(gazetteer, counties, address, quality):
    point = place_offline(address, gazetteer, counties)
    assert isinstance(point, Point)
    assert point.quality == quality


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        (Address("12 Main St"), "the row gives no coordinates, no ZIP and no town"),
        (Address(city="Nowhere Town"), "neither a ZIP nor a town of 'Nowhere Town' is known in Missouri"),
        (Address(city="Joplin", zip_code="66101"), "ZIP 66101 is not in Missouri"),
        (Address(city="St. Louis", zip_code="64801"), "ZIP 64801 and St. Louis lie 257 mi apart"),
        (
            Address(city="Joplin", county_fips=GREENE),
            "'Joplin' is found in Jasper county, the row says Greene county",
        ),
    ],
)
def test_an_address_that_cannot_be_placed_has_its_reason_and_no_point(gazetteer, counties, address, reason):
    assert place_offline(address, gazetteer, counties) == Unplaced(reason)


class Server(ThreadingHTTPServer):
    """Keeps quiet about clients that hang up, as the impatient ones here do."""

    daemon_threads = True

    def handle_error(self, *_):
        return


class Census(BaseHTTPRequestHandler):
    """Speaks the batch format; `mood` decides what goes wrong, once per call."""

    moods: list[str]
    asked: list[list[list[str]]]

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        sent = re.search(r'filename="addresses.csv".*?\r\n\r\n(.*?)\r\n--', body, re.DOTALL)[1]
        rows = list(csv.reader(io.StringIO(sent)))
        self.server.asked.append(rows)
        mood = self.server.moods.pop(0) if self.server.moods else "well"
        if mood in {"500", "404"}:
            self.send_error(int(mood))
            return
        if mood == "hang":
            self.server.over.wait(120)
            return
        answers = [
            (
                row[0],
                ", ".join(row[1:]),
                "Match",
                "Exact",
                "100 MAIN ST, JOPLIN, MO, 64801",
                "-94.5100,37.0900",
                "1",
                "L",
            )
            if row[1] == "100 Main St"
            else (row[0], ", ".join(row[1:]), "Match", "Non_Exact", "X", "-93.2900,37.2100", "2", "R")
            if row[1] == "7 Elsewhere"
            else (row[0], ", ".join(row[1:]), "Tie" if row[1] == "2 Tie Rd" else "No_Match")
            for row in rows
        ]
        text = io.StringIO()
        writer = csv.writer(text, quoting=csv.QUOTE_ALL)
        writer.writerows(answers[:1] if mood == "partial" else answers)
        data = {"html": "<html>busy</html>", "nan": '"0","x","Match","Exact","y","nan,nan","1","L"\n'}.get(
            mood
        )
        data = (data if data is not None else text.getvalue()).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if mood == "trickle":
            for at in range(0, len(data), 3):
                self.wfile.write(data[at : at + 3])
                time.sleep(0.1)
        else:
            self.wfile.write(data)

    def log_message(self, *_):
        return


@pytest.fixture
def census():
    """Run a fake service on loopback; `ask(moods)` gives a client that meets these moods."""
    server = Server(("127.0.0.1", 0), Census)
    server.moods, server.asked, server.slept, server.over = [], [], [], threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()

    def ask(*moods, timeout_s=120.0, batch=1_000):
        server.moods[:] = moods
        url = f"http://127.0.0.1:{server.server_port}/geocoder"
        return CensusGeocoder(url=url, timeout_s=timeout_s, batch=batch, sleep=server.slept.append)

    yield ask, server
    server.over.set()
    server.shutdown()
    thread.join()
    server.server_close()


STREET = Address("100 Main St", "Joplin", "64801", JASPER)
UNKNOWN = Address("1 Nowhere Ln", "Joplin", "64801", JASPER)


def test_a_street_address_is_placed_online_when_asked_to(census, gazetteer, counties):
    ask, server = census
    found, notes = place_all([UNKNOWN, STREET, Address(city="Carthage")], gazetteer, counties, ask())
    assert [point.quality for point in found] == ["zip+place", "address", "place"]
    assert (found[1].lon, found[1].lat, found[1].accuracy_m) == (-94.51, 37.09, 100.0)
    assert found[1].source == "U.S. Census geocoder, Public_AR_Current"
    assert notes == ()
    assert server.asked == [
        [["0", "1 Nowhere Ln", "Joplin", "MO", "64801"], ["1", "100 Main St", "Joplin", "MO", "64801"]]
    ]


def test_without_the_word_nothing_leaves_the_machine(census, gazetteer, counties):
    _, server = census
    place_all([STREET], gazetteer, counties)
    assert server.asked == []


@pytest.mark.parametrize(("mood", "wait_s"), [("500", 120), ("hang", 1.5), ("html", 120), ("trickle", 1.5)])
def test_a_failed_call_is_tried_again_after_a_growing_pause(census, gazetteer, counties, mood, wait_s):
    ask, server = census
    found, notes = place_all([STREET], gazetteer, counties, ask(mood, mood, "well", timeout_s=wait_s))
    assert found[0].quality == "address"
    assert notes == ()
    assert server.slept == [2.0, 4.0]


@pytest.mark.parametrize(
    ("mood", "wait_s", "words"),
    [
        ("500", 120, "answered with status 500"),
        ("hang", 0.4, "did not answer within 0.4 s"),
        ("html", 120, "sent an answer that could not be read"),
        ("nan", 120, "sent an answer that could not be read"),
    ],
)
def test_a_service_that_stays_away_falls_back_to_zip_and_town_and_says_so(
    census, gazetteer, counties, mood, wait_s, words
):
    ask, server = census
    found, notes = place_all([STREET], gazetteer, counties, ask(mood, mood, mood, timeout_s=wait_s))
    assert found[0].quality == "zip+place"
    assert notes == (f"The Census geocoder {words}; ZIP and town were used instead for 1 of 1",)
    assert len(server.asked) == 3


def test_a_refusal_is_not_repeated(census, gazetteer, counties):
    ask, server = census
    _, notes = place_all([STREET], gazetteer, counties, ask("404"))
    assert "status 404" in notes[0]
    assert len(server.asked) == 1


def test_nobody_listening_is_a_fall_back_and_no_fault(gazetteer, counties):
    away = CensusGeocoder(url="http://127.0.0.1:9/", timeout_s=0.4, sleep=lambda _: None)
    found, notes = place_all([STREET], gazetteer, counties, away)
    assert found[0].quality == "zip+place"
    assert "could not be reached" in notes[0]


def test_a_partial_answer_is_used_and_the_rest_falls_back(census, gazetteer, counties):
    ask, _ = census
    found, notes = place_all([STREET, STREET, STREET], gazetteer, counties, ask("partial"))
    assert [point.quality for point in found] == ["address", "zip+place", "zip+place"]
    assert notes == ("The Census geocoder left some out; ZIP and town were used instead for 2 of 3",)


def test_one_lost_batch_leaves_the_others(census, gazetteer, counties):
    ask, server = census
    found, notes = place_all([STREET] * 5, gazetteer, counties, ask("404", "well", "well", batch=2))
    assert [point.quality for point in found] == ["zip+place", "zip+place", "address", "address", "address"]
    assert len(notes) == 1
    assert len(server.asked) == 3


def test_an_online_point_outside_the_stated_county_is_not_believed(census, gazetteer, counties):
    ask, _ = census
    elsewhere = Address("7 Elsewhere", "Joplin", "64801", JASPER)
    found, notes = place_all([elsewhere], gazetteer, counties, ask())
    assert found[0].quality == "zip+place"
    assert notes[0].startswith("The Census geocoder put 1 of 1 outside the stated county")
    found, _ = place_all([Address("7 Elsewhere", "Springfield", "", GREENE)], gazetteer, counties, ask())
    assert (found[0].quality, found[0].accuracy_m) == ("address", 300.0)


def test_a_tie_is_no_answer(census, gazetteer, counties):
    ask, _ = census
    found, _ = place_all([Address("2 Tie Rd", "Joplin", "64801", JASPER)], gazetteer, counties, ask())
    assert found[0].quality == "zip+place"
