"""Scenarios, plans and simulations."""

from __future__ import annotations

import json
from pathlib import Path

import pandas
import pytest

import trimodal


def test_a_scenario_is_tables(tumen: trimodal.Scenario, tmp_path: Path) -> None:
    assert tumen.name == "Tumen triangle" and {"places", "links", "demand"} <= set(tumen.tables)
    assert tumen.settings["discount_rate"] == 0.08
    links = tumen.to_geopandas("links")
    assert links.crs == "EPSG:4326" and links.geometry.notna().all()
    assert tumen.__geo_interface__["features"][0]["geometry"]["type"] == "Point"
    assert trimodal.Scenario(tumen.save(tmp_path / "copy")).digest == tumen.digest
    assert trimodal.Scenario(tumen.save(tmp_path / "copy.xlsx")).digest == tumen.digest
    again = trimodal.Scenario(tmp_path / "copy.xlsx")
    assert again.to_pandas("demand").equals(tumen.to_pandas("demand"))


@pytest.mark.parametrize("library", ["pandas", "polars", "arrow"])
def test_a_scenario_of_frames_is_the_same(tumen: trimodal.Scenario, library: str) -> None:
    frame = getattr(tumen, f"to_{library}")
    tables = {name: frame(name) for name in tumen.tables}
    made = trimodal.Scenario.from_tables(tables, tumen.settings)
    assert made.digest == tumen.digest


def test_an_edit_gives_another_scenario(tumen: trimodal.Scenario) -> None:
    demand = tumen.to_pandas("demand")
    column = next(name for name in demand.columns if name.endswith("per_year"))
    edited = tumen.with_tables(demand=demand.assign(**{column: demand[column] * 2}))
    assert edited.digest != tumen.digest and "demand" in edited.tables
    assert edited.to_pandas("demand")[column].sum() == pytest.approx(2 * demand[column].sum())
    cheaper = tumen.with_settings(discount_rate=0.04)
    assert (cheaper.settings["discount_rate"], tumen.settings["discount_rate"]) == (0.04, 0.08)


def test_tables_are_left_out_and_known_by_name(tumen: trimodal.Scenario, tmp_path: Path) -> None:
    folder = tumen.save(tmp_path / "study")
    (folder / "notes.txt").write_text("kept")
    lawful = tumen.with_tables(policies=None)
    assert "policies" not in lawful.tables
    again = trimodal.Scenario(lawful.save(folder))
    assert again.digest == lawful.digest and "policies" not in again.tables
    assert (folder / "notes.txt").read_text() == "kept"
    with pytest.raises(trimodal.InputError, match="no table `demnad`") as caught:
        tumen.with_tables(demnad=tumen.to_pandas("demand"))
    assert "demand" in (caught.value.problems[0].hint or "")
    with pytest.raises(ValueError, match="no .json file"):
        tumen.save(tmp_path / "study.json")
    assert trimodal.Scenario(tumen.save(tmp_path / "rate_0.05")).digest == tumen.digest
    (folder / "scenario.toml").unlink()
    (folder / "policies.csv").write_text("other")
    with pytest.raises(FileExistsError, match="policies.csv"):
        lawful.save(folder)
    assert (folder / "policies.csv").read_text() == "other"


def test_problems_have_their_places(tumen: trimodal.Scenario) -> None:
    places = tumen.to_pandas("places").astype({"lat": object})
    places.loc[1, "lat"] = "north"
    with pytest.raises(trimodal.InputError) as caught:
        tumen.with_tables(places=places)
    problem = next(p for p in caught.value.problems if p.id == "TM-SCN-010")
    assert (problem.file, problem.row, problem.value) == ("places.csv", 3, "north")
    assert places.columns[problem.column - 1] == "lat"
    with pytest.raises(trimodal.InputError, match="does not exist"):
        trimodal.Scenario("no such folder")


def test_a_plan_is_tables(plan: trimodal.Plan, tmp_path: Path) -> None:
    assert plan.capacity_t_per_year > 1e6 and plan.binding and plan.reason is None
    ladder = plan.to_pandas()
    assert list(ladder["multiple"]) == [rung.multiple for rung in plan.ladder]
    solved = [rung for rung in plan.ladder if rung.capex_usd is not None]
    assert solved and solved[0].investments and solved[0].status == "optimal"
    built = plan.to_pandas("investments")
    assert set(built["multiple"]) == {rung.multiple for rung in solved if rung.investments}
    loads = plan.to_geopandas("links")
    assert loads.geometry.notna().all() and (loads["t_per_year"] >= 0).all()
    for form in ("json", "html", "xlsx", "geojson", "txt"):
        assert plan.save(tmp_path / f"plan.{form}").stat().st_size > 100
    for table in plan.tables:
        assert isinstance(plan.to_pandas(table), pandas.DataFrame)
        assert plan.to_polars(table).height == len(plan.to_pandas(table))


def test_a_rung_that_is_not_carried_is_an_outcome(plan: trimodal.Plan) -> None:
    rungs = [rung for rung in plan.ladder if rung.status == "infeasible"]
    assert all(rung.capex_usd is None and rung.reason for rung in rungs)
    ladder = {row["multiple"]: row for row in plan.to_polars().to_dicts()}
    for rung in rungs:
        row = ladder[rung.multiple]
        assert row["capex_usd"] is None and row["economics_npv_usd"] is None


def test_a_plan_is_run(tumen: trimodal.Scenario, plan: trimodal.Plan, tmp_path: Path) -> None:
    run = trimodal.simulate(tumen, plan=plan, multiple=2, replications=4)
    assert run.verdict.answer in ("holds", "fails", "undecided") and run.replications == 4
    low, high = run.verdict.delivered_per_year.ci95_low, run.verdict.delivered_per_year.ci95_high
    assert low is not None and high is not None and low <= run.verdict.delivered_per_year.mean <= high
    assert run.to_pandas("demand")["delivered_per_year_mean"].sum() > 0
    assert "utilisation_ci95_low" in run.to_pandas("resources").columns
    assert set(run.to_polars("replicates")["replication"]) == {0, 1, 2, 3}
    path = plan.save(tmp_path / "plan.json")
    lanes = run.to_geopandas()
    assert set(lanes.geometry.geom_type) == {"LineString"} and lanes.crs == "EPSG:4326"
    facilities = run.to_geopandas("resources").geometry
    assert facilities.notna().all() and "Point" in set(facilities.geom_type)
    assert run.__geo_interface__["type"] == "FeatureCollection"
    again = trimodal.simulate(tumen, plan=path, multiple=2, replications=4, threads=1)
    assert again.to_dict()["trace_hash"] == run.to_dict()["trace_hash"]
    assert run.trace().startswith(b"replication") or run.trace().count(b",") > 10
    for form in ("json", "html", "parquet", "txt"):
        run.save(tmp_path / f"run.{form}")
    assert json.loads((tmp_path / "run.json").read_text())["verdict"]


def test_a_run_is_set_against_another(tumen: trimodal.Scenario, plan: trimodal.Plan) -> None:
    alike = trimodal.simulate(tumen, plan=plan, against=plan, multiple=2, replications=4).to_dict()["against"]
    assert alike["differences"] and all(row["here"] == row["there"] for row in alike["differences"])
    other = trimodal.Scenario("scenarios/relief")
    assert trimodal.simulate(tumen, plan=plan, against=other, replications=4).to_dict()["against"]["other"] == other.name


def test_bad_options_of_plans_and_runs(tumen: trimodal.Scenario, plan: trimodal.Plan) -> None:
    with pytest.raises(trimodal.InputError, match="multiples"):
        trimodal.plan(tumen, multiples=[0.5])
    with pytest.raises(trimodal.InputError, match="`multiple`"):
        trimodal.simulate(tumen, plan=plan, multiple=0.5)
    with pytest.raises(TypeError, match="replications"):
        trimodal.simulate(tumen, plan=plan, replication=3)  # type: ignore[call-arg]
