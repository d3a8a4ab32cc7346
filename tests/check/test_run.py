"""What the runner leaves out would have found nothing."""

from __future__ import annotations

import pandas as pd
import pytest

from lnp_batch.check import run
from lnp_batch.check.normalize import cells_of, typed_batch
from lnp_batch.columns import Kind
from lnp_batch.columns.sheets import DATA_SHEETS, sheet_of
from lnp_batch.model.phone_number import phones
from lnp_batch.read.workbook import read_content
from lnp_batch.rules import cell
from lnp_batch.rules.rule import Rule
from tests.factory import content, context, sound

EMPTY = pd.Series("", index=pd.RangeIndex(2, 5), dtype="object")


@pytest.mark.parametrize("rule", run.ONE_COLUMN, ids=lambda rule: rule.code)
def test_a_rule_of_one_column_finds_nothing_in_an_empty_one(rule: Rule) -> None:
    book = typed_batch(read_content(content(sound()), "lot.xlsx"), context())
    for name in rule.on:
        sheet, _, key = name.rpartition(".")
        column = sheet_of(sheet or ("numbers" if rule.subject == "NUM" else "accounts")).column(key)
        cells = cells_of(EMPTY, column)
        found = rule.find(phones(cells) if column.kind is Kind.PHONE else cells.text, book)
        assert not (found.any() if isinstance(found, pd.Series) else len(found))


@pytest.mark.parametrize("rule", cell.WRITING, ids=lambda rule: rule.code)
def test_nothing_is_written_oddly_in_an_empty_column(rule: Rule) -> None:
    for column in (column for sheet in DATA_SHEETS for column in sheet.columns if rule.code in cell.asked_of(column)):
        found = rule.find(cells_of(EMPTY, column), column)
        assert not (found.any() if isinstance(found, pd.Series) else len(found))
