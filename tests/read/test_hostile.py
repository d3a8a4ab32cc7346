"""Every hostile file ends in its verdict, in little time and memory; harmless ones are read completely."""

from __future__ import annotations

import io
import multiprocessing
import os
import resource
import socket
import time
import zipfile
from pathlib import Path

import pytest

from lnp_batch.model.context import DEFAULT_LIMITS, Limits
from lnp_batch.model.reading import Reading
from lnp_batch.model.text import LANGUAGES
from lnp_batch.process import evaluate
from lnp_batch.read.guard import Refused, content_of
from lnp_batch.read.workbook import read, read_content
from lnp_batch.rules import message, remedy
from lnp_batch.rules.limit_messages import LIMIT_MESSAGES
from tests.factory import context
from tests.hostile import LARGE, READ, SMALL, plain
from tests.same import typed_cells

SECONDS, MEMORY = 10, 256 << 20
CHANGED = {
    "an infinite duration", "a duration of 1e15 days", "an endless date",
    "NaN as a value", "INF as a value", "1e309 as a value", "-1e309 as a value", "a number of 10,000 digits", "the word null",
}  # fmt: skip
"""Kinds that are read and have other cells than the sound workbook."""


LONG = {
    "200 MB of empty rows",
    "80 MB of empty cells",
    "an unmeasured 300 MB workbook part among the pictures",
    "400,000 filled rows",
    "100 MB of shared strings",
    "ranges of 150 million numbers",
}
"""Kinds that take ten seconds; a smaller file of each kind is in the suite."""


def verdict(reading: Reading) -> str:
    """Return `read`, or the code that refused the file with the limit for WBK003."""
    findings = evaluate(reading, context()).findings
    refusing = [found for found in findings if found.code.startswith("WBK") and found.severity.value == "error"]
    for found in refusing:
        for lang in LANGUAGES:
            assert "{" not in message(found, lang) + remedy(found, lang)
    verdicts = {f"{found.code} {found.facts.get('limit', '')}".strip() for found in refusing}
    assert len(verdicts) <= 1, verdicts
    return verdicts.pop() if verdicts else READ


@pytest.mark.parametrize("kind", SMALL)
def test_a_small_hostile_file_ends_in_its_verdict(kind: str) -> None:
    package = SMALL[kind].make()
    start = time.process_time()
    reading = read_content(package, "lot.xlsx")
    assert time.process_time() - start < SECONDS
    assert verdict(reading) == SMALL[kind].verdict
    if SMALL[kind].verdict == READ and kind not in CHANGED:
        assert typed_cells(reading) == typed_cells(read_content(plain(), "lot.xlsx"))


@pytest.mark.parametrize("kind", [pytest.param(kind, marks=[pytest.mark.long] * (kind in LONG)) for kind in LARGE])
def test_a_large_hostile_file_ends_in_its_verdict_within_time_and_memory(kind: str) -> None:
    answers: multiprocessing.SimpleQueue[tuple[str, float, int]] = multiprocessing.get_context("fork").SimpleQueue()
    child = multiprocessing.get_context("fork").Process(target=measured, args=(LARGE[kind].make(), answers))
    child.start()
    child.join()
    found, seconds, memory = answers.get()
    assert found == LARGE[kind].verdict
    assert seconds < SECONDS
    if LARGE[kind].verdict != READ:
        assert memory < MEMORY


def measured(package: bytes, answers: multiprocessing.SimpleQueue[tuple[str, float, int]]) -> None:
    """In a separate process: send the verdict, the processor time and the memory beyond that of the process."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    found = verdict(read_content(package, "lot.xlsx"))
    after = resource.getrusage(resource.RUSAGE_SELF)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    answers.put((found, seconds, (after.ru_maxrss - before.ru_maxrss) << 10))


def test_every_limit_has_a_hostile_file() -> None:
    limits = {hostile.verdict.split()[1] for hostile in {**SMALL, **LARGE}.values() if " " in hostile.verdict}
    of_the_process = {"seconds", "memory_mib", "output_mib", "died"}
    assert limits == LIMIT_MESSAGES.keys() - of_the_process - {"file_mib"}
    assert limits | {"file_mib"} | of_the_process >= LIMIT_MESSAGES.keys()


@pytest.mark.parametrize("start", range(0, len(plain()), 700))
def test_a_truncated_workbook_is_damaged(start: int) -> None:
    for length in range(start, min(start + 700, len(plain())), 7):
        refusal = read_content(plain()[:length], "lot.xlsx").refusal
        assert refusal is not None, length
        assert refusal.code == "WBK001", length


def test_limits_are_settings() -> None:
    assert read_content(plain(), "lot.xlsx", Limits(sheets=3, entries=20)).refusal is None
    refusal = read_content(plain(), "lot.xlsx", Limits(sheets=2)).refusal
    assert refusal is not None
    assert refusal.facts == {"limit": "sheets", "figure": 3, "most": 2, "where": ""}


def test_pictures_and_embedded_files_are_never_inflated() -> None:
    stream = io.BytesIO(plain())
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", bytes(40 << 20))
        archive.writestr("xl/embeddings/oleObject1.bin", bytes(40 << 20))
    assert read_content(stream.getvalue(), "lot.xlsx").refusal is None


# ------------------------------------------------------------------------------------------------ not a regular file


def refused(path: Path) -> Refused:
    with pytest.raises(Refused) as caught:
        content_of(path, DEFAULT_LIMITS)
    return caught.value


def test_a_fifo_a_link_a_socket_a_device_and_a_folder_are_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "real.xlsx").write_bytes(plain())
    os.mkfifo(tmp_path / "fifo.xlsx")
    (tmp_path / "link.xlsx").symlink_to(tmp_path / "real.xlsx")
    (tmp_path / "folder.xlsx").mkdir()
    with socket.socket(socket.AF_UNIX) as listening:
        here = Path.cwd()
        os.chdir(tmp_path)
        listening.bind("socket.xlsx")
        os.chdir(here)
        kinds = {name: refused(tmp_path / f"{name}.xlsx").refusal for name in ("fifo", "link", "socket", "folder")}
    assert {refusal.code for refusal in kinds.values()} == {"WBK001"}
    assert "link" in str(kinds["link"].facts)
    assert all("device" in str(kinds[name].facts) for name in ("fifo", "socket", "folder"))
    assert "device" in str(refused(Path("/dev/null")).refusal.facts)


def test_a_file_over_the_limit_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "lot.xlsx").open("wb") as file:
        file.truncate((20 << 20) + 1)
    refusal = refused(tmp_path / "lot.xlsx").refusal
    assert refusal.facts == {"limit": "file_mib", "figure": 21, "most": 20, "where": ""}


@pytest.mark.parametrize("name", ["a" * 250 + ".xlsx", "deux\nlignes\x1b[31m.xlsx", b"\xff\xfe\xe9.xlsx"])
def test_any_file_name_is_read(tmp_path: Path, name: str | bytes) -> None:
    path = tmp_path / os.fsdecode(name)
    path.write_bytes(plain())
    reading = read(path)
    assert reading.refusal is None
    reading.name.encode("utf-8")
