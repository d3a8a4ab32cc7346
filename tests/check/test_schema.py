"""A check that fails to run is not a fault of the data."""

from __future__ import annotations

import pandas as pd
import pytest

from lnp_batch.check.schema import _by_rule


def cases(index: list[object], failure: str) -> pd.DataFrame:
    """Return failure cases as pandera reports them."""
    return pd.DataFrame({"check": ["CEL005"], "column": ["notes"], "index": index, "failure_case": [failure]})


def test_failure_cases_are_grouped_by_rule_and_column() -> None:
    assert _by_rule(cases([7], "x")) == {("CEL005", "notes"): [7]}


def test_a_check_that_crashes_raises_runtime_error() -> None:
    with pytest.raises(RuntimeError, match="CEL005 of column notes"):
        _by_rule(cases([None], "TypeError('x')"))


def test_a_check_that_runs_out_of_memory_raises_memory_error() -> None:
    with pytest.raises(MemoryError):
        _by_rule(cases([None], "MemoryError()"))
