"""The nightly summary's sheet of what was left in the inbox: path, since when, why, what to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from lnp_batch.model.dates import TORONTO
from lnp_batch.model.left import Left
from lnp_batch.model.text import Lang, Text
from lnp_batch.xlsx import Workbook, row_height, style
from lnp_batch.xlsx.sheet import PlainSheet
from lnp_batch.xlsx.style import Formats, set_up_page, write_header

TITLE = Text("Reçus, non traités", "Received, not taken")
PATH = Text("Dans la boîte d'arrivée", "In the inbox")
SINCE = Text("Depuis", "Since")
WHY = Text("Pourquoi", "Why")
WHAT_TO_DO = Text("Que faire", "What to do")
WIDTHS = {PATH: 46, SINCE: 18, WHY: 52, WHAT_TO_DO: 58}
"""The columns in their order, with their widths in characters."""
BOX: dict[str, Any] = {"border": 1, "border_color": style.LINE}


def add_left_sheet(workbook: Workbook, formats: Formats, left: Sequence[Left], lang: Lang) -> None:
    """Add the sheet, a row for each entry of `left`, the longest there first."""
    sheet: PlainSheet = workbook.add_worksheet(TITLE[lang], PlainSheet)
    set_up_page(sheet, lang, TITLE[lang], 0)
    sheet.hide_gridlines(2)
    sheet.freeze_panes(1, 0)
    sheet.set_row(0, 22)
    for column, (header, width) in enumerate(WIDTHS.items()):
        sheet.set_column(column, column, width)
        write_header(sheet, 0, column, Text(header[lang], header[lang]), lang, formats, style.UNMARKED)
    for row, each in enumerate(sorted(left, key=lambda each: (each.since, each.path)), start=1):
        _add_row(sheet, formats, row, each, lang)
    sheet.autofilter(0, 0, len(left), len(WIDTHS) - 1)


def _add_row(sheet: PlainSheet, formats: Formats, row: int, left: Left, lang: Lang) -> None:
    texts = (left.path, local_time(left.since), left.reason.why[lang], left.remedy(lang))
    text_format = formats.get(num_format=style.TEXT, text_wrap=True, indent=1, **BOX)
    for column, text in enumerate(texts):
        sheet.write_typed(row, column, text, text_format)
    lines = max(row_height.lines(text, width) for text, width in zip(texts, WIDTHS.values(), strict=True))
    sheet.set_row(row, row_height.height(lines) + 2)


def local_time(since: str) -> str:
    """`2026-11-23T07:04:00+00:00` → `2026-11-23 02:04`, the time in Toronto."""
    return f"{dt.datetime.fromisoformat(since).astimezone(TORONTO):%Y-%m-%d %H:%M}"
