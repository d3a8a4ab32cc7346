"""What is wrong with a sheet: headers, merged cells, a second sheet, the batch's own cells."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from tests.months.month import EVERYTHING, Customer, Fault, Month, Row

MISTYPED = {
    "fr": {
        ("accounts", "signer"): "Signataire authorisé au compte",
        ("accounts", "total_numbers"): "Nombre total de numéros du compte",
        ("accounts", "evidence"): "Preuves fournies",
        ("numbers", "active"): "Actifs?",
    },
    "en": {
        ("accounts", "signer"): "Autorised signer on account",
        ("accounts", "total_numbers"): "Total numbers on the acount",
        ("accounts", "evidence"): "Evidence suplied",
        ("numbers", "active"): "Actives?",
    },
}
"""Headers that resemble one of ours, by sheet and column."""


def _header(month: Month, sheet: str, key: str, words: str) -> bool:
    headers = month.layout.headers[sheet]
    headers[key] = words
    month.faults.append(Fault("header", EVERYTHING, lambda: headers[key] == words and (0, key) not in month.confirmed))
    return True


def header_mistyped(month: Month) -> bool:
    (sheet, key), words = month.rng.choice(list(MISTYPED[month.lang].items()))
    return _header(month, sheet, key, words)


def header_empty(month: Month) -> bool:
    return _header(month, "accounts", month.rng.choice(("province", "will_wait")), "")


def merged_answers(month: Month) -> bool:
    """Two numbers of different customers, merged under Active?: the second one's answer is gone."""
    for one, other in pairwise(month.customers):
        first, second = one.numbers[-1], other.numbers[0]
        if _one_below_the_other(month, first, second) and _ported_and_free(month, first, second):
            second.typed["active"] = None
            month.merges.append(("numbers", "active", first, second))
            month.taken |= {(id(row), "active") for row in (first, second)}
            touched = frozenset({one.key, other.key})
            month.faults.append(Fault("merged", touched, lambda row=second: month.still(row, "active", None)))
            return True
    return False


def _one_below_the_other(month: Month, first: Row, second: Row) -> bool:
    rows = month.sheets["numbers"]
    return first in rows and second in rows and rows.index(second) == rows.index(first) + 1


def _ported_and_free(month: Month, *rows: Row) -> bool:
    return all(
        (id(row), "active") not in month.taken and (row.truth or {}).get("active") == "yes" and row.typed.get("active")
        for row in rows
    )


def second_sheets(month: Month) -> bool:
    """A customer on sheets of its own, such as `Comptes (2)` and `Numéros (2)`."""
    customer = month.customers[-1]
    if any(customer.key in fault.touches for fault in month.faults):
        return False
    own = [customer.account, *customer.numbers]
    for name in ("accounts", "numbers"):
        month.extra[name] = [row for row in month.sheets[name] if row is not None and row in own]
        month.sheets[name] = [row for row in month.sheets[name] if row not in own]
    month.faults.append(Fault("second sheet", EVERYTHING, lambda: bool(month.extra)))
    return True


def _batch(key: str, words: tuple[object, object]) -> Callable[[Month], bool]:
    def plant(month: Month) -> bool:
        bad = words[month.lang == "en"]
        month.plant(key, Customer(Row("batch", {"account_ref": "*"}), []), month.batch, key, bad)
        return True

    return plant


SHEET_FAULTS: tuple[tuple[str, Callable[[Month], bool]], ...] = (
    ("header mistyped", header_mistyped),
    ("header empty", header_empty),
    ("merged answers", merged_answers),
    ("second sheets", second_sheets),
    ("batch e-mail incomplete", _batch("contact_email", ("julie@exemple", "julie@example"))),
    ("batch contact says nothing", _batch("contact_name", ("?", "?"))),
    ("batch province forgotten", _batch("billing_province", (None, None))),
)


def plant_on_sheets(month: Month) -> None:
    """Plant a fault of a sheet in one month of three."""
    if month.rng.random() >= 0.35:
        return
    name, plant = month.rng.choice(SHEET_FAULTS)
    if plant(month):
        month.faults[-1].name = name
