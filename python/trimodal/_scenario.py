"""Scenarios: a corridor, its facilities and its demand as tables."""

from __future__ import annotations

import html
import json
import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TypeAlias, Union, cast

from . import _trimodal
from ._draw import drawing
from ._errors import ArgumentError, FolderTakenError, InputError, Problem, one, unwritable
from ._inputs import Table, table
from ._tables import JsonObject, Mapped, write

SETTINGS = "scenario.toml"
SETTINGS_KEY = "scenario"
OTHER_FILES = {".csv", ".docx", ".html", ".json", ".ods", ".parquet", ".pdf", ".xls", ".zip"}
_NUMBERS: dict[str, type[int] | type[float]] = {"Int64": int, "Float64": float}

ScenarioTables: TypeAlias = Mapping[str, Union[Table, Mapping[str, object]]]
"""Tables by their names (``places``, ``links``, …), and the settings of ``scenario.toml`` as ``scenario``."""


def _files(tables: Mapping[str, Table | None]) -> dict[str, bytes]:
    """Tables as files, by names that a scenario may have; those that are None are left out."""
    known = _trimodal.Scenario.known_tables()
    hint = f"a scenario may have {', '.join(known)}"
    unknown = [name for name in tables if name not in known]
    if unknown:
        raise InputError([Problem("TM-SCN-012", f"there is no table `{name}`", value=name, hint=hint) for name in unknown])
    return {f"{name}.csv": table(given, name)[1] for name, given in tables.items() if given is not None}


class Scenario(Mapped):
    """A scenario, read and checked. It is never changed: edits give another.

    Tables: those of docs/reference/tables.md that it has, as they are written.
    """

    def __init__(
        self,
        source: Union[str, os.PathLike[str], ScenarioTables, _trimodal.Scenario],
        *,
        network: str | os.PathLike[str] | None = None,
        mapping: str | os.PathLike[str] | None = None,
    ) -> None:
        """Reads a folder, a workbook (``.xlsx``), or tables in memory.

        >>> from trimodal import Scenario
        >>> tables = Scenario.starter().to_dict()
        >>> tables["scenario"]["name"] = "Mine again"
        >>> Scenario(tables).name
        'Mine again'

        Args:
            source: the folder or the workbook; or a mapping of tables by their names (``places``, ``links``, …), each a
                data frame, a mapping of columns or a list of rows, and under ``scenario`` the settings of
                ``scenario.toml``. ``to_dict`` gives such a mapping.
            network: a file or folder of a network whose nodes and links take the place of its ``places`` and
                ``links``, in any format that ``convert`` reads.
            mapping: a file that says which column of the network means what.

        Raises:
            InputError: with every problem.
        """
        self._inner: _trimodal.Scenario
        if isinstance(source, _trimodal.Scenario):
            self._inner = source
        elif isinstance(source, Mapping):
            if network is not None:
                hint = "give the network to `Scenario(folder, network=…)`, after `save`"
                raise one(InputError, "TM-PY-001", "tables in memory take no network", hint, value=network)
            self._inner = _of_tables(source)
        elif not isinstance(source, (str, os.PathLike)):
            hint = "give a folder, a workbook, or a mapping of tables by their names"
            message = f"a {type(source).__name__} is no scenario"
            raise one(ArgumentError, "TM-PY-001", message, hint, value=type(source).__name__)
        elif network is None:
            self._inner = _trimodal.Scenario.read(os.fspath(source))
        else:
            named = None if mapping is None else os.fspath(mapping)
            self._inner = _trimodal.Scenario.over(os.fspath(source), os.fspath(network), named)
        self._notes = tuple(self._inner.notes())

    @staticmethod
    def starter() -> Scenario:
        """The commented scenario that ``trimodal new`` writes."""
        return Scenario(_trimodal.Scenario.starter())

    @staticmethod
    def from_tables(tables: Mapping[str, Table], settings: Mapping[str, object]) -> Scenario:
        """A scenario of tables by their names (``places``, ``links``, …), with the settings of ``scenario.toml``.

        Raises:
            InputError: with every problem, names of no table among them.
        """
        return Scenario({**tables, SETTINGS_KEY: dict(settings)})

    @property
    def settings(self) -> JsonObject:
        """The settings, those that the file leaves out with their defaults."""
        parsed: JsonObject = json.loads(self._inner.settings())
        return parsed

    def to_dict(self) -> JsonObject:
        """The settings as ``scenario`` and each table by its name, a list of rows: what ``Scenario`` takes.

        Columns of numbers are numbers, all others text as written; blank cells are none.
        """
        return {SETTINGS_KEY: self.settings, **{name: self._rows(name) for name in self.tables}}

    def _rows(self, name: str) -> list[JsonObject]:
        header, kinds, rows = self._inner.rows(name)

        def cell(kind: str, text: str) -> object:
            return _NUMBERS.get(kind, str)(text) if text else None

        return [dict(zip(header, map(cell, kinds, row))) for row in rows]

    @property
    def name(self) -> str:
        """Name of the study."""
        return str(self.settings["name"])

    @property
    def notes(self) -> tuple[str, ...]:
        """What was not read as it is written."""
        return self._notes

    @property
    def digest(self) -> str:
        """Fingerprint: plans of equal fingerprints can be run on each other's scenario."""
        return self._inner.digest()

    @cached_property
    def tables(self) -> tuple[str, ...]:
        """Names of its tables."""
        return tuple(self._inner.tables())

    def _capsule(self, table: str | None, geometry: bool) -> object:
        return self._inner.arrow(table or self.tables[0], geometry)

    def _geojson(self) -> bytes:
        return self._inner.geojson().encode()

    def with_tables(self, **tables: Table | None) -> Scenario:
        """The same scenario with some tables replaced, added, or left out: ``with_tables(demand=frame, policies=None)``.

        Raises:
            InputError: with every problem, names of no table among them.
        """
        files = _files(tables)
        kept = {name: text for name, text in self._inner.files().items() if name.removesuffix(".csv") not in tables}
        return Scenario(_trimodal.Scenario.from_files({**kept, **files}))

    def with_settings(self, **settings: object) -> Scenario:
        """The same scenario with some settings replaced: ``with_settings(discount_rate=0.05)``."""
        files = self._inner.files(json.dumps({**self.settings, **settings}))
        return Scenario(_trimodal.Scenario.from_files(files))

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes a workbook where the name ends in ``.xlsx``, else a folder of CSV tables: both can be read again.

        For a GIS, ``.gpkg`` has a layer for each table, and ``.geojson`` the places and links.
        Over a scenario, its tables that this one does not have are removed, so that it is what is read from the folder.

        Raises:
            InputError: for the ending of another kind of file (``TM-FMT-001``).
            FolderTakenError: for a folder that is no scenario and has tables that would be read as some of this one.
            FileError: for a file or folder that cannot be written.
        """
        target = Path(path)
        ending = target.suffix.lower()
        forms = {".xlsx": self._inner.xlsx, ".gpkg": self._inner.gpkg, ".geojson": self._geojson}
        if ending in forms:
            return write(target, forms[ending]())
        if ending in OTHER_FILES:
            hint = "name a folder, or a file .xlsx, .gpkg or .geojson"
            raise one(InputError, "TM-FMT-001", f"a scenario is no {ending} file", hint, value=path, file=str(path))
        files = self._inner.files()
        others = [target / f"{name}.csv" for name in _trimodal.Scenario.known_tables() if f"{name}.csv" not in files]
        stale = [path for path in others if path.exists()]
        if stale and not (target / SETTINGS).exists():
            message = f"`{stale[0]}` is no table of this scenario and would be read as one"
            raise one(FolderTakenError, "TM-IO-002", message, "name another folder", value=target, file=str(stale[0]))
        try:
            target.mkdir(parents=True, exist_ok=True)
        except OSError as why:
            raise unwritable(target, why) from None
        for path in stale:
            path.unlink()
        for name, content in files.items():
            write(target / name, content)
        return target

    def __reduce__(self) -> tuple[object, tuple[dict[str, bytes], tuple[str, ...]]]:
        return (_received, (self._inner.as_read(), self._notes))

    def _repr_html_(self) -> str:
        """Its tables with their rows, and a drawing of its places and links, in a notebook."""
        rows = "".join(
            f"<tr><td>{html.escape(name)}</td><td>{len(self._inner.rows(name)[2])}</td></tr>" for name in self.tables
        )
        head = f"<b>{html.escape(self.name)}</b><table><tr><th>table</th><th>rows</th></tr>{rows}</table>"
        return f"<div>{head}{drawing(self.__geo_interface__)}</div>"

    def __repr__(self) -> str:
        return f"<Scenario {self.name}: {', '.join(self.tables)}>"


def _of_tables(given: ScenarioTables) -> _trimodal.Scenario:
    """The scenario of tables in memory."""
    tables = {name: of for name, of in given.items() if name not in (SETTINGS_KEY, SETTINGS)}
    settings = given.get(SETTINGS_KEY, given.get(SETTINGS))
    if not isinstance(settings, Mapping):
        message = f"the tables {', '.join(tables)} have no settings" if tables else "there are no tables and no settings"
        hint = "give those of scenario.toml as `scenario`: Scenario({'scenario': {'name': 'Mine', …}, 'places': …})"
        raise one(InputError, "TM-SCN-001", message, hint, file=SETTINGS)
    files = _files(cast("Mapping[str, Table | None]", tables))
    blank = _trimodal.Scenario.starter().files(json.dumps(dict(settings), default=str))
    return _trimodal.Scenario.from_files({**files, SETTINGS: blank[SETTINGS]})


def _received(files: dict[str, bytes], notes: tuple[str, ...]) -> Scenario:
    """A scenario that was pickled."""
    scenario = Scenario(_trimodal.Scenario.from_files(files))
    scenario._notes = notes
    return scenario
