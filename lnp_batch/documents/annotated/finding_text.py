"""The findings' sentences by cell and row, computed once for all sheets of the annotated copy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lnp_batch.columns.sheets import sheet_of
from lnp_batch.model.finding import Finding, Severity
from lnp_batch.model.outcome import Outcome
from lnp_batch.model.reading import Table
from lnp_batch.model.text import Lang, place_first
from lnp_batch.rules import asks_something, message, remedy, rule_of
from lnp_batch.rules.order import ANSWER_RULES
from lnp_batch.xlsx.sheet import can_name_a_sheet

COMMENTS_AT_MOST = 5_000
"""Cell comments in one workbook: with more, Excel opens it slowly. The sentence is in To do in any case."""

Place = tuple[int, int]
"""Row and column, from 0."""


@dataclass(frozen=True, slots=True)
class FindingText:
    """A finding and its sentences in the reader's language."""

    finding: Finding
    message: str
    remedy: str

    @property
    def text(self) -> str:
        """Message and remedy."""
        return f"{self.message} {self.remedy}".strip()

    @property
    def lines(self) -> str:
        """Message and remedy on lines of their own."""
        return f"{self.message}\n{self.remedy}".strip()

    def with_place(self, lang: Lang) -> str:
        """Return message and remedy after the cell's address: `D4 : …`."""
        return place_first(self.finding.cell or "", self.text, lang)


@dataclass(frozen=True)
class FindingTexts:
    """The findings of one workbook, by place.

    - `ordered`: what is to fix, to answer or to know, by severity, each in reading order: all findings but the infos of
      which nothing is to be done, which `info_count` counts. What was confirmed with OK is there too.
    - `by_row`: errors, confirms and warnings by sheet key and the spreadsheet's row; in a row the most severe
      first, then in reading order.
    - `severities`: the highest severity at each cell of a sheet key, by row and column from 0.
    - `comments`: the texts of the cell comments, by sheet key and place.
    """

    ordered: Sequence[FindingText]
    info_count: int
    by_row: Mapping[str, Mapping[int, Sequence[FindingText]]]
    severities: Mapping[str, Mapping[int, Mapping[int, Severity]]]
    comments: Mapping[str, Mapping[Place, str]]

    def has_faults(self, sheet_key: str) -> bool:
        """Whether a row of that sheet has an error or a confirm."""
        return any(text.finding.severity.holds for texts in self.by_row[sheet_key].values() for text in texts)


def finding_texts(outcome: Outcome) -> FindingTexts:
    """Return the outcome's findings as sentences in its language, by place."""
    severities: dict[str, dict[int, dict[int, Severity]]] = defaultdict(lambda: defaultdict(dict))
    texts: list[FindingText] = []
    info_count = 0
    for finding in outcome.findings:
        _add_severity(severities, finding)
        if asks_something(finding) or finding.confirmed:
            texts.append(FindingText(finding, message(finding, outcome.lang), remedy(finding, outcome.lang)))
        else:
            info_count += 1
    ordered = sorted(texts, key=lambda text: text.finding.severity.rank)
    by_row: dict[str, dict[int, list[FindingText]]] = defaultdict(lambda: defaultdict(list))
    for text in ordered:
        if text.finding.sheet_key and text.finding.row and text.finding.severity is not Severity.INFO:
            by_row[text.finding.sheet_key][text.finding.row].append(text)
    holding = [text for text in ordered if text.finding.severity.holds]
    return FindingTexts(ordered, info_count, by_row, severities, _comments([*holding, *_written(outcome)]))


def _written(outcome: Outcome) -> list[FindingText]:
    """Return what is said of the cells in which a proposal was written: the old value is nowhere else."""
    written = [finding for finding in outcome.findings if rule_of(finding.code) in ANSWER_RULES]
    return [FindingText(finding, message(finding, outcome.lang), "") for finding in written]


def _add_severity(severities: dict[str, dict[int, dict[int, Severity]]], finding: Finding) -> None:
    """Keep a cell's highest severity. Of the infos only those on cells that were read in another form are shown."""
    hidden = finding.severity is Severity.INFO and not rule_of(finding.code).reads_as
    if finding.at and finding.sheet_key and not hidden:
        row, column = finding.at
        cells = severities[finding.sheet_key][row - 1]
        if column not in cells or finding.severity.rank < cells[column].rank:
            cells[column] = finding.severity


def _comments(texts: Sequence[FindingText]) -> dict[str, dict[Place, str]]:
    """Return the comments of these texts by their cells; the first ones if there are too many."""
    comments: dict[str, dict[Place, str]] = defaultdict(dict)
    count = 0
    for text in texts:
        finding = text.finding
        if not (finding.at and finding.sheet_key):
            continue
        row, column = finding.at
        on_sheet = comments[finding.sheet_key]
        if (row - 1, column) in on_sheet:
            on_sheet[row - 1, column] += f"\n\n{text.lines}"
        elif count < COMMENTS_AT_MOST:
            on_sheet[row - 1, column] = text.lines
            count += 1
    return comments


def sheet_titles(outcome: Outcome) -> dict[str, str]:
    """Return the names of the data sheets in the copy, by sheet key."""
    return {key: sheet_title(table, outcome.lang) for key, table in outcome.reading.tables.items()}


def sheet_title(table: Table, lang: Lang) -> str:
    """Return the name of a table's sheet in the copy: the upload's own, unless Excel does not allow it."""
    return table.sheet if can_name_a_sheet(table.sheet) else sheet_of(table.key).name[lang]
