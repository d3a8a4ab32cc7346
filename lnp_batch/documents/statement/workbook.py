"""``NAME.invoice.xlsx``: the statement's page, fees by carrier and by account, every number billed, the checks."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from lnp_batch.documents.statement.checks import add_checks
from lnp_batch.documents.statement.content import StatementContent, draft_content
from lnp_batch.documents.statement.lists import NUMBER, add_by_account, add_by_carrier, add_detail, detail_range
from lnp_batch.documents.statement.page import TITLE, add_page
from lnp_batch.model.outcome import Outcome
from lnp_batch.xlsx import Workbook
from lnp_batch.xlsx.style import Formats
from lnp_batch.xlsx.workbook import new_workbook


def fill_statement(outcome: Outcome, path: Path) -> None:
    """Write the draft statement of a workbook's accepted numbers into the temporary file `path`; the caller renames it.

    Raises ValueError if no number is billed, OSError if the folder cannot be written.
    """
    fill_content(draft_content(outcome), path)


def fill_content(content: StatementContent, path: Path) -> None:
    """Write the workbook of `content` into the temporary file `path`. The same content gives the same bytes."""
    with new_workbook(path) as workbook:
        _add_properties(workbook, content)
        formats = Formats(workbook)
        page = add_page(workbook, formats, content, f"COUNTA({detail_range(content, NUMBER)})")
        by_carrier = add_by_carrier(workbook, formats, content, page.unit_price)
        by_account = add_by_account(workbook, formats, content, page.unit_price)
        add_detail(workbook, formats, content)
        add_checks(workbook, formats, content, page.subtotal, by_carrier, by_account)


def _add_properties(workbook: Workbook, content: StatementContent) -> None:
    created = content.now.astimezone(dt.UTC).replace(tzinfo=None)
    workbook.set_properties({"title": content.label(TITLE), "created": created})
