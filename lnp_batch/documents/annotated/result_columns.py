"""Our columns on the accounts and numbers sheets of the annotated copy: status, to do, request, fee."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import pandas as pd

from lnp_batch.columns.sheets import sheet_of
from lnp_batch.documents.annotated.differences import differences
from lnp_batch.documents.annotated.finding_text import FindingText
from lnp_batch.documents.earlier_rounds import accepted_before_by_row
from lnp_batch.model.finding import Finding
from lnp_batch.model.money import ZERO
from lnp_batch.model.outcome import STATES, Outcome
from lnp_batch.model.text import Lang, Text
from lnp_batch.rules import rule_of
from lnp_batch.xlsx import Format, row_height, style
from lnp_batch.xlsx.sheet import PlainSheet, Xml
from lnp_batch.xlsx.style import MONEY_CELL, Formats

TO_DO_WIDTH = 52
NOT_ACCEPTED = -1
"""Marks a row that is not accepted, in the place of its count of billed numbers."""

WAITS = Text("Rien à corriger ici : attend {place}.", "Nothing to fix here: waits for {place}.")
WAITS_TOO = Text("Attend {place}.", "Waits for {place}.")
DIFFERENCES = Text("Écarts :", "Differences:")


@dataclass(frozen=True)
class ResultColumns:
    """The cells of our columns: texts, or :class:`Xml`.

    - `rows`: the spreadsheet's rows that hold data, in rising order; `cells`: their cells by the column's position.
    - `to_do` and `lines`: by the spreadsheet's row, the To do cells that are not empty and their line counts.
    """

    rows: Sequence[int]
    cells: Mapping[int, Sequence[str]]
    to_do_position: int
    to_do: Mapping[int, str]
    lines: Mapping[int, int]

    def column(self, column: int, first: int, end: int) -> Sequence[str] | None:
        """Return a column's cells in the spreadsheet's rows from `first` to before `end`; None if it is not ours."""
        if column == self.to_do_position:
            return list(map(self.to_do.get, range(first, end), repeat("")))
        if column not in self.cells:
            return None
        low, high = bisect_left(self.rows, first), bisect_left(self.rows, end)
        cells = self.cells[column][low:high]
        if high - low == end - first:
            return cells
        by_row = dict(zip(self.rows[low:high], cells, strict=True))
        return [by_row.get(row, "") for row in range(first, end)]


def result_columns(
    sheet: PlainSheet,
    formats: Formats,
    outcome: Outcome,
    key: str,
    texts: Mapping[int, Sequence[FindingText]],
    positions: Mapping[str, int],
) -> ResultColumns:
    """Return our columns of the accounts or numbers sheet (`key`).

    `texts` are by the spreadsheet's row, `positions` those of our columns, from 0, by column key.
    """
    frame = outcome.accounts if key == "accounts" else outcome.numbers
    rows = frame.index.tolist()
    states = {state: _state_cell(sheet, formats, positions["status"], state, outcome.lang) for state in STATES}
    to_do, lines = _to_do(sheet, formats, outcome.lang, key, frame, texts, positions["to_do"])
    cells: dict[int, Sequence[str]] = {positions["status"]: list(map(states.__getitem__, frame["state"].tolist()))}
    if key == "numbers":
        cells[positions["normalized"]] = frame["normalized"].tolist()
        cells[positions["request"]] = frame["request"].tolist()
        cells[positions["fee"]] = _fees(sheet, formats, outcome, positions["fee"])
    return ResultColumns(rows, cells, positions["to_do"], to_do, lines)


def _props(key: str, column: str) -> dict[str, Any]:
    return style.at_the_top(style.cell_props(sheet_of(key).column(column)))


def _state_cell(sheet: PlainSheet, formats: Formats, column: int, state: str, lang: Lang) -> Xml:
    box = style.at_the_top({"bold": True, "indent": 1, "border": 1, "border_color": style.LINE})
    cell_format = formats.coloured(style.STATE_COLOURS[state], **box)
    return sheet.cell(column, STATES[state].label(lang), cell_format)


def _fees(sheet: PlainSheet, formats: Formats, outcome: Outcome, column: int) -> list[str]:
    """Return the XML of each row's fee in dollars: its billed numbers times the price; "" if it is not accepted."""
    frame, before = outcome.numbers, accepted_before_by_row(outcome)
    if outcome.invoice is None and not before:
        return [""] * len(frame)
    if not frame.loc[[*before], "state"].eq("accepted").all():
        raise ValueError("a number billed in an earlier round is on a row that is not accepted")
    billed = frame["count"].sub(pd.Series(before, dtype="int64").reindex(frame.index, fill_value=0))
    counts = billed.where(frame["state"].eq("accepted"), NOT_ACCEPTED).tolist()
    cell_format = formats.get(**(_props("numbers", "fee") | {"num_format": MONEY_CELL[outcome.lang]}))
    price = outcome.invoice.unit_price if outcome.invoice else ZERO
    fees: dict[int, str] = {
        count: sheet.cell(column, float(count * price), cell_format)
        for count in dict.fromkeys(counts)
        if count != NOT_ACCEPTED
    }
    return [fees.get(count, "") for count in counts]


# ------------------------------------------------------------------------------------------------ to do


def _to_do(
    sheet: PlainSheet,
    formats: Formats,
    lang: Lang,
    key: str,
    frame: pd.DataFrame,
    texts: Mapping[int, Sequence[FindingText]],
    column: int,
) -> tuple[dict[int, str], dict[int, int]]:
    """Return the To do cells that are not empty, and their line counts, by the spreadsheet's row."""
    cell_format = formats.get(**_props(key, "to_do"))
    cells: dict[int, str] = {}
    lines: dict[int, int] = {}
    held = frame["held_by"][frame["held_by"] != ""]
    held_by = dict(zip(held.index.tolist(), held.tolist(), strict=True))
    waiting = {place: WAITS[lang].format(place=place) for place in dict.fromkeys(held_by.values())}
    line_counts = {place: row_height.lines(text, TO_DO_WIDTH) for place, text in waiting.items()}
    for row, place in held_by.items():
        cells[row] = waiting[place]
        lines[row] = line_counts[place]
    for row in texts:
        waits = WAITS_TOO[lang].format(place=held_by[row]) if row in held_by else ""
        runs = _to_do_runs(formats, texts[row], waits, lang)
        text = "".join(part for _font, part in runs)
        cells[row] = text if len(runs) == 1 else sheet.rich_cell(row - 1, column, runs, cell_format)
        lines[row] = row_height.lines(text, TO_DO_WIDTH)
    return cells, lines


def _to_do_runs(formats: Formats, texts: Sequence[FindingText], waits: str, lang: Lang) -> list[tuple[Format, str]]:
    """Return a line for each finding; below the comparison of two spellings, their differences are marked."""
    plain = formats.run()
    runs: list[tuple[Format, str]] = []
    for text in texts:
        runs.append((plain, ("\n" if runs else "") + text.with_place(lang)))
        if rule_of(text.finding.code).marks_differences and "right" in text.finding.facts:
            runs += _difference_runs(formats, text.finding, lang)
    if waits and not any(text.finding.severity.holds for text in texts):
        runs.append((plain, "\n" + waits))
    return _merged_runs(runs)


def _difference_runs(formats: Formats, finding: Finding, lang: Lang) -> Iterable[tuple[Format, str]]:
    fonts = {
        "same": formats.run(),
        "removed": formats.run(font_color=style.REMOVED, font_strikeout=True),
        "added": formats.run(font_color=style.ADDED, underline=1),
    }
    yield formats.run(), f"\n{DIFFERENCES[lang]} "
    typed = str(finding.facts.get("value") or finding.value or "")
    for part, text in differences(typed, str(finding.facts["right"])):
        yield fonts[part], text


def _merged_runs(runs: Sequence[tuple[Format, str]]) -> list[tuple[Format, str]]:
    """Join neighbouring runs of the same font."""
    merged: list[tuple[Format, str]] = []
    for font, text in runs:
        if merged and merged[-1][0] is font:
            merged[-1] = font, merged[-1][1] + text
        else:
            merged.append((font, text))
    return merged
