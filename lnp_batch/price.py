"""What a batch's accepted numbers cost: Decimal dollars, one rounding per tax, on the subtotal."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from lnp_batch.model.context import Context
from lnp_batch.model.money import AccountFees, CarrierFees, Invoice
from lnp_batch.model.request import Request
from lnp_batch.model.taxes import taxes
from lnp_batch.model.typed_batch import TypedBatch

K = TypeVar("K", bound=Hashable)


def with_sender_price(batch: TypedBatch) -> TypedBatch:
    """Return the batch with the unit price that the table of resellers gives its sender, if it gives one."""
    prices = batch.context.prices_of(batch.batch_sheet["reseller_code"])
    return replace(batch, context=replace(batch.context, unit_prices=prices))


def payer(batch: TypedBatch) -> dict[str, str]:
    """Return the batch sheet's text with the name and the province that the table of resellers gives its sender."""
    sender = batch.context.sender(batch.batch_sheet["reseller_code"])
    listed = {"reseller_name": sender.name, "billing_province": sender.province} if sender else {}
    return {**batch.batch_sheet, **{key: text for key, text in listed.items() if text}}


def price(requests: Sequence[Request], context: Context, province: str) -> Invoice | None:
    """Return the fees of the ready requests for a buyer in `province`, or None if there is no number to bill.

    Numbers that were billed in an earlier round are not billed again. Unit price and tax rates are those in force on
    the reference date. Raises KeyError for an unknown province.
    """
    ready = [request for request in requests if request.ready and request.billed]
    if not ready:
        return None
    day = context.reference_date
    quantity = sum(len(request.billed) for request in ready)
    unit_price = context.unit_price
    subtotal = unit_price * quantity
    sales_taxes = taxes(subtotal, province, day)
    return Invoice(
        date=day,
        province=province,
        unit_price=unit_price,
        quantity=quantity,
        subtotal=subtotal,
        taxes=sales_taxes,
        total=subtotal + sum(tax.amount for tax in sales_taxes),
        by_carrier=tuple(
            CarrierFees(carrier, count, unit_price * count)
            for carrier, count in _counted((request.carrier, request) for request in ready)
        ),
        by_account=tuple(
            AccountFees(*account, count, unit_price * count)
            for account, count in _counted(
                ((request.carrier, request.account_number, request.account_ref), request) for request in ready
            )
        ),
    )


def _counted(keyed: Iterable[tuple[K, Request]]) -> list[tuple[K, int]]:
    """Return how many numbers are billed under each key, in order of first appearance."""
    counts: dict[K, int] = {}
    for key, request in keyed:
        counts[key] = counts.get(key, 0) + len(request.billed)
    return list(counts.items())
