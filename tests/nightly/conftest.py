"""Ledgers of either kind for the runs."""

from __future__ import annotations

from tests.ledger.conftest import engine, ledger_url, postgresql

__all__ = ["engine", "ledger_url", "postgresql"]
