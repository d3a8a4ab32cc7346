"""Dollars and counts as people and as programs read them, and that only one module knows how."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import lnp_batch
from lnp_batch.model.amounts import bare_dollars, count_of, dollars
from lnp_batch.model.text import NBSP

PACKAGE = Path(lnp_batch.__file__).parent
HOMES = {"model/amounts.py": re.compile(r":\.2f\}|format_currency"), "xlsx/style.py": re.compile(r"#,##0")}
"""The module that formats amounts, in words and in cells, and what only it contains; `model/amounts.py` also has the
pattern of a rate."""


def test_dollars_in_both_languages() -> None:
    assert dollars(Decimal("1234.5"), "fr") == f"1{NBSP}234,50{NBSP}$"
    assert (dollars(Decimal("1234.5"), "en"), dollars(Decimal("-29.99"), "en")) == ("$1,234.50", "-$29.99")
    assert (bare_dollars(Decimal("1234.5")), bare_dollars(Decimal("-29.99"))) == ("1234.50", "-29.99")
    assert (count_of(1000, "fr"), count_of(1000, "en")) == (f"1{NBSP}000", "1,000")


def test_amounts_are_formatted_in_one_place() -> None:
    for home, pattern in HOMES.items():
        found = {
            path.relative_to(PACKAGE).as_posix()
            for path in PACKAGE.rglob("*.py")
            if pattern.search(path.read_text("utf-8"))
        }
        assert found - {"model/amounts.py"} == {home} - {"model/amounts.py"}, pattern.pattern
