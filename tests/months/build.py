"""A month from its seed."""

from __future__ import annotations

import random
from typing import Any

from tests.months.customers import customers
from tests.months.faults import plant_some
from tests.months.month import Month, Row
from tests.months.oddities import Habits
from tests.months.sheet_faults import plant_on_sheets
from tests.months.workbook import layout

BATCH = {
    "reseller_code": "HR-01",
    "reseller_name": "Heures Rouges Télécom inc.",
    "contact_name": "Julie Tremblay",
    "contact_email": "julie@example.com",
    "billing_province": "QC",
}
NO_ROWS: dict[str, tuple[dict[str, Any], ...]] = {
    "fr": ({"account_ref": "Total", "number": "{count}"}, {"account_ref": "Merci!"}, {"number": "Total : {count}"}),
    "en": ({"account_ref": "Total", "number": "{count}"}, {"account_ref": "Thanks!"}, {"number": "Total: {count}"}),
}
"""What people write below the rows of Numbers."""


def month_of(seed: int, faults: bool = True) -> Month:
    """Return the month of a seed, the same forever; without `faults`, its honest oddities only."""
    rng = random.Random(seed)
    lang = "en" if seed % 2 else "fr"
    batch = Row("batch", {**BATCH, "batch_reference": f"{seed}", "language": lang})
    batch.typed = dict(batch.truth or {})
    month = Month(seed, rng, lang, layout(rng, lang), batch, customers(rng, lang))
    habits = Habits.of(rng, lang)
    for customer in month.customers:
        for row in (customer.account, *customer.numbers):
            habits.type(row)
    _arrange(month)
    if faults:
        plant_some(month)
        plant_on_sheets(month)
    _merge_keys(month)
    return month


def _arrange(month: Month) -> None:
    """Put the rows on their sheets, with an empty row, a separator or a total as people like them."""
    rng = month.rng
    gaps = rng.random() < 0.3
    month.sheets = {"accounts": [], "numbers": []}
    for customer in month.customers:
        month.sheets["accounts"].append(customer.account)
        month.sheets["numbers"] += customer.numbers
        if gaps:
            month.sheets["numbers"].append(None)
        elif rng.random() < 0.02:
            month.sheets["numbers"].append(Row("numbers", None, {"account_ref": rng.choice(("-----", "*****"))}))
    if rng.random() < 0.05:
        header = Row("numbers", None, dict(month.layout.headers["numbers"]))
        month.sheets["numbers"].insert(len(month.sheets["numbers"]) // 2, header)
    if rng.random() < 0.25:
        count = sum(customer.truth["total_numbers"] for customer in month.customers)
        words = rng.choice(NO_ROWS[month.lang])
        typed = {key: text.format(count=count) for key, text in words.items()}
        month.sheets["numbers"] += [None, Row("numbers", None, typed)]


def _merge_keys(month: Month) -> None:
    """In one month of twelve, merge the account key over a customer's rows, as the eye likes it."""
    if month.rng.random() >= 0.08:
        return
    for customer in month.customers:
        rows = [row for row in month.sheets["numbers"] if row in customer.numbers]
        untouched = not any(customer.key in fault.touches for fault in month.faults)
        if len(rows) > 1 and len(rows) == len(customer.numbers) and untouched:
            for row in rows[1:]:
                row.typed["account_ref"] = None
            month.merges.append(("numbers", "account_ref", rows[0], rows[-1]))
            return
