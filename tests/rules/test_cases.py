"""One case file for each rule code: what passes, what fails, at which cell, and that nothing else is reported.

A case changes some cells of a batch of :mod:`tests.factory` (`base`, by default the sound one; `batch`, `accounts.ROW`,
`numbers.ROW`), or has its workbook edited by a function of :mod:`tests.rules.edits` (`edit`). `expected`, `documents`,
`resellers` and `ledger` are what else the nightly run knows (:func:`tests.ledger_views.context_of`). `expect` lists the
places at which the file's rule reports a fault (`numbers D4`); `also` the other errors, confirms and warnings that are
right beside it (`CODE numbers D4`); `says` and `remedy` the variants of its message and of its remedy.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from lnp_batch.model.finding import Finding
from lnp_batch.model.text import LANGUAGES, Lang
from lnp_batch.rules import CATALOGUE, message, remedy, rule_of
from tests.factory import BASES, changed, content, context
from tests.flow import checked_content, place
from tests.ledger_views import context_of
from tests.rules import edits

CONTEXT = ("expected", "documents", "resellers", "ledger")
FILES = sorted(Path(__file__).parent.glob("*.toml"))
CASES = [
    pytest.param(path.stem, case, lang, id=f"{path.stem}-{number}-{lang}")
    for path in FILES
    for number, case in enumerate(tomllib.loads(path.read_text("utf-8"))["case"], 1)
    for lang in (LANGUAGES if number == 1 else LANGUAGES[number % 2 :][:1])
]


VARIANTS = {"says", "remedy"}


def variants(code: str, kind: str) -> set[str]:
    """The variants of a rule's message (`says`) or `remedy`."""
    return set(getattr(rule_of(code), kind))


def produced(code: str, findings: Iterable[Finding], kind: str) -> set[str]:
    """The variants that the rule's findings use; a finding that names none uses the first."""
    first = next(iter(getattr(rule_of(code), kind)))
    return {str(found.facts.get(kind) or first) for found in findings if found.code == code}


@pytest.mark.parametrize(("code", "case", "lang"), CASES)
def test_a_case_reports_the_expected_findings_and_no_others(code: str, case: dict[str, Any], lang: Lang) -> None:
    allowed = {"about", "base", "batch", "accounts", "numbers", "edit", "expect", "also", "says", "remedy", *CONTEXT}
    assert case.keys() <= allowed
    rows = changed(
        {sheet: case[sheet] for sheet in ("batch", "accounts", "numbers") if sheet in case},
        BASES[case.get("base", "sound")](),
    )
    workbook = getattr(edits, case["edit"])(rows, lang) if "edit" in case else content(rows, lang=lang)
    findings = checked_content(workbook, context(**context_of(case))).findings
    places = [place(found).partition(" ")[2] for found in findings if found.code == code]
    others = [place(found) for found in findings if found.code != code and found.severity != "info"]
    assert sorted(places) == sorted(case["expect"]), case["about"]
    assert sorted(others) == sorted(case.get("also", [])), case["about"]
    for kind in VARIANTS & case.keys():
        assert sorted(produced(code, findings, kind)) == sorted(case[kind]), case["about"]
    for found in findings:
        for words in (message(found, lang), remedy(found, lang)):
            assert words
            assert "{" not in words
            assert "}" not in words


OF_HOSTILE_FILES = {"WBK003"}
"""Its variants are produced by tests/read/test_hostile.py, which has a file for each limit."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_variant_has_a_case(path: Path) -> None:
    cases = tomllib.loads(path.read_text("utf-8"))["case"]
    for kind in VARIANTS:
        named = variants(path.stem, kind)
        in_cases = {name for case in cases for name in case.get(kind, ())}
        assert in_cases <= named
        assert named == in_cases or len(named) == 1 or path.stem in OF_HOSTILE_FILES, named - in_cases


def test_every_rule_has_a_case_file_with_passes_and_fails() -> None:
    codes = {rule.code for rule in CATALOGUE}
    assert {path.stem for path in FILES} == codes
    for path in FILES:
        cases = tomllib.loads(path.read_text("utf-8"))["case"]
        assert any(case["expect"] for case in cases), path.name
        assert any(not case["expect"] for case in cases), path.name
