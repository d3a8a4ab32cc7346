"""The frictionless library validating the workbook against the schema of `lnp-batch schema`, writing nothing.

`python -m benchmarks.frictionless_way WORKBOOK` prints the number of errors. Both sheets are in one package, so that the
numbers' key is looked up among the accounts (`foreignKeys` in the schema).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from frictionless import Package, Resource, Schema
from frictionless.formats import ExcelControl

from lnp_batch.columns import Sheet
from lnp_batch.columns.accounts import ACCOUNTS
from lnp_batch.columns.numbers import NUMBERS
from lnp_batch.documents.data_package import data_package

FIELD_PROPERTIES = ("name", "type", "constraints")
"""Field properties that frictionless accepts; it refuses our own."""


def main() -> None:
    path = Path(sys.argv[1])
    described = {resource["name"]: resource["schema"] for resource in data_package("fr")["resources"]}
    package = Package(
        resources=[
            Resource(
                name=sheet.key,
                path=path.name,
                basepath=str(path.parent),
                control=ExcelControl(sheet=sheet.name.fr),
                schema=Schema.from_descriptor(_renamed(described[sheet.key], sheet)),
            )
            for sheet in (ACCOUNTS, NUMBERS)
        ]
    )
    report = package.validate(limit_errors=10_000_000)
    print(sum(task.stats["errors"] for task in report.tasks))


def _renamed(schema: dict[str, Any], sheet: Sheet) -> dict[str, Any]:
    """Return the schema with the workbook's headers as names, without properties that frictionless refuses."""
    fields = [
        {name: value for name, value in field.items() if name in FIELD_PROPERTIES}
        | {"name": _header(field["name"], sheet)}
        for field in schema["fields"]
    ]
    foreign_keys = [
        {
            "fields": [_header(key, sheet) for key in entry["fields"]],
            "reference": entry["reference"]
            | {"fields": [_header(key, ACCOUNTS) for key in entry["reference"]["fields"]]},
        }
        for entry in schema.get("foreignKeys", ())
    ]
    primary_key = [_header(key, sheet) for key in schema.get("primaryKey", ())]
    return {
        "fields": fields,
        "missingValues": schema["missingValues"],
        "primaryKey": primary_key,
        "foreignKeys": foreign_keys,
    }


def _header(key: str, sheet: Sheet) -> str:
    return sheet.column(key).header.both("fr")


if __name__ == "__main__":
    main()
