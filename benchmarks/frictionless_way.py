"""frictionless validating the same workbook against the schema of `lnp-batch schema`, and writing nothing.

`python -m benchmarks.frictionless_way WORKBOOK`: prints how many errors it found.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from frictionless import Resource, Schema
from frictionless.formats import ExcelControl

from lnp_batch.columns import ACCOUNTS, NUMBERS
from lnp_batch.write.datapackage import data_package

KNOWN = ("name", "type", "constraints")


def main() -> None:
    path = Path(sys.argv[1])
    package = data_package("fr")
    errors = 0
    for sheet in (ACCOUNTS, NUMBERS):
        described = next(one for one in package["resources"] if one["name"] == sheet.key)
        headers = {column.key: column.header.both("fr") for column in sheet.columns}
        fields = [_field(one, headers) for one in described["schema"]["fields"]]
        resource = Resource(
            path=path.name,
            basepath=str(path.parent),
            control=ExcelControl(sheet=sheet.name.fr),
            schema=Schema.from_descriptor({"fields": fields}),
        )
        report = resource.validate(limit_errors=10_000_000)
        errors += sum(task.stats["errors"] for task in report.tasks)
    print(errors)


def _field(described: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
    """A field under the header that stands in the workbook; what is not of the Table Schema is left out."""
    kept = {key: value for key, value in described.items() if key in KNOWN}
    return kept | {"name": headers[described["name"]]}


if __name__ == "__main__":
    main()
