"""frictionless validating the same workbook against the schema of `lnp-batch schema`, and writing nothing.

`python -m benchmarks.frictionless_way WORKBOOK`: prints how many errors it found. Both lists are one package, so that the
numbers' key is looked up among the accounts, as the schema says (`foreignKeys`).
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

KNOWN = ("name", "type", "constraints")
"""What of a field the Table Schema of this frictionless knows."""


def main() -> None:
    path = Path(sys.argv[1])
    described = {one["name"]: one["schema"] for one in data_package("fr")["resources"]}
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
    """The schema under the headers that stand in the workbook; what is not of the Table Schema is left out."""
    fields = [
        {name: value for name, value in field.items() if name in KNOWN} | {"name": _header(field["name"], sheet)}
        for field in schema["fields"]
    ]
    pointing = [
        {
            "fields": [_header(key, sheet) for key in one["fields"]],
            "reference": one["reference"] | {"fields": [_header(key, ACCOUNTS) for key in one["reference"]["fields"]]},
        }
        for one in schema.get("foreignKeys", ())
    ]
    unique = [_header(key, sheet) for key in schema.get("primaryKey", ())]
    return {"fields": fields, "missingValues": schema["missingValues"], "primaryKey": unique, "foreignKeys": pointing}


def _header(key: str, sheet: Sheet) -> str:
    return sheet.column(key).header.both("fr")


if __name__ == "__main__":
    main()
