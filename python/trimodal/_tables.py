"""What outcomes and scenarios have in common: their tables as Arrow, pandas, polars and geopandas, and files."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any, TypeAlias

from ._errors import InputError, UnknownTableError, one, unwritable
from ._libraries import library

if TYPE_CHECKING:
    import geopandas
    import pandas
    import polars
    import pyarrow

GEOMETRY = "geometry"

JsonObject: TypeAlias = dict[str, Any]
"""An object of JSON; docs/reference has the schemas."""


class Stream:
    """A table that any Arrow library reads without a copy."""

    def __init__(self, capsule: object) -> None:
        self._capsule = capsule

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._capsule


class Tables:
    """Tables by name, the main one first. Where no name is given, the main one is meant."""

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables."""
        raise NotImplementedError

    def _capsule(self, table: str | None, geometry: bool) -> object:
        raise NotImplementedError

    def _known(self, table: str | None) -> None:
        if table is not None and table not in self.tables:
            hint = f"there are {', '.join(self.tables)}"
            raise one(UnknownTableError, "TM-PY-003", f"there is no table `{table}`", hint, value=table)

    def _stream(self, table: str | None, geometry: bool = True) -> Stream:
        self._known(table)
        return Stream(self._capsule(table, geometry))

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The main table over the Arrow PyCapsule interface, without a copy."""
        return self._stream(None).__arrow_c_stream__(requested_schema)

    def to_arrow(self, table: str | None = None) -> pyarrow.Table:
        """A table as a ``pyarrow.Table``, without a copy; lines are GeoArrow WKB, longitude first."""
        return library("pyarrow", "arrow").table(self._stream(table))

    def to_pandas(self, table: str | None = None) -> pandas.DataFrame:
        """A table as a ``pandas.DataFrame``, without its geometry."""
        library("pandas", "pandas")
        arrow = library("pyarrow", "pandas").table(self._stream(table, geometry=False))
        frame: pandas.DataFrame = _plain(arrow).to_pandas()
        return frame

    def to_polars(self, table: str | None = None) -> polars.DataFrame:
        """A table as a ``polars.DataFrame``, without its geometry."""
        frame: polars.DataFrame = library("polars", "polars").DataFrame(
            self._stream(table, geometry=False)
        )
        return frame.drop(GEOMETRY, strict=False)


class Mapped(Tables):
    """Tables of which some have geometry."""

    def _drawn(self, table: str | None) -> Stream:
        """A table with its geometry."""
        return self._stream(table)

    def to_geopandas(self, table: str | None = None) -> geopandas.GeoDataFrame:
        """A table with geometry as a ``geopandas.GeoDataFrame`` in EPSG:4326.

        Raises:
            InputError: the table has no geometry (``TM-PY-003``).
        """
        geopandas = library("geopandas", "geopandas")
        arrow = library("pyarrow", "geopandas").table(self._drawn(table))
        if GEOMETRY not in arrow.column_names:
            name = table or self.tables[0]
            message = f"the table `{name}` has no geometry"
            raise one(InputError, "TM-PY-003", message, "`to_pandas` gives it without", value=name)
        return geopandas.GeoDataFrame.from_arrow(arrow)

    def _geojson(self) -> bytes:
        raise NotImplementedError

    @property
    def __geo_interface__(self) -> JsonObject:
        """A GeoJSON FeatureCollection."""
        collection: JsonObject = json.loads(self._geojson())
        return collection


def _plain(arrow: Any) -> Any:
    return arrow.drop_columns([GEOMETRY]) if GEOMETRY in arrow.column_names else arrow


def form_of(path: str | os.PathLike[str], forms: Mapping[str, str] | tuple[str, ...], what: str) -> str:
    """The form that the name of a file ends with."""
    form = Path(path).suffix[1:].lower()
    if form not in forms:
        message = f"{what} has no form `.{form}`" if form else f"`{os.fspath(path)}` has no ending"
        hint = f"end the name in one of {', '.join(f'.{form}' for form in forms)}"
        raise one(InputError, "TM-FMT-001", message, hint, value=os.fspath(path), file=os.fspath(path))
    return form


def write(path: str | os.PathLike[str], content: bytes) -> Path:
    """Writes a file whole or not at all."""
    target = Path(path)
    try:
        with NamedTemporaryFile(dir=target.parent, prefix=".trimodal-", delete=False) as aside:
            aside.write(content)
    except OSError as why:
        raise unwritable(target, why) from None
    try:
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(aside.name, 0o666 & ~mask)
        os.replace(aside.name, target)
    except OSError as why:
        os.unlink(aside.name)
        raise unwritable(target, why) from None
    return target
