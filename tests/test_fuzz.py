"""A sample of mutants; `make fuzz` tries 10,000."""

from __future__ import annotations

import pytest

from tests.fuzz import examine, fuzz, mutant

BATCH = 100


@pytest.mark.parametrize("start", range(0, 500, BATCH))
def test_a_mutant_is_refused_or_gives_the_rows_of_a_second_reader(start: int) -> None:
    ended, wrong = fuzz(range(start, start + BATCH))
    assert not wrong
    assert ended["same"] > BATCH // 20
    assert ended["WBK001"] > BATCH // 10


def test_a_mutant_is_made_anew_from_its_number() -> None:
    assert mutant(7) == mutant(7) != mutant(8)
    assert examine(7) == examine(7)
