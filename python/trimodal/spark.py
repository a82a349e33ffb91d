"""The shards of a job on Spark, with ``DataFrame.mapInArrow``.

The workers need this package, of the same version. A worker unpacks the job and loads the network once.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Union

from . import batch
from ._libraries import library

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["run"]

_ROWS = 65_536
"""Rows of a batch that is handed to Spark."""


def run(
    spark: SparkSession,
    job: batch.Job,
    partitions: int | None = None,
    *,
    threads: int = 1,
    folder: Union[str, os.PathLike[str], None] = None,
) -> DataFrame:
    """The rows of a job as a DataFrame, computed by the workers of Spark.

    As any DataFrame it is computed anew for each action: write it, or cache it. Its rows have no order.

    Args:
        spark: a session, of Spark or of Spark Connect.
        job: the job; it travels with the tasks.
        partitions: the number of tasks; one for each shard by default.
        threads: threads of a task, as ``spark.task.cpus`` says.
        folder: keep the rows as parts in this folder, which all workers see, and give the number of rows of each
            ``shard`` instead. Shards that are done are left alone; ``batch.collect`` joins them.

    Raises:
        InputError: the job cannot be run; ``problems`` has every reason.
    """
    arrow = library("pyspark.sql.pandas.types", "spark")
    shards = spark.range(0, job.shards, 1, partitions or job.shards)
    if folder is not None:
        batch.plan(job, folder)
        return shards.mapInArrow(_parts(os.fspath(folder), job.question, threads), "shard long, rows long")
    job.check()
    return shards.mapInArrow(_rows(job, threads), arrow.from_arrow_schema(job.schema))


def _rows(job: batch.Job, threads: int) -> Any:
    def rows(shards: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        for shard in _numbers(shards):
            table = job.run_shard(shard, threads=threads).to_arrow()
            yield from table.replace_schema_metadata().to_batches(_ROWS)

    return rows


def _parts(folder: str, question: str, threads: int) -> Any:
    def parts(shards: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        arrow = library("pyarrow", "spark")
        for shard in _numbers(shards):
            rows = batch._keep(folder, question, shard, threads)
            yield arrow.RecordBatch.from_pydict({"shard": [shard], "rows": [rows]})

    return parts


def _numbers(shards: Iterable[pyarrow.RecordBatch]) -> Iterator[int]:
    for some in shards:
        yield from some.column(0).to_pylist()
