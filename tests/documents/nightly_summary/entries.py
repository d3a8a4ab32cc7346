"""Entries of the nightly summary for tests, as a run's reports keep them."""

from __future__ import annotations

from typing import Any

from lnp_batch.documents.nightly_summary.entry import Entry
from lnp_batch.model.fault import Fault
from lnp_batch.model.text import Text

PRICE = 2999


def fields(verdict: str = "accepted", **values: Any) -> dict[str, Any]:
    """Return a report's entry, by default of an accepted workbook without numbers."""
    return {
        "claim": "run-000001", "day": "2026-11-23", "file": "lot.xlsx", "reseller": "HR-01", "name": "Heures Rouges inc.",
        "contact": "Julie Tremblay\njulie@example.com", "purchase_order": "BC-881", "reference": "Lot 7", "corrects": [],
        "place": "HR-01", "batch": "2026-11-23-3f9a2c41d0b7", "verdict": verdict,
        "numbers": 0, "accepted": 0, "to_confirm": 0, "to_fix": 0, "waiting": 0, "not_ported": 0, "faults": [], "billed": 0,
        "billed_cents": 0, "given_back": 0, "given_back_cents": 0, "seconds": 1.25,
    } | values  # fmt: skip


def entry(verdict: str = "accepted", folder: str = "HR-01/2026-11-23-3f9a2c41d0b7", **values: Any) -> Entry:
    """Return the same as a value; `folder` is that of the batch."""
    return Entry.from_json(fields(verdict, **values), folder)


def billed(count: int, given_back: int = 0) -> dict[str, int]:
    """Return the fields of what is billed and given back."""
    return {
        "billed": count,
        "billed_cents": count * PRICE,
        "given_back": given_back,
        "given_back_cents": -given_back * PRICE,
    }


MISSING = Fault("CEL001", 4, facts={"header": Text("Signataire", "Signer")}).to_json()
TOLL_FREE = Fault("NUM007", 1).to_json()
UNKNOWN = Fault("BAT001", 1, "unknown").to_json()
FOREIGN = Fault("WBK014", 1, facts={"expected": Text("HR-01", "HR-01")}).to_json()

ENTRIES = [
    entry(file="premier.xlsx", accepted=24, **billed(20)),
    entry("to_fix", file="deuxième.xlsx", accepted=3, to_fix=1200, to_confirm=2, waiting=4, not_ported=1, **billed(3, 2),
          faults=[MISSING, TOLL_FREE], corrects=["2026-11-20-0123456789ab"]),
    entry("refused", "_unknown/x", file="image.png", reseller="", name="", place="_unknown"),
    entry("refused", "HR-01/y", file="autre.xlsx", faults=[FOREIGN]),
    entry("defect", "_defects/x", file="grand.xlsx", place="_defects"),
    entry("unreadable", "", file="disque.xlsx"),
    entry("to_fix", "NV-01/z", file="nouveau.xlsx", reseller="NV-01", name="", place="NV-01", waiting=5, faults=[UNKNOWN]),
    entry("already_processed", "", file="premier (1).xlsx", accepted=24, first="2026-11-20-3f9a2c41d0b7"),
    entry(file="dernier.xlsx"),
]  # fmt: skip
"""A night with a workbook for each verdict and for each reason to wait for the office."""
