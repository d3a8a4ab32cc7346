"""The paragraph that says why a workbook was refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from jsonschema import Draft202012Validator

from lnp_batch.documents.report.json_report import as_json, report
from lnp_batch.documents.report.refusal import fill_refusal, refusal
from lnp_batch.documents.report.schema import REPORT_SCHEMA
from lnp_batch.model.finding import Finding, Severity
from lnp_batch.model.reading import Reading
from lnp_batch.model.text import NBSP
from tests.outcomes import refused


def merged(row: int, says: str = "Des cellules sont fusionnées.") -> Finding:
    return Finding("WBK010", Severity.ERROR, "numbers", "Numéros", row, None, (row, 3), None, {"says": says})


def test_a_refusal_is_one_paragraph(tmp_path: Path) -> None:
    fill_refusal(refused([merged(4), merged(9), Finding("WBK013", Severity.INFO)]), tmp_path / "lot.refused.txt")
    assert (tmp_path / "lot.refused.txt").read_text("utf-8").replace(NBSP, " ") == (
        "Le fichier « lot.xlsx » n'a pas été traité : rien n'est accepté et rien n'est facturé. "
        "Des cellules sont fusionnées. Où : Numéros D4, Numéros D9. Corrigez-le. "
        "Renvoyez ensuite le fichier : le reste n'a pas encore été vérifié.\n"
    )


def test_a_refusal_names_at_most_twenty_cells() -> None:
    findings = [merged(row, f"Fusion {row}.") for row in range(4, 31)]
    other = [replace(merged(row), code="WBK008", facts={}) for row in (2, 3)]
    text = refusal(refused([*findings, *other], "en"))
    assert text.count("Numéros D") == 20
    assert "Numéros D23 and 7 more." in text
    assert "Fusion 24" not in text
    assert "WBK008 in English. Where: 2 more cells. Correct it." in text


def test_a_refusal_without_cells() -> None:
    text = refusal(refused([Finding("WBK002", Severity.ERROR)], "en"))
    assert text == (
        "The file “lot.xlsx” was not processed: nothing is accepted and nothing is billed. WBK002 in English. "
        "Correct it. Then send the file again: the rest has not been checked yet."
    )


def test_control_characters_in_the_file_name_are_removed() -> None:
    result = replace(refused([merged(4)]), reading=Reading("a\n\x1b[2J\u202e\udcff.xlsx", "ab" * 32))
    text = refusal(result)
    assert "a [2J.xlsx" in text
    assert "\n" not in text
    text.encode()
    Draft202012Validator(REPORT_SCHEMA).validate(json.loads(as_json(report(result))))
