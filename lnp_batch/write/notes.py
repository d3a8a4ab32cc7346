"""Notes on the cells at fault."""

from __future__ import annotations

from collections.abc import Mapping

from xlsxwriter.worksheet import Worksheet

from lnp_batch.write import fit, style
from lnp_batch.write.sheet import printable
from lnp_batch.write.telling import Place

WIDTH = 290
LINE = 16
"""In pixels, like all that is told of a note."""

CHARACTERS = 42
"""That a line of a note holds."""


def write_notes(sheet: Worksheet, notes: Mapping[Place, str]) -> None:
    """Writes each note at its cell, its box as large as its words."""
    sheet.set_comments_author("lnp-batch")
    for (row, column), words in notes.items():
        tall = LINE * fit.lines(words, CHARACTERS) + 12
        sheet.write_comment(
            row, column, printable(words), {"font_name": style.FONT, "font_size": 9, "width": WIDTH, "height": tall}
        )
