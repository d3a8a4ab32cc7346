"""What we would write in a cell: only where it is sure, never an account number or a PIN."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from lnp_batch.check.findings import at_cells
from lnp_batch.check.normalize import typed_batch
from lnp_batch.model.finding import Finding, Severity
from lnp_batch.model.text import Text, in_lang
from lnp_batch.read.workbook import read_content
from lnp_batch.rules.cell import too_long
from tests.factory import changed, content, context
from tests.flow import checked

TOLL_FREE = {"8": {"account_ref": "A1", "number": "800-843-4401", "action": "keep"}}
KEEP_TWO = {"6": {"action": "keep"}, "7": {"action": "keep"}}

PROPOSED: list[tuple[str, dict[str, Any], str | None]] = [
    ("CEL002", {"accounts": {"2": {"freeze": "Inconu"}}}, "Inconnu"),
    ("CEL002", {"accounts": {"2": {"freeze": "demain"}}}, None),
    ("CEL003", {"accounts": {"2": {"requested_date": "12/25/2026"}}}, "2026-12-25"),
    ("CEL003", {"accounts": {"2": {"bill_date": "46328"}}}, "2026-11-02"),
    ("CEL003", {"accounts": {"2": {"bill_date": "03/04/2026"}}}, None),
    ("CEL003", {"accounts": {"2": {"bill_date": "2026-02-30"}}}, None),
    ("CEL004", {"accounts": {"2": {"total_numbers": "3 lignes"}}}, "3"),
    ("CEL004", {"accounts": {"2": {"total_numbers": "Total : 03"}}}, "3"),
    ("CEL004", {"accounts": {"2": {"total_numbers": "3,0"}}}, "3"),
    ("CEL004", {"accounts": {"2": {"total_numbers": "trois"}}}, None),
    ("CEL004", {"accounts": {"2": {"total_numbers": "3 ou 4"}}}, None),
    ("CEL004", {"accounts": {"2": {"total_numbers": "2 + 1"}}}, None),
    ("CEL004", {"accounts": {"2": {"total_numbers": "3+"}}}, None),
    ("CEL004", {"accounts": {"2": {"total_numbers": "-3"}}}, None),
    ("CEL004", {"accounts": {"2": {"total_numbers": "2,5"}}}, None),
    ("CEL004", {"accounts": {"2": {"total_numbers": "3K"}}}, None),
    ("CEL004", {"accounts": {"2": {"total_numbers": "0 ligne"}}}, None),
    ("CEL007", {"accounts": {"2": {"account_number": 1234567890123456000}}}, None),
    ("CEL010", {"accounts": {"2": {"signer_email": "Marie <marie@example.com>"}}}, "marie@example.com"),
    ("CEL010", {"batch": {"contact_email": "a@example.com, b@example.com"}}, "a@example.com; b@example.com"),
    ("CEL010", {"accounts": {"2": {"signer_email": "a@example.com; b@example.com"}}}, None),
    ("CEL012", {"accounts": {"2": {"account_number": "voir facture"}}}, None),
    ("NUM001", {"numbers": {"2": {"number": "514 555 O100"}}}, "514-555-0100"),
    ("NUM001", {"numbers": {"2": {"number": "=514-555-0100"}}}, "514-555-0100"),
    ("NUM001", {"numbers": {"2": {"number": "514-555-0110", "range_end": "0119"}}}, "514-555-0119"),
    ("NUM001", {"numbers": {"2": {"number": "514 555 010"}}}, None),
    ("NUM002", {"numbers": {"2": {"number": "514-555-0100 / 514-555-0101"}}}, None),
    ("NUM003", {"numbers": {"2": {"number": "514-555-0100 poste 12"}}}, "514-555-0100"),
    ("NUM012", {"numbers": {"2": {"account_ref": "000451233889"}}}, "A1"),
    ("NUM012", {"numbers": {"2": {"account_ref": "A9"}}}, None),
    (
        "NUM012",
        {"accounts": {"3": {"account_number": "000451233889"}}, "numbers": {"2": {"account_ref": "000451233889"}}},
        None,
    ),
    ("NUM014", {"numbers": {"2": {"active": "unknown"}}}, "Oui"),
    ("NUM015", {"numbers": {"2": {"dsl": "yes"}}}, "Oui confirmé"),
    ("NUM016", {"numbers": {"2": {"alarm": "unknown"}}}, "Oui confirmé"),
    ("ACC003", {"accounts": {"2": {"carrier": "Videotrn"}}}, "Vidéotron"),
    ("ACC003", {"accounts": {"2": {"carrier": "Téléphonie Roy et Fils"}}}, None),
    ("ACC005", {"accounts": {"2": {"btn": "514-555-01OO"}}}, "514-555-0100"),
    ("ACC005", {"accounts": {"2": {"btn": "514-555-010"}}}, None),
    ("ACC005", {"accounts": {"3": {"new_btn": "450-555-O142"}}}, "450-555-0142"),
    ("ACC005", {"accounts": {"2": {"new_btn": "450-555-O142"}}}, None),
    ("ACC014", {"accounts": {"2": {"name": "Plomberie Gagné"}}}, "Plomberie Gagné et Fils inc."),
    ("ACC015", {"accounts": {"3": {"city": "Laval"}}}, "Longueuil"),
    ("ACC016", {"accounts": {"2": {"name": "PLOMBERIE GAGNE ET FILS INC"}}}, None),
    ("ACC018", {"accounts": {"2": {"postal_code_on_bill": "h3b 4wo"}}}, "H3B 4W0"),
    ("ACC018", {"accounts": {"2": {"postal_code_on_bill": "H3B 4W"}}}, None),
    ("ACC023", {"accounts": {"2": {"freeze": "unknown"}}}, "Inconnu, aller de l'avant"),
    ("ACC025", {"accounts": {"2": {"pending_order": "unknown"}}}, "Inconnu, aller de l'avant"),
    ("ACC026", {"accounts": {"2": {"list_reviewed": "no"}}}, "Oui"),
    ("ACC038", {"accounts": {"2": {"name_on_bill": "Plomberie Untel et Fils inc."}}}, None),
    ("REQ001", {"accounts": {"2": {"total_numbers": 4}}, "numbers": TOLL_FREE}, "3"),
    ("REQ001", {"accounts": {"2": {"total_numbers": 4}}}, None),
    ("REQ001", {"accounts": {"2": {"total_numbers": 5}}, "numbers": TOLL_FREE}, None),
    ("REQ004", {"accounts": {"3": {"new_btn": ""}}}, "450-555-0142"),
    ("REQ004", {"accounts": {"3": {"new_btn": "", "total_numbers": 4}}}, None),
    ("REQ004", {"accounts": {"3": {"new_btn": ""}}, "numbers": KEEP_TWO}, None),
    (
        "REQ004",
        {
            "accounts": {"3": {"new_btn": "", "total_numbers": 4}},
            "numbers": {"7": {"number": "450-555-0142", "range_end": "450-555-0143"}},
        },
        None,
    ),
    ("REQ005", {"accounts": {"3": {"new_btn": "450-555-0141"}}}, "450-555-0142"),
    ("REQ005", {"accounts": {"3": {"new_btn": "450-555-0141", "total_numbers": 4}}}, None),
    ("REQ005", {"accounts": {"3": {"new_btn": "450-555-0140"}}, "numbers": KEEP_TWO}, None),
    ("REQ006", {"accounts": {"2": {"new_btn": "514-555-0101"}}}, None),
    (
        "REQ007",
        {"accounts": {"3": {"total_numbers": 4}}, "numbers": {"8": {**TOLL_FREE["8"], "account_ref": "A2"}}},
        "3",
    ),
]
"""Code, changes of the sound batch, and what the rule proposes in French: None for nothing."""


def proposed(code: str, changes: dict[str, Any]) -> Finding:
    return next(finding for finding in checked(changed(changes)).findings if finding.code == code)


@pytest.mark.parametrize(("code", "changes", "proposal"), PROPOSED)
def test_a_proposal_is_made_only_where_it_is_sure(code: str, changes: dict[str, Any], proposal: str | None) -> None:
    finding = proposed(code, changes)
    assert (in_lang(finding.proposal, "fr") if finding.proposal is not None else None) == proposal
    assert bool(finding.fingerprint) is (proposal is not None)


def test_a_words_language_does_not_change_the_fingerprint() -> None:
    rows = changed({"numbers": {"2": {"dsl": "yes"}}})
    (french,), (english,) = (
        [
            finding
            for finding in checked({**rows, "batch": {**rows["batch"], "language": lang}}).findings
            if finding.fingerprint
        ]
        for lang in ("fr", "en")
    )
    assert french.proposal == english.proposal == Text("Oui confirmé", "Yes confirmed")
    assert french.fingerprint == english.fingerprint


CHANGES = [{"dsl": "unknown"}, {"account_ref": "A2"}, {"number": "514-555-0109"}]


@pytest.mark.parametrize("other", CHANGES)
def test_a_fingerprint_changes_with_the_value_the_account_and_the_number(other: dict[str, Any]) -> None:
    first = proposed("NUM015", {"numbers": {"2": {"dsl": "yes"}}})
    second = proposed("NUM015", {"numbers": {"2": {"dsl": "yes", **other}}})
    assert first.fingerprint != second.fingerprint


def test_a_fingerprint_stays_when_the_row_moves_or_another_cell_changes() -> None:
    rows = changed({"numbers": {"2": {"dsl": "yes"}}})
    moved = {**rows, "numbers": [*rows["numbers"][1:], {**rows["numbers"][0], "reference": "x"}]}
    first, second = (
        next(finding for finding in checked(given).findings if finding.code == "NUM015") for given in (rows, moved)
    )
    assert (first.cell, second.cell) == ("I2", "I7")
    assert first.fingerprint == second.fingerprint


@pytest.mark.parametrize(("column", "allowed"), [("name", True), ("account_number", False), ("pin", False)])
def test_no_account_number_and_no_pin_is_ever_proposed(column: str, allowed: bool) -> None:
    reading = read_content(content(changed({"accounts": {"2": {"pin": "4512"}}})), "lot.xlsx")
    frame = pd.DataFrame({"proposal": ["X", ""]}, index=[2, 3])
    found = at_cells(
        too_long, Severity.ERROR, reading.tables["accounts"], column, frame, typed_batch(reading, context())
    )
    assert [finding.proposal for finding in found] == ["X" if allowed else None, None]
    assert [bool(finding.fingerprint) for finding in found] == [allowed, False]
