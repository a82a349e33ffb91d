"""Exceptions of the package."""

from __future__ import annotations

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with an input."""

    id: str
    """Stable id, for example ``TM-RTE-001``; see docs/reference/errors.md."""
    message: str
    """The problem, with the value as given."""
    file: str = ""
    """The file or table it is in; empty where it is in none."""
    row: int = 0
    """Line of the file, from 1; 0 where the whole file is meant."""
    column: int = 0
    """Column, from 1; 0 where the whole row is meant."""
    value: str | None = None
    """The cell as written, where the problem is in one."""
    hint: str | None = None
    """What to do."""

    def __str__(self) -> str:
        at = ":".join([self.file, *(str(n) for n in (self.row, self.column) if n)])
        lines = [f"error[{self.id}]: {self.message}", at, self.hint or ""]
        return "\n  ".join(line for line in lines if line)


class Error(Exception):
    """What this package raises."""


class InputError(Error):
    """An input cannot be used. ``problems`` has every reason at once."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems

    def __reduce__(self) -> tuple[type[InputError], tuple[list[Problem]]]:
        return (InputError, (self.problems,))


class NoOutcomeError(Error):
    """A question ended before anything was known, or there is nothing to run.

    What is unreachable, infeasible or cut short by a time limit is no error: outcomes say so.
    """


class MissingLibraryError(Error, ImportError):
    """An optional library is not installed."""


def made(name: str, told: str) -> Error:
    """The exception of a class, for the compiled module."""
    if name == "InputError":
        return InputError([Problem(**problem) for problem in json.loads(told)])
    return NoOutcomeError(told)
