"""What the rules against the ledger may say about other resellers."""

from __future__ import annotations

import datetime as dt

from tests.factory import context, sound
from tests.flow import checked
from tests.ledger_views import context_of


def test_facts_about_another_resellers_request_name_neither_it_nor_its_day() -> None:
    numbers = [
        {"number": 5145550101, "state": "ready", "request": "PR-OTHERS2222"},
        {"number": 5145550102, "state": "closed", "request": "PR-OTHERS3333", "ported_on": dt.date(2026, 10, 14)},
    ]
    findings = checked(sound(), context(**context_of({"ledger": {"numbers": numbers}}))).findings
    facts = {finding.code: dict(finding.facts) for finding in findings if finding.code.startswith("LED")}
    assert facts == {
        "LED001": {"number": "514-555-0101", "says": "of_another", "remedy": "of_another", "request": "", "batch": ""},
        "LED002": {"number": "514-555-0102", "says": "of_another", "date": None, "days": 90},
    }
