"""Scenarios: a corridor, its facilities and its demand as tables."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Union

from . import _trimodal
from ._inputs import Table, table
from ._tables import Mapped, write

SETTINGS = "scenario.toml"


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
        """A scenario of tables by their names (``places``, ``links``, …), with the settings of ``scenario.toml``."""
        blank = Scenario.starter()._inner.files(json.dumps(dict(settings)))
        files = {f"{name}.csv": table(given, name)[1] for name, given in tables.items()}
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

    def with_tables(self, **tables: Table) -> Scenario:
        """The same scenario with some tables replaced, or added: ``with_tables(demand=frame)``."""
        files = {f"{name}.csv": table(given, name)[1] for name, given in tables.items()}
        return Scenario(_trimodal.Scenario.from_files({**self._inner.files(), **files}))

    def with_settings(self, **settings: Any) -> Scenario:
        """The same scenario with some settings replaced: ``with_settings(discount_rate=0.05)``."""
        files = self._inner.files(json.dumps({**self.settings, **settings}))
        return Scenario(_trimodal.Scenario.from_files(files))

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes a workbook where the name ends in ``.xlsx``, else a folder of CSV tables."""
        target = Path(path)
        if target.suffix.lower() == ".xlsx":
            return write(target, self._inner.xlsx())
        target.mkdir(parents=True, exist_ok=True)
        for name, content in self._inner.files().items():
            write(target / name, content)
        return target

    def __repr__(self) -> str:
        return f"<Scenario {self.name}: {', '.join(self.tables)}>"
