"""Compare the prices at which numbers were billed with those that were in force on that day."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from lnp_batch.ledger.audit import BilledPrice
from lnp_batch.model.amounts import count_of, dollars
from lnp_batch.model.context import Context
from lnp_batch.model.fees import in_dollars
from lnp_batch.model.money import in_force
from lnp_batch.model.text import Lang, Text

OTHER_PRICE = Text(
    "Lot {batch} : numéros facturés {billed} chacun le {day} : {count}; prix en vigueur ce jour-là : {price}.",
    "Batch {batch}: numbers billed at {billed} each on {day}: {count}; price in force on that day: {price}.",
)
NO_PRICE = Text("aucun", "none")


def wrong_prices(billed: Iterable[BilledPrice], prices: Context) -> dict[str, list[Text]]:
    """Return batch → a sentence for each of its prices that was not the one of its day."""
    found: dict[str, list[Text]] = {}
    for each in billed:
        price = _price_on(each, prices)
        if price != in_dollars(each.cents):
            sentence = Text(_words(each, price, "fr"), _words(each, price, "en"))
            found.setdefault(each.batch, []).append(sentence)
    return found


def _price_on(billed: BilledPrice, prices: Context) -> Decimal | None:
    try:
        return in_force(prices.prices_of(billed.reseller), billed.day)
    except LookupError:
        return None


def _words(billed: BilledPrice, price: Decimal | None, lang: Lang) -> str:
    return OTHER_PRICE[lang].format(
        batch=billed.batch,
        count=count_of(billed.count, lang),
        billed=dollars(in_dollars(billed.cents), lang),
        day=billed.day,
        price=NO_PRICE[lang] if price is None else dollars(price, lang),
    )
