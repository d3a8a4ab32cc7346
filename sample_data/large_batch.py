"""A batch of 5,000 rows, generated with a fixed seed: 250 accounts of 20 numbers, with the mistakes of a batch that size.

Every mistake is made on purpose and listed as a :class:`Planted`; the test compares the program's findings with the list.
Some numbers are also written in another common form, which is only normalized.

555-0100 to 555-0199 are not enough for 5,000 numbers in these area codes, so the line numbers here begin at 2000. The
exchange is still 555, which serves no subscriber in any Canadian area code.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator

from sample_data.story import Planted, Row, Story

SEED = 5000
ACCOUNTS = 250
LINES = 20
FIRST_LINE = 2000
ACCOUNTS_WITH_FAULTY_NUMBERS = 62
ACCOUNTS_AT_FAULT = 34
PARTIAL_EVERY = 9
PIN_EVERY = 25
REWRITTEN = 0.06
HEADER_ROWS = 2
"""An index from 0 and the header row: the first row of data is 2."""

PLACES = (
    ("BC", "604 778 250", "Vancouver Burnaby Kelowna Victoria", "V5K V6B V1Y V8W", ("TELUS", "Shaw")),
    ("AB", "403 587 780", "Calgary Edmonton Lethbridge", "T2P T5J T1J", ("TELUS", "Shaw", "Allstream")),
    ("SK", "306 639", "Regina Saskatoon", "S4P S7K", ("SaskTel", "Shaw")),
    ("MB", "204 431", "Winnipeg Brandon", "R3C R7A", ("Bell Canada", "Shaw")),
    ("ON", "416 647 905 613", "Toronto Ottawa Hamilton", "M5H K1P L8P", ("Bell Canada", "Rogers", "Cogeco", "Allstream")),
    ("QC", "514 438 418", "Montréal Québec Laval", "H3B G1R J4K", ("Bell Canada", "Vidéotron", "Cogeco")),
    ("NB", "506", "Moncton Fredericton", "E1C E3B", ("Bell Canada", "Rogers")),
    ("NS", "902", "Halifax Sydney", "B3J B1P", ("Bell Canada", "Eastlink")),
    ("NL", "709", "Gander Corner-Brook", "A1V A2H", ("Bell Canada", "Rogers")),
)  # fmt: skip
"""Province, area codes, cities with their postal areas, carriers."""

FIRM = "Harvest Northgate Cedar Beacon Summit Prairie Granite Harbour Maple Falcon Juniper Copper Willow Aurora".split()
TRADE = (
    "Dental",
    "Insurance",
    "Autobody",
    "Law Office",
    "Pharmacy",
    "Bakery",
    "Plumbing",
    "Realty",
    "Optical",
    "Foods",
)
STREET = ("Main St", "King St W", "Industrial Blvd", "Station Rd", "Elm Ave", "Queen St E", "Railway Ave", "Mill Rd")
FIRST_NAME = "Amira Brett Carla Devon Elise Farid Gwen Hassan Irene Jonas Karim Leah Mateo Noor Owen Pilar".split()
LAST_NAME = "Abbott Boucher Chan Dhillon Evans Fraser Gill Hughes Ivanov Joshi Kowalski Leduc Murphy Nolan".split()
POSTAL_LETTERS = "ABCEGHJKLMNPRSTVWXYZ"


def large_batch() -> Story:
    """A migration of 250 business accounts: most are accepted, and the findings say what holds the others."""
    draw = random.Random(SEED)
    accounts = list(_accounts(draw))
    numbers = [row for account in accounts for row in _numbers(account, draw)]
    chosen = draw.sample(range(ACCOUNTS), ACCOUNTS_WITH_FAULTY_NUMBERS + ACCOUNTS_AT_FAULT)
    planted = [
        *_spoil_numbers(numbers, sorted(chosen[:ACCOUNTS_WITH_FAULTY_NUMBERS]), draw),
        *_spoil_accounts(accounts, sorted(chosen[ACCOUNTS_WITH_FAULTY_NUMBERS:])),
    ]
    return Story(
        "11-five-thousand-rows.xlsx",
        "en",
        {
            "reseller_code": "TRN-900",
            "reseller_name": "Transnational Voice Migration Ltd.",
            "contact_name": "Imogen Clarke",
            "contact_email": "imogen@tvm.example",
            "batch_reference": "Migration, wave 1",
            "purchase_order": "TVM-2026-11",
            "billing_province": "BC",
        },
        tuple(accounts),
        tuple(numbers),
        rows=ACCOUNTS * LINES,
        planted=tuple(planted),
    )


# ------------------------------------------------------------------------------------------------ sound rows


def _accounts(draw: random.Random) -> Iterator[Row]:
    for at in range(ACCOUNTS):
        province, area_codes, cities, postal_areas, carriers = PLACES[at % len(PLACES)]
        area_code = draw.choice(area_codes.split())
        first = FIRST_LINE + at * LINES
        city, postal_area = draw.choice(list(zip(cities.split(), postal_areas.split(), strict=True)))
        name = f"{FIRM[at % len(FIRM)]} {draw.choice(TRADE)} {1 + at // len(FIRM)} Ltd."
        partial = at % PARTIAL_EVERY == 0
        dated = draw.random() < 0.6
        account: Row = {
            "account_ref": f"A{at + 1}",
            "carrier": draw.choice(carriers),
            "account_number": f"{draw.randrange(10**5):05d}-{at:03d}-{draw.randrange(10**4):04d}",
            "btn": f"{area_code}-555-{first}",
            "port_type": "Partial" if partial else "Full",
            "total_numbers": LINES,
            "evidence": "Bill" if dated else "CSR",
            "name_on_bill": name,
            "address_on_bill": f"{draw.randrange(10, 9900)} {draw.choice(STREET)}",
            "city_on_bill": city.replace("-", " "),
            "province": province,
            "postal_code_on_bill": f"{postal_area} {_postal_end(draw)}",
            "signer": f"{draw.choice(FIRST_NAME)} {draw.choice(LAST_NAME)}",
            "freeze": "No",
            "restriction": "No",
            "pending_order": "No",
            "list_reviewed": "Yes",
            "will_wait": "Yes",
        }
        if dated:
            account["bill_date"] = dt.date(2026, 11, 20) - dt.timedelta(days=draw.randrange(45))
        if at % PIN_EVERY == 0:
            account["pin"] = f"{draw.randrange(10**7, 10**8)}"
        yield account


def _postal_end(draw: random.Random) -> str:
    return f"{draw.randrange(10)}{draw.choice(POSTAL_LETTERS)}{draw.randrange(10)}"


REWRITINGS: tuple[Callable[[str], object], ...] = (
    lambda number: number.replace("-", "."),
    lambda number: f"({number[:3]}) {number[4:]}",
    lambda number: f"+1 {number}",
    lambda number: int(number.replace("-", "")),
    lambda number: f" {number}",
)
"""Other forms of a number, which are only normalized."""


def _numbers(account: Row, draw: random.Random) -> Iterator[Row]:
    area_code, exchange, first = account["btn"].split("-")
    for line in range(LINES):
        number: object = f"{area_code}-{exchange}-{int(first) + line}"
        if draw.random() < REWRITTEN:
            number = draw.choice(REWRITINGS)(str(number))
        if account["port_type"] == "Partial" and line == 0:
            yield {"account_ref": account["account_ref"], "number": number, "action": "Keep"}
        else:
            yield {"account_ref": account["account_ref"], "number": number, "active": "Yes", "dsl": "No", "alarm": "No"}


# ------------------------------------------------------------------------------------------------ mistakes

Spoil = tuple[str, str, Callable[[str], object]]
"""The rule, the column, and what is typed there instead, given the account's area code and line: 604-555-2007."""

IN_NUMBERS: tuple[Spoil, ...] = (
    ("NUM001", "number", lambda number: number[:-1]),
    ("NUM001", "number", lambda number: number + "0"),
    ("NUM002", "number", lambda number: f"{number} / {number[:-3]}{int(number[-3:]) ^ 1:03d}"),
    ("NUM003", "number", lambda number: f"{number} ext. 21"),
    ("NUM004", "number", lambda number: number.replace("-555-", "-055-")),
    ("NUM006", "number", lambda number: "212" + number[3:]),
    ("NUM007", "number", lambda number: "866" + number[3:]),
    ("NUM008", "number", lambda number: "900" + number[3:]),
    ("NUM009", "number", lambda number: "295" + number[3:]),
    ("NUM012", "account_ref", lambda number: "B" + number[-3:]),
    ("NUM013", "active", lambda _number: "No"),
    ("NUM014", "active", lambda _number: "Unknown"),
    ("NUM015", "dsl", lambda _number: "Yes"),
    ("NUM015", "dsl", lambda _number: "Unknown"),
    ("NUM016", "alarm", lambda _number: "Yes"),
    ("NUM017", "special_service", lambda _number: "Hunt group"),
    ("NUM017", "special_service", lambda _number: "Elevator"),
    ("NUM019", "line_type", lambda _number: "Toll-free"),
    ("NUM023", "number", lambda number: "867" + number[3:]),
    ("CEL001", "alarm", lambda _number: None),
    ("CEL001", "dsl", lambda _number: None),
    ("CEL001", "number", lambda _number: None),
    ("CEL002", "active", lambda _number: "Maybe"),
    ("CEL002", "action", lambda _number: "Move"),
    ("CEL005", "notes", lambda _number: "See e-mail. " * 60),
    ("CEL008", "special_service", lambda _number: "#N/A"),
)
REPEATED = "NUM010"


def _spoil_numbers(numbers: list[Row], accounts: list[int], draw: random.Random) -> Iterator[Planted]:
    """Spoil one to four rows of each of these accounts; in every seventh one, also repeat a number."""
    turn = 0
    for order, account in enumerate(accounts):
        start = account * LINES
        spoilt = sorted(draw.sample(range(1, LINES - 2), draw.randint(1, 4)))
        area_code, _exchange, first = _plain(numbers[start]["number"]).split("-")
        for line in spoilt:
            code, column, spoil = IN_NUMBERS[turn % len(IN_NUMBERS)]
            turn += 1
            numbers[start + line][column] = spoil(f"{area_code}-555-{int(first) + line}")
            yield Planted(code, "numbers", start + line + HEADER_ROWS, column)
        if order % 7 == 0:
            numbers[start + LINES - 1]["number"] = numbers[start + LINES - 2]["number"]
            for line in (LINES - 2, LINES - 1):
                yield Planted(REPEATED, "numbers", start + line + HEADER_ROWS, "number")


def _plain(number: object) -> str:
    """Return a number in any of REWRITINGS as 604-555-2007."""
    ten = "".join(mark for mark in str(number) if mark.isdigit())[-10:]
    return f"{ten[:3]}-{ten[3:6]}-{ten[6:]}"


IN_ACCOUNTS: tuple[tuple[str, str, Callable[[Row], object], Row], ...] = (
    ("CEL001", "signer", lambda _row: None, {}),
    ("CEL002", "evidence", lambda _row: "Contract", {}),
    ("CEL003", "requested_date", lambda _row: "03/04/2026", {}),
    ("CEL004", "total_numbers", lambda _row: "twenty", {}),
    ("CEL006", "account_number", lambda row: int(row["account_number"].replace("-", "")) + 10**12, {}),
    ("CEL010", "signer_email", lambda _row: "owner@firm", {}),
    ("CEL011", "account_number", lambda _row: dt.date(2026, 5, 12), {}),
    ("ACC003", "carrier", lambda _row: "Northern Telephone", {}),
    ("ACC005", "btn", lambda row: row["btn"][:-2], {}),
    ("ACC007", "evidence", lambda _row: "None", {}),
    ("ACC009", "bill_date", lambda _row: None, {"evidence": "Bill"}),
    ("ACC010", "bill_date", lambda _row: dt.date(2026, 9, 1), {"evidence": "Bill"}),
    ("ACC011", "bill_date", lambda _row: dt.date(2026, 8, 3), {"evidence": "CSR and bill"}),
    ("ACC012", "bill_date", lambda _row: dt.date(2026, 12, 3), {"evidence": "Bill"}),
    ("ACC013", "evidence", lambda _row: "Screenshot", {"bill_date": dt.date(2026, 11, 12)}),
    ("ACC014", "name", lambda row: row["name_on_bill"].replace(" Ltd.", ""), {}),
    ("ACC015", "address", lambda row: row["address_on_bill"] + ", Unit 2", {}),
    ("ACC016", "name", lambda row: row["name_on_bill"].upper(), {}),
    ("ACC017", "address_on_bill", lambda _row: "PO Box 118", {}),
    ("ACC018", "postal_code_on_bill", lambda row: row["postal_code_on_bill"][:-1], {}),
    ("ACC019", "postal_code_on_bill", lambda _row: "Y1A 2C6", {}),
    ("ACC020", "signer", lambda row: row["name_on_bill"], {}),
    ("ACC021", "freeze", lambda _row: "Yes", {}),
    ("ACC022", "restriction", lambda _row: "Yes", {}),
    ("ACC023", "freeze", lambda _row: "Unknown", {}),
    ("ACC024", "pending_order", lambda _row: "Yes", {}),
    ("ACC025", "pending_order", lambda _row: "Unknown", {}),
    ("ACC026", "list_reviewed", lambda _row: "No", {}),
    ("ACC027", "will_wait", lambda _row: "No", {}),
    ("ACC028", "under_contract", lambda _row: "Yes", {}),
    ("ACC029", "requested_date", lambda _row: dt.date(2026, 12, 25), {}),
    ("ACC030", "requested_date", lambda _row: dt.date(2026, 11, 26), {}),
    ("REQ008", "total_numbers", lambda _row: LINES - 1, {}),
)
"""The rule, its column, what is typed there, and what else the row needs for the rule to apply."""


def _spoil_accounts(accounts: list[Row], chosen: list[int]) -> Iterator[Planted]:
    """Spoil one cell of each of these accounts, with each kind of mistake in turn."""
    for turn, at in enumerate(chosen):
        code, column, spoil, beside = IN_ACCOUNTS[turn % len(IN_ACCOUNTS)]
        accounts[at] |= {**beside, column: spoil(accounts[at])}
        yield Planted(code, "accounts", at + HEADER_ROWS, column)
