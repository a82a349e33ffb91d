"""A drawing of places and links, for notebooks."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from typing import Any

_WIDTH, _MARGIN, _TALLEST = 640.0, 12.0, 480.0
_COLOURS = {"rail": "#1b6ca8", "sea": "#1a936f", "barge": "#2a9d8f", "road": "#9c6644"}


def drawing(collection: Mapping[str, Any]) -> str:
    """Points and lines of a FeatureCollection as SVG, longitude to the right and latitude upwards."""
    features = [f for f in collection["features"] if f["geometry"] is not None]
    points = [at for f in features for at in _points(f["geometry"])]
    if not points:
        return ""
    west, east = min(lon for lon, _ in points), max(lon for lon, _ in points)
    south, north = min(lat for _, lat in points), max(lat for _, lat in points)
    scale = min((_WIDTH - 2 * _MARGIN) / ((east - west) or 1.0), (_TALLEST - 2 * _MARGIN) / ((north - south) or 1.0))
    height = (north - south) * scale + 2 * _MARGIN

    def at(point: tuple[float, float]) -> tuple[float, float]:
        return (point[0] - west) * scale + _MARGIN, (north - point[1]) * scale + _MARGIN

    shapes = "".join(_shape(f, at) for f in sorted(features, key=lambda f: f["geometry"]["type"] == "Point"))
    return f'<svg width="{_WIDTH:.0f}" height="{height:.0f}" xmlns="http://www.w3.org/2000/svg">{shapes}</svg>'


def _points(geometry: Mapping[str, Any]) -> Iterable[tuple[float, float]]:
    given = geometry["coordinates"]
    return [(p[0], p[1]) for p in ([given] if geometry["type"] == "Point" else given)]


def _shape(feature: Mapping[str, Any], at: Any) -> str:
    about = feature["properties"]
    name = html.escape(str(about.get("name") or about.get("id") or ""))
    where = [at(point) for point in _points(feature["geometry"])]
    if feature["geometry"]["type"] == "Point":
        (x, y) = where[0]
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#333"><title>{name}</title></circle>'
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in where)
    colour = _COLOURS.get(str(about.get("mode")), "#666")
    return f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"><title>{name}</title></polyline>'
