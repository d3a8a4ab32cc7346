"""Every twelfth of other people's spreadsheets; `make corpus` processes them all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import corpus
from tests.corpus import End

EVERY = 12


@pytest.mark.skipif(not corpus.files(), reason="the corpus is not beside the checkout")
@pytest.mark.parametrize("path", corpus.files()[::EVERY], ids=lambda path: path.name)
def test_a_foreign_spreadsheet_is_refused_or_has_findings(path: Path) -> None:
    end = corpus.contained(path)
    assert isinstance(end, End), end
