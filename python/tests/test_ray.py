"""A job on Ray, and what is left of it when its workers are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import jobs
import pyarrow
import pyarrow.parquet
import pytest

import trimodal
from trimodal import batch

ray = pytest.importorskip("ray", reason="ray is not installed")


@pytest.fixture(scope="module", autouse=True)
def cluster() -> Iterator[None]:
    """Ray on this machine, with room for two workers."""
    patch = pytest.MonkeyPatch()
    # A cluster of one test needs no token.
    patch.setenv("RAY_AUTH_MODE", "disabled")
    patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    patch.setenv("RAY_ENABLE_UV_RUN_RUNTIME_ENV", "0")
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    yield
    ray.shutdown()
    patch.undo()


def at_work() -> list[int]:
    """Workers at a shard, among the processes that this one began."""
    told = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True)
    lines = [line.split(None, 2) for line in told.stdout.splitlines()]
    parents = {int(pid): int(parent) for pid, parent, *_ in lines}

    def is_mine(pid: int) -> bool:
        while pid in parents and pid != os.getpid():
            pid = parents[pid]
        return pid == os.getpid()

    named = [int(pid) for pid, _, *args in lines if args and args[0].startswith("ray::_Worker.shard")]
    return [pid for pid in named if is_mine(pid)]


def test_the_same_rows(tmp_path: Path) -> None:
    from trimodal import ray as engine

    job = jobs.written(tmp_path, jobs.PLANS)
    tables = list(engine.run(job, workers=2))
    # One table for each shard, in their order.
    assert all(table.equals(other) for table, other in zip(tables, jobs.alone(job), strict=True))


def test_killed_workers_lose_nothing(table_job: batch.Job, tmp_path: Path) -> None:
    from trimodal import ray as engine

    folder = tmp_path / "runs"
    found: list[tuple[int, int]] = []
    work = threading.Thread(target=lambda: found.extend(engine.run(table_job, workers=2, folder=folder)))
    work.start()
    end = time.monotonic() + 60
    while len(killed := at_work()) < 2 and time.monotonic() < end:
        time.sleep(0.02)
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    assert len(killed) == 2 and len(batch.missing(folder)) >= 2
    work.join()
    alone = jobs.alone(table_job)
    assert found == [(shard, table.num_rows) for shard, table in enumerate(alone)]
    joined = pyarrow.parquet.read_table(batch.collect(folder).path)
    assert joined.equals(pyarrow.concat_tables(alone))


def test_a_job_that_cannot_be_run(tmp_path: Path) -> None:
    from trimodal import ray as engine

    with pytest.raises(trimodal.InputError, match="Nowhere at all"):
        engine.run(jobs.refused(tmp_path))
