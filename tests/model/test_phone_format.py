"""A number as we write it: ten digits, E.164, with dashes, and ranges."""

from __future__ import annotations

import pytest

from lnp_batch.model.phone_format import dashed, dashed_range, e164, ten_digits


@pytest.mark.parametrize("number", [5145550123, "5145550123", "+15145550123"], ids=["integer", "digits", "E.164"])
def test_dashed(number: int | str) -> None:
    assert dashed(number) == "514-555-0123"


@pytest.mark.parametrize("number", [0, ""], ids=["0", "empty"])
def test_no_number_has_no_dashes(number: int | str) -> None:
    assert dashed(number) == ""


def test_a_range_names_its_last_four_digits() -> None:
    assert dashed_range(5145550100, 5145550119) == "514-555-0100 – 0119"
    assert dashed_range(5145550100, 5145550100) == "514-555-0100"


def test_ten_digits_undoes_e164() -> None:
    assert e164(5145550123) == "+15145550123"
    assert ten_digits("+15145550123") == 5145550123
