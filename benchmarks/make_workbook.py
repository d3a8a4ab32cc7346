"""W(n): a workbook of n number rows and n/20 accounts, 3 % of the rows with one faulty cell, from a fixed random seed.

`python -m benchmarks.make_workbook 100000 OUT.xlsx [--kind KIND]`. The other kinds are worst cases with the same number of
rows.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import xlsxwriter

from lnp_batch.columns import Kind, Sheet
from lnp_batch.columns.accounts import ACCOUNTS
from lnp_batch.columns.batch import BATCH
from lnp_batch.columns.numbers import NUMBERS

REFERENCE_DATE = dt.date(2026, 11, 23)
LINES = 20
"""Numbers per account."""
FAULTY = 0.03
"""Share of the rows with a faulty cell, in the plain kind."""
REFORMATTED = 0.1
"""Share of the sound rows whose number is written in another common format."""
KINDS = ("plain", "faulty", "unfilled", "duplicates", "one-account", "many-accounts")
Row = dict[str, Any]

PLACES = (
    ("QC", ("514", "438", "450"), "Montréal", "H3B 4W8"),
    ("QC", ("418", "581"), "Québec", "G1R 2B5"),
    ("ON", ("416", "647", "905"), "Toronto", "M5H 2N2"),
    ("ON", ("613", "343"), "Ottawa", "K1P 1J1"),
    ("BC", ("604", "778"), "Vancouver", "V6B 1A1"),
    ("AB", ("403", "587"), "Calgary", "T2P 2M5"),
)
CARRIERS = ("Bell Canada", "Vidéotron", "TELUS", "Rogers", "Cogeco", "Distributel", "Iristel", "Allstream")
TRADES = ("Plomberie", "Clinique", "Boulangerie", "Garage", "Notaires", "Pharmacie", "Imprimerie", "Traiteur")
NAMES = ("Gagné", "Roy", "Tremblay", "Côté", "Bouchard", "Gauthier", "Morin", "Lavoie", "Fortin", "Gagnon")
FIRST_NAMES = ("Marie", "Luc", "Julie", "Éric", "Nathalie", "Sylvain", "Chantal", "Benoît")

FAULTS: tuple[Callable[[Row], Row], ...] = (
    lambda row: {"number": row["number"][:-1]},
    lambda row: {"number": row["number"] + " poste 12"},
    lambda row: {"number": "514-911-" + row["number"][-4:]},
    lambda row: {"active": "Non"},
    lambda row: {"active": ""},
    lambda row: {"dsl": "Oui"},
    lambda row: {"alarm": "peut-être"},
)
FORMATS: tuple[Callable[[str], object], ...] = (
    lambda number: number.replace("-", "."),
    lambda number: f"({number[:3]}) {number[4:]}",
    lambda number: f"+1 {number}",
    lambda number: int(number.replace("-", "")),
)
"""Other common formats of a number."""


def first_numbers() -> Iterator[tuple[int, str]]:
    """Yield an index of PLACES and the first number of a block of LINES numbers (`514-222-2000`); no block twice."""
    for exchange in range(222, 911):
        for line in range(0, 10_000, LINES):
            for at, (_province, codes, _city, _postal) in enumerate(PLACES):
                yield from ((at, f"{code}-{exchange}-{line:04d}") for code in codes)


def account(at: int, place: int, btn: str, lines: int, draw: random.Random) -> Row:
    """Return a faultless account of `lines` numbers."""
    province, _codes, city, postal = PLACES[place]
    name = f"{draw.choice(TRADES)} {draw.choice(NAMES)} {at} inc."
    evidence = draw.choice(("CSR", "CSR et facture", "Facture"))
    return {
        "account_ref": f"A{at}",
        "carrier": draw.choice(CARRIERS),
        "account_number": f"{draw.randrange(10**5):05d}-{at:06d}",
        "btn": btn,
        "port_type": "Complet",
        "total_numbers": lines,
        "evidence": evidence,
        "bill_date": "" if evidence == "CSR" else REFERENCE_DATE - dt.timedelta(days=draw.randrange(1, 45)),
        "name_on_bill": name,
        "address_on_bill": f"{draw.randrange(10, 9900)}, rue {draw.choice(NAMES)}",
        "city_on_bill": city,
        "province": province,
        "postal_code_on_bill": postal,
        "name": name if draw.random() < 0.5 else "",
        "signer": f"{draw.choice(FIRST_NAMES)} {draw.choice(NAMES)}",
        "freeze": "Non",
        "restriction": "Non",
        "pending_order": "Non",
        "list_reviewed": "Oui",
        "will_wait": "Oui",
    }


def number(key: str, words: str) -> Row:
    """Return a faultless number row."""
    return {
        "account_ref": key,
        "number": words,
        "action": "Porter",
        "line_type": "Filaire",
        "active": "Oui",
        "dsl": "Non",
        "alarm": "Non",
        "reference": f"DOS-{key[1:]:>06}",
    }


def batch(count: int, kind: str = "plain", seed: int = 1, skip: int = 0) -> tuple[list[Row], list[Row]]:
    """Return the accounts and numbers of a batch of `count` number rows; the first `skip` blocks of numbers are not used.
    Raises ValueError for an unknown `kind`."""
    if kind not in KINDS:
        raise ValueError(kind)
    draw = random.Random(f"{count} {kind} {seed}")
    lines = {"one-account": count, "many-accounts": 2}.get(kind, LINES)
    accounts: list[Row] = []
    numbers: list[Row] = []
    blocks = islice(first_numbers(), skip, None)
    while len(numbers) < count:
        size = min(lines, count - len(numbers))
        starts = list(islice(blocks, -(-size // LINES)))
        key = f"A{len(accounts) + 1}"
        accounts.append(account(len(accounts) + 1, *starts[0], size, draw))
        every = (f"{start[:-4]}{int(start[-4:]) + step:04d}" for _place, start in starts for step in range(LINES))
        numbers += [number(key, words) for words in islice(every, size)]
    if kind == "duplicates":
        half = len(numbers) // 2
        for first, second in zip(numbers[:half], numbers[half:], strict=False):
            second["number"] = first["number"]
    if kind == "unfilled":
        for row in numbers:
            row |= {"active": "", "dsl": "", "alarm": ""}
    faulty = {"faulty": 1.0, "plain": FAULTY}.get(kind, 0.0)
    for row in numbers:
        if draw.random() < faulty:
            row |= draw.choice(FAULTS)(row)
        elif draw.random() < REFORMATTED:
            row["number"] = draw.choice(FORMATS)(row["number"])
    return accounts, numbers


def write(path: Path, accounts: list[Row], numbers: list[Row], reference: str = "Banc d'essai") -> None:
    """Write the workbook with shared strings, as Excel does. `reference` is the batch reference."""
    with xlsxwriter.Workbook(path, {"strings_to_urls": False, "strings_to_formulas": False}) as workbook:
        date = workbook.add_format({"num_format": "yyyy-mm-dd"})
        sender = {
            "reseller_code": "HR-01",
            "reseller_name": "Heures Rouges Télécom inc.",
            "contact_name": "Julie Tremblay",
            "contact_email": "julie@example.com",
            "batch_reference": reference,
            "billing_province": "QC",
        }
        labels = workbook.add_worksheet(BATCH.name.fr)
        for at, column in enumerate(BATCH.columns):
            labels.write_string(at, 0, column.header.both("fr"))
            labels.write_string(at, 1, sender.get(column.key, ""))
        for sheet, rows in ((ACCOUNTS, accounts), (NUMBERS, numbers)):
            _write_sheet(workbook.add_worksheet(sheet.name.fr), sheet, rows, date)


def _write_sheet(worksheet: Any, sheet: Sheet, rows: list[Row], date: Any) -> None:
    places = {column.key: at for at, column in enumerate(sheet.columns)}
    for column in sheet.columns:
        worksheet.write_string(0, places[column.key], column.header.both("fr"))
    dates = {column.key for column in sheet.columns if column.kind is Kind.DATE}
    for at, row in enumerate(rows, 1):
        for key, value in row.items():
            if isinstance(value, str):
                if value:
                    worksheet._write_string(at, places[key], value)
            elif key in dates:
                worksheet.write_datetime(at, places[key], value, date)
            else:
                worksheet.write_number(at, places[key], value)


def main() -> None:
    parser = argparse.ArgumentParser(description="Write W(n).")
    parser.add_argument("count", type=int)
    parser.add_argument("out", type=Path)
    parser.add_argument("--kind", choices=KINDS, default="plain")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--many",
        type=int,
        help="write this many workbooks into the folder OUT, each with numbers and a reference of its own",
    )
    options = parser.parse_args()
    if options.many is None:
        write(options.out, *batch(options.count, options.kind, options.seed))
        return
    options.out.mkdir(parents=True, exist_ok=True)
    for at in range(options.many):
        rows = batch(options.count, options.kind, options.seed + at, at * -(-options.count // LINES))
        write(options.out / f"w-{at:04}.xlsx", *rows, reference=f"Banc d'essai {at + 1}")


if __name__ == "__main__":
    main()
