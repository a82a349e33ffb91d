"""Files of the field, in and out."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from . import _trimodal
from ._errors import unwritable
from ._progress import Progress, told
from ._tables import write


@dataclass(frozen=True)
class Converted:
    """A file or folder that was written in another format."""

    path: Path
    """Where it is."""
    summary: str
    """What is in it, in a line."""
    notes: tuple[str, ...]
    """What was not read as it is written, and what was left out."""

    def __str__(self) -> str:
        return f"{self.path}: {self.summary}"


def convert(
    source: str | os.PathLike[str],
    output: str | os.PathLike[str],
    *,
    source_format: str | None = None,
    output_format: str | None = None,
    mapping: str | os.PathLike[str] | None = None,
    progress: Progress = False,
) -> Converted:
    """Reads a file or folder of the field and writes it in another format, as ``trimodal convert`` does.

    Args:
        source: networks (GMNS, TNTP, OpenStreetMap PBF), tables (CSV, XLSX, GeoPackage, Parquet, GeoJSON, shapefile),
            matrices (OMX, TNTP trips), GTFS, UN/LOCODE.
        output: what is written; its ending tells the format, and a folder needs ``output_format``.
        source_format: the format of the source in one word; by its name and content where it is not given.
        output_format: the format that is written in one word; by the name where it is not given.
        mapping: a file that says which column means what, and in which units.
        progress: a callback ``(stage, done, total)``, or ``True`` for a bar of tqdm: the seconds of a long call.

    Raises:
        InputError: the source cannot be read, or the format has no place for it; nothing is written.
        FileError: the output cannot be written.
    """
    name = os.fspath(output)
    if Path(name).is_dir() and not name.endswith("/"):
        name += "/"
    formats = (source_format, output_format)
    named = None if mapping is None else os.fspath(mapping)
    with told(progress) as callback:
        file, folder, notes, summary = _trimodal.convert(os.fspath(source), name, formats, named, callback)
    path = Path(output)
    if file is not None:
        write(path, file)
    else:
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as why:
            raise unwritable(path, why) from None
        for inside, content in folder.items():
            write(path / inside, content)
    return Converted(path, summary, tuple(notes))
