"""The lists of a fee summary, ready for a pivot table: one type per column, no merged cells, no sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lnp_batch.columns.accounts import ACCOUNTS
from lnp_batch.documents.inputs.drop_downs import range_address
from lnp_batch.model.cell_address import column_letters
from lnp_batch.model.fees import Fees, FeeSummary, by
from lnp_batch.model.text import Lang, Text
from lnp_batch.xlsx import Workbook, row_height, style
from lnp_batch.xlsx.sheet import PlainSheet
from lnp_batch.xlsx.style import COUNT_CELL, MONEY_CELL, Formats, set_up_page, write_header

TITLE = Text("Frais de portabilité", "Porting fees")

SUMMARY = Text("Sommaire", "Summary")
"""The name of the first sheet."""

MONTH = Text("Mois", "Month")
CODE = Text("Code du revendeur", "Reseller code")
NAME = Text("Nom du revendeur", "Reseller name")
CARRIER = ACCOUNTS.column("carrier").header
ACCOUNT_NUMBER = Text("No de compte", "Account number")

FIGURES = (
    (Text("Numéros facturés", "Numbers billed"), "billed", 12),
    (Text("Numéros rendus", "Numbers given back"), "given_back", 12),
    (Text("Numéros nets", "Net numbers"), "net", 12),
    (Text("Frais facturés", "Fees billed"), "billed_cents", 17),
    (Text("Frais rendus", "Fees given back"), "given_back_cents", 17),
    (Text("Frais nets", "Net fees"), "net_cents", 17),
)
"""The last columns of every list: header, field of `Fees`, width in characters. All are before tax."""


Line = tuple[tuple[str, ...], Fees]
"""A row of a list: the texts of its first columns, and its fees."""


@dataclass(frozen=True, slots=True)
class FeeList:
    """A list: its sheet's name, and the columns before the figures: header, field of `FeeRow`, width in characters.

    Its rows are by the first `sorted_by` of these columns, then the highest net fees first.
    """

    name: Text
    columns: tuple[tuple[Text, str, float], ...]
    sorted_by: int = 1

    def lines(self, summary: FeeSummary) -> list[Line]:
        """Return the list's rows in their order."""
        groups = by(summary.rows, *(field for _text, field, _width in self.columns))
        return sorted(groups.items(), key=lambda line: (line[0][: self.sorted_by], -line[1].net_cents, line[0]))

    def letters_of(self, which: str) -> str:
        """Return the letters of a column, by its field or figure."""
        keys = [field for _text, field, _width in self.columns] + [key for _text, key, _width in FIGURES]
        return column_letters(keys.index(which))

    def range_of(self, which: str, count: int, lang: Lang) -> str:
        """Return the address of a column over `count` rows, for formulas on other sheets."""
        return range_address(self.name[lang], self.letters_of(which), 2, max(count, 1) + 1)


BY_RESELLER = FeeList(
    Text("Par revendeur", "By reseller"),
    ((MONTH, "month", 11), (CODE, "reseller_code", 20), (NAME, "reseller_name", 40)),
)
BY_CARRIER = FeeList(Text("Par fournisseur", "By carrier"), ((MONTH, "month", 11), (CARRIER, "carrier", 34)))
BY_ACCOUNT = FeeList(
    Text("Par compte", "By account"),
    (
        (MONTH, "month", 11),
        (CODE, "reseller_code", 20),
        (NAME, "reseller_name", 34),
        (CARRIER, "carrier", 24),
        (ACCOUNT_NUMBER, "account_number", 24),
    ),
    sorted_by=2,
)
LISTS = (BY_RESELLER, BY_CARRIER, BY_ACCOUNT)

FeeLines = Mapping[FeeList, Sequence[Line]]
"""The rows of each list."""

_COUNTS = ("billed", "given_back", "net")


def add_list(workbook: Workbook, formats: Formats, fee_list: FeeList, lines: Sequence[Line], lang: Lang) -> None:
    """Add the sheet of one of :data:`LISTS`. Rows are written as XML: there may be one per account and month."""
    sheet: PlainSheet = workbook.add_worksheet(fee_list.name[lang], PlainSheet)
    set_up_page(sheet, lang, TITLE[lang])
    sheet.freeze_panes(1, 0)
    sheet.set_row(0, 34)
    headers = [(text, width, False) for text, _field, width in fee_list.columns]
    headers += [(text, width, True) for text, _key, width in FIGURES]
    for column, (text, width, is_figure) in enumerate(headers):
        sheet.set_column(column, column, width)
        props = {**style.UNMARKED, **({"align": "right"} if is_figure else {})}
        write_header(sheet, 0, column, Text(text[lang], text[lang]), lang, formats, props)
    if lines:
        text = formats.get(num_format=style.TEXT, text_wrap=True, indent=1, **_LINE)
        texts = zip(*(keys for keys, _fees in lines), strict=True)
        columns = [sheet.cells(column, values, text) for column, values in enumerate(texts)]
        for column, (_text, key, _width) in enumerate(FIGURES, start=len(columns)):
            figure = formats.get(**figure_props(key, lang), **_LINE)
            columns.append(sheet.cells(column, [cell_value(fees, key) for _keys, fees in lines], figure))
        sheet.add_rows(1, columns, _heights(fee_list, lines))
    last = max(len(lines), 1)
    sheet.set_extent(len(lines) + 1, len(headers))
    sheet.autofilter(0, 0, last, len(headers) - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A2:{column_letters(len(fee_list.columns) - 1)}{last + 1}"})


def _heights(fee_list: FeeList, lines: Sequence[Line]) -> dict[int, float]:
    """Return the heights in points of the rows (from 0) whose texts need several lines."""
    widths = [width for _text, _field, width in fee_list.columns]
    line_counts = (
        max(row_height.lines(text, width) for text, width in zip(keys, widths, strict=True)) for keys, _fees in lines
    )
    return {row: row_height.height(count) for row, count in enumerate(line_counts, start=1) if count > 1}


_LINE: dict[str, Any] = {"bottom": 1, "bottom_color": style.LINE}


def figure_props(key: str, lang: Lang) -> dict[str, Any]:
    """Return the properties of a figure's cell, as xlsxwriter names them."""
    return {"num_format": COUNT_CELL if key in _COUNTS else MONEY_CELL[lang], "align": "right"}


def cell_value(fees: Fees, key: str) -> float:
    """Return a figure of :data:`FIGURES`; amounts in dollars."""
    value: int = getattr(fees, key)
    return value if key in _COUNTS else value / 100
