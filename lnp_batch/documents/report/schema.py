"""The JSON Schema (draft 2020-12) of ``NAME.report.json``; the tests validate every report against it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lnp_batch.columns import Value
from lnp_batch.columns.sheets import DATA_SHEETS
from lnp_batch.columns.values import ACTIONS, EVIDENCE, PORT_TYPES, PROVINCES
from lnp_batch.model.cell_address import LAST_ROW
from lnp_batch.model.finding import Severity
from lnp_batch.model.money import CURRENCY
from lnp_batch.model.outcome import NUMBER_COUNTS
from lnp_batch.model.reading import NoRow, Unread
from lnp_batch.model.taxes import TAX_NAMES
from lnp_batch.model.text import LANGUAGES
from lnp_batch.model.verdict import Verdict

Schema = Mapping[str, Any]

SEVERITIES = [severity.value for severity in Severity]


def _text(description: str = "", **limits: Any) -> dict[str, Any]:
    return {"type": "string", **({"description": description} if description else {}), **limits}


def _pattern(pattern: str, description: str, example: str) -> dict[str, Any]:
    return _text(description, pattern=f"^{pattern}$", maxLength=len(example), examples=[example])


def _or_null(schema: Schema) -> dict[str, Any]:
    """Return the schema of a value that may be null."""
    if "enum" in schema:
        return {**schema, "enum": [*schema["enum"], None]}
    return {**schema, "type": [schema["type"], "null"]} if "type" in schema else {"anyOf": [schema, {"type": "null"}]}


def _one_of(keys: Iterable[str], description: str = "") -> dict[str, Any]:
    return {**({"description": description} if description else {}), "enum": list(keys)}


def _keys(values: Iterable[Value]) -> list[str]:
    return [value.key for value in values]


def _list(items: Schema, description: str = "") -> dict[str, Any]:
    return {"type": "array", **({"description": description} if description else {}), "items": items}


def _object(description: str = "", /, **properties: Schema) -> dict[str, Any]:
    """Return the schema of an object that has exactly these keys."""
    return {
        "type": "object",
        **({"description": description} if description else {}),
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


TEXT = _text()
NONEMPTY = _text(minLength=1)
DATE = {**_pattern("[0-9]{4}-[0-9]{2}-[0-9]{2}", "ISO 8601.", "2026-11-23"), "format": "date"}
NUMBER = _pattern(r"\+[0-9]{11}", "E.164.", "+15145550100")
MONEY = _text("Canadian dollars.", pattern=r"^[0-9]+\.[0-9]{2}$", maxLength=20, examples=["29.99"])
RATE = _text("A fraction of the subtotal.", pattern=r"^0\.[0-9]{1,6}$", maxLength=8, examples=["0.09975"])
CODE = _pattern("[A-Z]{3}[0-9]{3}", "A rule's code: see `lnp-batch explain CODE`.", "NUM001")
CELL = _text("A spreadsheet address.", pattern="^[A-Z]{1,3}[1-9][0-9]{0,6}$", maxLength=10, examples=["D9"])
COUNT = {"type": "integer", "minimum": 0}
FROM_ONE = {"type": "integer", "minimum": 1}
LANGUAGE = _one_of(LANGUAGES)
SHEET_KEY = _one_of([sheet.key for sheet in DATA_SHEETS])
COLUMN = _one_of(dict.fromkeys(column.key for sheet in DATA_SHEETS for column in sheet.columns))
PROVINCE = _one_of(_keys(PROVINCES))

FINDING = _object(
    "One fault at one place.",
    code=CODE,
    slug=_text(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", maxLength=64),
    severity=_one_of(SEVERITIES),
    sheet=_or_null(_text("The sheet's name in the upload.")),
    sheet_key=_or_null(SHEET_KEY),
    row=_or_null({**FROM_ONE, "maximum": LAST_ROW}),
    column=_or_null(COLUMN),
    cell=_or_null(CELL),
    copy_cell=_or_null({**CELL, "description": "The same cell in the annotated copy; null if there is no copy."}),
    value=_or_null(_text("The cell as it was typed, dates ISO; null for an empty cell and always for a PIN.")),
    message=NONEMPTY,
    remedy=NONEMPTY,
    related=_list(_text("Another cell involved: `Sheet!D9`.", pattern="^.+![A-Z]{1,3}[1-9][0-9]{0,6}$")),
)

FINDING["properties"] |= {
    "proposal": _text("What we would write in the cell; an OK in the Summary applies it. Absent if none.", minLength=1),
    "confirmed": {"const": True, "description": "Answered with OK in the Summary: it holds nothing. Else absent."},
}

CUSTOMER = _object(
    "Name and service address, to the letter as on the CSR or bill.",
    name=_or_null(NONEMPTY),
    address=_or_null(NONEMPTY),
    city=_or_null(NONEMPTY),
    province=_or_null(PROVINCE),
    postal_code=_or_null(NONEMPTY),
)

REQUEST = _object(
    "A request to one losing carrier, for one account at one service address.",
    id=_text("Stable: the same in every round.", minLength=1, maxLength=80),
    part={**FROM_ONE, "description": "The request's place among those that one account row was split into."},
    revision=FROM_ONE,
    state=_one_of(["ready", "held"]),
    account_ref=_or_null(NONEMPTY),
    carrier=_or_null(NONEMPTY),
    carrier_as_typed=_or_null(NONEMPTY),
    account_number=_or_null(NONEMPTY),
    port_type=_or_null(_one_of(_keys(PORT_TYPES))),
    btn=_or_null(NUMBER),
    new_btn=_or_null(NUMBER),
    customer=CUSTOMER,
    signer=_or_null(NONEMPTY),
    signer_email=_or_null(NONEMPTY),
    evidence=_or_null(_one_of(_keys(EVIDENCE))),
    bill_date=_or_null(DATE),
    requested_date=_or_null(DATE),
    reference=_or_null(NONEMPTY),
    numbers=_list(NUMBER, "The numbers to port."),
    remaining=_list(
        _object(number=NUMBER, action=_one_of(key for key in _keys(ACTIONS) if key != "port")),
        "The account's numbers that are not ported.",
    ),
    attention=_list(
        _object(
            number=NUMBER,
            what=_one_of(["dsl", "alarm", "special_service"]),
            confirmed=_or_null({"type": "boolean"}),
            detail=_or_null(TEXT),
        ),
        "Services on these numbers that the port affects.",
    ),
    warnings=_list(CODE),
    held_by=_list(_object(code=CODE, sheet_key=SHEET_KEY, cell=_or_null(CELL)), "The findings that hold the request."),
    fee={**MONEY, "description": "Canadian dollars before tax; for a held request, what it would cost."},
)
REQUEST["properties"]["already_accepted"] = {
    **_list(
        NUMBER, "Those of `numbers` that were billed in an earlier round: not in the fee. Absent if there are none."
    ),
    "minItems": 1,
}

INVOICE = _object(
    "The fees of the accepted numbers.",
    currency={"const": CURRENCY},
    unit_price=MONEY,
    quantity=FROM_ONE,
    subtotal=MONEY,
    taxes={
        **_list(_object(code=_one_of(list(TAX_NAMES)), rate=RATE, amount=MONEY), "Each on the subtotal."),
        "minItems": 1,
        "maxItems": 2,
    },
    total=MONEY,
    by_carrier=_list(_object(carrier=NONEMPTY, quantity=FROM_ONE, amount=MONEY)),
    by_account=_list(
        _object(carrier=NONEMPTY, account_number=NONEMPTY, account_ref=NONEMPTY, quantity=FROM_ONE, amount=MONEY)
    ),
)

COUNTS = _object(
    "Rows, numbers (ranges expanded; the five states add up to `numbers`) and findings.",
    account_rows=_or_null(COUNT),
    number_rows=_or_null(COUNT),
    **{key: _or_null(COUNT) for key in NUMBER_COUNTS},
    **{f"{severity}s": COUNT for severity in SEVERITIES},
)

_REFUSED: dict[str, Any] = {
    "if": {"properties": {"outcome": {"const": Verdict.REFUSED.value}}},
    "then": {
        "properties": {
            "counts": {"properties": {key: {"type": "null"} for key in NUMBER_COUNTS}},
            "findings": {"minItems": 1},
            "requests": {"maxItems": 0},
            "invoice": {"type": "null"},
        }
    },
    "else": {"properties": {"counts": {"properties": {key: {"type": "integer"} for key in NUMBER_COUNTS}}}},
}

REPORT_SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "lnp-batch report",
    **_object(
        "The outcome of a workbook of numbers to port.",
        report_version={"const": 1},
        workbook=_object(
            name=NONEMPTY,
            sha256=_text(pattern="^([0-9a-f]{64})?$", maxLength=64),
            template_version=_or_null(TEXT),
        ),
        reference_date=DATE,
        language=LANGUAGE,
        batch=_object(
            reseller_code=_or_null(NONEMPTY),
            reseller_name=_or_null(NONEMPTY),
            batch_reference=_or_null(NONEMPTY),
            billing_province=_or_null(PROVINCE),
        ),
        outcome=_one_of([verdict.value for verdict in (Verdict.ACCEPTED, Verdict.TO_FIX, Verdict.REFUSED)]),
        counts=COUNTS,
        findings=_list(
            FINDING, "In reading order: findings without a sheet, then batch, accounts, numbers; by row, column, code."
        ),
        requests=_list(REQUEST),
        invoice={"description": "Null if no number is billed.", **_or_null(INVOICE)},
    ),
    **_REFUSED,
}
REPORT_SCHEMA["properties"] |= {
    "without_request": {
        **_list(
            _object(number=NUMBER, row=FROM_ONE),
            "Numbers to port that are in no request, since no account has their row's key. Absent if none.",
        ),
        "minItems": 1,
    },
    "given_back": {
        **_list(
            NUMBER,
            "Numbers that this round removes from requests not yet sent; their fees are given back. Absent if none.",
        ),
        "minItems": 1,
    },
    "guessed_headers": {
        **_list(
            _object(sheet_key=SHEET_KEY, cell=CELL, header=NONEMPTY, column=COLUMN),
            "Headers that only resemble ours, and the columns that they are read as. Absent if none.",
        ),
        "minItems": 1,
    },
    "ignored_rows": {
        **_list(
            _object(sheet_key=SHEET_KEY, row=FROM_ONE, why=_one_of(why.value for why in NoRow)),
            "Filled rows that list neither an account nor a number, and are counted nowhere. Absent if none.",
        ),
        "minItems": 1,
    },
    "sheets_not_read": {
        **_list(
            _object(sheet=TEXT, why=_one_of(why.value for why in Unread)),
            "Sheets that were not read. Of these, the annotated copy has second ones only. Absent if none.",
        ),
        "minItems": 1,
    },
    "applied": {
        **_list(
            _object(
                code=CODE,
                sheet=NONEMPTY,
                cell=CELL,
                column=COLUMN,
                old=_or_null(NONEMPTY),
                new=NONEMPTY,
            ),
            "Proposals written in their cells, since the Summary's OK said so. Absent if none.",
        ),
        "minItems": 1,
    },
    "first_batch": _text(
        "The batch in which these bytes were first processed; this report bills nothing.", minLength=1
    ),
}
