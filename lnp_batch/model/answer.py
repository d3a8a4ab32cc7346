"""Answers that a reseller gives with OK in the Summary: only fingerprints of what was asked, never a value."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from lnp_batch.model.text import Text

FINGERPRINT_DIGITS = 16
"""Hexadecimal digits of a fingerprint, 64 bits: a batch has at most a million cells."""


@dataclass(frozen=True)
class Answers:
    """What the Summary of an upload answers.

    `fingerprints` are those of the rows whose OK cell says yes. `unusable` counts such rows changed elsewhere,
    which cannot be trusted. `unreadable`: the sheet is ours, but cannot be read.
    """

    fingerprints: frozenset[str] = frozenset()
    unusable: int = 0
    unreadable: bool = False


def fingerprint(
    code: str, place: tuple[str, str], value: str | None, proposal: Text | str | None, row: tuple[str, ...]
) -> str:
    """Return the fingerprint of what is asked about one cell; it changes with whatever the answer depends on.

    `place` is the sheet (its key, or its name) and the column's key; `value` the cell as typed; `row` what the cell's
    row is known by, its account key and its number. The language of a list's word does not matter.
    """
    proposed = [proposal.fr, proposal.en] if isinstance(proposal, Text) else [proposal]
    asked = json.dumps([code, *place, value, proposed, row])
    return hashlib.sha256(asked.encode()).hexdigest()[:FINGERPRINT_DIGITS]
