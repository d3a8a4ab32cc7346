"""The annotated copy: what a reseller gets back, made anew from what was read, to be corrected and sent again.

Nothing of the upload's file is patched or copied: its cells are written again, where they stood, as what they were.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from lnp_batch.columns.accounts import ACCOUNTS
from lnp_batch.columns.sheets import TEMPLATE_VERSION
from lnp_batch.documents.annotated.batch_sheet import add_batch_sheet
from lnp_batch.documents.annotated.finding_text import finding_texts, sheet_title
from lnp_batch.documents.annotated.requests_sheet import add_fees, add_requests
from lnp_batch.documents.annotated.rows_sheet import add_rows_sheet
from lnp_batch.documents.annotated.summary import add_summary
from lnp_batch.documents.inputs.drop_downs import add_lists, name_account_keys
from lnp_batch.model.cell_address import column_letters
from lnp_batch.model.outcome import Outcome
from lnp_batch.model.text import LANGUAGES, Lang, Text, fold
from lnp_batch.system.atomic_file import atomic_file
from lnp_batch.xlsx import Workbook
from lnp_batch.xlsx.sheet import printable
from lnp_batch.xlsx.style import Formats
from lnp_batch.xlsx.workbook import new_workbook

LONGEST_PROPERTY = 255
TITLE = Text("{name}, annoté", "{name}, annotated")


def write_annotated(outcome: Outcome, path: Path) -> None:
    """Writes `NAME.annotated.xlsx` at `path`, whole or not at all. The same outcome gives the same bytes.

    ValueError for a refused workbook, which has none; OSError where the disk refuses.
    """
    with atomic_file(path) as beside:
        fill_annotated(outcome, beside)


def fill_annotated(outcome: Outcome, path: Path) -> None:
    """Writes it into the file at `path`. ValueError and OSError as above."""
    if outcome.refused:
        raise ValueError("a refused workbook is not annotated")
    with new_workbook(path) as workbook:
        _add_properties(workbook, outcome)
        formats = Formats(workbook)
        telling = finding_texts(outcome)
        add_summary(workbook, formats, outcome, telling)
        tables = outcome.reading.tables
        for key in outcome.reading.sheets.values():
            if key == "batch":
                add_batch_sheet(workbook, formats, outcome, tables["batch"], telling)
            elif key in ("accounts", "numbers"):
                add_rows_sheet(workbook, formats, outcome, tables[key], telling)
        add_requests(workbook, formats, outcome)
        add_fees(workbook, formats, outcome)
        add_lists(workbook, formats, outcome.lang, printable(outcome.reading.name), _language_typed(outcome))
        accounts = tables["accounts"]
        at = column_letters(accounts.header.where["account_ref"])
        name_account_keys(workbook, sheet_title(accounts, outcome.lang), at, (accounts.header.row or 1) + 1)


def _language_typed(outcome: Outcome) -> Lang:
    """The language that the upload's drop-downs spoke: that in which its sheets are named, where they are in one."""
    accounts = fold(outcome.reading.tables["accounts"].sheet)
    return next((lang for lang in LANGUAGES if fold(ACCOUNTS.name[lang]) == accounts), outcome.lang)


def _add_properties(workbook: Workbook, outcome: Outcome) -> None:
    """Those by which the copy is read like the upload: its template's version and its language where it had them."""
    had = outcome.reading.properties
    now = outcome.context.now
    created = now.astimezone(dt.UTC).replace(tzinfo=None) if now.tzinfo else now
    title = TITLE[outcome.lang].format(name=printable(outcome.reading.name))
    workbook.set_properties({"title": title[:LONGEST_PROPERTY], "created": created})
    kept = {
        "lnp_template": had.get("lnp_template", "lnp-batch"),
        "lnp_template_version": had.get("lnp_template_version", TEMPLATE_VERSION),
    }
    if "lnp_lang" in had or outcome.context.lang is None:
        kept["lnp_lang"] = had.get("lnp_lang", outcome.lang)
    for name, value in kept.items():
        workbook.set_custom_property(name, printable(value)[:LONGEST_PROPERTY], "text")
