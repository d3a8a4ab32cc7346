"""Files that appear together: after a fault at any step, all are as they were; after a kill, none is beside an old one."""

from __future__ import annotations

import errno
import os
import signal
from pathlib import Path

import pytest

from lnp_batch.system import atomic_file
from lnp_batch.system.atomic_file import atomic_files, remove_temporary_files
from lnp_batch.system.crash_points import watch

OLD = {"lot.json": b"old", "lot.txt": b"old", "lot.xlsx": b"old"}
NEW = ("lot.json", "lot.xlsx")
STEPS = 2 + 2 + 3 + 2 * 2
"""Crash points: two writes, two fsyncs, three old files set aside, two new files put in place and made durable."""


def write_new(folder: Path) -> None:
    with atomic_files([folder / name for name in NEW], [folder / "lot.txt"]) as temporary:
        for path in temporary.values():
            path.write_bytes(b"new")


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, words in OLD.items():
        (tmp_path / name).write_bytes(words)
    return tmp_path


def test_all_are_replaced_and_obsolete_ones_removed(folder: Path) -> None:
    write_new(folder)
    assert content(folder) == dict.fromkeys(NEW, b"new")


@pytest.mark.parametrize("step", range(1, STEPS + 1))
@pytest.mark.parametrize("before", [OLD, {}], ids=["old files", "an empty folder"])
def test_a_full_disk_at_any_step_leaves_the_folder_as_it_was(
    before: dict[str, bytes], step: int, tmp_path: Path
) -> None:
    for name, words in before.items():
        (tmp_path / name).write_bytes(words)
    left = step if before else min(step, STEPS - 3)

    def full(_name: str) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise OSError(errno.ENOSPC, "No space left on device")

    remove = watch(full)
    try:
        with pytest.raises(OSError, match="No space") as raised:
            write_new(tmp_path)
    finally:
        remove()
    assert content(tmp_path) == before
    assert Path(raised.value.filename).name in OLD


def test_these_are_all_the_steps(folder: Path) -> None:
    names: list[str] = []
    remove = watch(names.append)
    write_new(folder)
    remove()
    assert len(names) == STEPS


@pytest.mark.parametrize("step", range(1, STEPS + 1))
def test_a_process_killed_at_any_step_leaves_no_new_file_beside_an_old_one(step: int, folder: Path) -> None:
    child = os.fork()
    if not child:
        left = step

        def kill(_name: str) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        watch(kill)
        write_new(folder)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    remove_temporary_files(folder, child)
    assert set(content(folder).values()) in (set(), {b"old"}, {b"new"})


def test_a_fault_of_another_file_keeps_its_name(folder: Path) -> None:
    with pytest.raises(FileNotFoundError) as raised, atomic_files([folder / "lot.json"]):
        (folder / "another").read_bytes()
    assert raised.value.filename == str(folder / "another")
    with pytest.raises(OSError, match="full") as raised_too, atomic_file.atomic_file(folder / "lot.json"):
        raise OSError(errno.ENOSPC, "full")
    assert raised_too.value.filename == str(folder / "lot.json")
    assert content(folder) == OLD
