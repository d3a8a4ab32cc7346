"""Comments on the cells with errors or confirms."""

from __future__ import annotations

from collections.abc import Mapping

from lnp_batch.documents.annotated.finding_text import Place
from lnp_batch.xlsx import Worksheet, row_height, style
from lnp_batch.xlsx.sheet import xml_text

WIDTH = 290
LINE_HEIGHT = 16
"""Sizes of a comment's box, in pixels."""

CHARACTERS_PER_LINE = 42


def write_comments(sheet: Worksheet, comments: Mapping[Place, str]) -> None:
    """Write each comment at its cell, in a box that fits its text."""
    sheet.set_comments_author("lnp-batch")
    for (row, column), text in comments.items():
        height = LINE_HEIGHT * row_height.lines(text, CHARACTERS_PER_LINE) + 12
        sheet.write_comment(
            row, column, xml_text(text), {"font_name": style.FONT, "font_size": 9, "width": WIDTH, "height": height}
        )
