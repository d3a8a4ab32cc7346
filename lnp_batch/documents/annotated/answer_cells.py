"""The cells of the Summary in which a reseller answers with OK: our proposal, the hidden fingerprints, the answer."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from lnp_batch.columns.answers import FINGERPRINTS, OK, PROPOSAL, YES
from lnp_batch.model.answer import hidden_cell
from lnp_batch.model.cell_address import cell_name
from lnp_batch.model.finding import Finding
from lnp_batch.model.text import Lang, Text, in_lang, same
from lnp_batch.xlsx import style
from lnp_batch.xlsx.sheet import PlainSheet
from lnp_batch.xlsx.style import Formats

HEADERS = (PROPOSAL, same(FINGERPRINTS), OK)
WIDTHS = (26, 8, 8)
"""Widths of the three columns; the second is hidden. It stands between the others so that whoever sorts them sorts it
too."""

AS_IT_IS = Text("C'est bien ainsi.", "It is right as it is.")
"""What is proposed where only a word is missing."""

ANSWER_HERE = Text(
    "Où notre proposition est juste, choisissez Oui sous « OK? » : nous l'écrivons pour vous dans la cellule.",
    "Where our proposal is right, choose Yes under “OK?”: we write it in the cell for you.",
)

WHAT_OK_DOES = Text(
    "Oui : nous écrivons la proposition dans la cellule, ou la tenons pour confirmée. Renvoyez ensuite ce fichier.",
    "Yes: we write the proposal in the cell, or take the cell as confirmed. Then send this file back.",
)


def proposed_text(finding: Finding, lang: Lang) -> str:
    """Return what stands under "Our proposal" for a finding; "" if it cannot be answered with OK."""
    if not finding.fingerprint:
        return ""
    return in_lang(AS_IT_IS if finding.proposal is None else finding.proposal, lang)


def add_answer_cells(
    sheet: PlainSheet, formats: Formats, findings: Sequence[Finding], lang: Lang, at: int, visible: Sequence[str]
) -> None:
    """Write the three cells of a row of the Summary for findings that one OK answers, if it can.

    `at` is the sheet's row, from 0; `visible` the texts of the row's cells, which stand to the left, from column A on.
    """
    proposed, hidden, answer = range(len(visible), len(visible) + 3)
    box = {"border": 1, "border_color": style.LINE}
    wrapped = formats.get(text_wrap=True, indent=1, **box)
    proposal = proposed_text(findings[0], lang)
    if not proposal:
        sheet.write_blank(at, proposed, None, wrapped)
        sheet.write_blank(at, answer, None, wrapped)
        return
    sheet.write_string(at, proposed, proposal, wrapped)
    fingerprints = [finding.fingerprint for finding in findings]
    sheet.write_string(at, hidden, hidden_cell([*visible, proposal], fingerprints), wrapped)
    centred = formats.get(align="center", bold=True, border=1, border_color=style.HEADER.fill)
    sheet.write_typed(at, answer, YES[lang] if findings[0].confirmed else "", centred)


def add_drop_down(sheet: PlainSheet, rows: Sequence[int], column: int, lang: Lang) -> None:
    """Add the drop-down of the OK cells at `rows`, which rise; the column from 0."""
    runs = [
        [row for _at, row in run]
        for _key, run in groupby(enumerate(rows), key=lambda numbered: numbered[1] - numbered[0])
    ]
    if not runs:
        return
    ranges = " ".join(f"{cell_name(run[0] + 1, column)}:{cell_name(run[-1] + 1, column)}" for run in runs)
    options = {
        "validate": "list",
        "source": [YES[lang]],
        "show_error": False,
        "input_title": OK[lang],
        "input_message": WHAT_OK_DOES[lang],
        "multi_range": ranges,
    }
    sheet.data_validation(rows[0], column, rows[0], column, options)
