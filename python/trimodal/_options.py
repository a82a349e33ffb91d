"""Keyword arguments of the verbs: the fields of the HTTP API, with the same names, ranges and defaults."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict, Union

from ._inputs import HasGeoInterface, Place, Table

Cargo = Literal["containers", "dry_bulk", "liquid_bulk", "general", "reefer"]
Mode = Literal["rail", "sea", "road", "barge"]
Criterion = Literal["time", "cost", "co2e", "distance"]


class Shipment(TypedDict, total=False):
    """What is shipped, what it may use, and the law."""

    cargo: Cargo
    """Type of cargo; ``containers`` by default."""
    tonnes: float
    """Tonnes shipped; 10 where neither this nor ``teu`` is given."""
    teu: float
    """Containers shipped, in TEU of 10 t each."""
    modes: Sequence[Mode]
    """Modes that may be used; all by default."""
    avoid: Sequence[str]
    """Elements to avoid: countries (``RU``), passages (``suez``), ``border:BY-PL``, ``port:KRPUS``, …"""
    avoid_areas: Union[Mapping[str, object], HasGeoInterface]
    """Areas to avoid: GeoJSON with polygons, or anything with ``__geo_interface__``."""
    only_via: Sequence[str]
    """Of each kind of element listed only these may be used."""
    no_mended: bool
    """Exclude links that were added to close gaps in the source network."""
    ship: str
    """Class of the ship; by cargo by default."""
    draught_m: float
    """Draught of the ship, m, 0.1 to 30."""
    snap_km: float
    """Maximum distance from a place to the network, km; 100 by default."""
    hs: Sequence[str]
    """HS codes of the goods, for the law."""
    goods_origin: str
    """Country of origin of the goods; that of the starting point by default."""
    jurisdictions: Sequence[str]
    """Jurisdictions whose measures apply in addition to the built-in law: ``EU``, ``US``, ``UK``, ``CH``."""
    policies: Sequence[str]
    """Policy sets that apply in addition to the built-in law."""
    own_policies: Table
    """Additional policies: a table ``policies``."""
    date: Union[str, datetime.date]
    """Date for the law, for closures and for seasons; today (UTC) by default."""
    counterfactual_no_law: bool
    """Compute as if no law applied, for comparison; the answer is watermarked."""
    factors: Table
    """Emission factors that replace the bundled ones: a table ``factors``, or ``"desnz"``."""
    rates: Table
    """Rates that go before the bundled ones: a table ``rates``."""
    services: Table
    """Services that go before the bundled ones: a table ``services``."""
    overrides: Table
    """Links to close, or to change in speed or cost: a table ``overrides``."""
    places: Table
    """Places of your own, found before all others: a table ``own_places``."""


class _Time(TypedDict, total=False):
    time_limit_s: float
    """Time limit, s. What is known by then is the outcome."""


class RouteOptions(Shipment, _Time, total=False):
    """Options of ``route``."""

    via: Sequence[Place]
    """Places, ports and passages (``suez``) on the way, in order, without handling."""
    by: Literal["pareto", "time", "cost", "co2e", "distance"]
    """The Pareto set in time, cost and CO2e, or the best by one criterion; ``pareto`` by default."""
    alternatives: int
    """How many more itineraries that differ in modes, terminals or corridor."""
    tolerance: float
    """Relative epsilon of the Pareto set; 0: the exact set; 0.05 by default."""
    max_labels: int
    """Label limit; when it is reached the outcome is marked incomplete."""


class TableOptions(Shipment, _Time, total=False):
    """Options of ``table``."""

    by: Union[Criterion, Sequence[Criterion]]
    """What cells are the best by: one row for each; ``time`` by default."""
    both_ways: bool
    """Also the rows from each destination to each origin: they follow the others."""


class PairsOptions(Shipment, _Time, total=False):
    """Options of ``pairs``."""

    by: Union[Criterion, Sequence[Criterion]]
    """What pairs are the best by: one row for each; ``time`` by default."""
    geometry: Literal["wkt", "polyline6"]
    """The form of the line of each itinerary; without lines by default."""


class PlanOptions(_Time, total=False):
    """Options of ``plan``."""

    multiples: Sequence[float]
    """Multiples of today's capacity; those of the scenario by default."""
    policies: Sequence[str]
    """Sets of policies that hold beside the law and those of the scenario."""
    closed: Sequence[str]
    """Resources, links and places that are closed."""
    compare_policies: Sequence[str]
    """Compares the plan with one under these sets of policies."""
    compare_without: Sequence[str]
    """Each compares the plan with one without a resource, a link, or everything at a place."""
    compare_with: Sequence[str]
    """Each compares the plan with one with an option taken."""
    counterfactual_no_law: bool
    """Plan as if no law applied, for comparison; the outcome is watermarked."""
    staged: bool
    """Each rung contains the investments of the rung before."""
    samples: int
    """Samples of the uncertainty analysis; those of the scenario by default."""
    seed: int
    """Seed of the uncertainty analysis."""


class SimulateOptions(_Time, total=False):
    """Options of ``simulate``."""

    replications: int
    """Replications; 32 by default."""
    precision: float
    """Add replications until half the 95 % interval of deliveries is at most this share of the mean."""
    derate: bool
    """Find the largest share of the planned rate that holds."""
    seed: int
    """Seed; that of the scenario by default."""
    trace: bool
    """Keep a recording of the first replication."""


def as_fields(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options in types that JSON has, without those that are none."""
    return {name: _plain(name, value) for name, value in options.items() if value is not None}


def _plain(name: str, value: Any) -> Any:
    if name == "via":
        from ._inputs import place

        return [place(p) for p in ([value] if isinstance(value, str) else value)]
    if hasattr(value, "__geo_interface__"):
        return value.__geo_interface__
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value
