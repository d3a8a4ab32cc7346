"""A file appears whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from lnp_batch.system.crash_points import crash_point


@contextlib.contextmanager
def atomic_file(path: Path) -> Iterator[Path]:
    """Gives a temporary path beside `path`; what was written there takes `path`'s name once the block ends well.

    Where the block raises, the temporary file is removed and what stood at `path` stays. OSError where the folder
    cannot be written, told before the block begins.
    """
    beside = path.with_name(f".{os.getpid()}.{secrets.token_hex(8)}.tmp")
    crash_point("write")
    beside.touch(exist_ok=False)
    try:
        yield beside
        crash_point("fsync")
        sync_file(beside)
        crash_point("rename")
        beside.replace(path)
        crash_point("renamed")
        sync_folder(path.parent)
    finally:
        beside.unlink(missing_ok=True)


def sweep(folder: Path, pid: int) -> None:
    """Removes what a process that died left half written in `folder`."""
    for beside in folder.glob(f".{pid}.*.tmp"):
        beside.unlink(missing_ok=True)


def sync_file(path: Path) -> None:
    """Puts on the disk what a file holds."""
    _sync(path, os.O_RDWR)


def sync_folder(path: Path) -> None:
    """Puts on the disk what a folder holds by name."""
    _sync(path, os.O_RDONLY)


def _sync(path: Path, how: int) -> None:
    """Puts a file or a folder on the disk. Windows opens no folder: its renames need no such help."""
    try:
        handle = os.open(path, how)
    except PermissionError:
        if os.name == "nt":
            return
        raise
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
