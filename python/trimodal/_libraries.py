"""Optional libraries, imported when they are needed."""

from __future__ import annotations

import importlib
from typing import Any

from ._errors import MissingLibraryError, one


def library(name: str, extra: str) -> Any:
    """A library, or an error that names the extra that installs it."""
    try:
        return importlib.import_module(name)
    except ImportError as missing:
        hint = f"pip install 'trimodal[{extra}]'"
        raise one(MissingLibraryError, "TM-PY-002", f"{name} is not installed", hint, value=name) from missing
