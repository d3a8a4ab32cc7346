"""The finance fee summary as a workbook, as CSV or as JSON: before tax, from the ledger."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from lnp_batch.documents.fees.checks import add_checks
from lnp_batch.documents.fees.csv_file import Figure, write_csv
from lnp_batch.documents.fees.lists import LISTS, SUMMARY, TITLE, add_list
from lnp_batch.documents.fees.page import BEFORE_TAX, add_page, nothing
from lnp_batch.model.fees import Fees, FeeSummary, in_dollars
from lnp_batch.model.text import Lang
from lnp_batch.system.atomic_file import atomic_file
from lnp_batch.xlsx.sheet import PlainSheet
from lnp_batch.xlsx.style import Formats
from lnp_batch.xlsx.workbook import new_workbook

SUFFIXES = (".xlsx", ".csv", ".json")
KEYS = ("month", "reseller_code", "reseller_name", "carrier", "account_number")
COUNTS = {"quantity_billed": "billed", "quantity_given_back": "given_back", "quantity_net": "net"}
AMOUNTS = {"amount_billed": "billed_cents", "amount_given_back": "given_back_cents", "amount_net": "net_cents"}
"""The columns of the CSV and the keys of the JSON, by the Fees' own names."""


def write_fees(summary: FeeSummary, path: Path, lang: Lang, now: dt.datetime) -> None:
    """Writes `summary` at `path`, whole or not at all, as its suffix (one of :data:`SUFFIXES`) says; `now` is told in it.

    CSV and JSON are the same in both languages but for the JSON's sentences. KeyError for another suffix, OSError where
    the folder cannot be written.
    """
    {".xlsx": _write_workbook, ".csv": _write_csv, ".json": _write_json}[path.suffix.casefold()](
        summary, path, lang, now
    )


def _write_workbook(summary: FeeSummary, path: Path, lang: Lang, now: dt.datetime) -> None:
    with atomic_file(path) as beside, new_workbook(beside) as workbook:
        created = now.astimezone(dt.UTC).replace(tzinfo=None)
        workbook.set_properties({"title": TITLE[lang], "created": created})
        formats = Formats(workbook)
        workbook.add_worksheet(SUMMARY[lang], PlainSheet)
        lists = {listed: listed.lines(summary) for listed in LISTS}
        for listed, lines in lists.items():
            add_list(workbook, formats, listed, lines, lang)
        net = add_page(workbook, formats, summary, lang, now, lists)
        add_checks(workbook, formats, summary, lang, lists, net)


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
    told = {
        "month": summary.month or None,
        "reseller": summary.reseller or None,
        "currency": "CAD",
        "before_tax": True,
        "made_at": now.astimezone(dt.UTC).isoformat(timespec="seconds"),
        "note": " ".join([*([] if summary.rows else [nothing(summary, lang)]), BEFORE_TAX[lang]]),
        "totals": _figures(summary.total),
        "fees": [{key: getattr(row, key) for key in KEYS} | _figures(row.fees) for row in summary.rows],
    }
    with atomic_file(path) as beside:
        beside.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", errors="replace")


def _figures(fees: Fees) -> dict[str, Any]:
    """Counts as numbers, dollars as `"29.99"`."""
    counts: dict[str, Any] = {key: getattr(fees, name) for key, name in COUNTS.items()}
    return counts | {key: _amount(fees, name) for key, name in AMOUNTS.items()}


def _amount(fees: Fees, name: str) -> str:
    return f"{in_dollars(getattr(fees, name)):.2f}"
