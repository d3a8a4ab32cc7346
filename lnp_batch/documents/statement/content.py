"""What an invoice workbook is made of, gathered from an outcome before anything is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from lnp_batch.columns.batch import BATCH
from lnp_batch.documents.earlier_rounds import already_accepted, of_earlier_rounds
from lnp_batch.model.context import Seller
from lnp_batch.model.money import ZERO, Invoice
from lnp_batch.model.outcome import Counts, Outcome
from lnp_batch.model.request import Request
from lnp_batch.model.text import Lang, Text

FRENCH_FIRST = frozenset({"QC"})
"""Provinces whose buyers read French first and English after, in one document."""


class Charge(NamedTuple):
    """One number that is billed, `number` as `514-555-0100`, `fee` in dollars before tax."""

    request: str
    account_ref: str
    carrier: str
    account_number: str
    reference: str
    number: str
    fee: Decimal


@dataclass(frozen=True)
class StatementContent:
    """An invoice, who sends it and who pays it, and the numbers behind it.

    `number` is None for a draft. `references` are what the buyer calls this by: a label and its words. `customers`
    maps an account key to the name on its bill, `requests` how many requests each carrier is asked, and
    `requests_fee` is what these cost by their own count. `already` is how many accepted numbers an earlier round was
    billed for.
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
    requests: Mapping[str, int]
    requests_fee: Decimal
    counts: Counts
    now: dt.datetime
    already: int = 0
    earlier: tuple[Text, ...] = ()

    @property
    def bilingual(self) -> bool:
        """Whether everything is said in French, then in English."""
        return self.invoice.province in FRENCH_FIRST

    @property
    def first(self) -> Lang:
        """The language that stands first, or alone."""
        return "fr" if self.bilingual else self.lang

    def say(self, text: Text) -> str:
        """A label: `Sous-total / Subtotal` for a buyer in Quebec, else in the one language."""
        return text.both("fr", " / ") if self.bilingual else text[self.lang]

    def say_lines(self, text: Text) -> tuple[str, ...]:
        """A sentence: in French, then in English, for a buyer in Quebec, else in the one language."""
        return tuple(text.both("fr", "\n").split("\n")) if self.bilingual else (text[self.lang],)


def draft_of(outcome: Outcome) -> StatementContent:
    """The draft for a workbook's accepted numbers. ValueError where none is to be billed."""
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
        requests=_requests_by_carrier(ready),
        requests_fee=sum((request.fee for request in ready), ZERO),
        counts=outcome.counts,
        now=outcome.context.now,
        already=already_accepted(outcome),
        earlier=of_earlier_rounds(outcome),
    )


def _buyer(batch: Mapping[str, str]) -> tuple[str, ...]:
    code, province = batch.get("reseller_code", ""), batch.get("billing_province", "")
    contact = ", ".join(batch[key] for key in ("contact_name", "contact_email") if batch.get(key))
    return tuple(line for line in (batch.get("reseller_name", ""), f"{code} · {province}", contact) if line)


def _charges(ready: list[Request], outcome: Outcome) -> Iterator[Charge]:
    """One charge a number that is billed: its row's customer reference, else its account's."""
    invoice = outcome.invoice
    assert invoice is not None
    typed = dict(zip(outcome.numbers.index.tolist(), outcome.numbers["reference"].tolist(), strict=True))
    fee = invoice.unit_price
    for request in ready:
        asked = (request.id, request.account_ref, request.carrier, request.account_number)
        otherwise = request.reference or ""
        for number, row in zip(request.numbers, request.rows, strict=True):
            if number in request.accepted_before:
                continue
            dashed = f"{number[2:5]}-{number[5:8]}-{number[8:]}"
            yield Charge(*asked, typed.get(row) or otherwise, dashed, fee)


def _requests_by_carrier(ready: list[Request]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for request in ready:
        counts[request.carrier] = counts.get(request.carrier, 0) + 1
    return counts
