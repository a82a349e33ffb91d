"""The verbs: a question in, an outcome out.

Each releases the interpreter's lock while it computes, and ends early on Ctrl-C.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Union

from . import _trimodal, _world
from ._errors import ArgumentError, InputError, one, unreadable
from ._inputs import File, Place, Points, explained, pairs as pairs_file, place, points, table as table_file
from ._inputs import Pairs as PairsGiven
from ._options import as_fields
from ._outcomes import Pairs, Plan, Routes, Simulation
from ._outcomes import Table as TableOutcome
from ._progress import Progress, call, told
from ._scenario import Scenario, ScenarioTables
from ._world import World

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._options import (
        PairsOptions,
        PlanOptions,
        RouteOptions,
        SimulateOptions,
        TableOptions,
    )

_TABLES = ("own_policies", "factors", "rates", "services", "overrides", "places")


def _asked(options: Mapping[str, Any]) -> tuple[bytes, list[tuple[str, File]]]:
    """Options as the JSON that the library reads, and the tables among them."""
    fields = as_fields(options)
    files = [(name, _file(name, fields.pop(name))) for name in _TABLES if name in fields]
    return _json(fields), files


def _file(name: str, given: Any) -> File:
    return ("desnz", b"") if name == "factors" and given == "desnz" else table_file(given, name)


def _json(fields: Mapping[str, Any]) -> bytes:
    # Numbers of numpy and pandas know their own Python type.
    def plain(value: Any) -> Any:
        if hasattr(value, "tolist"):
            return value.tolist()
        if isinstance(value, (set, frozenset)):
            return sorted(value)
        hint = "give numbers, text, lists of them, or tables where the argument takes one"
        message = f"a {type(value).__name__} cannot be an argument"
        raise one(ArgumentError, "TM-PY-001", message, hint, value=value)

    return json.dumps(dict(fields), default=plain).encode()


def _scenario(given: Union[str, os.PathLike[str], Scenario, ScenarioTables]) -> Scenario:
    return given if isinstance(given, Scenario) else Scenario(given)


def route(
    origin: Place,
    destination: Place,
    *,
    world: World | None = None,
    progress: Progress = False,
    threads: int | None = None,
    **options: Unpack[RouteOptions],
) -> Routes:
    """How a shipment goes between two places: the Pareto set in time, cost and CO2e, or the best by one criterion.

    >>> import trimodal
    >>> routes = trimodal.route("Mombasa", "Kampala", tonnes=20)
    >>> routes[0].time_h > 0
    True

    Args:
        origin: where from: a name (``"Paris, FR"``), a port code, ``(lat, lon)`` in degrees, a mapping, or a point of
            shapely.
        destination: where to.
        world: the world; the default one if none is given.
        progress: a callback ``(stage, done, total)``, or ``True`` for a bar of tqdm.
        threads: threads; one for each core by default.
        options: see ``RouteOptions``.

    Returns:
        ``Routes``: times in h, costs in US dollars and CO2e in kg, of the whole shipment. Where there is no
        itinerary, ``unreachable`` says why.

    Raises:
        InputError: an input cannot be used; ``problems`` has every reason.
    """
    ends = {"from": place(origin), "to": place(destination)}
    body, files = _asked({**options, **ends})
    inner = (world or _world.default())._inner
    with told(progress) as callback:
        return Routes(_trimodal.route(inner, body, files, call(callback, threads)))


def table(
    origins: Points,
    destinations: Points,
    *,
    world: World | None = None,
    progress: Progress = False,
    threads: int | None = None,
    **options: Unpack[TableOptions],
) -> TableOutcome:
    """The best itineraries from each origin to each destination.

    >>> import trimodal
    >>> cells = trimodal.table(["Mombasa"], {"id": ["k"], "lat": [0.31], "lon": [32.58]}, by=["time", "cost"])
    >>> len(cells.to_dict()["rows"])
    2

    Args:
        origins: places, a table of them (``id`` and ``place``, or ``id``, ``lat`` and ``lon``), or a GeoDataFrame of
            points.
        destinations: points to end at, in the same way.
        world: the world; the default one if none is given.
        progress: a callback ``(stage, done, total)``, or ``True`` for a bar of tqdm.
        threads: threads; one for each core by default.
        options: see ``TableOptions``.

    Returns:
        ``Table``: origins x destinations x criteria rows, in this order.

    Raises:
        InputError: an input cannot be used. Single points that cannot be used have rows that say so.
    """
    ends = (points(origins, "origins"), points(destinations, "destinations"))
    body, files = _asked(options)
    inner = (world or _world.default())._inner
    with told(progress) as callback:
        try:
            return TableOutcome(_trimodal.table(inner, ends, body, files, call(callback, threads)))
        except InputError as refused:
            raise explained(refused, {"origins": origins, "destinations": destinations}) from None


def pairs(
    pairs: PairsGiven,
    *,
    world: World | None = None,
    progress: Progress = False,
    threads: int | None = None,
    **options: Unpack[PairsOptions],
) -> Pairs:
    """The best itinerary of each pair of a list.

    Args:
        pairs: two places each, or a table with ``origin`` and ``destination``, or with their coordinates
            (``origin_lat``, ``origin_lon``, …), and perhaps ``id``; or a GeoDataFrame of lines.
        world: the world; the default one if none is given.
        progress: a callback ``(stage, done, total)``, or ``True`` for a bar of tqdm.
        threads: threads; one for each core by default.
        options: see ``PairsOptions``; ``geometry="wkt"`` for the lines of the itineraries, not straight ones.

    Returns:
        ``Pairs``: pairs x criteria rows, in this order.

    Raises:
        InputError: an input cannot be used. Single pairs that cannot be used have rows that say so.
    """
    file = pairs_file(pairs)
    body, files = _asked(options)
    inner = (world or _world.default())._inner
    with told(progress) as callback:
        return Pairs(_trimodal.pairs(inner, file, body, files, call(callback, threads)))


def plan(
    scenario: Union[str, os.PathLike[str], Scenario, ScenarioTables],
    *,
    progress: Progress = False,
    threads: int | None = None,
    **options: Unpack[PlanOptions],
) -> Plan:
    """What a corridor can carry, what limits it, and the cheapest ways to carry more.

    Args:
        scenario: a ``Scenario``, the path of a folder or workbook, or a mapping of tables (see ``Scenario``).
        progress: a callback ``(stage, done, total)``, or ``True`` for a bar of tqdm.
        threads: threads; one for each core by default.
        options: see ``PlanOptions``.

    Returns:
        ``Plan``: volumes in t a year, money in US dollars. Rungs that cannot be carried, or were not solved in
        time, say so; ``stopped`` tells that the time limit was reached.

    Raises:
        InputError: an input cannot be used.
        NoOutcomeError: the time limit was reached before anything was known.
    """
    inner = _scenario(scenario)._inner
    with told(progress) as callback:
        return Plan(_trimodal.plan(inner, _json(as_fields(options)), call(callback, threads)))


def simulate(
    scenario: Union[str, os.PathLike[str], Scenario, ScenarioTables],
    *,
    plan: Union[Plan, str, os.PathLike[str], None] = None,
    against: Union[Plan, Scenario, str, os.PathLike[str], None] = None,
    multiple: Union[float, Literal["asked", "observed"]] = 1,
    year: int | None = None,
    progress: Progress = False,
    threads: int | None = None,
    **options: Unpack[SimulateOptions],
) -> Simulation:
    """Runs a plan train by train, ship by ship and truck by truck, and judges whether it holds.

    Args:
        scenario: a ``Scenario``, the path of a folder or workbook, or a mapping of tables (see ``Scenario``).
        plan: a ``Plan`` of it, or the path of its ``plan.json``; without one a plan is made first.
        against: run with the same random numbers, to see the difference: another ``Plan`` of the scenario or the path
            of its ``plan.json``, or another ``Scenario`` or its folder. It is in ``to_dict()["against"]``.
        multiple: 1 for today's capacity, a rung of the plan, ``"asked"`` for the demand as stated, or
            ``"observed"`` for what was carried in the last known year.
        year: run what was carried in this year, from ``[[observed]]`` of the scenario.
        progress: a callback ``(stage, done, total)``, or ``True`` for a bar of tqdm.
        threads: threads; one for each core by default. The outcome does not depend on them.
        options: see ``SimulateOptions``.

    Returns:
        ``Simulation``: volumes in t a year, times in h, with 95 % intervals over replications.

    Raises:
        InputError: an input cannot be used, or the plan is of another scenario.
        NoOutcomeError: there is nothing to run, or the time limit was reached before the first replications.
    """
    inner = _scenario(scenario)._inner
    if isinstance(plan, (str, os.PathLike)):
        plan = _plan_in(inner, Path(plan))
    if plan is not None and not isinstance(plan, Plan):
        hint = "give a `Plan`, or the path of a `plan.json`"
        raise one(ArgumentError, "TM-PY-001", f"`plan` is a {type(plan).__name__}", hint, value=plan)
    body = _json({**as_fields(options), "volume": str(multiple)})
    run_of = (inner, None if plan is None else plan._inner)
    with told(progress) as callback:
        return Simulation(_trimodal.simulate(run_of, _second(inner, against), year, body, call(callback, threads)))


def _plan_in(scenario: _trimodal.Scenario, path: Path) -> Plan:
    try:
        content = path.read_bytes()
    except OSError as why:
        raise unreadable(path, why, "give the `plan.json` that `plan.save` or `trimodal plan --json` wrote") from None
    return Plan(_trimodal.read_plan(scenario, (str(path), content)))


def _second(
    first: _trimodal.Scenario, against: Union[Plan, Scenario, str, os.PathLike[str], None]
) -> tuple[_trimodal.Scenario, _trimodal.Outcome | None, str] | None:
    """What a run is compared with: a plan of its scenario, or another scenario."""
    if against is None:
        return None
    if isinstance(against, Plan):
        return (first, against._inner, "the other plan")
    if isinstance(against, Scenario):
        return (against._inner, None, against.name)
    if isinstance(against, (str, os.PathLike)) and Path(against).suffix == ".json":
        return (first, _plan_in(first, Path(against))._inner, str(against))
    return (_scenario(against)._inner, None, str(against))
