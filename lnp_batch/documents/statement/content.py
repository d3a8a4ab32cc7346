"""The content of a statement workbook, taken from an outcome before anything is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from lnp_batch.columns.batch import BATCH
from lnp_batch.documents.earlier_rounds import count_accepted_before, earlier_round_notes
from lnp_batch.model.context import Seller
from lnp_batch.model.money import ZERO, Invoice
from lnp_batch.model.outcome import Counts, Outcome
from lnp_batch.model.phone_format import dashed
from lnp_batch.model.request import Request
from lnp_batch.model.text import Lang, Text

FRENCH_FIRST = frozenset({"QC"})
"""Provinces whose buyers get one document in both languages, French first."""


class Charge(NamedTuple):
    """A number that is billed: `number` as `514-555-0100`, `fee` in dollars before tax."""

    request: str
    account_ref: str
    carrier: str
    account_number: str
    reference: str
    number: str
    fee: Decimal


@dataclass(frozen=True)
class StatementContent:
    """A batch's fees, their seller and buyer, and the numbers that they are for.

    - `number` is None for a draft.
    - `references` are the buyer's own references, each a label and its text.
    - `customers` maps an account key to the name on the customer's bill.
    - `requests_by_carrier` counts the requests to each carrier; `requests_fee` is the sum of the requests' own fees.
    - `accepted_before` counts the accepted numbers that were billed in an earlier round, `earlier_rounds` says so.
    """

    invoice: Invoice
    lang: Lang
    number: str | None
    seller: Seller
    buyer: tuple[str, ...]
    references: tuple[tuple[Text, str], ...]
    batch_reference: str
    charges: tuple[Charge, ...]
    customers: Mapping[str, str]
    requests_by_carrier: Mapping[str, int]
    requests_fee: Decimal
    counts: Counts
    now: dt.datetime
    accepted_before: int = 0
    earlier_rounds: tuple[Text, ...] = ()

    @property
    def bilingual(self) -> bool:
        """Whether every text is in French, then in English."""
        return self.invoice.province in FRENCH_FIRST

    @property
    def first_lang(self) -> Lang:
        """The first of two languages, or the only one."""
        return "fr" if self.bilingual else self.lang

    def label(self, text: Text) -> str:
        """Return a label: `Sous-total / Subtotal` for a buyer in Quebec, else in one language."""
        return text.both("fr", " / ") if self.bilingual else text[self.lang]

    def lines(self, text: Text) -> tuple[str, ...]:
        """Return a sentence as lines: in French, then in English, for a buyer in Quebec, else in one language."""
        return tuple(text.both("fr", "\n").split("\n")) if self.bilingual else (text[self.lang],)


def draft_content(outcome: Outcome) -> StatementContent:
    """Return the draft for a workbook's accepted numbers. Raises ValueError if no number is billed."""
    if outcome.invoice is None or outcome.counts is None:
        raise ValueError("no number is to be billed")
    ready = [request for request in outcome.requests if request.ready and request.billed]
    batch = outcome.batch
    return StatementContent(
        invoice=outcome.invoice,
        lang=outcome.lang,
        number=None,
        seller=outcome.context.seller,
        buyer=_buyer(batch),
        references=(
            *(
                (BATCH.column(key).header, batch[key])
                for key in ("batch_reference", "purchase_order")
                if batch.get(key)
            ),
            (Text("Fichier", "File"), outcome.reading.name),
        ),
        batch_reference=batch.get("batch_reference", ""),
        charges=tuple(_charges(ready, outcome)),
        customers={request.account_ref: request.customer.name for request in ready},
        requests_by_carrier=_requests_by_carrier(ready),
        requests_fee=sum((request.fee for request in ready), ZERO),
        counts=outcome.counts,
        now=outcome.context.now,
        accepted_before=count_accepted_before(outcome),
        earlier_rounds=earlier_round_notes(outcome),
    )


def _buyer(batch: Mapping[str, str]) -> tuple[str, ...]:
    code, province = batch.get("reseller_code", ""), batch.get("billing_province", "")
    contact = ", ".join(batch[key] for key in ("contact_name", "contact_email") if batch.get(key))
    return tuple(line for line in (batch.get("reseller_name", ""), f"{code} · {province}", contact) if line)


def _charges(ready: list[Request], outcome: Outcome) -> Iterator[Charge]:
    """Yield a charge for each number that is billed, with its row's customer reference or else its account's."""
    invoice = outcome.invoice
    assert invoice is not None
    references = dict(zip(outcome.numbers.index.tolist(), outcome.numbers["reference"].tolist(), strict=True))
    fee = invoice.unit_price
    for request in ready:
        account = (request.id, request.account_ref, request.carrier, request.account_number)
        account_reference = request.reference or ""
        for number, row in zip(request.numbers, request.rows, strict=True):
            if number in request.accepted_before:
                continue
            yield Charge(*account, references.get(row) or account_reference, dashed(number), fee)


def _requests_by_carrier(ready: list[Request]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for request in ready:
        counts[request.carrier] = counts.get(request.carrier, 0) + 1
    return counts
