"""Extracts written by hand, the real one of Helsinki, and files that are none."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import osmium
import pytest

from etl.errors import EtlError
from etl.sources.lines import in_kmh, read_speeds
from etl.sources.osm_pbf import _share_read, read_pbf
from etl.sources.osm_ways import said_of
from geo.network import Bridge
from geo.ways import build_from_ways
from tests.etl.osm_files import PLACES, helsinki, written

SPEEDS = Path(__file__).resolve().parents[2] / "data" / "reference" / "speeds.csv"
MPH = 1.609344
LANE = {"highway": "residential"}


def build(path, not_driven=()):
    ways, read = read_pbf(path, not_driven)
    speeds = {word: kmh for word, kmh in in_kmh(read_speeds(SPEEDS)).items() if kmh}
    network, held = build_from_ways(ways, speeds, name="Test", attribution="us")
    return network, {**read, **held}


def by_name(network):
    return {network.names[name]: edge for edge, name in enumerate(network.edge_name)}


def kmh(network, edge):
    return network.edge_length_m[edge] * 3.6 / (network.edge_ms[edge] / 1000)


def test_roads_come_with_class_name_direction_and_speed(tmp_path):
    path = written(
        tmp_path / "a.osm.pbf",
        [
            (11, [1, 2], {"highway": "motorway", "ref": "I 70", "maxspeed": "70 mph"}),
            (12, [3, 2], {"highway": "primary", "name": "Back Road", "oneway": "-1", "maxspeed": "50"}),
            (13, [3, 1], {"highway": "residential", "name": "Elm Street"}),
            (14, [2, 1], {"highway": "residential", "name": "Oak Street", "maxspeed": "signals"}),
        ],
    )
    network, figures = build(path)
    edge = by_name(network)
    words = {name: network.classes[network.edge_class[at]] for name, at in edge.items()}
    assert words == {
        "I 70": "interstate",
        "Back Road": "primary",
        "Elm Street": "residential",
        "Oak Street": "residential",
    }
    assert kmh(network, edge["I 70"]) == pytest.approx(70 * MPH, rel=1e-4)
    assert kmh(network, edge["Back Road"]) == pytest.approx(50, rel=1e-4)
    assert kmh(network, edge["Elm Street"]) == pytest.approx(25 * MPH, rel=1e-4)
    ends = {
        name: (network.lon[network.edge_tail[at]], network.lon[network.edge_head[at]])
        for name, at in edge.items()
    }
    assert ends["Back Road"] == (PLACES[2][0], PLACES[3][0])
    assert ends["I 70"] == (PLACES[1][0], PLACES[2][0])
    both = (network.forward_arc >= 0) & (network.backward_arc >= 0)
    assert {name: bool(both[at]) for name, at in edge.items()} == {
        "I 70": False,
        "Back Road": False,
        "Elm Street": True,
        "Oak Street": True,
    }
    assert (figures["limits_read"], figures["limits_without_unit"], figures["limits_unread"]) == (2, 1, 1)


def test_what_is_not_driven_is_counted_by_its_reason(tmp_path):
    path = written(
        tmp_path / "a.osm.pbf",
        [
            (1, [1, 2], LANE),
            (2, [2, 3], {"highway": "footway"}),
            (3, [2, 4], {**LANE, "access": "private"}),
            (4, [2, 5], {**LANE, "oneway": "reversible"}),
            (5, [2, 6], {"highway": "living_street"}),
            (6, [2], LANE),
            (7, [1, 5, 9], {"building": "yes"}),
        ],
    )
    network, figures = build(path, ["living_street"])
    assert len(network.edge_tail) == 1
    assert figures["lines_read"] == 6
    assert figures["left_out"] == {
        "not a road for cars": 1,
        "not open to the public": 1,
        "reversible": 1,
        "without two nodes": 1,
    }
    assert figures["not_driven"] == {"living_street": 1}


def test_bridges_keep_their_way_number_name_and_road_number(tmp_path):
    tags = {**LANE, "bridge": "viaduct", "bridge:name": "Long Bridge", "ref": "MO 3"}
    path = written(tmp_path / "a.osm.pbf", [(1, [1, 2], LANE), (907, [2, 3, 4], tags), (3, [4, 5], LANE)])
    network, figures = build(path)
    assert network.bridges == (Bridge("907", "Long Bridge", "MO 3"),)
    assert (figures["bridges"], len(network.span_edge)) == (1, 1)
    assert said_of(figures)["bridges"].startswith("1 on ")


def test_turn_restrictions_are_counted_and_the_report_says_that_they_are_not_obeyed(tmp_path):
    path = written(
        tmp_path / "a.osm.pbf",
        [(1, [1, 2], LANE), (2, [2, 3], LANE)],
        relations=[
            (
                1,
                [("w", 1, "from"), ("n", 2, "via"), ("w", 2, "to")],
                {"type": "restriction", "restriction": "no_u_turn"},
            ),
            (2, [("w", 1, "from")], {"type": "restriction:hgv", "restriction:hgv": "no_left_turn"}),
            (3, [("w", 1, "outer")], {"type": "multipolygon"}),
        ],
    )
    _, figures = build(path)
    assert figures["restrictions"] == 2
    assert "not obeyed" in said_of(figures)["turns"]


def test_roads_cut_at_the_border_of_the_extract_end_there(tmp_path):
    nodes = {node: PLACES[node] for node in (1, 2, 3, 5, 6)}
    path = written(tmp_path / "a.osm.pbf", [(1, [1, 2, 3, 4, 5, 6], LANE), (2, [3, 7], LANE)], nodes=nodes)
    ways, figures = read_pbf(path)
    assert [len(part) for part in np.split(ways.node, ways.start[1:-1])] == [3, 2]
    assert (figures["cut_ways"], figures["missing_nodes"]) == (2, 2)
    assert "2 roads leave the file" in said_of({**figures, "bridges": 0, "bridge_km": 0.0})["border"]


def test_a_node_without_a_place_is_missing_and_the_files_name_may_be_any(tmp_path):
    path = written(tmp_path / "download", [(1, [1, 2, 3, 4, 5], LANE)], nodes={**PLACES, 3: None})
    ways, figures = read_pbf(path)
    assert (len(ways.node), figures["missing_nodes"]) == (4, 1)


def test_nodes_may_come_in_any_order_and_numbers_may_be_as_long_as_they_get(tmp_path):
    last = 2**63 - 1
    nodes = {last: PLACES[1], 7: PLACES[2], 2**40: PLACES[3]}
    network, _ = build(written(tmp_path / "a.osm.pbf", [(2**62, [7, last, 2**40], LANE)], nodes=nodes))
    assert network.shape.tolist() in ([list(PLACES[at]) for at in order] for order in ((2, 1, 3), (3, 1, 2)))


def test_nothing_of_the_reading_stays_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "room"))
    (tmp_path / "room").mkdir()
    read_pbf(written(tmp_path / "a.osm.pbf", [(1, [1, 2], LANE)]))
    assert list((tmp_path / "room").iterdir()) == []

    def stopped(*_words):
        raise KeyboardInterrupt

    monkeypatch.setattr("osmium.NodeLocationsForWays", stopped)
    with pytest.raises(KeyboardInterrupt):
        read_pbf(tmp_path / "a.osm.pbf")
    assert list((tmp_path / "room").iterdir()) == []


def test_progress_says_how_many_roads_and_how_much_of_the_file(monkeypatch):
    monkeypatch.setattr("etl.sources.osm_pbf.TELL_EVERY", 300)
    said = []
    read_pbf(helsinki(), (), said.append)
    assert [sentence.endswith("00 roads so far") for sentence in said] == [True, True, False]
    with helsinki().open("rb") as stream:
        stream.seek(helsinki().stat().st_size // 4)
        assert _share_read(helsinki()) == "25 %, "
    assert _share_read(helsinki()) == ""


def test_helsinki_as_it_stands():
    network, figures = build(helsinki())
    assert (figures["ways"], figures["restrictions"], figures["missing_nodes"]) == (754, 45, 109)
    assert (len(network.lon), len(network.edge_tail), len(network.head)) == (180, 241, 347)
    assert len(network.bridges) == 2


def cut(path, share):
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_an_extract_cut_short_is_refused(tmp_path, share):
    path = Path(shutil.copy(helsinki(), tmp_path / "half.osm.pbf"))
    cut(path, share)
    with pytest.raises(EtlError, match=r"'half.osm.pbf' cannot be read") as refusal:
        read_pbf(path)
    assert "fetch the file again" in refusal.value.todo


@pytest.mark.parametrize("data", [b"", b"x", b"These are no roads.\n" * 50, b"\0\0\0\x0e" + b"\xff" * 400])
def test_a_file_that_is_no_extract_is_refused(tmp_path, data):
    (tmp_path / "a.osm.pbf").write_bytes(data)
    with pytest.raises(EtlError, match="cannot be read"):
        read_pbf(tmp_path / "a.osm.pbf")


def test_damage_inside_is_refused(tmp_path):
    path = Path(shutil.copy(helsinki(), tmp_path / "a.osm.pbf"))
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 40] = b"?" * 40
    path.write_bytes(bytes(data))
    with pytest.raises(EtlError, match="cannot be read"):
        read_pbf(path)


def test_an_extract_without_roads_or_without_their_nodes_is_refused(tmp_path):
    path = written(
        tmp_path / "a.osm.pbf", [(1, [1, 2], {"highway": "footway"}), (2, [1, 2], {"waterway": "river"})]
    )
    with pytest.raises(EtlError, match="holds no roads") as refusal:
        read_pbf(path)
    assert refusal.value.given == "1 ways with a highway, none of them driven"
    with pytest.raises(EtlError, match="holds no roads"):
        read_pbf(written(path, []))
    with pytest.raises(EtlError, match="lacks its nodes"):
        read_pbf(written(path, [(1, [1, 2], LANE)], nodes={3: PLACES[3]}))


@pytest.mark.parametrize(
    ("ways", "given"),
    [
        ([(1, [-4, 2], LANE)], "a node of the number -4"),
        ([(-7, [1, 2], LANE)], "a way of the number -7"),
        ([(1, [1, 2], LANE), (1, [1, 2], LANE)], "a way of the number 1 twice"),
    ],
)
def test_numbers_that_openstreetmap_does_not_give_are_refused(tmp_path, ways, given):
    nodes = {-4: PLACES[4], **PLACES}
    with pytest.raises(EtlError, match="numbers that OpenStreetMap does not give") as refusal:
        read_pbf(written(tmp_path / "a.osm.pbf", ways, nodes=nodes))
    assert refusal.value.given == given


def test_a_number_too_long_for_64_bits_wraps_and_is_refused(tmp_path):
    """A file holds differences of numbers; a difference that leads past the last number leads to a negative one."""
    path = written(tmp_path / "a.osm.pbf", [(1, [2**63 - 1, -(2**63) + 1], LANE)])
    with pytest.raises(EtlError, match="numbers that OpenStreetMap does not give"):
        read_pbf(path)


def test_a_history_and_a_missing_file_are_refused(tmp_path):
    path = tmp_path / "history.osm.pbf"
    with osmium.SimpleWriter(osmium.io.File(str(path), "osh.pbf")) as writer:
        writer.add_node(osmium.osm.mutable.Node(id=1, location=(1.0, 2.0)))
    with pytest.raises(EtlError, match="holds the history of the map"):
        read_pbf(path)
    with pytest.raises(EtlError, match="cannot be opened"):
        read_pbf(tmp_path / "nowhere.osm.pbf")


def test_a_full_disk_is_said_before_it_is_full(tmp_path, monkeypatch):
    path = written(tmp_path / "a.osm.pbf", [(1, [1, 2], LANE)])
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: shutil._ntuple_diskusage(100, 99, 1))
    with pytest.raises(EtlError, match="There is no room to read") as refusal:
        read_pbf(path)
    assert "TMPDIR" in refusal.value.todo
