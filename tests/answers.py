"""Answer with OK in the Summary of an annotated copy, as a reseller does in a spreadsheet program."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl

from lnp_batch.columns.answers import FINGERPRINTS, OK
from lnp_batch.columns.sheets import SUMMARY
from lnp_batch.documents.annotated.workbook import fill_annotated
from lnp_batch.model.context import Context
from lnp_batch.model.outcome import Outcome
from lnp_batch.model.text import LANGUAGES
from lnp_batch.process import evaluate
from lnp_batch.read.workbook import read_content
from tests.factory import context

Row = tuple[Any, ...]


def annotated(outcome: Outcome) -> bytes:
    """Return the annotated copy of an outcome."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "lot.annotated.xlsx")
        fill_annotated(outcome, path)
        return path.read_bytes()


def judged(package: bytes, given: Context | None = None) -> Outcome:
    return evaluate(read_content(package, "lot.xlsx"), given or context())


def edited(package: bytes, change: Callable[[openpyxl.Workbook], None]) -> bytes:
    """Return a workbook with `change` applied."""
    workbook = openpyxl.load_workbook(io.BytesIO(package))
    change(workbook)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def summary_of(workbook: openpyxl.Workbook) -> Any:
    return next(workbook[name] for name in (SUMMARY.name[lang] for lang in LANGUAGES) if name in workbook.sheetnames)


def rows_to_answer(summary: Any) -> list[Row]:
    """Return the rows of a Summary that have fingerprints."""
    hidden = hidden_column(summary)
    return [row for row in summary.iter_rows() if row[hidden].value not in (None, "", FINGERPRINTS)]


def hidden_column(summary: Any) -> int:
    """Return the column of the fingerprints, from 0."""
    return next(cell.column - 1 for row in summary.iter_rows() for cell in row if cell.value == FINGERPRINTS)


def code_of(row: Row) -> str:
    """Return the code that a row of the Summary shows."""
    return next(
        cell.value for cell in row if isinstance(cell.value, str) and len(cell.value) == 6 and cell.value[3:].isdigit()
    )


def ok_cell(row: Row, summary: Any) -> Any:
    return row[hidden_column(summary) + 1]


def say_ok(workbook: openpyxl.Workbook, codes: str = "", word: str = "Oui") -> None:
    """Write `word` in the OK cells of the rows with these codes, of all rows if none is named."""
    summary = summary_of(workbook)
    assert any(cell.value in (OK.fr, OK.en) for row in summary.iter_rows() for cell in row)
    for row in rows_to_answer(summary):
        if not codes or code_of(row) in codes.split():
            ok_cell(row, summary).value = word


def answered(package: bytes, codes: str = "", word: str = "Oui") -> bytes:
    """Return an annotated copy in which the rows with these codes are answered with `word`."""
    return edited(package, lambda workbook: say_ok(workbook, codes, word))
