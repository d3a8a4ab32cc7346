"""What a reseller is told: the rows of the Summary's list, or of a refusal, as values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries
from openpyxl.workbook.workbook import Workbook

SUMMARIES = ("Sommaire", "Summary")
CODE = re.compile(r"[A-Z]{3}[0-9]{3}")
CELLS = re.compile(r"\b([A-Z]{1,3}[0-9]+)(?::([A-Z]{1,3}[0-9]+))?\b")
COLUMNS = {
    "code": ("code",),
    "cell": ("cellule", "cell"),
    "text": ("quoi faire", "what to do"),
    "proposal": ("notre proposition", "our proposal"),
    "ok": ("ok ?", "ok?"),
}

AS_IT_IS = ("C'est bien ainsi.", "It is right as it is.")
"""What stands in the place of a proposal where only a word is missing."""


@dataclass(frozen=True)
class Told:
    """One row of the list: the code, the sheet (its name or ""), its cells (row and column from 1), what it says.

    `proposal` is None if there is none or the cell is right as it is; `ok`, the place of the OK cell on the Summary,
    if there is none.
    """

    code: str
    sheet: str
    cells: tuple[tuple[int, int], ...]
    text: str
    proposal: str | None = None
    ok: tuple[int, int] | None = None


def read_list(workbook: Workbook) -> list[Told]:
    """Return the rows of the Summary's list."""
    sheet = next(workbook[name] for name in SUMMARIES if name in workbook.sheetnames)
    columns: dict[str, int] = {}
    told = []
    for cells in sheet.iter_rows():
        words = {
            str(cell.value or "").replace("\u00a0", " ").strip().casefold(): int(cell.column or 0) for cell in cells
        }
        if not columns and all(any(way in words for way in COLUMNS[name]) for name in ("code", "cell", "text")):
            columns = {name: words[way] for name, ways in COLUMNS.items() for way in ways if way in words}
            continue
        if not columns:
            continue
        text = {name: str(cells[at - 1].value or "") for name, at in columns.items()}
        if CODE.fullmatch(text["code"]):
            told.append(_row(workbook, cells[columns["cell"] - 1], text, int(cells[0].row or 0), columns.get("ok")))
    return told


def _row(workbook: Workbook, cell: object, text: dict[str, str], row: int, ok: int | None) -> Told:
    link = getattr(cell, "hyperlink", None)
    sheet = link.location.rpartition("!")[0].strip("'").replace("''", "'") if link else ""
    sheet = sheet or next((name for name in workbook.sheetnames if text["cell"].startswith(name)), text["cell"])
    places = set(_places(text["cell"].rpartition(sheet)[2]))
    if link:
        places |= set(_places(link.location.rpartition("!")[2]))
    if sheet in workbook.sheetnames and re.search(r"\+[0-9]", text["cell"]):
        places |= set(_noted(workbook, sheet, {column for _line, column in places}, text["text"]))
    proposal = text.get("proposal", "").strip()
    given = proposal if proposal and proposal not in AS_IT_IS else None
    place = (row, ok) if ok else None
    return Told(text["code"], sheet, tuple(sorted(places)), text["text"], given, place)


def _places(text: str) -> Iterator[tuple[int, int]]:
    for first, last in CELLS.findall(text):
        if last:
            left, top, right, bottom = (at or 0 for at in range_boundaries(f"{first}:{last}"))
            yield from ((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))
        else:
            yield coordinate_to_tuple(first)


def _noted(workbook: Workbook, sheet: str, columns: set[int], text: str) -> Iterator[tuple[int, int]]:
    """Yield the cells of these columns whose note says the same: the list names the first ones only."""
    beginning = " ".join(text.split())[:30]
    for cells in workbook[sheet].iter_rows():
        for cell in cells:
            if cell.column in columns and cell.comment and beginning in " ".join(cell.comment.text.split()):
                yield int(cell.row or 0), cell.column


def read_refusal(report: Path) -> list[Told]:
    """Return what a refusal says, from its report."""
    findings = json.loads(report.read_text("utf-8"))["findings"]
    return [
        Told(
            each["code"],
            each.get("sheet") or "",
            tuple(_places(each.get("cell") or "")),
            f"{each['message']} {each.get('remedy') or ''}",
        )
        for each in findings
        if each["severity"] in ("error", "confirm")
    ]


def open_copy(path: Path) -> Workbook:
    """Return the annotated copy."""
    return openpyxl.load_workbook(path)
