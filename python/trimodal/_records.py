"""Parts of outcomes as plain records. Each number has its unit in its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar

T = TypeVar("T")


def record(of: type[T], given: Mapping[str, Any], **parts: Any) -> T:
    """A record from an object of the JSON, which may have more fields."""
    names = {field.name for field in fields(of)}  # type: ignore[arg-type]
    own = {name: value for name, value in given.items() if name in names}
    return of(**{**own, **parts})


@dataclass(frozen=True)
class Leg:
    """One ride."""

    mode: str
    """``rail``, ``sea``, ``road`` or ``barge``."""
    origin: str
    """Where from."""
    destination: str
    """Where to."""
    distance_km: float
    """Distance, km."""
    time_h: float
    """Time, h."""
    cost_usd: float
    """Cost of the shipment, US dollars."""
    co2e_kg: float
    """CO2e, well to wheel, kg."""
    access: bool
    """Whether it is the truck between a place and the network."""
    line: tuple[tuple[float, float], ...]
    """Longitude and latitude of its line, degrees."""


@dataclass(frozen=True)
class Itinerary:
    """One itinerary."""

    chain: str
    """Modes in order, for example ``road-sea-rail``."""
    best_at: tuple[str, ...]
    """Criteria by which it is the best of those listed."""
    distance_km: float
    """Total distance, km."""
    time_h: float
    """Expected total time, h."""
    time_p50_h: float
    """Median total time, h."""
    time_p90_h: float
    """Nine of ten shipments need no longer than this, h."""
    cost_usd: float
    """Total cost of the shipment, US dollars."""
    co2e_kg: float
    """Total CO2e, well to wheel, kg."""
    countries: tuple[str, ...]
    """Countries on land, in order."""
    passages: tuple[str, ...]
    """Sea passages, in order."""
    legs: tuple[Leg, ...]
    """Rides, in order."""
    warnings: tuple[str, ...] = ()
    """What looks wrong with it."""


def itinerary(given: Mapping[str, Any]) -> Itinerary:
    """An itinerary of the JSON."""
    lists = ("best_at", "countries", "passages", "warnings")
    parts = {name: tuple(given.get(name, ())) for name in lists}
    return record(Itinerary, given, legs=tuple(_leg(leg) for leg in given["legs"]), **parts)


def _leg(given: Mapping[str, Any]) -> Leg:
    line = tuple((float(lon), float(lat)) for lon, lat in given["line"])
    return record(Leg, given, origin=given["from"], destination=given["to"], line=line)


@dataclass(frozen=True)
class Investment:
    """An option that is taken."""

    option: str
    """Id of the option."""
    name: str
    """Its name."""
    level: int
    """How many times it is taken."""
    capex_usd: float
    """Investment in all its levels, US dollars."""


@dataclass(frozen=True)
class Rung:
    """The cheapest investments that carry a multiple of today's capacity."""

    multiple: float
    """Multiple of today's capacity."""
    capacity_t_per_year: float
    """What it carries, t/year."""
    status: str
    """``optimal``, ``feasible``, ``infeasible`` or ``time_limit``."""
    capex_usd: float | None
    """Investment, US dollars; none where it is not solved."""
    gap: float | None
    """How far it may be from the cheapest, 0 to 1."""
    npv_usd: float | None
    """Net present value, US dollars."""
    eirr: float | None
    """Economic internal rate of return, 0.12 for 12 %."""
    investments: tuple[Investment, ...]
    """What is built."""
    reason: str | None
    """Why it is not carried."""


def rung(given: Mapping[str, Any]) -> Rung:
    """A rung of the JSON."""
    worth = given.get("economics") or {}
    return record(
        Rung,
        given,
        npv_usd=worth.get("npv_usd"),
        eirr=worth.get("eirr"),
        reason=given.get("reason"),
        investments=tuple(record(Investment, item) for item in given["investments"]),
    )


@dataclass(frozen=True)
class Estimate:
    """A mean over replications with its 95 % interval; none after a single replication."""

    mean: float
    ci95_low: float | None
    ci95_high: float | None


@dataclass(frozen=True)
class Verdict:
    """Whether a plan holds when it is run."""

    answer: str
    """``holds``, ``fails`` or ``undecided``."""
    holds: bool
    """Whether the answer is ``holds``."""
    reason: str
    """Why, in a sentence."""
    unit: str
    """Unit of the volumes: ``t``, or the one that all demands share."""
    planned_per_year: float
    """Volume of the plan."""
    delivered_per_year: Estimate
    """Volume that arrived."""
    share_delivered: Estimate
    """Arrived over sent, year on year."""
    probability_reached: float
    """Share of replications in which at least 98 % of the plan arrived."""


def verdict(given: Mapping[str, Any]) -> Verdict:
    """The verdict of the JSON."""
    names = ("delivered_per_year", "share_delivered")
    return record(Verdict, given, **{name: record(Estimate, given[name]) for name in names})
