"""What the tests have in common."""

from __future__ import annotations

from pathlib import Path

import jobs
import pytest

import trimodal

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def tumen() -> trimodal.Scenario:
    """The triangle."""
    return trimodal.Scenario(ROOT / "scenarios" / "tumen")


@pytest.fixture(scope="session")
def routes() -> trimodal.Routes:
    """A Pareto set with several itineraries."""
    return trimodal.route("Shanghai", "Rotterdam", cargo="containers", tonnes=10, date="2026-11-01")


@pytest.fixture(scope="session")
def plan(tumen: trimodal.Scenario) -> trimodal.Plan:
    """A plan of the triangle, without its uncertainty."""
    return trimodal.plan(tumen, samples=0)


@pytest.fixture(scope="session")
def table_job(tmp_path_factory: pytest.TempPathFactory) -> trimodal.batch.Job:
    """A table in shards. What it prepares of the network is kept from test to test."""
    return jobs.table(tmp_path_factory.mktemp("job"))
