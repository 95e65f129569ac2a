"""Before a declaration an answer tells what, how many and when, and not whose and where."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.areas import area_from_circle, area_from_geojson
from geo.closures import Closure
from geo.stands import stands
from matching.answers import Question, Staging
from matching.explanation import answer_headline, why
from matching.export import answer_as_json, as_csv, as_geojson
from matching.journey import route_of, routes_of, solve
from matching.needs import parse_need
from matching.questions import canonical
from matching.rounding import STEP_M, STEP_MS, told_travel, up_ms
from matching.sight import EXACT, NAME_CLOSED, Sight
from matching.veil import real_id
from tests.matching.missouri import missouri, standing, twins

ASKED = datetime(2026, 5, 22, 23, 20, tzinfo=UTC)
CLOSED = Sight(opened=False, key=b"a key of the tests")
NAME = "Demo Shoal Creek Rentals"


@pytest.fixture(scope="module")
def question(taxonomy):
    return Question(
        area=area_from_circle(-94.5, 37.08, 4.0),
        needs=(parse_need("generator:12,kw>=100", taxonomy), parse_need("light_tower", taxonomy)),
        closures=(),
        asked_at=ASKED,
        by_at=ASKED + timedelta(hours=3),
    )


@pytest.fixture(scope="module")
def pairs():
    return twins(24)


@pytest.fixture(scope="module")
def listed_at(listing):
    """Return a maker of assets at points: two at each, the second a light tower of another name."""

    def make(points, **said):
        rows = []
        for number, (lon, lat) in enumerate(points):
            where = {
                **standing(lon, lat),
                "provider_id": f"p{number}",
                "provider_name": f"{NAME} {number}",
                "site_id": f"s{number}",
                "town": "Secret Town",
                "site_name": "Secret Yard",
                **said,
            }
            size = {"kw": 100.0 + number, "phase": "three", "licence": f"Licence {number}"}
            rows.append(listing(f"g{number}", attributes=size, mobilisation_s=60 * (number % 7), **where))
            rows.append(
                listing(f"t{number}", kind="light_tower", family="light_tower", kind_name="Light tower",
                        attributes={"fuel": "diesel"}, quantity=number % 3, **where)
            )  # fmt: skip
        return rows

    return make


@pytest.fixture(scope="module")
def rows(listed_at, pairs):
    return listed_at([one for one, _ in pairs])


def ask(question, rows, sight=CLOSED):
    return solve(missouri(), question, rows, {"energy": 3}, sight=sight, texts=("licence",))


def everything(found):
    """Return all bytes that any door writes of an answer."""
    routes = routes_of(missouri(), found, 100)
    lines = [route_of(missouri(), found, match) for part in found.needs for match in part.matches]
    words = [
        (answer_headline(part, found), [why(match) for match in part.matches], repr(list(part.matches)))
        for part in found.needs
    ]
    return [
        canonical(answer_as_json(found)),
        as_csv(found),
        canonical(as_geojson(found, routes)),
        repr([None if line is None else (line.lonlat.tolist(), line.road_ms, line.road_m) for line in lines]),
        repr(words),
        repr(found),
    ]


def squares_about(lon, lat, size):
    return area_from_geojson(
        shapely.geometry.mapping(shapely.box(lon - size, lat - size, lon + size, lat + size)), "drawn"
    )


def probes(question, pairs):
    """Return questions whose answers would tell the first points of pairs from the second, were they known."""
    for number, ((lon, lat), (other, north)) in enumerate(pairs[:6]):
        about = squares_about(lon, lat, abs(lon - other) / 2 + 1e-4)
        yield replace(question, area=about)
        yield replace(question, area=about, include_inside=True)
        yield replace(question, area=about, keep_out=True)
        yield replace(question, area=about, measure="reach_p90")
        yield replace(question, profile="relief_load", by_at=ASKED + timedelta(minutes=20 + 7 * number))
        road_shut = Closure(
            key="c", effect="blocked", geometry=shapely.Point(lon, lat).buffer(0.004), name="Flood"
        )
        slowed = Closure(
            key="d", effect="slowed", factor=9.0, geometry=shapely.Point(other, north).buffer(0.004)
        )
        yield replace(question, closures=(road_shut, slowed))
    lon, lat = pairs[0][0]
    yield replace(question, measure="site", staging=Staging("Yard", lon, lat))


def test_two_sites_of_one_stand_cannot_be_told_apart_by_any_answer(question, listed_at, pairs, rows):
    # The promise itself: what differs is only where the sites are, and nothing that leaves a door differs.
    others = listed_at([other for _, other in pairs])
    moved = [
        abs(one.lon - other.lon) + abs(one.lat - other.lat) for one, other in zip(rows, others, strict=True)
    ]
    assert np.median(moved) > 0.005
    for asked in (question, *probes(question, pairs)):
        assert everything(ask(asked, rows)) == everything(ask(asked, others))


def test_the_same_probes_tell_them_apart_when_nothing_is_veiled(question, listed_at, pairs, rows):
    others = listed_at([other for _, other in pairs])
    asked = [question, *probes(question, pairs)]
    differ = [
        canonical(answer_as_json(ask(each, rows, EXACT)))
        != canonical(answer_as_json(ask(each, others, EXACT)))
        for each in asked
    ]
    assert all(differ)


def test_no_name_no_town_no_id_and_no_point_leaves(question, rows):
    found = ask(question, rows)
    said = b"".join(text if isinstance(text, bytes) else text.encode() for text in everything(found))
    assert NAME.encode() not in said
    assert b"Secret" not in said
    assert b"Licence" not in said
    for row in rows:
        for real in (row.asset_id, row.provider_id, row.site_id):
            assert f'"{real}"'.encode() not in said
        assert f"{row.lon:.4f}".encode() not in said
        assert f"{row.lat:.4f}".encode() not in said


def test_points_stand_at_the_county_seat_and_say_so(question, rows):
    known = missouri().counties
    (part, _) = ask(question, rows).needs
    for match in part.matches:
        seat = known.index(match.listing.county_fips)
        assert (match.listing.lon, match.listing.lat) == (known.seat_lon[seat], known.seat_lat[seat])
        assert (match.listing.point_of, match.listing.provider_name) == ("county", NAME_CLOSED)
        assert match.listing.edge == -1
    plain = answer_as_json(ask(question, rows))
    first = plain["answers"][0]["matches"][0]
    assert (plain["names"], first["provider"], first["provider_id"], first["town"]) == (
        "closed",
        None,
        None,
        None,
    )
    row = next(csv.DictReader(io.StringIO(as_csv(ask(question, rows)))))
    assert (row["provider"], row["point_of"], row["place_known_to_m"]) == ("closed", "county", "")


def test_a_company_is_seen_as_far_as_it_allows(question, listed_at, pairs):
    points = [one for one, _ in pairs[:5]]
    (zip_code, (lon, lat)) = next(iter(missouri().zips.items()))
    generators = [
        row
        for row, said in zip(
            listed_at(points)[::2],
            (
                {"shows_name": True},
                {"shows_place": "zip", "zip_code": zip_code},
                {"shows_place": "zip", "zip_code": "00000"},
                {"shows_place": "exact"},
                {"shows_name": True, "shows_place": "exact"},
            ),
            strict=True,
        )
        for row in [replace(row, **said)]
    ]
    found = ask(question, generators)
    by_size = {match.listing.attributes["kw"]: match.listing for match in found.needs[0].matches}
    named, zipped, unknown, exact, whole = (by_size[100.0 + i] for i in range(5))
    assert (named.provider_name, named.provider_id, named.town, named.point_of) == (
        f"{NAME} 0",
        "p0",
        "",
        "county",
    )
    assert (zipped.lon, zipped.lat, zipped.town, zipped.point_of) == (lon, lat, f"ZIP {zip_code}", "zip")
    assert (unknown.point_of, unknown.zip_code, unknown.town) == ("county", "", "")
    assert ((exact.lon, exact.lat), exact.provider_name, exact.town) == (
        points[3],
        NAME_CLOSED,
        "Secret Town",
    )
    assert whole == generators[4]


def test_arrivals_are_told_to_five_minutes_never_sooner_than_they_are(question, rows):
    exact = {m.listing.attributes.get("kw"): m for m in ask(question, rows, EXACT).needs[0].matches}
    told = ask(question, rows).needs[0].matches
    late_by = []
    for match in told:
        assert match.arrival_ms % STEP_MS == 0
        assert match.arrival_ms == match.mobilisation_ms + match.access_ms + match.road_ms
        assert match.road_m / STEP_M == pytest.approx(round(match.road_m / STEP_M))
        assert match.measured.first_entry_ms == match.arrival_ms - match.mobilisation_ms
        truly = exact.get(match.listing.attributes["kw"])
        if truly is not None:  # who stands inside is ranked here, and listed apart there
            late_by.append(match.arrival_ms - truly.arrival_ms)
    assert min(late_by) >= 0
    assert max(late_by) <= 6 * STEP_MS
    assert len(late_by) > 10


def test_order_units_and_deadline_follow_from_what_is_told(question, rows):
    (part, _) = ask(question, rows).needs
    matches = list(part.matches)
    key = [(match.arrival_ms, -match.listing.quantity, match.listing.asset_id) for match in matches]
    assert key == sorted(key)
    assert part.in_time == sum(match.listing.quantity for match in matches if not match.late)
    assert {match.late for match in matches} <= {True, False}
    assert all(match.late == (match.arrives_at > question.by_at) for match in matches)
    assert part.last_unit_at in {match.arrives_at for match in matches}


def test_a_deadline_swept_by_the_second_moves_only_with_the_five_minutes(question, rows):
    seen = set()
    for seconds in range(3600, 3600 + 900, 60):
        (part, _) = ask(replace(question, by_at=ASKED + timedelta(seconds=seconds)), rows).needs
        seen.add((seconds // 300, part.in_time))
    assert len(seen) == len({step for step, _ in seen})


def test_who_stands_in_the_area_is_ranked_and_only_its_county_is_told(question, rows, pairs):
    (lon, lat), _ = pairs[0]
    found = ask(replace(question, area=squares_about(lon, lat, 0.002)), rows)
    plain = ask(replace(question, area=squares_about(lon, lat, 0.002), include_inside=True), rows)
    for part in (*found.needs, *plain.needs):
        assert part.inside == ()
        for match in part.matches:
            struck = match.listing.county_fips in {county.fips for county in found.counties}
            flags = {flag.code for flag in match.flags}
            assert ("county_struck" in flags) == struck
            assert "inside" not in flags
    assert [m.arrival_ms for m in found.needs[0].matches] == [m.arrival_ms for m in plain.needs[0].matches]


def test_ids_are_new_for_another_question_and_for_another_key_and_the_doors_know_them(question, rows):
    def ids(found):
        return {match.listing.asset_id for part in found.needs for match in part.matches}

    one = ask(question, rows)
    assert ids(one) == ids(ask(question, rows))
    assert not ids(one) & ids(ask(replace(question, by_at=ASKED + timedelta(hours=2)), rows))
    assert not ids(one) & ids(ask(question, rows, Sight(opened=False, key=b"another")))
    shape = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
    assert all(shape.fullmatch(alias) for alias in ids(one))
    match = one.needs[0].matches[0]
    real = {row.asset_id: row for row in rows}[real_id(one, match.listing.asset_id)]
    assert real_id(one, match.listing.provider_id) == real.provider_id
    assert real.attributes["kw"] == match.listing.attributes["kw"]
    with pytest.raises(KeyError):
        real_id(one, real.asset_id)
    assert real_id(ask(question, rows, EXACT), real.asset_id) == real.asset_id


def test_a_closed_sight_has_a_key():
    with pytest.raises(ValueError, match="needs a key"):
        Sight(opened=False)


def test_a_number_of_a_licence_finds_nobody(question, rows, taxonomy):
    crew = parse_need("line_crew,licence=Licence 3", taxonomy)
    crews = [
        replace(row, kind="line_crew", family="line_crew", kind_name="Electric line crew")
        for row in rows[::2]
    ]
    found = ask(replace(question, needs=(crew,)), crews).needs[0]
    assert (len(found.matches), {row.code for row in found.left_out}) == (0, {"not_stated"})
    assert len(ask(replace(question, needs=(crew,)), crews, EXACT).needs[0].matches) == 1


def test_a_route_begins_at_a_junction_of_main_roads_and_no_leg_is_drawn_to_the_site(question, rows):
    known, found = missouri(), ask(question, rows)
    network = known.network
    junctions = {(lon, lat) for lon, lat in zip(network.lon.tolist(), network.lat.tolist(), strict=True)}
    routes = [(match, route_of(known, found, match)) for match in found.needs[0].matches]
    shown = [(match, route) for match, route in routes if route is not None]
    assert len(shown) > 10
    for match, route in shown:
        assert tuple(route.lonlat[0].tolist()) in junctions
        assert (route.road_ms, route.road_m) == (match.road_ms, match.road_m)
    collection = as_geojson(found, routes_of(known, found, 100))
    lines = [each for each in collection["features"] if each["properties"].get("part") == "route"]
    assert {line["properties"]["provider"] for line in lines} == {None}


def test_a_way_with_nothing_left_of_it_is_none(question, rows):
    known = missouri()
    stand = stands(known.network)
    at = ask(question, rows).places[ask(question, rows).needs[0].matches[0].listing.asset_id]
    near = replace(question, area=area_from_circle(at.lon, at.lat, 1.0))
    found = ask(near, rows)
    there = [m for m in found.needs[0].matches if found.places[m.listing.asset_id][1:3] == at[1:3]]
    assert there
    assert all(route_of(known, found, match) is None for match in there)
    assert len(stand.lon) > 100


def test_left_out_rows_are_closed_and_stand_in_no_order_of_names(question, rows):
    paused = [replace(row, status="paused") for row in rows]
    found = ask(question, paused)
    (part, _) = found.needs
    ids = [row.listing.asset_id for row in part.left_out]
    assert ids == sorted(ids)
    assert {row.listing.provider_name for row in part.left_out} == {NAME_CLOSED}
    assert NAME not in as_csv(found)


def test_a_site_without_a_road_is_left_out_as_unplaced(question, listing):
    known = missouri()
    lost = listing(
        "x", county_fips="29097", network_hash=known.network.content_hash, edge=-1, access_m=float("inf")
    )
    (row,) = ask(question, [lost]).needs[0].left_out
    assert (row.code, row.listing.edge) == ("unplaced", -1)


def test_an_old_networks_place_is_found_anew(question, rows):
    old = [replace(row, network_hash="another", edge=7, offset_m=1.0, access_m=2.0) for row in rows]
    assert canonical(answer_as_json(ask(question, old))) == canonical(answer_as_json(ask(question, rows)))


def test_how_well_a_place_is_known_and_when_it_was_confirmed_are_told_apart(question, rows):
    known = [replace(row, geocode_quality="place", geocode_accuracy_m=4_321.0) for row in rows]
    found = ask(question, known)
    assert "4321" not in as_csv(found)
    assert all(flag.code != "approximate" for match in found.needs[0].matches for flag in match.flags)
    stale = [replace(row, confirmed_on=date(2025, 1, 1)) for row in rows]
    assert all("stale" in {f.code for f in m.flags} for m in ask(question, stale).needs[0].matches)


def test_the_words_say_that_times_are_rounded(question, rows):
    match = ask(question, rows).needs[0].matches[0]
    assert "to 5 min and 5 mi, rounded up" in why(match)
    assert "straight to the nearest road" not in why(match)
    assert json.dumps(answer_as_json(ask(question, rows)))


@given(ms=st.integers(0, 10**8), ready=st.integers(0, 10**5), access=st.integers(0, 10**7))
@settings(max_examples=200, deadline=None)
def test_told_parts_add_up_and_are_never_less(ms, ready, access):
    from matching.eligibility import Travel  # noqa: PLC0415 - beside its only use

    way = Travel(ms, access, 12_345.6, inside=False, placed=True, reason=None, delay_ms=ms // 3)
    told = told_travel(way, ready)
    assert (ready + told.road_ms + told.access_ms) % STEP_MS == 0
    assert 0 <= told.road_ms + told.access_ms - ms - access < STEP_MS
    assert min(told.road_ms, told.access_ms) >= 0
    assert told.delay_ms == (up_ms(ms // 3) if ms // 3 >= 30_000 else 0)


def test_a_way_that_is_shut_at_the_site_says_nothing_of_the_site():
    from matching.eligibility import Travel  # noqa: PLC0415 - beside its only use

    for reason, said in (
        ("the road at the site is closed", "no open way from the main roads near it"),
        ("inside the area, which is kept clear", "no open way from the main roads near it"),
        ("cut off by closures", "cut off by closures"),
        ("no road within 30 km", "no road within 30 km"),
    ):
        shut = Travel(-1, -1, float("nan"), inside=False, placed=True, reason=reason)
        assert told_travel(shut, 0).reason == said
