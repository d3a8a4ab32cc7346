"""The progress bar: it moves while a workbook is read and checked, and leaves no thread beside the writers."""

from __future__ import annotations

import io
import threading

import pytest
from rich.console import Console

from lnp_batch.cli import terminal


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What a terminal shows, of work that has lasted over a second."""
    told = io.StringIO()
    monkeypatch.setattr(terminal, "Console", lambda **_how: Console(file=told, force_terminal=True, width=80))
    monkeypatch.setattr(terminal, "PATIENCE", 0.0)
    return told


def test_the_bar_stands_still_while_files_are_written(shown: io.StringIO) -> None:
    before = threading.active_count()
    with terminal.progress("fr", quiet=False) as watch:
        watch("read")
        watch("check")
        watch("write")
        assert threading.active_count() == before
        assert "écriture" in shown.getvalue()
    assert threading.active_count() == before


def test_who_asked_for_quiet_has_no_bar_and_no_thread(shown: io.StringIO) -> None:
    before = threading.active_count()
    with terminal.progress("fr", quiet=True) as watch:
        watch("read")
        assert threading.active_count() == before
        watch("write")
    assert shown.getvalue() == ""


def test_short_work_shows_no_bar(shown: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "PATIENCE", 3_600.0)
    with terminal.progress("en", quiet=False) as watch:
        for step in terminal.STEPS:
            watch(step)
    assert "writing" not in shown.getvalue()
