"""All that we use of xlsxwriter beyond its documented interface, behind one contract test.

Three things are written faster than xlsxwriter does it; at 100,000 rows they took most of the time of a workbook:

- the parts go straight into the zip file (:mod:`lnp_batch.xlsx.zip_writer`), not into temporary files first;
- the shared strings are written in blocks, not one by one;
- long lists of rows are appended as ready XML.

``tests/xlsx/test_xlsxwriter_internals.py`` names every undocumented attribute used here and fails when a release of
xlsxwriter lacks one or changes its parameters. ``pyproject.toml`` caps xlsxwriter below its next minor release.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStrings
from xlsxwriter.worksheet import Worksheet

from lnp_batch.xlsx.zip_writer import Archive, DeflatedText, Part

STRINGS_PER_BLOCK = 500
"""Shared strings that are checked and written together."""

SMALLEST_BLOCK = 8
"""A block with a string to be escaped is halved down to this size, then written string by string."""

FUNCTIONS_OF_2007 = frozenset({"COUNTA", "IF", "ROUND", "SUM"})
"""The functions of our formulas that Excel 2007 has: they need no prefix in the file."""

_FUNCTIONS = re.compile(r"([\w.]+)\(")
_BETWEEN_STRINGS = "</t></si><si><t>"


def format_index(cell_format: Format) -> int:
    """Return the number by which a cell's XML refers to `cell_format`."""
    return int(cell_format._get_xf_index())


class StreamedSheet(Worksheet):  # type: ignore[misc]
    """A worksheet whose first rows are written with xlsxwriter's methods and whose further rows are ready XML."""

    def __init__(self) -> None:
        super().__init__()
        self._deflated_rows: list[DeflatedText] = []
        self._first_deflated_row: int | None = None

    def string_indexes(self, texts: Sequence[str]) -> list[int]:
        """Return the indexes of `texts` in the shared strings; new ones are added in their order."""
        strings: dict[str, int] = self.str_table.string_table
        index_of = strings.setdefault
        indexes = [index_of(text, len(strings)) for text in texts]
        self.str_table.unique_count = len(strings)
        return indexes

    def rich_string_index(self, row: int, column: int, fragments: Sequence[Format | str], cell_format: Format) -> int:
        """Return the shared-string index of a rich string; `fragments` as `write_rich_string` takes them.

        The cell itself is not written: its row is to be appended with :meth:`append_rows`, which counts it.
        """
        self.write_rich_string(row, column, *fragments, cell_format)
        self.str_table.count -= 1
        return int(self.table[row].pop(column).string)

    def serial_date(self, value: dt.datetime | dt.date | dt.time | dt.timedelta) -> float:
        """Return `value` as the number by which Excel stores it."""
        return float(self._convert_date_time(value))

    def append_rows(self, first: int, rows: str, string_cells: int) -> None:
        """Append `rows`, ready XML with `string_cells` shared-string cells; the first is row `first` (from 0).

        Rows rise from call to call and lie below those written with xlsxwriter's methods.
        """
        self.str_table.count += string_cells
        self._deflated_rows.append(DeflatedText.of(rows))
        if self._first_deflated_row is None:
            self._first_deflated_row = first

    def set_extent(self, rows: int, columns: int) -> None:
        """Declare how far the sheet reaches: xlsxwriter does not see the cells of appended rows."""
        self._check_dimensions(rows - 1, columns - 1)

    def _write_rows(self) -> None:
        last = int(self.dim_rowmax)  # type: ignore[has-type]
        if self._first_deflated_row is not None:
            self.dim_rowmax = self._first_deflated_row - 1
        super()._write_rows()
        self.dim_rowmax = last
        part: Any = self.fh
        for rows in self._deflated_rows:
            part.splice(rows)
        self._deflated_rows.clear()

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        """Skip xlsxwriter's search for the names of newer functions (24 µs a formula) if all functions are old."""
        if formula.startswith("=") and set(_FUNCTIONS.findall(formula)) <= FUNCTIONS_OF_2007:
            return formula[1:]
        return str(super()._prepare_formula(formula, expand_future_functions))


class BlockSharedStrings(SharedStrings):  # type: ignore[misc]
    """The shared strings, written in blocks if none of a block's strings must be escaped."""

    def _write_sst_strings(self) -> None:
        strings: list[str] = self.string_table.string_array
        for start in range(0, len(strings), STRINGS_PER_BLOCK):
            self._write_block(strings[start : start + STRINGS_PER_BLOCK])

    def _write_block(self, strings: Sequence[str]) -> None:
        joined = _BETWEEN_STRINGS.join(strings)
        if _needs_no_escape(joined, len(strings)):
            self.fh.write(f"<si><t>{joined}</t></si>")
        elif len(strings) > SMALLEST_BLOCK:
            middle = len(strings) // 2
            self._write_block(strings[:middle])
            self._write_block(strings[middle:])
        else:
            for string in strings:
                self._write_si(string)


def _needs_no_escape(joined: str, count: int) -> bool:
    """Whether none of the `count` strings in `joined` has a character, or a blank at its ends, to be escaped."""
    tags = (count - 1) * _BETWEEN_STRINGS.count("<")
    return (
        joined.replace("\u00a0", "").replace("\n", "").isprintable()
        and joined.count("<") == tags == joined.count(">")
        and "&" not in joined
        and "_x" not in joined
        and not any(f">{blank}" in joined or f"{blank}<" in joined for blank in " \u00a0\n")
        and joined == joined.strip()
    )


class ArchivePackager(Packager):  # type: ignore[misc]
    """Write a workbook's parts into `archive` one after the other, and complete it."""

    def __init__(self, archive: Archive) -> None:
        super().__init__()
        self._archive = archive

    def _filename(self, name: str) -> Part:
        return self._archive.begin(name)

    def _create_package(self) -> list[Any]:
        """Write all parts. Returns none, so that xlsxwriter has nothing to zip."""
        super()._create_package()
        self._archive.close()
        return []

    def _write_shared_strings_file(self) -> None:
        strings = BlockSharedStrings()
        strings.string_table = self.workbook.str_table
        if strings.string_table.count:
            strings._set_xml_writer(self._filename("xl/sharedStrings.xml"))
            strings._assemble_xml_file()


class NullFile:
    """A file that drops what is written to it. A BytesIO would not do: xlsxwriter leaves its zip file open if writing
    fails, and Python may then close the BytesIO before the zip file."""

    def write(self, data: bytes) -> int:
        return len(data)

    def flush(self) -> None: ...


class PackedWorkbook(Workbook):  # type: ignore[misc]
    """A workbook written to `path` by an :class:`ArchivePackager`, with xlsxwriter's constructor `options`.

    xlsxwriter's own zip file stays empty and goes to a :class:`NullFile`.
    """

    def __init__(self, path: Path, options: Mapping[str, Any]) -> None:
        super().__init__(NullFile(), dict(options))
        self._archive_path = path
        self._archive: Archive | None = None

    def close(self) -> None:
        """Write the file. Raises OSError if that fails."""
        try:
            super().close()
        except BaseException as fault:
            if self._archive is not None:
                with contextlib.suppress(OSError):
                    self._archive.abandon()
            if isinstance(fault, FileCreateError):  # xlsxwriter's wrapper around an OSError
                raise fault.args[0] from fault
            raise

    def _get_packager(self) -> ArchivePackager:
        self._archive = Archive(self._archive_path)
        return ArchivePackager(self._archive)
