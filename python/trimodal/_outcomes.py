"""Outcomes: routes, tables, pairs, plans, simulations."""

from __future__ import annotations

import html
import json
import math
import os
import zlib
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import ClassVar, TypeAlias

from . import _records as records
from . import _trimodal
from ._errors import InputError, MissingLibraryError, one
from ._tables import JsonObject, Mapped, Stream, form_of, write

_Parts: TypeAlias = list[tuple[str, bytes]]


class Outcome(Mapped):
    """An answer of the library, in the forms that the command line writes.

    It can be copied and pickled with all its forms, for processes that have the same version of the package.
    """

    _forms: ClassVar[tuple[str, ...]] = ("json",)

    def __init__(self, inner: _trimodal.Outcome) -> None:
        self._inner = inner

    @cached_property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables, the main one first."""
        return tuple(self._inner.tables())

    def _capsule(self, table: str | None, geometry: bool) -> object:
        return self._inner.arrow(table)

    def _geojson(self) -> bytes:
        return self._written("geojson")

    def _written(self, form: str, table: str | None = None) -> bytes:
        written = self._inner.write(form, table)
        if written is None:
            hint = f"it has {', '.join(self._forms)}"
            message = f"{type(self).__name__} has no form `{form}`"
            raise one(InputError, "TM-PY-003", message, hint, value=form)
        return written

    @cached_property
    def _dict(self) -> JsonObject:
        parsed: JsonObject = json.loads(self._written("json"))
        return parsed

    def to_dict(self) -> JsonObject:
        """The JSON of the command line, with the same schema (docs/reference)."""
        parsed: JsonObject = json.loads(self._written("json"))
        return parsed

    def save(self, path: str | os.PathLike[str], table: str | None = None) -> Path:
        """Writes a file in the form that its name ends with, whole or not at all.

        ``.gpkg`` is a GeoPackage with all tables, and ``about`` with whom to name; ``.parquet`` has one table, the main
        one where ``table`` names no other, and ``.geoparquet`` the same with geometry wherever there is any.

        Args:
            path: the file.
            table: the table of a ``.parquet`` or ``.geoparquet`` file.

        Raises:
            InputError: the outcome has no such form (``TM-FMT-001``) or table.
            FileError: the file cannot be written (``TM-IO-002``).
        """
        form = form_of(path, self._forms, type(self).__name__)
        self._known(table)
        if table is not None and form not in ("parquet", "geoparquet"):
            message = f"a file .{form} has more than the table `{table}`"
            raise one(InputError, "TM-PY-003", message, "leave out `table`, or write .parquet", value=table)
        return write(path, self._written(form, table))

    def __reduce__(self) -> tuple[object, tuple[str, _Parts]]:
        kind, parts = _trimodal.pack(self._inner)
        return (_received, (kind, [(name, zlib.compress(part, 1)) for name, part in parts]))

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
    """An outcome of rows. Its lines are made where they are asked for: by ``to_geopandas`` and in maps."""

    _forms = ("parquet", "csv", "json", "xlsx", "gpkg", "geoparquet", "geojson")

    def _drawn(self, table: str | None) -> Stream:
        self._known(table)
        return Stream(self._inner.arrow(table, True))

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


class Routes(_Page):
    """The itineraries of a shipment, or why there is none.

    Tables: ``itineraries``, ``legs`` (both with lines) and ``transfers`` (with points).
    """

    _forms = ("json", "geojson", "html", "txt", "gpkg", "parquet", "geoparquet")

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
    ``reached`` or ``same_place``. The tables ``origins`` and ``destinations`` have the ids and points of the ends, and
    ``to_geopandas`` gives the cells straight lines between them; a line is null where an end cannot be used, or both
    are one place.
    """

    def __repr__(self) -> str:
        return f"<Table {str(self).splitlines()[0].removeprefix('table: ')}>"


class Pairs(_Rows):
    """The best itinerary of each pair of a list: a row for each pair and criterion, as in a table.

    ``to_geopandas`` and maps have the lines of the itineraries where they were asked for with ``geometry``, and straight
    lines between the ends else.
    """

    def __repr__(self) -> str:
        return f"<Pairs {str(self).splitlines()[0].removeprefix('table: ')}>"


class Plan(_Page):
    """What a corridor can carry, what limits it, and the cheapest ways to carry more.

    Tables: ``ladder``, ``investments``, ``capacity`` of each demand, ``binding``, ``facilities``, ``use`` of
    facilities, ``links`` (with lines) and ``not_permitted``.
    """

    _forms = ("json", "html", "xlsx", "geojson", "txt", "gpkg", "parquet", "geoparquet")

    @property
    def capacity_t_per_year(self) -> float:
        """Today's capacity, in the ``unit`` of the plan a year (``t`` by default).

        It is not a number (``math.isnan``) where the time limit was reached before anything was known.
        """
        capacity = self._dict["capacity"]
        return math.nan if capacity["out_of_time"] else float(capacity["total_t_per_year"])

    @property
    def stopped(self) -> str | None:
        """``time_limit`` where that was reached before all was known, of which ``limits_reached`` and the ``status`` and
        ``reason`` of rungs say more; none where the plan is whole."""
        late = self._dict["capacity"]["out_of_time"] or self.limits_reached
        unproven = any(rung.status in ("time_limit", "feasible") for rung in self.ladder)
        return "time_limit" if late or unproven else None

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
        known = not math.isnan(self.capacity_t_per_year)
        volume = f"{self.capacity_t_per_year:,.0f} {self.unit}/year" if known else "capacity not known"
        stopped = ", stopped at the time limit" if self.stopped else ""
        return f"<Plan {self._dict['scenario']}: {volume}, {len(self.ladder)} rungs{stopped}>"


class Simulation(_Page):
    """A plan that was run, and whether it holds.

    Tables: ``demand`` (lines from origins to destinations), ``resources``, ``stocks`` and ``closures`` (points of
    places, lines of links), and ``replicates``, without geometry. A ``.parquet`` file has the last.
    """

    _forms = ("json", "geojson", "html", "parquet", "txt", "gpkg", "geoparquet")

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

    def recording(self) -> JsonObject:
        """Movements of vehicles in the first replication, where they were asked for with ``trace=True``.

        Raises:
            InputError: they were not asked for.
        """
        written = self._inner.write("recording", None)
        if written is None:
            message = "the simulation has no recording"
            raise one(InputError, "TM-PY-003", message, "ask for it: simulate(…, trace=True)")
        parsed: JsonObject = json.loads(written)
        return parsed

    def __repr__(self) -> str:
        run = f"{self._dict['scenario']}, {self._dict['case']}"
        return f"<Simulation {run}: {self.verdict.answer}, {self.replications} replications>"


def _received(kind: str, parts: _Parts) -> Outcome:
    """An outcome that was pickled."""
    inner = _trimodal.unpack((kind, [(name, zlib.decompress(part)) for name, part in parts]))
    kinds: dict[str, type[Outcome]] = {
        "routes": Routes,
        "table": Table,
        "pairs": Pairs,
        "plan": Plan,
        "simulation": Simulation,
    }
    return kinds[kind](inner)


__all__ = ["Outcome", "Pairs", "Plan", "Routes", "Simulation", "Stream", "Table"]
