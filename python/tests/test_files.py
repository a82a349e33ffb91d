"""Files of the field, and networks of one's own."""

import json
import pickle
from pathlib import Path

import pytest

import trimodal

NODES = "node_id,name,x_coord,y_coord\n1,Here,24.0,59.0\n2,There,25.0,59.0\n3,Yonder,26.0,59.0\n"
LINKS = "link_id,from_node_id,to_node_id,directed,length,mode\na,1,2,0,58,rail\nb,2,3,0,57,rail\n"


@pytest.fixture
def gmns(tmp_path: Path) -> Path:
    folder = tmp_path / "gmns"
    folder.mkdir()
    (folder / "node.csv").write_text(NODES)
    (folder / "link.csv").write_text(LINKS)
    (folder / "config.csv").write_text("dataset_name,long_length\nmine,kilometers\n")
    return folder


def test_a_network_goes_to_another_format_and_back(gmns: Path, tmp_path: Path) -> None:
    made = trimodal.convert(gmns, tmp_path / "net.gpkg")
    assert made.path.stat().st_size > 1000 and str(made).startswith(str(made.path))
    back = trimodal.convert(made.path, tmp_path / "back", output_format="gmns")
    assert (back.path / "link.csv").read_text().count("\n") == 3


def test_bad_files_are_refused_with_ids(tmp_path: Path) -> None:
    with pytest.raises(trimodal.InputError) as refused:
        trimodal.convert(tmp_path / "nothing.gpkg", tmp_path / "out.csv")
    assert refused.value.problems[0].id.startswith("TM-")
    assert not (tmp_path / "out.csv").exists()


def test_a_network_of_ones_own_takes_the_place_of_the_embedded_one(gmns: Path) -> None:
    world = trimodal.World(network=gmns)
    routes = trimodal.route("Here", "Yonder", by="distance", world=world)
    assert routes[0].distance_km == pytest.approx(115, abs=1)
    assert isinstance(world.notes, tuple)


def test_a_network_gives_a_scenario_its_places_and_links(tmp_path: Path) -> None:
    starter = trimodal.Scenario.starter()
    folder = starter.save(tmp_path / "mine")
    net = tmp_path / "net"
    net.mkdir()
    for name in ("places.csv", "links.csv"):
        (net / name).write_bytes((folder / name).read_bytes())
        (folder / name).unlink()
    # Its options divide a link into sections, which a network has not.
    (folder / "options.csv").unlink()
    with pytest.raises(trimodal.InputError):
        trimodal.Scenario(folder)
    over = trimodal.Scenario(folder, network=net)
    assert len(over.to_pandas("links")) == len(starter.to_pandas("links"))
    assert over.notes
    assert trimodal.plan(over, samples=0).capacity_t_per_year > 0


def test_duckdb_reads_our_geoparquet_and_we_read_its(gmns: Path, tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    spatial = pytest.importorskip("duckdb_extension_spatial")
    trimodal.convert(gmns, tmp_path / "net", output_format="parquet")
    extension = next(Path(spatial.__file__).parent.rglob("spatial.duckdb_extension"))
    with duckdb.connect() as database:
        database.execute(f"LOAD '{extension}'")
        links = f"'{tmp_path}/net/links.parquet'"
        kind = database.execute(f"SELECT typeof(geometry) FROM {links}").fetchall()
        assert all(name.startswith("GEOMETRY") for (name,) in kind)
        ends = f"SELECT id, ST_X(ST_StartPoint(geometry)), ST_NPoints(geometry) FROM {links} ORDER BY id"
        assert database.execute(ends).fetchall() == [("a", 24.0, 2), ("b", 25.0, 2)]
        database.execute(f"COPY (SELECT * FROM {links}) TO '{tmp_path}/again.parquet' (FORMAT parquet)")
    back = trimodal.convert(tmp_path / "again.parquet", tmp_path / "again.csv")
    text = back.path.read_text()
    assert "LINESTRING(24 59,25 59)" in text and "LINESTRING(25 59,26 59)" in text, text


def test_native_shapes_of_geopandas_are_read(tmp_path: Path) -> None:
    geopandas = pytest.importorskip("geopandas")
    shapely = pytest.importorskip("shapely")
    lines = [shapely.LineString([(24, 59), (25, 59)]), None, shapely.LineString([(1, 2), (3, 4)])]
    frame = geopandas.GeoDataFrame({"id": [1, 2, 3]}, geometry=lines, crs="EPSG:4326")
    frame.to_parquet(tmp_path / "native.parquet", geometry_encoding="geoarrow")
    text = trimodal.convert(tmp_path / "native.parquet", tmp_path / "out.csv").path.read_text()
    assert text.count("LINESTRING") == 2 and '"LINESTRING(24 59,25 59)"' in text, text


def test_a_region_is_replaced_by_a_network(gmns: Path, tmp_path: Path) -> None:
    built = trimodal.World().build(gmns, (23.5, 58.5, 26.5, 59.5), tmp_path / "mine.network")
    assert built.path == tmp_path / "mine.network" and built.new == 2 and built.replaced > 0
    world = trimodal.World(network=built.path)
    assert "mine.network" in repr(world)
    assert trimodal.route("Mombasa", "Kampala", by="time", world=world, date="2026-11-01")
    with pytest.raises(trimodal.InputError) as refused:
        trimodal.World().build(gmns, (26.5, 58.5, 23.5, 59.5), tmp_path / "other.network")
    assert refused.value.hint and not (tmp_path / "other.network").exists()


def test_a_network_is_checked_and_sent(gmns: Path, tmp_path: Path) -> None:
    world = trimodal.World(network=gmns)
    found = world.check()
    assert found.to_dict()["pieces"] and "rail" in str(found) and "<pre>" in found._repr_html_()
    assert json.loads(found.save(tmp_path / "check.json").read_text()) == found.to_dict()
    there = pickle.loads(pickle.dumps(world))
    ends = [w and trimodal.route("Here", "Yonder", by="distance", world=w)[0].distance_km for w in (world, there)]
    assert ends[0] == ends[1]
