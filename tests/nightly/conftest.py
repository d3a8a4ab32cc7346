"""Ledgers of either kind for the runs, a story over one, and an outbox with a bit of everything that is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ledger.conftest import engine, ledger_url, postgresql
from tests.nightly.interruptions import quick_folder
from tests.nightly.kept import fill
from tests.nightly.story import Story

__all__ = ["engine", "ledger_url", "postgresql"]


@pytest.fixture
def story(ledger_url: str) -> Iterator[Story]:
    with quick_folder() as folder:
        url = f"sqlite:///{folder / 'ledger.sqlite'}" if ledger_url.startswith("sqlite") else ledger_url
        yield Story(folder, url)


@pytest.fixture(scope="session")
def kept() -> Iterator[Path]:
    """An outbox as :func:`tests.nightly.kept.fill` makes it; it is copied before anything is removed from it."""
    with quick_folder() as folder:
        yield fill(folder)
