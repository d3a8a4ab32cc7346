"""What the annotated copy says on each row of accounts and numbers: status, what to do, request, fee."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter.format import Format

from lnp_batch.columns import sheet_of
from lnp_batch.model.outcome import STATES, Outcome
from lnp_batch.model.text import Lang, Text
from lnp_batch.write import fit, style
from lnp_batch.write.differences import differences
from lnp_batch.write.figures import MONEY_CELL
from lnp_batch.write.sheet import PlainSheet
from lnp_batch.write.style import Formats, typeset
from lnp_batch.write.telling import COMPARED, Told

TO_DO_WIDTH = 58

WAITS = Text("Rien à corriger ici : la demande attend {place}.", "Nothing to fix here: its request waits for {place}.")
DIFFERENCES = Text("Écarts :", "Differences:")

Tail = tuple[str]
"""A cell's XML from the end of its address on. A tuple, which no typed value is."""


@dataclass(slots=True)
class Filled:
    """Our cells of one row, by position, and how many lines they take."""

    cells: list[tuple[int, Tail]]
    lines: int = 1


def our_columns(
    sheet: PlainSheet,
    formats: Formats,
    outcome: Outcome,
    key: str,
    told: Mapping[int, Sequence[Told]],
    at: Mapping[str, int],
) -> dict[int, Filled]:
    """Our cells by the spreadsheet's row; `key` is accounts or numbers, `told` by row, `at` our columns' positions."""
    frame = outcome.accounts if key == "accounts" else outcome.numbers
    states = {state: _state_cell(sheet, formats, state, outcome.lang) for state in STATES}
    look = formats.get(**_props(key, "to_do"))
    waiting: dict[str, tuple[Tail, int]] = {}
    filled = {}
    columns = (frame[name].tolist() for name in ("state", "held_by"))
    for row, state, held_by in zip(frame.index.tolist(), *columns, strict=True):
        ours = filled[row] = Filled([(at["status"], states[state])])
        if row in told:
            fragments = _fragments(formats, told[row], held_by, outcome.lang)
            ours.lines = fit.lines("".join(words for _font, words in fragments), TO_DO_WIDTH)
            ours.cells.append((at["to_do"], _tail(sheet.rich_cell(row - 1, at["to_do"], fragments, look))))
        elif held_by:
            if held_by not in waiting:
                words = _waits(held_by, outcome.lang)
                waiting[held_by] = _tail(sheet.cell(0, 0, words, look)), fit.lines(words, TO_DO_WIDTH)
            cell, ours.lines = waiting[held_by]
            ours.cells.append((at["to_do"], cell))
    if key == "numbers":
        _add_number_cells(sheet, formats, outcome, at, filled)
    return filled


def _props(key: str, column: str) -> dict[str, Any]:
    return style.cell_props(sheet_of(key).column(column))


def _tail(cell: str) -> Tail:
    return (cell[cell.index('"', len('<c r="')) :],)


def _state_cell(sheet: PlainSheet, formats: Formats, state: str, lang: Lang) -> Tail:
    look = formats.look(style.STATE_LOOKS[state], bold=True, indent=1, border=1, border_color=style.LINE)
    return _tail(sheet.cell(0, 0, STATES[state].label(lang), look))


def _waits(held_by: str, lang: Lang) -> str:
    return typeset(WAITS[lang], lang).format(place=held_by)


# ------------------------------------------------------------------------------------------------ to do


def _fragments(formats: Formats, told: Sequence[Told], held_by: str, lang: Lang) -> list[tuple[Format, str]]:
    """Every sentence on a line of its own; where a writing is compared, what differs is marked below it."""
    plain = formats.run()
    fragments: list[tuple[Format, str]] = []
    for one in told:
        fragments.append((plain, ("\n" if fragments else "") + one.line(lang)))
        if one.finding.code in COMPARED and "right" in one.finding.facts:
            fragments += _marked(formats, one, lang)
    if held_by and not any(one.finding.severity.holds for one in told):
        fragments.append((plain, "\n" + _waits(held_by, lang)))
    return _joined(fragments)


def _marked(formats: Formats, told: Told, lang: Lang) -> Iterable[tuple[Format, str]]:
    finding = told.finding
    fonts = {
        "same": formats.run(),
        "removed": formats.run(font_color=style.REMOVED, font_strikeout=True),
        "added": formats.run(font_color=style.ADDED, underline=1),
    }
    yield formats.run(), f"\n{typeset(DIFFERENCES[lang], lang)} "
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


# ------------------------------------------------------------------------------------------------ numbers alone


def _add_number_cells(
    sheet: PlainSheet, formats: Formats, outcome: Outcome, at: Mapping[str, int], filled: Mapping[int, Filled]
) -> None:
    """The normalised number and the request of every row, the fee of the accepted ones."""
    frame = outcome.numbers
    price = outcome.invoice.unit_price if outcome.invoice else None
    normal, asked = (formats.get(**_props("numbers", name)) for name in ("normalized", "request"))
    fee = formats.get(**(_props("numbers", "fee") | {"num_format": MONEY_CELL}))
    fees: dict[int, Tail] = {}
    columns = (frame[name].tolist() for name in ("state", "count", "normalized", "request"))
    for row, state, count, normalized, request in zip(frame.index.tolist(), *columns, strict=True):
        cells = filled[row].cells
        if normalized:
            cells.append((at["normalized"], _tail(sheet.cell(0, 0, normalized, normal))))
        if request:
            cells.append((at["request"], _tail(sheet.cell(0, 0, request, asked))))
        if state == "accepted" and price is not None:
            if count not in fees:
                fees[count] = _tail(sheet.cell(0, 0, float(count * price), fee))
            cells.append((at["fee"], fees[count]))
