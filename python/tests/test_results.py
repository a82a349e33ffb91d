"""What every result offers: tables for each library, shapes, files, a page in a notebook, copies in other processes."""

from __future__ import annotations

import copy
import inspect
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import geopandas
import pandas
import polars
import pyarrow
import pyarrow.parquet
import pytest

import trimodal
from trimodal import batch

AT = "2026-11-01"
ENDS = (["Mombasa", "Shanghai"], ["Kampala", "Rotterdam"])


@pytest.fixture(scope="module")
def results(
    tumen: trimodal.Scenario, routes: trimodal.Routes, plan: trimodal.Plan, table_job: batch.Job
) -> dict[str, Any]:
    """One of each kind."""
    lanes: list[tuple[trimodal.Place, trimodal.Place]] = [("Mombasa", "Kampala"), ("Suva", "Los Angeles")]
    return {
        "routes": routes,
        "table": trimodal.table(*ENDS, by=["time", "cost"], date=AT),
        "pairs": trimodal.pairs(lanes, date=AT),
        "pairs as wkt": trimodal.pairs(lanes, geometry="wkt", date=AT),
        "pairs as polyline6": trimodal.pairs(lanes, geometry="polyline6", date=AT),
        "plan": plan,
        "simulation": trimodal.simulate(tumen, plan=plan, replications=4, trace=True),
        "scenario": tumen,
        "rows": table_job.run_shard(0),
    }


ALL = ["routes", "table", "pairs", "pairs as wkt", "pairs as polyline6", "plan", "simulation", "scenario", "rows"]
DRAWN = {"table": "cells", "plan": "links", "simulation": "demand", "scenario": "links"}
FORMS = {
    "routes": "json geojson html txt gpkg parquet geoparquet",
    "table": "parquet csv json xlsx gpkg geoparquet geojson",
    "pairs": "parquet csv json xlsx gpkg geoparquet geojson",
    "plan": "json html xlsx geojson txt gpkg parquet",
    "simulation": "json geojson html parquet txt gpkg geoparquet",
    "scenario": "xlsx gpkg geojson",
    "rows": "parquet csv xlsx",
}


@pytest.mark.parametrize("name", ALL)
def test_tables_go_to_each_library(results: dict[str, Any], name: str) -> None:
    result = results[name]
    arrow = result.to_arrow()
    assert pyarrow.table(result).equals(arrow) and arrow.num_rows > 0
    for frame in (result.to_pandas(), result.to_polars()):
        assert len(frame) == arrow.num_rows and set(frame.columns) == set(arrow.column_names) - {"geometry"}
    for table in result.tables:
        assert isinstance(result.to_pandas(table), pandas.DataFrame)
        assert isinstance(result.to_polars(table), polars.DataFrame)
    with pytest.raises(trimodal.UnknownTableError, match=result.tables[0]) as unknown:
        result.to_pandas("nothing")
    assert isinstance(unknown.value, KeyError) and unknown.value.id == "TM-PY-003"


@pytest.mark.parametrize("name", [name for name in ALL if name != "rows"])
def test_shapes(results: dict[str, Any], name: str) -> None:
    result = results[name]
    frame = result.to_geopandas(DRAWN.get(name))
    assert frame.crs == "EPSG:4326" and frame.geometry.notna().any()
    assert set(frame.geometry.dropna().geom_type) <= {"LineString", "MultiLineString"}
    assert frame.geometry.dropna().is_valid.all()
    collection = result.__geo_interface__
    assert collection["type"] == "FeatureCollection"
    assert len(geopandas.GeoDataFrame.from_features(collection, crs="EPSG:4326")) > 0


def test_lines_of_a_table_run_from_end_to_end(results: dict[str, Any]) -> None:
    table = results["table"]
    assert table.tables == ("cells", "origins", "destinations") and "geometry" not in table.to_arrow().column_names
    lines, points = table.to_geopandas(), table.to_geopandas("origins")
    assert list(points["id"]) == ENDS[0] and set(points.geometry.geom_type) == {"Point"}
    starts = {id: (p.x, p.y) for id, p in zip(points["id"], points.geometry)}
    assert len(lines) == 8
    assert all(line.coords[0] == starts[id] for id, line in zip(lines["origin"], lines.geometry))
    odd = trimodal.table(["Mombasa", "Nowhere at all"], ["Mombasa"], date=AT).to_geopandas()
    assert list(odd["status"]) == ["same_place", "bad_point"] and odd.geometry.isna().all()


def test_lines_of_pairs_are_those_that_were_asked_for(results: dict[str, Any]) -> None:
    straight, wkt, encoded = (results[name].to_geopandas() for name in ALL[2:5])
    assert len(straight.geometry[0].coords) == 2 and len(wkt.geometry[0].coords) > 10
    # Across 180 degrees a line is in two parts.
    assert straight.geometry[1].geom_type == "MultiLineString"
    written = geopandas.GeoSeries.from_wkt(wkt["wkt"])
    assert wkt.geometry.geom_equals(written.set_crs("EPSG:4326")).all()
    assert encoded.geometry.geom_equals_exact(wkt.geometry, 2e-6).all()


@pytest.mark.parametrize("name", FORMS)
def test_files(results: dict[str, Any], name: str, tmp_path: Path) -> None:
    result = results[name]
    for form in FORMS[name].split():
        path = result.save(tmp_path / f"result.{form}")
        assert path.stat().st_size > 100, form
    with pytest.raises(trimodal.InputError, match=r"\.parquet|\.gpkg") as refused:
        result.save(tmp_path / "result.docx")
    assert refused.value.id == "TM-FMT-001" and refused.value.value == str(tmp_path / "result.docx")
    assert sorted(p.suffix[1:] for p in tmp_path.iterdir()) == sorted(FORMS[name].split())
    with pytest.raises(trimodal.FileError) as nowhere:
        result.save(tmp_path / "none" / f"result.{FORMS[name].split()[0]}")
    assert isinstance(nowhere.value, OSError) and nowhere.value.id == "TM-IO-002"


@pytest.mark.parametrize("name", ["routes", "table", "pairs", "plan", "simulation", "scenario"])
def test_a_geopackage_has_all_tables(results: dict[str, Any], name: str, tmp_path: Path) -> None:
    result = results[name]
    path = result.save(tmp_path / "result.gpkg")
    # Read by the product, and where pyogrio is installed by GDAL.
    made = trimodal.convert(path, tmp_path / "layers/", output_format="csv")
    layers = {file.stem: file.read_text() for file in made.path.iterdir()}
    assert set(result.tables) <= set(layers), layers.keys()
    assert "LINESTRING" in layers[DRAWN.get(name, result.tables[0])]
    if name not in ("scenario", "plan", "simulation"):
        assert "OpenStreetMap" in layers["about"]
    pytest.importorskip("pyogrio")
    frame = geopandas.read_file(path, layer=DRAWN.get(name, result.tables[0]))
    assert frame.crs == "EPSG:4326" and len(frame) == result.to_arrow(DRAWN.get(name)).num_rows


def test_tables_without_shapes_say_so(results: dict[str, Any]) -> None:
    for result, table in [(results["plan"], "ladder"), (results["scenario"], "demand"), (results["simulation"], "replicates")]:
        with pytest.raises(trimodal.InputError, match="has no geometry") as plain:
            result.to_geopandas(table)
        if result is results["plan"]:
            with pytest.raises(trimodal.InputError, match="first table has no geometry"):
                result.save("plan.geoparquet")
        assert (plain.value.id, plain.value.value) == ("TM-PY-003", table)


@pytest.mark.parametrize("name", ["routes", "table", "pairs", "plan", "simulation"])
def test_geoparquet_is_read_by_geopandas(results: dict[str, Any], name: str, tmp_path: Path) -> None:
    result, table = results[name], DRAWN.get(name)
    path = result.save(tmp_path / "result.geoparquet", table=table)
    frame = geopandas.read_parquet(path)
    # As the standard has it where nothing is said: degrees on WGS 84, longitude first.
    assert frame.crs == "OGC:CRS84"
    own = result.to_geopandas(table).geometry.to_crs("OGC:CRS84")
    assert frame.geometry.geom_equals(own).sum() == own.notna().sum() > 0
    assert "OpenStreetMap" in str(pyarrow.parquet.read_schema(path).metadata) or name in ("plan", "simulation")
    with pytest.raises(trimodal.InputError, match="more than the table"):
        result.save(tmp_path / "result.json", table=result.tables[0])


@pytest.mark.parametrize("name", ALL)
def test_notebooks_show_it(results: dict[str, Any], name: str) -> None:
    shown = results[name]._repr_html_()
    assert shown.startswith("<") and len(shown) > 200


@pytest.mark.parametrize("make", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))], ids=["copy", "pickle"])
@pytest.mark.parametrize("name", ALL)
def test_it_travels(results: dict[str, Any], name: str, make: Callable[[Any], Any], tmp_path: Path) -> None:
    result = results[name]
    there = make(result)
    assert type(there) is type(result) and str(there) == str(result) and there.tables == result.tables
    for table in result.tables:
        assert there.to_arrow(table).equals(result.to_arrow(table), check_metadata=True)
    for form in FORMS[name.split(" as ")[0]].split():
        if form != "xlsx":
            here, copied = (r.save(tmp_path / f"{n}.{form}").read_bytes() for n, r in enumerate((result, there)))
            assert here == copied, form
    if name == "simulation":
        assert there.trace() == result.trace() and there.recording() == result.recording()


def test_a_plan_that_travelled_is_run(results: dict[str, Any], tumen: trimodal.Scenario) -> None:
    sent = pickle.loads(pickle.dumps(trimodal.plan(tumen, samples=0, closed=[tumen.to_dict()["links"][0]["id"]])))
    assert "<iframe" in sent._repr_html_()
    there = pickle.loads(pickle.dumps(results["plan"]))
    run = trimodal.simulate(pickle.loads(pickle.dumps(tumen)), plan=there, replications=4)
    assert run.to_dict()["trace_hash"] == results["simulation"].to_dict()["trace_hash"]


def test_a_world_is_shown_checked_and_sent() -> None:
    world = trimodal.World()
    assert "rail" in world._repr_html_() and "OpenStreetMap" in world._repr_html_()
    assert trimodal.route("Mombasa", "Kampala", by="time", date=AT, world=pickle.loads(pickle.dumps(world)))
    near = world.links("Mombasa", km=5.0)
    assert near["links"] and near["links"][0]["id"]


def test_a_time_limit_of_a_plan_is_told(tumen: trimodal.Scenario, plan: trimodal.Plan) -> None:
    assert plan.stopped is None and "stopped" not in repr(plan)
    late = trimodal.plan(tumen, samples=0, time_limit_s=0.001)
    assert late.stopped == "time_limit" and "stopped" in repr(late)
    assert late.capacity_t_per_year != late.capacity_t_per_year and late.reason
    assert "time limit" in str(late)



def test_public_signatures_say_their_types() -> None:
    def signatures(owner: Any) -> Iterator[tuple[str, str]]:
        for name, member in inspect.getmembers(owner):
            of = member.fget if isinstance(member, property) else member
            if inspect.isfunction(of) and of.__module__.startswith("trimodal") and not name.startswith("_"):
                yield from ((f"{owner.__name__}.{name}.{where}", str(told)) for where, told in of.__annotations__.items())

    owners = [getattr(trimodal, name) for name in trimodal.__all__]
    classes = [owner for owner in owners if inspect.isclass(owner)] + [batch.Job, batch.Rows]
    told = [told for owner in [trimodal, batch, *classes] for told in signatures(owner)]
    assert len(told) > 100
    # `batch.library` is for the engines.
    assert {where for where, kind in told if "Any" in kind} <= {"trimodal.batch.library.return"}
