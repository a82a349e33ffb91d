"""Plans freight over rail, water and road as one network.

``route``, ``table`` and ``pairs`` answer how shipments go, in time, cost and CO2e; ``plan`` what a corridor can carry,
what limits it and the cheapest ways to raise it; ``simulate`` whether such a plan holds when it is run. Their outcomes
are tables for Arrow, pandas, polars and geopandas. ``batch`` cuts large jobs into shards for many machines.
"""

from __future__ import annotations

import atexit
import os
import sys
import time

from . import _trimodal, batch
from ._errors import (
    ArgumentError,
    Error,
    FileError,
    FolderTakenError,
    InputError,
    MissingLibraryError,
    NoOutcomeError,
    Problem,
    UnknownShardError,
    UnknownTableError,
)
from ._files import Converted, convert
from ._inputs import Place, Points
from ._options import PairsOptions, PlanOptions, RouteOptions, Shipment, SimulateOptions, TableOptions
from ._outcomes import Outcome, Pairs, Plan, Routes, Simulation, Table
from ._records import Estimate, Investment, Itinerary, Leg, Rung, Verdict
from ._scenario import Scenario, ScenarioTables
from ._trimodal import __version__
from ._verbs import pairs, plan, route, simulate, table
from ._world import BuiltNetwork, Check, World

__all__ = [
    "ArgumentError",
    "BuiltNetwork",
    "Check",
    "Converted",
    "Error",
    "Estimate",
    "FileError",
    "FolderTakenError",
    "InputError",
    "Investment",
    "Itinerary",
    "Leg",
    "MissingLibraryError",
    "NoOutcomeError",
    "Outcome",
    "Pairs",
    "PairsOptions",
    "Place",
    "Plan",
    "PlanOptions",
    "Points",
    "Problem",
    "RouteOptions",
    "Routes",
    "Rung",
    "Scenario",
    "ScenarioTables",
    "Shipment",
    "SimulateOptions",
    "Simulation",
    "Table",
    "TableOptions",
    "UnknownShardError",
    "UnknownTableError",
    "Verdict",
    "World",
    "__version__",
    "batch",
    "convert",
    "pairs",
    "plan",
    "route",
    "simulate",
    "table",
]


@atexit.register
def _end_solvers(patience_s: float = 10.0) -> None:
    """Waits for solves that were cancelled.

    Exit handlers of C++ would destroy what such a solve still uses. One that takes too long ends the process without
    them, as an interrupt does: only an interrupt leaves one.
    """
    end = time.monotonic() + patience_s
    while _trimodal.solver_threads() > 0:
        if time.monotonic() > end:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(130)
        time.sleep(0.05)
