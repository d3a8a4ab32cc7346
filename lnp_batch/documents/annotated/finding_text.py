"""What the annotated copy says of a cell or a row: the findings' sentences, by place, once for all sheets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lnp_batch.columns.sheets import sheet_of
from lnp_batch.model.cell_address import cell_position
from lnp_batch.model.finding import Finding, Severity
from lnp_batch.model.outcome import Outcome
from lnp_batch.model.reading import Table
from lnp_batch.model.text import Lang, Text, place_first
from lnp_batch.rules import message, remedy, rule_of
from lnp_batch.xlsx.sheet import can_name_a_sheet

NOTES_AT_MOST = 5_000
"""Notes in one workbook: beyond, Excel opens it slowly, and the sentence stands in To do anyway."""

COMPARED = frozenset({"ACC014", "ACC015", "ACC016"})
"""Rules whose finding compares the cell with the CSR or bill: what differs is marked."""

SEVERITY_WORDS = {
    Severity.ERROR: ("✖", Text("Erreur", "Error")),
    Severity.CONFIRM: ("▲", Text("À confirmer", "To confirm")),
    Severity.WARNING: ("△", Text("Avertissement", "Warning")),
    Severity.INFO: ("✎", Text("Information", "Information")),
}
"""Icon and word: what colour says is said without it too."""

Place = tuple[int, int]
"""Row and column from 0."""


@dataclass(frozen=True, slots=True)
class FindingText:
    """A finding and its sentences in the reader's language."""

    finding: Finding
    what: str
    do: str

    @property
    def words(self) -> str:
        """What is wrong and what to do."""
        return f"{self.what} {self.do}".strip()

    def line(self, lang: Lang) -> str:
        """`D4 : ` and the sentences."""
        return place_first(self.finding.cell or "", self.words, lang)


@dataclass(frozen=True)
class FindingTexts:
    """All that is told of one workbook's findings.

    `listed`: errors, confirms and warnings by severity, in reading order. `by_row`: the same by sheet key and the
    spreadsheet's row, the gravest first, then in reading order. `marks`: the gravest severity at each cell of a sheet key, by row and column from 0.
    `notes`: the words of the notes, by sheet key and place.
    """

    listed: Sequence[FindingText]
    infos: int
    by_row: Mapping[str, Mapping[int, Sequence[FindingText]]]
    marks: Mapping[str, Mapping[int, Mapping[int, Severity]]]
    notes: Mapping[str, Mapping[Place, str]]

    def at_fault(self, sheet_key: str) -> bool:
        """Whether an error or a confirm is told of that sheet's rows."""
        return any(one.finding.severity.holds for told in self.by_row[sheet_key].values() for one in told)


def finding_texts(outcome: Outcome) -> FindingTexts:
    """The outcome's findings as sentences in its language, by place."""
    marks: dict[str, dict[int, dict[int, Severity]]] = defaultdict(lambda: defaultdict(dict))
    found: list[FindingText] = []
    infos = 0
    for finding in outcome.findings:
        _mark(marks, finding)
        if finding.severity is Severity.INFO:
            infos += 1
        else:
            found.append(FindingText(finding, message(finding, outcome.lang), remedy(finding, outcome.lang)))
    by_row: dict[str, dict[int, list[FindingText]]] = defaultdict(lambda: defaultdict(list))
    for told in sorted(found, key=lambda told: told.finding.severity.rank):
        if told.finding.sheet_key and told.finding.row:
            by_row[told.finding.sheet_key][told.finding.row].append(told)
    listed = sorted(found, key=lambda told: told.finding.severity.rank)
    return FindingTexts(listed, infos, by_row, marks, _notes(listed))


def _mark(marks: dict[str, dict[int, dict[int, Severity]]], finding: Finding) -> None:
    """A cell looks as its gravest finding does; of infos only what was read in another writing shows."""
    quiet = finding.severity is Severity.INFO and not rule_of(finding.code).reads_as
    if finding.cell and finding.sheet_key and not quiet:
        row, column = cell_position(finding.cell)
        cells = marks[finding.sheet_key][row - 1]
        if column not in cells or finding.severity.rank < cells[column].rank:
            cells[column] = finding.severity


def _notes(listed: Sequence[FindingText]) -> dict[str, dict[Place, str]]:
    """The notes of errors and confirms, the gravest first where there are too many."""
    notes: dict[str, dict[Place, str]] = defaultdict(dict)
    count = 0
    for told in listed:
        finding = told.finding
        if not (finding.severity.holds and finding.cell and finding.sheet_key):
            continue
        row, column = cell_position(finding.cell)
        on_sheet = notes[finding.sheet_key]
        if (row - 1, column) in on_sheet:
            on_sheet[row - 1, column] += f"\n\n{told.what}\n{told.do}"
        elif count < NOTES_AT_MOST:
            on_sheet[row - 1, column] = f"{told.what}\n{told.do}"
            count += 1
    return notes


def sheet_title(table: Table, lang: Lang) -> str:
    """The name of a table's sheet in the copy: the upload's own, unless no sheet can be named so."""
    return table.sheet if can_name_a_sheet(table.sheet) else sheet_of(table.key).name[lang]


def of_severity(severity: Severity, lang: Lang) -> str:
    """`✖ Erreur`."""
    icon, word = SEVERITY_WORDS[severity]
    return f"{icon} {word[lang]}"
