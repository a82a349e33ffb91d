"""Large jobs in shards: in this process, in others, and over a folder."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import jobs
import pyarrow
import pyarrow.parquet
import pytest

import trimodal
from trimodal import batch


def test_shards_are_the_whole(table_job: batch.Job, tmp_path: Path) -> None:
    job = table_job
    assert (job.kind, job.shards, job.contents) == ("table", 6, "800 rows of a table")
    jobs.table(tmp_path)
    ends = (tmp_path / "origins.csv", tmp_path / "ports.csv")
    whole = trimodal.table(*ends, by="time", date="2026-11-26")
    assert pyarrow.concat_tables(jobs.alone(job)).equals(whole.to_arrow())


@pytest.mark.parametrize("text", [jobs.PLANS, jobs.RUNS])
def test_plans_and_replications(tmp_path: Path, text: str) -> None:
    job = jobs.written(tmp_path, text)
    first = job.run_shard(0, threads=1)
    assert first.to_arrow().schema.equals(job.schema)
    assert len(first.to_pandas()) > 0 and first.to_arrow().equals(batch.Job.unpack(job.pack()).run_shard(0).to_arrow())
    with pytest.raises(IndexError, match="no shard 9\n  they are 0 to"):
        job.run_shard(9)


def test_a_job_travels(tmp_path: Path) -> None:
    job = jobs.written(tmp_path, jobs.PLANS)
    there = batch.Job.unpack(job.pack())
    assert (there.question, there.shards) == (job.question, job.shards)
    packed = pickle.dumps(job)
    # A worker keeps it, with the network, from task to task.
    assert pickle.loads(packed) is pickle.loads(packed)
    code = "import pickle, sys; print(pickle.load(sys.stdin.buffer).run_shard(2).to_arrow().num_rows)"
    other = subprocess.run([sys.executable, "-c", code], input=packed, capture_output=True, check=True)
    assert int(other.stdout) == job.run_shard(2).to_arrow().num_rows


def test_another_version_is_refused(tmp_path: Path) -> None:
    job = jobs.table(tmp_path)
    with pytest.raises(trimodal.InputError, match="TM-BAT-001"):
        batch._received(job.pack(), "0" * 64)


def test_a_folder(tmp_path: Path) -> None:
    job = jobs.written(tmp_path, jobs.PLANS)
    folder = batch.plan(job, tmp_path / "runs")
    assert batch.plan(batch.Job.open(folder), folder) == folder
    told: list[tuple[str, int, int]] = []
    assert batch.run(folder, range(0, 3, 2), progress=lambda *step: told.append(step)) == 2
    assert told and batch.missing(folder) == [1]
    with pytest.raises(trimodal.InputError) as refused:
        batch.collect(folder)
    assert [problem.id for problem in refused.value.problems] == ["TM-BAT-002"]
    assert batch.run(folder, threads=1) == 1
    done = batch.collect(folder)
    joined = pyarrow.parquet.read_table(done.path)
    assert (done.rows, done.summary) == (joined.num_rows, None)
    assert joined.equals(pyarrow.concat_tables(jobs.alone(job)))


def test_what_is_done_is_left_alone(tmp_path: Path) -> None:
    jobs.written(tmp_path, jobs.PLANS)
    folder = batch.plan(tmp_path / "job.toml", tmp_path / "runs")
    assert [batch.run(folder), batch.run(folder), batch.run(folder, [0], again=True)] == [3, 0, 1]


def test_replications_have_a_summary(tmp_path: Path) -> None:
    folder = batch.plan(jobs.written(tmp_path, jobs.RUNS), tmp_path / "runs")
    batch.run(folder)
    done = batch.collect(folder, tmp_path / "all.parquet")
    assert done.path == tmp_path / "all.parquet" and done.summary == tmp_path / "summary.csv"
    assert done.summary.read_text().startswith("scenario,figure,id,replications,mean")


def test_what_cannot_be_run(tmp_path: Path) -> None:
    with pytest.raises(trimodal.InputError) as refused:
        jobs.written(tmp_path, '[table]\norigins = "nowhere.csv"\n')
    assert "nowhere.csv" in str(refused.value)
    with pytest.raises(trimodal.InputError, match="Nowhere at all"):
        batch.plan(jobs.refused(tmp_path), tmp_path / "runs")
    with pytest.raises(trimodal.InputError):
        batch.run(tmp_path / "none")
    folder = batch.plan(jobs.table(tmp_path), tmp_path / "runs")
    with pytest.raises(IndexError):
        batch.run(folder, [6])
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "program": "0.0.1"}))
    with pytest.raises(trimodal.InputError, match="planned by version 0.0.1"):
        batch.missing(folder)


@pytest.mark.skipif(sys.platform == "win32", reason="signals as on Unix")
def test_an_interrupt_ends_a_shard(tmp_path: Path) -> None:
    # Ten thousand replications take minutes: it is at work then, and not done.
    job = jobs.written(tmp_path, jobs.RUNS.replace("shards = 2", "shards = 1").replace("= 6", "= 10000"))
    # Where the tests run in the background of a shell, it has told them to ignore the signal.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            job.run_shard(0)
    finally:
        timer.join()
        signal.signal(signal.SIGINT, before)


def test_problems_of_a_job_have_their_line(tmp_path: Path) -> None:
    with pytest.raises(trimodal.InputError) as refused:
        jobs.written(tmp_path, "shards = 2\n" + jobs.PLANS.replace("samples = 0", "samples = -1"))
    (problem,) = refused.value.problems
    assert (Path(problem.file).name, problem.row, problem.column) == ("job.toml", 4, 1)


def test_parts_cut_short_and_of_other_columns_are_told(tmp_path: Path) -> None:
    folder = batch.plan(jobs.written(tmp_path, jobs.PLANS), tmp_path / "runs")
    batch.run(folder)
    part, record = folder / "parts" / "000001.parquet", folder / "parts" / "000001.json"
    whole = part.read_bytes()
    part.write_bytes(whole[:-10])
    with pytest.raises(trimodal.InputError, match=rf"cut short .*: 1 \(shard 1 has {len(whole) - 10} of {len(whole)} bytes"):
        batch.collect(folder)
    assert batch.missing(folder) == [1]
    pyarrow.parquet.write_table(pyarrow.parquet.read_table(folder / "parts" / "000000.parquet").drop_columns(["scenario"]), part)
    told = json.loads(record.read_text())
    other = {"bytes": part.stat().st_size, "sha256": hashlib.sha256(part.read_bytes()).hexdigest()}
    record.write_text(json.dumps({**told, **other}))
    with pytest.raises(trimodal.InputError, match=r"shard 1 has other columns than its job: it lacks \[scenario") as refused:
        batch.collect(folder)
    assert refused.value.id == "TM-BAT-002" and "--again" in (refused.value.hint or "")
    assert refused.value.place.endswith("000001.parquet")
    assert batch.run(folder, [1], again=True) == 1 and batch.collect(folder).rows > 0


def test_the_result_names_whom_to_name(tmp_path: Path) -> None:
    job = jobs.written(tmp_path, '[table]\norigins = "ports.csv"\ndestinations = "ports.csv"\nby = ["time"]\n')
    folder = batch.plan(job, tmp_path / "runs")
    batch.run(folder)
    kept = pyarrow.parquet.read_schema(batch.collect(folder).path).metadata
    assert b"OpenStreetMap" in kept[b"attribution"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals as on Unix")
def test_an_interrupt_leaves_a_check(tmp_path: Path) -> None:
    # Both sides are joined to the network: for so many points that takes many seconds.
    many = "\n".join(f"{i},{i // 400 / 40 + 45},{i % 400 / 20}" for i in range(80_000))
    jobs.table(tmp_path)
    (tmp_path / "ports.csv").write_text("id,lat,lon\n" + many)
    job = batch.Job.read(tmp_path / "job.toml")
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    begun = time.monotonic()
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            job.check()
        assert time.monotonic() - begun < 3
    finally:
        timer.join()
        signal.signal(signal.SIGINT, before)
