"""The annotated copy that a reseller gets back, to correct and send again.

It is written from the cells that were read, each in its place and with its type; no part of the upload is copied.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from lnp_batch.columns.accounts import ACCOUNTS
from lnp_batch.columns.sheets import LISTS, TEMPLATE_VERSION
from lnp_batch.documents.annotated.batch_sheet import add_batch_sheet
from lnp_batch.documents.annotated.copied_cells import with_copied_cells
from lnp_batch.documents.annotated.fees_sheet import add_fees
from lnp_batch.documents.annotated.finding_text import finding_texts, sheet_title
from lnp_batch.documents.annotated.requests_sheet import add_requests
from lnp_batch.documents.annotated.rows_sheet import add_rows_sheet
from lnp_batch.documents.annotated.summary import add_summary
from lnp_batch.documents.annotated.unread_sheet import add_second_sheet, add_unread_sheet
from lnp_batch.documents.inputs.drop_downs import ACCOUNT_KEYS, add_lists, name_account_keys, name_range
from lnp_batch.model.cell_address import column_letters
from lnp_batch.model.outcome import Outcome
from lnp_batch.model.reading import Table, Unread
from lnp_batch.model.text import LANGUAGES, Lang, Text, fold
from lnp_batch.xlsx import Workbook
from lnp_batch.xlsx.sheet import xml_text
from lnp_batch.xlsx.style import Formats
from lnp_batch.xlsx.workbook import new_workbook

LONGEST_PROPERTY = 255
TITLE = Text("{name}, annoté", "{name}, annotated")


def fill_annotated(outcome: Outcome, path: Path) -> None:
    """Write `NAME.annotated.xlsx` into the temporary file `path`; the caller renames it.

    The same outcome gives the same bytes.

    Raises ValueError for a refused workbook, which has no annotated copy; OSError if the disk refuses.
    """
    if outcome.refused:
        raise ValueError("a refused workbook is not annotated")
    outcome = with_copied_cells(outcome)
    with new_workbook(path) as workbook:
        _add_properties(workbook, outcome)
        formats = Formats(workbook)
        findings = finding_texts(outcome)
        add_summary(workbook, formats, outcome, findings)
        tables = outcome.reading.tables
        for name, key in outcome.reading.sheets.items():
            if outcome.reading.unread.get(name) is Unread.SECOND:
                add_second_sheet(workbook, formats, outcome, name)
            elif key == "batch":
                add_batch_sheet(workbook, formats, outcome, tables["batch"], findings)
            elif key in ("accounts", "numbers"):
                add = add_rows_sheet if tables[key].header.row else add_unread_sheet
                add(workbook, formats, outcome, tables[key], findings)
        add_requests(workbook, formats, outcome)
        add_fees(workbook, formats, outcome)
        add_lists(workbook, formats, outcome.lang, xml_text(outcome.reading.name), _drop_down_language(outcome))
        _name_keys(workbook, tables["accounts"], outcome.lang)


def _name_keys(workbook: Workbook, accounts: Table, lang: Lang) -> None:
    """Define the name of the account keys, to which drop-downs refer; without such a column it is an empty cell."""
    if "account_ref" in accounts.header.where:
        at = column_letters(accounts.header.where["account_ref"])
        name_account_keys(workbook, sheet_title(accounts, lang), at, (accounts.header.row or 1) + 1)
    else:
        name_range(workbook, ACCOUNT_KEYS, LISTS.name[lang], "ZZ", 1, 1)


def _drop_down_language(outcome: Outcome) -> Lang:
    """Return the language of the upload's drop-downs: that of its sheet names, else the outcome's."""
    accounts = fold(outcome.reading.tables["accounts"].sheet)
    return next((lang for lang in LANGUAGES if fold(ACCOUNTS.name[lang]) == accounts), outcome.lang)


def _add_properties(workbook: Workbook, outcome: Outcome) -> None:
    """Set the properties by which the copy is read like the upload: its template version, and its language if set."""
    uploaded = outcome.reading.properties
    now = outcome.context.now
    created = now.astimezone(dt.UTC).replace(tzinfo=None) if now.tzinfo else now
    title = TITLE[outcome.lang].format(name=xml_text(outcome.reading.name))
    workbook.set_properties({"title": title[:LONGEST_PROPERTY], "created": created})
    properties = {
        "lnp_template": uploaded.get("lnp_template", "lnp-batch"),
        "lnp_template_version": uploaded.get("lnp_template_version", TEMPLATE_VERSION),
    }
    if "lnp_lang" in uploaded or outcome.context.lang is None:
        properties["lnp_lang"] = uploaded.get("lnp_lang", outcome.lang)
    for name, value in properties.items():
        workbook.set_custom_property(name, xml_text(value)[:LONGEST_PROPERTY], "text")
