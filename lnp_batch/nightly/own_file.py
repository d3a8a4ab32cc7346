"""Read the JSON files that runs keep for later ones, any of which may have been damaged since."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lnp_batch.model.file_name import printable_utf8
from lnp_batch.model.text import Text
from lnp_batch.system.atomic_file import read_json


def read_own(path: Path, *keys: str) -> dict[str, Any] | None:
    """Return the values in a file of ours, None if it is damaged: it has no JSON, or not all of these `keys`.

    Raises OSError if there is no such file, or if it cannot be opened.
    """
    try:
        values = read_json(path)
    except ValueError:
        return None
    return values if isinstance(values, dict) and values.keys() >= {*keys} else None


def damaged(path: Path) -> Text:
    """Return the sentence for a file of ours that is damaged."""
    name = printable_utf8(str(path))
    return Text(
        f"{name} ne se lit plus : restaurez-le d'une sauvegarde.",
        f"{name} can no longer be read: restore it from a backup.",
    )
