"""The main job written the plain way, as most people would write it first: what `make bench` compares us with.

pandas.read_excel with openpyxl, lazy pandera validation, phonenumbers row by row; then openpyxl loads the workbook again,
annotates it and saves it. Finds only the faults that :mod:`benchmarks.make_workbook` plants. Writes the same kinds of
content: the annotated copy (state, message, number, request and fee in each row; faulty cells filled and commented;
summary, requests and fees), the report, and the statement with one number per row.

`python -m benchmarks.plain_way WORKBOOK OUT_FOLDER`
"""

from __future__ import annotations

import hashlib
import json
import sys
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pandera.pandas as pa
import phonenumbers
from openpyxl.comments import Comment
from openpyxl.styles import Border, Font, PatternFill, Side

FEE, GST, QST, CENT = Decimal("29.99"), Decimal("0.05"), Decimal("0.09975"), Decimal("0.01")
MAX_COMMENTS = 5_000
"""Cell comments, and rows of the summary, at most."""

RED = {
    "fill": PatternFill("solid", fgColor="F4B183"),
    "font": Font(name="Arial", size=10, color="5F1600"),
    "border": Border(*[Side("thin", color="5F1600")] * 4),
}
YELLOW = {
    "fill": PatternFill("solid", fgColor="FFF2CC"),
    "font": Font(name="Arial", size=10, color="4D3B00"),
    "border": Border(*[Side("thin", color="4D3B00")] * 4),
}
BLUE = {"fill": PatternFill("solid", fgColor="CFE2F3"), "font": Font(name="Arial", size=10, color="0B3C6B")}
MESSAGES = {
    "CEL001": "Cette cellule est vide. Remplissez-la.",
    "CEL002": "Cette valeur n'est pas de la liste. Choisissez-en une.",
    "NUM001": "Il faut dix chiffres. Recopiez-les de la facture.",
    "NUM003": "Ce numéro a un poste. Retirez-le.",
    "NUM004": "Ce numéro ne peut pas exister. Recopiez-le de la facture.",
    "NUM013": "Ce numéro n'est pas actif. Faites-le réactiver.",
    "NUM015": "Internet DSL sur cette ligne : il s'arrête le jour du port. Écrivez « Oui confirmé » si le client le sait.",
}


def column(frame: pd.DataFrame, french: str) -> str:
    """Return the header that begins with `french`."""
    return next(str(name) for name in frame.columns if str(name).startswith(french))


def phone(typed: object) -> tuple[str | None, str | None]:
    """Return the number as 514-555-0100 and None, or None and the code of the fault."""
    words = str(typed).removesuffix(".0")
    if "poste" in words:
        return None, "NUM003"
    try:
        parsed = phonenumbers.parse(words, "CA")
    except phonenumbers.NumberParseException:
        return None, "NUM001"
    national = str(parsed.national_number)
    if len(national) != 10:
        return None, "NUM001"
    if national[0] in "01" or national[3] in "01" or national[4:6] == "11":
        return None, "NUM004"
    if not phonenumbers.is_possible_number(parsed) or phonenumbers.region_code_for_number(parsed) is None:
        return None, "NUM004"
    return f"{national[:3]}-{national[3:6]}-{national[6:]}", None


def main() -> None:
    path, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    sheets = pd.read_excel(path, sheet_name=None, dtype=object, engine="openpyxl")
    accounts, numbers = sheets["Comptes"], sheets["Numéros"]
    key, typed = column(numbers, "Repère"), column(numbers, "Numéro de téléphone")
    active, dsl, alarm = column(numbers, "Actif"), column(numbers, "Internet DSL"), column(numbers, "Système d'al")

    findings: list[tuple[int, str, str, str]] = []  # row, header, code, value
    yes_no = ["Oui", "Non", "Inconnu", "Oui confirmé"]
    schema = pa.DataFrameSchema(
        {
            key: pa.Column(object, pa.Check(lambda keys: keys.isin(set(accounts[column(accounts, "Repère")])), name="NUM012")),
            typed: pa.Column(object),
            active: pa.Column(object, pa.Check.isin(yes_no, name="CEL002"), nullable=False),
            dsl: pa.Column(object, pa.Check.isin(yes_no, name="CEL002"), nullable=False),
            alarm: pa.Column(object, pa.Check.isin(yes_no, name="CEL002"), nullable=False),
        }
    )  # fmt: skip
    try:
        schema.validate(numbers, lazy=True)
    except pa.errors.SchemaErrors as errors:
        for _, case in errors.failure_cases.iterrows():
            code = (
                "CEL001" if case["check"] == "not_nullable" else "CEL002" if "isin" in str(case["check"]) else "NUM012"
            )
            findings.append((int(case["index"]) + 2, str(case["column"]), code, str(case["failure_case"])))

    normal: dict[int, str] = {}
    seen: dict[str, int] = {}
    for at, row in numbers.iterrows():
        row_number = int(str(at)) + 2
        read, wrong = phone(row[typed])
        if wrong:
            findings.append((row_number, typed, wrong, str(row[typed])))
        elif read in seen:
            findings.append((row_number, typed, "NUM010", str(row[typed])))
        elif read:
            seen[read] = row_number
            normal[row_number] = read
        if row[active] == "Non":
            findings.append((row_number, active, "NUM013", "Non"))
        if row[dsl] == "Oui":
            findings.append((row_number, dsl, "NUM015", "Oui"))

    by_row: dict[int, list[tuple[str, str, str]]] = {}
    for row_number, header, code, value in findings:
        by_row.setdefault(row_number, []).append((header, code, value))
    held = {numbers.at[row_number - 2, key] for row_number in by_row}
    carriers = dict(zip(accounts[column(accounts, "Repère")], accounts[column(accounts, "Ancien")], strict=True))
    ids = {
        ref: "PR-" + hashlib.sha256(f"{carrier}{ref}".encode()).hexdigest()[:10] for ref, carrier in carriers.items()
    }
    members: dict[str, list[str]] = {ref: [] for ref in carriers}
    for at, row in numbers.iterrows():
        members[row[key]].append(normal.get(int(str(at)) + 2, ""))

    annotate(path, out, numbers, key, by_row, held, ids, normal, members, carriers)
    billed = sum(len(lines) for ref, lines in members.items() if ref not in held)
    report(path, out, accounts, findings, held, ids, members, carriers)
    statement(path, out, numbers, key, held, ids, normal, members, carriers, billed)


def annotate(
    path: Path, out: Path, numbers: pd.DataFrame, key: str, by_row: dict[int, list[tuple[str, str, str]]],
    held: set[str], ids: dict[str, str], normal: dict[int, str], members: dict[str, list[str]], carriers: dict[str, str],
) -> None:  # fmt: skip
    """Load the workbook again; write state and message in each row, fill and comment faulty cells, add three sheets."""
    book = openpyxl.load_workbook(path)
    sheet = book["Numéros"]
    at = {str(cell.value): cell.column for cell in sheet[1]}
    ours = {name: at[next(header for header in at if header.startswith(name))] for name in ("État", "À faire", "Numéro norm", "Demande", "Frais")}  # fmt: skip
    comments = 0
    for row_number, ref in enumerate(numbers[key], 2):
        faults = by_row.get(row_number, [])
        state = "✖ À corriger" if faults else "⏸ En attente" if ref in held else "✔ Acceptée"
        cell = sheet.cell(row_number, ours["État"], state)
        cell.fill, cell.font = (RED if faults else YELLOW if ref in held else BLUE)["fill"], BLUE["font"]
        sheet.cell(row_number, ours["À faire"], "\n".join(MESSAGES.get(code, code) for _header, code, _value in faults))
        sheet.cell(row_number, ours["Numéro norm"], normal.get(row_number, ""))
        sheet.cell(row_number, ours["Demande"], ids[ref])
        if ref not in held:
            sheet.cell(row_number, ours["Frais"], float(FEE)).number_format = '#,##0.00 "$"'
        for header, code, _value in faults:
            faulty, style = sheet.cell(row_number, at[header]), YELLOW if code == "NUM015" else RED
            faulty.fill, faulty.font, faulty.border = style["fill"], style["font"], style["border"]
            if comments < MAX_COMMENTS:
                faulty.comment, comments = Comment(MESSAGES.get(code, code), "lnp"), comments + 1
    states = book["Comptes"]
    for row_number in range(2, states.max_row + 1):
        ref = str(states.cell(row_number, 3).value)
        cell = states.cell(row_number, 1, "⏸ En attente" if ref in held else "✔ Acceptée")
        cell.fill, cell.font = (YELLOW if ref in held else BLUE)["fill"], BLUE["font"]
    summary = book.create_sheet("Sommaire", 0)
    summary.append([f"{len(normal)} numéros, {len(by_row)} à corriger"])
    for row_number, faults in list(by_row.items())[:MAX_COMMENTS]:
        for header, code, value in faults:
            summary.append([code, f"'Numéros'!{row_number}", value, MESSAGES.get(code, code), header])
    requests, fees = book.create_sheet("Demandes"), book.create_sheet("Frais")
    for ref, lines in members.items():
        requests.append([ids[ref], "retenue" if ref in held else "prête", ref, carriers[ref], len(lines)])
        if ref not in held:
            fees.append([carriers[ref], ref, len(lines), float(FEE * len(lines))])
    book.save(out / f"{path.stem}.annotated.xlsx")


def report(
    path: Path, out: Path, accounts: pd.DataFrame, findings: list[tuple[int, str, str, str]],
    held: set[str], ids: dict[str, str], members: dict[str, list[str]], carriers: dict[str, str],
) -> None:  # fmt: skip
    """Write findings and requests as JSON."""
    customers: list[dict[str, Any]] = accounts.astype(str).to_dict("records")
    content = {
        "workbook": {"name": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()},
        "findings": [
            {"code": code, "row": row, "column": header, "value": value, "message": MESSAGES.get(code, code)}
            for row, header, code, value in sorted(findings)
        ],
        "requests": [
            {"id": ids[ref], "carrier": carriers[ref], "state": "held" if ref in held else "ready", "numbers": lines,
             "customer": customer, "fee": str(FEE * len(lines))}
            for (ref, lines), customer in zip(members.items(), customers, strict=True)
        ],
    }  # fmt: skip
    (out / f"{path.stem}.report.json").write_text(json.dumps(content, ensure_ascii=False, indent=1), "utf-8")


def statement(
    path: Path, out: Path, numbers: pd.DataFrame, key: str, held: set[str], ids: dict[str, str],
    normal: dict[int, str], members: dict[str, list[str]], carriers: dict[str, str], billed: int,
) -> None:  # fmt: skip
    """Write the statement: totals, by account, and one number per row."""
    book = openpyxl.Workbook()
    page = book.active
    subtotal = FEE * billed
    taxes = [(subtotal * rate).quantize(CENT, ROUND_HALF_UP) for rate in (GST, QST)]
    for line in (
        ("Quantité", billed),
        ("Sous-total", float(subtotal)),
        ("TPS", float(taxes[0])),
        ("TVQ", float(taxes[1])),
    ):
        page.append(line)
    by_account, detail = book.create_sheet("Par compte"), book.create_sheet("Détail")
    for ref, lines in members.items():
        if ref not in held:
            by_account.append([carriers[ref], ref, len(lines), float(FEE * len(lines))])
    detail.append(["Demande", "Repère", "Fournisseur", "Numéro", "Quantité", "Frais"])
    last = 1
    for row_number, ref in enumerate(numbers[key], 2):
        if ref not in held:
            last += 1
            detail.append([ids[ref], ref, carriers[ref], normal[row_number], 1, float(FEE)])
            detail.cell(last, 6).number_format = '#,##0.00 "$"'
    book.save(out / f"{path.stem}.invoice.xlsx")


if __name__ == "__main__":
    main()
