"""Files and folders that appear whole or not at all, so that a process can be cut off anywhere.

Every step that touches the disk is a :func:`~lnp_batch.system.crash_points.crash_point` for the tests.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from secrets import token_hex
from typing import Any

from lnp_batch.system.crash_points import crash_point

# ------------------------------------------------------------------------------------------------ write


@contextlib.contextmanager
def atomic_file(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; what is written there is renamed to `path` when the block ends.

    If the block raises, the temporary file is removed and `path` stays as it was. Raises OSError before the block
    if the folder cannot be written; an OSError about the temporary file names `path`.
    """
    temporary = _temporary_beside(path)
    with naming(path, temporary):
        crash_point("write")
        temporary.touch(exist_ok=False)
        try:
            yield temporary
            crash_point("fsync")
            sync_file(temporary)
            crash_point("rename")
            temporary.replace(path)
            crash_point("renamed")
            sync_folder(path.parent)
        finally:
            temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def atomic_files(paths: Collection[Path], obsolete: Collection[Path] = ()) -> Iterator[dict[Path, Path]]:
    """Yield a temporary path for each of `paths`, which all lie in one folder. All are replaced when the block ends.

    The files `obsolete` are removed then. If the block raises, or if a file cannot be put in its place, all `paths` and
    `obsolete` are as they were. Even a process that is killed never leaves new files beside old ones.
    Raises OSError with the name of the path at fault.
    """
    temporary = {path: _temporary_beside(path) for path in paths}
    try:
        for path in paths:
            with naming(path, temporary[path]):
                crash_point("write")
                temporary[path].touch(exist_ok=False)
        yield temporary
        for path in paths:
            with naming(path, temporary[path]):
                crash_point("fsync")
                sync_file(temporary[path])
        with _set_aside([path for path in (*paths, *obsolete) if path.exists()]), contextlib.ExitStack() as moved:
            for path in paths:
                with naming(path, temporary[path]):
                    crash_point("rename")
                    temporary[path].replace(path)
                    moved.callback(path.unlink, missing_ok=True)
                    crash_point("renamed")
                    sync_folder(path.parent)
            moved.pop_all()
    finally:
        for path in temporary.values():
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def _set_aside(paths: Collection[Path]) -> Iterator[None]:
    """Rename the files `paths` during the block, then remove them; if it raises, give them their names back."""
    with contextlib.ExitStack() as renamed:
        aside = {path: _temporary_beside(path) for path in paths}
        for path in paths:
            with naming(path, aside[path]):
                crash_point("rename")
                path.replace(aside[path])
                renamed.callback(aside[path].replace, path)
        yield
        renamed.pop_all()
        for path in aside.values():
            path.unlink(missing_ok=True)


def _temporary_beside(path: Path) -> Path:
    return path.with_name(f".{os.getpid()}.{token_hex(8)}.tmp")


@contextlib.contextmanager
def naming(path: Path, temporary: Path) -> Iterator[None]:
    """Raise an OSError of the block with the name `path` if it has none, or that of the `temporary` file."""
    try:
        yield
    except OSError as fault:
        if fault.filename in (None, str(temporary), temporary):
            fault.filename = str(path)
        raise


def remove_temporary_files(folder: Path, pid: int) -> None:
    """Remove the temporary files that :func:`atomic_file` left in `folder` when process `pid` died."""
    for temporary in folder.glob(f".{pid}.*.tmp"):
        temporary.unlink(missing_ok=True)


def write_json(path: Path, values: Mapping[str, Any]) -> None:
    """Write `values` to `path` as JSON."""
    with atomic_file(path) as temporary:
        temporary.write_text(json.dumps(values, ensure_ascii=True, indent=1) + "\n", encoding="ascii")


def read_json(path: Path) -> dict[str, Any]:
    """Return what :func:`write_json` wrote. Raises OSError if there is no such file."""
    values: dict[str, Any] = json.loads(path.read_text(encoding="ascii"))
    return values


def make_folder(path: Path) -> Path:
    """Create the folder `path` and its parents if they are missing, and return it."""
    if not path.is_dir():
        crash_point("write")
        path.mkdir(parents=True, exist_ok=True)
        sync_folder(path.parent)
    return path


# ------------------------------------------------------------------------------------------------ move, copy, remove


def move(source: Path, target: Path) -> None:
    """Move the file or folder `source` to `target`.

    On one disk this is a rename. Between two disks, a copy appears whole before the source is removed. Raises
    FileNotFoundError if there is no `source`.
    """
    crash_point("rename")
    try:
        source.rename(target)
    except OSError as fault:
        if fault.errno != errno.EXDEV:
            raise
        _move_between_disks(source, target)
    crash_point("renamed")
    sync_folder(target.parent)
    if source.parent != target.parent:
        with contextlib.suppress(FileNotFoundError):  # the sender may have removed the folder meanwhile
            sync_folder(source.parent)


def _move_between_disks(source: Path, target: Path) -> None:
    """Copy `source` to `target`, then remove it.

    A folder `target` that exists is whole, since it appears by a rename: an earlier move was cut off before it removed
    `source`.
    """
    if not source.is_dir():
        copy(source, target)
        remove(source)
        return
    if not target.exists():
        temporary = target.with_name(f".{target.name[:200]}.part")
        remove(temporary)
        crash_point("write")
        shutil.copytree(source, temporary, symlinks=True, ignore=_special_files)
        for path in (temporary, *temporary.rglob("*")):
            _sync(path, os.O_RDONLY)
        crash_point("rename")
        temporary.rename(target)
    remove(source)


def _special_files(folder: str, names: list[str]) -> list[str]:
    """Return those of `names` that are neither a file nor a folder (links, FIFOs, devices): they are not copied."""
    paths = {name: Path(folder) / name for name in names}
    return [name for name, path in paths.items() if path.is_symlink() or not (path.is_file() or path.is_dir())]


def copy(source: Path, target: Path) -> None:
    """Copy a file."""
    with atomic_file(target) as temporary:
        shutil.copyfile(source, temporary, follow_symlinks=False)


def remove(path: Path) -> None:
    """Remove a file, or a folder with its content, if it exists."""
    crash_point("write")
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


# ------------------------------------------------------------------------------------------------ sync


def sync_file(path: Path) -> None:
    """Flush the content of a file to the disk."""
    _sync(path, os.O_RDWR)


def sync_folder(path: Path) -> None:
    """Flush the names in a folder to the disk."""
    _sync(path, os.O_RDONLY)


def _sync(path: Path, flags: int) -> None:
    """Open and fsync `path`. Windows cannot open a folder; its renames need no fsync."""
    try:
        descriptor = os.open(path, flags)
    except PermissionError:
        if os.name == "nt":
            return
        raise
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
