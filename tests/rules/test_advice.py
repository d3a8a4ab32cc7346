"""Remedies that depend on what was found: they name the number, the date or the cell to write."""

from __future__ import annotations

from typing import Any

import pytest

from lnp_batch.model.text import LANGUAGES
from lnp_batch.rules import message, remedy
from tests.factory import changed
from tests.flow import checked

LONGEST = 140
"""Characters of a remedy, without the value that it quotes."""

ADVISED: list[tuple[str, dict[str, Any], str, str]] = [
    ("NUM001", {"numbers": {"2": {"number": "514-555-0110", "range_end": "0119"}}}, "complet : 514-555-0119", "number: 514-555-0119"),
    ("NUM001", {"numbers": {"2": {"number": "514-555-01OO"}}}, "la lettre O à la place d'un zéro", "the letter O instead of a zero"),
    ("NUM001", {"numbers": {"2": {"number": "514 555 O124"}}}, "Écrivez 514-555-0124", "Write 514-555-0124"),
    ("NUM001", {"numbers": {"2": {"number": -1123}}}, "format Texte", "format to Text"),
    ("NUM001", {"numbers": {"2": {"number": "=613-236-1500"}}}, "Écrivez 613-236-1500", "Write 613-236-1500"),
    ("NUM001", {"numbers": {"2": {"number": "514-555-0124 (Yvan)"}}}, "Gardez 514-555-0124; le reste", "Keep 514-555-0124; the rest"),
    ("ACC005", {"accounts": {"2": {"btn": "514-555-0100 (Yvan)"}}}, "Écrivez 514-555-0100", "Write 514-555-0100"),
    ("NUM001", {"numbers": {"2": {"number": "514-555-CALL"}}}, "dans la forme 514-555-0100", "in the form 514-555-0100"),
    ("NUM018", {"numbers": {"2": {"number": "514-555-0119", "range_end": "514-555-0110"}}}, "514-555-0110 d'abord", "514-555-0110 first"),
    ("NUM018", {"numbers": {"2": {"number": "514-555-0119", "range_end": "514-554-0110"}}}, "Vérifiez les deux bouts", "Check both ends"),
    ("ACC005", {"accounts": {"3": {"new_btn": "450-555-014"}}}, "Écrivez le numéro qui reste", "Write the number that stays"),
    ("ACC005", {"accounts": {"2": {"new_btn": "450-555-014"}}}, "videz cette cellule", "clear this cell"),
    ("ACC005", {"accounts": {"2": {"btn": "450-555-014"}}}, "Recopiez les dix chiffres", "Copy the ten digits"),
    ("ACC012", {"accounts": {"2": {"evidence": "bill", "bill_date": "2026-12-11"}}}, "Est-elle plutôt du 2026-11-12?", "Is it from 2026-11-12 instead?"),
    ("ACC010", {"accounts": {"2": {"evidence": "bill", "bill_date": "2026-03-11"}}}, "Est-elle plutôt du 2026-11-03?", "Is it from 2026-11-03 instead?"),
    ("ACC010", {"accounts": {"2": {"evidence": "bill", "bill_date": "2026-03-31"}}}, "Demandez au client sa facture", "Ask for the latest bill"),
    ("ACC012", {"accounts": {"2": {"evidence": "bill", "bill_date": "2026-12-15"}}}, "la date d'échéance", "the due date"),
    ("ACC005", {"accounts": {"2": {"btn": "450-555-014O"}}}, "la lettre O à la place d'un zéro. Écrivez 450-555-0140", "the letter O instead of a zero. Write 450-555-0140"),
    ("ACC005", {"accounts": {"3": {"new_btn": "800-843-4401"}}}, "c'est un numéro sans frais", "it is a toll-free number"),
    ("ACC018", {"accounts": {"2": {"postal_code_on_bill": "H3B 4WO"}}}, "écrivez H3B 4W0", "write H3B 4W0"),
    ("ACC018", {"accounts": {"2": {"postal_code_on_bill": "H3B 4W"}}}, "les six caractères", "the six characters"),
    ("ACC020", {"accounts": {"2": {"signer": "le propriétaire"}}}, "le prénom et le nom", "first and last name"),
    ("ACC020", {"accounts": {"2": {"signer": "Accounts payable"}}}, "le prénom et le nom", "first and last name"),
    ("ACC030", {"accounts": {"2": {"requested_date": "2026-11-24"}}}, "Écrivez le 2026-11-30 ou plus tard", "Write 2026-11-30 or later"),
    ("ACC029", {"accounts": {"2": {"requested_date": "2026-11-28"}}}, "c'est la fin de semaine. Écrivez le 2026-11-30", "it is a weekend. Write 2026-11-30"),
    ("ACC029", {"accounts": {"2": {"requested_date": "2026-12-05"}}}, "Écrivez le 2026-12-07", "Write 2026-12-07"),
    ("ACC029", {"accounts": {"2": {"requested_date": "2026-12-25"}}}, "Jour de Noël. Écrivez le 2026-12-23", "Christmas Day. Write 2026-12-23"),
    ("ACC029", {"accounts": {"2": {"requested_date": "2026-11-20"}}}, "ce jour est passé. Écrivez le 2026-11-30", "that day is past. Write 2026-11-30"),
    ("ACC030", {"accounts": {"2": {"requested_date": "2026-11-24"}}}, "1 jour ouvrable d'ici", "1 business day until"),
    ("ACC030", {"accounts": {"2": {"requested_date": "2026-11-25"}}}, "2 jours ouvrables d'ici", "2 business days until"),
    ("ACC030", {"accounts": {"2": {"requested_date": "2026-11-23"}}}, "0 jour ouvrable d'ici", "0 business days until"),
    ("ACC030", {"accounts": {"2": {"requested_date": "2026-11-25"}}}, "Choisissez le 2026-11-30 ou plus tard si le client", "Choose 2026-11-30 or later if the customer"),
    ("ACC030", {"accounts": {"2": {"requested_date": "2026-12-24"}}}, "dans plus de 30 jours. Choisissez le 2026-12-23 ou plus tôt", "over 30 days ahead. Choose 2026-12-23 or earlier"),
    ("ACC032", {"accounts": {"2": {"evidence": "bill", "bill_date": "2026-10-04"}}}, "trop vieille après le 2026-12-03", "too old after 2026-12-03"),
    ("CEL010", {"batch": {"contact_email": "a@example.com, b@example.com"}}, "un point-virgule", "a semicolon"),
    ("CEL010", {"accounts": {"2": {"signer_email": "Marie <marie@example.com>"}}}, "Ne gardez que l'adresse", "Keep only the address"),
    ("CEL010", {"accounts": {"2": {"signer_email": "a@example.com; b@example.com"}}}, "Gardez-en une seule.", "Keep only one of them."),
    ("CEL010", {"batch": {"contact_email": "a@example.com; b@example"}}, "n'est pas une adresse de courriel complète", "is not a complete e-mail address"),
    ("CEL010", {"batch": {"contact_email": "a@example"}}, "Écrivez nom@domaine.ca", "Write name@domain.ca"),
    ("NUM010", {"numbers": {"3": {"number": "514-555-0100"}}}, "toute la ligne 3", "the whole row 3"),
    ("NUM010", {"numbers": {"3": {"number": "514-555-0100", "range_end": "514-555-0109"}}}, "toute la ligne 2, ou raccourcissez", "the whole row 2, or shorten"),
    ("NUM010", {"numbers": {"3": {"number": "514-555-0110", "range_end": "514-555-0115"}, "4": {"number": "514-555-0113", "range_end": "514-555-0118"}}}, "514-555-0113 est aussi en D4. Deux plages se chevauchent : raccourcissez-en une", "514-555-0113 is also in D4. Two ranges overlap: shorten one of them"),
    ("NUM010", {"numbers": {"2": {"number": "514-555-0110", "range_end": "514-555-0119"}, "3": {"number": "514-555-0112"}, "4": {"number": "514-555-0114"}}}, "514-555-0112 est aussi en D3.", "514-555-0112 is also in D3."),
    ("NUM010", {"numbers": {"3": {"number": "514-555-0110", "range_end": "514-555-0115"}, "4": {"number": "514-555-0110", "range_end": "514-555-0115"}}}, "supprimez toute la ligne 4", "delete the whole row 4"),
    ("NUM010", {"numbers": {"3": {"number": "514-555-0110", "range_end": "514-555-0115"}, "4": {"number": "514-555-0110", "range_end": "514-555-0115", "action": "keep"}}}, "supprimez toute cette ligne", "delete that whole row"),
    ("NUM010", {"numbers": {"3": {"number": "514-555-0110", "range_end": "514-555-0115"}, "4": {"number": "514-555-0112", "action": "keep"}}}, "la plage de la ligne 3 : écrivez-la ainsi : 514-555-0110 – 0111 et 514-555-0113 – 0115", "the range of row 3: write it as 514-555-0110 – 0111 and 514-555-0113 – 0115"),
    ("NUM010", {"numbers": {"3": {"number": "514-555-0110", "action": "keep"}, "4": {"number": "514-555-0110", "range_end": "514-555-0111"}}}, "la plage de la ligne 4 : écrivez-la ainsi : 514-555-0111.", "the range of row 4: write it as 514-555-0111."),
    ("NUM010", {"numbers": {"3": {"number": "514-555-0112", "range_end": "514-555-0113"}, "4": {"number": "514-555-0110", "range_end": "514-555-0119"}}}, "supprimez toute la ligne 3", "delete the whole row 3"),
    ("CEL002", {"accounts": {"2": {"freeze": "Inconu"}}}, "Peut-être « Inconnu »?", "Perhaps “Unknown”?"),
    ("CEL003", {"accounts": {"2": {"bill_date": "03/04/2026"}}}, "Écrivez 2026-03-04 ou 2026-04-03.", "Write 2026-03-04 or 2026-04-03."),
    ("CEL003", {"accounts": {"2": {"requested_date": "12/25/2026"}}}, "Est-ce le 2026-12-25?", "Is it 2026-12-25?"),
    ("CEL003", {"accounts": {"2": {"requested_date": "2027-02-29"}}}, "AAAA-MM-JJ", "YYYY-MM-DD"),
    ("CEL009", {"accounts": {"2": {"reference": " 31/10/2026"}}}, "Lu comme « 31/10/2026 »", "Read as “31/10/2026”"),
    ("CEL009", {"accounts": {"2": {"freeze": "n"}}}, "Lu comme « Non »", "Read as “No”"),
    ("CEL009", {"accounts": {"2": {"bill_date": "31/10/2026"}}}, "Lu comme « 2026-10-31 »", "Read as “2026-10-31”"),
    ("REQ005", {"accounts": {"3": {"btn": "450-555-0142"}}}, "videz cette cellule", "clear this cell"),
    ("REQ001", {"accounts": {"2": {"total_numbers": 4}}}, "qui manque", "missing"),
    (
        "REQ001",
        {"accounts": {"2": {"total_numbers": 4}}, "numbers": {"8": {"account_ref": "A1", "number": "800-843-4401", "action": "keep"}}},
        "ne compte pas dans ce total : écrivez 3",
        "does not count in this total: write 3",
    ),
    (
        "REQ001",
        {"numbers": {"3": {"action": "keep"}}},
        "514-555-0101 reste : choisissez Partiel, et écrivez 514-555-0101 sous « Nouveau BTN »",
        "514-555-0101 stays: choose Partial, and write 514-555-0101 under “New BTN”",
    ),
    ("REQ002", {"accounts": {"2": {"btn": "450-555-0140"}}}, "est au compte A2", "is on account A2"),
    ("REQ002", {"accounts": {"2": {"btn": "450-555-0190"}}}, "Les 3 numéros du compte sont inscrits", "All 3 numbers of the account are listed"),
    ("REQ004", {"accounts": {"3": {"new_btn": ""}}}, "Écrivez ici 450-555-0142", "Write 450-555-0142 here"),
    ("REQ005", {"accounts": {"3": {"new_btn": "450-555-0141"}}}, "Écrivez 450-555-0142", "Write 450-555-0142"),
    (
        "REQ007",
        {"accounts": {"3": {"total_numbers": 4}}, "numbers": {"8": {"account_ref": "A2", "number": "800-843-4401", "action": "keep"}}},
        "ne compte pas dans ce total : écrivez 3",
        "does not count in this total: write 3",
    ),
    (
        "REQ001",
        {"accounts": {"2": {"total_numbers": 4}, "3": {"carrier": "Bell Canada", "account_number": "000451233889"}}},
        "une autre adresse, A2 : si celle de cette ligne n'en a que 3, écrivez 3 ici",
        "another address, A2: if this one has only 3, write 3 here",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("code", "changes", "fr", "en"), ADVISED)
def test_the_remedy_names_what_to_write(code: str, changes: dict[str, Any], fr: str, en: str) -> None:
    finding = next(finding for finding in checked(changed(changes)).findings if finding.code == code)
    said = {lang: f"{message(finding, lang)} {remedy(finding, lang)}".replace("\u00a0", " ") for lang in LANGUAGES}
    assert fr in said["fr"], said
    assert en in said["en"], said
    assert all(len(remedy(finding, lang)) <= LONGEST + len(str(finding.value)) for lang in LANGUAGES), said


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            {"number": "514-555-0110", "range_end": "514-555-0115"},
            {"number": "514-555-0110", "range_end": "514-555-0115"},
        ),
        (
            {"number": "514-555-0112", "range_end": "514-555-0113"},
            {"number": "514-555-0110", "range_end": "514-555-0119"},
        ),
        ({"number": "514-555-0112"}, {"number": "514-555-0110", "range_end": "514-555-0119"}),
    ],
)
def test_two_rows_that_share_a_number_name_one_row_to_delete(first: dict[str, Any], second: dict[str, Any]) -> None:
    """If each named the other, both might be deleted."""
    findings = checked(changed({"numbers": {"3": first, "4": second}})).findings
    duplicates = [finding for finding in findings if finding.code == "NUM010"]
    assert len(duplicates) == 2
    assert len({remedy(finding, "en") for finding in duplicates}) == 1
    assert [finding.related for finding in duplicates] == [("Numéros!D4",), ("Numéros!D3",)]


def test_a_number_under_two_accounts_names_the_other_account_at_each_row() -> None:
    same = {"number": "514-555-0100"}
    findings = checked(changed({"numbers": {"3": same, "6": same}})).findings
    said = [(finding.cell, message(finding, "en")) for finding in findings if finding.code == "NUM011"]
    assert said == [
        ("D2", "514-555-0100 is also under account A2, in D6."),
        ("D3", "514-555-0100 is also under account A2, in D6."),
        ("D6", "514-555-0100 is also under account A1, in D2."),
    ]


def test_a_range_names_the_number_that_another_account_holds() -> None:
    """Not the number that the range also shares within its account, which NUM010 reports."""
    rows = {"3": {"number": "514-555-0110", "range_end": "514-555-0119"}, "4": {"number": "514-555-0110"}}
    findings = checked(changed({"numbers": {**rows, "6": {"number": "514-555-0119"}}})).findings
    said = [(finding.cell, message(finding, "en")) for finding in findings if finding.code == "NUM011"]
    assert said[0] == ("D3", "514-555-0119 is also under account A2, in D6.")
