"""One case file for each rule code: what passes, what fails, at which cell, and that nothing else is reported.

A case changes some cells of a batch of :mod:`tests.factory` (`base`, by default the sound one; `batch`, `accounts.ROW`,
`numbers.ROW`), or has its workbook edited by a function of :mod:`tests.rules.edits` (`edit`). `expected`, `documents`,
`resellers` and `ledger` are what else the nightly run knows (:func:`tests.ledger_views.context_of`). `expect` lists the
places at which the file's rule reports a fault (`numbers D4`; `numbers [+1]1` is in the first column after ours, and
`batch A[+1]` in the first row); `variants` what it says there, if it can say several things; `also` the other errors,
confirms and warnings that are right beside it (`CODE numbers D4`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from lnp_batch.columns.sheets import sheet_of
from lnp_batch.model.cell_address import column_letters
from lnp_batch.model.finding import Finding
from lnp_batch.model.text import LANGUAGES, Lang
from lnp_batch.rules import CATALOGUE, message, remedy, rule_of
from lnp_batch.rules.rule import Rule
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
TESTED_ELSEWHERE = {"WBK003"}
"""Rules not all of whose variants have a case: each limit is tested with the reader."""


def variants(rule: Rule[Any]) -> dict[str, list[str]]:
    """Return the names of the variants of the rule's message and advice, for those that have several."""
    sentences = {"says": rule.says, "remedy": rule.remedy}
    return {kind: list(named) for kind, named in sentences.items() if len(named) > 1}


def shown_variants(rule: Rule[Any], findings: Iterable[Finding]) -> set[str]:
    """Return the names of the variants that these findings of the rule show."""
    named = variants(rule)
    return {str(found.facts.get(kind, names[0])) for found in findings for kind, names in named.items()}


def spelt_out(words: str) -> str:
    """Return the place with `[+1]` replaced by what follows our last column, or our last row of the batch sheet."""
    sheet = words.partition(" ")[0]

    def after_ours(plus: re.Match[str]) -> str:
        at = len(sheet_of(sheet).columns) + int(plus[1])
        return str(at) if sheet == "batch" else column_letters(at - 1)

    return re.sub(r"\[\+([0-9])\]", after_ours, words)


@pytest.mark.parametrize(("code", "case", "lang"), CASES)
def test_a_case_reports_the_expected_findings_and_no_others(code: str, case: dict[str, Any], lang: Lang) -> None:
    allowed = {"about", "base", "batch", "accounts", "numbers", "edit", "expect", "variants", "also", *CONTEXT}
    assert case.keys() <= allowed
    rows = changed(
        {sheet: case[sheet] for sheet in ("batch", "accounts", "numbers") if sheet in case},
        BASES[case.get("base", "sound")](),
    )
    workbook = getattr(edits, case["edit"])(rows, lang) if "edit" in case else content(rows, lang=lang)
    findings = checked_content(workbook, context(**context_of(case))).findings
    reported = [found for found in findings if found.code == code]
    places = [place(found).partition(" ")[2] for found in reported]
    others = [place(found) for found in findings if found.code != code and found.severity != "info"]
    assert sorted(places) == sorted(map(spelt_out, case["expect"])), case["about"]
    assert shown_variants(rule_of(code), reported) == set(case.get("variants", [])), case["about"]
    assert sorted(others) == sorted(case.get("also", [])), case["about"]
    for found in findings:
        for words in (message(found, lang), remedy(found, lang)):
            assert words
            assert "{" not in words
            assert "}" not in words


def test_every_rule_has_a_case_file_with_passes_and_fails() -> None:
    codes = {rule.code for rule in CATALOGUE}
    assert {path.stem for path in FILES} == codes
    for path in FILES:
        cases = tomllib.loads(path.read_text("utf-8"))["case"]
        assert any(case["expect"] for case in cases), path.name
        assert any(not case["expect"] for case in cases), path.name


def test_every_variant_of_a_rule_is_shown_by_a_case() -> None:
    for path in FILES:
        rule, cases = rule_of(path.stem), tomllib.loads(path.read_text("utf-8"))["case"]
        shown = {name for case in cases for name in case.get("variants", [])}
        named = {name for names in variants(rule).values() for name in names}
        assert shown <= named, path.name
        assert shown == named or rule.code in TESTED_ELSEWHERE, (path.name, named - shown)
