"""Optional libraries, imported when they are needed."""

from __future__ import annotations

import importlib
from typing import Any

from ._errors import MissingLibraryError


def library(name: str, extra: str) -> Any:
    """A library, or an error that names the extra that installs it."""
    try:
        return importlib.import_module(name)
    except ImportError as missing:
        told = f"{name} is not installed: pip install 'trimodal[{extra}]'"
        raise MissingLibraryError(told, name=name) from missing
