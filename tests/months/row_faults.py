"""What is wrong with a row: typed twice, forgotten, pasted askew, or not one of the customer's at all."""

from __future__ import annotations

import copy
import itertools

from lnp_batch.columns.sheets import column_of
from tests.months.month import Customer, Fault, Month, Plant, Row, is_free, ported, ten_digits
from tests.months.oddities import PHONES


def _insert_after(month: Month, sheet: str, row: Row, new: Row) -> None:
    month.sheets[sheet].insert(month.sheets[sheet].index(row) + 1, new)


def _surplus(month: Month, customer: Customer, name: str, row: Row, touches: frozenset[str] | None = None) -> None:
    month.faults.append(Fault(name, touches or frozenset({customer.key}), lambda: month.has(row)))


def number_twice(month: Month, customer: Customer) -> bool:
    first = month.rng.choice(ported(customer))
    again = Row("numbers", None, dict(first.typed, number=PHONES[3](ten_digits(first))))
    _insert_after(month, "numbers", customer.numbers[-1], again)
    _surplus(month, customer, "number twice", again)
    return True


def number_under_two_accounts(month: Month, customer: Customer) -> bool:
    other = next(each for each in month.customers if each is not customer)
    first = month.rng.choice(ported(customer))
    again = Row("numbers", None, dict(first.typed, account_ref=other.account.typed["account_ref"]))
    _insert_after(month, "numbers", other.numbers[-1], again)
    _surplus(month, customer, "number under two accounts", again, frozenset({customer.key, other.key}))
    return True


def american_number(month: Month, customer: Customer) -> bool:
    row = Row("numbers", None, dict(ported(customer)[0].typed, number="212-736-5000", range_end=None))
    _insert_after(month, "numbers", customer.numbers[-1], row)
    _surplus(month, customer, "American number", row)
    return True


def toll_free(month: Month, customer: Customer) -> bool:
    last = f"{len(month.sheets['numbers']):04}"
    typed = dict(ported(customer)[0].typed, number=f"1-866-732-{last}", action=None, range_end=None)
    row = Row("numbers", {"account_ref": customer.key, "number": f"866732{last}", "action": "keep"}, typed)
    _insert_after(month, "numbers", customer.numbers[-1], row)
    month.taken.add((id(row), "action"))
    month.faults.append(Fault("toll-free", frozenset({customer.key}), lambda: month.still(row, "action", None)))
    return True


def example_number(month: Month, customer: Customer) -> bool:
    row = Row("numbers", None, dict(ported(customer)[0].typed, number="514-555-0100", range_end=None))
    _insert_after(month, "numbers", customer.numbers[-1], row)
    _surplus(month, customer, "example number left in", row)
    return True


def row_forgotten(month: Month, customer: Customer) -> bool:
    rows = [row for row in ported(customer) if ten_digits(row) != customer.truth["btn"]]
    if not rows or customer.truth["port_type"] != "full":
        return False
    row = rows[-1]
    month.sheets["numbers"].remove(row)
    customer.absent.append(row)
    month.faults.append(Fault("a row forgotten", frozenset({customer.key}), lambda: not month.has(row)))
    return True


def two_numbers_in_a_cell(month: Month, customer: Customer) -> bool:
    rows = ported(customer)
    if len(rows) < 2 or any((row.truth or {}).get("range_end") for row in rows):
        return False
    first, second = rows[0], rows[1]
    month.sheets["numbers"].remove(second)
    customer.absent.append(second)
    month.plant(
        "two numbers in a cell",
        customer,
        first,
        "number",
        f"{PHONES[0](ten_digits(first))} / {PHONES[0](ten_digits(second))}",
    )
    return True


def askew(month: Month, customer: Customer) -> bool:
    """A row pasted one cell to the right, from its key or from its number on."""
    row = month.rng.choice(customer.numbers)
    order = [key for key in month.layout.order["numbers"] if key and not column_of("numbers", key).ours]
    start = order.index(month.rng.choice(("account_ref", "number")))
    moved = order[start : order.index("alarm") + 2]
    before = copy.copy(row.typed)
    for left, right in itertools.pairwise(moved):
        row.typed[right] = before.get(left)
    row.typed[moved[0]] = None
    month.taken |= {(id(row), key) for key in moved}
    month.faults.append(Fault("row pasted askew", frozenset({customer.key}), lambda: month.still(row, moved[0], None)))
    return True


def range_backwards(month: Month, customer: Customer) -> bool:
    row = customer.numbers[-1]
    if not (row.truth or {}).get("range_end") or not is_free(month, row, "number", "range_end"):
        return False
    end, start = row.typed["range_end"], row.typed["number"]
    row.typed |= {"number": end, "range_end": start}
    month.taken |= {(id(row), "number"), (id(row), "range_end")}
    month.faults.append(
        Fault("range backwards", frozenset({customer.key}), lambda: month.still(row, "range_end", start))
    )
    return True


def account_twice(month: Month, customer: Customer) -> bool:
    """One account on two rows, its last number under the second one's key."""
    last = customer.numbers[-1]
    if len(customer.numbers) < 2 or not is_free(month, last, "account_ref"):
        return False
    key = f"{customer.key}b"
    again = Row("accounts", None, dict(customer.account.typed, account_ref=key))
    _insert_after(month, "accounts", customer.account, again)
    last.typed["account_ref"] = key
    month.taken.add((id(last), "account_ref"))
    _surplus(month, customer, "account twice", again, frozenset({customer.key, key}))
    return True


def one_key_for_two(month: Month, customer: Customer) -> bool:
    other = next(each for each in month.customers if each is not customer)
    rows = (customer.account, other.account, *other.numbers)
    if not all(is_free(month, row, "account_ref") for row in rows):
        return False
    bad = customer.account.typed["account_ref"]
    touched = frozenset({customer.key, other.key})
    for row in (other.account, *other.numbers):
        row.typed["account_ref"] = bad
    month.taken |= {(id(row), "account_ref") for row in rows}
    month.faults.append(
        Fault("one key for two accounts", touched, lambda: month.still(other.account, "account_ref", bad))
    )
    return True


ROW_FAULTS: tuple[tuple[str, Plant], ...] = (
    ("number twice", number_twice),
    ("number under two accounts", number_under_two_accounts),
    ("American number", american_number),
    ("toll-free", toll_free),
    ("example number", example_number),
    ("row forgotten", row_forgotten),
    ("two numbers in a cell", two_numbers_in_a_cell),
    ("askew", askew),
    ("one key for two", one_key_for_two),
    ("account twice", account_twice),
    ("range backwards", range_backwards),
    ("range backwards", range_backwards),
)
