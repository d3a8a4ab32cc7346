"""A batch as it was booked, from its report and from its record, which has what the report lacks.

A batch from before there were records has its manifest instead: its purchase order is then lost.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

from lnp_batch.ledger.batch import Batch, Cause
from lnp_batch.ledger.rebooking import PastBatch
from lnp_batch.model.context import Thresholds
from lnp_batch.model.file_name import REPORT
from lnp_batch.model.ledger_view import LedgerQuestion
from lnp_batch.model.outcome import COUNTS, Counts
from lnp_batch.model.phone_format import ten_digits
from lnp_batch.model.request import Attention, Customer, Remaining, Request
from lnp_batch.nightly.booked import booked_manifests, read_record
from lnp_batch.nightly.outbox import answer_of, batch_day, existing_outbox_id, find_batch_folder


def as_record(batch: Batch, round_days: int, booked_before: int) -> dict[str, Any]:
    """Return what booking `batch` needs and its report does not say, as JSON values without a customer's data.

    `booked_before`: how many workbooks its run had finished with when it was booked.
    """
    return {
        "claim": batch.claim,
        "run": batch.run,
        "outbox": batch.outbox,
        "day": batch.day.isoformat(),
        "received_at": batch.received_at.isoformat(),
        "province": batch.province,
        "purchase_order": batch.purchase_order,
        "continues": dict(batch.continues),
        "round_days": round_days,
        "booked_before": booked_before,
        "cause": asdict(batch.cause),
    }


def past_batch(outbox: Path, ledger_id: str, answer: str) -> PastBatch | None:
    """Return a batch as the answer in the folder of that name booked it, or None if the answer's report is gone or
    cannot be understood."""
    folder = find_batch_folder(outbox, answer)
    path = next(folder.glob(f"*{REPORT}"), None) if folder else None
    record = read_record(outbox, ledger_id, answer) or _record_of_manifest(outbox, answer)
    try:
        return _past_batch(answer, json.loads(path.read_text("utf-8")), record) if path and record else None
    except (LookupError, TypeError, ValueError, ArithmeticError):
        return None


def _record_of_manifest(outbox: Path, batch: str) -> dict[str, Any] | None:
    """Return a record, as far as the manifest of a batch has one, or None if that is gone."""
    manifest = booked_manifests(outbox, batch_day(batch)).get(batch)
    if manifest is None:
        return None
    claim = manifest["claim"]
    return {
        "claim": claim["id"],
        "run": claim["id"].rpartition("-")[0],
        "outbox": existing_outbox_id(outbox),
        "day": claim["day"],
        "received_at": claim["at"],
        "province": None,
        "purchase_order": "",
        "continues": None,
        "round_days": Thresholds().round_days,
    }


def _past_batch(name: str, report: Mapping[str, Any], record: Mapping[str, Any]) -> PastBatch:
    sheet, requests, province = report["batch"], report["requests"], record["province"]
    invoice = report["invoice"] or {"quantity": 0, "unit_price": "0", "subtotal": "0", "total": "0"}
    numbers = sorted({ten_digits(number) for request in requests for number in request["numbers"]})
    id_, n = answer_of(name)
    batch = Batch(
        id=id_,
        claim=record["claim"],
        run=record["run"],
        outbox=record["outbox"],
        question=LedgerQuestion(
            sheet["reseller_code"] or "",
            sheet["batch_reference"] or "",
            tuple(numbers),
            tuple(request["id"] for request in requests),
        ),
        name=sheet["reseller_name"] or "",
        sha256=report["workbook"]["sha256"],
        file=report["workbook"]["name"],
        province=(sheet["billing_province"] or "") if province is None else province,
        purchase_order=record["purchase_order"],
        day=dt.date.fromisoformat(record["day"]),
        received_at=dt.datetime.fromisoformat(record["received_at"]),
        outcome=report["outcome"],
        counts=Counts(**{key: report["counts"][key] for key in COUNTS}),
        requests=tuple(_ready_requests(requests)),
        continues=record["continues"] or {},
        quantity=invoice["quantity"],
        unit_cents=_cents(invoice["unit_price"]),
        subtotal_cents=_cents(invoice["subtotal"]),
        total_cents=_cents(invoice["total"]),
        given_back=len(report.get("given_back", ())),
        n=n,
        cause=Cause(**record.get("cause", {})),
    )
    return PastBatch(batch, record["round_days"], record["continues"] is not None, record.get("booked_before", 0))


def _ready_requests(requests: list[dict[str, Any]]) -> list[Request]:
    """Return the ready ones of a report's requests; each account key gets a row of its own."""
    rows = {key: row for row, key in enumerate(dict.fromkeys(request["account_ref"] for request in requests))}
    return [
        _request(request, rows[request["account_ref"]])
        for request in requests
        if request["state"] == "ready" and request["numbers"]
    ]


def _request(fields: Mapping[str, Any], row: int) -> Request:
    """Return a request of a report. What booking does not read is empty."""
    requested = fields["requested_date"]
    return Request(
        id=fields["id"],
        part=fields["part"],
        revision=fields["revision"],
        account_ref=fields["account_ref"] or "",
        carrier=fields["carrier"] or "",
        carrier_as_typed=fields["carrier_as_typed"] or "",
        account_number=fields["account_number"] or "",
        port_type=fields["port_type"] or "",
        btn=fields["btn"],
        new_btn=fields["new_btn"],
        signer=fields["signer"] or "",
        signer_email=fields["signer_email"],
        reference=fields["reference"],
        parts=1,
        ready=True,
        account_row=row,
        customer=Customer(**{key: value or "" for key, value in fields["customer"].items()}),
        evidence="",
        bill_date=None,
        requested_date=dt.date.fromisoformat(requested) if requested else None,
        numbers=tuple(fields["numbers"]),
        remaining=tuple(Remaining(**each) for each in fields["remaining"]),
        attention=tuple(Attention(**each) for each in fields["attention"]),
        warnings=(),
        held_by=(),
        split=(),
        rows=(),
        fee=Decimal(fields["fee"]),
        accepted_before=frozenset(fields.get("already_accepted", ())),
    )


def _cents(amount: str) -> int:
    return int(Decimal(amount).scaleb(2))
