"""``NAME.report.json``: the outcome of a workbook, for programs."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from lnp_batch.columns.sheets import column_of
from lnp_batch.documents.inputs.copy_columns import shifts
from lnp_batch.model.amounts import bare_dollars
from lnp_batch.model.cell_address import cell_name
from lnp_batch.model.finding import Finding, Severity
from lnp_batch.model.money import Invoice
from lnp_batch.model.outcome import COUNTS, Outcome
from lnp_batch.model.phone_format import e164
from lnp_batch.model.reading import Applied
from lnp_batch.model.request import Request
from lnp_batch.model.taxes import RATES
from lnp_batch.model.text import in_lang
from lnp_batch.rules import message, remedy, rule_of

REPORT_VERSION = 1
ITEMS_PER_PIECE = 500
"""Findings or requests that are converted to text together."""

BATCH_KEYS = ("reseller_code", "reseller_name", "batch_reference", "billing_province")

INVISIBLE = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""Control characters that a terminal or editor obeys instead of showing them, and lone surrogates."""


def report(outcome: Outcome) -> dict[str, Any]:
    """Return the report as JSON values: money and dates as strings, numbers in E.164, an empty cell as None.

    Findings are in the outcome's order. The report is valid under
    :data:`lnp_batch.documents.report.schema.REPORT_SCHEMA`.
    """
    content = _content(outcome)
    return {key: list(value) if isinstance(value, Iterator) else value for key, value in content.items()}


def _content(outcome: Outcome) -> dict[str, Any]:
    """Return the report with its findings and requests as iterators: there may be a million, not to be held at once."""
    columns = shifts(outcome.reading)
    content = {
        "report_version": REPORT_VERSION,
        "workbook": {
            "name": outcome.reading.name,
            "sha256": outcome.reading.sha256,
            "template_version": outcome.reading.properties.get("lnp_template_version"),
        },
        "reference_date": outcome.context.reference_date.isoformat(),
        "language": outcome.lang,
        "batch": {key: outcome.batch.get(key) or None for key in BATCH_KEYS} | {"billing_province": _province(outcome)},
        "outcome": outcome.verdict.value,
        "counts": _counts(outcome),
        "findings": (_finding(finding, outcome, columns) for finding in outcome.findings),
        "requests": map(_request, outcome.requests),
        "invoice": _invoice(outcome.invoice) if outcome.invoice else None,
    }
    optional: dict[str, list[Any]] = {
        "without_request": list(_without_request(outcome)),
        "given_back": list(outcome.given_back),
        "guessed_headers": list(_guessed_headers(outcome)),
        "ignored_rows": [
            {"sheet_key": key, "row": row, "why": why.value}
            for key, table in outcome.reading.tables.items()
            for row, why in table.no_rows.items()
        ],
        "sheets_not_read": [{"sheet": name, "why": why.value} for name, why in outcome.reading.unread.items()],
        "applied": list(map(_applied, outcome.reading.applied)),
    }
    return content | {key: values for key, values in optional.items() if values}


def _without_request(outcome: Outcome) -> Iterator[dict[str, Any]]:
    """Yield the numbers to port that are in no request, with their rows: no account has the key that they have."""
    if outcome.numbers.empty:
        return
    rows = outcome.numbers
    rows = rows[rows["request"].eq("") & rows["action"].eq("port") & rows["first"].gt(0)]
    columns = (rows[name].tolist() for name in ("first", "count"))
    for row, first, count in zip(rows.index.tolist(), *columns, strict=True):
        yield from ({"number": e164(number), "row": row} for number in range(first, first + max(count, 1)))


def _guessed_headers(outcome: Outcome) -> Iterator[dict[str, Any]]:
    """Yield the headers that only resemble ours, with the column that they are read as."""
    for table in outcome.reading.tables.values():
        for key, words in table.header.guessed.items():
            at = table.header.where[key]
            place = (at, 0) if table.key == "batch" else (table.header.row or 1, at)
            yield {"sheet_key": table.key, "cell": cell_name(*place), "header": words, "column": key}


def fill_report(outcome: Outcome, path: Path) -> None:
    """Write the report into the temporary file `path`; the caller renames it. Raises OSError if the disk refuses."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(_pieces(_content(outcome), ""))
        file.write("\n")


def as_json(content: Mapping[str, Any]) -> str:
    """Return a report as text, with one finding or request per line, so that it can be searched by line."""
    return "".join(_pieces(content, "")) + "\n"


def _pieces(value: Any, margin: str) -> Iterator[str]:
    """Yield a value's JSON in pieces: lists, and mappings that hold one, on several lines; other values on one line."""
    inside = f"\n{margin} "
    if isinstance(value, Mapping) and any(isinstance(item, list | Iterator) for item in value.values()):
        for position, (key, item) in enumerate(value.items()):
            yield f"{',' if position else '{'}{inside}{json.dumps(key)}: "
            yield from _pieces(item, margin + " ")
        yield f"\n{margin}}}"
    elif isinstance(value, list | Iterator):
        items = iter(value)
        between = f",{inside}"
        begin = f"[{inside}"
        while piece := list(islice(items, ITEMS_PER_PIECE)):
            yield begin + _escaped(between.join(map(_to_json, piece)))
            begin = between
        yield "[]" if begin != between else f"\n{margin}]"
    else:
        yield _escaped(_to_json(value))


_to_json = json.JSONEncoder(ensure_ascii=False).encode


def _escaped(text: str) -> str:
    """Return JSON with invisible characters escaped: its value is the same, and it is safe to show in a terminal."""
    return INVISIBLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _province(outcome: Outcome) -> str | None:
    """Return the buyer's province; None if the cell holds something else, as it may in a refused workbook."""
    province = outcome.batch.get("billing_province", "")
    return province if province in RATES else None


def _counts(outcome: Outcome) -> dict[str, int | None]:
    severities = Counter(finding.severity for finding in outcome.findings)
    return {
        **{key: getattr(outcome.counts, key) if outcome.counts else None for key in COUNTS},
        **{f"{severity}s": severities[severity] for severity in Severity},
    }


def _finding(finding: Finding, outcome: Outcome, columns: Mapping[str, int]) -> dict[str, Any]:
    """Return a finding as JSON values; `columns` says, by sheet key, how far to the right the copy has its cell."""
    cell = finding.cell
    content: dict[str, Any] = {
        "code": finding.code,
        "slug": rule_of(finding.code).slug,
        "severity": finding.severity.value,
        "sheet": finding.sheet,
        "sheet_key": finding.sheet_key,
        "row": finding.row,
        "column": finding.column,
        "cell": cell,
        "copy_cell": cell.shifted(columns.get(finding.sheet_key or "", 0)) if cell and not outcome.refused else None,
        "value": None if _is_secret(finding.sheet_key or "", finding.column or "") else finding.value,
        "message": message(finding, outcome.lang),
        "remedy": remedy(finding, outcome.lang),
        "related": list(finding.related),
    }
    if finding.proposal is not None:
        content["proposal"] = in_lang(finding.proposal, outcome.lang)
    if finding.confirmed:
        content["confirmed"] = True
    return content


def _applied(cell: Applied) -> dict[str, Any]:
    return {
        "code": cell.code,
        "sheet": cell.sheet,
        "cell": cell_name(*cell.at),
        "column": cell.column,
        "old": cell.old or None,
        "new": cell.new,
    }


@cache
def _is_secret(sheet_key: str, column: str) -> bool:
    try:
        return column_of(sheet_key, column).secret
    except KeyError:
        return False


def _request(request: Request) -> dict[str, Any]:
    """Return a request as JSON values; unknown ones are None."""
    customer = request.customer
    content: dict[str, Any] = {
        "id": request.id,
        "part": request.part,
        "revision": request.revision,
        "state": request.state,
        "account_ref": request.account_ref or None,
        "carrier": request.carrier or None,
        "carrier_as_typed": request.carrier_as_typed or None,
        "account_number": request.account_number or None,
        "port_type": request.port_type or None,
        "btn": request.btn or None,
        "new_btn": request.new_btn or None,
        "customer": {
            "name": customer.name or None,
            "address": customer.address or None,
            "city": customer.city or None,
            "province": customer.province or None,
            "postal_code": customer.postal_code or None,
        },
        "signer": request.signer or None,
        "signer_email": request.signer_email or None,
        "evidence": request.evidence or None,
        "bill_date": _day(request.bill_date),
        "requested_date": _day(request.requested_date),
        "reference": request.reference or None,
        "numbers": list(request.numbers),
        "remaining": [{"number": left.number, "action": left.action} for left in request.remaining],
        "attention": [
            {"number": service.number, "what": service.what, "confirmed": service.confirmed, "detail": service.detail}
            for service in request.attention
        ],
        "warnings": list(request.warnings),
        "held_by": [{"code": by.code, "sheet_key": by.sheet_key, "cell": by.cell or None} for by in request.held_by],
        "fee": bare_dollars(request.fee),
    }
    if request.accepted_before:
        content["already_accepted"] = sorted(request.accepted_before)
    return content


def _invoice(invoice: Invoice) -> dict[str, Any]:
    return {
        "currency": invoice.currency,
        "unit_price": bare_dollars(invoice.unit_price),
        "quantity": invoice.quantity,
        "subtotal": bare_dollars(invoice.subtotal),
        "taxes": [
            {"code": tax.code, "rate": str(tax.rate), "amount": bare_dollars(tax.amount)} for tax in invoice.taxes
        ],
        "total": bare_dollars(invoice.total),
        "by_carrier": [
            {"carrier": line.carrier, "quantity": line.quantity, "amount": bare_dollars(line.amount)}
            for line in invoice.by_carrier
        ],
        "by_account": [
            {
                "carrier": line.carrier,
                "account_number": line.account_number,
                "account_ref": line.account_ref,
                "quantity": line.quantity,
                "amount": bare_dollars(line.amount),
            }
            for line in invoice.by_account
        ],
    }


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
