"""Outcomes: routes, tables, pairs, plans, simulations."""

from __future__ import annotations

import html
import json
import os
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

from . import _records as records
from . import _trimodal
from ._errors import MissingLibraryError
from ._libraries import library
from ._tables import Mapped, Stream, Tables, write


class Outcome(Tables):
    """An answer of the library, in the forms that the command line writes."""

    _forms: ClassVar[tuple[str, ...]] = ("json",)

    def __init__(self, inner: _trimodal.Outcome) -> None:
        self._inner = inner

    @cached_property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables, the main one first."""
        return tuple(self._inner.tables())

    def _capsule(self, table: str | None, geometry: bool) -> object:
        return self._inner.arrow(table)

    def _written(self, form: str) -> bytes:
        written = self._inner.write(form)
        if written is None:
            raise ValueError(f"{type(self).__name__} has no form {form!r}")
        return written

    @cached_property
    def _dict(self) -> dict[str, Any]:
        parsed: dict[str, Any] = json.loads(self._written("json"))
        return parsed

    def to_dict(self) -> dict[str, Any]:
        """The JSON of the command line, with the same schema (docs/reference)."""
        parsed: dict[str, Any] = json.loads(self._written("json"))
        return parsed

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes a file in the form that its name ends with, whole or not at all."""
        form = Path(path).suffix[1:].lower()
        if form not in self._forms:
            known = ", ".join(f".{form}" for form in self._forms)
            raise ValueError(f"{path} does not end in one of {known}")
        return write(path, self._written(form))

    @property
    def attribution(self) -> tuple[str, ...]:
        """Who made the data behind the figures: to be named wherever they are shown."""
        return tuple(self._dict.get("attribution", ()))

    def __str__(self) -> str:
        return self._written("txt").decode()


class _Page(Outcome):
    """An outcome with a page."""

    def _repr_html_(self) -> str:
        """The report, with its map, in a notebook."""
        page = html.escape(self._written("html").decode())
        style = "width:100%;height:640px;border:0"
        return f'<iframe srcdoc="{page}" style="{style}" sandbox="allow-scripts"></iframe>'


class _Rows(Outcome):
    """An outcome of rows."""

    _forms = ("parquet", "csv", "json", "xlsx")

    def __str__(self) -> str:
        return self._inner.summary()

    def _repr_html_(self) -> str:
        try:
            return str(self.to_pandas().to_html(max_rows=20))
        except MissingLibraryError:
            return f"<pre>{html.escape(str(self))}</pre>"

    @property
    def stopped(self) -> str | None:
        """Why rows are missing: ``time_limit`` or ``cancelled``; none where none are."""
        reason: str | None = self._dict.get("stopped")
        return reason


class Routes(_Page, Mapped):
    """The itineraries of a shipment, or why there is none.

    Tables: ``itineraries``, ``legs`` (both with lines) and ``transfers`` (with points).
    """

    _forms = ("json", "geojson", "html", "txt")

    def _geojson(self) -> bytes:
        return self._written("geojson")

    @cached_property
    def itineraries(self) -> tuple[records.Itinerary, ...]:
        """The itineraries; for a Pareto set fastest first."""
        return tuple(records.itinerary(given) for given in self._dict["itineraries"])

    @property
    def unreachable(self) -> str | None:
        """Why there is no itinerary, in a sentence; none where there is one."""
        told = self._dict.get("unreachable")
        return None if told is None else str(told["message"])

    @property
    def stopped(self) -> str | None:
        """Why the search ended early: ``label_limit`` or ``time_limit``; none where it did not."""
        reason: str | None = self._dict.get("stopped")
        return reason

    def __len__(self) -> int:
        return len(self._dict["itineraries"])

    def __bool__(self) -> bool:
        return len(self) > 0

    def __iter__(self) -> Iterator[records.Itinerary]:
        return iter(self.itineraries)

    def __getitem__(self, position: int) -> records.Itinerary:
        return self.itineraries[position]

    def __repr__(self) -> str:
        ends = (self._dict[end]["name"] for end in ("origin", "destination"))
        return f"<Routes {' to '.join(ends)}: {len(self)}>"


class Table(_Rows):
    """The best itineraries between many points: a row for each pair and criterion.

    Columns: ``origin``, ``destination``, ``status``, ``by``, ``chain``, ``distance_km``, ``time_h``, ``time_p50_h``,
    ``time_p90_h``, ``cost_usd``, ``co2e_kg``, ``mended_km`` and ``reason``; figures are null where ``status`` is not
    ``reached`` or ``same_place``.
    """

    def __repr__(self) -> str:
        return f"<Table {str(self).splitlines()[0].removeprefix('table: ')}>"


class Pairs(_Rows):
    """The best itinerary of each pair of a list: a row for each pair and criterion, as in a table."""

    def to_geopandas(self) -> Any:
        """The rows with their lines, a ``geopandas.GeoDataFrame`` in EPSG:4326."""
        geopandas = library("geopandas", "geopandas")
        frame = self.to_pandas()
        if "wkt" not in frame.columns:
            raise ValueError("these pairs have no lines: ask with geometry='wkt'")
        lines = geopandas.GeoSeries.from_wkt(frame.pop("wkt"), crs="EPSG:4326")
        return geopandas.GeoDataFrame(frame, geometry=lines)

    def __repr__(self) -> str:
        return f"<Pairs {str(self).splitlines()[0].removeprefix('table: ')}>"


class Plan(_Page, Mapped):
    """What a corridor can carry, what limits it, and the cheapest ways to carry more.

    Tables: ``ladder``, ``investments``, ``capacity`` of each demand, ``binding``, ``facilities``, ``use`` of
    facilities, ``links`` (with lines) and ``not_permitted``.
    """

    _forms = ("json", "html", "xlsx", "geojson", "txt")

    def _geojson(self) -> bytes:
        return self._written("geojson")

    @property
    def capacity_t_per_year(self) -> float:
        """Today's capacity, in the ``unit`` of the plan a year (``t`` by default)."""
        return float(self._dict["capacity"]["total_t_per_year"])

    @property
    def unit(self) -> str:
        """Unit of volumes."""
        return str(self._dict["unit"])

    @property
    def binding(self) -> tuple[str, ...]:
        """Names of the facilities that bind today."""
        return tuple(item["name"] for item in self._dict["capacity"]["binding"])

    @property
    def reason(self) -> str | None:
        """Why nothing is carried; none where something is."""
        why: str | None = self._dict["capacity"]["reason"]
        return why

    @property
    def limits_reached(self) -> tuple[str, ...]:
        """Limits that were reached, in words."""
        return tuple(self._dict["limits_reached"])

    @cached_property
    def ladder(self) -> tuple[records.Rung, ...]:
        """The cheapest investments for multiples of today's capacity."""
        return tuple(records.rung(given) for given in self._dict["ladder"])

    def __repr__(self) -> str:
        volume = f"{self.capacity_t_per_year:,.0f} {self.unit}/year"
        return f"<Plan {self._dict['scenario']}: {volume}, {len(self.ladder)} rungs>"


class Simulation(_Page, Mapped):
    """A plan that was run, and whether it holds.

    Tables: ``demand`` (lines from origins to destinations), ``resources``, ``stocks`` and ``closures`` (points of
    places, lines of links), and ``replicates``, without geometry. A ``.parquet`` file has the last.
    """

    _forms = ("json", "geojson", "html", "parquet", "txt")

    def _geojson(self) -> bytes:
        return self._written("geojson")

    @cached_property
    def verdict(self) -> records.Verdict:
        """Whether the plan holds, and why."""
        return records.verdict(self._dict["verdict"])

    @property
    def replications(self) -> int:
        """Replications done."""
        return int(self._dict["replications"])

    @property
    def stopped(self) -> str | None:
        """Why there are fewer replications than asked for; none where there are not."""
        reason: str | None = self._dict["stopped"]
        return reason

    def trace(self) -> bytes:
        """Each seizure and release of resources in the first replication, as CSV."""
        return self._written("trace")

    def recording(self) -> dict[str, Any]:
        """Movements of vehicles in the first replication, where they were asked for with ``trace=True``."""
        parsed: dict[str, Any] = json.loads(self._written("recording"))
        return parsed

    def __repr__(self) -> str:
        run = f"{self._dict['scenario']}, {self._dict['case']}"
        return f"<Simulation {run}: {self.verdict.answer}, {self.replications} replications>"


__all__ = ["Outcome", "Pairs", "Plan", "Routes", "Simulation", "Stream", "Table"]
