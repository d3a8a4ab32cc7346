"""The log of our own defects: where it is, how long, who may read it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lnp_batch.cli.defect_log import MAX_LOG, log_defect, log_defects_in


@pytest.fixture(autouse=True)
def no_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    log_defects_in("")
    yield
    log_defects_in("")


def raised(depth: int = 0) -> Exception:
    """Return a defect with a stack of `depth` frames, or of an endless recursion."""

    def call(left: int) -> None:
        if left:
            call_again(left - 1)
        raise LookupError("a PIN")

    def call_again(left: int) -> None:
        call(left)

    try:
        call(depth)
    except (LookupError, RecursionError) as fault:
        return fault
    raise AssertionError


def test_a_defect_is_logged_in_the_users_own_folder(defect_log: Path, tmp_path: Path) -> None:
    assert str(defect_log) in log_defect(raised(), "lot\x1b.xlsx")
    words = defect_log.read_text("utf-8")
    assert "in call" in words
    assert "lot�.xlsx" in words
    assert words.endswith("LookupError\n\n")
    assert (defect_log.parent.stat().st_mode & 0o777, defect_log.stat().st_mode & 0o777) == (0o700, 0o600)
    assert [path.name for path in tmp_path.iterdir()] == ["state"]


def test_the_folder_is_a_setting(defect_log: Path, tmp_path: Path) -> None:
    log_defects_in(str(tmp_path / "logs"))
    assert str(tmp_path / "logs" / "lnp-batch.log") in log_defect(raised())
    assert not defect_log.exists()


def test_the_log_keeps_the_newest_64_kib(defect_log: Path) -> None:
    log_defect(raised(), "first.xlsx")
    log_defect(raised(100_000), "endless.xlsx")
    assert "endless.xlsx" in defect_log.read_text("utf-8")
    for _ in range(10):
        log_defect(raised(100_000), "again.xlsx")
    log_defect(raised(), "last.xlsx")
    words = defect_log.read_text("utf-8", errors="replace")
    assert defect_log.stat().st_size <= MAX_LOG
    assert "first.xlsx" not in words
    assert "last.xlsx" in words


def test_without_a_folder_to_write_in_the_entry_is_a_temporary_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    log_defects_in(str(tmp_path / "file" / "logs"))
    line = log_defect(raised())
    (log,) = tmp_path.glob("lnp-batch-*.log")
    assert str(log) in line
    assert "LookupError" in log.read_text("utf-8")
    assert log.stat().st_mode & 0o777 == 0o600


def test_a_log_that_can_be_written_nowhere_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    (tmp_path / "file").write_text("")
    log_defects_in(str(tmp_path / "file" / "logs"))
    assert "journal" in log_defect(raised())
