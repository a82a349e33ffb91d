"""The command line: ``trimodal`` and ``python -m trimodal``."""

from __future__ import annotations

import sys

from . import _trimodal


def main() -> None:
    """Runs the command line of this process and ends it with its exit code."""
    _trimodal.command_line(["trimodal", *sys.argv[1:]])


if __name__ == "__main__":
    main()
