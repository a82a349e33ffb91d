"""Jobs of the tests of batches."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from trimodal import batch

ROOT = Path(__file__).resolve().parents[2]
RELIEF = ROOT / "scenarios" / "relief"

PLANS = '[plan]\nscenarios = ["RELIEF"]\nsamples = 0\nmultiples = [2]\nvary."scenario.discount_rate" = [0.04, 0.07, 0.1]\n'
RUNS = 'shards = 2\n[simulate]\nscenarios = ["RELIEF"]\nreplications = 6\n'


def written(folder: Path, text: str) -> batch.Job:
    """A job of a file, with a grid of points beside it."""
    grid = [f"{lat}-{lon},{lat / 4},{lon / 4}" for lat in range(188, 208) for lon in range(32, 72)]
    (folder / "origins.csv").write_text("\n".join(["id,lat,lon", *grid]))
    (folder / "ports.csv").write_text("place\nRotterdam\nHamburg\nGenoa\n")
    (folder / "job.toml").write_text(text.replace("RELIEF", RELIEF.as_posix()))
    return batch.Job.read(folder / "job.toml")


def table(folder: Path, destinations: str = "ports.csv", shards: int = 6) -> batch.Job:
    """A table of 800 origins."""
    ends = f'origins = "origins.csv"\ndestinations = "{destinations}"\nby = ["time"]\ndate = "2026-11-26"\n'
    return written(folder, f"shards = {shards}\n[table]\n{ends}")


def alone(job: batch.Job) -> list[Any]:
    """The rows of each shard, computed by this process."""
    return [job.run_shard(shard).to_arrow() for shard in range(job.shards)]


def rows(tables: Any) -> list[tuple[Any, ...]]:
    """Rows of tables, in an order of their own: some engines have none."""
    found = [tuple(row.values()) for table in tables for row in table.to_pylist()]
    return sorted(found, key=repr)


def refused(folder: Path) -> batch.Job:
    """A job whose table cannot be made, which only the network tells."""
    table(folder)
    text = (folder / "job.toml").read_text()
    return written(folder, text + 'only_via = ["Nowhere at all"]\n')
