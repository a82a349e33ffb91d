"""The shards of a job on Ray: a pool of actors, each with the network loaded once.

The workers need this package, of the same version. One that dies is started again, and its shards are computed again.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Union, overload

from . import batch
from ._libraries import library

if TYPE_CHECKING:
    import pyarrow

__all__ = ["run"]

_AT_HAND = 2
"""Shards that a worker has at hand: the one it computes, and the next."""
_AHEAD = 4
"""Shards for each worker that are computed before one that is awaited."""


@overload
def run(
    job: batch.Job, workers: int | None = None, *, threads: int = 1, folder: None = None
) -> Iterator[pyarrow.Table]: ...


@overload
def run(
    job: batch.Job,
    workers: int | None = None,
    *,
    threads: int = 1,
    folder: Union[str, os.PathLike[str]],
) -> Iterator[tuple[int, int]]: ...


def run(
    job: batch.Job,
    workers: int | None = None,
    *,
    threads: int = 1,
    folder: Union[str, os.PathLike[str], None] = None,
) -> Iterator[Any]:
    """The rows of each shard as a ``pyarrow.Table``, in the order of shards, computed by workers of Ray.

    Where Ray is not connected to a cluster, it is started on this machine. The workers end with the iterator.

    Args:
        job: the job; each worker gets it once.
        workers: the number of workers; by default as many as the CPUs of the cluster allow.
        threads: threads, and CPUs, of a worker.
        folder: keep the rows as parts in this folder, which all workers see, and give ``(shard, rows)`` instead:
            the number of rows. Shards that are done are left alone; ``batch.collect`` joins them.

    Raises:
        InputError: the job cannot be run; ``problems`` has every reason.
    """
    ray = library("ray", "ray")
    if folder is None:
        job.check()
    else:
        batch.plan(job, folder)
    if not ray.is_initialized():
        ray.init()
    if workers is None:
        workers = max(1, int(ray.cluster_resources().get("CPU", 1)) // threads)
    options = {"num_cpus": threads, "max_restarts": -1, "max_task_retries": -1}
    actor = ray.remote(**options)(_Worker)
    told = ray.put(job)
    kept = None if folder is None else os.fspath(folder)
    pool = [actor.remote(told, kept, threads) for _ in range(min(workers, job.shards))]
    return _in_order(ray, pool, told, job.shards)


class _Worker:
    def __init__(self, job: batch.Job, folder: str | None, threads: int) -> None:
        self._job, self._folder, self._threads = job, folder, threads

    def shard(self, shard: int) -> Any:
        if self._folder is None:
            return self._job.run_shard(shard, threads=self._threads).to_arrow()
        return shard, batch._keep(self._folder, self._job.question, shard, self._threads)


def _in_order(ray: Any, pool: list[Any], job: Any, shards: int) -> Iterator[Any]:
    """What workers give for each shard. Few shards are computed ahead of a slow one, so that rows do not pile up.

    ``job`` is the reference that keeps the job for workers that are started again.
    """
    idle = deque(pool * _AT_HAND)
    busy: dict[Any, Any] = {}
    awaited: deque[Any] = deque()
    begun = 0
    try:
        while begun < shards or awaited:
            while idle and begun < shards and len(awaited) < _AHEAD * len(pool):
                worker = idle.popleft()
                result = worker.shard.remote(begun)
                busy[result] = worker
                awaited.append(result)
                begun += 1
            if awaited[0] not in busy:
                yield ray.get(awaited.popleft())
                continue
            for result in ray.wait(list(busy), fetch_local=False)[0]:
                idle.append(busy.pop(result))
    finally:
        for worker in pool:
            ray.kill(worker)
        del job
