"""A job on Spark: Sail speaks its protocol, without a JVM."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jobs
import pyarrow
import pyarrow.parquet
import pytest

import trimodal
from trimodal import batch

pytest.importorskip("pyspark.sql.connect.session", reason="pyspark-client is not installed")
sail = pytest.importorskip("pysail.spark", reason="pysail is not installed")


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """A session of a server in this process."""
    from pyspark.sql import SparkSession

    server = sail.SparkConnectServer()
    server.start(background=True)
    host, port = server.listening_address
    session = SparkSession.builder.remote(f"sc://{host}:{port}").getOrCreate()
    yield session
    session.stop()
    server.stop()


def test_the_same_rows(spark: Any, table_job: batch.Job) -> None:
    from trimodal import spark as engine

    job = table_job
    frame = engine.run(spark, job, partitions=3)
    assert frame.columns == job.schema.names
    assert jobs.rows([frame.toArrow()]) == jobs.rows(jobs.alone(job))
    # What follows is computed by Spark.
    assert frame.where("by = 'time'").count() == 800 * 3


def test_plans(spark: Any, tmp_path: Path) -> None:
    from trimodal import spark as engine

    job = jobs.written(tmp_path, jobs.PLANS)
    assert jobs.rows([engine.run(spark, job).toArrow()]) == jobs.rows(jobs.alone(job))


def test_parts_in_a_folder(spark: Any, tmp_path: Path) -> None:
    from trimodal import spark as engine

    job = jobs.written(tmp_path, jobs.RUNS)
    done = engine.run(spark, job, folder=tmp_path / "runs").toArrow().sort_by("shard").to_pydict()
    alone = jobs.alone(job)
    assert done == {"shard": [0, 1], "rows": [table.num_rows for table in alone]}
    joined = pyarrow.parquet.read_table(batch.collect(tmp_path / "runs").path)
    assert joined.equals(pyarrow.concat_tables(alone))


def test_a_job_that_cannot_be_run(spark: Any, tmp_path: Path) -> None:
    from trimodal import spark as engine

    with pytest.raises(trimodal.InputError, match="Nowhere at all"):
        engine.run(spark, jobs.refused(tmp_path))
