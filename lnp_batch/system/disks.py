"""Which disk a file is on, and room kept free on it."""

from __future__ import annotations

import errno
import os
import secrets
from pathlib import Path

from lnp_batch.errors import reason_of
from lnp_batch.model.file_name import printable_utf8
from lnp_batch.model.text import Text
from lnp_batch.system.atomic_file import atomic_file, remove

SPARE_BYTES = 2 << 20
"""Room that is kept for the reports of a run that fills the disk: they take a tenth of it."""
FAULTS_OF_A_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)
"""Faults of which one wants to know the disk."""


def sentence(fault: OSError, otherwise: Path) -> Text:
    """Return what is wrong, with the full path of the file and, for a fault of the disk, where that is mounted.

    `otherwise`: what the sentence names if `fault` names no file.
    """
    path = Path(os.fsdecode(fault.filename or otherwise)).absolute()
    name, words = printable_utf8(str(path)), reason_of(fault)
    if fault.errno not in FAULTS_OF_A_DISK:
        return Text(f"{name} : {words.fr}.", f"{name}: {words.en}.")
    disk = printable_utf8(str(mount_point(path)))
    return Text(f"{name} : {words.fr} (disque monté sur {disk}).", f"{name}: {words.en} (disk mounted on {disk}).")


def mount_point(path: Path) -> Path:
    """Return where the disk that holds `path`, or will hold it, is mounted."""
    real = path.resolve()
    return next(each for each in (real, *real.parents) if os.path.ismount(each))


def keep_spare(path: Path) -> None:
    """Fill the file `path` with :data:`SPARE_BYTES` that no disk can compress, unless it has them already.

    Raises OSError if there is no such room.
    """
    if not path.is_file() or path.stat().st_size != SPARE_BYTES:
        with atomic_file(path) as temporary:
            temporary.write_bytes(secrets.token_bytes(SPARE_BYTES))


def free_spare(path: Path) -> None:
    """Give the room of the file `path` back."""
    remove(path)
