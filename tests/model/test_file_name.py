"""Names of result files."""

from __future__ import annotations

import pytest

from lnp_batch.model.file_name import stem


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("lot.xlsx", "lot"),
        ("lot.annotated.xlsx", "lot"),
        (".annotated.xlsx", "_"),
        ("..xlsx", "_."),
        ("..annotated.xlsx", "_."),
        ("lot 1.2.xlsx", "lot 1.2"),
    ],
)
def test_the_stem_never_leads_out_of_the_folder(name: str, expected: str) -> None:
    assert stem(name) == expected
