"""The table of reject reasons: all of them are there, and what it says of the rules is so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from lnp_batch.columns.sheets import DATA_SHEETS, sheet_of
from lnp_batch.model.cell_address import cell_position
from lnp_batch.model.finding import Severity
from lnp_batch.rules import CATALOGUE, rule_of

TEXT = (Path(__file__).parent.parent / "docs" / "rejections.md").read_text("utf-8")
CODES = {rule.code for rule in CATALOGUE}
LATER = frozenset(
    "WBK003 WBK014 ACC033 LED001 LED002 LED003 LED004 LED005 LED006 BAT001 BAT002 "
    "TRK001 TRK002 TRK003 TRK004 TRK005 TRK006".split()
)
"""Codes of the contract whose rules come with the nightly run, the ledger and tracking."""

REASONS = (
    "account number", "address", "name", "business name", "first name", "authoriser", "BTN",
    "remaining services on the BTN", "full or partial", "inactive", "wrong carrier", "pending order", "freeze",
    "port protection", "DSL", "Centrex", "distinctive ring", "hunt group", "ISDN", "RCF", "FX", "PIN", "prepaid",
    "residential without last name", "due date", "LOA", "already ours", "non-portable", "data missing",
    "customer not ready",
)  # fmt: skip
SUBJECTS = {"NUM": "numbers", "ACC": "accounts", "REQ": "accounts"}


@dataclass(frozen=True)
class Reason:
    """A line of the table; `where` are column keys, each with its sheet's before it: `accounts.btn`."""

    name: str
    french: str
    says: str
    holds: str
    tells: str
    by_hand: str
    where: frozenset[str]


def codes(words: str) -> list[str]:
    return re.findall(r"\b[A-Z]{3}[0-9]{3}\b", words)


def columns_told(words: str) -> frozenset[str]:
    """`Accounts M–P, R; Numbers D` as column keys. IndexError or KeyError where there is no such column."""
    sheets = {sheet.name["en"]: sheet for sheet in DATA_SHEETS}
    told = set()
    for part in words.split("; "):
        name, letters = part.split(" ", 1)
        for run in letters.split(", "):
            first, last = (cell_position(f"{end}1")[1] for end in (run.split("–") * 2)[:2])
            told |= {f"{sheets[name].key}.{sheets[name].columns[at].key}" for at in range(first, last + 1)}
    return frozenset(told)


def reason(line: str) -> Reason:
    both, says, holds, tells, by_hand, where = (
        cell.strip() for cell in line.removeprefix("|").removesuffix("|").split("|")
    )
    named = re.fullmatch(r"(.+?) \((.+)\)", both)
    assert named, both
    return Reason(named[1], named[2], says, holds, tells, by_hand, columns_told(where))


TABLE = [reason(line) for line in TEXT.splitlines() if line.startswith("| ") and not line.startswith("| Reason ")]


def test_every_reason_is_there_once_in_both_languages() -> None:
    assert [one.name for one in TABLE] == list(REASONS)
    assert len({one.french for one in TABLE}) == len(TABLE)


def test_every_code_is_of_the_catalogue_or_to_come() -> None:
    assert set(codes(TEXT)) <= CODES | LATER


@pytest.mark.parametrize("one", TABLE, ids=lambda one: one.name)
def test_a_reason_says_what_holds_it_or_why_nothing_can(one: Reason) -> None:
    assert bool(codes(one.holds)) != one.holds.startswith("None can: ")
    assert one.says.endswith((".", "?"))
    assert one.by_hand.endswith(".")


@pytest.mark.parametrize("one", TABLE, ids=lambda one: one.name)
def test_what_holds_holds_and_what_tells_only_tells(one: Reason) -> None:
    now = [code for code in (*codes(one.holds), *codes(one.tells)) if code not in LATER]
    assert {code for code in now if rule_of(code).severity.holds} == {code for code in now if code in one.holds}


@pytest.mark.parametrize("one", TABLE, ids=lambda one: one.name)
def test_the_place_is_where_its_rules_are_told(one: Reason) -> None:
    for code in (*codes(one.holds), *codes(one.tells)):
        if code[:3] in SUBJECTS and code not in LATER:
            sheet = sheet_of(SUBJECTS[code[:3]])
            assert one.where & {f"{sheet.key}.{key}" for key in rule_of(code).on}, code


def test_every_error_of_numbers_accounts_and_requests_prevents_something() -> None:
    errors = {rule.code for rule in CATALOGUE if rule.subject in SUBJECTS and rule.severity is Severity.ERROR}
    assert errors <= set(codes(TEXT))


def test_what_stands_under_other_refusals_is_nowhere_in_the_table() -> None:
    others = codes(TEXT.split("## Other refusals prevented")[1])
    assert others
    assert set(others).isdisjoint(code for one in TABLE for code in codes(f"{one.holds} {one.tells}"))
