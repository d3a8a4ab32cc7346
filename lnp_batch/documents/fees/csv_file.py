"""Rows for accounting programs: CSV in UTF-8 with a byte-order mark, in which nothing typed becomes a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from lnp_batch.system.atomic_file import atomic_file

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(words: str) -> str:
    """`words` as a cell that a spreadsheet takes for text: prefixed with `'` where it begins like a formula."""
    return f"'{words}" if words.startswith(STARTS_A_FORMULA) else words


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str | int]]) -> None:
    """Writes `header` and `rows` at `path`, whole or not at all.

    Every text goes through :func:`harmless`, so what is given must be text as it was typed; figures are handed over
    as :class:`Figure` or int.
    """
    with atomic_file(path) as beside, beside.open("w", encoding="utf-8-sig", errors="replace", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(header)
        lines.writerows([_cell(value) for value in row] for row in rows)


class Figure(str):
    """An amount as it is written, `-29.99`: no text, so that its sign may stand first."""


def _cell(value: str | int) -> str:
    return str(value) if isinstance(value, int | Figure) else harmless(value)
