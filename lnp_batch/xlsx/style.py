"""The style shared by every workbook that we write: colours, fonts, cell formats, page setup.

Every pair of fill and ink has a contrast ratio of at least 7, and the fills of the states differ in the three kinds of
colour blindness (tests check both). Colour is never the only sign: a word, an icon or a border says the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from lnp_batch.columns import Column, Kind, Required
from lnp_batch.model.text import Lang, Text

FONT = "Arial"
SIZE = 10
SMALL = 8

DATE = "yyyy-mm-dd"
INTEGER = "0"
MONEY: dict[Lang, str] = {"fr": '#,##0.00\\ "$"', "en": '"$"#,##0.00'}
TEXT = "@"


@dataclass(frozen=True, slots=True)
class Colours:
    """A cell's fill and its ink (font colour), as `#RRGGBB`."""

    fill: str
    ink: str

    @property
    def props(self) -> dict[str, Any]:
        """The colours as xlsxwriter's properties."""
        return {"bg_color": self.fill, "font_color": self.ink}


WHITE = "#FFFFFF"
INK = "#1A1A1A"
QUIET = "#4A4A4A"
LINE = "#D9D9D9"
LINK = "#0B3C6B"
REQUIRED_MARK = "#FFC000"

HEADER = Colours("#1F3A5F", WHITE)
OURS_HEADER = Colours("#CFE2F3", HEADER.fill)
OURS_CELL = Colours("#F4F8FC", INK)

ERROR = Colours("#F4B183", "#5F1600")
CONFIRM = Colours("#FFF2CC", "#4D3B00")
WARNING = CONFIRM
ACCEPTED = Colours("#CFE2F3", "#0B3C6B")
INFO = Colours("#FFFFFF", "#404040")
WAITING = Colours("#D0CECE", "#333333")
NOT_PORTED = Colours("#F2F2F2", "#464646")

REMOVED = "#B00020"
ADDED = "#00604A"

STATE_COLOURS = {
    "accepted": ACCEPTED,
    "to_confirm": CONFIRM,
    "to_fix": ERROR,
    "waiting": WAITING,
    "not_ported": NOT_PORTED,
}
"""State key → colours."""

SEVERITY_COLOURS = {"error": ERROR, "confirm": CONFIRM, "warning": WARNING, "info": INFO}
"""By the value of a `Severity`; :meth:`Formats.for_severity` adds the signs that are not colours."""

GROUP_COLOURS = {
    "": HEADER,
    "account": HEADER,
    "number": HEADER,
    "evidence": Colours("#155E63", WHITE),
    "line": Colours("#155E63", WHITE),
    "file": Colours("#4A3B6B", WHITE),
    "consent": Colours("#5E3A2E", WHITE),
    "more": Colours("#44505C", WHITE),
    "ours": OURS_HEADER,
}
"""A header's colours, by the group of its `Column`."""


class Formats:
    """The cell formats of one workbook: two calls with the same properties return the same format."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def get(self, **props: Any) -> Format:
        """Return a cell format: Arial 10, vertically centred, changed by `props` (xlsxwriter's names)."""
        return self.run(**{"valign": "vcenter", **props})

    def run(self, **props: Any) -> Format:
        """Return the format of a run of a rich string, or a conditional format: Arial 10 and `props` only."""
        key = tuple(sorted(props.items()))
        if key not in self._formats:
            self._formats[key] = self._workbook.add_format({"font_name": FONT, "font_size": SIZE, **props})
        return self._formats[key]

    def coloured(self, colours: Colours, **props: Any) -> Format:
        """Return a cell format with `colours`."""
        return self.get(**colours.props, **props)

    def for_severity(self, severity: str, **props: Any) -> Format:
        """Return the format of a cell with a finding, by the value of its `Severity`: colours and a border; for an info
        italics and no border."""
        colours = SEVERITY_COLOURS[severity]
        mark = (
            {"italic": True}
            if severity == "info"
            else {"border": 2 if severity == "error" else 1, "border_color": colours.ink}
        )
        return self.get(**{**props, **colours.props, **mark})


def header_props(column: Column) -> dict[str, Any]:
    """Return the properties of a column's header, as xlsxwriter names them."""
    colours = GROUP_COLOURS[column.group]
    edge: dict[str, Any] = {}
    if column.required is Required.YES:
        edge = {"bottom": 5, "bottom_color": REQUIRED_MARK}
    elif column.required is not Required.NO or column.needed_when.fr:
        edge = {"bottom": 8, "bottom_color": REQUIRED_MARK}
    return {**colours.props, "bold": True, "text_wrap": True, "indent": 1, "left": 1, "left_color": WHITE, **edge}


UNMARKED = header_props(Column("", Text("", ""), Kind.TEXT))
"""The properties of a header that belongs to no column of the catalogue."""


def label_props(label: Column) -> dict[str, Any]:
    """Return the properties of a label on the batch sheet, whose headers are at the left of their values."""
    edge: dict[str, Any] = {"right": 5, "right_color": REQUIRED_MARK} if label.required is Required.YES else {}
    return {**HEADER.props, "bold": True, "text_wrap": True, "indent": 1, "bottom": 1, "bottom_color": WHITE, **edge}


def cell_props(column: Column) -> dict[str, Any]:
    """Return the properties of a column's cells: number format, wrapping, the pale tint of the columns that we fill."""
    props: dict[str, Any] = {"num_format": number_format(column)}
    if column.kind in (Kind.DATE, Kind.INTEGER):
        props["align"] = "center"
    elif props["num_format"] == TEXT:
        props["indent"] = 1
    if column.many_lines or column.key == "to_do":
        props["text_wrap"] = True
    if column.ours:
        props |= {**OURS_CELL.props, "border": 1, "border_color": LINE}
    return props


def at_the_top(props: dict[str, Any]) -> dict[str, Any]:
    """Return `props` for a row that may be tall: its text starts at the top, and keeps its indent."""
    return {"valign": "top", **({"align": "left"} if "indent" in props else {}), **props}


def number_format(column: Column) -> str:
    """Return the number format of a column's cells: text, a date, a whole number, or dollars as in French."""
    if column.key == "fee":
        return MONEY["fr"]
    return {Kind.DATE: DATE, Kind.INTEGER: INTEGER}.get(column.kind, TEXT)


def write_header(
    worksheet: Worksheet, row: int, column: int, text: Text, lang: Lang, formats: Formats, props: dict[str, Any]
) -> None:
    """Write a header with exactly the text `text.both(lang)`: `lang` in bold, the other language small below it."""
    first, _, second = text.both(lang).partition("\n")
    cell_format = formats.get(**props)
    if not second:
        worksheet.write_string(row, column, first, cell_format)
        return
    ink = props["font_color"]
    bold, small = formats.run(bold=True, font_color=ink), formats.run(font_size=SMALL, font_color=ink)
    worksheet.write_rich_string(row, column, bold, first, small, f"\n{second}", cell_format)


def header_height(columns: tuple[Column, ...], lang: Lang, widths: Mapping[str, float] | None = None) -> float:
    """Return the height in points that the tallest of these headers needs, as :func:`write_header` wraps it.

    `widths` has, by column key, the widths in characters that differ from the columns' own.
    """
    widths = widths or {}
    return max(_height(column.header.both(lang), widths.get(column.key, column.width)) for column in columns) + 8


def _height(text: str, width: float) -> float:
    """Return the height in points of both languages, in bold 10 and in 8, wrapped in `width` less the indent."""
    first, _, second = text.partition("\n")
    return 13.0 * _lines(first, (width - 1.5) * 1.08) + 10.5 * _lines(second, (width - 1.5) * 1.42)


def _lines(text: str, room: float) -> int:
    """Return the number of lines that `text` takes if `room` characters fit on a line."""
    count, filled = 0, room
    for word in text.split():
        filled += 1 + len(word)
        if filled > room:
            count, filled = count + 1, len(word)
    return count


PAGE_FOOTER = Text("Page &P sur &N", "Page &P of &N")


def set_up_page(worksheet: Worksheet, lang: Lang, title: str, header_row: int | None = 0) -> None:
    """Set up printing: Letter, landscape, one page wide, a footer, and `header_row` (from 0, or None) on every page."""
    worksheet.set_landscape()
    worksheet.set_paper(1)
    worksheet.fit_to_pages(1, 0)
    worksheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    worksheet.hide_gridlines(1)
    if header_row is not None:
        worksheet.repeat_rows(header_row)
    font = f'&8&"{FONT},Regular"'  # the size comes first: a title may begin with a digit
    worksheet.set_footer(f"&L{font}{_plain(title)}&C{font}&A&R{font}{PAGE_FOOTER[lang]}")


def _plain(title: str) -> str:
    """Return `title` for a page footer, where `&` begins a command."""
    return title.replace("&", "&&")[:150]


EDGE = "_0"
"""End of a number format that keeps figures a digit's width from the cell's right edge: LibreOffice drops the indent of
some cells."""
MONEY_CELL: dict[Lang, str] = {lang: dollars + EDGE for lang, dollars in MONEY.items()}
COUNT_CELL = "#,##0" + EDGE
"""Number formats of cells with amounts and with counts."""


def with_dash(number_format: str) -> str:
    """Return a number format with a dash for 0."""
    return f'{number_format};-{number_format};"–"{EDGE}'


MONEY_OR_DASH: dict[Lang, str] = {lang: with_dash(dollars) for lang, dollars in MONEY_CELL.items()}
COUNT_OR_DASH = with_dash(COUNT_CELL)
