"""Workbooks whose fault is not a cell's value: made from rows by editing the workbook or its XML."""

from __future__ import annotations

import io
from typing import Any

from lnp_batch.columns import sheet_of
from lnp_batch.model.text import Lang
from tests.factory import workbook


def hide_rows(rows: dict[str, Any], lang: Lang) -> bytes:
    """Rows 3 and 4 of Numbers hidden."""
    book = workbook(rows, lang=lang)
    for row in (3, 4):
        book[sheet_of("numbers").name[lang]].row_dimensions[row].hidden = True
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
