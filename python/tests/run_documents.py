"""Makes sure that the code blocks of the guide and the notebooks run: ``python run_documents.py GUIDE NOTEBOOK...``."""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ORIGINS = "place\nMombasa\nShanghai\nHamburg\n"
PORTS = "place\nRotterdam\nSingapore\n"
RATES = "mode,where,cargo,what,usd,per,period,source\nroad,DE,any,moving,2,truck-km,2026,a test\n"


def blocks(text: str, language: str) -> list[str]:
    """The code blocks of a page in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def run_python(path: Path, text: str) -> None:
    """Runs the Python blocks of a text, one after the other, in one namespace."""
    found = blocks(text, "python")
    assert found, f"{path} has no blocks"
    space: dict[str, Any] = {}
    for block in found:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(block, str(path), "exec"), space)  # noqa: S102
    print(f"{path}: {len(found)} blocks")


def run_large_jobs(path: Path) -> None:
    """Runs the guide to large jobs in a folder with the inputs that it names, up to the engines, which have tests."""
    from trimodal import batch

    text = path.read_text().split("\n## Spark")[0]
    commands = str(Path(sys.executable).parent)
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(before / "scenarios", Path(folder, "scenarios"))
        for name, content in [("origins.csv", ORIGINS), ("ports.csv", PORTS), ("our-rates.csv", RATES)]:
            Path(folder, name).write_text(content)
        os.chdir(folder)
        jobs = blocks(text, "toml")
        for job in reversed(jobs):
            Path("job.toml").write_text(job)
            assert batch.Job.read("job.toml").shards > 0
        for block in blocks(text, "sh"):
            if block.startswith("trimodal batch plan"):
                env = {**os.environ, "PATH": commands + os.pathsep + os.environ["PATH"]}
                subprocess.run(["bash", "-euc", block], check=True, env=env, stdout=subprocess.DEVNULL)
                subprocess.run(["rm", "-r", "runs"], check=True)
        run_python(path, text)
        os.chdir(before)


def run_guide(path: Path) -> None:
    """Runs the Python blocks of a page, and what else it shows."""
    if path.name == "batch.md":
        run_large_jobs(path)
    else:
        run_python(path, path.read_text())


def run_notebook(path: Path) -> None:
    """Runs a notebook, which is committed without its outputs."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert not any(cell.outputs or cell.execution_count for cell in cells), f"{path} has outputs"
    NotebookClient(notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": "."}}).execute()
    print(f"{path}: {len(cells)} cells")


for name in sys.argv[1:]:
    (run_notebook if name.endswith(".ipynb") else run_guide)(Path(name))
