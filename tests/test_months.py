"""A sample of the months that `make rounds` plays: the generator, the model reseller and what we promise of them."""

from __future__ import annotations

import pytest

from tests.months.build import month_of
from tests.months.judge import Result, played
from tests.months.table import broken, percentile

SEEDS = (2, 5)


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> list[Result]:
    return [played(seed, tmp_path_factory.mktemp("months")) for seed in SEEDS]


def test_the_truth_of_a_month_is_accepted(months: list[Result]) -> None:
    assert [month.wrong_truth for month in months] == [[]] * len(SEEDS)


def test_the_model_reseller_brings_a_month_to_its_end(months: list[Result]) -> None:
    assert all(month.sends is not None and month.edits for month in months)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_seed_makes_the_same_month_again(seed: int) -> None:
    def typed() -> list[object]:
        month = month_of(seed)
        rows = [row.typed if row else None for rows in month.sheets.values() for row in rows]
        return [rows, month.layout.headers, [fault.name for fault in month.faults]]

    assert typed() == typed()


def test_a_seed_makes_this_month_forever() -> None:
    """If this fails, figures measured before are of other months: measure anew what docs/rejections.md says."""
    month = month_of(2)
    assert month.customers[0].truth["name_on_bill"] == "9123-4567 Québec inc."
    assert month.customers[0].numbers[0].truth == {
        "account_ref": month.customers[0].key, "number": "4182566964", "action": None, "active": "yes", "dsl": "no",
        "alarm": "no", "line_type": "wireline",
    }  # fmt: skip
    assert [fault.name for fault in month.faults] == [
        "formula without a result", "another civic number", "partial that takes all", "DSL", "word of no list",
        "a BTN that is not listed", "eleven digits",
    ]  # fmt: skip


def test_months_have_6_to_12_customers_and_25_to_60_numbers_in_both_languages() -> None:
    months = [month_of(seed) for seed in range(40)]
    assert {month.lang for month in months} == {"fr", "en"}
    assert {month.layout.ours for month in months} == {True, False}
    for month in months:
        assert 6 <= len(month.customers) <= 12
        assert 25 <= sum(customer.truth["total_numbers"] for customer in month.customers) <= 60
        assert all(fault.there() for fault in month.faults)


def test_a_promise_that_is_broken_is_named() -> None:
    kept = [Result(1, "fr", sends=0), Result(2, "en", sends=1)]
    assert broken(kept) == []
    assert broken([*kept, Result(3, "fr", sends=1, accepted=["frozen (A1)"])]) == ["planted faults accepted"]
    assert broken([*kept, Result(3, "fr", sends=1, false_holds=["CEL002"])]) == ["sound requests held"]
    assert broken([*kept, Result(3, "fr", sends=1, crash="KeyError")]) == ["months that crash"]
    assert broken([Result(1, "fr"), *kept]) == ["95th percentile 9 sends after the first"]
    assert broken([Result(1, "fr"), Result(2, "fr"), *kept])[0] == "95th percentile 9 sends after the first"


def test_percentiles_take_a_month_that_is_never_done_for_the_longest() -> None:
    assert percentile([1] * 95 + [None] * 5, 0.95) == 1
    assert percentile([1] * 94 + [None] * 6, 0.95) == 9
    assert percentile([0, 1, 2], 0.5) == 1
