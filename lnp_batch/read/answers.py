"""Read the answers in the Summary of an annotated copy: only which rows say OK, and their hidden fingerprints.

People sort the Summary, edit it and paste into it, so no value is read from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lnp_batch.columns.answers import FINGERPRINTS, MEANS_YES, OK
from lnp_batch.model.answer import Answers, fingerprints_in
from lnp_batch.model.reading import Cell, Grid
from lnp_batch.model.text import fold

CELLS_AT_MOST = 1_000_000
"""Cells of a Summary that is read: ours has some 50,000."""

MARK = FINGERPRINTS.encode()
"""Bytes that any workbook has whose Summary is ours and can hold answers."""

_OK = fold(OK.en)


def answers_in(grid: Grid) -> Answers:
    """Return the answers in a Summary's cells."""
    fingerprints: set[str] = set()
    unusable = 0
    for visible, hidden in _answered_rows(grid.tolist()):
        found = fingerprints_in(hidden, visible)
        fingerprints.update(found)
        unusable += not found
    return Answers(frozenset(fingerprints), unusable)


def _answered_rows(rows: Sequence[Sequence[Cell]]) -> Iterator[tuple[list[str], str]]:
    """Yield the visible texts and the hidden one of each row whose OK cell says yes.

    The header may have moved: a row above the first header is read like those below it.
    """
    headers = {number: places for number, cells in enumerate(rows) if (places := _columns(cells))}
    if not headers:
        return
    hidden_at, ok_at = next(iter(headers.values()))
    for number, cells in enumerate(rows):
        hidden_at, ok_at = headers.get(number, (hidden_at, ok_at))
        if number not in headers and _says_yes(cells[ok_at]):
            yield list(map(str, cells[:hidden_at])), str(cells[hidden_at])


def _columns(cells: Sequence[Cell]) -> tuple[int, int] | None:
    """Return the hidden column and the OK column of a header; None if the row is none."""
    if FINGERPRINTS not in cells:
        return None
    ok_at = next((at for at, cell in enumerate(cells) if isinstance(cell, str) and fold(cell) == _OK), None)
    return None if ok_at is None else (list(cells).index(FINGERPRINTS), ok_at)


def _says_yes(cell: Cell) -> bool:
    return isinstance(cell, str) and cell.strip().casefold() in MEANS_YES


def together(several: Sequence[Answers]) -> Answers:
    """Return the answers of several Summaries, such as one that was pasted from an earlier copy."""
    return Answers(
        frozenset().union(*(answers.fingerprints for answers in several)),
        sum(answers.unusable for answers in several),
        any(answers.unreadable for answers in several),
    )
