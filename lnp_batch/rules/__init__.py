"""The catalogue: every rule once, in the order in which it is applied."""

from __future__ import annotations

from functools import cache
from types import ModuleType

from lnp_batch.model.finding import Finding
from lnp_batch.model.text import Lang, Text
from lnp_batch.rules import accounts, batch, cell, ledger, numbers, requests, workbook
from lnp_batch.rules.rule import Rule

MODULES: tuple[ModuleType, ...] = (workbook, cell, numbers, accounts, requests, batch, ledger)
RETIRED: frozenset[str] = frozenset()
"""Codes that were in use once; a code is never given twice."""

FIXED_SEVERITY = frozenset({"WBK", "CEL", "BAT"})
FIXED_CODES = frozenset({*(f"NUM{number:03}" for number in range(1, 13)), "NUM018", "LED001", "LED005"})
"""Of the ledger's, those of numbers that two requests would share, and of what a carrier has been sent."""


def rules_of(module: ModuleType) -> tuple[Rule, ...]:
    """The rules of one subject, in the order in which the module tells them: the order in which they are applied."""
    return tuple(value for value in vars(module).values() if isinstance(value, Rule))


CATALOGUE: tuple[Rule, ...] = tuple(rule for module in MODULES for rule in rules_of(module))


@cache
def rule_of(code: str) -> Rule:
    """The rule of that code. KeyError where there is none."""
    return {rule.code: rule for rule in CATALOGUE}[code]


def severity_is_fixed(code: str) -> bool:
    """Whether the settings may not change this rule's severity."""
    return code[:3] in FIXED_SEVERITY or code in FIXED_CODES


def message(finding: Finding, lang: Lang) -> str:
    """What is wrong, in one sentence."""
    return _say(rule_of(finding.code).says, finding, lang)


def remedy(finding: Finding, lang: Lang) -> str:
    """What to do about it."""
    return _say(rule_of(finding.code).remedy, finding, lang)


def _say(text: Text, finding: Finding, lang: Lang) -> str:
    words = text[lang]
    if "{" not in words:
        return words
    return text.say(lang, {"value": finding.value or "", **finding.facts})
