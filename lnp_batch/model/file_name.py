"""Names of files and folders: those of the results, those that the outbox reserves, and how a name is displayed."""

from __future__ import annotations

from pathlib import Path

ANNOTATED = ".annotated.xlsx"
REPORT = ".report.json"
INVOICE = ".invoice.xlsx"
REFUSED = ".refused.txt"
ALREADY_PROCESSED = ".already.txt"
DEFECT_LOG = ".log"
"""Endings of the result files: each follows the :func:`stem` of the workbook's name."""

HIDDEN_FOLDER = ".lnp"
"""Folder for our own records in the inbox and in the outbox."""
UNKNOWN_FOLDER = "_unknown"
DEFECTS_FOLDER = "_defects"
RUNS_FOLDER = "_runs"
RESERVED_FOLDERS = frozenset({UNKNOWN_FOLDER, DEFECTS_FOLDER, RUNS_FOLDER})
"""Folders of the outbox beside the resellers': for refused workbooks without a reseller code, for workbooks on which
our code failed, and for the nightly summaries. No reseller can have such a name as its code."""

SPACES = " \u00a0\u202f"
MAX_STEM_BYTES = 200
"""Bytes of a result's name before its ending: with the ending it stays below the 255 that file systems allow."""


def printable_utf8(name: str) -> str:
    """Return `name` with `�` for each byte that is not UTF-8, so that it can be displayed, stored and looked up."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def stem(name: str) -> str:
    """Return the name that a workbook's result files start with.

    It is NAME of `NAME.xlsx` and of `NAME.annotated.xlsx`, with `_` for control characters, cut to
    :data:`MAX_STEM_BYTES`. A name of dots only gets `_` before it.
    """
    clean = "".join(letter if letter.isprintable() or letter in SPACES else "_" for letter in name)
    annotated_stem = Path(ANNOTATED).stem
    cut = Path(clean).stem.removesuffix(annotated_stem).encode()[:MAX_STEM_BYTES].decode("utf-8", "ignore")
    return cut if cut.strip(".") else "_" + cut
