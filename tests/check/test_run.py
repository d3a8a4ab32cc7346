"""The runner leaves out empty columns, in which no rule finds anything, and changes nothing that it is given."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from lnp_batch.check.normalize import cells_of, typed_batch
from lnp_batch.check.run import check_cells
from lnp_batch.columns.sheets import DATA_SHEETS, sheet_of
from lnp_batch.model.finding import Severity
from lnp_batch.model.phone_number import phones
from lnp_batch.model.typed_batch import TypedBatch
from lnp_batch.read.workbook import read_content
from lnp_batch.rules import CATALOGUE
from lnp_batch.rules.rule import PhoneColumn, Rule, Takes
from tests.factory import changed, content, context, sound
from tests.flow import checked

EMPTY = pd.Series("", index=pd.RangeIndex(2, 5), dtype="object")


def rules_taking(takes: Takes) -> list[Rule[Any]]:
    return [rule for rule in CATALOGUE if rule.takes is takes]


@pytest.mark.parametrize("rule", rules_taking(Takes.PHONE), ids=lambda rule: rule.code)
def test_a_rule_for_phones_finds_nothing_in_an_empty_column(rule: Rule[Any]) -> None:
    batch = typed_batch(read_content(content(sound()), "lot.xlsx"), context())
    assert rule.on
    for name in rule.on:
        sheet, _, key = name.rpartition(".")
        column = PhoneColumn(sheet or str(rule.sheet), key)
        found = rule.find(phones(cells_of(EMPTY, sheet_of(column.sheet).column(key))), column, batch)
        assert found is None or not (found.any() if isinstance(found, pd.Series) else len(found))


@pytest.mark.parametrize("rule", rules_taking(Takes.CELL), ids=lambda rule: rule.code)
def test_a_rule_for_cells_finds_nothing_in_an_empty_column(rule: Rule[Any]) -> None:
    columns = [column for sheet in DATA_SHEETS for column in sheet.columns if not column.ours and rule.applies(column)]
    assert columns
    for column in columns:
        found = rule.find(cells_of(EMPTY, column), column)
        assert found is None or not (found.any() if isinstance(found, pd.Series) else len(found))


def faulty_cells(batch: TypedBatch) -> int:
    return sum(int(mask.to_numpy().sum()) for mask in batch.faulty.values())


def test_cells_at_fault_are_returned_and_the_batch_stays_as_it_was() -> None:
    reading = read_content(content(changed({"numbers": {"2": {"number": "514 555 010"}}})), "lot.xlsx")
    before = typed_batch(reading, context())
    frames = before.accounts.copy(), before.numbers.copy()
    after, findings = check_cells(reading, before)
    assert [found.code for found in findings if found.severity is Severity.ERROR] == ["NUM001"]
    assert (faulty_cells(before), faulty_cells(after)) == (0, 1)
    pd.testing.assert_frame_equal(before.accounts, frames[0])
    pd.testing.assert_frame_equal(before.numbers, frames[1])


def test_an_equal_copy_of_the_phones_gives_the_same_advice() -> None:
    """A cell's column is found by its name, not by the object that holds its facts."""
    rows = changed({"numbers": {"2": {"range_end": "0119"}}, "accounts": {"3": {"new_btn": "450-555-014"}}})
    reading = read_content(content(rows), "lot.xlsx")
    batch = typed_batch(reading, context())
    copied = replace(batch, phones={column: facts.copy() for column, facts in batch.phones.items()})
    assert check_cells(reading, batch)[1] == check_cells(reading, copied)[1]


@pytest.mark.parametrize(
    ("mine", "severity"),
    [
        ({"name": "Clinique Dentaire Saint-Jean inc."}, Severity.INFO),
        ({"name": "Clinique Dentaire St. Jean inc."}, Severity.INFO),
        ({"city": "Longueuil-Est"}, Severity.ERROR),
        ({"city": "Longuéuil"}, Severity.WARNING),
        ({"address": "88, rue Saint-Jean"}, Severity.INFO),
        ({"address": "88 rue St-Jean"}, Severity.WARNING),
        ({"name": "CLINIQUE DENTAIRE ST-JEAN INC"}, Severity.WARNING),
    ],
)
def test_what_a_keyboard_decides_is_only_a_remark(mine: dict[str, str], severity: Severity) -> None:
    findings = checked(changed({"accounts": {"3": mine}})).findings
    assert [found.severity for found in findings if found.column in mine] == [severity]


def test_apostrophes_and_accents_of_either_form_are_only_a_remark() -> None:
    bill, file = "L'Œuvre de l'été inc.", "L’Œuvre de l’e\u0301te\u0301 inc."
    findings = checked(changed({"accounts": {"3": {"name_on_bill": bill, "name": file}}})).findings
    assert [(found.code, found.severity) for found in findings if found.column == "name"] == [("ACC016", Severity.INFO)]
