"""The record of a batch from before there were records, put together from its manifest and its report.

The report does not have everything: the purchase order stays empty, and what continues what is found by numbers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from lnp_batch.ledger.records import CONTINUES, ROUND_DAYS
from lnp_batch.model.context import Thresholds
from lnp_batch.model.file_name import REPORT
from lnp_batch.model.phone_format import ten_digits
from lnp_batch.nightly.booked import booked_manifests
from lnp_batch.nightly.outbox import batch_day, existing_outbox_id, find_batch_folder

UNUSED = {
    "parts": 1, "ready": True, "evidence": "", "warnings": [], "held_by": [], "split": [], "rows": [],
    "bill_date": None,
}  # fmt: skip
"""Fields of a request that booking does not read."""
SENT = (
    "id", "part", "revision", "account_ref", "carrier", "carrier_as_typed", "account_number", "port_type", "btn",
    "new_btn", "signer", "signer_email", "requested_date", "reference", "numbers", "remaining", "attention", "fee",
)  # fmt: skip
OPTIONAL = ("btn", "new_btn", "signer_email", "requested_date", "reference")
"""Fields of a request that may be None; the others are "" if the report has null."""


def record_from_report(outbox: Path, batch: str) -> dict[str, Any] | None:
    """Return a batch's record, or None if its manifest or its report is gone or cannot be understood."""
    folder = find_batch_folder(outbox, batch)
    path = next(folder.glob(f"*{REPORT}"), None) if folder else None
    manifest = booked_manifests(outbox, batch_day(batch)).get(batch)
    try:
        return _record(json.loads(path.read_text("utf-8")), manifest, outbox) if path and manifest else None
    except (LookupError, TypeError, ValueError, ArithmeticError):
        return None


def _record(report: Mapping[str, Any], manifest: Mapping[str, Any], outbox: Path) -> dict[str, Any]:
    claim, batch, counts = manifest["claim"], report["batch"], report["counts"]
    invoice = report["invoice"] or {"quantity": 0, "unit_price": "0", "subtotal": "0", "total": "0"}
    numbers = sorted({ten_digits(number) for request in report["requests"] for number in request["numbers"]})
    keys = ("account_rows", "number_rows", "numbers", "accepted", "to_confirm", "to_fix", "waiting", "not_ported")
    rows = {
        account: row for row, account in enumerate(dict.fromkeys(each["account_ref"] for each in report["requests"]))
    }
    return {
        "id": manifest["batch"],
        "claim": claim["id"],
        "run": claim["id"].rpartition("-")[0],
        "outbox": existing_outbox_id(outbox),
        "question": {
            "code": batch["reseller_code"] or "",
            "reference": batch["batch_reference"] or "",
            "numbers": numbers,
            "ids": [request["id"] for request in report["requests"]],
        },
        "name": batch["reseller_name"] or "",
        "sha256": report["workbook"]["sha256"],
        "file": report["workbook"]["name"],
        "province": batch["billing_province"] or "",
        "purchase_order": "",
        "day": claim["day"],
        "received_at": claim["at"],
        "outcome": report["outcome"],
        "counts": {key: counts[key] for key in keys},
        "requests": [
            _request(request, rows[request["account_ref"]])
            for request in report["requests"]
            if request["state"] == "ready" and request["numbers"]
        ],
        CONTINUES: None,
        "quantity": invoice["quantity"],
        "unit_cents": _cents(invoice["unit_price"]),
        "subtotal_cents": _cents(invoice["subtotal"]),
        "total_cents": _cents(invoice["total"]),
        "given_back": len(report.get("given_back", ())),
        ROUND_DAYS: Thresholds().round_days,
    }


def _request(request: Mapping[str, Any], row: int) -> dict[str, Any]:
    sent = {key: request[key] if request[key] is not None or key in OPTIONAL else "" for key in SENT}
    customer = {key: value or "" for key, value in request["customer"].items()}
    return {
        **UNUSED,
        **sent,
        "account_row": row,
        "customer": customer,
        "accepted_before": request.get("already_accepted", []),
    }


def _cents(amount: str) -> int:
    return int(Decimal(amount).scaleb(2))
