"""Routes, tables and pairs: what goes in and in which forms it comes out."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import numpy
import pandas
import polars
import pyarrow
import pytest

import trimodal

AT = "2026-11-01"


def test_routes_are_records_and_frames(routes: trimodal.Routes) -> None:
    assert len(routes) > 1 and routes.unreachable is None and routes.stopped is None
    assert any("OpenStreetMap" in line for line in routes.attribution)
    fastest = routes[0]
    assert fastest.time_h == min(it.time_h for it in routes)
    assert abs(sum(leg.distance_km for leg in fastest.legs) - fastest.distance_km) < 1.0
    frame = routes.to_pandas()[["chain", "time_h", "cost_usd", "co2e_kg"]]
    assert list(frame["time_h"]) == [it.time_h for it in routes]
    assert routes.to_polars()["cost_usd"].to_list() == [it.cost_usd for it in routes]
    legs = routes.to_pandas("legs")
    assert len(legs) == sum(len(it.legs) for it in routes)
    assert routes.tables == ("itineraries", "legs", "transfers")
    with pytest.raises(KeyError, match="itineraries, legs"):
        routes.to_arrow("rides")


def test_lines_are_geometry(routes: trimodal.Routes) -> None:
    frame = routes.to_geopandas("legs")
    assert frame.crs == "EPSG:4326" and frame.geometry.is_valid.all()
    lines = [leg.line for it in routes for leg in it.legs]
    drawn = [i for i, geometry in enumerate(frame.geometry) if geometry is not None]
    assert drawn
    for i in drawn:
        assert frame.geometry[i].bounds[1] == pytest.approx(min(lat for _, lat in lines[i]))
    interface = routes.__geo_interface__
    assert interface["type"] == "FeatureCollection"
    assert len(interface["features"]) >= len(frame)


def test_arrow_is_not_copied_and_outlives_its_maker(routes: trimodal.Routes) -> None:
    table = pyarrow.table(routes)
    metadata = table.schema.metadata
    assert metadata[b"schema"] == b"trimodal/route/2"
    before = table["time_h"].to_pylist()
    short = trimodal.route("Mombasa", "Kampala", by="time")
    kept = pyarrow.table(short)["time_h"]
    del short
    assert kept.to_pylist()[0] > 0 and table["time_h"].to_pylist() == before


def test_every_form_can_be_saved(routes: trimodal.Routes, tmp_path: Path) -> None:
    for form in ("json", "geojson", "html", "txt"):
        assert routes.save(tmp_path / f"routes.{form}").stat().st_size > 100
    assert json.loads((tmp_path / "routes.json").read_text()) == routes.to_dict()
    assert "<iframe" in routes._repr_html_()
    with pytest.raises(ValueError, match=r"\.geojson"):
        routes.save(tmp_path / "routes.doc")
    assert len(list(tmp_path.iterdir())) == 4


POINTS: list[Any] = [
    ["Mombasa", "Shanghai"],
    {"id": ["a", "b"], "place": ["Mombasa", "Shanghai"]},
    pandas.DataFrame({"id": ["a", "b"], "lat": [-4.05, 31.23], "lon": [39.67, 121.47]}),
    polars.DataFrame({"id": ["a", "b"], "lat": [-4.05, 31.23], "lon": [39.67, 121.47]}),
    pyarrow.table({"id": ["a", "b"], "lat": [-4.05, 31.23], "lon": [39.67, 121.47]}),
    [(-4.05, 39.67), {"id": "b", "place": "Shanghai"}],
]


@pytest.mark.parametrize("origins", POINTS, ids=["names", "columns", "pandas", "polars", "arrow", "mixed"])
def test_points_of_every_kind(origins: Any) -> None:
    cells = trimodal.table(origins, ["Rotterdam"], by=["time", "cost"], date=AT)
    frame = cells.to_pandas()
    assert len(frame) == 4 and set(frame["status"]) == {"reached"}
    assert (frame["time_h"] > 0).all() and cells.stopped is None


def test_points_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "origins.csv"
    path.write_text("id,place\na,Mombasa\nb,Nowhere at all\n")
    cells = trimodal.table(path, ["Rotterdam"], by="time", date=AT)
    frame = cells.to_pandas()
    assert list(frame["status"]) == ["reached", "bad_point"]
    assert "Nowhere at all" in frame["reason"][1]
    for form in ("parquet", "csv", "json", "xlsx"):
        assert cells.save(tmp_path / f"skim.{form}").stat().st_size > 100
    assert pandas.read_parquet(tmp_path / "skim.parquet").equals(frame)


def test_pairs_have_lines() -> None:
    lanes: list[tuple[trimodal.Place, trimodal.Place]] = [("Mombasa", "Kampala"), ((52.5, 13.4), "Milan")]
    found = trimodal.pairs(lanes, geometry="wkt", date=AT)
    frame = found.to_geopandas()
    assert frame.crs == "EPSG:4326" and frame.geometry.is_valid.all()


def test_what_cannot_be_reached_is_an_outcome() -> None:
    routes = trimodal.route("Mombasa", "Rotterdam", modes=["rail"], date=AT)
    assert not routes and routes.unreachable and len(routes.to_pandas()) == 0
    assert "legs" in routes.tables and list(routes.to_arrow("legs").schema.names)[:2] == ["itinerary", "leg"]


def test_an_unknown_argument_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="did you mean `tonnes`"):
        trimodal.route("Mombasa", "Kampala", tons=10)  # type: ignore[call-arg]


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(trimodal.InputError) as caught:
        trimodal.route("Mombasa", "Nowhere at all", avoid=["nothing"], draught_m=20.0, ship="raft")
    ids = [problem.id for problem in caught.value.problems]
    assert "TM-RTE-001" in ids and len(ids) >= 2
    assert all(problem.message for problem in caught.value.problems)
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.problems == caught.value.problems
    with pytest.raises(trimodal.InputError, match="containers") as one:
        trimodal.route("Mombasa", "Kampala", cargo="container")  # type: ignore[arg-type]
    assert one.value.problems[0].hint


def test_tables_of_the_caller_are_used() -> None:
    plain = trimodal.route("Kampala", "Nairobi", by="cost", modes=["road"], date=AT)
    columns = {"mode": "road", "cargo": "any", "what": "moving", "usd": 9.0, "per": "truck-km"}
    rates = pandas.DataFrame({**columns, "where": ["KE", "UG"], "period": "2026", "source": "a test"})
    dear = trimodal.route("Kampala", "Nairobi", by="cost", modes=["road"], rates=rates, date=AT)
    assert dear[0].cost_usd > 2 * plain[0].cost_usd
    with pytest.raises(trimodal.InputError) as caught:
        trimodal.route("Kampala", "Nairobi", rates=rates.head(1).assign(what="haul"))
    (problem,) = caught.value.problems
    assert (problem.file, problem.row, problem.column, problem.value) == ("rates.csv", 2, 3, "haul")


def test_numbers_of_numpy_are_numbers() -> None:
    routes = trimodal.route("Mombasa", "Kampala", tonnes=numpy.float64(20), by="time", date=AT)
    assert routes.to_dict()["tonnes"] == 20


def test_places_of_a_world() -> None:
    world = trimodal.World()
    assert world.info()["links"] > 10_000
    assert any(found["name"].startswith("Rotterdam") for found in world.places("rotterd"))
    part = world.extract(around="Hunchun", km=150)
    assert "places" in part.tables and len(part.to_geopandas("links")) > 0
    assert len(trimodal.route("Mombasa", "Kampala", world=world, by="time", date=AT)) == 1
