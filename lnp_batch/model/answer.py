"""Answers that a reseller gives with OK in the Summary: only fingerprints of what was asked, never a value."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from lnp_batch.model.text import Text

FINGERPRINT_DIGITS = 16
"""Hexadecimal digits of a fingerprint, 64 bits: enough to tell apart the cells of the largest batch."""

FINGERPRINTS_PER_ROW = 1_500
"""Fingerprints that one row of the Summary holds at most: a cell holds 32,767 characters."""

_HIDDEN = re.compile(rf"[0-9a-f]{{{FINGERPRINT_DIGITS}}}(?: [0-9a-f]{{{FINGERPRINT_DIGITS}}})+")


@dataclass(frozen=True)
class Answers:
    """What the Summary of an upload answers.

    `fingerprints` are those of the rows whose OK cell says yes. `unusable` counts the rows that say yes to nothing, or
    whose other cells were changed. `unreadable`: the sheet is ours, but cannot be read. `ambiguous`, known once the
    cells are checked, counts the fingerprints that belong to several cells.
    """

    fingerprints: frozenset[str] = frozenset()
    unusable: int = 0
    unreadable: bool = False
    ambiguous: int = 0


def fingerprint(
    code: str, place: tuple[str, str], value: str | None, proposal: Text | str | None, row: tuple[str, ...]
) -> str:
    """Return the fingerprint of what is asked about one cell; it changes with whatever the answer depends on.

    `place` is the sheet (its key, or its name) and the column's key; `value` the cell as typed; `row` what the cell's
    row is known by, its account key and its number. The language of a list's word does not matter.
    """
    proposed = [proposal.fr, proposal.en] if isinstance(proposal, Text) else [proposal]
    asked = json.dumps([code, *place, value, proposed, row])
    return _short_hash(asked)


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:FINGERPRINT_DIGITS]


def hidden_cell(visible: Iterable[str], fingerprints: Iterable[str]) -> str:
    """Return what the hidden cell of a row of the Summary holds: what the row shows, hashed, and its fingerprints.

    `visible` are the texts of the cells to its left.
    """
    return " ".join((_short_hash(_compared(visible)), *fingerprints))


def fingerprints_in(hidden: str, visible: Iterable[str]) -> tuple[str, ...]:
    """Return the fingerprints of :func:`hidden_cell`; none if the row no longer shows what it showed."""
    if not _HIDDEN.fullmatch(hidden):
        return ()
    shown, *fingerprints = hidden.split(" ")
    return tuple(fingerprints) if shown == _short_hash(_compared(visible)) else ()


def _compared(visible: Iterable[str]) -> str:
    """Return the cells' texts without what spreadsheet programs change by themselves: blanks and odd characters."""
    cells = ("".join(char for char in text if char.isprintable() and char not in " \u00a0\ufffd") for text in visible)
    return "\n".join(filter(None, cells))
