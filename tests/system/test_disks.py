"""The sentence about a fault of a disk, and the room that is kept free on it."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from lnp_batch.system.disks import SPARE_BYTES, free_spare, keep_spare, mount_point, sentence


def test_a_full_disk_is_named_with_the_whole_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    words = sentence(OSError(errno.ENOSPC, "x", "out/lot.xlsx"), tmp_path)
    disk = mount_point(tmp_path)
    assert words.en == f"{tmp_path}/out/lot.xlsx: there is no room left on the disk (disk mounted on {disk})."
    assert words.fr.endswith(f"il n'y a plus de place sur le disque (disque monté sur {disk}).")


@pytest.mark.parametrize(
    ("name", "expected"), [(b"/srv/\xe9.xlsx", "/srv/\ufffd.xlsx"), (None, "/otherwise"), ("/srv/lot", "/srv/lot")]
)
def test_other_faults_name_the_file_only(name: str | bytes | None, expected: str) -> None:
    fault = OSError(errno.EACCES, "x", name)
    assert sentence(fault, Path("/otherwise")).en == f"{expected}: access is denied."


def test_a_disk_is_mounted_on_one_of_the_folders_above(tmp_path: Path) -> None:
    assert mount_point(Path("/")) == Path("/")
    link = tmp_path / "link"
    link.symlink_to("/")
    assert mount_point(link / "not" / "there") == mount_point(Path("/not/there"))
    assert mount_point(tmp_path / "not there") in tmp_path.resolve().parents


def test_the_spare_room_is_taken_once_and_again_if_some_is_gone(tmp_path: Path) -> None:
    spare = tmp_path / "spare"
    keep_spare(spare)
    status = spare.stat()
    assert (status.st_size, status.st_blocks * 512 >= SPARE_BYTES) == (SPARE_BYTES, True)
    keep_spare(spare)
    assert spare.stat().st_ino == status.st_ino
    spare.write_bytes(b"x")
    keep_spare(spare)
    assert spare.stat().st_size == SPARE_BYTES
    free_spare(spare)
    free_spare(spare)
    assert list(tmp_path.iterdir()) == []
