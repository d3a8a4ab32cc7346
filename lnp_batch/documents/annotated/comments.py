"""Notes on the cells at fault."""

from __future__ import annotations

from collections.abc import Mapping

from lnp_batch.documents.annotated.finding_text import Place
from lnp_batch.xlsx import Worksheet, row_height, style
from lnp_batch.xlsx.sheet import printable

WIDTH = 290
LINE = 16
"""In pixels, like all that is told of a note."""

CHARACTERS = 42
"""That a line of a note holds."""


def write_comments(sheet: Worksheet, notes: Mapping[Place, str]) -> None:
    """Writes each note at its cell, its box as large as its words."""
    sheet.set_comments_author("lnp-batch")
    for (row, column), words in notes.items():
        tall = LINE * row_height.lines(words, CHARACTERS) + 12
        sheet.write_comment(
            row, column, printable(words), {"font_name": style.FONT, "font_size": 9, "width": WIDTH, "height": tall}
        )
