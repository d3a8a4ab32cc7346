"""The nightly summary: a first page with what the office has to know and do, a list of the night's workbooks, and what
was left in the inbox. It has no data of accounts or customers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from lnp_batch.documents.nightly_summary.entry import Entry, fees_line, headline, most_urgent_first, numbers_line
from lnp_batch.documents.nightly_summary.failed import Trouble, add_trouble_sheet
from lnp_batch.documents.nightly_summary.left import add_left_sheet
from lnp_batch.documents.nightly_summary.page import NAME, SUBTITLE, add_page
from lnp_batch.documents.nightly_summary.rows import add_rows
from lnp_batch.model.left import Left
from lnp_batch.model.text import Lang
from lnp_batch.system.atomic_file import atomic_file
from lnp_batch.xlsx.sheet import PlainSheet
from lnp_batch.xlsx.style import Formats
from lnp_batch.xlsx.workbook import new_workbook


def write_nightly_summary(
    path: Path,
    day: dt.date,
    entries: Sequence[Entry],
    left: Sequence[Left],
    lang: Lang,
    trouble: Trouble | None = None,
    late: Sequence[Entry] = (),
) -> None:
    """Write the summary of `day` to `path`, atomically. The same values give the same bytes.

    `left` is what is left in the inbox; `trouble`, if any, gets the first page; `late` are the workbooks of
    earlier days that were answered on `day`, which are not counted. The links are relative to
    `OUTBOX/_runs`, so the outbox may be moved.
    """
    ordered = most_urgent_first(entries)
    title = SUBTITLE[lang].format(day=day.isoformat())
    with atomic_file(path) as temporary, new_workbook(temporary) as workbook:
        workbook.set_properties({"title": title, "created": dt.datetime.combine(day, dt.time())})
        formats = Formats(workbook)
        if trouble:
            counts = (numbers_line(ordered, lang), fees_line(ordered, lang)) if ordered else ()
            done = (headline(ordered, lang, len(late)), *counts)
            add_trouble_sheet(workbook, formats, trouble, done, lang)
        first: PlainSheet = workbook.add_worksheet(NAME[lang], PlainSheet)
        add_rows(workbook, formats, title, ordered, lang)
        if left:
            add_left_sheet(workbook, formats, left, lang)
        add_page(first, formats, day, ordered, late, len(left), lang)
