"""Exceptions of the package. Each has ``problems``, with stable ids, places, values and hints."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar


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
    """The cell as written, or the value of an argument; none where the problem is not in one."""
    hint: str | None = None
    """What to do."""

    def __str__(self) -> str:
        at = ":".join([self.file, *(str(n) for n in (self.row, self.column) if n)])
        lines = [f"error[{self.id}]: {self.message}", at, self.hint or ""]
        return "\n  ".join(line for line in lines if line)


class Error(Exception):
    """What this package raises. ``problems`` has every reason at once; the properties are those of the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = list(problems)

    @property
    def id(self) -> str:
        """Stable id, for example ``TM-RTE-001``."""
        return self.problems[0].id

    @property
    def place(self) -> str:
        """``file:row:column``, as far as the problem has one; empty where it has none."""
        first = self.problems[0]
        return ":".join([first.file, *(str(n) for n in (first.row, first.column) if n)])

    @property
    def value(self) -> str | None:
        """The value that cannot be used, where there is one."""
        return self.problems[0].value

    @property
    def hint(self) -> str | None:
        """What to do."""
        return self.problems[0].hint

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)

    def __reduce__(self) -> tuple[type[Error], tuple[list[Problem]]]:
        return (type(self), (self.problems,))


class InputError(Error, ValueError):
    """An input cannot be used."""


class ArgumentError(InputError, TypeError):
    """An argument is not known, or is of a type that is not taken."""


class UnknownTableError(InputError, KeyError):
    """An outcome or a scenario has no table of this name."""


class UnknownShardError(InputError, IndexError):
    """A job has no shard of this number."""


class FileError(InputError, OSError):
    """A file cannot be read or written."""


class FolderTakenError(FileError, FileExistsError):
    """A folder has files that would be read as part of what is to be written into it."""


class NoOutcomeError(Error):
    """A question ended before anything was known, or there is nothing to run.

    What is unreachable, infeasible or cut short by a time limit is no error: outcomes say so.
    """


class MissingLibraryError(Error, ImportError):
    """An optional library is not installed; ``name`` is its name."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems)
        self.name = problems[0].value


_CLASSES: dict[str, type[Error]] = {
    of.__name__: of
    for of in (InputError, ArgumentError, UnknownTableError, UnknownShardError, FileError, NoOutcomeError)
}

E = TypeVar("E", bound=Error)


def made(name: str, told: str) -> Error:
    """The exception of a class, for the compiled module."""
    return _CLASSES[name]([Problem(**problem) for problem in json.loads(told)])


def one(of: type[E], id: str, message: str, hint: str, *, value: object = None, file: str = "") -> E:
    """The exception of one problem."""
    shown = None if value is None else str(value)
    return of([Problem(id, message, file=file, value=shown, hint=hint)])


def unreadable(path: object, why: OSError, hint: str) -> FileError:
    """The exception of a file that cannot be read."""
    return one(FileError, "TM-IO-001", f"cannot read `{path}`: {why.strerror}", hint, value=path, file=str(path))


def unwritable(path: object, why: OSError) -> FileError:
    """The exception of a file that cannot be written."""
    hint = "name a folder that exists and may be written to"
    return one(FileError, "TM-IO-002", f"cannot write `{path}`: {why.strerror}", hint, value=path, file=str(path))
