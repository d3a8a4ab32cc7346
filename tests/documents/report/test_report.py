"""The report's keys and values, against its schema; the paragraph of a refusal."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from lnp_batch.documents.report import report as writer
from lnp_batch.documents.report.report import as_json, refusal, report, write_refused, write_report
from lnp_batch.documents.report.schema import REPORT_SCHEMA
from lnp_batch.model.finding import Finding, Severity
from lnp_batch.model.outcome import Outcome
from lnp_batch.model.reading import Reading
from lnp_batch.model.text import NBSP, Text
from lnp_batch.rules.rule import Rule
from tests.outcomes import mixed, outcome, refused, request

VALIDATOR = Draft202012Validator(REPORT_SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)

KEYS = {
    "": "report_version workbook reference_date language batch outcome counts findings requests invoice",
    "workbook": "name sha256 template_version",
    "batch": "reseller_code reseller_name batch_reference billing_province",
    "counts": "account_rows number_rows numbers accepted to_confirm to_fix waiting not_ported "
    "errors confirms warnings infos",
    "findings": "code slug severity sheet sheet_key row column cell value message remedy related",
    "requests": "id part revision state account_ref carrier carrier_as_typed account_number port_type btn new_btn "
    "customer signer signer_email evidence bill_date requested_date reference numbers remaining attention warnings "
    "held_by fee",
    "invoice": "currency unit_price quantity subtotal taxes total by_carrier by_account",
}

NOT_TEN = Finding(
    "NUM001", Severity.ERROR, "numbers", "Numéros", 4, "number", (4, 3), "514 555 010", {"digits": 9}, ("Numéros!D9",)
)
UNKNOWN = Finding("NUM014", Severity.CONFIRM, "numbers", "Numéros", 12, "active", (12, 7), "Inconnu")
NO_SHEET = Finding("WBK007", Severity.INFO)


@pytest.fixture(autouse=True)
def made_up_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """The report is tested apart from the catalogue's wording."""

    def rule_of(code: str) -> Rule:
        text = Text(f"{code} en français.", f"{code} in English.")
        return Rule(code, "made-up", Severity.ERROR, (), (), (), text, text, text, {}, lambda: None)

    def message(finding: Finding, lang: Any) -> str:
        return str(finding.facts.get("says", rule_of(finding.code).says[lang]))

    monkeypatch.setattr(writer, "rule_of", rule_of)
    monkeypatch.setattr(writer, "message", message)
    monkeypatch.setattr(writer, "remedy", lambda finding, lang: Text("Corrigez-le.", "Correct it.")[lang])


def told(one: Outcome) -> dict[str, Any]:
    made = json.loads(as_json(report(one)))
    VALIDATOR.validate(made)
    return made


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(REPORT_SCHEMA)


def test_keys_are_those_of_the_contract() -> None:
    made = told(replace(mixed(), findings=(NOT_TEN,)))
    for place, keys in KEYS.items():
        part = made[place] if place else made
        assert " ".join(part[0] if isinstance(part, list) else part) == " ".join(keys.split())


def test_a_mixed_workbook() -> None:
    made = told(replace(mixed(), findings=(NO_SHEET, NOT_TEN, UNKNOWN)))
    assert made["outcome"] == "to_fix"
    assert made["counts"] == {
        "account_rows": 3, "number_rows": 10, "numbers": 30, "accepted": 24, "to_confirm": 1, "to_fix": 1,
        "waiting": 3, "not_ported": 1, "errors": 1, "confirms": 1, "warnings": 0, "infos": 1,
    }  # fmt: skip
    assert [finding["code"] for finding in made["findings"]] == ["WBK007", "NUM001", "NUM014"]
    assert made["findings"][0]["cell"] is None
    assert made["findings"][1] == {
        "code": "NUM001", "slug": "made-up", "severity": "error", "sheet": "Numéros", "sheet_key": "numbers", "row": 4,
        "column": "number", "cell": "D4", "value": "514 555 010", "message": "NUM001 en français.",
        "remedy": "Corrigez-le.", "related": ["Numéros!D9"],
    }  # fmt: skip
    bell, _videotron, held = made["requests"]
    assert (bell["state"], bell["fee"], bell["remaining"]) == (
        "ready",
        "629.79",
        [{"number": "+15145550190", "action": "keep"}],
    )
    assert bell["attention"] == [{"number": "+15145550100", "what": "dsl", "confirmed": True, "detail": None}]
    assert (held["state"], held["fee"]) == ("held", "119.96")
    assert held["held_by"] == [{"code": "NUM014", "sheet_key": "numbers", "cell": "H12"}]
    assert made["invoice"]["taxes"] == [
        {"code": "GST", "rate": "0.05", "amount": "35.99"},
        {"code": "QST", "rate": "0.09975", "amount": "71.80"},
    ]
    assert made["invoice"]["by_account"][1]["account_number"] == "8811 202 4415"


def test_nothing_accepted_is_no_invoice() -> None:
    made = told(outcome([request(2, ready=False)]))
    assert made["invoice"] is None
    assert told(outcome())["outcome"] == "accepted"


def test_an_empty_cell_is_null() -> None:
    blank = request(1, ready=False, carrier="", carrier_as_typed="", port_type="", evidence="", signer="", btn=None)
    made = told(outcome([blank], batch_reference=""))
    assert [made["requests"][0][key] for key in ("carrier", "port_type", "evidence", "signer", "btn")] == [None] * 5
    assert made["batch"]["batch_reference"] is None


def test_a_pin_is_never_told() -> None:
    pin = Finding("CEL005", Severity.ERROR, "accounts", "Comptes", 2, "pin", (2, 29), "secret-4471")
    one = outcome([request()], findings=[pin])
    assert told(one)["findings"][0]["value"] is None
    assert "secret-4471" not in as_json(report(one))


def test_a_refused_workbook_keeps_every_key() -> None:
    made = told(refused([Finding("WBK002", Severity.ERROR)], "en"))
    assert list(made) == KEYS[""].split()
    assert made["outcome"] == "refused"
    assert made["batch"] == dict.fromkeys(KEYS["batch"].split())
    assert [made["counts"][key] for key in ("account_rows", "numbers", "accepted", "errors")] == [None, None, None, 1]
    assert (made["requests"], made["invoice"], made["workbook"]["template_version"]) == ([], None, None)
    assert made["findings"][0]["message"] == "WBK002 in English."
    typed = replace(refused([Finding("WBK002", Severity.ERROR)]), batch={"billing_province": "Québec!"})
    assert told(typed)["batch"]["billing_province"] is None


@pytest.mark.parametrize(
    "breaks",
    [
        {"surprise": 1},
        {"outcome": "rejected"},
        {"reference_date": "23/11/2026"},
        {"invoice": {}},
        {"requests": [{"id": "x"}]},
    ],
)
def test_the_schema_is_strict(breaks: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(report(mixed()) | breaks)


def test_the_same_outcome_makes_the_same_bytes(tmp_path: Path) -> None:
    one = replace(mixed(), findings=(NOT_TEN,))
    write_report(one, tmp_path / "a.json")
    write_report(one, tmp_path / "b.json")
    written = (tmp_path / "a.json").read_bytes()
    assert written == (tmp_path / "b.json").read_bytes()
    assert "Plomberie Gagné".encode() in written
    assert b"\r" not in written
    assert json.loads(written) == json.loads(json.dumps(report(one)))
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["a.json", "b.json"]


def test_marks_that_a_terminal_obeys_are_escaped() -> None:
    typed = "\x1b[31m \x9b31m \u202e123 a\x7f \udcff"
    one = outcome(findings=[replace(NOT_TEN, value=typed)])
    text = as_json(report(one))
    assert json.loads(text)["findings"][0]["value"] == typed
    assert all(mark.isprintable() or mark in "\n " for mark in text)
    text.encode()


def merged(row: int, says: str = "Des cellules sont fusionnées.") -> Finding:
    return Finding("WBK010", Severity.ERROR, "numbers", "Numéros", row, None, (row, 3), None, {"says": says})


def test_a_refusal_is_one_paragraph(tmp_path: Path) -> None:
    write_refused(refused([merged(4), merged(9), Finding("WBK013", Severity.INFO)]), tmp_path / "lot.refused.txt")
    assert (tmp_path / "lot.refused.txt").read_text("utf-8").replace(NBSP, " ") == (
        "Le fichier « lot.xlsx » n'a pas été traité : rien n'est accepté et rien n'est facturé. "
        "Des cellules sont fusionnées. Où : Numéros D4, Numéros D9. Corrigez-le. "
        "Renvoyez ensuite le fichier.\n"
    )


def test_a_refusal_says_when_the_rest_was_not_checked(tmp_path: Path) -> None:
    unread = Finding("WBK012", Severity.ERROR, "numbers", "Numéros")
    assert "le reste n'a pas encore été vérifié" not in refusal(refused([merged(4)]))
    assert refusal(refused([merged(4), unread])).endswith("le reste n'a pas encore été vérifié.")


def test_a_refusal_names_twenty_cells_at_most() -> None:
    findings = [merged(row, f"Fusion {row}.") for row in range(4, 31)]
    other = [replace(merged(row), code="WBK008", facts={}) for row in (2, 3)]
    said = refusal(refused([*findings, *other], "en"))
    assert said.count("Numéros D") == 20
    assert "Numéros D23 and 7 more." in said
    assert "Fusion 24" not in said
    assert "WBK008 in English. Where: 2 more cells. Correct it." in said


def test_a_refusal_without_cells_says_what_and_what_to_do() -> None:
    said = refusal(refused([Finding("WBK002", Severity.ERROR)], "en"))
    assert said == (
        "The file “lot.xlsx” was not processed: nothing is accepted and nothing is billed. WBK002 in English. "
        "Correct it. Then send the file again: the rest has not been checked yet."
    )


def test_a_hostile_file_name_stays_on_its_line() -> None:
    one = replace(refused([merged(4)]), reading=Reading("a\n\x1b[2J\u202e\udcff.xlsx", "ab" * 32))
    said = refusal(one)
    assert "a [2J.xlsx" in said
    assert "\n" not in said
    said.encode()
    told(one)
