"""The run's log: one JSON object per line, on stderr or in a file, without account numbers, PINs or customer data."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import structlog


@contextlib.contextmanager
def events(run: str, path: Path | None) -> Iterator[Any]:
    """Yield a logger bound to the run's id. Raises OSError if `path` cannot be written."""
    with contextlib.ExitStack() as open_files:
        stream = open_files.enter_context(path.open("a", encoding="utf-8")) if path else sys.stderr
        yield structlog.wrap_logger(
            structlog.PrintLogger(stream),
            processors=[
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.JSONRenderer(ensure_ascii=True),
            ],
        ).bind(run=run)
