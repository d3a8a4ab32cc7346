"""Our columns on the accounts and numbers sheets of the annotated copy: status, to do, request, fee."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, repeat
from typing import Any

import pandas as pd

from lnp_batch.columns.sheets import sheet_of
from lnp_batch.documents.annotated.differences import differences
from lnp_batch.documents.annotated.finding_text import FindingText, sheet_titles
from lnp_batch.documents.earlier_rounds import accepted_before_by_row
from lnp_batch.model.finding import Finding
from lnp_batch.model.money import ZERO
from lnp_batch.model.outcome import STATES, Outcome
from lnp_batch.model.request import Holders
from lnp_batch.model.text import Lang, Text, place_first
from lnp_batch.rules import rule_of
from lnp_batch.xlsx import Format, row_height, style
from lnp_batch.xlsx.sheet import PlainSheet, Xml
from lnp_batch.xlsx.style import MONEY_CELL, Formats

TO_DO_WIDTH = 33
"""With the status and the account's key, a third of a laptop's screen."""

NOT_ACCEPTED = -1
"""Marks a row that is not accepted, in the place of its count of billed numbers."""

WAITS = Text("Rien à corriger ici : attend {place}.", "Nothing to fix here: waits for {place}.")
WAITS_TOO = Text("Attend {place}.", "Waits for {place}.")
DIFFERENCES = Text("Écarts :", "Differences:")
MORE = (Text("+1 autre", "+1 more"), Text("+{count} autres", "+{count} more"))

Runs = list[tuple[Format, str]]
"""A cell's text in pieces, each with its font."""


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
    to_do, lines = _to_do(sheet, formats, outcome.lang, key, frame, texts, positions["to_do"], sheet_titles(outcome))
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
    names: Mapping[str, str],
) -> tuple[dict[int, str], dict[int, int]]:
    """Return the To do cells that are not empty, and their line counts, by the spreadsheet's row."""
    cell_format = formats.get(**_props(key, "to_do"))
    cells: dict[int, str] = {}
    lines: dict[int, int] = {}
    held = frame["held_by"][frame["held_by"].notna()]
    holders = {each: _holders_text(each, names) for each in dict.fromkeys(held.tolist())}
    held_by = {row: holders[each] for row, each in zip(held.index.tolist(), held.tolist(), strict=True)}
    waiting = {place: WAITS[lang].format(place=place) for place in dict.fromkeys(held_by.values())}
    line_counts = {place: row_height.lines(text, TO_DO_WIDTH) for place, text in waiting.items()}
    for row, place in held_by.items():
        cells[row] = waiting[place]
        lines[row] = line_counts[place]
    for row in texts:
        waits = WAITS_TOO[lang].format(place=held_by[row]) if row in held_by else ""
        runs = _to_do_runs(formats, texts[row], waits, lang)
        text = _text_of(runs)
        cells[row] = text if len(runs) == 1 else sheet.rich_cell(row - 1, column, runs, cell_format)
        lines[row] = row_height.lines(text, TO_DO_WIDTH)
    return cells, lines


def _holders_text(holders: Holders, names: Mapping[str, str]) -> str:
    """Return the cells that hold a request, and how many more: `Comptes K3, Q3 (+2)`. `names` are the sheets'."""
    by_sheet = groupby(holders.cells, key=lambda place: place[0])
    named = ", ".join(
        f"{names.get(key, key)} {', '.join(cell for _key, cell in places)}".strip() for key, places in by_sheet
    )
    return f"{named} (+{holders.more})" if holders.more else named


def _to_do_runs(formats: Formats, texts: Sequence[FindingText], waits: str, lang: Lang) -> Runs:
    """Return what a row of these findings shows: the gravest in as many words as have room, and how many more.

    The comments and the Summary have every sentence. `waits` is added if no finding of the row itself holds it.
    """
    plain = formats.run()
    endings = [MORE[len(texts) > 2][lang].format(count=len(texts) - 1)] if len(texts) > 1 else []
    if waits and not any(text.finding.severity.holds for text in texts):
        endings.append(waits)
    ending: Runs = [(plain, "\n" + " · ".join(endings))] if endings else []
    runs: Runs = []
    for words in _from_long_to_short(formats, texts[0], lang):
        runs = _merged_runs([*words, *ending])
        if row_height.lines(_text_of(runs), TO_DO_WIDTH) <= row_height.LINES_AT_MOST:
            return runs
    return _merged_runs([(plain, _cut_to_fit(texts[0].with_place(lang), _text_of(ending))), *ending])


def _from_long_to_short(formats: Formats, text: FindingText, lang: Lang) -> Iterable[Runs]:
    """Yield a finding in fewer and fewer words; the differences of two spellings are always among them."""
    plain, cell = formats.run(), text.finding.cell or ""
    if rule_of(text.finding.code).marks_differences and "right" in text.finding.facts:
        differing = list(_difference_runs(formats, text.finding))
        heading = DIFFERENCES[lang]
        yield [(plain, f"{text.with_place(lang)}\n{heading} "), *differing]
        yield [(plain, f"{place_first(cell, text.message, lang)}\n{heading} "), *differing]
        yield [(plain, place_first(cell, f"{heading} ", lang)), *differing]
    else:
        yield from ([(plain, place_first(cell, words, lang))] for words in (text.text, text.remedy, text.message))


def _cut_to_fit(words: str, ending: str) -> str:
    """Return the first of these words that fit in a To do cell above `ending`, and `…`."""
    kept = words.split(" ")
    while len(kept) > 1 and row_height.lines(f"{' '.join(kept)}…{ending}", TO_DO_WIDTH) > row_height.LINES_AT_MOST:
        kept.pop()
    return f"{' '.join(kept)}…"


def _text_of(runs: Runs) -> str:
    return "".join(part for _font, part in runs)


def _difference_runs(formats: Formats, finding: Finding) -> Iterable[tuple[Format, str]]:
    fonts = {
        "same": formats.run(),
        "removed": formats.run(font_color=style.REMOVED, font_strikeout=True),
        "added": formats.run(font_color=style.ADDED, underline=1),
    }
    typed = str(finding.facts.get("value") or finding.value or "")
    for part, text in differences(typed, str(finding.facts["right"])):
        yield fonts[part], text


def _merged_runs(runs: Runs) -> Runs:
    """Join neighbouring runs of the same font."""
    merged: Runs = []
    for font, text in runs:
        if merged and merged[-1][0] is font:
            merged[-1] = font, merged[-1][1] + text
        else:
            merged.append((font, text))
    return merged
