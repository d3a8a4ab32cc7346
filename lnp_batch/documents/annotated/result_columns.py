"""What the annotated copy says on each row of accounts and numbers: status, what to do, request, fee."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import pandas as pd

from lnp_batch.columns.sheets import sheet_of
from lnp_batch.documents.annotated.differences import differences
from lnp_batch.documents.annotated.finding_text import COMPARED, FindingText
from lnp_batch.documents.earlier_rounds import accepted_before_by_row
from lnp_batch.model.money import ZERO
from lnp_batch.model.outcome import STATES, Outcome
from lnp_batch.model.text import Lang, Text
from lnp_batch.xlsx import Format, row_height, style
from lnp_batch.xlsx.sheet import PlainSheet, Xml
from lnp_batch.xlsx.style import MONEY_CELL, Formats

TO_DO_WIDTH = 52
NOT_ACCEPTED = -1
"""In the place of how many numbers of a row are billed."""

WAITS = Text("Rien à corriger ici : attend {place}.", "Nothing to fix here: waits for {place}.")
WAITS_TOO = Text("Attend {place}.", "Waits for {place}.")
DIFFERENCES = Text("Écarts :", "Differences:")


@dataclass(frozen=True)
class ResultColumns:
    """What our columns hold, by position: a text or :class:`Xml` for each of the spreadsheet's `rows` of data, which rise.

    `to_do` by the spreadsheet's row, for those that have anything; `lines` says how many lines each of these takes.
    """

    rows: Sequence[int]
    cells: Mapping[int, Sequence[str]]
    to_do_at: int
    to_do: Mapping[int, str]
    lines: Mapping[int, int]

    def column(self, at: int, first: int, end: int) -> Sequence[str] | None:
        """The cells of our column at `at` in the spreadsheet's rows from `first` to before `end`; None for another's."""
        if at == self.to_do_at:
            return list(map(self.to_do.get, range(first, end), repeat("")))
        if at not in self.cells:
            return None
        low, high = bisect_left(self.rows, first), bisect_left(self.rows, end)
        cells = self.cells[at][low:high]
        if high - low == end - first:
            return cells
        by_row = dict(zip(self.rows[low:high], cells, strict=True))
        return [by_row.get(row, "") for row in range(first, end)]


def result_columns(
    sheet: PlainSheet,
    formats: Formats,
    outcome: Outcome,
    key: str,
    told: Mapping[int, Sequence[FindingText]],
    at: Mapping[str, int],
) -> ResultColumns:
    """Our columns of accounts or numbers (`key`): `told` by the spreadsheet's row, `at` their positions from 0."""
    frame = outcome.accounts if key == "accounts" else outcome.numbers
    rows = frame.index.tolist()
    states = {state: _state_cell(sheet, formats, at["status"], state, outcome.lang) for state in STATES}
    to_do, lines = _to_do(sheet, formats, outcome.lang, key, frame, told, at["to_do"])
    cells: dict[int, Sequence[str]] = {at["status"]: list(map(states.__getitem__, frame["state"].tolist()))}
    if key == "numbers":
        cells[at["normalized"]] = frame["normalized"].tolist()
        cells[at["request"]] = frame["request"].tolist()
        cells[at["fee"]] = _fees(sheet, formats, outcome, at["fee"])
    return ResultColumns(rows, cells, at["to_do"], to_do, lines)


def _props(key: str, column: str) -> dict[str, Any]:
    return style.at_the_top(style.cell_props(sheet_of(key).column(column)))


def _state_cell(sheet: PlainSheet, formats: Formats, at: int, state: str, lang: Lang) -> Xml:
    box = style.at_the_top({"bold": True, "indent": 1, "border": 1, "border_color": style.LINE})
    look = formats.coloured(style.STATE_COLOURS[state], **box)
    return sheet.cell(at, STATES[state].label(lang), look)


def _fees(sheet: PlainSheet, formats: Formats, outcome: Outcome, at: int) -> list[str]:
    """The fee of each row, in dollars: how many of its numbers are billed, times the price; "" where it is not accepted."""
    frame, before = outcome.numbers, accepted_before_by_row(outcome)
    if outcome.invoice is None and not before:
        return [""] * len(frame)
    if not frame.loc[[*before], "state"].eq("accepted").all():
        raise ValueError("what was billed before is accepted")
    billed = frame["count"].sub(pd.Series(before, dtype="int64").reindex(frame.index, fill_value=0))
    counts = billed.where(frame["state"].eq("accepted"), NOT_ACCEPTED).tolist()
    look = formats.get(**(_props("numbers", "fee") | {"num_format": MONEY_CELL[outcome.lang]}))
    price = outcome.invoice.unit_price if outcome.invoice else ZERO
    fees: dict[int, str] = {
        count: sheet.cell(at, float(count * price), look) for count in dict.fromkeys(counts) if count != NOT_ACCEPTED
    }
    return [fees.get(count, "") for count in counts]


# ------------------------------------------------------------------------------------------------ to do


def _to_do(
    sheet: PlainSheet,
    formats: Formats,
    lang: Lang,
    key: str,
    frame: pd.DataFrame,
    told: Mapping[int, Sequence[FindingText]],
    at: int,
) -> tuple[dict[int, str], dict[int, int]]:
    """What is to be done on each row, and how many lines that takes."""
    look = formats.get(**_props(key, "to_do"))
    cells: dict[int, str] = {}
    lines: dict[int, int] = {}
    held = frame["held_by"][frame["held_by"] != ""]
    held_by = dict(zip(held.index.tolist(), held.tolist(), strict=True))
    waiting = {place: _waits(place, lang) for place in dict.fromkeys(held_by.values())}
    tall = {place: row_height.lines(words, TO_DO_WIDTH) for place, words in waiting.items()}
    for row, place in held_by.items():
        cells[row] = waiting[place]
        lines[row] = tall[place]
    for row in (row for row in frame.index.tolist() if row in told):
        waits = WAITS_TOO[lang].format(place=held_by[row]) if row in held_by else ""
        fragments = _fragments(formats, told[row], waits, lang)
        words = "".join(words for _font, words in fragments)
        cells[row] = words if len(fragments) == 1 else sheet.rich_cell(row - 1, at, fragments, look)
        lines[row] = row_height.lines(words, TO_DO_WIDTH)
    return cells, lines


def _waits(held_by: str, lang: Lang) -> str:
    return WAITS[lang].format(place=held_by)


def _fragments(formats: Formats, told: Sequence[FindingText], waits: str, lang: Lang) -> list[tuple[Format, str]]:
    """Every sentence on a line of its own; where a writing is compared, what differs is marked below it."""
    plain = formats.run()
    fragments: list[tuple[Format, str]] = []
    for one in told:
        fragments.append((plain, ("\n" if fragments else "") + one.line(lang)))
        if one.finding.code in COMPARED and "right" in one.finding.facts:
            fragments += _marked(formats, one, lang)
    if waits and not any(one.finding.severity.holds for one in told):
        fragments.append((plain, "\n" + waits))
    return _joined(fragments)


def _marked(formats: Formats, told: FindingText, lang: Lang) -> Iterable[tuple[Format, str]]:
    finding = told.finding
    fonts = {
        "same": formats.run(),
        "removed": formats.run(font_color=style.REMOVED, font_strikeout=True),
        "added": formats.run(font_color=style.ADDED, underline=1),
    }
    yield formats.run(), f"\n{DIFFERENCES[lang]} "
    typed = str(finding.facts.get("value") or finding.value or "")
    for part, words in differences(typed, str(finding.facts["right"])):
        yield fonts[part], words


def _joined(fragments: Sequence[tuple[Format, str]]) -> list[tuple[Format, str]]:
    """Neighbours of one font as one fragment."""
    joined: list[tuple[Format, str]] = []
    for font, words in fragments:
        if joined and joined[-1][0] is font:
            joined[-1] = font, joined[-1][1] + words
        else:
            joined.append((font, words))
    return joined
