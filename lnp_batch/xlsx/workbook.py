"""A new workbook with our defaults."""

from __future__ import annotations

from pathlib import Path

from lnp_batch.xlsx.style import FONT, SIZE
from lnp_batch.xlsx.xlsxwriter_internals import PackedWorkbook

ROW_PIXELS = 17
"""Height of a row that has none set."""


def new_workbook(path: Path) -> PackedWorkbook:
    """Return a workbook to be written to `path`, in Arial 10; no text becomes a formula, a number or a link."""
    return PackedWorkbook(
        path,
        {
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
            "default_row_height": ROW_PIXELS,
            "default_format_properties": {"font_name": FONT, "font_size": SIZE},
        },
    )
