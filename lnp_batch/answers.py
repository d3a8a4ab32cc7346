"""What the reseller answered with OK in the Summary: proposals are written in their cells, questions are settled.

The cells are checked without the answers first. An answer counts for a finding of that check if its fingerprint is
among the answered ones and no other finding has the same. Then the cells are checked once more, with what was accepted
written in them as if it had been typed.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace

from lnp_batch.columns import Kind
from lnp_batch.columns.sheets import column_of
from lnp_batch.model.finding import Finding, Severity
from lnp_batch.model.judged import Judged
from lnp_batch.model.reading import Applied, Cell, Reading, Table
from lnp_batch.model.text import Lang, in_lang

Question = tuple[str, str | None, int | None, str | None]
"""Code, sheet, row and column of a finding."""


@dataclass(frozen=True)
class Answered:
    """The findings of one check that are answered.

    `accepted`: those whose proposal is to be written; `settled`: the others, which are confirmed; `ambiguous`: how many
    fingerprints belong to several findings.
    """

    accepted: tuple[Finding, ...]
    settled: frozenset[Question]
    ambiguous: int


def with_answers(check: Callable[[Reading], Judged], reading: Reading) -> Judged:
    """Return what `check` finds in a workbook, its answers applied."""
    judged = check(reading)
    given = reading.answers.fingerprints
    if not given or judged.batch is None:
        return judged
    first = _answered(judged.findings, given)
    if first.accepted or first.ambiguous:
        answers = replace(reading.answers, ambiguous=first.ambiguous)
        judged = check(replace(with_accepted(reading, first.accepted, judged.batch.lang), answers=answers))
    settled = first.settled | _answered(judged.findings, given).settled
    return replace(judged, findings=tuple(_settled(finding, settled) for finding in judged.findings))


def _answered(findings: Iterable[Finding], given: Collection[str]) -> Answered:
    asked = [finding for finding in findings if finding.fingerprint in given]
    counts = Counter(finding.fingerprint for finding in asked)
    sure = [finding for finding in asked if counts[finding.fingerprint] == 1]
    return Answered(
        tuple(finding for finding in sure if finding.proposal is not None),
        frozenset(_question(finding) for finding in sure if finding.proposal is None),
        len(counts) - len(sure),
    )


def _question(finding: Finding) -> Question:
    return finding.code, finding.sheet, finding.row, finding.column


def _settled(finding: Finding, settled: Collection[Question]) -> Finding:
    if not finding.fingerprint or finding.proposal is not None or _question(finding) not in settled:
        return finding
    return replace(finding, severity=Severity.INFO, confirmed=True)


# ------------------------------------------------------------------------------------------------ cells


def with_accepted(reading: Reading, accepted: Iterable[Finding], lang: Lang) -> Reading:
    """Return the reading with the proposals of these findings in their cells, as if they had been typed.

    Where two propose something for one cell, the graver one counts. A list's word is written in `lang`.
    """
    by_cell: dict[tuple[str, tuple[int, int]], Finding] = {}
    for finding in sorted(accepted, key=lambda finding: finding.severity.rank):
        if finding.sheet_key and finding.at and _is_inside(reading.tables[finding.sheet_key], finding.at):
            by_cell.setdefault((finding.sheet_key, finding.at), finding)
    applied = [_applied(finding, lang) for finding in by_cell.values()]
    tables = {
        key: _rewritten(table, [cell for cell in applied if cell.sheet_key == key])
        for key, table in reading.tables.items()
    }
    return replace(reading, tables=tables, applied=tuple(applied))


def _is_inside(table: Table, at: tuple[int, int]) -> bool:
    rows, columns = table.grid.shape
    return at[0] <= rows and at[1] < columns


def _applied(finding: Finding, lang: Lang) -> Applied:
    assert finding.at and finding.proposal is not None
    return Applied(
        code=finding.code,
        sheet_key=finding.sheet_key or "",
        sheet=finding.sheet or "",
        at=finding.at,
        column=finding.column or "",
        old=finding.value or "",
        new=in_lang(finding.proposal, lang),
    )


def _rewritten(table: Table, cells: Collection[Applied]) -> Table:
    """Return the table with these cells written anew; itself if there are none."""
    if not cells:
        return table
    grid, raw = table.grid.copy(), table.raw.copy()
    for cell in cells:
        typed = _typed(cell)
        grid[cell.at[0] - 1, cell.at[1]] = typed
        raw.at[1 if table.key == "batch" else cell.at[0], cell.column] = typed
    return replace(table, grid=grid, raw=raw)


def _typed(cell: Applied) -> Cell:
    """Return a proposal as the cell that a spreadsheet program makes of it."""
    match column_of(cell.sheet_key, cell.column).kind:
        case Kind.INTEGER:
            return float(cell.new)
        case Kind.DATE:
            return dt.date.fromisoformat(cell.new)
        case _:
            return cell.new
