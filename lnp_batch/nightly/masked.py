"""Delivered files that were replaced by copies without some of their cells, or removed: their hashes before and after.

`OUTBOX/.lnp/masked/<place>/<folder>.json` is written before the files are replaced; it tells `doctor` that a file
is no longer the delivered one for a reason.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lnp_batch.errors import EnvironmentFault
from lnp_batch.model.file_name import HIDDEN_FOLDER
from lnp_batch.nightly.hashes import hash_of
from lnp_batch.nightly.own_file import damaged, read_own
from lnp_batch.system.atomic_file import atomic_file, make_folder, remove, write_json

_KEYS = ("pins_masked", "files")

REMOVED = ""
"""Stands for the hash of a file that was removed."""


def replace_files(folder: Path, files: Mapping[str, bytes | None], *, final: bool = False) -> None:
    """Replace files of a batch's `folder` (name in the folder → its new content, None to remove it).

    Both hashes are kept. A copy of what a backup brought back is the last one only if it is `final`: the person who was
    removed from a later copy is in it. If this is cut off, the same call finishes it. Raises EnvironmentFault, and
    touches nothing, if what is kept about the folder is damaged.
    """
    kept = _read(folder)
    kept["pins_masked"] = kept["pins_masked"] and has_no_pins(folder)  # not in what a backup brought back
    for name, content in files.items():
        path = folder / name
        if not path.exists():
            continue
        now, new = hash_of(path), REMOVED if content is None else hashlib.sha256(content).hexdigest()
        delivered, *copies = _with_copy(kept["files"].get(name), now, new, final)
        if copies:
            kept["files"][name] = {"delivered": delivered, "replaced_by": copies}
    _write(folder, kept)
    for name, content in files.items():
        path = folder / name
        if content is None:
            remove(path)
        elif path.exists() and path.read_bytes() != content:
            _overwrite(path, content)


def _with_copy(hashes: Mapping[str, Any] | None, now: str, new: str, final: bool) -> list[str]:
    """Return the hashes of a file in their order, from the delivered one to its last copy, with `new` in its place."""
    found = [hashes["delivered"], *hashes["replaced_by"]] if hashes else [now]
    if new == now or (new in found and not final):
        return found
    found = [found[0], *(each for each in found[1:] if each != new)]
    at = len(found) if final or now not in found else found.index(now) + 1
    return [*found[:at], new, *found[at:]]


def delivered_hash(path: Path) -> str:
    """Return the SHA-256 that the file `path` (`OUTBOX/<place>/<folder>/…`) was delivered with, as far as is known.

    If it is a copy that replaced the delivered file, this is the hash of the delivered one, else its own. Raises
    OSError if it cannot be read.
    """
    folder = path.parent
    own = hash_of(path)
    hashes = _known(folder)["files"].get(path.name)
    return str(hashes["delivered"]) if hashes and own in hashes["replaced_by"] else own


def removed_files(folder: Path) -> frozenset[str]:
    """Return the files of a batch's `folder` that were removed on purpose, by their paths in it."""
    files = _known(folder)["files"].items()
    return frozenset(name for name, hashes in files if REMOVED in hashes["replaced_by"])


def has_no_pins(folder: Path) -> bool:
    """Return whether the PINs in a batch's `folder` were masked, or it had none; not if a file that was replaced is no
    longer the last copy of it, as after a restore from a backup.

    Raises EnvironmentFault if what is kept about the folder is damaged.
    """
    kept = _read(folder)
    return bool(kept["pins_masked"]) and all(_is_last(folder / name, hashes) for name, hashes in kept["files"].items())


def restored_files(outbox: Path) -> Iterator[tuple[str, str]]:
    """Yield place/folder and name of each file that is again as it was before it was replaced or removed."""
    for record in all_masked_records(outbox):
        folder = outbox / record.parent.name / record.name.removesuffix(".json")
        for name, hashes in _known(folder)["files"].items():
            known, last = {hashes["delivered"], *hashes["replaced_by"]}, hashes["replaced_by"][-1]
            with contextlib.suppress(OSError):
                if hash_of(folder / name) in known - {last}:
                    yield f"{folder.parent.name}/{folder.name}", name


def _is_last(path: Path, hashes: Mapping[str, Any]) -> bool:
    """Return whether a file is the last copy that replaced it, or is not there; not if it cannot be read."""
    try:
        return hash_of(path) == hashes["replaced_by"][-1]
    except FileNotFoundError:
        return True
    except OSError:
        return False


def note_no_pins(folder: Path) -> None:
    """Keep in mind that a batch's `folder` has no PINs any more."""
    _write(folder, _read(folder) | {"pins_masked": True})


def forget_masked(folder: Path) -> None:
    """Remove what is kept about a batch's `folder`, whose files go."""
    if _path(folder).exists():
        remove(_path(folder))


def all_masked_records(outbox: Path) -> list[Path]:
    """Return the files in which this is kept, sorted."""
    return sorted((outbox / HIDDEN_FOLDER / "masked").glob("*/[!.]*.json"))


def read_masked_record(path: Path) -> dict[str, Any] | None:
    """Return the values of one of these files, None if it is damaged. Raises FileNotFoundError if it is missing."""
    return read_own(path, *_KEYS)


def is_damaged(folder: Path) -> bool:
    """Return whether what is kept about a batch's `folder` is damaged: then nobody knows which files were replaced."""
    path = _path(folder)
    return path.exists() and read_masked_record(path) is None


def check_record(folder: Path) -> None:
    """Raise EnvironmentFault if what is kept about a batch's `folder` is damaged."""
    if is_damaged(folder):
        raise EnvironmentFault(damaged(_path(folder)))


def _overwrite(path: Path, content: bytes) -> None:
    """Replace a file, and give the new one its access rights and group."""
    with atomic_file(path) as temporary:
        temporary.write_bytes(content)
        status = path.stat()
        if status.st_gid != temporary.stat().st_gid:
            os.chown(temporary, -1, status.st_gid)
        temporary.chmod(stat.S_IMODE(status.st_mode))


def _read(folder: Path) -> dict[str, Any]:
    check_record(folder)
    return _known(folder)


def _known(folder: Path) -> dict[str, Any]:
    """Return what is kept about a batch's folder, as if nothing were kept if it is damaged."""
    try:
        values = read_masked_record(_path(folder))
    except FileNotFoundError:
        values = None
    return values or {"pins_masked": False, "files": {}}


def _write(folder: Path, kept: Mapping[str, Any]) -> None:
    make_folder(_path(folder).parent)
    write_json(_path(folder), kept)


def _path(folder: Path) -> Path:
    outbox = folder.parent.parent
    return outbox / HIDDEN_FOLDER / "masked" / folder.parent.name / f"{folder.name}.json"
