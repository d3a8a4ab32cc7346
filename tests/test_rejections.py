"""The table of reject reasons: it is complete, and what it says about the rules is true."""

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
UNCHECKED = frozenset(
    "WBK003 WBK014 ACC033 LED001 LED002 LED003 LED004 LED005 LED006 BAT001 BAT002 "
    "TRK001 TRK002 TRK003 TRK004 TRK005 TRK006".split()
)
"""Codes that are not checked here: rules of the nightly run and the ledger, and of tracking, which is still to come."""

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
    """A row of the table; `where` are column keys with their sheet: `accounts.btn`."""

    name: str
    french: str
    says: str
    holding: str
    warning: str
    by_hand: str
    where: frozenset[str]


def codes(text: str) -> list[str]:
    return re.findall(r"\b[A-Z]{3}[0-9]{3}\b", text)


def column_keys(places: str) -> frozenset[str]:
    """Return the column keys of `Accounts M–P, R; Numbers D`. Raises IndexError or KeyError if there is no such column."""
    sheets = {sheet.name["en"]: sheet for sheet in DATA_SHEETS}
    keys = set()
    for part in places.split("; "):
        name, letters = part.split(" ", 1)
        for run in letters.split(", "):
            first, last = (cell_position(f"{end}1")[1] for end in (run.split("–") * 2)[:2])
            keys |= {f"{sheets[name].key}.{sheets[name].columns[at].key}" for at in range(first, last + 1)}
    return frozenset(keys)


def reason(line: str) -> Reason:
    names, says, holding, warning, by_hand, where = (
        cell.strip() for cell in line.removeprefix("|").removesuffix("|").split("|")
    )
    named = re.fullmatch(r"(.+?) \((.+)\)", names)
    assert named, names
    return Reason(named[1], named[2], says, holding, warning, by_hand, column_keys(where))


TABLE = [reason(line) for line in TEXT.splitlines() if line.startswith("| ") and not line.startswith("| Reason ")]


def test_every_reason_is_there_once_in_both_languages() -> None:
    assert [row.name for row in TABLE] == list(REASONS)
    assert len({row.french for row in TABLE}) == len(TABLE)


def test_every_code_is_in_the_catalogue_or_still_to_come() -> None:
    assert set(codes(TEXT)) <= CODES | UNCHECKED


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_a_reason_names_the_rules_that_hold_it_or_says_why_none_can(row: Reason) -> None:
    assert bool(codes(row.holding)) != row.holding.startswith("None can: ")
    assert row.says.endswith((".", "?"))
    assert row.by_hand.endswith(".")


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_rules_that_hold_and_rules_that_only_warn_are_in_their_columns(row: Reason) -> None:
    checked = [code for code in (*codes(row.holding), *codes(row.warning)) if code not in UNCHECKED]
    assert {code for code in checked if rule_of(code).severity.holds} == {
        code for code in checked if code in row.holding
    }


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_the_columns_of_a_reason_are_those_of_its_rules(row: Reason) -> None:
    for code in (*codes(row.holding), *codes(row.warning)):
        if code[:3] in SUBJECTS and code not in UNCHECKED:
            sheet = sheet_of(SUBJECTS[code[:3]])
            assert row.where & {f"{sheet.key}.{key}" for key in rule_of(code).on}, code


def test_every_error_of_numbers_accounts_and_requests_prevents_something() -> None:
    errors = {rule.code for rule in CATALOGUE if rule.code[:3] in SUBJECTS and rule.severity is Severity.ERROR}
    assert errors <= set(codes(TEXT))


def test_other_refusals_are_not_in_the_table() -> None:
    others = codes(TEXT.split("## Other refusals prevented")[1])
    assert others
    assert set(others).isdisjoint(code for row in TABLE for code in codes(f"{row.holding} {row.warning}"))
