"""Our zip files can be read with zipfile, whatever mix of deflated and plain text their parts are made of."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lnp_batch.xlsx.workbook import new_workbook
from lnp_batch.xlsx.zip_writer import Archive, DeflatedText

PIECES = st.lists(
    st.tuples(st.booleans(), st.text(st.characters(exclude_categories=("Cs",)), max_size=300)), max_size=6
)


def write(path: Path, parts: list[list[tuple[bool, str]]]) -> None:
    """Write each part's pieces: (whether it is spliced in, text)."""
    archive = Archive(path)
    for at, pieces in enumerate(parts):
        part = archive.begin(f"xl/part{at}.xml")
        for spliced, words in pieces:
            if spliced:
                part.splice(DeflatedText.of(words))
            else:
                assert part.write(words) == len(words)
    archive.close()


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PIECES, max_size=4))
def test_parts_are_read_back_as_written(tmp_path_factory, parts: list[list[tuple[bool, str]]]) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path_factory.mktemp("archive") / "a.zip"
    write(path, parts)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        read = [archive.read(name).decode() for name in archive.namelist()]
    assert read == ["".join(words for _spliced, words in pieces) for pieces in parts]


def test_long_texts_that_repeat_each_other(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>{row % 7}</v></c></row>' for row in range(20_000))
    write(
        tmp_path / "a.zip", [[(False, "<a>"), (True, rows), (True, rows), (False, rows), (True, rows), (False, "</a>")]]
    )
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.testzip() is None
        assert archive.read("xl/part0.xml").decode() == f"<a>{rows * 4}</a>"
    assert (tmp_path / "a.zip").stat().st_size < len(rows) / 2


def test_a_full_disk_raises_os_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.BytesIO):
        def write(self, data: object) -> int:
            raise OSError(28, "No space left on device")

    workbook = new_workbook(tmp_path / "a.xlsx")
    workbook.add_worksheet("s")
    monkeypatch.setattr(Path, "open", lambda *_: Full())
    with pytest.raises(OSError, match="No space left"):
        workbook.close()
