"""A run from the inbox to the two reports: finance and the office read the same figures as the resellers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from shutil import copy

import openpyxl
import pytest

SAMPLES = Path(__file__).parent.parent.parent / "sample_data"
SENT = ("1-entreprise-deux-fournisseurs.xlsx", "2-premiere-fois.xlsx", "9-sans-fil.xlsx")
DAY = "2026-11-23"


def lnp(*arguments: object) -> int:
    """Run the command in a new process. Returns its exit code."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LNP_")}
    command = [sys.executable, "-m", "lnp_batch", *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, check=False).returncode


@pytest.fixture(scope="module")
def outbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The outbox after a run over three workbooks, one of them sent twice."""
    folder = tmp_path_factory.mktemp("run")
    inbox, outbox = folder / "inbox", folder / "outbox"
    inbox.mkdir()
    for name in SENT:
        copy(SAMPLES / name, inbox)
    copy(SAMPLES / SENT[0], inbox / "z.xlsx")
    exit_code = lnp(
        "run", "--inbox", inbox, "--outbox", outbox, "--quiet-period", "0s", "--reference-date", DAY, "--workers", 1
    )
    assert exit_code == 3
    return outbox


def reports(outbox: Path) -> list[dict[str, object]]:
    """Return each batch's report except that of the repeated workbook, which bills nothing."""
    found = [json.loads(path.read_text("utf-8")) for path in sorted(outbox.glob("[!_.]*/*/*.report.json"))]
    again = [report for report in found if "first_batch" in report]
    assert [report["invoice"] for report in again] == [None]
    return [report for report in found if report not in again]


def test_fees_are_the_sum_of_the_invoices(outbox: Path, tmp_path: Path) -> None:
    invoices = [report["invoice"] for report in reports(outbox)]
    assert len(invoices) == 3
    assert lnp("fees", "--outbox", outbox, "--month", "2026-11", "--out", tmp_path / "fees.json") == 0
    totals = json.loads((tmp_path / "fees.json").read_text("utf-8"))["totals"]
    assert totals["quantity_net"] == sum(invoice["quantity"] for invoice in invoices) == 30  # type: ignore[index]
    subtotals = [Decimal(invoice["subtotal"]) for invoice in invoices]  # type: ignore[index]
    assert Decimal(totals["amount_net"]) == sum(subtotals) == Decimal("899.70")


def test_the_summary_has_the_totals_of_fees(outbox: Path, tmp_path: Path) -> None:
    assert lnp("fees", "--outbox", outbox, "--out", tmp_path / "fees.json") == 0
    totals = json.loads((tmp_path / "fees.json").read_text("utf-8"))["totals"]
    sheet = openpyxl.load_workbook(outbox / "_runs" / f"{DAY}.xlsx", data_only=True).worksheets[0]
    shown = {line[0].value: (line[1].value, line[2].value) for line in sheet["A10:C12"]}
    assert shown == {
        label: (totals[f"quantity_{key}"], float(totals[f"amount_{key}"]))
        for label, key in (("Facturés", "billed"), ("Rendus", "given_back"), ("Net", "net"))
    }


def test_the_summary_lists_what_came(outbox: Path) -> None:
    path = outbox / "_runs" / f"{DAY}.xlsx"
    sheet = openpyxl.load_workbook(path).worksheets[1]
    rows = [tuple(cell.value for cell in line) for line in sheet.iter_rows(min_row=2)]
    assert [row[:2] for row in rows] == [
        ("✖ À corriger", SENT[1]),
        ("✔ Accepté", SENT[0]),
        ("✔ Accepté", SENT[2]),
        ("– Déjà traité", "z.xlsx"),
    ]
    assert sum(row[9] for row in rows) == 30
    links = [path.parent / str(cell.hyperlink.target).replace("\\", "/") for cell in sheet["S"][1:]]
    assert [(link / name).is_file() for link, (_verdict, name, *_rest) in zip(links, rows, strict=True)] == [True] * 4


def test_the_summary_holds_nothing_of_accounts_and_customers(outbox: Path) -> None:
    workbook = openpyxl.load_workbook(outbox / "_runs" / f"{DAY}.xlsx")
    content = "\n".join(str(cell.value) for sheet in workbook for line in sheet for cell in line)
    requests = [request for report in reports(outbox) for request in report["requests"]]  # type: ignore[attr-defined]
    secrets = {request["account_number"] for request in requests} | {
        request["customer"]["name"] for request in requests
    }
    assert len(secrets) > 4
    assert not [secret for secret in secrets if secret in content]
