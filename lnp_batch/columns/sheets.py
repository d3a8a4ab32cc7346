"""The sheets of the template and of the annotated copy."""

from __future__ import annotations

from lnp_batch.columns import Column, Sheet
from lnp_batch.columns.accounts import ACCOUNTS
from lnp_batch.columns.batch import BATCH
from lnp_batch.columns.numbers import NUMBERS
from lnp_batch.model.text import Text

TEMPLATE_VERSION = "2026.2"
"""The version that new templates have; 2026.1 had no `customer_type` on Accounts."""

TEMPLATE_VERSIONS = ("2026.1", TEMPLATE_VERSION)
"""Every version that can be read, the latest last."""

TEMPLATE_ROWS = 500
MAX_TEMPLATE_ROWS = 100_000
"""Rows prepared on the accounts and the numbers sheet: by default, and at most."""

HEADER_ROWS = 20
"""Rows at the top of a sheet among which its header row is looked for."""

README = Sheet("readme", Text("Lisez-moi", "Read me"))

LISTS = Sheet("lists", Text("Listes", "Lists"))

SUMMARY = Sheet("summary", Text("Sommaire", "Summary"))

REQUESTS = Sheet("requests", Text("Demandes", "Port requests"))

FEES = Sheet("fees", Text("Frais", "Fees"))

DATA_SHEETS = (BATCH, ACCOUNTS, NUMBERS)
"""The sheets that a reseller fills."""

SHEETS = (README, *DATA_SHEETS, LISTS)
"""The sheets of the template."""

ADDED_SHEETS = (SUMMARY, REQUESTS, FEES)
"""The sheets that the annotated copy adds."""

COLUMNS = {sheet.key: sheet.columns for sheet in DATA_SHEETS}


def sheet_of(key: str) -> Sheet:
    """Return the sheet with that key, of the template or added. Raises KeyError if there is none."""
    return {sheet.key: sheet for sheet in (*SHEETS, *ADDED_SHEETS)}[key]


def column_of(sheet_key: str, column_key: str) -> Column:
    """Return the column with these keys. Raises KeyError if there is none."""
    return sheet_of(sheet_key).column(column_key)
