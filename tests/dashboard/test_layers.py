"""What an answer puts on the map."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from dashboard import layers
from dashboard.marks import band
from geo.closures import Closure
from tests.dashboard.conftest import match_of


class Way:
    def __init__(self, lonlat):
        self.lonlat = np.array(lonlat)


@pytest.mark.parametrize(
    ("minutes", "number"), [(0, 1), (59, 1), (60, 2), (119, 2), (120, 3), (180, 4), (360, 5), (9000, 5)]
)
def test_arrival_bands_begin_at_full_hours(minutes, number):
    assert band(minutes * 60_000) == number


def test_assets_of_one_site_share_a_mark_that_names_every_rank(answer):
    marks = layers.match_marks(answer.needs[0], answer.question.asked_at)
    assert [mark["properties"]["rank"] for mark in marks] == [1, 3]
    assert marks[0]["properties"]["assets"] == ["a1", "a2"]
    assert marks[0]["properties"]["title"].startswith("Rank 1, 2: Demo One, 35 min, at 18:55")
    assert marks[0]["geometry"]["coordinates"] == [-94.5, 37.2]


def test_a_late_match_says_so_in_shape_and_in_words(answer):
    late = layers.match_marks(answer.needs[0], answer.question.asked_at)[1]["properties"]
    assert late["late"] is True
    assert late["title"].endswith("too late")


def test_the_first_view_holds_the_area_and_the_matches_in_time_only(answer):
    bounds = layers.first_view(answer.question.area.bounds, answer.needs[0])
    assert bounds == (-94.6, 37.0, -94.4, 37.2)
    assert layers.first_view(None, None) == layers.MISSOURI
    assert layers.as_leaflet(bounds) == [[37.0, -94.6], [37.2, -94.4]]


def test_a_route_runs_along_the_roads_and_its_access_leg_is_told_apart(answer):
    match = answer.needs[0].matches[0]
    road, access = layers.route_layer(Way([[-94.49, 37.19], [-94.49, 37.1]]), match)
    assert road["properties"]["role"] == "route"
    assert access["properties"]["role"] == "access"
    assert access["geometry"]["coordinates"] == [[-94.5, 37.2], [-94.49, 37.19]]
    assert layers.route_layer(None, match) == []


def test_closures_are_told_apart_by_role_and_words():
    blocked = Closure("c1", "blocked", shapely.LineString([(-94, 37), (-94, 38)]), name="I-44")
    slowed = Closure("c2", "slowed", shapely.Point(-93, 38), factor=2.5)
    roles = [
        (row["properties"]["role"], row["geometry"]["type"])
        for row in layers.closure_layer([blocked, slowed])
    ]
    assert roles == [("blocked", "LineString"), ("closure", "Point"), ("closure", "Point")]
    assert layers.closure_words(blocked) == "I-44 blocked"
    assert layers.closure_words(slowed) == "Road slowed 2.5 times"


def test_a_refused_outline_is_drawn_with_its_corners_and_its_fault_circled():
    ring = [[-94.6, 37.0], [-94.2, 37.2], [-94.2, 37.0], [-94.6, 37.2], [-94.6, 37.0]]
    outline = {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]}, "properties": {}}
    refused = {
        "title": "The area crosses itself",
        "given": "",
        "wanted": "",
        "todo": "",
        "place": (-94.4, 37.1),
        "outline": outline,
    }
    features = layers.refused_features(refused)
    assert [row["properties"]["role"] for row in features] == [
        "refused",
        "corner",
        "corner",
        "corner",
        "corner",
        "fault",
    ]
    assert layers.refused_view(refused) == (-94.6, 37.0, -94.2, 37.2)
    assert layers.refused_features(None) == []


def closed_at(rank, *, lon=-94.0, **said):
    place = {"point_of": "county", "county_name": "Jasper", "site_id": f"s{rank}", "asset_id": f"a{rank}"}
    return match_of(rank, 30 + rank, lon=lon, lat=37.0, **place, **said)


def fanned(answer, matches):
    part = replace(answer.needs[0], matches=tuple(matches))
    return [mark["properties"] for mark in layers.match_marks(part, answer.question.asked_at)]


def test_closed_places_of_one_seat_stand_round_it_and_none_hides_another(answer):
    marks = fanned(answer, [closed_at(rank) for rank in range(1, 8)])
    assert [mark["rank"] for mark in marks] == [1, 2, 3, 4, 5, 6, 7]
    spots = [mark["off"] for mark in marks]
    gaps = [np.hypot(*np.subtract(one, other)) for i, one in enumerate(spots) for other in spots[:i]]
    assert min(gaps) >= 24


def test_of_many_at_one_seat_the_last_mark_counts_the_rest_and_leads_to_them(answer):
    marks = fanned(answer, [closed_at(rank) for rank in range(1, 21)])
    assert len(marks) == 7
    assert marks[-1]["more"] == 14
    assert marks[-1]["assets"][0] == "a7"
    assert "14 more sites in Jasper county, from rank 7 on" in marks[-1]["title"]


def test_a_zip_beside_its_seat_shares_the_fan_and_a_far_seat_has_its_own(answer):
    marks = fanned(answer, [closed_at(1), closed_at(2, lon=-94.02), closed_at(3, lon=-93.0)])
    assert [mark["off"] for mark in marks] == [(0, 0), layers.FAN_PX[1], (0, 0)]
