"""The list of the Summary: what is to correct, to answer or to know, by account, each row with a link to its cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from lnp_batch.columns.sheets import column_of
from lnp_batch.documents.annotated import answer_cells
from lnp_batch.documents.annotated.answer_cells import add_answer_cells, add_drop_down, proposed_text
from lnp_batch.documents.annotated.finding_groups import FindingGroups, ListGroup, ListRow, Section
from lnp_batch.documents.annotated.finding_text import sheet_titles
from lnp_batch.documents.annotated.headline import CELLS, numbered
from lnp_batch.documents.inputs.drop_downs import quoted_sheet_name
from lnp_batch.model.amounts import count_of
from lnp_batch.model.cell_address import cell_name
from lnp_batch.model.finding import Finding
from lnp_batch.model.outcome import Outcome
from lnp_batch.model.text import NBSP, Lang, Text, cut
from lnp_batch.xlsx import row_height, style
from lnp_batch.xlsx.sheet import PlainSheet
from lnp_batch.xlsx.style import Formats

LINKS_AT_MOST = 5_000
"""Rows of the list: with more links, Excel opens the workbook slowly."""

KEYS_NAMED_AT_MOST = 3
MOST_ON_A_LINE = 8
"""Ranges of cells that may fit on a line of the column."""

ACCOUNT, SEVERITY, CODE, CELL, VALUE, REMEDY = range(6)
WIDTHS = (14, 18, 10, 28, 22, 52, *answer_cells.WIDTHS)
"""Widths of the Summary's columns: together they fit on the screen of a laptop."""

HEADERS = (
    Text("Compte", "Account"),
    Text("Gravité", "Severity"),
    Text("Code", "Code"),
    Text("Cellule", "Cell"),
    Text("Valeur", "Value"),
    Text("Quoi faire", "What to do"),
)
LAST_COLUMN = len(WIDTHS) - 1
FINGERPRINTS_AT = LAST_COLUMN - 1
EMPTY = Text("(vide)", "(empty)")
SECRET = Text("(non montré)", "(not shown)")
DIFFERENT = Text("(diverses)", "(various)")
FILE = Text("Fichier", "File")

SECTIONS = {
    Section.FILE: Text("Le fichier et le lot", "The file and the batch"),
    Section.SEVERAL: Text("Plusieurs comptes à la fois", "Several accounts at once"),
    Section.NO_ACCOUNT: Text("Numéros sans compte connu", "Numbers without a known account"),
}
ABOVE = (
    Text("{cells} (1 ci-dessus)", "{cells} (1 of them above)"),
    Text("{cells} ({count} ci-dessus)", "{cells} ({count} of them above)"),
)
WAIT = (Text("1 numéro attend", "1 number waits"), Text("{count} numéros attendent", "{count} numbers wait"))
MORE = (
    Text(
        "Et 1 de plus : la liste complète est dans le rapport JSON.",
        "And 1 more: the complete list is in the JSON report.",
    ),
    Text(
        "Et {count} de plus : la liste complète est dans le rapport JSON.",
        "And {count} more: the complete list is in the JSON report.",
    ),
)

BOX: dict[str, Any] = {"border": 1, "border_color": style.LINE}


def add_list(sheet: PlainSheet, formats: Formats, outcome: Outcome, groups: FindingGroups, row: int) -> int:
    """Write the list from `row` on, at most :data:`LINKS_AT_MOST` rows of it. Returns the row below."""
    if not groups.groups:
        return row
    first, lang = row, outcome.lang
    names = sheet_titles(outcome)
    for column, header in enumerate((*HEADERS, *answer_cells.HEADERS)):
        write_heading(sheet, formats, row, column, header[lang])
    sheet.repeat_rows(row)
    room, hidden, answerable = LINKS_AT_MOST, 0, []
    for group in groups.groups:
        shown = group.rows[:room]
        room -= len(shown)
        hidden += sum(len(each.texts) for each in group.rows[len(shown) :])
        if shown:
            row += 1
            _write_group(sheet, formats, group, lang, row)
        for each in shown:
            row += 1
            _write_row(sheet, formats, each, names, lang, row)
            answerable += [row] if each.first.finding.fingerprint else []
    sheet.autofilter(first, 0, row, LAST_COLUMN)
    add_drop_down(sheet, answerable, LAST_COLUMN, lang)
    if hidden:
        row += 1
        sheet.write_string(row, 0, numbered(MORE, hidden, lang), formats.get(bold=True))
    return row + 2


def write_heading(sheet: PlainSheet, formats: Formats, row: int, column: int, text: str, **props: Any) -> None:
    """Write a header of the Summary."""
    sheet.set_row(row, 19)
    sheet.write_string(row, column, text, formats.get(**{**style.UNMARKED, **props}))


# ------------------------------------------------------------------------------------------------ headings


def _write_group(sheet: PlainSheet, formats: Formats, group: ListGroup, lang: Lang, row: int) -> None:
    """Write a group's heading over the width of the list; its account is under Account, so that filters keep it."""
    band = formats.get(bold=True, indent=1, top=1, top_color=style.HEADER.fill, **style.OURS_HEADER.props)
    sheet.set_row(row, 19)
    sheet.write_string(row, ACCOUNT, group.account.key if group.account else "", band)
    sheet.write_string(row, SEVERITY, group_heading(group, lang), band)
    for column in range(CODE, LAST_COLUMN + 1):
        sheet.write_blank(row, column, None, band)


def group_heading(group: ListGroup, lang: Lang) -> str:
    """Return a group's heading: `Garage Lépine (A1, Bell): 3 cells, 4 numbers wait`."""
    title = group.account.title if group.account else SECTIONS[group.section][lang]
    counts = []
    if group.cells:
        cells = numbered(CELLS, group.cells, lang)
        counts.append(ABOVE[group.above != 1][lang].format(cells=cells, count=group.above) if group.above else cells)
    if group.waiting:
        counts.append(numbered(WAIT, group.waiting, lang))
    return f"{title}{NBSP if lang == 'fr' else ''}: {', '.join(counts)}" if counts else title


# ------------------------------------------------------------------------------------------------ rows


def _write_row(
    sheet: PlainSheet, formats: Formats, row: ListRow, names: Mapping[str, str], lang: Lang, at: int
) -> None:
    """Write a row of the list at the sheet's row `at`; its first cell is a link."""
    finding = row.first.finding
    box = formats.get(text_wrap=True, **BOX, indent=1)
    severity = formats.coloured(style.SEVERITY_COLOURS[row.severity.value], bold=True, **BOX, indent=1)
    account, value = accounts_text(row), value_text(row, lang)
    sheet.write_string(at, ACCOUNT, account, box)
    sheet.write_string(at, SEVERITY, row.severity.label(lang), severity)
    sheet.write_string(at, CODE, finding.code, box)
    place = _write_place(sheet, formats, row, names, lang, at)
    quiet = formats.get(font_color=style.QUIET, italic=True, text_wrap=True, **BOX, indent=1)
    sheet.write_string(at, VALUE, value, box if row.value else quiet)
    sheet.write_string(at, REMEDY, row.first.text, box)
    visible = [account, row.severity.label(lang), finding.code, place, value, row.first.text]
    add_answer_cells(sheet, formats, [text.finding for text in row.texts], lang, at, visible)
    cells = ((account, ACCOUNT), (place, CELL), (value, VALUE), (row.first.text, REMEDY))
    lines = max(row_height.lines(content, WIDTHS[column]) for content, column in cells)
    whole = row_height.lines(proposed_text(finding, lang), answer_cells.WIDTHS[0])  # what an OK writes is shown whole
    sheet.set_row(at, row_height.height(max(min(lines, row_height.LINES_AT_MOST), whole)))


def _write_place(
    sheet: PlainSheet, formats: Formats, row: ListRow, names: Mapping[str, str], lang: Lang, at: int
) -> str:
    """Write the row's cells, a link to the first; its sheet or the file if it has no cell. Returns the text."""
    finding = row.first.finding
    name = names.get(finding.sheet_key or "")
    if not finding.cell or name is None:
        place = finding.sheet or FILE[lang]
        sheet.write_string(at, CELL, place, formats.get(**BOX, indent=1))
        return place
    link = formats.get(font_color=style.LINK, underline=1, text_wrap=True, **BOX, indent=1)
    place = cells_text(row, name, lang)
    sheet.write_url(at, CELL, f"internal:{quoted_sheet_name(name)}!{finding.cell}", link, place)
    return place


def cells_text(row: ListRow, sheet: str, lang: Lang) -> str:
    """Return the cells of a row, whose sheet in the copy is `sheet`: `Numbers G4:G12, G20 +4`.

    They are as many as fit on one line, at least one: LibreOffice does not wrap a link.
    """
    runs = list(_runs([(line, column) for _sheet, line, column in row.places]))
    for shown in range(len(runs), 0, -1):
        left = sum(cells for _name, cells in runs[shown:])
        more = f" +{count_of(left, lang)}" if left else ""
        text = f"{sheet} {', '.join(name for name, _cells in runs[:shown])}{more}"
        if shown == 1 or (shown <= MOST_ON_A_LINE and row_height.lines(text, WIDTHS[CELL], wider=1.15) == 1):
            return text
    raise ValueError("a row without a cell")


def value_text(row: ListRow, lang: Lang) -> str:
    """Return the value of a row's cells, and below it how many they are if they are several."""
    value = cut(row.value) if row.value else _placeholder(row)[lang]
    return f"{value}\n{numbered(CELLS, len(row.places), lang)}" if len(row.places) > 1 else value


def _runs(cells: Sequence[tuple[int, int]]) -> Iterator[tuple[str, int]]:
    """Yield the cells (spreadsheet row, column from 0) as ranges down a column: name and number of cells."""
    ordered = sorted(cells, key=lambda cell: (cell[1], cell[0]))
    for _run, members in groupby(enumerate(ordered), key=lambda item: (item[1][1], item[1][0] - item[0])):
        run = [cell for _position, cell in members]
        first, last = cell_name(*run[0]), cell_name(*run[-1])
        yield (first if len(run) == 1 else f"{first}:{last}"), len(run)


def accounts_text(row: ListRow) -> str:
    """Return the keys of a row's accounts: `A1, A7, A9 +28`."""
    named, left = row.accounts[:KEYS_NAMED_AT_MOST], len(row.accounts) - KEYS_NAMED_AT_MOST
    return ", ".join(named) + (f" +{left}" if left > 0 else "")


def _placeholder(row: ListRow) -> Text:
    """Return the text in place of a value that is empty, secret or not the same everywhere."""
    finding = row.first.finding
    if not finding.cell:
        return Text("", "")
    if _is_secret(finding):
        return SECRET
    return DIFFERENT if any(text.finding.value for text in row.texts) else EMPTY


def _is_secret(finding: Finding) -> bool:
    try:
        return column_of(finding.sheet_key or "", finding.column or "").secret
    except KeyError:
        return False
