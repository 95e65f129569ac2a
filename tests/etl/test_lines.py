from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from etl.errors import EtlError
from etl.sources.layers import read_layer
from etl.sources.lines import driven, in_kmh, read_lines, read_speeds
from geo.errors import NetworkError
from geo.noding import build_network

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "roads"


def roads(**columns: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"kind": ["main", "side"], "label": ["Main Street", None], "way": ["F", "B"], **columns},
        geometry=[
            shapely.LineString([(-92.0, 38.0), (-91.9, 38.0)]),
            shapely.MultiLineString([[(-92.0, 38.0), (-92.0, 38.1)], [(-92.0, 38.2), (-92.0, 38.3)]]),
        ],
        crs="EPSG:4326",
    )


def written(frame: gpd.GeoDataFrame, path: Path) -> Path:
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    else:
        frame.to_file(path)
    return path


@pytest.mark.parametrize("name", ["roads.gpkg", "roads.shp", "roads.geojson", "roads.parquet"])
def test_every_format_gives_the_same_lines(tmp_path, name):
    lines = read_lines(written(roads(), tmp_path / name), "kind", "label", "way")
    assert lines.road_class == ("main", "side", "side")
    assert lines.name == ("Main Street", "", "")
    assert lines.oneway.tolist() == [1, 0, 0]
    assert [line.geom_type for line in lines.geometry] == ["LineString"] * 3
    np.testing.assert_allclose(shapely.get_coordinates(lines.geometry[2]), [(-92.0, 38.2), (-92.0, 38.3)])


@pytest.mark.parametrize("name", ["roads.gpkg", "roads.parquet"])
def test_columns_that_nobody_asked_for_are_not_read(tmp_path, name):
    path = written(roads(note=["x" * 1000, "y" * 1000]), tmp_path / name)
    assert list(read_layer(path, ["kind", "kind"]).columns) == ["kind", "geometry"]


def test_a_layer_named_for_a_parquet_file_is_refused(tmp_path):
    path = written(roads(), tmp_path / "roads.parquet")
    with pytest.raises(EtlError, match="has no layers to choose from") as refusal:
        read_lines(path, "kind", layer="tracks")
    assert "'tracks'" in refusal.value.given
    assert "--layer" in refusal.value.todo


def test_a_table_without_geometry_is_refused(tmp_path):
    path = tmp_path / "table.parquet"
    pd.DataFrame({"kind": ["main"]}).to_parquet(path)
    with pytest.raises(EtlError, match="cannot be read") as refusal:
        read_lines(path, "kind")
    assert refusal.value.given == "a Parquet file without geometry"


def test_a_word_is_kept_once_however_many_roads_have_it(tmp_path):
    lines = read_lines(
        written(roads(label=["Main Street", "Main Street"]), tmp_path / "r.gpkg"), "kind", "label"
    )
    assert len({id(word) for word in lines.name}) == 1


def test_metres_become_degrees_and_heights_are_dropped(tmp_path):
    frame = roads().to_crs("EPSG:26915")
    frame.geometry = shapely.force_3d(frame.geometry.to_numpy(), 300.0)
    lines = read_lines(written(frame, tmp_path / "utm.gpkg"), "kind")
    assert not shapely.has_z(lines.geometry).any()
    np.testing.assert_allclose(
        shapely.get_coordinates(lines.geometry[0]), [(-92.0, 38.0), (-91.9, 38.0)], atol=1e-7
    )


def test_class_numbers_lose_their_point(tmp_path):
    lines = read_lines(written(roads(kind=[1.0, 2.0]), tmp_path / "roads.gpkg"), "kind")
    assert lines.road_class == ("1", "2", "2")


def test_a_file_without_a_reference_system_needs_one_stated(tmp_path):
    path = written(roads(), tmp_path / "roads.shp")
    path.with_suffix(".prj").unlink()
    with pytest.raises(EtlError, match="does not say where its coordinates lie"):
        read_lines(path, "kind")
    lines = read_lines(path, "kind", crs="EPSG:4269")
    np.testing.assert_allclose(shapely.get_coordinates(lines.geometry[0])[0], (-92.0, 38.0), atol=1e-4)
    with pytest.raises(EtlError, match="reference system is not known"):
        read_lines(path, "kind", crs="EPSG:424242")


def test_a_missing_column_is_refused_with_the_columns_there_are(tmp_path):
    with pytest.raises(EtlError, match="no column 'MTFCC'") as refusal:
        read_lines(written(roads(), tmp_path / "roads.gpkg"), "MTFCC")
    assert "'kind', 'label', 'way'" in refusal.value.given


def test_a_file_of_two_layers_needs_one_named(tmp_path):
    path = tmp_path / "two.gpkg"
    roads().to_file(path, layer="roads")
    roads().to_file(path, layer="tracks")
    with pytest.raises(EtlError, match="holds 2 layers") as refusal:
        read_lines(path, "kind")
    assert "'roads', 'tracks'" in refusal.value.given
    assert len(read_lines(path, "kind", layer="tracks").geometry) == 3
    with pytest.raises(EtlError, match="There is no layer 'rails'"):
        read_lines(path, "kind", layer="rails")


@pytest.mark.parametrize(
    ("geometry", "given"),
    [(shapely.Point(-92, 38), "row 2 is Point"), (None, "row 2 is without a geometry")],
)
def test_rows_that_are_not_lines_are_refused(tmp_path, geometry, given):
    frame = roads()
    frame.loc[1, "geometry"] = geometry
    with pytest.raises(EtlError, match="1 of 2 rows are not lines") as refusal:
        read_lines(written(frame, tmp_path / "roads.parquet"), "kind")
    assert refusal.value.given == given


def test_roads_without_a_class_or_with_a_strange_direction_are_refused(tmp_path):
    with pytest.raises(EtlError, match=r"1 of 2 roads of .* have no class"):
        read_lines(written(roads(kind=["main", None]), tmp_path / "roads.gpkg"), "kind")
    with pytest.raises(EtlError, match="holds no directions") as refusal:
        read_lines(written(roads(way=["F", "north"]), tmp_path / "ways.gpkg"), "kind", oneway_column="way")
    assert refusal.value.given == "'north'"


def test_an_empty_a_missing_and_a_damaged_file_are_refused(tmp_path):
    with pytest.raises(EtlError, match="holds no roads"):
        read_lines(written(roads().iloc[:0], tmp_path / "none.parquet"), "kind")
    with pytest.raises(EtlError, match="cannot be opened"):
        read_lines(tmp_path / "nowhere.gpkg", "kind")
    for name in ("half.gpkg", "half.parquet", "half.geojson", "half.shp"):
        (tmp_path / name).write_bytes(b"PAR1 and then nothing")
        with pytest.raises(EtlError, match="cannot be read"):
            read_lines(tmp_path / name, "kind")
    (tmp_path / "roads.kml").write_text("<kml/>")
    with pytest.raises(EtlError, match="of a kind that cannot be read"):
        read_lines(tmp_path / "roads.kml", "kind")


def test_speeds_are_read_by_class(tmp_path):
    path = tmp_path / "speeds.csv"
    path.write_text("class,mph,source\nmain,50,a sign\nside,30.5,\n")
    assert read_speeds(path) == {"main": 50.0, "side": 30.5}
    assert in_kmh({"main": 50.0}) == {"main": pytest.approx(80.4672)}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("class,kmh\nmain,50\n", "lacks the column 'mph'"),
        ("class,mph\nmain,fast\n", "cannot be used"),
        ("class,mph\nmain,-1\n", "cannot be used"),
        ("class,mph\nmain,\n", "cannot be used"),
        ("class,mph\nmain,50\nmain,40\n", "cannot be used"),
        ("class,mph\nmain,50,40\n", "cannot be used"),
    ],
)
def test_a_speeds_file_with_a_fault_is_refused(tmp_path, text, sentence):
    path = tmp_path / "speeds.csv"
    path.write_text(text)
    with pytest.raises(EtlError, match=sentence):
        read_speeds(path)


def test_a_class_without_a_speed_is_refused_by_name(tmp_path):
    lines = read_lines(written(roads(), tmp_path / "roads.gpkg"), "kind")
    with pytest.raises(NetworkError, match="1 road class has no speed") as refusal:
        build_network(lines, {"main": 50.0}, name="x", attribution="x", main_roads_only=False)
    assert refusal.value.given == "'side'"


def test_a_class_of_speed_0_is_left_out_and_counted(tmp_path):
    lines = read_lines(written(roads(), tmp_path / "roads.gpkg"), "kind")
    kept, left_out = driven(lines, {"main": 50.0, "side": 0.0})
    assert left_out == {"side": lines.road_class.count("side")}
    assert set(kept.road_class) == {"main"}
    assert len(kept.geometry) == len(kept.name) == len(kept.oneway) == lines.road_class.count("main")
    assert driven(lines, {"main": 50.0, "side": 30.0}) == (lines, {})


def test_the_shipped_speeds_cover_the_shared_layers():
    speeds = read_speeds(Path(__file__).resolve().parents[2] / "data" / "reference" / "speeds.csv")
    assert {"freeway", "highway", "I", "US", "SR", "CON"} <= set(speeds)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "columns", "rows"),
    [
        ("mo_tiger_prisec_simplified_raw", ("cls", "name"), 6_804),
        ("mo_tiger_prisec_simplified_noded", ("cls", "name"), 18_790),
        ("tiger2025_29019_boone_roads_noded", ("MTFCC", "FULLNAME"), 43_127),
    ],
)
def test_the_shared_layers_are_read(name, columns, rows):
    lines = read_lines(SHARED / f"{name}.parquet", *columns)
    assert len(lines.geometry) == rows
    assert "" not in lines.road_class
