"""Progress of an engine call: a callback, or a bar of tqdm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias, Union

from ._errors import ArgumentError, InputError, one

if TYPE_CHECKING:
    from ._trimodal import _Call

Progress: TypeAlias = Union[bool, Callable[[str, int, int], object]]
"""``True`` for a bar where tqdm is installed, or a callback ``(stage, done, total)``; ``total`` is 0 where it is not known.

An engine that counts no units, as the search of a single route, tells its stage as ``working`` with the seconds since the
call as ``done``, every second from the second second on."""


@contextmanager
def told(progress: Progress) -> Iterator[Callable[[str, int, int], object] | None]:
    """The callback of a call."""
    if not isinstance(progress, bool):
        if progress is not None and not callable(progress):
            hint = "give True, or a function of a stage, the units done and their total"
            raise one(ArgumentError, "TM-PY-001", f"`progress` is {progress!r}", hint, value=progress)
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


def call(callback: Callable[[str, int, int], object] | None, threads: int | None) -> _Call:
    """How an engine is called."""
    if threads is not None and (isinstance(threads, bool) or not hasattr(threads, "__index__")):
        hint = "give a whole number from 1 to 1024, or leave it out: one for each core"
        raise one(ArgumentError, "TM-PY-001", f"`threads` is {threads!r}", hint, value=threads)
    if threads is not None and not 1 <= threads <= 1024:
        hint = "give 1 to 1024, or leave it out: one for each core"
        raise one(InputError, "TM-CLI-002", f"`threads` is {threads}", hint, value=threads)
    return {"progress": callback, "threads": None if threads is None else int(threads)}


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
