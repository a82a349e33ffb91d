"""Tables as the caller has them, made into CSV: files, data frames, mappings of columns, lists of rows."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeAlias, Union

from . import _trimodal
from ._errors import ArgumentError, InputError, one, unreadable


class ArrowTable(Protocol):
    """A table of any library that has the Arrow PyCapsule interface: pyarrow, polars, DuckDB, pandas."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


Table: TypeAlias = Union[
    str, "os.PathLike[str]", ArrowTable, Mapping[str, Sequence[object]], Sequence[Mapping[str, object]]
]
"""The path of a CSV file or workbook, a data frame (pandas, polars, pyarrow, or anything with
``__arrow_c_stream__``), a mapping of columns, or a list of rows as mappings."""

File: TypeAlias = tuple[str, bytes]
"""The name of a file for messages, and its bytes."""

_DEGREES = "EPSG:4326"


def table(given: Any, name: str, *, hint: str = "name a CSV file or a workbook that exists") -> File:
    """A table as a file."""
    if isinstance(given, (str, os.PathLike)):
        try:
            return str(given), Path(given).read_bytes()
        except OSError as why:
            raise unreadable(given, why, hint) from None
    if isinstance(given, Mapping):
        return f"{name}.csv", rows_as_csv(_rows_of(given, name), tuple(given))
    if has_shapes(given):
        given = _without_shapes(given, name)
    if hasattr(given, "to_csv") and hasattr(given, "convert_dtypes"):
        # pandas; whole numbers that it keeps as floats for their nulls are written as whole numbers.
        return f"{name}.csv", given.convert_dtypes().to_csv(index=False).encode()
    if hasattr(given, "__arrow_c_stream__"):
        return f"{name}.csv", _trimodal.as_csv(given)
    if isinstance(given, Sequence) and all(isinstance(row, Mapping) for row in given):
        return f"{name}.csv", rows_as_csv(given)
    message = f"{name} is no table but a {type(given).__name__}"
    hint = "give a path, a data frame, a mapping of columns or a list of rows as mappings"
    raise one(ArgumentError, "TM-PY-001", message, hint, value=type(given).__name__)


def listed(given: Any) -> Sequence[Any] | None:
    """The items of a list, a column of a data frame or an array; none for tables and paths."""
    if isinstance(given, (str, bytes, Mapping)) or hasattr(given, "columns"):
        return None
    if isinstance(given, Sequence):
        return given
    # Columns of pandas and polars, and arrays of numpy.
    for name in ("to_list", "to_pylist", "tolist"):
        if hasattr(given, name) and not hasattr(given, "column_names"):
            items = getattr(given, name)()
            return items if isinstance(items, list) else None
    return None


def is_blank(cell: object) -> bool:
    """Whether a cell has nothing: none, a number that is none, or what pandas puts there."""
    return cell is None or type(cell).__name__ in ("NAType", "NaTType") or (isinstance(cell, float) and cell != cell)


def columns_of(given: Any) -> list[str]:
    """The names of the columns of a table in memory; none where they are not known without reading it."""
    for names in (getattr(given, "column_names", None), getattr(given, "columns", None)):
        if names is not None and not callable(names):
            return [str(name) for name in names]
    return [str(name) for name in given] if isinstance(given, Mapping) else []


def rows_as_csv(rows: Iterable[Mapping[str, object]], names: Sequence[str] = ()) -> bytes:
    """Rows as CSV, with the columns of all of them; blank where a row has none."""
    kept = list(rows)
    header = list(names) or list(dict.fromkeys(key for row in kept for key in row))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_cell(row.get(key)) for key in header] for row in kept)
    return text.getvalue().encode()


def _cell(value: object) -> object:
    return "" if is_blank(value) else value


def _rows_of(columns: Mapping[str, Any], name: str) -> Iterable[Mapping[str, object]]:
    values = {key: listed(column) for key, column in columns.items()}
    loose = [key for key, column in values.items() if column is None]
    if loose:
        message = f"the column `{loose[0]}` of {name} is a {type(columns[loose[0]]).__name__}"
        raise one(ArgumentError, "TM-PY-001", message, "give a list of its cells", value=loose[0], file=f"{name}.csv")
    lengths = {key: len(column or ()) for key, column in values.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"`{key}` {length}" for key, length in lengths.items())
        message = f"the columns of {name} have different lengths: {told}"
        raise one(InputError, "TM-SCN-008", message, "give a cell of each column for each row", file=f"{name}.csv")
    cells = [column or () for column in values.values()]
    return (dict(zip(values, row)) for row in zip(*cells))


def places_in(given: Any, names: Sequence[str], named: Callable[[Any], object]) -> Any | None:
    """The same table with columns of places as text; none where it has no such columns or they are text already."""
    if isinstance(given, Mapping):
        own = {key: listed(given[key]) for key in names if key in given}
        return {**given, **{key: [named(v) for v in column or ()] for key, column in own.items()}} if own else None
    if hasattr(given, "to_csv") and hasattr(given, "convert_dtypes"):
        own = {key: [named(v) for v in given[key]] for key in names if key in given.columns}
        return given.assign(**own) if own else None
    return None


def has_shapes(given: object) -> bool:
    """Whether it is a GeoDataFrame or a GeoSeries."""
    return hasattr(given, "crs") and hasattr(given, "geometry") and hasattr(given, "to_crs")


def _in_degrees(given: Any) -> Any:
    """The shapes of a GeoDataFrame or GeoSeries, longitude and latitude on WGS 84."""
    shapes = given.geometry
    return shapes if shapes.crs is None else shapes.to_crs(_DEGREES)


def _ids(given: Any) -> list[object]:
    has_ids = hasattr(given, "columns") and "id" in given.columns
    return list(given["id"]) if has_ids else list(given.index)


def points(given: Any, name: str) -> list[Mapping[str, object]]:
    """The points of a GeoDataFrame or GeoSeries, by its ``id`` or its index."""
    shapes = _in_degrees(given)
    return [{"id": id, **_point(row, shape, name)} for row, (id, shape) in enumerate(zip(_ids(given), shapes), 1)]


def _point(row: int, shape: Any, name: str) -> dict[str, object]:
    if shape is None or shape.is_empty:
        return {"lat": None, "lon": None}
    if shape.geom_type != "Point":
        message = f"row {row} of {name} is a {shape.geom_type}, not a point"
        hint = "give points: `frame.representative_point()` has one inside each shape"
        raise one(InputError, "TM-PY-001", message, hint, value=shape.geom_type, file=f"{name}.csv")
    return {"lat": shape.y, "lon": shape.x}


def ends_of_lines(given: Any) -> list[Mapping[str, object]]:
    """The first and the last point of each line of a GeoDataFrame."""
    rows: list[Mapping[str, object]] = []
    for row, (id, line) in enumerate(zip(_ids(given), _in_degrees(given)), 1):
        if line is None or line.geom_type != "LineString" or line.is_empty:
            kind = "nothing" if line is None else line.geom_type
            message, hint = f"row {row} of the pairs is {kind}, not a line", "give a LineString from origin to destination"
            raise one(InputError, "TM-PY-001", message, hint, value=kind, file="pairs.csv")
        (lon, lat, *_), (to_lon, to_lat, *_) = line.coords[0], line.coords[-1]
        ends = {"origin_lat": lat, "origin_lon": lon, "destination_lat": to_lat, "destination_lon": to_lon}
        rows.append({"id": id, **ends})
    return rows


def _without_shapes(given: Any, name: str) -> Any:
    """A GeoDataFrame as a data frame: points are ``lat`` and ``lon`` where it has none; lines are left out."""
    if not hasattr(given, "columns"):
        return given
    frame = given.drop(columns=given.geometry.name)
    kinds = {shape.geom_type for shape in given.geometry if shape is not None}
    if kinds <= {"Point"} and not {"lat", "lon"} & set(frame.columns):
        at = [_point(row, shape, name) for row, shape in enumerate(_in_degrees(given), 1)]
        return frame.assign(lat=[p["lat"] for p in at], lon=[p["lon"] for p in at])
    return frame
