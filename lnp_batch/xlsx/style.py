"""The palette and the look shared by every workbook that we write: colours, fonts, formats, the printed page.

Every pair of fill and ink has a contrast of 7 or more, and the fills that tell states apart stay apart in the three
kinds of colour blindness (a test holds both). Colour never stands alone: a word, an icon or a border says it too.
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
MONEY = '#,##0.00\\ "$"'
TEXT = "@"


@dataclass(frozen=True, slots=True)
class Look:
    """A fill and the ink that is read on it, as `#RRGGBB`."""

    fill: str
    ink: str

    @property
    def props(self) -> dict[str, Any]:
        """As xlsxwriter's properties."""
        return {"bg_color": self.fill, "font_color": self.ink}


WHITE = "#FFFFFF"
INK = "#1A1A1A"
QUIET = "#4A4A4A"
LINE = "#D9D9D9"
LINK = "#0B3C6B"
REQUIRED_MARK = "#FFC000"

HEADER = Look("#1F3A5F", WHITE)
OURS_HEADER = Look("#CFE2F3", HEADER.fill)
OURS_CELL = Look("#F4F8FC", INK)

ERROR = Look("#F4B183", "#5F1600")
CONFIRM = Look("#FFF2CC", "#4D3B00")
WARNING = CONFIRM
ACCEPTED = Look("#CFE2F3", "#0B3C6B")
TIDIED = Look("#FFFFFF", "#404040")
WAITING = Look("#D0CECE", "#333333")
NOT_PORTED = Look("#F2F2F2", "#464646")

REMOVED = "#B00020"
ADDED = "#00604A"

STATE_LOOKS = {
    "accepted": ACCEPTED,
    "to_confirm": CONFIRM,
    "to_fix": ERROR,
    "waiting": WAITING,
    "not_ported": NOT_PORTED,
}
"""By a State's key."""

SEVERITY_LOOKS = {"error": ERROR, "confirm": CONFIRM, "warning": WARNING, "info": TIDIED}
"""By a Severity's value; :meth:`Formats.faulty` adds what does not hang on colour."""

GROUP_LOOKS = {
    "": HEADER,
    "account": HEADER,
    "number": HEADER,
    "evidence": Look("#155E63", WHITE),
    "line": Look("#155E63", WHITE),
    "file": Look("#4A3B6B", WHITE),
    "consent": Look("#5E3A2E", WHITE),
    "more": Look("#44505C", WHITE),
    "ours": OURS_HEADER,
}
"""The header's shade, by a Column's group."""


class Formats:
    """The formats of one workbook, each made once: two calls with the same properties give the same format."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def get(self, **props: Any) -> Format:
        """Arial 10, vertically centred, and `props` (xlsxwriter's names) on top."""
        return self.run(**{"valign": "vcenter", **props})

    def run(self, **props: Any) -> Format:
        """A fragment of a rich string, or a conditional format: Arial 10 and `props` alone."""
        key = tuple(sorted(props.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format({"font_name": FONT, "font_size": SIZE, **props})
        return self._made[key]

    def header(self, column: Column) -> Format:
        """A header cell: shaded by group, white bold, wrapped; its lower edge is marked where it is required."""
        return self.get(**header_props(column))

    def look(self, look: Look, **props: Any) -> Format:
        """A cell with that fill and ink."""
        return self.get(**look.props, **props)

    def faulty(self, severity: str, **props: Any) -> Format:
        """A cell at fault, by a Severity's value: fill, ink and border; italics alone for an info."""
        look = SEVERITY_LOOKS[severity]
        mark = (
            {"italic": True}
            if severity == "info"
            else {"border": 2 if severity == "error" else 1, "border_color": look.ink}
        )
        return self.get(**look.props, **mark, **props)


def header_props(column: Column) -> dict[str, Any]:
    """A column's header cell, as properties of xlsxwriter."""
    look = GROUP_LOOKS[column.group]
    edge: dict[str, Any] = {}
    if column.required is Required.YES:
        edge = {"bottom": 5, "bottom_color": REQUIRED_MARK}
    elif column.required is not Required.NO or column.needed_when.fr:
        edge = {"bottom": 8, "bottom_color": REQUIRED_MARK}
    return {**look.props, "bold": True, "text_wrap": True, "indent": 1, "left": 1, "left_color": WHITE, **edge}


UNMARKED = header_props(Column("", Text("", ""), Kind.TEXT))
"""A header cell of no column of ours, as properties of xlsxwriter."""


def label_props(label: Column) -> dict[str, Any]:
    """A label's cell on the batch sheet, a header that lies on its side, as properties of xlsxwriter."""
    edge: dict[str, Any] = {"right": 5, "right_color": REQUIRED_MARK} if label.required is Required.YES else {}
    return {**HEADER.props, "bold": True, "text_wrap": True, "indent": 1, "bottom": 1, "bottom_color": WHITE, **edge}


def cell_props(column: Column) -> dict[str, Any]:
    """A column's cells, as properties of xlsxwriter: number format, wrapping, the pale tint of those that we fill."""
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
    """`props` for a row that may be tall: what stands in it begins at its top, and keeps its indent there."""
    return {"valign": "top", **({"align": "left"} if "indent" in props else {}), **props}


def number_format(column: Column) -> str:
    """The number format of a column's cells: text unless it holds dates, whole numbers or dollars."""
    if column.key == "fee":
        return MONEY
    return {Kind.DATE: DATE, Kind.INTEGER: INTEGER}.get(column.kind, TEXT)


def write_header(
    worksheet: Worksheet, row: int, at: int, text: Text, lang: Lang, formats: Formats, look: dict[str, Any]
) -> None:
    """A bilingual header cell, `text.both(lang)` to the letter: the first language bold, the other small below it."""
    first, _, second = text.both(lang).partition("\n")
    cell = formats.get(**look)
    if not second:
        worksheet.write_string(row, at, first, cell)
        return
    ink = look["font_color"]
    bold, small = formats.run(bold=True, font_color=ink), formats.run(font_size=SMALL, font_color=ink)
    worksheet.write_rich_string(row, at, bold, first, small, f"\n{second}", cell)


def header_height(columns: tuple[Column, ...], lang: Lang, widths: Mapping[str, float] | None = None) -> float:
    """The height in points that the tallest of these headers needs, as :func:`write_header` wraps it.

    `widths` in characters by column key, where they are not the columns' own.
    """
    widths = widths or {}
    return max(_height(column.header.both(lang), widths.get(column.key, column.width)) for column in columns) + 8


def _height(words: str, width: float) -> float:
    """In points: the first language in bold 10, the second in 8, each wrapped in `width` less the indent."""
    first, _, second = words.partition("\n")
    return 13.0 * _lines(first, (width - 1.5) * 1.08) + 10.5 * _lines(second, (width - 1.5) * 1.42)


def _lines(words: str, fits: float) -> int:
    """How many lines `words` take where a line has room for `fits` characters."""
    count, filled = 0, fits
    for word in words.split():
        filled += 1 + len(word)
        if filled > fits:
            count, filled = count + 1, len(word)
    return count


PAGE_FOOTER = Text("Page &P sur &N", "Page &P of &N")


def set_up_page(worksheet: Worksheet, lang: Lang, title: str, header_row: int | None = 0) -> None:
    """Landscape Letter, one page wide, with a footer; `header_row` (0-based, None for none) repeated on every page."""
    worksheet.set_landscape()
    worksheet.set_paper(1)
    worksheet.fit_to_pages(1, 0)
    worksheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    worksheet.hide_gridlines(1)
    if header_row is not None:
        worksheet.repeat_rows(header_row)
    font = f'&8&"{FONT},Regular"'  # the size first: a title may begin with a digit
    worksheet.set_footer(f"&L{font}{_plain(title)}&C{font}&A&R{font}{PAGE_FOOTER[lang]}")


def _plain(title: str) -> str:
    """`title` for a page footer, where `&` begins a command."""
    return title.replace("&", "&&")[:150]


MONEY_CELL: dict[Lang, str] = {"fr": MONEY + "_0", "en": '"$"#,##0.00_0'}


COUNT_CELL = "#,##0_0"
"""Number formats for amounts and counts, a digit's width away from the cell's right edge."""
