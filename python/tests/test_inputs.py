"""Places, points, pairs and tables as people have them, and what is said of those that cannot be used."""

from __future__ import annotations

import pickle
import re
from pathlib import Path
from typing import Any

import geopandas
import numpy
import pandas
import polars
import pyarrow
import pytest
import shapely

import trimodal
from trimodal import batch

AT = "2026-11-01"
DEGREES = {"id": ["a", "b"], "lat": [-4.05, 31.23], "lon": [39.67, 121.47]}
SHAPES = geopandas.points_from_xy(DEGREES["lon"], DEGREES["lat"], crs="EPSG:4326")
FRAME = geopandas.GeoDataFrame({"id": ["a", "b"], "people": [1, 2]}, geometry=SHAPES)

POINTS: dict[str, Any] = {
    "shapely": [shapely.Point(39.67, -4.05), shapely.Point(121.47, 31.23)],
    "geojson": [{"type": "Feature", "properties": {}, "geometry": shapely.Point(39.67, -4.05).__geo_interface__}, "Shanghai"],
    "frame": FRAME,
    "mercator": FRAME.to_crs(3857),
    "series": geopandas.GeoSeries(SHAPES, index=["a", "b"]),
    "numpy": numpy.array([[-4.05, 39.67], [31.23, 121.47]]),
    "tuples": [(-4.05, 39.67), (31.23, 121.47)],
    "names of pandas": pandas.Series(["Mombasa", "Shanghai"]),
    "names of polars": polars.Series(["Mombasa", "Shanghai"]),
    "rows": [{"place": "Mombasa"}, {"id": "b", "lat": 31.23, "lon": 121.47}],
    "columns": {"id": ["a", "b"], "lat": numpy.array(DEGREES["lat"]), "lon": pandas.Series(DEGREES["lon"])},
}


@pytest.mark.parametrize("name", POINTS)
def test_points(name: str) -> None:
    frame = trimodal.table(POINTS[name], ["Rotterdam"], by="cost", date=AT).to_geopandas()
    assert list(frame["status"]) == ["reached", "reached"]
    ends = [line.coords[0] if hasattr(line, "coords") else line.geoms[0].coords[0] for line in frame.geometry]
    assert numpy.allclose(ends, [[39.67, -4.05], [121.47, 31.23]], atol=0.3)
    if name in ("frame", "mercator", "series", "columns"):
        assert list(frame["origin"]) == ["a", "b"]


def test_a_place_may_be_a_point() -> None:
    named = trimodal.route((-4.05, 39.67), "Kampala", by="time", date=AT)
    for given in (shapely.Point(39.67, -4.05), {"lat": -4.05, "lon": 39.67}, FRAME.geometry[0]):
        assert trimodal.route(given, "Kampala", by="time", date=AT)[0] == named[0]


PAIRS: dict[str, Any] = {
    "tuples": [("Mombasa", (0.31, 32.58)), (shapely.Point(4.48, 51.92), "Milan")],
    "rows": [{"origin": "Mombasa", "destination": (0.31, 32.58)}, {"origin": shapely.Point(4.48, 51.92), "destination": "Milan"}],
    "columns": {"origin": ["Mombasa", shapely.Point(4.48, 51.92)], "destination": [(0.31, 32.58), "Milan"]},
    "pandas": pandas.DataFrame({"origin": ["Mombasa", (51.92, 4.48)], "destination": [(0.31, 32.58), "Milan"]}),
    "lines": geopandas.GeoDataFrame(
        {"id": ["x", "y"]},
        geometry=[shapely.LineString([(39.67, -4.05), (32.58, 0.31)]), shapely.LineString([(4.48, 51.92), (9.19, 45.46)])],
        crs="EPSG:4326",
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_pairs(name: str) -> None:
    found = trimodal.pairs(PAIRS[name], date=AT).to_pandas()
    assert list(found["status"]) == ["reached", "reached"]
    assert found["distance_km"].between(700, 1500).all()


def tables_of(library: str, scenario: trimodal.Scenario) -> dict[str, Any]:
    """The tables of a scenario in a library, with its settings."""
    plain = scenario.to_dict()
    if library == "rows":
        return plain
    if library == "columns":
        frames: dict[str, Any] = {name: scenario.to_pandas(name).to_dict("list") for name in scenario.tables}
    else:
        frames = {name: getattr(scenario, f"to_{library}")(name) for name in scenario.tables}
    return {"scenario": plain["scenario"], **frames}


@pytest.mark.parametrize("library", ["rows", "columns", "pandas", "polars", "arrow"])
def test_a_scenario_of_tables_in_memory(tumen: trimodal.Scenario, library: str) -> None:
    tables = tables_of(library, tumen)
    if library == "arrow":
        tables = {k: v.drop_columns(["geometry"]) if k in ("places", "links") else v for k, v in tables.items()}
    assert trimodal.Scenario(tables).digest == tumen.digest
    with pytest.raises(trimodal.InputError, match="no settings") as bare:
        trimodal.Scenario({name: table for name, table in tables.items() if name != "scenario"})
    assert bare.value.id == "TM-SCN-001" and "scenario" in (bare.value.hint or "")


def test_places_of_a_geodataframe(tumen: trimodal.Scenario) -> None:
    places, links = tumen.to_geopandas("places"), tumen.to_geopandas("links")
    assert tumen.with_tables(places=places, links=links).digest == tumen.digest
    moved = places.drop(columns=["lat", "lon"]).to_crs(3857)
    again = tumen.with_tables(places=moved).to_pandas("places")
    assert numpy.allclose(again[["lat", "lon"]], tumen.to_pandas("places")[["lat", "lon"]])


def test_a_plan_of_tables_in_memory() -> None:
    assert trimodal.plan(trimodal.Scenario.starter().to_dict(), samples=0).capacity_t_per_year > 0


ODD: list[tuple[Any, type[Exception], str, str]] = [
    (lambda: trimodal.route(3, "Kampala"), TypeError, "TM-PY-001", "3"),  # type: ignore[arg-type]
    (lambda: trimodal.route({"lat": 3}, "Kampala"), TypeError, "TM-PY-001", "lat"),
    (lambda: trimodal.route(shapely.LineString([(0, 0), (1, 1)]), "Kampala"), TypeError, "TM-PY-001", "LINESTRING"),
    (lambda: trimodal.route("Mombasa", "Kampala", threads=0), ValueError, "TM-CLI-002", ""),
    (lambda: trimodal.route("Mombasa", "Kampala", tonnes=object()), TypeError, "TM-PY-001", "object"),  # type: ignore[arg-type]
    (lambda: trimodal.route("Mombasa", "Kampala", tons=1), TypeError, "TM-API-001", ""),  # type: ignore[call-arg]
    (lambda: trimodal.table("Mombasa", ["Kampala"]), OSError, "TM-IO-001", "Mombasa"),
    (lambda: trimodal.table((-4.05, 39.67), ["Kampala"]), TypeError, "TM-PY-001", "39.67"),  # type: ignore[arg-type]
    (lambda: trimodal.table(7, ["Kampala"]), TypeError, "TM-PY-001", "int"),  # type: ignore[arg-type]
    (lambda: trimodal.table({"id": ["a"], "place": []}, ["Kampala"]), ValueError, "TM-SCN-008", ""),
    (lambda: trimodal.table({"place": 5}, ["Kampala"]), TypeError, "TM-PY-001", "place"),  # type: ignore[dict-item]
    (lambda: trimodal.table(FRAME.to_crs(3857).set_geometry(FRAME.to_crs(3857).buffer(1)), ["Kampala"]), ValueError, "TM-PY-001", "Polygon"),
    (lambda: trimodal.table(pandas.DataFrame({"depot": ["Mombasa"]}), ["Kampala"]), ValueError, "TM-SCN-009", "depot"),
    (lambda: trimodal.route("Mombasa", "Kampala", threads=-1), ValueError, "TM-CLI-002", "-1"),
    (lambda: trimodal.route("Mombasa", "Kampala", threads=1.5), TypeError, "TM-PY-001", "1.5"),  # type: ignore[arg-type]
    (lambda: trimodal.route("Mombasa", "Kampala", progress=5), TypeError, "TM-PY-001", "5"),  # type: ignore[arg-type]
    (lambda: trimodal.Scenario(5), TypeError, "TM-PY-001", "int"),  # type: ignore[arg-type]
    (lambda: trimodal.simulate(trimodal.Scenario.starter(), plan=5), TypeError, "TM-PY-001", "5"),  # type: ignore[arg-type]
    (lambda: trimodal.simulate(trimodal.Scenario.starter(), against=5), TypeError, "TM-PY-001", "int"),  # type: ignore[arg-type]
    (lambda: trimodal.pairs(["Mombasa"]), TypeError, "TM-PY-001", "Mombasa"),  # type: ignore[arg-type]
    (lambda: trimodal.pairs(FRAME), ValueError, "TM-PY-001", "Point"),
    (lambda: trimodal.World().extract(), ValueError, "TM-CLI-002", ""),
    (lambda: trimodal.World().check(detours="atlantis"), ValueError, "TM-CLI-002", ""),
    (lambda: trimodal.World().check(sea_draught_m=99), ValueError, "TM-CLI-002", ""),
    (lambda: trimodal.World().links("Mombasa", km=1000), ValueError, "TM-CLI-002", ""),
    (lambda: trimodal.World(network="none.gpkg"), ValueError, "TM-IO-001", ""),
    (lambda: trimodal.simulate(trimodal.Scenario.starter(), plan="none.json"), OSError, "TM-IO-001", "none.json"),
    (lambda: batch.Job.read("none.toml"), ValueError, "TM-IO-001", ""),
]


@pytest.mark.parametrize("number", range(len(ODD)))
def test_what_cannot_be_used_has_an_id_a_value_and_a_hint(number: int) -> None:
    call, kind, id, value = ODD[number]
    with pytest.raises(trimodal.Error) as caught:
        call()
    error = caught.value
    assert isinstance(error, kind) and error.id == id, error
    assert error.hint and value in (error.value or ""), (error.value, error.hint)
    assert id in str(error) and error.problems[0].message in str(error)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error) and again.problems == error.problems


def test_nothing_to_run_has_an_id() -> None:
    starter = trimodal.Scenario.starter()
    asleep = trimodal.plan(starter, samples=0, closed=[link["id"] for link in starter.to_dict()["links"]])
    assert asleep.stopped is None and asleep.reason
    with pytest.raises(trimodal.NoOutcomeError) as caught:
        trimodal.simulate(starter, plan=asleep, replications=2)
    assert caught.value.id == "TM-SIM-001" and caught.value.hint
    with pytest.raises(trimodal.NoOutcomeError) as nowhere:
        trimodal.World().extract(box=(-30.0, 20.0, -29.0, 21.0))
    assert nowhere.value.id == "TM-RTE-009" and nowhere.value.hint


def test_ids_are_documented() -> None:
    package = Path(trimodal.__file__).parent
    known = (Path(__file__).resolve().parents[2] / "docs" / "reference" / "errors.md").read_text()
    ids = {id for path in package.glob("*.py") for id in re.findall(r'"(TM-[A-Z]+-\d{3})"', path.read_text())}
    assert len(ids) > 5 and all(id in known for id in ids), ids


def test_nothing_of_python_alone_is_raised() -> None:
    """Every `raise` of the package is of its own errors, with an id, or repeats what was caught."""
    package = Path(trimodal.__file__).parent
    bare = [
        f"{path.name}: {line.strip()}"
        for path in package.glob("*.py")
        for line in path.read_text().splitlines()
        if re.match(r"\s+raise (ValueError|TypeError|KeyError|IndexError|OSError|FileExistsError|RuntimeError)\(", line)
    ]
    assert not bare


def test_problems_of_tables_in_memory_have_places() -> None:
    with pytest.raises(trimodal.InputError) as caught:
        trimodal.table(pyarrow.table({"place": ["Mombasa", ""]}), [{"place": "Kampala"}, {"id": "blank"}], tonnes=-1)
    assert caught.value.id == "TM-CLI-002" and "tonnes" in str(caught.value)
    starter = trimodal.Scenario.starter().to_dict()
    starter["links"][1]["to"] = "NOWHERE"
    with pytest.raises(trimodal.InputError) as unknown:
        trimodal.Scenario(starter)
    column = list(starter["links"][1]).index("to") + 1
    assert (unknown.value.place, unknown.value.value) == (f"links.csv:3:{column}", "NOWHERE")
