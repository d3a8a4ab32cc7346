"""Ledgers of either kind for the runs, and a story over one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ledger.conftest import engine, ledger_url, postgresql
from tests.nightly.interruptions import quick_folder
from tests.nightly.story import Story

__all__ = ["engine", "ledger_url", "postgresql"]


@pytest.fixture
def story(ledger_url: str) -> Iterator[Story]:
    with quick_folder() as folder:
        url = f"sqlite:///{folder / 'ledger.sqlite'}" if ledger_url.startswith("sqlite") else ledger_url
        yield Story(folder, url)
