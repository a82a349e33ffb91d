"""The embedded world."""

from __future__ import annotations

import html
import json
import os
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TypeAlias

from . import _trimodal
from ._inputs import Place, place
from ._progress import Progress, call, told
from ._scenario import Scenario
from ._tables import JsonObject, form_of, write

Box: TypeAlias = tuple[float, float, float, float]
"""Sides in degrees: west, south, east, north."""


@dataclass(frozen=True)
class Check:
    """What a check found."""

    _json: str = field(repr=False)
    _text: str = field(repr=False)

    def to_dict(self) -> JsonObject:
        """The JSON of ``trimodal world check --json``."""
        parsed: JsonObject = json.loads(self._json)
        return parsed

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes ``.json`` or ``.txt``."""
        forms = {"json": self._json, "txt": self._text}
        return write(path, forms[form_of(path, forms, "a check")].encode())

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self._text)}</pre>"

    def __str__(self) -> str:
        return self._text


@dataclass(frozen=True)
class BuiltNetwork:
    """A network with a region replaced, in a file."""

    path: Path
    """The file, for ``World(network=…)``."""
    replaced: int
    """Links of the embedded network that were replaced."""
    new: int
    """Links that came in their place."""
    joined: int
    """Loose ends that were joined at the edge of the region."""
    ferries: int
    """Ferries of the extract."""
    terminals: int
    """Ports and terminals of the extract."""
    notes: tuple[str, ...]
    """How the extract was read."""


class World:
    """The embedded network of railways, seas, waterways and roads, loaded in about a tenth of a second.

    One is loaded when it is first needed and used by every call that is given none.
    """

    def __init__(
        self,
        *,
        network: str | os.PathLike[str] | None = None,
        mapping: str | os.PathLike[str] | None = None,
        progress: Progress = False,
    ) -> None:
        """Loads it. It can be pickled: a network of one's own is read again from its file.

        Args:
            network: a file or folder with nodes and links in place of the embedded network, in any format that
                ``convert`` reads, or what ``trimodal world build`` wrote. Its nodes are found by name and id.
            mapping: a file that says which of its columns means what, and in which units.
            progress: a callback ``(stage, done, total)``, or ``True`` for a bar of tqdm.

        Raises:
            InputError: the network cannot be read, or lacks what routing needs.
        """
        notes: list[str] = []
        self._source = (network, mapping)
        if network is None:
            self._inner = _trimodal.World()
        else:
            names = None if mapping is None else os.fspath(mapping)
            with told(progress) as callback:
                self._inner, notes = _trimodal.World.over(os.fspath(network), names, callback)
        self.notes: tuple[str, ...] = tuple(notes)
        """How a network of one's own was read, and what its checks found."""

    def info(self) -> JsonObject:
        """What it holds: links and km of each mode, ports, terminals, passages, attribution."""
        parsed: JsonObject = json.loads(self._inner.info())
        return parsed

    def places(self, text: str, limit: int = 10) -> list[JsonObject]:
        """Places whose names or codes begin with these letters, the most likely first."""
        found: list[JsonObject] = json.loads(self._inner.places(text, limit))
        return found

    def links(self, near: Place, km: float = 3.0) -> JsonObject:
        """The links within some km of a place, with their ids for ``avoid`` and ``overrides``.

        Args:
            near: the place.
            km: how far around it, km, 0.01 to 100.
        """
        found: JsonObject = json.loads(self._inner.links(place(near), km))
        return found

    def check(
        self,
        *,
        detours: str | None = None,
        sea_draught_m: float | None = None,
        progress: Progress = False,
    ) -> Check:
        """What is known to be wrong with it: pieces, mended links, gauges, ports, distances against published ones.

        Args:
            detours: instead the larger cities 40 to 600 km apart whose way by rail or road is missing or over 2.2 times
                the straight line: of one region (``"europe"``, ``"south-asia"``, …) or of ``"all"``.
            sea_draught_m: instead distances between seaports beside published ones, for a ship of this draught, m.
            progress: a callback ``(stage, done, total)``, or ``True`` for a bar of tqdm.

        Raises:
            InputError: the region or the draught cannot be used.
        """
        with told(progress) as callback:
            if detours is not None:
                region = None if detours == "all" else detours
                return Check(*self._inner.check_detours(region, call(callback, None)))
            if sea_draught_m is not None:
                return Check(*self._inner.check_sea(sea_draught_m, callback))
            return Check(*self._inner.check(callback))

    def build(
        self,
        extract: str | os.PathLike[str],
        box: Box,
        output: str | os.PathLike[str],
        *,
        progress: Progress = False,
    ) -> BuiltNetwork:
        """Replaces the railways, roads and ferries of a region by those of an extract of OpenStreetMap.

        Args:
            extract: the extract (``.osm.pbf``), or another network.
            box: the region, its sides in degrees: west, south, east, north.
            output: the file that is written, for ``World(network=…)``.
            progress: a callback ``(stage, done, total)``, or ``True`` for a bar of tqdm.

        Raises:
            InputError: the extract or the region cannot be used; nothing is written.
            FileError: the file cannot be written.
        """
        with told(progress) as callback:
            content, counts, notes = self._inner.build(os.fspath(extract), box, callback)
        return BuiltNetwork(write(output, content), *counts, tuple(notes))

    def extract(
        self,
        *,
        around: Place | None = None,
        km: float = 300.0,
        box: Box | None = None,
        terminals: int = 30,
    ) -> Scenario:
        """A part of the network as a scenario to fill in.

        Args:
            around: the place in its middle; with ``km``, how far around it, km.
            box: its sides in degrees: west, south, east, north.
            terminals: how many terminals it has at most.

        Raises:
            InputError: the region cannot be used.
            NoOutcomeError: no two terminals of it are joined (``TM-RTE-009``).
        """
        middle = None if around is None else (place(around), km)
        return Scenario(_trimodal.Scenario.from_files(self._inner.extract(middle, box, terminals)))

    def __reduce__(self) -> tuple[object, tuple[str | None, str | None]]:
        network, mapping = (None if name is None else os.fspath(name) for name in self._source)
        return (_received, (network, mapping))

    def _repr_html_(self) -> str:
        """What it holds, in a notebook."""
        info = self.info()
        modes = "".join(
            f"<tr><td>{html.escape(m['mode'])}</td><td>{m['links']:,}</td><td>{m['km']:,}</td></tr>" for m in info["modes"]
        )
        table = f"<table><tr><th>mode</th><th>links</th><th>km</th></tr>{modes}</table>"
        rest = f"{info['ports']:,} ports, {info['rail_road_terminals']:,} rail-road terminals, {info['places']:,} places"
        sources = "<br>".join(html.escape(line) for line in info["attribution"])
        return f"<div>{table}<p>{rest}</p><small>{sources}</small></div>"

    def __repr__(self) -> str:
        network, _ = self._source
        return "<World>" if network is None else f"<World {os.fspath(network)}>"


def _received(network: str | None, mapping: str | None) -> World:
    """A world that was pickled; the embedded one is that of this process."""
    return default() if network is None else World(network=network, mapping=mapping)


@cache
def default() -> World:
    """The world of calls that are given none."""
    return World()
