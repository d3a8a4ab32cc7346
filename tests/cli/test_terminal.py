"""The progress bar: it advances while a workbook is read and checked, and its thread ends before files are written."""

from __future__ import annotations

import io
import threading

import pytest
from rich.console import Console

from lnp_batch.cli import terminal


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Return what the terminal shows; the bar appears without delay."""
    screen = io.StringIO()
    monkeypatch.setattr(terminal, "Console", lambda **_options: Console(file=screen, force_terminal=True, width=80))
    monkeypatch.setattr(terminal, "BAR_DELAY", 0.0)
    return screen


def test_no_thread_is_left_while_files_are_written(shown: io.StringIO) -> None:
    before = threading.active_count()
    with terminal.progress_bar("fr", quiet=False) as watch:
        watch("read")
        watch("check")
        watch("write")
        assert threading.active_count() == before
        assert "écriture" in shown.getvalue()
    assert threading.active_count() == before


def test_quiet_has_no_bar_and_no_thread(shown: io.StringIO) -> None:
    before = threading.active_count()
    with terminal.progress_bar("fr", quiet=True) as watch:
        watch("read")
        assert threading.active_count() == before
        watch("write")
    assert shown.getvalue() == ""


def test_short_work_shows_no_bar(shown: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "BAR_DELAY", 3_600.0)
    with terminal.progress_bar("en", quiet=False) as watch:
        for step in terminal.STEPS:
            watch(step)
    assert "writing" not in shown.getvalue()
