"""The ledger's fee summary as a workbook, CSV or JSON file; all amounts are before tax."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from lnp_batch.documents.fees.checks import add_checks
from lnp_batch.documents.fees.csv_file import Figure, write_csv
from lnp_batch.documents.fees.lists import LISTS, SUMMARY, TITLE, add_list
from lnp_batch.documents.fees.page import BEFORE_TAX, add_page, no_fees_sentence
from lnp_batch.model.amounts import bare_dollars
from lnp_batch.model.fees import Fees, FeeSummary, in_dollars
from lnp_batch.model.money import CURRENCY
from lnp_batch.model.text import Lang
from lnp_batch.system.atomic_file import atomic_file
from lnp_batch.xlsx.sheet import PlainSheet
from lnp_batch.xlsx.style import Formats
from lnp_batch.xlsx.workbook import new_workbook

SUFFIXES = (".xlsx", ".csv", ".json")
KEYS = ("month", "reseller_code", "reseller_name", "carrier", "account_number")
COUNTS = {"quantity_billed": "billed", "quantity_given_back": "given_back", "quantity_net": "net"}
AMOUNTS = {"amount_billed": "billed_cents", "amount_given_back": "given_back_cents", "amount_net": "net_cents"}
"""The columns of the CSV and the keys of the JSON, each with its field of `Fees`."""


def write_fees(summary: FeeSummary, path: Path, lang: Lang, now: dt.datetime) -> None:
    """Write `summary` to `path`, atomically, in the format of its suffix, one of :data:`SUFFIXES`.

    `now` is written into it, except into a CSV. `lang` is the language of a workbook and of a JSON's note. Raises
    KeyError for another suffix, OSError if the folder cannot be written.
    """
    {".xlsx": _write_workbook, ".csv": _write_csv, ".json": _write_json}[path.suffix.casefold()](
        summary, path, lang, now
    )


def _write_workbook(summary: FeeSummary, path: Path, lang: Lang, now: dt.datetime) -> None:
    with atomic_file(path) as temporary, new_workbook(temporary) as workbook:
        created = now.astimezone(dt.UTC).replace(tzinfo=None)
        workbook.set_properties({"title": TITLE[lang], "created": created})
        formats = Formats(workbook)
        workbook.add_worksheet(SUMMARY[lang], PlainSheet)
        fee_lines = {fee_list: fee_list.lines(summary) for fee_list in LISTS}
        for fee_list, lines in fee_lines.items():
            add_list(workbook, formats, fee_list, lines, lang)
        net = add_page(workbook, formats, summary, lang, now, fee_lines)
        add_checks(workbook, formats, summary, lang, fee_lines, net)


def _write_csv(summary: FeeSummary, path: Path, _lang: Lang, _now: dt.datetime) -> None:
    rows: list[list[str | int]] = [
        [
            *(str(getattr(row, key)) for key in KEYS),
            *(int(getattr(row.fees, name)) for name in COUNTS.values()),
            *(Figure(_amount(row.fees, name)) for name in AMOUNTS.values()),
        ]
        for row in summary.rows
    ]
    write_csv(path, (*KEYS, *COUNTS, *AMOUNTS), rows)


def _write_json(summary: FeeSummary, path: Path, lang: Lang, now: dt.datetime) -> None:
    content = {
        "month": summary.month or None,
        "reseller": summary.reseller or None,
        "currency": CURRENCY,
        "before_tax": True,
        "made_at": now.astimezone(dt.UTC).isoformat(timespec="seconds"),
        "note": " ".join([*([] if summary.rows else [no_fees_sentence(summary, lang)]), BEFORE_TAX[lang]]),
        "totals": _figures(summary.total),
        "fees": [{key: getattr(row, key) for key in KEYS} | _figures(row.fees) for row in summary.rows],
    }
    with atomic_file(path) as temporary:
        temporary.write_text(
            json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", errors="replace"
        )


def _figures(fees: Fees) -> dict[str, Any]:
    """Counts as integers, dollars as `"29.99"`."""
    counts: dict[str, Any] = {key: getattr(fees, name) for key, name in COUNTS.items()}
    return counts | {key: _amount(fees, name) for key, name in AMOUNTS.items()}


def _amount(fees: Fees, name: str) -> str:
    return bare_dollars(in_dollars(getattr(fees, name)))
