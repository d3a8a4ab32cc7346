"""The run's log: one JSON object per line, on stderr or in a file, without account numbers, PINs or customer data."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from typing import Any

import structlog

from lnp_batch.system.atomic_file import naming


class _LogFile:
    """Writes each event to the end of a file. Raises OSError with the name of the file if that fails."""

    def __init__(self, path: Path, file: FileIO) -> None:
        self._path, self._file = path, file

    def msg(self, line: str) -> None:
        left = line.encode() + b"\n"
        with naming(self._path, self._path):
            while left:
                left = left[self._file.write(left) :]

    info = warning = error = msg


@contextlib.contextmanager
def events(run: str, path: Path | None) -> Iterator[Any]:
    """Yield a logger bound to the run's id. Raises OSError if `path` cannot be written."""
    with contextlib.ExitStack() as open_files:
        file = open_files.enter_context(path.open("ab", buffering=0)) if path else None
        yield structlog.wrap_logger(
            _LogFile(path, file) if path and file else structlog.PrintLogger(sys.stderr),
            processors=[
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.JSONRenderer(ensure_ascii=True),
            ],
        ).bind(run=run)
