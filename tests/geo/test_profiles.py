from __future__ import annotations

from pathlib import Path

import pytest

from geo.errors import GeoError
from geo.profiles import CAR, KMH_PER_MPH, Profile, read_profiles

SHIPPED = Path(__file__).resolve().parents[2] / "data" / "reference" / "profiles.csv"
HEAD = "profile,name,roads,at_most_mph,source"
CAR_LINE = "car,Car,,,as the roads say"


@pytest.fixture
def table(tmp_path):
    def write(*lines, head=HEAD):
        path = tmp_path / "profiles.csv"
        path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
        return path

    return write


def test_the_shipped_table_has_a_car_without_limits_a_truck_and_a_relief_load():
    profiles = read_profiles(SHIPPED)
    assert list(profiles) == ["car", "truck", "relief_load"]
    assert not profiles["car"].at_most_kmh
    assert profiles["car"].bridge_kmh is None
    truck, relief = profiles["truck"], profiles["relief_load"]
    assert min(truck.at_most_kmh.values()) > 0
    assert truck.bridge_kmh is None
    assert {word for word, kmh in relief.at_most_kmh.items() if kmh == 0} == {
        "I",
        "interstate",
        "interstate_link",
    }
    assert relief.bridge_kmh == pytest.approx(30 * KMH_PER_MPH)
    # Where it may go it is a truck.
    assert all(truck.at_most_kmh[word] == kmh for word, kmh in relief.at_most_kmh.items() if kmh)
    assert set(truck.at_most_kmh) == set(relief.at_most_kmh)
    assert [profile.words for profile in profiles.values()] == ["a car", "a truck", "a relief load"]


def test_every_class_of_the_speeds_that_ship_has_a_limit_for_a_truck():
    speeds = SHIPPED.with_name("speeds.csv").read_text(encoding="utf-8").splitlines()[1:]
    driven = {line.split(",")[0]: float(line.split(",")[1]) for line in speeds}
    truck = read_profiles(SHIPPED)["truck"].at_most_kmh
    for word, mph in driven.items():
        if mph:
            assert truck[word] < mph * KMH_PER_MPH, word


def test_anyone_can_add_a_vehicle(table):
    path = table(
        CAR_LINE,
        "ox_cart,Ox cart,,,Drawn by two oxen",
        "ox_cart,Ox cart,I; S1100,0,the statute",
        "ox_cart,Ox cart,bridges,2,the planks",
    )
    cart = read_profiles(path)["ox_cart"]
    assert dict(cart.at_most_kmh) == {"I": 0.0, "S1100": 0.0}
    assert cart.bridge_kmh == pytest.approx(2 * KMH_PER_MPH)
    assert (cart.about, cart.words) == ("Drawn by two oxen", "an ox cart")
    assert hash(cart) == hash(read_profiles(path)["ox_cart"])
    assert cart == read_profiles(path)["ox_cart"] != CAR


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Relief load", "a relief load"),
        ("Ox cart", "an ox cart"),
        ("EMS truck", "an EMS truck"),
        ("BLS ambulance", "a BLS ambulance"),
    ],
)
def test_a_vehicle_in_a_sentence_keeps_its_letters(name, words):
    assert Profile("t", name, {}).words == words


@pytest.mark.parametrize(
    ("lines", "given"),
    [
        ([CAR_LINE, "t,T,I,-5,x"], "line 3: '-5' mph"),
        ([CAR_LINE, "t,T,I,151,x"], "'151' mph"),
        ([CAR_LINE, "t,T,I,1e-300,x"], "'1e-300' mph"),
        ([CAR_LINE, "t,T,I,nan,x"], "'nan' mph"),
        ([CAR_LINE, "t,T,I,fast,x"], "'fast' mph"),
        ([CAR_LINE, "t,T,I;US;I,50,x"], "line 3: 'I' once more"),
        ([CAR_LINE, "t,T,I,50,x", "t,T,I,40,x"], "line 4: 'I' once more"),
        ([CAR_LINE, "t,T,I,50,x", "u,U,,,x", "t,T,US,50,x"], "line 5: profile 't' once more"),
        ([CAR_LINE, "t,T,,,x", "t,T,,,y"], "2 lines without roads"),
        ([CAR_LINE, "t,T,I,50,x", "t,Tee,US,50,x"], "'Tee' for 'T'"),
        ([CAR_LINE, "t,T,I,50,x", "u,T,I,50,x"], "two profiles named 'T'"),
        ([CAR_LINE, "t,T,I,,x"], "roads without a speed"),
        ([CAR_LINE, "t,T,,50,x"], "roads without a speed, or a speed without roads"),
        ([CAR_LINE, "t,T,bridges,0,x"], "0 mph on bridges"),
        ([CAR_LINE, "t,T,I,50,"], "an empty name or source"),
        ([CAR_LINE, "t,,I,50,x"], "an empty name or source"),
        ([CAR_LINE, "Big Truck,T,I,50,x"], "profile 'Big Truck'"),
        ([CAR_LINE, "t,T,I,50"], "line 3: 4 cells"),
        (["t,T,I,50,x"], "no car"),
        (["car,Car,I,50,x"], "a car with limits"),
        ([], "no car"),
    ],
)
def test_what_the_table_cannot_say_is_refused_with_its_line(table, lines, given):
    with pytest.raises(GeoError, match="table of vehicles cannot be used") as refusal:
        read_profiles(table(*lines))
    assert given in refusal.value.given


@pytest.mark.parametrize(
    "head", ["profile,name,roads,at_most_mph,source,axles", "profile,name,roads,source", ""]
)
def test_an_unknown_or_missing_column_is_refused(table, head):
    with pytest.raises(GeoError, match="cannot be used") as refusal:
        read_profiles(table(CAR_LINE, head=head))
    assert "columns" in refusal.value.given


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(GeoError, match="cannot be read"):
        read_profiles(tmp_path / "none.csv")
    latin = tmp_path / "latin.csv"
    latin.write_bytes(b"profile,name\xff\n")
    with pytest.raises(GeoError, match="cannot be read"):
        read_profiles(latin)
