"""Tables and places as the caller has them, made into files that the library reads."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeAlias, Union

from . import _trimodal


class ArrowTable(Protocol):
    """A table of any library that has the Arrow PyCapsule interface: pyarrow, polars, DuckDB, pandas."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


Place: TypeAlias = Union[str, tuple[float, float], Mapping[str, Any]]
"""A name, a code, ``(lat, lon)`` in degrees, or a mapping with ``place`` or with ``lat`` and ``lon``."""

Table: TypeAlias = Union[str, "os.PathLike[str]", ArrowTable, Mapping[str, Sequence[Any]]]
"""The path of a CSV file or workbook, a data frame, or a mapping of columns."""

Points: TypeAlias = Union[Sequence[Place], Table]
"""Places, or a table of them with ``id`` and ``place``, or ``id``, ``lat`` and ``lon``."""

File: TypeAlias = tuple[str, bytes]


def place(given: Place) -> str:
    """A place as text: a name, or ``lat,lon``."""
    if isinstance(given, str):
        return given
    if isinstance(given, Mapping):
        if given.get("place") is not None:
            return str(given["place"])
        if "lat" in given and "lon" in given:
            return f"{float(given['lat'])!r},{float(given['lon'])!r}"
        raise TypeError("a place as a mapping has `place`, or `lat` and `lon`")
    try:
        lat, lon = given
        return f"{float(lat)!r},{float(lon)!r}"
    except (TypeError, ValueError):
        raise TypeError(f"{given!r} is no place: give a name, (lat, lon) or a mapping") from None


def table(given: Any, name: str) -> File:
    """A table as a file: its name for messages, and its bytes."""
    if isinstance(given, (str, os.PathLike)):
        path = Path(given)
        return str(path), path.read_bytes()
    if isinstance(given, Mapping):
        return f"{name}.csv", _of_columns(given, name)
    if hasattr(given, "to_csv") and hasattr(given, "convert_dtypes"):
        # pandas; whole numbers that it keeps as floats for their nulls are written as whole numbers.
        return f"{name}.csv", given.convert_dtypes().to_csv(index=False).encode()
    if hasattr(given, "__arrow_c_stream__"):
        return f"{name}.csv", _trimodal.as_csv(given)
    raise TypeError(f"{name} is no table: give a path, a data frame or a mapping of columns")


def points(given: Points, name: str) -> File:
    """Points as a file."""
    if isinstance(given, Sequence) and not isinstance(given, str):
        return f"{name}.csv", _rows(("id", "place", "lat", "lon"), (_point(p) for p in given))
    return table(given, name)


def pairs(given: Any) -> File:
    """Pairs as a file: a table, or a sequence of two places each."""
    if isinstance(given, Sequence) and not isinstance(given, str):
        rows = [dict(p) if isinstance(p, Mapping) else _pair(*p) for p in given]
        return "pairs.csv", _rows(tuple(dict.fromkeys(key for row in rows for key in row)), rows)
    return table(given, "pairs")


def _point(given: Place) -> Mapping[str, Any]:
    if isinstance(given, Mapping):
        return given
    if isinstance(given, str):
        return {"id": given, "place": given}
    lat, lon = given
    return {"id": place(given), "lat": lat, "lon": lon}


def _pair(origin: Place, destination: Place) -> dict[str, Any]:
    return {"origin": place(origin), "destination": place(destination)}


def _of_columns(columns: Mapping[str, Sequence[Any]], name: str) -> bytes:
    lengths = {len(values) for values in columns.values()}
    if len(lengths) > 1:
        raise ValueError(f"the columns of {name} have different lengths")
    names = tuple(columns)
    rows = (dict(zip(names, values)) for values in zip(*columns.values()))
    return _rows(names, rows)


def _rows(names: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
