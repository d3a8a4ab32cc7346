"""Who may read what a run keeps: its owner, and the groups that the settings name, whatever the umask."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lnp_batch.errors import EnvironmentFault
from lnp_batch.system.access import group_of, restrict_tree
from tests.cli.test_cli import DAY
from tests.factory import save, sound

grp = pytest.importorskip("grp")

pytestmark = pytest.mark.skipif(os.name == "nt", reason="access rights are those of Unix")


def command(tmp_path: Path, *words: object, umask: int = 0) -> int:
    """Run a command in `tmp_path` under a umask and return its exit code."""
    before = os.umask(umask)
    try:
        line = [sys.executable, "-m", "lnp_batch", *map(str, words)]
        return subprocess.run(line, cwd=tmp_path, check=False, capture_output=True).returncode
    finally:
        os.umask(before)


def arrive(tmp_path: Path) -> None:
    folder = tmp_path / "inbox" / "HR-01"
    (folder / "lot").mkdir(parents=True)
    save(folder / "lot.xlsx", sound()).chmod(0o666)
    (folder / "lot" / "facture.pdf").write_bytes(b"%PDF-1.7\n")
    (folder / "lot" / "facture.pdf").chmod(0o666)
    (tmp_path / "inbox" / "HR-01" / "vide.xlsx").write_bytes(b"")


def night(tmp_path: Path, umask: int = 0) -> dict[str, tuple[int, int]]:
    """Return the mode and the group of every file and folder of the outbox after a run."""
    arrive(tmp_path)
    words = ("run", "--inbox", "inbox", "--outbox", "outbox", "--quiet-period", "0s", "--workers", 1, *DAY)
    assert command(tmp_path, *words, umask=umask) == 4
    outbox = tmp_path / "outbox"
    found = {str(path.relative_to(outbox)): path.stat() for path in (outbox, *outbox.rglob("*"))}
    assert {".lnp/ledger.sqlite", "_runs/2026-11-23.xlsx"} <= found.keys()
    assert any(name.endswith("documents/facture.pdf") for name in found)
    return {name: (status.st_mode, status.st_gid) for name, status in found.items()}


@pytest.mark.parametrize("umask", [0, 0o077])
def test_only_the_owner_reads_the_outbox(umask: int, tmp_path: Path) -> None:
    for name, (mode, _group) in night(tmp_path, umask).items():
        assert stat.S_IMODE(mode) == (0o700 if stat.S_ISDIR(mode) else 0o600), name
    (tmp_path / "inbox" / ".lnp").stat()
    assert stat.S_IMODE((tmp_path / "inbox" / ".lnp").stat().st_mode) == 0o700


def test_the_office_reads_the_outbox_and_finance_the_fees(tmp_path: Path) -> None:
    office, finance = _two_groups()
    (tmp_path / "lnp-batch.toml").write_text(f'[groups]\noffice = "{office.gr_name}"\nfinance = "{finance.gr_name}"\n')
    for name, (mode, group) in night(tmp_path).items():
        if name.startswith(".lnp"):
            assert not mode & 0o007, name
            assert name != ".lnp" or stat.S_IMODE(mode) == 0o700
            assert name != ".lnp/ledger.sqlite" or stat.S_IMODE(mode) == 0o600
        else:
            assert (stat.S_IMODE(mode), group) == (0o750 if stat.S_ISDIR(mode) else 0o640, office.gr_gid), name
    for name in ("fees.xlsx", "fees.csv", "fees.json"):
        assert command(tmp_path, "fees", "--outbox", "outbox", "--out", name) == 0
        fees = (tmp_path / name).stat()
        assert (stat.S_IMODE(fees.st_mode), fees.st_gid) == (0o640, finance.gr_gid)


def _two_groups() -> tuple[grp.struct_group, grp.struct_group]:
    own = [grp.getgrgid(gid) for gid in os.getgroups()] if os.geteuid() else grp.getgrall()
    if len(own) < 2:
        pytest.skip("this user has one group only")
    return own[-1], own[-2]


def test_process_keeps_the_users_umask(tmp_path: Path) -> None:
    save(tmp_path / "lot.xlsx", sound())
    assert command(tmp_path, "process", "lot.xlsx", "--out", "out", *DAY, umask=0o022) == 0
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "out").iterdir()} == {0o644}


def test_a_group_that_does_not_exist_is_an_environment_fault() -> None:
    with pytest.raises(EnvironmentFault, match=r"groups\.office: this system has no group"):
        group_of("nobody-has-this", "groups.office")
    assert group_of("", "groups.office") is None


def test_a_file_of_another_user_becomes_our_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "lot.xlsx"
    path.write_bytes(b"sent")
    path.chmod(0o644)
    sent = path.stat().st_ino
    chmod: Callable[..., None] = Path.chmod

    def only_ours(self: Path, mode: int) -> None:
        if self.stat().st_ino == sent:
            raise PermissionError
        chmod(self, mode)

    monkeypatch.setattr(Path, "chmod", only_ours)
    restrict_tree(tmp_path, None)
    assert path.read_bytes() == b"sent"
    assert path.stat().st_ino != sent
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_links_among_documents_are_left_alone(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"")
    outside.chmod(0o644)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "link").symlink_to(outside)
    restrict_tree(tmp_path / "folder", None)
    assert stat.S_IMODE(outside.stat().st_mode) == 0o644
