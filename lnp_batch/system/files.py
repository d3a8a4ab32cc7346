"""Files moved so that a run can be cut off anywhere: nothing lost, nothing twice, nothing half visible."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lnp_batch.system.atomic_file import atomic_file, sync_folder
from lnp_batch.system.crash_points import crash_point

HIDDEN = ".lnp"
"""Ours in the inbox and in the outbox."""


def careful(path: str, how: int) -> int:
    """An opener for :func:`open`: no link is followed, no FIFO waited for."""
    return os.open(path, how | sum(getattr(os, flag, 0) for flag in ("O_NOFOLLOW", "O_NONBLOCK")))


def make_folder(path: Path) -> Path:
    """The folder at `path`, made with those above it where it is not there."""
    if not path.is_dir():
        crash_point("write")
        path.mkdir(parents=True, exist_ok=True)
        sync_folder(path.parent)
    return path


def move(source: Path, target: Path) -> None:
    """`source`, a file or a folder, under the name `target`: one rename, or, between two disks, a copy that appears whole
    before its source goes. FileNotFoundError where there is no `source`."""
    crash_point("rename")
    try:
        source.rename(target)
    except OSError as fault:
        if fault.errno != errno.EXDEV:
            raise
        _move_across(source, target)
    crash_point("renamed")
    sync_folder(target.parent)
    if source.parent != target.parent:
        with contextlib.suppress(FileNotFoundError):  # its sender may tidy up at once
            sync_folder(source.parent)


def _move_across(source: Path, target: Path) -> None:
    """The same between two disks. A folder at `target` is whole, as it appears by a rename: what was cut off after that
    has its source still to lose."""
    if not source.is_dir():
        copy(source, target)
        remove(source)
        return
    if not target.exists():
        beside = target.with_name(f".{target.name[:200]}.part")
        remove(beside)
        crash_point("write")
        shutil.copytree(source, beside, symlinks=True, ignore=_special)
        for path in (beside, *beside.rglob("*")):
            _sync(path)
        crash_point("rename")
        beside.rename(target)
    remove(source)


def copy(source: Path, target: Path) -> None:
    """A copy of a file, whole or not at all."""
    with atomic_file(target) as beside:
        shutil.copyfile(source, beside, follow_symlinks=False)


def _special(folder: str, names: list[str]) -> list[str]:
    """What is no file and no folder: links, FIFOs and the like stay behind."""
    paths = {name: Path(folder) / name for name in names}
    return [name for name, path in paths.items() if path.is_symlink() or not (path.is_file() or path.is_dir())]


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_json(path: Path, told: Mapping[str, Any]) -> None:
    """Writes `told` at `path`, whole or not at all."""
    with atomic_file(path) as beside:
        beside.write_text(json.dumps(told, ensure_ascii=True, indent=1) + "\n", encoding="ascii")


def read_json(path: Path) -> dict[str, Any]:
    """What :func:`write_json` wrote. OSError where there is nothing."""
    told: dict[str, Any] = json.loads(path.read_text(encoding="ascii"))
    return told


def remove(path: Path) -> None:
    """Removes a file or a folder with all that it holds; one that is not there is removed already."""
    crash_point("write")
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
