"""The workbook's columns as a Frictionless Data Package (v2): one Table Schema per sheet, derived from the columns."""

from __future__ import annotations

from typing import Any

from lnp_batch.columns import Column, Kind, Required, Sheet
from lnp_batch.columns.sheets import DATA_SHEETS, TEMPLATE_VERSION
from lnp_batch.model.patterns import EMAIL_PATTERN, EMAILS_PATTERN, POSTAL_CODE_PATTERN, RESELLER_CODE_PATTERN
from lnp_batch.model.text import LANGUAGES, Lang, Text

PROFILES = "https://datapackage.org/profiles/2.0"

_TITLE = Text("Classeur de portabilité", "Port-in workbook")
_LABELS_AND_VALUES = Text(
    "Une ligne par champ : son libellé en A, sa valeur en B.",
    "One row per field: its label in A, its value in B.",
)
_ONE_ROW_EACH = Text("Une ligne par enregistrement, sous l'en-tête.", "One row per record, below the header.")
_TYPES: dict[Kind, dict[str, str]] = {
    Kind.TEXT: {"type": "string"},
    Kind.EMAIL: {"type": "string"},
    Kind.PHONE: {"type": "string"},
    Kind.DATE: {"type": "date", "format": "default"},
    Kind.INTEGER: {"type": "integer"},
    Kind.LIST: {"type": "string"},
    Kind.POSTAL: {"type": "string"},
    Kind.OURS: {"type": "any"},
}


def data_package(lang: Lang) -> dict[str, Any]:
    """Return the package as JSON values: titles in both languages; descriptions, lists and examples in `lang`."""
    return {
        "$schema": f"{PROFILES}/datapackage.json",
        "name": "lnp-batch-workbook",
        "title": _TITLE.both(lang, " / "),
        "version": TEMPLATE_VERSION,
        "resources": [_resource(sheet, lang) for sheet in DATA_SHEETS],
    }


def _resource(sheet: Sheet, lang: Lang) -> dict[str, Any]:
    has_header_row = sheet.key != "batch"
    return {
        "name": sheet.key,
        "type": "table",
        "title": sheet.name.both(lang, " / "),
        "description": (_ONE_ROW_EACH if has_header_row else _LABELS_AND_VALUES)[lang],
        "path": "workbook.xlsx",
        "format": "xlsx",
        "dialect": {
            "$schema": f"{PROFILES}/tabledialect.json",
            "sheetName": sheet.name[lang],
            "header": has_header_row,
        },
        "schema": _table_schema(sheet, lang),
    }


def _table_schema(sheet: Sheet, lang: Lang) -> dict[str, Any]:
    keys = [column.key for column in sheet.columns if column.unique]
    foreign_keys = _foreign_keys(sheet)
    return {
        "$schema": f"{PROFILES}/tableschema.json",
        "fieldsMatch": ["superset"],
        "missingValues": [""],
        "fields": [_field(column, lang) for column in sheet.columns],
        **({"primaryKey": keys} if keys else {}),
        **({"foreignKeys": foreign_keys} if foreign_keys else {}),
    }


def _foreign_keys(sheet: Sheet) -> list[dict[str, Any]]:
    """Return the foreign keys: a column with the key of another sheet's unique column refers to that column."""
    unique = {column.key: other.key for other in DATA_SHEETS for column in other.columns if column.unique}
    return [
        {"fields": [column.key], "reference": {"resource": unique[column.key], "fields": [column.key]}}
        for column in sheet.columns
        if unique.get(column.key, sheet.key) != sheet.key
    ]


def _field(column: Column, lang: Lang) -> dict[str, Any]:
    example = column.example[lang]
    return {
        "name": column.key,
        "title": column.header.both(lang, " / "),
        "titles": {language: column.header[language] for language in LANGUAGES},
        **_TYPES[column.kind],
        "description": column.help[lang],
        "constraints": _constraints(column, lang),
        **({"example": int(example) if column.kind is Kind.INTEGER else example} if example else {}),
        **({"requiredWhen": column.required.value} if _sometimes_required(column) else {}),
        **({"secret": True} if column.secret else {}),
        **({"filledByUs": True} if column.ours else {}),
    }


def _sometimes_required(column: Column) -> bool:
    return column.required not in (Required.NO, Required.YES)


def _pattern(column: Column) -> str | None:
    if column.code:
        return RESELLER_CODE_PATTERN
    if column.kind is Kind.EMAIL:
        return EMAILS_PATTERN if column.several else EMAIL_PATTERN
    return POSTAL_CODE_PATTERN if column.kind is Kind.POSTAL else None


def _constraints(column: Column, lang: Lang) -> dict[str, Any]:
    pattern = _pattern(column)
    return {
        "required": column.mandatory,
        **({"unique": True} if column.unique else {}),
        **({"maxLength": column.max_length} if column.max_length else {}),
        **({"minimum": 1} if column.kind is Kind.INTEGER else {}),
        **({"pattern": pattern} if pattern else {}),
        **({"enum": [value.text[lang] for value in column.values]} if column.values and not column.free_list else {}),
    }
