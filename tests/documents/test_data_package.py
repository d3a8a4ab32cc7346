"""The columns as a Data Package: all facts of the columns in both languages, and nothing else."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from lnp_batch.columns import Kind
from lnp_batch.columns.sheets import DATA_SHEETS
from lnp_batch.documents.data_package import data_package
from lnp_batch.model.text import LANGUAGES, Lang

BOTH = pytest.mark.parametrize("lang", LANGUAGES)
COLUMNS = [(sheet.key, column) for sheet in DATA_SHEETS for column in sheet.columns]


def fields(lang: Lang) -> dict[tuple[str, str], dict[str, Any]]:
    package = data_package(lang)
    return {
        (resource["name"], field["name"]): field
        for resource in package["resources"]
        for field in resource["schema"]["fields"]
    }


@BOTH
def test_one_field_per_column(lang: Lang) -> None:
    assert list(fields(lang)) == [(sheet, column.key) for sheet, column in COLUMNS]
    assert json.loads(json.dumps(data_package(lang))) == data_package(lang)


@BOTH
def test_facts_equal_those_of_the_columns(lang: Lang) -> None:
    by_column = fields(lang)
    for sheet, column in COLUMNS:
        field = by_column[sheet, column.key]
        constraints = field["constraints"]
        assert field["titles"] == {"fr": column.header.fr, "en": column.header.en}
        assert constraints["required"] == column.mandatory
        assert constraints.get("maxLength") == column.max_length
        assert constraints.get("unique", False) == column.unique
        assert ("enum" in constraints) == (column.kind is Kind.LIST)
        assert field["description"] == column.help[lang]


@BOTH
def test_examples_meet_their_constraints(lang: Lang) -> None:
    for field in fields(lang).values():
        if "example" not in field:
            continue
        example, constraints = field["example"], field["constraints"]
        assert field["type"] != "integer" or example >= constraints["minimum"]
        assert example in constraints.get("enum", [example])
        assert re.fullmatch(constraints.get("pattern", "(?s:.*)"), str(example))
        assert len(str(example)) <= constraints.get("maxLength", 1000)


def test_sheets_have_their_names_and_keys() -> None:
    batch, accounts, numbers = data_package("fr")["resources"]
    assert [resource["dialect"]["sheetName"] for resource in (batch, accounts, numbers)] == [
        "Lot",
        "Comptes",
        "Numéros",
    ]
    assert data_package("en")["resources"][0]["dialect"]["sheetName"] == "Batch"
    assert accounts["schema"]["primaryKey"] == ["account_ref"]
    assert numbers["schema"]["foreignKeys"] == [
        {"fields": ["account_ref"], "reference": {"resource": "accounts", "fields": ["account_ref"]}}
    ]
    assert "foreignKeys" not in accounts["schema"]
    assert fields("en")["numbers", "dsl"]["requiredWhen"] == "to port, unless wireless or VoIP"
    assert fields("fr")["accounts", "evidence"]["constraints"]["enum"][1] == "CSR et facture"
    assert fields("fr")["batch", "contact_email"]["constraints"]["pattern"]
    assert fields("fr")["accounts", "pin"]["secret"] is True
