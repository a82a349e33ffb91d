"""Scenarios: a corridor, its facilities and its demand as tables."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Union

from . import _trimodal
from ._errors import InputError, Problem
from ._inputs import Table, table
from ._tables import Mapped, write

SETTINGS = "scenario.toml"
OTHER_FILES = {".csv", ".docx", ".geojson", ".gpkg", ".html", ".json", ".ods", ".parquet", ".pdf", ".xls", ".zip"}


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
        source: Union[str, os.PathLike[str], _trimodal.Scenario],
        *,
        network: str | os.PathLike[str] | None = None,
        mapping: str | os.PathLike[str] | None = None,
    ) -> None:
        """Reads a folder or a workbook (``.xlsx``).

        Args:
            source: the folder or the workbook.
            network: a file or folder of a network whose nodes and links take the place of its ``places`` and
                ``links``, in any format that ``convert`` reads.
            mapping: a file that says which column of the network means what.

        Raises:
            InputError: with every problem.
        """
        self._inner: _trimodal.Scenario
        if isinstance(source, _trimodal.Scenario):
            self._inner = source
        elif network is None:
            self._inner = _trimodal.Scenario.read(os.fspath(source))
        else:
            named = None if mapping is None else os.fspath(mapping)
            self._inner = _trimodal.Scenario.over(os.fspath(source), os.fspath(network), named)

    @staticmethod
    def starter() -> Scenario:
        """The commented scenario that ``trimodal new`` writes."""
        return Scenario(_trimodal.Scenario.starter())

    @staticmethod
    def from_tables(tables: Mapping[str, Table], settings: Mapping[str, Any]) -> Scenario:
        """A scenario of tables by their names (``places``, ``links``, …), with the settings of ``scenario.toml``.

        Raises:
            InputError: with every problem, names of no table among them.
        """
        files = _files(tables)
        blank = Scenario.starter()._inner.files(json.dumps(dict(settings)))
        return Scenario(_trimodal.Scenario.from_files({**files, SETTINGS: blank[SETTINGS]}))

    @property
    def settings(self) -> dict[str, Any]:
        """The settings, those that the file leaves out with their defaults."""
        parsed: dict[str, Any] = json.loads(self._inner.settings())
        return parsed

    @property
    def name(self) -> str:
        """Name of the study."""
        return str(self.settings["name"])

    @property
    def notes(self) -> tuple[str, ...]:
        """What was not read as it is written."""
        return tuple(self._inner.notes())

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

    def with_settings(self, **settings: Any) -> Scenario:
        """The same scenario with some settings replaced: ``with_settings(discount_rate=0.05)``."""
        files = self._inner.files(json.dumps({**self.settings, **settings}))
        return Scenario(_trimodal.Scenario.from_files(files))

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes a workbook where the name ends in ``.xlsx``, else a folder of CSV tables.

        Over a scenario, its tables that this one does not have are removed, so that it is what is read from the folder.

        Raises:
            ValueError: for the ending of another kind of file.
            FileExistsError: for a folder that is no scenario and has tables that would be read as some of this one.
        """
        target = Path(path)
        if target.suffix.lower() == ".xlsx":
            return write(target, self._inner.xlsx())
        if target.suffix.lower() in OTHER_FILES:
            raise ValueError(f"a scenario is no {target.suffix} file: name a folder or a file .xlsx")
        files = self._inner.files()
        others = [target / f"{name}.csv" for name in _trimodal.Scenario.known_tables() if f"{name}.csv" not in files]
        stale = [path for path in others if path.exists()]
        if stale and not (target / SETTINGS).exists():
            raise FileExistsError(f"{stale[0]} is no table of this scenario and would be read as one: name another folder")
        target.mkdir(parents=True, exist_ok=True)
        for path in stale:
            path.unlink()
        for name, content in files.items():
            write(target / name, content)
        return target

    def __repr__(self) -> str:
        return f"<Scenario {self.name}: {', '.join(self.tables)}>"
