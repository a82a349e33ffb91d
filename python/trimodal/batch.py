"""Large jobs, cut into shards: here, over a folder that machines share, or on Spark, Ray and Dask.

>>> from trimodal import batch
>>> job = batch.Job.read("job.toml")                                 # doctest: +SKIP
>>> tables = [job.run_shard(i).to_arrow() for i in range(job.shards)]  # doctest: +SKIP

A job can be pickled: engines send it to their workers, and a worker keeps it, with the network, from shard to shard.
``trimodal.spark`` and ``trimodal.ray`` run the shards of a job on those engines.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal, Union, cast

from . import _trimodal
from ._errors import InputError, Problem, one
from ._libraries import library
from ._progress import Progress, call, told
from ._tables import Stream, Tables, form_of, write
from ._trimodal import __version__

if TYPE_CHECKING:
    import pyarrow

__all__ = ["Collected", "Job", "Rows", "collect", "missing", "plan", "run"]

_Path = Union[str, "os.PathLike[str]"]


class Rows(Tables):
    """The rows of a shard, as a table."""

    def __init__(self, inner: _trimodal.Outcome) -> None:
        self._inner = inner

    @property
    def tables(self) -> tuple[str, ...]:
        """The name of the table."""
        return ("rows",)

    def _capsule(self, table: str | None, geometry: bool) -> object:
        return self._inner.arrow(table)

    def save(self, path: _Path) -> Path:
        """Writes ``.parquet``, ``.csv`` or ``.xlsx``, whole or not at all.

        Raises:
            InputError: the name has another ending.
            FileError: the file cannot be written.
        """
        form = form_of(path, ("parquet", "csv", "xlsx"), "the rows of a shard")
        content = self._inner.write(form, None)
        if content is None:
            raise one(InputError, "TM-PY-003", f"rows have no form `{form}`", "write .parquet", value=form)
        return write(path, content)

    def _repr_html_(self) -> str:
        """Its first rows, in a notebook."""
        return str(self.to_pandas().to_html(max_rows=20))

    def __reduce__(self) -> tuple[object, tuple[str, list[tuple[str, bytes]]]]:
        return (_received_rows, _trimodal.pack(self._inner))

    def __repr__(self) -> str:
        return f"<Rows: {self._inner.rows()}>"


class Job:
    """A large job: a table, a sweep of plans, or replications of simulations.

    Whoever runs a shard, and how often, its rows are the same.
    """

    def __init__(self, inner: _trimodal.Job) -> None:
        self._inner = inner

    @staticmethod
    def read(path: _Path) -> Job:
        """Reads a job from a file of TOML, with the files and scenarios that it names, and checks it.

        Raises:
            InputError: the job cannot be run; ``problems`` has every reason.
        """
        return Job(_trimodal.Job.read(os.fspath(path)))

    @staticmethod
    def open(folder: _Path) -> Job:
        """The job of a folder that ``plan`` made.

        Raises:
            InputError: the folder is no batch, or was planned by another version.
        """
        return Job(_trimodal.Batch.open(os.fspath(folder)).job())

    @staticmethod
    def unpack(packed: bytes) -> Job:
        """The job of an archive that ``pack`` made."""
        return Job(_trimodal.Job.unpack(packed))

    def pack(self) -> bytes:
        """The job and its inputs as one archive."""
        return self._inner.pack()

    @property
    def kind(self) -> Literal["table", "plan", "simulate"]:
        """What is computed."""
        return cast(Literal["table", "plan", "simulate"], self._inner.kind)

    @property
    def shards(self) -> int:
        """The number of shards."""
        return self._inner.shards

    @property
    def contents(self) -> str:
        """What the shards are made of: ``100000 rows of a table``."""
        return self._inner.contents

    @property
    def question(self) -> str:
        """A digest of the job, the version and the network: the same for jobs with the same rows only."""
        return self._inner.question

    @property
    def schema(self) -> pyarrow.Schema:
        """The columns of the rows of every shard, as a ``pyarrow.Schema``."""
        return library("pyarrow", "arrow").table(Stream(self._inner.no_rows())).schema

    def check(self) -> None:
        """Checks what needs the network: that a table can be made.

        Raises:
            InputError: it cannot; ``problems`` has every reason.
        """
        self._inner.check()

    def run_shard(
        self, shard: int, *, threads: int | None = None, progress: Progress = False
    ) -> Rows:
        """The rows of a shard.

        Args:
            shard: its number, from 0.
            threads: threads; one for each core by default.
            progress: a callback ``(stage, done, total)``, or ``True`` for a bar of tqdm.

        Raises:
            UnknownShardError: the job has no such shard.
            InputError: the job cannot be computed.
        """
        with told(progress) as callback:
            return Rows(self._inner.run_shard(shard, call(callback, threads)))

    def __reduce__(self) -> tuple[Any, tuple[bytes, str]]:
        return (_received, (self.pack(), self.question))

    def __repr__(self) -> str:
        return f"<Job: {self.contents} in {self.shards} shards>"


@dataclass(frozen=True)
class Collected:
    """What was joined."""

    rows: int
    """Its rows."""
    path: Path
    """The file."""
    summary: Path | None
    """The means of replications, where there are any."""


def plan(job: Union[Job, _Path], folder: _Path) -> Path:
    """Checks a job and writes it into a folder, with its inputs and a manifest.

    A folder that holds this job already stays as it is, with its parts; a job without a ``date`` keeps the day on
    which it was planned first.

    Args:
        job: a ``Job``, or the path of its file.
        folder: the folder, shared by the machines that run the job.

    Returns:
        The folder.

    Raises:
        InputError: the job cannot be run, or the folder holds another.
    """
    job = job if isinstance(job, Job) else Job.read(job)
    job.check()
    _trimodal.Batch.create(os.fspath(folder), job._inner)
    return Path(folder)


def run(
    folder: _Path,
    shards: Iterable[int] | None = None,
    *,
    again: bool = False,
    threads: int | None = None,
    progress: Progress = False,
) -> int:
    """Computes shards of a folder; those that are done are left alone.

    Args:
        folder: a folder that ``plan`` made.
        shards: numbers of shards, from 0; all by default. Worker i of n takes ``range(i, shards, n)``.
        again: computes shards that are done once more.
        threads: threads; one for each core by default.
        progress: a callback ``(stage, done, total)``, or ``True`` for a bar of tqdm.

    Returns:
        How many were computed.
    """
    return _run(_trimodal.Batch.open(os.fspath(folder)), shards, again, threads, progress)


def missing(folder: _Path) -> list[int]:
    """The shards of a folder that are not done."""
    return _trimodal.Batch.open(os.fspath(folder)).missing()


def collect(
    folder: _Path, output: _Path | None = None, *, progress: Progress = False
) -> Collected:
    """Checks all parts of a folder and joins them into one Parquet file.

    Args:
        folder: a folder whose shards are done.
        output: the file; ``result.parquet`` in the folder by default.
        progress: a callback ``(stage, done, total)``, or ``True`` for a bar of tqdm.

    Raises:
        InputError: parts are missing or damaged, and ``problems`` names them. Nothing is written then.
    """
    path = Path(folder, "result.parquet") if output is None else Path(output)
    batch = _trimodal.Batch.open(os.fspath(folder))
    with told(progress) as callback:
        rows, summary = batch.collect(os.fspath(path), call(callback, None))
    return Collected(rows, path, None if summary is None else Path(summary))


def _run(
    batch: _trimodal.Batch,
    shards: Iterable[int] | None,
    again: bool = False,
    threads: int | None = None,
    progress: Progress = False,
) -> int:
    asked = range(batch.shards) if shards is None else shards
    todo = [shard for shard in asked if again or batch.rows(shard) is None]
    with told(progress) as callback:
        return batch.run(todo, call(callback, threads))


def _received_rows(kind: str, parts: list[tuple[str, bytes]]) -> Rows:
    """Rows that were pickled."""
    return Rows(_trimodal.unpack((kind, parts)))


_one_at_a_time = Lock()


def _received(packed: bytes, question: str) -> Job:
    """A job that another process sent; the same one each time, so that it and the network are read once."""
    with _one_at_a_time:
        return _unpacked(packed, question)


@lru_cache(maxsize=2)
def _unpacked(packed: bytes, question: str) -> Job:
    job = Job.unpack(packed)
    _agree(job.question, question)
    return job


def _keep(folder: str, question: str, shard: int, threads: int | None) -> int:
    """Computes a shard of a folder where it is not done, and returns its number of rows: the work of engines."""
    with _one_at_a_time:
        batch = _opened(folder, question)
    _run(batch, [shard], threads=threads)
    return batch.rows(shard) or 0


@lru_cache(maxsize=2)
def _opened(folder: str, question: str) -> _trimodal.Batch:
    batch = _trimodal.Batch.open(folder)
    _agree(batch.question, question)
    return batch


def _agree(here: str, there: str) -> None:
    if here != there:
        message = f"trimodal {__version__} of this worker has another job, or is another version than where it was planned"
        hint = "install the same version on all machines"
        raise InputError([Problem(id="TM-BAT-001", message=message, hint=hint)])
