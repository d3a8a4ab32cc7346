"""The checks sheet of a workbook with sums: every sum calculated twice, in live formulas, with the difference shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lnp_batch.model.text import Lang, Text, same
from lnp_batch.xlsx import style
from lnp_batch.xlsx.sheet import PlainSheet
from lnp_batch.xlsx.style import Formats, write_header

NAME = Text("Contrôles", "Checks")
CHECK = Text("Contrôle", "Check")
DIFFERENCE = Text("Écart", "Difference")
RESULT = Text("Résultat", "Result")
AGREES = Text("Concorde", "Agrees")
DIFFERS = Text("À vérifier", "To be checked")
ALL_AGREES = Text("Tout concorde", "Everything agrees")
NOT_ALL_AGREES = Text("Un écart est à vérifier", "There is a difference to check")

HEADLINE_ROW = 0


@dataclass(frozen=True, slots=True)
class Check:
    """Two ways to calculate one figure, and what they give, in `number_format`.

    `formula` is a formula without `=`; `other` a formula without `=`, or a figure that was calculated elsewhere.
    """

    label: Text
    formula: str
    other: str | float
    value: float
    other_value: float
    number_format: str

    @property
    def difference(self) -> float:
        return round(self.value - self.other_value, 2)


@dataclass(frozen=True, slots=True)
class ChecksSheet:
    """Write checks on `sheet`: a headline, and a table whose header is in `header_row`.

    `lang` comes first, or alone unless the workbook is `bilingual`. `label_font` has xlsxwriter's properties for the
    checks' labels.
    """

    sheet: PlainSheet
    formats: Formats
    header_row: int
    lang: Lang
    bilingual: bool = False
    label_font: Mapping[str, Any] | None = None

    def write(self, checks: Sequence[Check], first_side: Text, second_side: Text) -> None:
        """Write the headline and the table; the sides are the headers of the two figures."""
        self._write_headline(checks)
        self.sheet.set_row(self.header_row, 32 if self.bilingual else 22)
        for column, text in enumerate((CHECK, first_side, second_side, DIFFERENCE, RESULT)):
            props = style.UNMARKED | ({"align": "right"} if 0 < column < 4 else {})
            write_header(self.sheet, self.header_row, column, self._header(text), self.lang, self.formats, props)
        for row, check in enumerate(checks, start=self.header_row + 1):
            self._write_check(row, check)
        self._mark_differences(self.header_row + 1, len(checks))

    def _write_headline(self, checks: Sequence[Check]) -> None:
        first, last = self.header_row + 2, self.header_row + 1 + len(checks)
        good, bad = f"✔ {self._say(ALL_AGREES)}", f"✖ {self._say(NOT_ALL_AGREES)}"
        formula = f'=IF(SUMPRODUCT(ABS(D{first}:D{last}))=0,"{good}","{bad}")'
        font = self.formats.get(bold=True, font_size=16, font_color=style.HEADER.fill)
        self.sheet.set_row(HEADLINE_ROW, 30)
        value = bad if any(check.difference for check in checks) else good
        self.sheet.write_formula(HEADLINE_ROW, 0, formula, font, value)

    def _write_check(self, row: int, check: Check) -> None:
        line = {"bottom": 1, "bottom_color": style.LINE}
        number = {**line, "num_format": check.number_format, "align": "right"}
        plain, bold = self.formats.get(**number), self.formats.get(**number, bold=True)
        label = {**line, "indent": 1, **(self.label_font or {})}
        good, bad = f"✔ {self._say(AGREES)}", f"✖ {self._say(DIFFERS)}"
        result = self.formats.coloured(style.ACCEPTED, **line, indent=1, bold=True)
        number_in_sheet = row + 1
        self.sheet.set_row(row, 36 if self.bilingual else 22)
        write_header(self.sheet, row, 0, self._header(check.label), self.lang, self.formats, label)
        self.sheet.write_formula(row, 1, f"={check.formula}", plain, check.value)
        if isinstance(check.other, str):
            self.sheet.write_formula(row, 2, f"={check.other}", plain, check.other_value)
        else:
            self.sheet.write_number(row, 2, check.other, plain)
        difference = f"=ROUND(B{number_in_sheet}-C{number_in_sheet},2)"
        self.sheet.write_formula(row, 3, difference, bold, check.difference)
        verdict = f'=IF(ROUND(D{number_in_sheet},2)=0,"{good}","{bad}")'
        self.sheet.write_formula(row, 4, verdict, result, bad if check.difference else good)

    def _mark_differences(self, first: int, count: int) -> None:
        """Colour a difference and its result, whenever a formula gives one."""
        wrong = self.formats.run(**style.ERROR.props, bold=True)
        rule = {"type": "formula", "criteria": f"=ROUND($D{first + 1},2)<>0", "format": wrong}
        self.sheet.conditional_format(first, 3, first + count - 1, 4, rule)

    def _say(self, text: Text) -> str:
        return text.both(self.lang, " / ") if self.bilingual else text[self.lang]

    def _header(self, text: Text) -> Text:
        return text if self.bilingual else same(text[self.lang])
