"""``NAME.invoice.xlsx``: the invoice's page, fees by carrier and by account, every number billed, the checks."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from lnp_batch.documents.statement.checks import add_checks
from lnp_batch.documents.statement.content import StatementContent, draft_of
from lnp_batch.documents.statement.lists import NUMBER, add_by_account, add_by_carrier, add_detail, detail_range
from lnp_batch.documents.statement.page import TITLE, add_page
from lnp_batch.model.outcome import Outcome
from lnp_batch.system.atomic_file import atomic_file
from lnp_batch.xlsx import Workbook
from lnp_batch.xlsx.style import Formats
from lnp_batch.xlsx.workbook import new_workbook


def write_invoice(outcome: Outcome, path: Path) -> None:
    """Writes the draft of the invoice for a workbook's accepted numbers, whole or not at all.

    ValueError where no number is to be billed, OSError where the folder cannot be written.
    """
    with atomic_file(path) as beside:
        fill_invoice(outcome, beside)


def fill_invoice(outcome: Outcome, path: Path) -> None:
    """Writes that draft into the file at `path`. ValueError and OSError as above."""
    _fill(draft_of(outcome), path)


def write_bill(bill: StatementContent, path: Path) -> None:
    """Writes the workbook of `bill` at `path`, whole or not at all. The same bill gives the same bytes."""
    with atomic_file(path) as beside:
        _fill(bill, beside)


def _fill(bill: StatementContent, path: Path) -> None:
    with new_workbook(path) as workbook:
        _add_properties(workbook, bill)
        formats = Formats(workbook)
        page = add_page(workbook, formats, bill, f"COUNTA({detail_range(bill, NUMBER)})")
        by_carrier = add_by_carrier(workbook, formats, bill, page.unit_price)
        by_account = add_by_account(workbook, formats, bill, page.unit_price)
        add_detail(workbook, formats, bill)
        add_checks(workbook, formats, bill, page.subtotal, by_carrier, by_account)


def _add_properties(workbook: Workbook, bill: StatementContent) -> None:
    made = bill.now.astimezone(dt.UTC).replace(tzinfo=None)
    workbook.set_properties({"title": bill.say(TITLE), "created": made})
