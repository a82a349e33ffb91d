"""Places and points as the caller has them, made into files that the library reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol, TypeAlias, Union

from . import _frames
from ._errors import ArgumentError, InputError, Problem, one
from ._frames import File, Table, rows_as_csv, table

__all__ = ["Array", "Column", "File", "HasGeoInterface", "Pairs", "Place", "Points", "Table", "pairs", "place", "points", "table"]


class HasGeoInterface(Protocol):
    """A shape of any library that has ``__geo_interface__``: shapely, geojson, a row of geopandas."""

    @property
    def __geo_interface__(self) -> Mapping[str, Any]: ...


class Array(Protocol):
    """A column of pandas, or an array of numpy."""

    def tolist(self) -> Any: ...


class Column(Protocol):
    """A column of polars."""

    def to_list(self) -> list[Any]: ...


Place: TypeAlias = Union[str, tuple[float, float], Mapping[str, object], HasGeoInterface]
"""A name, a code, ``(lat, lon)`` in degrees, a mapping with ``place`` or with ``lat`` and ``lon``, or a point of
shapely (x is the longitude, y the latitude)."""

Points: TypeAlias = Union[Sequence[Place], Table, Array, Column]
"""Places, or a table of them with ``id`` and ``place``, or ``id``, ``lat`` and ``lon``; a GeoDataFrame or GeoSeries of
points in any coordinate system, named by ``id`` or by its index; an array of ``lat, lon`` rows; a column of names."""

Pairs: TypeAlias = Union[Sequence[tuple[Place, Place]], Sequence[Mapping[str, object]], Table]
"""Two places each, or a table with ``origin`` and ``destination``, or with their coordinates (``origin_lat``,
``origin_lon``, …), and perhaps ``id``; a GeoDataFrame of lines, from their first point to their last."""

_NO_PLACE = "give a name, a code, (lat, lon), a mapping with `place` or with `lat` and `lon`, or a point of shapely"


def place(given: Place) -> str:
    """A place as text: a name, or ``lat,lon``."""
    if isinstance(given, str):
        return given
    if isinstance(given, Mapping) and given.get("place") is not None:
        return str(given["place"])
    lat, lon = _degrees(given)
    return f"{lat!r},{lon!r}"


def _degrees(given: object) -> tuple[float, float]:
    """Latitude and longitude of a place that has no name."""
    try:
        if isinstance(given, Mapping) and "type" not in given:
            return float(given["lat"]), float(given["lon"])
        shape = given if isinstance(given, Mapping) else getattr(given, "__geo_interface__", None)
        if shape is not None:
            point = shape.get("geometry", shape)
            if point["type"] != "Point":
                raise TypeError
            lon, lat = point["coordinates"][:2]
        else:
            lat, lon = given  # type: ignore[misc]
        return float(lat), float(lon)
    except (KeyError, TypeError, ValueError):
        raise one(ArgumentError, "TM-PY-001", f"{given!r} is no place", _NO_PLACE, value=given) from None


def points(given: Points, name: str) -> File:
    """Points as a file."""
    if _frames.has_shapes(given):
        return f"{name}.csv", rows_as_csv(_frames.points(given, name))
    listed = _frames.listed(given)
    if listed is None:
        return table(given, name, hint=f"to name one place give a list: {name}=['Mombasa']")
    if listed and all(isinstance(item, (int, float)) for item in listed):
        message = f"{name} are numbers"
        raise one(ArgumentError, "TM-PY-001", message, "give a list of places: [(lat, lon), …]", value=given)
    return f"{name}.csv", rows_as_csv(_point(p) for p in listed)


def explained(refused: InputError, given: Mapping[str, object]) -> InputError:
    """The same error; where no row of a table has a place, its hints name the columns that it has instead."""
    def told(problem: Problem) -> Problem:
        columns = _frames.columns_of(given.get(problem.file.removesuffix(".csv")))
        if problem.id != "TM-SCN-009" or not columns:
            return problem
        hint = f"{problem.hint}; the table has {', '.join(columns)}: frame.rename(columns={{{columns[0]!r}: 'place'}})"
        return replace(problem, hint=hint, value=problem.value or columns[0])

    return type(refused)([told(problem) for problem in refused.problems])


def _point(given: Place) -> Mapping[str, object]:
    if isinstance(given, str):
        return {"id": given, "place": given}
    if isinstance(given, Mapping) and "type" not in given:
        return given
    lat, lon = _degrees(given)
    return {"id": f"{lat!r},{lon!r}", "lat": lat, "lon": lon}


def pairs(given: Pairs) -> File:
    """Pairs as a file."""
    if _frames.has_shapes(given):
        return "pairs.csv", rows_as_csv(_frames.ends_of_lines(given))
    listed = _frames.listed(given)
    if listed is not None:
        return "pairs.csv", rows_as_csv(_pair(p) for p in listed)
    columns = _frames.places_in(given, ("origin", "destination"), _named)
    return table(given if columns is None else columns, "pairs")


def _named(given: Any) -> object:
    """A cell of a column of places; one that is blank stays so."""
    return given if isinstance(given, str) or _frames.is_blank(given) else place(given)


def _pair(given: Any) -> dict[str, object]:
    if isinstance(given, Mapping):
        return {key: _named(v) if key in ("origin", "destination") else v for key, v in given.items()}
    try:
        origin, destination = given
    except (TypeError, ValueError):
        hint = "give two places each: [('Mombasa', 'Kampala'), …]"
        raise one(ArgumentError, "TM-PY-001", f"{given!r} is no pair", hint, value=given) from None
    return {"origin": place(origin), "destination": place(destination)}

