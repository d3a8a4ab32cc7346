"""What became of a workbook, for programs (``NAME.report.json``) and, where it was refused, in a paragraph."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from lnp_batch.columns.sheets import column_of
from lnp_batch.model.finding import Finding, Severity
from lnp_batch.model.money import Invoice
from lnp_batch.model.outcome import Outcome
from lnp_batch.model.request import Request
from lnp_batch.model.taxes import RATES
from lnp_batch.model.text import Lang, Text
from lnp_batch.rules import message, remedy, rule_of
from lnp_batch.rules.workbook import GO_ON_AFTER
from lnp_batch.system.atomic_file import atomic_file

REPORT_VERSION = 1
CELLS_NAMED_AT_MOST = 20
TOGETHER = 500
"""Findings or requests that are made into text together."""

BATCH_KEYS = ("reseller_code", "reseller_name", "batch_reference", "billing_province")
COUNT_KEYS = (
    "account_rows", "number_rows", "numbers", "accepted", "to_confirm", "to_fix", "waiting", "not_ported"
)  # fmt: skip

_UNSEEN = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""Marks that a terminal or an editor would obey rather than show, and halves of characters."""

_CONTROLS = re.compile("[\x00-\x20]+")


# ------------------------------------------------------------------------------------------------ the report


def report(outcome: Outcome) -> dict[str, Any]:
    """The report as plain JSON values: money and dates as strings, numbers in E.164, an empty cell as None.

    Findings stand in the outcome's order. It validates against :data:`lnp_batch.documents.report.schema.REPORT_SCHEMA`.
    """
    told = _told(outcome)
    return {key: list(value) if isinstance(value, Iterator) else value for key, value in told.items()}


def _told(outcome: Outcome) -> dict[str, Any]:
    """The report, its findings and requests as iterators: there may be a million, and one at a time is enough."""
    told = {
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
        "findings": (_finding(finding, outcome) for finding in outcome.findings),
        "requests": map(_request, outcome.requests),
        "invoice": _invoice(outcome.invoice) if outcome.invoice else None,
    }
    return told | ({"given_back": list(outcome.given_back)} if outcome.given_back else {})


def write_report(outcome: Outcome, path: Path) -> None:
    """Writes the report at `path`, whole or not at all. OSError where the disk refuses."""
    with atomic_file(path) as beside:
        fill_report(outcome, beside)


def fill_report(outcome: Outcome, path: Path) -> None:
    """Writes the report into the file at `path`. OSError where the disk refuses."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(_laid_out(_told(outcome), ""))
        file.write("\n")


def as_json(told: Mapping[str, Any]) -> str:
    """The report as text: one finding or request a line, so that it can be searched and compared line by line."""
    return "".join(_laid_out(told, "")) + "\n"


def _laid_out(value: Any, margin: str) -> Iterator[str]:
    """The pieces of a value's JSON: a list of several lines, and whatever holds one; anything else on one line."""
    inside = f"\n{margin} "
    if isinstance(value, Mapping) and any(isinstance(item, list | Iterator) for item in value.values()):
        for at, (key, item) in enumerate(value.items()):
            yield f"{',' if at else '{'}{inside}{json.dumps(key)}: "
            yield from _laid_out(item, margin + " ")
        yield f"\n{margin}}}"
    elif isinstance(value, list | Iterator):
        items = iter(value)
        between = f",{inside}"
        begin = f"[{inside}"
        while some := list(islice(items, TOGETHER)):
            yield begin + _escaped(between.join(map(_to_json, some)))
            begin = between
        yield "[]" if begin != between else f"\n{margin}]"
    else:
        yield _escaped(_to_json(value))


_to_json = json.JSONEncoder(ensure_ascii=False).encode


def _escaped(text: str) -> str:
    """JSON with unseen marks escaped: the value is the same, and a terminal that shows it stays safe."""
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _province(outcome: Outcome) -> str | None:
    """The buyer's province, None where what was typed is none: a refused workbook's cells were not tidied."""
    typed = outcome.batch.get("billing_province", "")
    return typed if typed in RATES else None


def _counts(outcome: Outcome) -> dict[str, int | None]:
    severities = Counter(finding.severity for finding in outcome.findings)
    return {
        **{key: getattr(outcome.counts, key) if outcome.counts else None for key in COUNT_KEYS},
        **{f"{severity}s": severities[severity] for severity in Severity},
    }


def _finding(finding: Finding, outcome: Outcome) -> dict[str, Any]:
    return {
        "code": finding.code,
        "slug": rule_of(finding.code).slug,
        "severity": finding.severity.value,
        "sheet": finding.sheet,
        "sheet_key": finding.sheet_key,
        "row": finding.row,
        "column": finding.column,
        "cell": finding.cell,
        "value": None if _is_secret(finding.sheet_key or "", finding.column or "") else finding.value,
        "message": message(finding, outcome.lang),
        "remedy": remedy(finding, outcome.lang),
        "related": list(finding.related),
    }


@cache
def _is_secret(sheet_key: str, column: str) -> bool:
    try:
        return column_of(sheet_key, column).secret
    except KeyError:
        return False


def _request(request: Request) -> dict[str, Any]:
    """A request; what is not known is None."""
    customer = request.customer
    told: dict[str, Any] = {
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
            {"number": touched.number, "what": touched.what, "confirmed": touched.confirmed, "detail": touched.detail}
            for touched in request.attention
        ],
        "warnings": list(request.warnings),
        "held_by": [{"code": by.code, "sheet_key": by.sheet_key, "cell": by.cell} for by in request.held_by],
        "fee": _dollars(request.fee),
    }
    if request.accepted_before:
        told["already_accepted"] = sorted(request.accepted_before)
    return told


def _invoice(invoice: Invoice) -> dict[str, Any]:
    return {
        "currency": invoice.currency,
        "unit_price": _dollars(invoice.unit_price),
        "quantity": invoice.quantity,
        "subtotal": _dollars(invoice.subtotal),
        "taxes": [{"code": tax.code, "rate": str(tax.rate), "amount": _dollars(tax.amount)} for tax in invoice.taxes],
        "total": _dollars(invoice.total),
        "by_carrier": [
            {"carrier": line.carrier, "quantity": line.quantity, "amount": _dollars(line.amount)}
            for line in invoice.by_carrier
        ],
        "by_account": [
            {
                "carrier": line.carrier,
                "account_number": line.account_number,
                "account_ref": line.account_ref,
                "quantity": line.quantity,
                "amount": _dollars(line.amount),
            }
            for line in invoice.by_account
        ],
    }


def _dollars(amount: Decimal) -> str:
    return f"{amount:.2f}"


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


# ------------------------------------------------------------------------------------------------ the refusal

_NOT_PROCESSED = Text(
    "Le fichier « {name} » n'a pas été traité : rien n'est accepté et rien n'est facturé.",
    "The file “{name}” was not processed: nothing is accepted and nothing is billed.",
)
_WHERE = Text("Où : {places}.", "Where: {places}.")
_MORE = Text("{places} et {count} de plus", "{places} and {count} more")
_ONLY_MORE = Text("{count} cellules de plus", "{count} more cells")
_SEND_AGAIN = Text(
    "Renvoyez ensuite le fichier : le reste n'a pas encore été vérifié.",
    "Then send the file again: the rest has not been checked yet.",
)
_OF_SHEET = Text("Feuille « {sheet} » : {says}", "Sheet “{sheet}”: {says}")
_SEND_AGAIN_ONLY = Text("Renvoyez ensuite le fichier.", "Then send the file again.")


def write_refused(outcome: Outcome, path: Path) -> None:
    """Writes `NAME.refused.txt` at `path`, whole or not at all: one paragraph in the reseller's language."""
    with atomic_file(path) as temporary:
        temporary.write_text(refusal(outcome) + "\n", encoding="utf-8", newline="\n")


def refusal(outcome: Outcome) -> str:
    """Why a workbook was refused, where (at most 20 cells named) and what to do, as one paragraph."""
    lang = outcome.lang
    by_code: dict[str, list[Finding]] = {}
    for finding in outcome.findings:
        if finding.severity.holds:
            by_code.setdefault(finding.code, []).append(finding)
    told = [_NOT_PROCESSED.say(lang, {"name": outcome.reading.name})]
    room = CELLS_NAMED_AT_MOST
    for alike in by_code.values():
        in_cells = [finding for finding in alike if finding.cell]
        named, unnamed = in_cells[:room], len(in_cells[room:])
        room -= len(named)
        said = [finding for finding in alike if not finding.cell] + named or alike[:1]
        of_sheets = [finding for finding in said if finding.sheet and not finding.cell]
        for finding in of_sheets:
            told.append(_OF_SHEET[lang].format(sheet=finding.sheet, says=message(finding, lang)))
            told.append(remedy(finding, lang))
        others = [finding for finding in said if finding not in of_sheets]
        told += dict.fromkeys(message(finding, lang) for finding in others)
        told += _where(named, unnamed, lang)
        told += dict.fromkeys(remedy(finding, lang) for finding in others)
    refusing = {
        finding.code for finding in outcome.findings if finding.code.startswith("WBK") and finding.severity.holds
    }
    told.append((_SEND_AGAIN_ONLY if refusing <= GO_ON_AFTER else _SEND_AGAIN)[lang])
    return _UNSEEN.sub("", _CONTROLS.sub(" ", " ".join(told)))


def _where(named: list[Finding], unnamed: int, lang: Lang) -> list[str]:
    """The sentence that names the cells, if there are any."""
    if not named and not unnamed:
        return []
    places = ", ".join(f"{finding.sheet} {finding.cell}" for finding in named)
    if unnamed:
        places = (_MORE if named else _ONLY_MORE)[lang].format(places=places, count=unnamed)
    return [_WHERE[lang].format(places=places)]
