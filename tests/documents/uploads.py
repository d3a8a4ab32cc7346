"""Uploads with their typed cells, and outcomes with a state for each row: test cases for the annotated copy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pandas as pd

from lnp_batch.columns import Sheet
from lnp_batch.columns.accounts import ACCOUNTS
from lnp_batch.columns.batch import BATCH
from lnp_batch.columns.numbers import NUMBERS
from lnp_batch.columns.sheets import TEMPLATE_VERSION, sheet_of
from lnp_batch.model.finding import Finding, Severity
from lnp_batch.model.money import AccountFees, CarrierFees, Invoice, Tax
from lnp_batch.model.outcome import Counts, Outcome, State
from lnp_batch.model.reading import Cell, Header, Oddities, Reading, Rows, Table
from lnp_batch.model.request import HeldBy, Holders, Remaining, Request
from lnp_batch.model.text import Lang, Text, fold, spellings
from lnp_batch.read.workbook import as_grid
from lnp_batch.rules import rule_of
from tests.outcomes import BATCH as BATCH_WORDS
from tests.outcomes import CONTEXT, request

ERROR, CONFIRM, WARNING, INFO = Severity

BELL = {
    "account_ref": "A1", "carrier": "Bell", "account_number": "000451233889", "btn": "514-555-0100",
    "port_type": "full", "total_numbers": 21.0, "evidence": "csr_and_bill", "bill_date": dt.date(2026, 11, 2),
    "name_on_bill": "Plomberie Gagné et Fils inc.", "address_on_bill": "1250, boul. René-Lévesque O., bur. 200",
    "city_on_bill": "Montréal", "province": "QC", "postal_code_on_bill": "H3B 4W8", "signer": "Marie Gagné",
    "signer_email": "marie@example.com", "freeze": "no", "restriction": "no", "pending_order": "no",
    "list_reviewed": "yes", "will_wait": "yes", "under_contract": "no", "pin": "4471",
}  # fmt: skip
DENTIST = BELL | {
    "account_ref": "A2", "carrier": "Vidéotron", "account_number": "70123-44-001", "btn": "450-555-0140",
    "port_type": "partial", "total_numbers": 5.0, "name_on_bill": "Clinique Dentaire St-Jean inc.",
    "address_on_bill": "88, rue Saint-Jean", "city_on_bill": "Longueuil", "postal_code_on_bill": "J4H 2X1",
    "name": "Clinique dentaire St Jean", "address": "88 rue St-Jean", "signer": "Anne Roy", "signer_email": "", "pin": "",
    "under_contract": "yes",
}  # fmt: skip
GARAGE = BELL | {
    "account_ref": "A3", "carrier": "TELUS", "account_number": 998877.0, "btn": "418-555-0177", "port_type": "partial",
    "total_numbers": 4.0, "new_btn": "", "name_on_bill": "Garage Tremblay", "address_on_bill": "12, ch. du Lac",
    "city_on_bill": "Lévis", "postal_code_on_bill": "G6V 0A1", "signer": "Luc Tremblay", "signer_email": "", "pin": "",
    "notes": "Rappeler avant le port.\nDemander Luc.",
}  # fmt: skip
BAKERY = BELL | {
    "account_ref": "A4", "carrier": "Cogeco", "account_number": "5512", "btn": "", "total_numbers": 1.0,
    "name_on_bill": "Boulangerie du Coin", "address_on_bill": "4, rue Principale", "city_on_bill": "Magog",
    "postal_code_on_bill": "J1X 2A5", "signer": "Ève Côté", "signer_email": "", "pin": "",
}  # fmt: skip

LINE = {"action": "port", "line_type": "wireline", "active": "yes", "dsl": "no", "alarm": "no"}
LINES: Sequence[Mapping[str, Cell]] = (
    LINE | {"account_ref": "A1", "number": "514-555-0100", "reference": "Accueil"},
    LINE | {"account_ref": "A1", "number": "+1 (514) 555-0101", "range_end": "514-555-0119"},
    LINE | {"account_ref": "A1", "number": 15145550120.0, "special_service": "Ascenseur"},
    LINE | {"account_ref": "A2", "number": "450.555.0140"},
    LINE | {"account_ref": "A2", "number": "450 555 014"},
    LINE | {"account_ref": "A2", "number": "450-555-0141", "dsl": "yes", "alarm": "unknown"},
    {"account_ref": "A2", "number": "450-555-0149", "action": "keep"},
    LINE | {"account_ref": "A3", "number": "418-555-0177"},
    LINE | {"account_ref": "A3", "number": "418-555-0178"},
    LINE | {"account_ref": "A9", "number": "418-555-0199"},
    LINE | {"account_ref": "A4", "number": "819-555-0133", "line_type": "wireless", "dsl": "", "alarm": ""},
    LINE | {"account_ref": "A2", "number": "450-555-0140"},
)


def table(
    sheet: Sheet,
    rows: Sequence[Mapping[str, Cell]],
    lang: Lang,
    *,
    keys: Sequence[str] | None = None,
    above: Rows | None = None,
    foreign: Mapping[str, Sequence[Cell]] | None = None,
) -> Table:
    """A sheet of accounts or numbers as typed: list values in `lang`; `foreign` columns follow, a header each."""
    keys = list(keys or [column.key for column in sheet.columns])
    columns = [sheet.column(key) for key in keys]
    foreign = foreign or {}
    wide = len(keys) + len(foreign)
    grid: Rows = [[*row, *[""] * (wide - len(row))] for row in above or []]
    header: list[Cell] = [*(column.header.both(lang) for column in columns), *foreign]
    grid.append(header)
    for at, row in enumerate(rows):
        words = [_word(column.values, row.get(column.key, ""), lang) for column in columns]
        grid.append([*words, *(values[at] for values in foreign.values())])
    return as_table(sheet.key, sheet.name[lang], grid, len(above or []) + 1)


def _word(values: Any, value: Cell, lang: Lang) -> Cell:
    return next((listed.text[lang] for listed in values if listed.key == value), value)


def as_table(key: str, name: str, grid: Rows, header_row: int) -> Table:
    """A table of that grid, its header understood like the reader does."""
    ways = {way: column.key for column in sheet_of(key).columns for way in spellings(column.header, column.aliases)}
    header = grid[header_row - 1]
    where = {ways[fold(str(typed))]: at for at, typed in enumerate(header) if fold(str(typed)) in ways}
    raw = pd.DataFrame(
        {found: [row[at] for row in grid[header_row:]] for found, at in where.items()},
        index=range(header_row + 1, len(grid) + 1),
        dtype=object,
    )
    return Table(key, name, as_grid(grid), Header(header_row, where), Oddities(), raw)


def batch_table(lang: Lang, words: Mapping[str, str] = BATCH_WORDS, column_d: Sequence[Cell] = ()) -> Table:
    """The batch sheet of the template; `column_d` has the cells of column D from the first label on."""
    grid: Rows = [["Champ", "Valeur", "Aide", "À faire\nTo do"]]
    for at, label in enumerate(BATCH.columns):
        d = column_d[at] if at < len(column_d) else ""
        grid.append([label.header.both(lang), words.get(label.key, ""), label.help[lang], d])
    where = {label.key: at for at, label in enumerate(BATCH.columns, start=2)}
    raw = pd.DataFrame({key: [grid[row - 1][1]] for key, row in where.items()}, index=[1], dtype=object)
    return Table("batch", BATCH.name[lang], as_grid(grid), Header(None, where), Oddities(), raw)


def finding(table: Table, row: int, column: str, code: str, severity: Severity, **facts: object) -> Finding:
    """A finding at a cell, with the cell's text; facts that are not given come from the rule's example."""
    at = table.header.where[column]
    row, at = (at, 1) if table.key == "batch" else (row, at)
    typed = table.grid[row - 1][at]
    secret = sheet_of(table.key).column(column).secret
    value = None if typed == "" or secret else str(typed)
    facts = {name: fact for name, fact in rule_of(code).example.items() if name != "value"} | facts
    return Finding(code, severity, table.key, table.sheet, row, column, (row, at), value, facts)


def _holders(place: str, tables: Mapping[str, Table]) -> Holders | None:
    """The cell `Comptes!L2` as what holds a row; None for ""."""
    sheet, _, cell = place.rpartition("!")
    keys = {table.sheet: key for key, table in tables.items()}
    return Holders(((keys[sheet], cell),), 0) if place else None


def outcome_of(
    tables: Mapping[str, Table],
    findings: Sequence[Finding] = (),
    *,
    lang: Lang = "fr",
    states: Mapping[str, Sequence[str]] | None = None,
    numbers: Mapping[str, Sequence[Any]] | None = None,
    held_by: Mapping[str, Mapping[int, str]] | None = None,
    requests: Sequence[Request] = (),
    invoice: Invoice | None = None,
    properties: Mapping[str, str] | None = None,
) -> Outcome:
    """A processed upload; every row is one number, and accepted unless `states` has another state."""
    frames = {}
    for key in ("accounts", "numbers"):
        index = tables[key].raw.index
        frame = pd.DataFrame(index=index)
        frame["state"] = list((states or {}).get(key) or ["accepted"] * len(index))
        frame["held_by"] = pd.Series(
            [_holders((held_by or {}).get(key, {}).get(row, ""), tables) for row in index], index, dtype="object"
        )
        raw = tables[key].raw
        frame["account_ref"] = raw["account_ref"].astype(str) if "account_ref" in raw else ""
        frames[key] = frame
    frames["accounts"] = frames["accounts"].assign(
        name_on_bill=tables["accounts"].raw.get("name_on_bill", ""),
        carrier_name=tables["accounts"].raw.get("carrier", ""),
    )
    frame = frames["numbers"]
    columns = numbers or {}
    for name, default in (
        ("normalized", ""),
        ("request", ""),
        ("count", 1),
        ("action", "port"),
        ("first", 0),
        ("last", 0),
    ):
        frame[name] = list(columns.get(name) or [default] * len(frame))
    of_state = frame.groupby("state")["count"].sum().to_dict()
    counts = {state.key: int(of_state.get(state.key, 0)) for state in State}
    return Outcome(
        reading=Reading(
            "lot.xlsx",
            "ab" * 32,
            tables,
            {table.sheet: table.key for table in tables.values()},
            properties={"lnp_template_version": TEMPLATE_VERSION} if properties is None else properties,
        ),
        context=CONTEXT,
        lang=lang,
        refused=False,
        batch=BATCH_WORDS,
        findings=tuple(findings),
        accounts=frames["accounts"],
        numbers=frame,
        requests=tuple(requests),
        counts=Counts(len(frames["accounts"]), len(frame), int(frame["count"].sum()), **counts),
        invoice=invoice,
    )


def realistic(lang: Lang = "fr", **changes: Any) -> Outcome:
    """Four accounts and twelve rows of numbers, with every state and severity."""
    accounts = table(ACCOUNTS, (BELL, DENTIST, GARAGE, BAKERY), lang, foreign={"Vendeur": ("Zoé", "", "", "")})
    rows = table(NUMBERS, LINES, lang)
    batch = batch_table(lang)
    garage = f"{accounts.sheet}!{accounts.cell(4, 'new_btn')}"
    five = f"{rows.sheet}!{rows.cell(6, 'number')}"
    findings = (
        finding(batch, 0, "batch_reference", "CEL009", INFO),
        finding(accounts, 2, "carrier", "ACC004", INFO, carrier="Bell Canada"),
        finding(accounts, 3, "name", "ACC014", ERROR, right=DENTIST["name_on_bill"]),
        finding(accounts, 3, "address", "ACC016", WARNING, right=DENTIST["address_on_bill"]),
        finding(accounts, 3, "under_contract", "ACC028", WARNING),
        finding(accounts, 4, "account_number", "CEL006", WARNING),
        finding(accounts, 4, "new_btn", "REQ004", ERROR),
        finding(rows, 3, "number", "NUM021", INFO),
        finding(rows, 4, "number", "NUM021", INFO),
        finding(rows, 4, "special_service", "NUM017", WARNING),
        finding(rows, 6, "number", "NUM001", ERROR, digits=Text("9 chiffres", "9 digits")),
        finding(rows, 7, "dsl", "NUM015", CONFIRM),
        finding(rows, 7, "alarm", "NUM016", CONFIRM),
        finding(rows, 11, "account_ref", "NUM012", ERROR),
        finding(rows, 12, "line_type", "NUM022", INFO),
    )
    bell = request(
        22,
        id="HR-BELL-3f9c",
        rows=(2,) + (3,) * 20 + (4,),
        warnings=("NUM017",),
        split=("carrier",),
        fee=Decimal("659.78"),
    )
    dentist = request(
        3, 4505550140, id="HR-VIDE-77aa", account_row=3, account_ref="A2", carrier="Vidéotron", ready=False,
        account_number="70123-44-001", port_type="partial", remaining=(Remaining("+14505550149", "keep"),),
        held_by=(HeldBy("ACC014", "accounts", "Q3"), HeldBy("NUM001", "numbers", "D6"), HeldBy("NUM015", "numbers", "I7")),
        split=("carrier",),
    )  # fmt: skip
    held = request(
        2, 4185550177, id="HR-TELU-90cc", account_row=4, account_ref="A3", carrier="TELUS", ready=False,
        account_number="998877", port_type="partial", held_by=(HeldBy("REQ004", "accounts", "I4"),), split=("carrier",),
    )  # fmt: skip
    bakery = request(
        1, 8195550133, id="HR-COGE-1b2c", account_row=5, account_ref="A4", carrier="Cogeco", account_number="5512",
        split=("carrier", "address"),
    )  # fmt: skip
    ids = [*[bell.id] * 3, *[dentist.id] * 3, "", *[held.id] * 2, "", bakery.id, dentist.id]
    states = "accepted accepted accepted waiting to_fix to_confirm not_ported waiting waiting to_fix accepted waiting"
    invoice = Invoice(
        CONTEXT.reference_date, "QC", Decimal("29.99"), 23, Decimal("689.77"),
        (Tax("GST", Decimal("0.05"), Decimal("34.49")), Tax("QST", Decimal("0.09975"), Decimal("68.80"))), Decimal("793.06"),
        (CarrierFees("Bell Canada", 22, Decimal("659.78")), CarrierFees("Cogeco", 1, Decimal("29.99"))),
        (
            AccountFees("Bell Canada", "000451233889", "A1", 22, Decimal("659.78")),
            AccountFees("Cogeco", "5512", "A4", 1, Decimal("29.99")),
        ),
    )  # fmt: skip
    outcome = outcome_of(
        {"batch": batch, "accounts": accounts, "numbers": rows},
        findings,
        lang=lang,
        states={"accounts": ["accepted", "to_fix", "to_fix", "accepted"], "numbers": states.split()},
        held_by={
            "accounts": {3: five},
            "numbers": {5: f"{accounts.sheet}!Q3", 9: garage, 10: garage, 13: f"{accounts.sheet}!Q3"},
        },
        numbers={
            "count": [1, 20, *[1] * 10],
            "request": ids,
            "normalized": ["514-555-0100", "514-555-0101 – 0119", "514-555-0120", "450-555-0140", "", "450-555-0141",
                           "450-555-0149", "418-555-0177", "418-555-0178", "418-555-0199", "819-555-0133", "450-555-0140"],
        },
        requests=(bell, dentist, held, bakery),
        invoice=invoice,
    )  # fmt: skip
    return replace(outcome, **changes)
