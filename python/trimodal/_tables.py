"""What outcomes and scenarios have in common: their tables as Arrow, pandas, polars and geopandas."""

from __future__ import annotations

import json
import os
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

from ._libraries import library

if TYPE_CHECKING:
    import pandas
    import polars

GEOMETRY = "geometry"


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

    def _stream(self, table: str | None, geometry: bool = True) -> Stream:
        if table is not None and table not in self.tables:
            raise KeyError(f"there is no table {table!r}: {', '.join(self.tables)}")
        return Stream(self._capsule(table, geometry))

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The main table over the Arrow PyCapsule interface, without a copy."""
        return self._stream(None).__arrow_c_stream__(requested_schema)

    def to_arrow(self, table: str | None = None) -> Any:
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

    def to_geopandas(self, table: str | None = None) -> Any:
        """A table with geometry as a ``geopandas.GeoDataFrame`` in EPSG:4326."""
        geopandas = library("geopandas", "geopandas")
        arrow = library("pyarrow", "geopandas").table(self._stream(table))
        if GEOMETRY not in arrow.column_names:
            raise ValueError(f"the table {table or self.tables[0]!r} has no geometry")
        return geopandas.GeoDataFrame.from_arrow(arrow)

    def _geojson(self) -> bytes:
        raise NotImplementedError

    @property
    def __geo_interface__(self) -> dict[str, Any]:
        """A GeoJSON FeatureCollection."""
        collection: dict[str, Any] = json.loads(self._geojson())
        return collection


def _plain(arrow: Any) -> Any:
    return arrow.drop_columns([GEOMETRY]) if GEOMETRY in arrow.column_names else arrow


def write(path: str | os.PathLike[str], content: bytes) -> Path:
    """Writes a file whole or not at all."""
    target = Path(path)
    with NamedTemporaryFile(dir=target.parent, prefix=".trimodal-", delete=False) as aside:
        aside.write(content)
    try:
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(aside.name, 0o666 & ~mask)
        os.replace(aside.name, target)
    except OSError:
        os.unlink(aside.name)
        raise
    return target
