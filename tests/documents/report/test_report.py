"""The report's keys and values, and its schema."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from lnp_batch.documents.report.json_report import as_json, fill_report, report
from lnp_batch.documents.report.schema import REPORT_SCHEMA
from lnp_batch.model.finding import Finding, Severity
from lnp_batch.model.outcome import Outcome
from tests.outcomes import mixed, outcome, refused, request

VALIDATOR = Draft202012Validator(REPORT_SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)

KEYS = {
    "": "report_version workbook reference_date language batch outcome counts findings requests invoice",
    "workbook": "name sha256 template_version",
    "batch": "reseller_code reseller_name batch_reference billing_province",
    "counts": "account_rows number_rows numbers accepted to_confirm to_fix waiting not_ported "
    "errors confirms warnings infos",
    "findings": "code slug severity sheet sheet_key row column cell copy_cell value message remedy related",
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


def validated(result: Outcome) -> dict[str, Any]:
    """Return the report of `result`, read back from its JSON and valid under the schema."""
    content = json.loads(as_json(report(result)))
    VALIDATOR.validate(content)
    return content


def test_the_schema_is_valid() -> None:
    Draft202012Validator.check_schema(REPORT_SCHEMA)


def test_the_keys_of_the_contract() -> None:
    content = validated(replace(mixed(), findings=(NOT_TEN,)))
    for place, keys in KEYS.items():
        part = content[place] if place else content
        assert " ".join(part[0] if isinstance(part, list) else part) == " ".join(keys.split())


def test_a_mixed_workbook() -> None:
    content = validated(replace(mixed(), findings=(NO_SHEET, NOT_TEN, UNKNOWN)))
    assert content["outcome"] == "to_fix"
    assert content["counts"] == {
        "account_rows": 3, "number_rows": 10, "numbers": 30, "accepted": 24, "to_confirm": 1, "to_fix": 1,
        "waiting": 3, "not_ported": 1, "errors": 1, "confirms": 1, "warnings": 0, "infos": 1,
    }  # fmt: skip
    assert [finding["code"] for finding in content["findings"]] == ["WBK007", "NUM001", "NUM014"]
    assert content["findings"][0]["cell"] is None
    assert content["findings"][1] == {
        "code": "NUM001", "slug": "example-rule", "severity": "error", "sheet": "Numéros", "sheet_key": "numbers", "row": 4,
        "column": "number", "cell": "D4", "copy_cell": "D4", "value": "514 555 010", "message": "NUM001 en français.",
        "remedy": "Corrigez-le.", "related": ["Numéros!D9"],
    }  # fmt: skip
    bell, _videotron, held = content["requests"]
    assert (bell["state"], bell["fee"], bell["remaining"]) == (
        "ready",
        "629.79",
        [{"number": "+15145550190", "action": "keep"}],
    )
    assert bell["attention"] == [{"number": "+15145550100", "what": "dsl", "confirmed": True, "detail": None}]
    assert (held["state"], held["fee"]) == ("held", "119.96")
    assert held["held_by"] == [{"code": "NUM014", "sheet_key": "numbers", "cell": "H12"}]
    assert content["invoice"]["taxes"] == [
        {"code": "GST", "rate": "0.05", "amount": "35.99"},
        {"code": "QST", "rate": "0.09975", "amount": "71.80"},
    ]
    assert content["invoice"]["by_account"][1]["account_number"] == "8811 202 4415"


def test_no_invoice_without_accepted_numbers() -> None:
    content = validated(outcome([request(2, ready=False)]))
    assert content["invoice"] is None
    assert validated(outcome())["outcome"] == "accepted"


def test_an_empty_cell_is_null() -> None:
    blank = request(1, ready=False, carrier="", carrier_as_typed="", port_type="", evidence="", signer="", btn=None)
    content = validated(outcome([blank], batch_reference=""))
    assert [content["requests"][0][key] for key in ("carrier", "port_type", "evidence", "signer", "btn")] == [None] * 5
    assert content["batch"]["batch_reference"] is None


def test_a_pin_is_never_in_the_report() -> None:
    pin = Finding("CEL005", Severity.ERROR, "accounts", "Comptes", 2, "pin", (2, 29), "secret-4471")
    result = outcome([request()], findings=[pin])
    assert validated(result)["findings"][0]["value"] is None
    assert "secret-4471" not in as_json(report(result))


def test_a_refused_workbook_keeps_every_key() -> None:
    content = validated(refused([Finding("WBK002", Severity.ERROR)], "en"))
    assert list(content) == KEYS[""].split()
    assert content["outcome"] == "refused"
    assert content["batch"] == dict.fromkeys(KEYS["batch"].split())
    assert [content["counts"][key] for key in ("account_rows", "numbers", "accepted", "errors")] == [
        None,
        None,
        None,
        1,
    ]
    assert (content["requests"], content["invoice"], content["workbook"]["template_version"]) == ([], None, None)
    assert content["findings"][0]["message"] == "WBK002 in English."
    typed = replace(refused([Finding("WBK002", Severity.ERROR)]), batch={"billing_province": "Québec!"})
    assert validated(typed)["batch"]["billing_province"] is None


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


def test_the_same_outcome_gives_the_same_bytes(tmp_path: Path) -> None:
    result = replace(mixed(), findings=(NOT_TEN,))
    fill_report(result, tmp_path / "a.json")
    fill_report(result, tmp_path / "b.json")
    written = (tmp_path / "a.json").read_bytes()
    assert written == (tmp_path / "b.json").read_bytes()
    assert "Plomberie Gagné".encode() in written
    assert b"\r" not in written
    assert json.loads(written) == json.loads(json.dumps(report(result)))
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["a.json", "b.json"]


def test_terminal_control_characters_are_escaped() -> None:
    typed = "\x1b[31m \x9b31m \u202e123 a\x7f \udcff"
    result = outcome(findings=[replace(NOT_TEN, value=typed)])
    text = as_json(report(result))
    assert json.loads(text)["findings"][0]["value"] == typed
    assert all(letter.isprintable() or letter in "\n " for letter in text)
    text.encode()
