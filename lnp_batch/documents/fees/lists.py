"""The lists of a fee summary, ready for a pivot table: one row a group, one type a column, no merge, no sum at the foot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lnp_batch.columns.accounts import ACCOUNTS
from lnp_batch.documents.inputs.drop_downs import cells
from lnp_batch.model.fees import Fees, FeeSummary, by
from lnp_batch.model.place import column_letters
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
"""The last columns of every list: header, which of the Fees, width in characters. All before tax."""


Line = tuple[tuple[str, ...], Fees]
"""A row of a list: the words of its first columns, and its fees."""


@dataclass(frozen=True, slots=True)
class List:
    """A sheet: its name, and the columns before the figures: header, field of a row of fees, width in characters."""

    name: Text
    columns: tuple[tuple[Text, str, float], ...]

    def lines(self, summary: FeeSummary) -> list[Line]:
        """Its rows: by month, the highest net fees of each first."""
        groups = by(summary.rows, *(field for _text, field, _width in self.columns))
        return sorted(groups.items(), key=lambda line: (line[0][0], -line[1].net_cents, line[0]))

    def letters_of(self, which: str) -> str:
        """The letters of the column of a row's field, or of a figure."""
        keys = [field for _text, field, _width in self.columns] + [key for _text, key, _width in FIGURES]
        return column_letters(keys.index(which))

    def range_of(self, which: str, count: int, lang: Lang) -> str:
        """That column over `count` rows, for formulas on other sheets."""
        return cells(self.name[lang], self.letters_of(which), 2, max(count, 1) + 1)


BY_RESELLER = List(
    Text("Par revendeur", "By reseller"),
    ((MONTH, "month", 11), (CODE, "reseller_code", 20), (NAME, "reseller_name", 40)),
)
BY_CARRIER = List(Text("Par fournisseur", "By carrier"), ((MONTH, "month", 11), (CARRIER, "carrier", 34)))
BY_ACCOUNT = List(
    Text("Par compte", "By account"),
    (
        (MONTH, "month", 11),
        (CODE, "reseller_code", 20),
        (NAME, "reseller_name", 34),
        (CARRIER, "carrier", 24),
        (ACCOUNT_NUMBER, "account_number", 24),
    ),
)
LISTS = (BY_RESELLER, BY_CARRIER, BY_ACCOUNT)

Listed = Mapping[List, Sequence[Line]]
"""Each list's rows."""

_COUNTS = ("billed", "given_back", "net")


def add_list(workbook: Workbook, formats: Formats, listed: List, lines: Sequence[Line], lang: Lang) -> None:
    """Adds one of :data:`LISTS`. Rows are handed over as XML: there may be one an account and month."""
    sheet: PlainSheet = workbook.add_worksheet(listed.name[lang], PlainSheet)
    set_up_page(sheet, lang, TITLE[lang])
    sheet.freeze_panes(1, 0)
    sheet.set_row(0, 34)
    headers = [(text, width, False) for text, _field, width in listed.columns]
    headers += [(text, width, True) for text, _key, width in FIGURES]
    for column, (text, width, is_figure) in enumerate(headers):
        sheet.set_column(column, column, width)
        props = {**style.UNMARKED, **({"align": "right"} if is_figure else {})}
        write_header(sheet, 0, column, Text(text[lang], text[lang]), lang, formats, props)
    words = formats.get(num_format=style.TEXT, text_wrap=True, indent=1, **_LINE)
    looks = [formats.get(**figure_look(key, lang), **_LINE) for _text, key, _width in FIGURES]
    if lines:
        columns = [
            *(
                sheet.cells(at, typed, words)
                for at, typed in enumerate(zip(*(keys for keys, _fees in lines), strict=True))
            ),
            *(
                sheet.cells(at, figures, look)
                for at, (figures, look) in enumerate(
                    zip(zip(*(figures_of(fees) for _keys, fees in lines), strict=True), looks, strict=True),
                    start=len(listed.columns),
                )
            ),
        ]
        sheet.add_rows(1, columns, _heights(listed, lines))
    last = max(len(lines), 1)
    sheet.set_extent(len(lines) + 1, len(headers))
    sheet.autofilter(0, 0, last, len(headers) - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A2:{column_letters(len(listed.columns) - 1)}{last + 1}"})


def _heights(listed: List, lines: Sequence[Line]) -> dict[int, float]:
    """The rows (from 0) whose words need several lines, and how high they are, in points."""
    widths = [width for _text, _field, width in listed.columns]
    tall = (
        max(row_height.lines(typed, width) for typed, width in zip(keys, widths, strict=True)) for keys, _fees in lines
    )
    return {row: row_height.height(lines_of) for row, lines_of in enumerate(tall, start=1) if lines_of > 1}


_LINE: dict[str, Any] = {"bottom": 1, "bottom_color": style.LINE}


def figure_look(key: str, lang: Lang) -> dict[str, Any]:
    """How a figure stands in its cell, as properties of xlsxwriter."""
    return {"num_format": COUNT_CELL if key in _COUNTS else MONEY_CELL[lang], "align": "right"}


def figures_of(fees: Fees) -> Sequence[float]:
    """The figures of :data:`FIGURES`, amounts in dollars."""
    return [stored(fees, key) for _text, key, _width in FIGURES]


def stored(fees: Fees, key: str) -> float:
    """One of them."""
    value: int = getattr(fees, key)
    return value if key in _COUNTS else value / 100
