"""Which files of a folder are accepted as documents."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from lnp_batch.intake import documents
from lnp_batch.intake.documents import accepted_documents

PDF = b"%PDF-1.7\n"


@pytest.mark.parametrize(
    ("head", "accepted"),
    [
        (PDF, True),
        (b"\x89PNG\r\n\x1a\n", True),
        (b"\xff\xd8\xff\xe0", True),
        (b"II*\x00", True),
        (b"MM\x00*", True),
        (b"", False),
        (b"<html>", False),
        (b"GIF89a", False),
        (b" %PDF-1.7", False),
    ],
)
def test_a_document_is_recognized_by_its_first_bytes(tmp_path: Path, head: bytes, accepted: bool) -> None:
    (tmp_path / "A1.pdf").write_bytes(head)
    assert accepted_documents(tmp_path) == (("A1.pdf",) if accepted else ())


def test_documents_are_limited_in_size_each_and_together(tmp_path: Path) -> None:
    sizes = {"a.pdf": 200, "b.pdf": 201, **{f"c{at}.pdf": 200 for at in range(9)}, "d.pdf": 10}
    for name, size in sizes.items():
        (tmp_path / name).write_bytes(PDF.ljust(size))
    accepted = accepted_documents(tmp_path, file_limit=200, total_limit=2000)
    assert accepted == ("a.pdf", *(f"c{at}.pdf" for at in range(9)))


def test_the_limits_are_20_mib_each_and_200_together(tmp_path: Path) -> None:
    with (tmp_path / "a.pdf").open("wb") as document:
        document.write(PDF)
        document.truncate(20 * 1024 * 1024)
    assert accepted_documents(tmp_path) == ("a.pdf",)
    with (tmp_path / "a.pdf").open("ab") as document:
        document.write(b"x")
    assert accepted_documents(tmp_path) == ()
    assert documents.TOTAL_LIMIT == 200 * 1024 * 1024


def test_a_document_that_cannot_be_read_is_not_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("A1.pdf", "A2.pdf"):
        (tmp_path / name).write_bytes(PDF)
    real = documents.safe_opener

    def forbidding(path: str, how: int) -> int:
        if path.endswith("A1.pdf"):
            raise PermissionError(errno.EACCES, "forbidden", path)
        return real(path, how)

    monkeypatch.setattr(documents, "safe_opener", forbidding)
    assert accepted_documents(tmp_path) == ("A2.pdf",)


def test_a_missing_folder_has_no_documents(tmp_path: Path) -> None:
    assert accepted_documents(tmp_path / "missing") == ()
