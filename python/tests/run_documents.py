"""Makes sure that the code blocks of the guide and the notebooks run: ``python run_documents.py GUIDE NOTEBOOK...``."""

from __future__ import annotations

import contextlib
import io
import re
import sys
from pathlib import Path
from typing import Any


def run_guide(path: Path) -> None:
    """Runs the Python blocks of a page, one after the other, in one namespace."""
    blocks = re.findall(r"^```python\n(.*?)^```$", path.read_text(), re.DOTALL | re.MULTILINE)
    assert blocks, f"{path} has no blocks"
    space: dict[str, Any] = {}
    for block in blocks:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(block, str(path), "exec"), space)  # noqa: S102
    print(f"{path}: {len(blocks)} blocks")


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
