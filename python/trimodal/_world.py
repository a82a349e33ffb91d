"""The embedded world."""

from __future__ import annotations

import json
import os
from functools import cache
from typing import Any

from . import _trimodal
from ._inputs import Place, place
from ._scenario import Scenario


class World:
    """The embedded network of railways, seas, waterways and roads, loaded in about a tenth of a second.

    One is loaded when it is first needed and used by every call that is given none.
    """

    def __init__(
        self,
        *,
        network: str | os.PathLike[str] | None = None,
        mapping: str | os.PathLike[str] | None = None,
    ) -> None:
        """Loads it.

        Args:
            network: a file or folder with nodes and links in place of the embedded network, in any format that
                ``convert`` reads, or what ``trimodal world build`` wrote. Its nodes are found by name and id.
            mapping: a file that says which of its columns means what, and in which units.
        """
        notes: list[str] = []
        if network is None:
            self._inner = _trimodal.World()
        else:
            names = None if mapping is None else os.fspath(mapping)
            self._inner, notes = _trimodal.World.over(os.fspath(network), names)
        self.notes: tuple[str, ...] = tuple(notes)
        """How a network of one's own was read, and what its checks found."""

    def info(self) -> dict[str, Any]:
        """What it holds: links and km of each mode, ports, terminals, passages, attribution."""
        parsed: dict[str, Any] = json.loads(self._inner.info())
        return parsed

    def places(self, text: str, limit: int = 10) -> list[dict[str, Any]]:
        """Places whose names or codes begin with these letters, the most likely first."""
        found: list[dict[str, Any]] = json.loads(self._inner.places(text, limit))
        return found

    def extract(
        self,
        *,
        around: Place | None = None,
        km: float = 300.0,
        box: tuple[float, float, float, float] | None = None,
        terminals: int = 30,
    ) -> Scenario:
        """A part of the network as a scenario to fill in.

        Args:
            around: the place in its middle; with ``km``, how far around it, km.
            box: its sides in degrees: west, south, east, north.
            terminals: how many terminals it has at most.
        """
        middle = None if around is None else (place(around), km)
        return Scenario(_trimodal.Scenario.from_files(self._inner.extract(middle, box, terminals)))

    def __repr__(self) -> str:
        return "<World>"


@cache
def default() -> World:
    """The world of calls that are given none."""
    return World()
