"""Progress of an engine call: a callback, or a bar of tqdm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias, Union

Progress: TypeAlias = Union[bool, Callable[[str, int, int], object]]
"""``True`` for a bar where tqdm is installed, or a callback ``(stage, done, total)``; ``total`` is 0 where it is not known.

An engine that counts no units, as the search of a single route, tells its stage as ``working`` with the seconds since the
call as ``done``, every second from the second second on."""


@contextmanager
def told(progress: Progress) -> Iterator[Callable[[str, int, int], object] | None]:
    """The callback of a call."""
    if not isinstance(progress, bool):
        yield progress
        return
    bar = _bar() if progress else None
    if bar is None:
        yield None
        return
    try:
        yield lambda stage, done, total: _show(bar, stage, done, total)
    finally:
        bar.close()


def _bar() -> Any:
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return None
    return tqdm(leave=False)


def _show(bar: Any, stage: str, done: int, total: int) -> None:
    bar.set_description(stage, refresh=False)
    bar.total = total or None
    bar.n = done
    bar.refresh()
