"""A workbook's documents: which files of its folder are accepted, by kind and size."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from lnp_batch.intake.inbox import is_ignored
from lnp_batch.model.context import DOCUMENT_MIB, MIB
from lnp_batch.system.safe_open import safe_opener

FILE_LIMIT = DOCUMENT_MIB * MIB
"""Bytes of one document."""
TOTAL_LIMIT = 200 * MIB
"""Bytes of a workbook's documents together."""
SIGNATURES = (b"%PDF-", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")
"""First bytes of a PDF, a PNG, a JPEG, and a TIFF of either byte order."""
LONGEST_SIGNATURE = max(map(len, SIGNATURES))


def accepted_documents(folder: Path, file_limit: int = FILE_LIMIT, total_limit: int = TOTAL_LIMIT) -> tuple[str, ...]:
    """Return the names of the documents in `folder`, sorted: regular files of an accepted kind, within the limits.

    Only the first bytes of a document are read. A folder that does not exist has no documents. A document that is still
    being uploaded, by its name, is not accepted.
    """
    names, room = [], total_limit
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name) if folder.is_dir() else ():
        status = entry.stat(follow_symlinks=False)
        fits = status.st_size <= min(file_limit, room)
        if stat.S_ISREG(status.st_mode) and fits and not is_ignored(entry.name) and _has_signature(entry.path):
            room -= status.st_size
            names.append(entry.name)
    return tuple(names)


def _has_signature(path: str) -> bool:
    try:
        with open(path, "rb", buffering=0, opener=safe_opener) as document:
            return document.read(LONGEST_SIGNATURE).startswith(SIGNATURES)
    except PermissionError:
        return False
