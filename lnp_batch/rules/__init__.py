"""The catalogue: every rule, by code within its subject."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from lnp_batch.model.finding import Finding, Severity
from lnp_batch.model.text import Lang, Text
from lnp_batch.rules.order import (
    ACCOUNT_RULES,
    ANSWER_RULES,
    BATCH_RULES,
    CELL_RULES,
    LEDGER_RULES,
    NUMBER_RULES,
    REQUEST_RULES,
    WORKBOOK_RULES,
)
from lnp_batch.rules.rule import Rule

CONFIRMED = Text("Confirmé par vous : rien à faire.", "Confirmed by you: nothing to do.")
"""What there is to do about a finding that was confirmed with OK."""


def _by_code(rules: Iterable[Rule[Any]]) -> tuple[Rule[Any], ...]:
    return tuple(sorted(rules, key=lambda rule: rule.code))


CATALOGUE: tuple[Rule[Any], ...] = tuple(
    rule
    for subject in (
        WORKBOOK_RULES,
        (*CELL_RULES, *ANSWER_RULES),
        NUMBER_RULES,
        ACCOUNT_RULES,
        REQUEST_RULES,
        BATCH_RULES,
        LEDGER_RULES,
    )
    for rule in _by_code(subject)
)


@cache
def rule_of(code: str) -> Rule[Any]:
    """Return the rule with that code. Raises KeyError if there is none."""
    return {rule.code: rule for rule in CATALOGUE}[code]


def severity_is_fixed(code: str) -> bool:
    """Whether the settings may not change this rule's severity."""
    return rule_of(code).fixed


def asks_something(finding: Finding) -> bool:
    """Whether the reseller has something to do or to weigh: not so for an info whose remedy is "Nothing to do."."""
    if finding.severity is not Severity.INFO:
        return True
    return not finding.confirmed and rule_of(finding.code).asks_something(finding.facts)


def message(finding: Finding, lang: Lang) -> str:
    """Return the sentence that says what is wrong."""
    return rule_of(finding.code).message(_quoted(finding), lang)


def remedy(finding: Finding, lang: Lang) -> str:
    """Return the sentence that says what to do."""
    if finding.confirmed:
        return CONFIRMED[lang]
    return rule_of(finding.code).advice(_quoted(finding), lang)


def _quoted(finding: Finding) -> dict[str, object]:
    return {"value": finding.value or "", **finding.facts}
