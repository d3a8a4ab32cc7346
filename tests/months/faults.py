"""What is wrong in a month: faults of a cell or a row, each with its cell, the truth, and whether it must hold."""

from __future__ import annotations

import copy
import datetime as dt
import itertools
import random
from collections.abc import Callable, Iterator
from typing import Any

from lnp_batch.columns.sheets import column_of
from tests.months.customers import REFERENCE
from tests.months.month import Customer, Fault, Month, Row
from tests.months.oddities import PHONES

Plant = Callable[[Month, Customer], bool]
"""Plants a fault with a customer; False if the customer has no place for it."""


def _free(month: Month, row: Row, *keys: str) -> bool:
    return all((id(row), key) not in month.taken for key in keys)


def _ported(customer: Customer) -> list[Row]:
    return [row for row in customer.numbers if row.truth and row.truth.get("action") in (None, "port")]


def _wireline(customer: Customer) -> list[Row]:
    return [row for row in _ported(customer) if (row.truth or {}).get("line_type") in (None, "wireline")]


# ------------------------------------------------------------------------------------------------ an account's cell


def _cell(key: str, bad: Any, where: Callable[[Customer], bool] = lambda _customer: True, holds: bool = True) -> Plant:
    """Return what types `bad`, a value or a function of the month and the customer, under an account's column."""

    def plant(month: Month, customer: Customer) -> bool:
        if not (where(customer) and _free(month, customer.account, key)):
            return False
        value = bad(month, customer) if callable(bad) else month.rng.choice(bad)[month.lang == "en"]
        month.plant(key, customer, customer.account, key, value, holds=holds)
        return True

    return plant


def _other_name(month: Month, customer: Customer) -> str:
    name: str = customer.truth["name_on_bill"]
    ways = (f"{name} Groupe", name.replace(" inc.", "").replace(" Inc.", ""), f"{name[:-2]}{name[-1]}{name[-2]}")
    return next(way for way in month.rng.sample(ways, 3) if way != name)


def _other_civic(_month: Month, customer: Customer) -> str:
    address: str = customer.truth["address_on_bill"]
    digit = next(sign for sign in address if sign.isdigit())
    return address.replace(digit, str((int(digit) + 3) % 10 or 7), 1)


def _letter_o(_month: Month, customer: Customer) -> str:
    code: str = customer.truth["postal_code_on_bill"]
    return f"{code[:1]}O{code[2:]}"


def _one_name(_month: Month, customer: Customer) -> str:
    return str(customer.truth["signer"]).split()[-1]


def _day(first: int, last: int) -> Callable[[Month, Customer], str]:
    def day(month: Month, _customer: Customer) -> str:
        return (REFERENCE - dt.timedelta(days=month.rng.randrange(first, last))).isoformat()

    return day


def _without_csr(customer: Customer) -> bool:
    return bool(customer.truth["evidence"] == "bill")


def _needs_new_btn(customer: Customer) -> bool:
    return bool(customer.truth.get("new_btn"))


def _has_btn(customer: Customer) -> bool:
    return bool(customer.truth["btn"]) and len(customer.numbers) > 1


def _has_file_columns(customer: Customer) -> bool:
    return bool(customer.truth.get("name"))


def _more(_month: Month, customer: Customer) -> int:
    return int(customer.truth["total_numbers"]) + 2


def _fewer(_month: Month, customer: Customer) -> int:
    return int(customer.truth["total_numbers"]) - 1


def _full_and_several(customer: Customer) -> bool:
    return customer.truth["port_type"] == "full" and len(customer.numbers) > 1


def _partial(customer: Customer) -> bool:
    return customer.truth["port_type"] == "partial"


def _short_btn(_month: Month, customer: Customer) -> str:
    return PHONES[0](customer.truth["btn"])[:-1]


def _other_btn(_month: Month, customer: Customer) -> str:
    return PHONES[0](customer.truth["btn"][:6] + "9999")


def _nothing(_month: Month, _customer: Customer) -> None:
    return None


NOTHING_SAID = (
    ("?", "?"),
    ("à venir", "TBD"),
    ("voir facture", "see bill"),
    ("xxx", "xxx"),
    ("idem", "same"),
    ("-", "-"),
)
ACCOUNT_FAULTS: tuple[tuple[str, Plant], ...] = (
    ("no new BTN", _cell("new_btn", _nothing, _needs_new_btn)),
    ("the new BTN is the BTN", _cell("new_btn", lambda _m, c: PHONES[1](c.truth["btn"]), _needs_new_btn)),
    ("another name", _cell("name", _other_name, _has_file_columns)),
    ("another civic number", _cell("address", _other_civic, _has_file_columns)),
    ("another town", _cell("city", (("Laval", "Mississauga"),), _has_file_columns)),
    ("another postal code", _cell("postal_code", (("H1A 1A1", "K1A 0B1"),), _has_file_columns)),
    ("address says nothing", _cell("address_on_bill", NOTHING_SAID)),
    ("name says nothing", _cell("name_on_bill", (("?", "?"), ("à venir", "TBD"), ("voir facture", "see bill")))),
    ("city says nothing", _cell("city_on_bill", (("?", "?"), ("-", "N/A")))),
    ("account number says nothing", _cell("account_number", (("?", "?"), ("0", "0"), ("à venir", "to come")))),
    ("signer says nothing", _cell("signer", (("?", "?"), ("à venir", "TBD")))),
    ("carrier says nothing", _cell("carrier", (("?", "?"), ("inconnu", "unknown")))),
    ("frozen", _cell("freeze", (("Oui", "Yes"),))),
    ("freeze unknown", _cell("freeze", (("Inconnu", "Unknown"),))),
    ("restriction", _cell("restriction", (("Oui", "Yes"), ("Inconnu", "Unknown")))),
    ("pending order", _cell("pending_order", (("Oui", "Yes"), ("Inconnu", "Unknown")))),
    ("list not reviewed", _cell("list_reviewed", (("Non", "No"),))),
    ("cancels early", _cell("will_wait", (("Non", "No"),))),
    ("answer forgotten", _cell("will_wait", _nothing)),
    ("a word of no list", _cell("freeze", (("à vérifier", "have to check"), ("peut-être", "maybe")))),
    (
        "two carriers",
        _cell("carrier", (("Bell et Vidéotron", "Bell and Rogers"), ("Bell / Allstream", "Rogers, Telus"))),
    ),
    ("total too large", _cell("total_numbers", _more, _full_and_several)),
    ("total too small", _cell("total_numbers", _fewer, _full_and_several)),
    ("total in words", _cell("total_numbers", (("environ 10", "about 10"),))),
    ("old bill", _cell("bill_date", _day(61, 200), _without_csr)),
    ("bill in the future", _cell("bill_date", _day(-25, -3), _without_csr)),
    ("bill without a date", _cell("bill_date", _nothing, _without_csr)),
    ("ambiguous date", _cell("bill_date", (("03/11/2026", "11/03/2026"),), _without_csr)),
    ("no evidence", _cell("evidence", (("Aucune", "None"),))),
    ("PO box", _cell("address_on_bill", (("C.P. 117", "PO Box 117"), ("Case postale 40", "RR 2")))),
    ("address of another cell", _cell("address_on_bill", (("Même adresse", "Same address"), ("4521", "4521")))),
    ("postal code as a town", _cell("city_on_bill", (("H2X 1Y4", "M5V 2T6"),))),
    ("phone as a name", _cell("name_on_bill", (("514-845-2201", "416-845-2201"),))),
    ("letter O in the postal code", _cell("postal_code_on_bill", _letter_o)),
    ("one name", _cell("signer", _one_name)),
    ("short BTN", _cell("btn", _short_btn, _has_btn)),
    ("a BTN that is not listed", _cell("btn", _other_btn, lambda each: _full_and_several(each) and _has_btn(each))),
    ("formula error", _cell("signer", (("#N/A", "#REF!"),))),
    ("formula without a result", _cell("city_on_bill", (('="Laval"', '="Laval"'),))),
    ("full with a number that stays", _cell("port_type", (("Complet", "Full"),), _partial)),
    ("partial that takes all", _cell("port_type", (("Partiel", "Partial"),), _full_and_several)),
    ("note of a move", _cell("notes", (("le client a déménagé la semaine dernière", "customer moved last week"),))),
    (
        "note of a cancellation",
        _cell("notes", (("a appelé pour annuler", "has already called to cancel"),)),
    ),
    ("example left in", _cell("name_on_bill", (("Plomberie Untel et Fils inc.", "Plomberie Untel et Fils inc."),))),
    ("account number lost digits", _cell("account_number", lambda _m, _c: 12345678901234567)),
    ("account number made a date", _cell("account_number", lambda _m, _c: dt.datetime(2026, 5, 12))),
    ("incomplete e-mail", _cell("signer_email", (("marie@", "keith@"),))),
    ("requested Sunday", _cell("requested_date", (("2026-12-06", "2026-12-06"),))),
    ("PIN forgotten", _cell("pin", _nothing, lambda customer: bool(customer.truth["pin"]), holds=False)),
    ("a town called None", _cell("city_on_bill", (("None", "None"),), holds=False)),
)

# ------------------------------------------------------------------------------------------------ a number's cell


def _number(
    key: str, bad: Any, rows: Callable[[Customer], list[Row]] = _ported, truth: dict[str, Any] | None = None
) -> Plant:
    """Return the same for a column of a number; `truth` changes what is true of the row."""

    def plant(month: Month, customer: Customer) -> bool:
        free = [row for row in rows(customer) if _free(month, row, key)]
        if not free:
            return False
        row = month.rng.choice(free)
        value = bad(row) if callable(bad) else month.rng.choice(bad)[month.lang == "en"]
        month.plant(key, customer, row, key, value)
        assert row.truth
        row.truth |= truth or {}
        return True

    return plant


def _ten(row: Row) -> str:
    assert row.truth
    return str(row.truth["number"])


def _some(rng_names: tuple[str, str]) -> Callable[[Row], str]:
    return lambda row: f"{PHONES[0](_ten(row))} ({rng_names[int(_ten(row)) % 2]})"


NUMBER_FAULTS: tuple[tuple[str, Plant], ...] = (
    ("inactive", _number("active", (("Non", "No"),))),
    ("activity unknown", _number("active", (("Inconnu", "Unknown"), ("Inconnu", "Unknown")))),
    ("activity forgotten", _number("active", lambda _row: None)),
    ("DSL", _number("dsl", (("Oui", "Yes"), ("Inconnu", "Unknown")), _wireline, {"dsl": "yes_confirmed"})),
    ("alarm", _number("alarm", (("Oui", "Yes"), ("Inconnu", "Unknown")), _wireline, {"alarm": "yes_confirmed"})),
    ("DSL forgotten", _number("dsl", lambda _row: None, _wireline)),
    ("word of no list", _number("line_type", (("ligne de Yvan", "desk phone"),), _wireline, {"line_type": "wireline"})),
    ("nine digits", _number("number", lambda row: PHONES[0](_ten(row))[:-1])),
    ("eleven digits", _number("number", lambda row: f"{PHONES[0](_ten(row))}7")),
    ("letter O", _number("number", lambda row: f"{PHONES[0](_ten(row))[:-1]}O")),
    ("extension", _number("number", lambda row: f"{PHONES[0](_ten(row))} poste 12")),
    ("remark", _number("number", _some(("Yvan", "fax")))),
    ("impossible exchange", _number("number", lambda row: f"{_ten(row)[:3]}-1{_ten(row)[4:6]}-{_ten(row)[6:]}")),
    ("unknown key", _number("account_ref", (("A99", "A99"), ("Lépine", "Smith")))),
    (
        "note of a cancellation",
        _number("notes", (("ligne déjà coupée", "line already disconnected"),)),
    ),
)

# ------------------------------------------------------------------------------------------------ rows


def _insert_after(month: Month, sheet: str, row: Row, new: Row) -> None:
    month.sheets[sheet].insert(month.sheets[sheet].index(row) + 1, new)


def _surplus(month: Month, customer: Customer, name: str, row: Row, touches: frozenset[str] | None = None) -> None:
    month.faults.append(Fault(name, touches or frozenset({customer.key}), lambda: month.has(row)))


def number_twice(month: Month, customer: Customer) -> bool:
    first = month.rng.choice(_ported(customer))
    again = Row("numbers", None, dict(first.typed, number=PHONES[3](_ten(first))))
    _insert_after(month, "numbers", customer.numbers[-1], again)
    _surplus(month, customer, "number twice", again)
    return True


def number_under_two_accounts(month: Month, customer: Customer) -> bool:
    other = next(each for each in month.customers if each is not customer)
    first = month.rng.choice(_ported(customer))
    again = Row("numbers", None, dict(first.typed, account_ref=other.account.typed["account_ref"]))
    _insert_after(month, "numbers", other.numbers[-1], again)
    _surplus(month, customer, "number under two accounts", again, frozenset({customer.key, other.key}))
    return True


def american_number(month: Month, customer: Customer) -> bool:
    row = Row("numbers", None, dict(_ported(customer)[0].typed, number="212-736-5000"))
    _insert_after(month, "numbers", customer.numbers[-1], row)
    _surplus(month, customer, "American number", row)
    return True


def toll_free(month: Month, customer: Customer) -> bool:
    typed = dict(_ported(customer)[0].typed, number="1-866-732-4471", action=None)
    row = Row("numbers", {"account_ref": customer.key, "number": "8667324471", "action": "keep"}, typed)
    _insert_after(month, "numbers", customer.numbers[-1], row)
    month.taken.add((id(row), "action"))
    month.faults.append(Fault("toll-free", frozenset({customer.key}), lambda: month.still(row, "action", None)))
    return True


def example_number(month: Month, customer: Customer) -> bool:
    row = Row("numbers", None, dict(_ported(customer)[0].typed, number="514-555-0100"))
    _insert_after(month, "numbers", customer.numbers[-1], row)
    _surplus(month, customer, "example number left in", row)
    return True


def row_forgotten(month: Month, customer: Customer) -> bool:
    rows = [row for row in _ported(customer) if _ten(row) != customer.truth["btn"]]
    if not rows or customer.truth["port_type"] != "full":
        return False
    row = rows[-1]
    month.sheets["numbers"].remove(row)
    customer.absent.append(row)
    month.faults.append(Fault("a row forgotten", frozenset({customer.key}), lambda: not month.has(row)))
    return True


def two_numbers_in_a_cell(month: Month, customer: Customer) -> bool:
    rows = _ported(customer)
    if len(rows) < 2 or any((row.truth or {}).get("range_end") for row in rows):
        return False
    first, second = rows[0], rows[1]
    month.sheets["numbers"].remove(second)
    customer.absent.append(second)
    month.plant(
        "two numbers in a cell", customer, first, "number", f"{PHONES[0](_ten(first))} / {PHONES[0](_ten(second))}"
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
    month.faults.append(Fault("row pasted askew", frozenset({customer.key}), lambda: month.still(row, "number", None)))
    return True


def range_backwards(month: Month, customer: Customer) -> bool:
    row = customer.numbers[-1]
    if not (row.truth or {}).get("range_end") or not _free(month, row, "number", "range_end"):
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
    if len(customer.numbers) < 2 or not _free(month, last, "account_ref"):
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
    if not (_free(month, other.account, "account_ref") and _free(month, customer.account, "account_ref")):
        return False
    bad = customer.account.typed["account_ref"]
    touched = frozenset({customer.key, other.key})
    for row in (other.account, *other.numbers):
        row.typed["account_ref"] = bad
    month.taken |= {(id(row), "account_ref") for row in (customer.account, other.account, *other.numbers)}
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


def plant_some(month: Month) -> None:
    """Plant four to ten faults; at most one row fault and two others with a customer."""
    rng = month.rng
    kinds = [*ACCOUNT_FAULTS, *NUMBER_FAULTS, *NUMBER_FAULTS, *ROW_FAULTS]
    wanted = rng.randint(4, 10)
    for name, plant, customer in _attempts(rng, month, kinds):
        if wanted == 0:
            return
        before = len(month.faults)
        if plant(month, customer):
            for fault in month.faults[before:]:
                fault.name = name
            wanted -= 1


def _attempts(
    rng: random.Random, month: Month, kinds: list[tuple[str, Plant]]
) -> Iterator[tuple[str, Plant, Customer]]:
    """Yield faults to try, two customers of three at most being tried; the others have none of their own."""
    faulty = rng.sample(month.customers, max(2, 2 * len(month.customers) // 3))
    planted: dict[str, int] = {}
    for _attempt in range(80):
        name, plant = rng.choice(kinds)
        customer = rng.choice(faulty)
        touched = planted.get(customer.key, 0)
        if touched >= 3:
            continue
        rows_now = any(name == kind for kind, _plant in ROW_FAULTS)
        if rows_now and touched:
            continue
        planted[customer.key] = touched + (3 if rows_now else 1)
        yield name, plant, customer
