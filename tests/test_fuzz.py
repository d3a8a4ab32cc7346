"""The first 500 mutants; `make fuzz` tries 10,000."""

from __future__ import annotations

import pytest

from tests.fuzz import examine, fuzz, mutant

BATCH = 100


@pytest.mark.parametrize("start", range(0, 500, BATCH))
def test_mutants_are_refused_or_give_the_cells_of_a_second_reader(start: int) -> None:
    results, bad = fuzz(range(start, start + BATCH))
    assert not bad
    assert results["same"] > BATCH // 20
    assert results["WBK001"] > BATCH // 10


def test_a_mutant_is_determined_by_its_number() -> None:
    assert mutant(7) == mutant(7) != mutant(8)
    assert examine(7) == examine(7)
