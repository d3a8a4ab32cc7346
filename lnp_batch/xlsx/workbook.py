"""The workbook that xlsxwriter packs for us: the same file, its texts written together and its parts deflated quicker.

Its parts go straight into the zip file (:mod:`lnp_batch.xlsx.zip_writer`), where xlsxwriter would put each into a file of
its own first. At 100,000 rows the texts and the compression were a third of the time of a workbook.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter.workbook
from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStrings

from lnp_batch.xlsx.style import FONT, SIZE
from lnp_batch.xlsx.zip_writer import Archive, Part

TOGETHER = 500
"""Texts that are looked at together."""

FEW = 8
"""Texts that are not looked at together any more, once one of them must be escaped."""

BETWEEN = "</t></si><si><t>"


class Texts(SharedStrings):  # type: ignore[misc]
    """The shared strings, hundreds at once where all of them may stand in XML as they are."""

    def _write_sst_strings(self) -> None:
        texts: list[str] = self.string_table.string_array
        for start in range(0, len(texts), TOGETHER):
            self._write_some(texts[start : start + TOGETHER])

    def _write_some(self, texts: Sequence[str]) -> None:
        """Writes texts together, or each half of them by itself where one is to be escaped."""
        joined = BETWEEN.join(texts)
        if _as_it_is(joined, len(texts)):
            self.fh.write(f"<si><t>{joined}</t></si>")
        elif len(texts) > FEW:
            self._write_some(texts[: len(texts) // 2])
            self._write_some(texts[len(texts) // 2 :])
        else:
            for words in texts:
                self._write_si(words)


def _as_it_is(joined: str, count: int) -> bool:
    """Whether no text among these is to be escaped, in a character or in a blank at its ends."""
    tags = (count - 1) * BETWEEN.count("<")
    return (
        joined.replace("\u00a0", "").replace("\n", "").isprintable()
        and joined.count("<") == tags == joined.count(">")
        and "&" not in joined
        and "_x" not in joined
        and not any(f">{blank}" in joined or f"{blank}<" in joined for blank in " \u00a0\n")
        and joined == joined.strip()
    )


class Parts(Packager):  # type: ignore[misc]
    """The parts of a workbook, written into `archive` as they are made; the texts by :class:`Texts`."""

    def __init__(self, archive: Archive) -> None:
        super().__init__()
        self._archive = archive

    def _filename(self, name: str) -> Part:
        return self._archive.begin(name)

    def _create_package(self) -> list[Any]:
        """Writes the parts; gives those that are still to be packed, of which there are none."""
        super()._create_package()
        return []

    def _write_shared_strings_file(self) -> None:
        texts = Texts()
        texts.string_table = self.workbook.str_table
        if texts.string_table.count:
            texts._set_xml_writer(self._filename("xl/sharedStrings.xml"))
            texts._assemble_xml_file()


class PackedWorkbook(Workbook):  # type: ignore[misc]
    """A workbook whose trouble with the disk is an OSError, like everyone's."""

    _archive: Archive | None = None

    def close(self) -> None:
        """Writes the file. OSError where that cannot be done."""
        try:
            super().close()
        except FileCreateError as fault:
            raise fault.args[0] from fault

    def _get_packager(self) -> Parts:
        assert self._archive is not None
        return Parts(self._archive)

    def _store_workbook(self) -> None:
        theirs, xlsxwriter.workbook.ZipFile = xlsxwriter.workbook.ZipFile, self._begin
        try:
            super()._store_workbook()
        except BaseException:
            if self._archive is not None:
                with contextlib.suppress(OSError):
                    self._archive.abandon()
            raise
        finally:
            xlsxwriter.workbook.ZipFile = theirs

    def _prepare_sst_string_data(self) -> None:
        """The texts in the order of their numbers: the table numbers them as they come, and need not be sorted."""
        self.str_table.string_array = list(self.str_table.string_table)
        self.str_table.string_table = {}

    def _begin(self, path: str, *_how: object, **_else: object) -> Archive:
        """In the place of zipfile.ZipFile."""
        self._archive = Archive(Path(path))
        return self._archive


def new_workbook(path: Path) -> PackedWorkbook:
    """A workbook to be written to `path`, in Arial 10, in which text is text: never a formula, a number or a link."""
    return PackedWorkbook(
        str(path),
        {
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
            "default_row_height": 17,
            "default_format_properties": {"font_name": FONT, "font_size": SIZE},
        },
    )
