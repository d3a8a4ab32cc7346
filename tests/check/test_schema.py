"""pandera reports which texts fail which rule; a check that fails to run is not a fault of the data."""

from __future__ import annotations

import pandas as pd
import pytest

from lnp_batch.check.schema import PLACES, _by_rule, shape_failures

NOTES = PLACES.index(("accounts", "notes"))
TEXTS = pd.DataFrame({"place": [NOTES, NOTES], "text": ["short", "long"]})


def cases(row: int | None, failure: str) -> pd.DataFrame:
    """Return failure cases as pandera reports them."""
    return pd.DataFrame({"check": ["CEL005"], "index": [row], "failure_case": [failure]}, dtype="object")


def test_failure_cases_are_grouped_by_rule_and_column() -> None:
    assert _by_rule(cases(1, "long"), TEXTS) == {("CEL005", ("accounts", "notes")): {"long"}}


def test_each_column_fails_its_own_rules() -> None:
    text = {
        ("accounts", "signer_email"): ["a@b.ca", "", "a@b", "a@b"],
        ("accounts", "freeze"): ["peut-être", "Non"],
        ("numbers", "action"): ["", ""],
        ("accounts", "name_on_bill"): [""],
    }
    assert shape_failures(text) == {
        ("CEL010", ("accounts", "signer_email")): {"a@b"},
        ("CEL002", ("accounts", "freeze")): {"peut-être"},
        ("CEL001", ("accounts", "name_on_bill")): {""},
    }


def test_a_check_that_crashes_raises_runtime_error() -> None:
    with pytest.raises(RuntimeError, match="CEL005 failed"):
        _by_rule(cases(None, "TypeError('x')"), TEXTS)


def test_a_check_that_runs_out_of_memory_raises_memory_error() -> None:
    with pytest.raises(MemoryError):
        _by_rule(cases(None, "MemoryError()"), TEXTS)
