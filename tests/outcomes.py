"""Requests and outcomes for tests of prices and written files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from lnp_batch.model.context import Context
from lnp_batch.model.finding import Finding
from lnp_batch.model.outcome import Counts, Outcome
from lnp_batch.model.reading import Reading
from lnp_batch.model.request import Attention, Customer, HeldBy, Remaining, Request
from lnp_batch.model.text import Lang
from lnp_batch.price import price

DAY = dt.date(2026, 11, 23)
CONTEXT = Context(reference_date=DAY, now=dt.datetime(2026, 11, 23, 20, 5, tzinfo=dt.UTC), version="0.1.0")
BATCH = {
    "reseller_code": "HR-01",
    "reseller_name": "Heures Rouges Télécom inc.",
    "contact_name": "Julie Tremblay",
    "contact_email": "julie@example.com",
    "batch_reference": "Novembre 2026",
    "purchase_order": "BC-881",
    "billing_province": "QC",
    "language": "fr",
}
ACCOUNT_COLUMNS = ["account_ref", "state", "held_by"]
NUMBER_COLUMNS = [
    "account_ref", "action", "reference", "state", "held_by", "normalized", "request", "count", "first", "last",
]  # fmt: skip


def numbers(count: int, first: int = 5145550100) -> tuple[str, ...]:
    """`count` numbers in E.164 from `first` on."""
    return tuple(f"+1{first + step}" for step in range(count))


def request(count: int = 1, first: int = 5145550100, **changes: Any) -> Request:
    """A ready request for `count` numbers, all of row 5 of Numbers."""
    built = Request(
        id="A1-3f9c2a7d",
        part=1,
        parts=1,
        revision=1,
        ready=True,
        account_row=2,
        account_ref="A1",
        carrier="Bell Canada",
        carrier_as_typed="Bell",
        account_number="000451233889",
        port_type="full",
        btn=f"+1{first}",
        new_btn=None,
        customer=Customer("Plomberie Gagné et Fils inc.", "1250, boul. René-Lévesque O.", "Montréal", "QC", "H3B 4W8"),
        signer="Marie Gagné",
        signer_email=None,
        evidence="csr_and_bill",
        bill_date=dt.date(2026, 11, 2),
        requested_date=None,
        reference=None,
        numbers=numbers(count, first),
        remaining=(),
        attention=(),
        warnings=(),
        held_by=(),
        split=(),
        rows=(5,) * count,
        fee=CONTEXT.unit_price * count,
    )
    return replace(built, **changes)


def number_row(count: int, state: str, first: int = 0, **changes: Any) -> dict[str, Any]:
    """One row of an outcome's numbers."""
    row = {
        "account_ref": "A1", "action": "port", "reference": "", "state": state, "held_by": None, "normalized": "",
        "request": "", "count": count, "first": first, "last": first + count - 1 if first else 0,
    }  # fmt: skip
    return row | changes


def outcome(
    requests: Sequence[Request] = (),
    rows: dict[int, dict[str, Any]] | None = None,
    findings: Sequence[Finding] = (),
    *,
    lang: Lang = "fr",
    context: Context = CONTEXT,
    **batch: str,
) -> Outcome:
    """A processed workbook: `rows` maps the spreadsheet's rows to :func:`number_row`; the rest follows from them."""
    frame = pd.DataFrame.from_dict(rows or {}, orient="index", columns=NUMBER_COLUMNS)
    accounts = {
        request.account_row: [request.account_ref, "accepted" if request.ready else "to_fix", None]
        for request in requests
    }
    sheet = BATCH | {"language": lang} | batch

    def of_state(state: str) -> int:
        return int(frame.loc[frame["state"] == state, "count"].sum())

    return Outcome(
        reading=Reading("lot.xlsx", "ab" * 32, properties={"lnp_template_version": "2026.1"}),
        context=context,
        lang=lang,
        refused=False,
        batch=sheet,
        findings=tuple(findings),
        accounts=pd.DataFrame.from_dict(accounts, orient="index", columns=ACCOUNT_COLUMNS),
        numbers=frame,
        requests=tuple(requests),
        counts=Counts(
            account_rows=len(accounts),
            number_rows=len(frame),
            numbers=int(frame["count"].sum()),
            accepted=of_state("accepted"),
            to_confirm=of_state("to_confirm"),
            to_fix=of_state("to_fix"),
            waiting=of_state("waiting"),
            not_ported=of_state("not_ported"),
        ),
        invoice=price(requests, context, sheet["billing_province"]),
    )


def refused(findings: Sequence[Finding], lang: Lang = "fr") -> Outcome:
    """The outcome of a refused workbook."""
    return replace(
        outcome(findings=findings, lang=lang),
        reading=Reading("lot.xlsx", "ab" * 32),
        refused=True,
        batch={},
        counts=None,
        invoice=None,
    )


def mixed(lang: Lang = "fr", context: Context = CONTEXT, **batch: str) -> Outcome:
    """Three accounts at two carriers: two ready, one held; a range, a number kept, one to confirm."""
    bell = request(
        21,
        rows=(4,) + (5,) * 20,
        remaining=(Remaining("+15145550190", "keep"),),
        attention=(Attention("+15145550100", "dsl", True, None),),
        reference="Dossier 7",
        port_type="partial",
        new_btn="+15145550190",
    )
    videotron = request(
        3, 4505550140, id="A2-77aa01bc", account_row=3, account_ref="A2", carrier="Vidéotron",
        carrier_as_typed="vidéotron", account_number="8811 202 4415", rows=(7, 8, 9),
        warnings=("NUM017",),
    )  # fmt: skip
    held = request(
        4, 4185550120, id="A3-90cc41de", account_row=4, account_ref="A3", ready=False, account_number="B1-4471",
        rows=(10,) * 2 + (11,) + (12,), held_by=(HeldBy("NUM014", "numbers", "H12"),),
    )  # fmt: skip
    rows = {
        4: number_row(1, "accepted", 5145550100, request=bell.id, normalized="514-555-0100"),
        5: number_row(20, "accepted", 5145550101, request=bell.id, reference="Succursale Est"),
        6: number_row(1, "not_ported", 5145550190, action="keep"),
        7: number_row(1, "accepted", 4505550140, account_ref="A2", request=videotron.id),
        8: number_row(1, "accepted", 4505550141, account_ref="A2", request=videotron.id, reference="=1+1"),
        9: number_row(1, "accepted", 4505550142, account_ref="A2", request=videotron.id),
        10: number_row(2, "waiting", 4185550120, account_ref="A3", request=held.id),
        11: number_row(1, "waiting", 4185550122, account_ref="A3", request=held.id),
        12: number_row(1, "to_confirm", 4185550123, account_ref="A3", request=held.id),
        13: number_row(1, "to_fix", account_ref="A9"),
    }
    return outcome((bell, videotron, held), rows, lang=lang, context=context, **batch)
