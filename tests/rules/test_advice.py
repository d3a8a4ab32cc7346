"""What a message advises where that depends on what was found: the number, the date or the cell to write is named."""

from __future__ import annotations

from typing import Any

import pytest

from lnp_batch.model.text import LANGUAGES
from lnp_batch.rules import message, remedy
from tests.factory import changed
from tests.flow import checked

ADVISED: list[tuple[str, dict[str, Any], str, str]] = [
    ("NUM001", {"numbers": {"2": {"number": "514-555-0110", "range_end": "0119"}}}, "complet : 514-555-0119", "number: 514-555-0119"),
    ("NUM001", {"numbers": {"2": {"number": "514-555-01OO"}}}, "la lettre O à la place d'un zéro", "the letter O instead of a zero"),
    ("NUM001", {"numbers": {"2": {"number": "514-555-CALL"}}}, "dans la forme 514-555-0100", "in the form 514-555-0100"),
    ("NUM018", {"numbers": {"2": {"number": "514-555-0119", "range_end": "514-555-0110"}}}, "514-555-0110 d'abord", "514-555-0110 first"),
    ("NUM018", {"numbers": {"2": {"number": "514-555-0119", "range_end": "514-554-0110"}}}, "Vérifiez les deux bouts", "Check both ends"),
    ("ACC005", {"accounts": {"3": {"new_btn": "450-555-014"}}}, "Écrivez le numéro qui reste", "Write the number that stays"),
    ("ACC005", {"accounts": {"2": {"new_btn": "450-555-014"}}}, "videz cette cellule", "clear this cell"),
    ("ACC005", {"accounts": {"2": {"btn": "450-555-014"}}}, "Recopiez les dix chiffres", "Copy the ten digits"),
    ("ACC012", {"accounts": {"2": {"evidence": "bill", "bill_date": "2026-12-11"}}}, "écrivez 2026-11-12", "write 2026-11-12"),
    ("ACC012", {"accounts": {"2": {"evidence": "bill", "bill_date": "2026-12-15"}}}, "la date d'échéance", "the due date"),
    ("REQ001", {"accounts": {"2": {"total_numbers": 4}}}, "qui manque", "missing"),
    (
        "REQ001",
        {"accounts": {"2": {"total_numbers": 4}, "3": {"carrier": "Bell Canada", "account_number": "000451233889"}}},
        "une autre adresse, A2 : si celle-ci n'a que 3 numéros, écrivez 3 ici",
        "another address, A2: if this one has only 3 numbers, write 3 here",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("code", "changes", "fr", "en"), ADVISED)
def test_what_to_write_is_named(code: str, changes: dict[str, Any], fr: str, en: str) -> None:
    found = next(one for one in checked(changed(changes)).findings if one.code == code)
    told = {lang: f"{message(found, lang)} {remedy(found, lang)}".replace("\u00a0", " ") for lang in LANGUAGES}
    assert fr in told["fr"]
    assert en in told["en"]
