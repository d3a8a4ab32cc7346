"""A reseller as the table of resellers (`resellers.toml`) describes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Reseller:
    """One entry of the table: who may send workbooks, and who pays. Only `code` is required.

    `province` and `language` are "" and `terms_days` and `unit_price` (dollars per number) None if the table does not
    give them.
    """

    code: str
    name: str = ""
    address: tuple[str, ...] = ()
    province: str = ""
    language: str = ""
    emails: tuple[str, ...] = ()
    terms_days: int | None = None
    unit_price: Decimal | None = None
    active: bool = True


Resellers = Mapping[str, Reseller]
"""The table, by :func:`code_key`."""


def code_key(code: str) -> str:
    """Return the key of a reseller code: the same for all spellings that differ in case or surrounding spaces."""
    return code.strip().casefold()
