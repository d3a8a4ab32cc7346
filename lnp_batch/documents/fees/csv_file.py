"""CSV for accounting programs: UTF-8 with a byte-order mark, in which no text becomes a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from lnp_batch.model.text import printable
from lnp_batch.system.atomic_file import atomic_file

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """Return `text` so that a spreadsheet keeps it as text: with a leading `'` if it begins like a formula."""
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str | int]]) -> None:
    """Write `header` and `rows` to `path`, atomically.

    Texts go through :func:`harmless` and have no control characters; figures, which are int or :class:`Figure`, do not.
    """
    with (
        atomic_file(path) as temporary,
        temporary.open("w", encoding="utf-8-sig", errors="replace", newline="") as file,
    ):
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows([_cell(value) for value in row] for row in rows)


class Figure(str):
    """An amount such as `-29.99`: not text, so its sign does not make it a formula."""


def _cell(value: str | int) -> str:
    return str(value) if isinstance(value, int | Figure) else printable(harmless(value))
