"""Names of files: as they are told, and as those of the results are made."""

from __future__ import annotations

from pathlib import Path

SPACES = " \u00a0\u202f"
LONGEST = 200
"""Bytes of a result's name before its suffixes: with them it stays under the 255 that file systems allow."""


def told_name(path: Path) -> str:
    """The file's name as it can be told and written in a report: bytes that are no UTF-8 are marked."""
    return path.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def stem(name: str) -> str:
    """What the files of a workbook are named after: NAME of `NAME.xlsx` and of `NAME.annotated.xlsx`, without control
    characters, cut to :data:`LONGEST` bytes."""
    plain = "".join(letter if letter.isprintable() or letter in SPACES else "_" for letter in name)
    named = Path(plain).stem.removesuffix(".annotated").encode()[:LONGEST].decode("utf-8", "ignore")
    return named if named.strip(".") else "_" + named
