"""The undocumented names of xlsxwriter that we use exist, and our files equal those that it writes by itself."""

from __future__ import annotations

import ast
import datetime as dt
import inspect
import io
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from xlsxwriter.format import Format
from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStrings
from xlsxwriter.worksheet import Worksheet
from xlsxwriter.xmlwriter import XMLwriter

import lnp_batch
from lnp_batch.xlsx import xlsxwriter_internals
from lnp_batch.xlsx.sheet import plain
from lnp_batch.xlsx.xlsxwriter_internals import STRINGS_PER_BLOCK, BlockSharedStrings, PackedWorkbook, StreamedSheet

ROOT = Path(lnp_batch.__file__).parent

METHODS: dict[str, tuple[Callable[..., Any], list[str]]] = {
    # called
    "_get_xf_index": (Format._get_xf_index, []),
    "_convert_date_time": (Worksheet._convert_date_time, ["dt_obj"]),
    "_check_dimensions": (Worksheet._check_dimensions, ["row", "col"]),
    "_set_xml_writer": (XMLwriter._set_xml_writer, ["filename"]),
    "_assemble_xml_file": (SharedStrings._assemble_xml_file, []),
    "_write_si": (SharedStrings._write_si, ["string"]),
    # overridden
    "_write_rows": (Worksheet._write_rows, []),
    "_prepare_formula": (Worksheet._prepare_formula, ["formula", "expand_future_functions"]),
    "_write_sst_strings": (SharedStrings._write_sst_strings, []),
    "_filename": (Packager._filename, ["xml_filename"]),
    "_create_package": (Packager._create_package, []),
    "_write_shared_strings_file": (Packager._write_shared_strings_file, []),
    "_get_packager": (xlsxwriter.Workbook._get_packager, []),
}
"""Private methods, and the parameters without a default or that we pass."""

ATTRIBUTES: dict[str, set[str]] = {
    "Worksheet": {"str_table", "table", "dim_rowmax", "fh"},
    "SharedStrings": {"string_table", "fh"},
    "SharedStringTable": {"string_table", "string_array", "count", "unique_count"},
    "Packager": {"workbook"},
    "Workbook": {"str_table"},
}
"""Instance attributes that xlsxwriter does not document."""

OURS = {"_archive", "_archive_path", "_deflated_rows", "_first_deflated_row", "_write_block", "_needs_no_escape"}
"""Private names of our own: xlsxwriter must not have them."""


def attributes_in(path: Path) -> set[str]:
    """The names of all attributes read, set or defined as a method in a module."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    return {node.attr for node in nodes if isinstance(node, ast.Attribute)} | {
        node.name for node in nodes if isinstance(node, ast.FunctionDef)
    }


def private(names: set[str]) -> set[str]:
    return {name for name in names if name.startswith("_") and not name.startswith("__")}


@pytest.mark.parametrize("name", METHODS)
def test_a_private_method_takes_what_we_pass(name: str) -> None:
    method, parameters = METHODS[name]
    signature = inspect.signature(method).parameters
    assert list(signature)[1 : len(parameters) + 1] == parameters
    further = list(signature.values())[len(parameters) + 1 :]
    assert all(parameter.default is not parameter.empty for parameter in further)


def test_undocumented_attributes_are_there() -> None:
    workbook = xlsxwriter.Workbook(io.BytesIO())
    worksheet = workbook.add_worksheet()
    packager = workbook._get_packager()
    packager._add_workbook(workbook)
    holders = {
        "Worksheet": worksheet,
        "SharedStrings": SharedStrings(),
        "SharedStringTable": workbook.str_table,
        "Packager": packager,
        "Workbook": workbook,
    }
    missing = {
        f"{kind}.{name}" for kind, names in ATTRIBUTES.items() for name in names if not hasattr(holders[kind], name)
    }
    assert not missing
    assert worksheet.str_table is workbook.str_table is packager.workbook.str_table
    worksheet.write_string(3, 1, "a")
    assert worksheet.table[3][1].string == workbook.str_table.string_table["a"] == 0
    assert (worksheet.dim_rowmax, workbook.str_table.count, workbook.str_table.unique_count) == (3, 1, 1)
    workbook.close()


def test_the_lists_above_are_complete() -> None:
    used = attributes_in(Path(xlsxwriter_internals.__file__))
    assert private(used) - OURS == set(METHODS)
    for names in ATTRIBUTES.values():
        assert names <= used


def test_our_private_names_are_not_those_of_xlsxwriter() -> None:
    workbook = xlsxwriter.Workbook(io.BytesIO())
    theirs = {workbook, workbook.add_worksheet(), SharedStrings(), Packager()}
    workbook.close()
    assert not [name for name in OURS for holder in theirs if hasattr(holder, name)]


def test_no_other_module_uses_a_private_name_of_xlsxwriter() -> None:
    theirs = set().union(*(private(set(dir(kind))) for kind in (xlsxwriter.Workbook, Worksheet, Format, Packager)))
    modules = set(ROOT.rglob("*.py")) - {Path(xlsxwriter_internals.__file__)}
    called = {
        (path.name, node.attr)
        for path in modules
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in theirs
        if not (isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"))
    }
    assert not called
    assert not private(attributes_in(ROOT / "xlsx" / "sheet.py")) & theirs


def test_xlsxwriter_is_capped_below_its_next_minor_release() -> None:
    project = tomllib.loads((ROOT.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    requirement = next(line for line in project["dependencies"] if line.startswith("xlsxwriter"))
    major, minor, *_rest = xlsxwriter.__version__.split(".")
    assert requirement.endswith(f",<{major}.{int(minor) + 1}")


# ------------------------------------------------------------------------------------------------ what is written

AWKWARD = st.sampled_from(
    ["", " ", "a ", " a", "a&b", "<r>x</r>", "a<b", "a>b", "_x000D_", "a_xb", "\u00a0a", "a\u00a0", "é", "a\nb", "\ta", "\x01", "\ufffe"]
)  # fmt: skip


def shared_strings(workbook: xlsxwriter.Workbook, path: Path, texts: list[str]) -> bytes:
    """Write `texts` into `workbook` and return the file's shared strings."""
    with workbook:
        sheet = workbook.add_worksheet()
        for row, text in enumerate(texts):
            sheet.write_string(row, 0, plain(text))
    with zipfile.ZipFile(path) as archive:
        return archive.read("xl/sharedStrings.xml") if "xl/sharedStrings.xml" in archive.namelist() else b""


def both(folder: Path, texts: list[str]) -> tuple[bytes, bytes]:
    """The shared strings as we write them, and as xlsxwriter does."""
    ours, theirs = folder / "ours.xlsx", folder / "theirs.xlsx"
    return (
        shared_strings(PackedWorkbook(ours, {}), ours, texts),
        shared_strings(xlsxwriter.Workbook(str(theirs)), theirs, texts),
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(AWKWARD, st.text(max_size=20)), max_size=12))
def test_shared_strings_equal_those_of_xlsxwriter(tmp_path_factory, texts: list[str]) -> None:  # type: ignore[no-untyped-def]
    ours, theirs = both(tmp_path_factory.mktemp("workbook"), texts)
    assert ours == theirs


def test_many_strings_one_of_which_is_escaped(tmp_path: Path) -> None:
    texts = [f"514-555-{number:04}" for number in range(3 * STRINGS_PER_BLOCK)]
    texts[STRINGS_PER_BLOCK + 7] = "Gagné & Fils"
    ours, theirs = both(tmp_path, texts)
    assert ours == theirs


def test_every_part_equals_that_of_xlsxwriter(tmp_path: Path) -> None:
    created = dt.datetime(2026, 1, 1)
    ours, theirs = tmp_path / "ours.xlsx", tmp_path / "theirs.xlsx"
    for workbook in (PackedWorkbook(ours, {}), xlsxwriter.Workbook(str(theirs))):
        with workbook:
            workbook.set_properties({"created": created})
            sheet = workbook.add_worksheet("s", StreamedSheet if isinstance(workbook, PackedWorkbook) else None)
            sheet.write_string(0, 0, "a & b")
            sheet.write_formula(1, 0, "=SUM(1,ROUND(2,0))", None, 3)
            sheet.write_formula(2, 0, "=TEXTJOIN(1,1,A1)", None, "a & b")
            sheet.write_comment(0, 0, "note")
    with zipfile.ZipFile(ours) as mine, zipfile.ZipFile(theirs) as yours:
        assert mine.namelist() == yours.namelist()
        assert {name: mine.read(name) for name in mine.namelist()} == {
            name: yours.read(name) for name in yours.namelist()
        }


def test_strings_are_written_in_blocks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """If xlsxwriter renamed the method that we override, it would write the same bytes by itself, only slower."""
    blocks = []
    written = BlockSharedStrings._write_block
    monkeypatch.setattr(
        BlockSharedStrings, "_write_block", lambda self, strings: (blocks.append(len(strings)), written(self, strings))
    )
    path = tmp_path / "a.xlsx"
    shared_strings(PackedWorkbook(path, {}), path, [str(number) for number in range(STRINGS_PER_BLOCK + 1)])
    assert blocks == [STRINGS_PER_BLOCK, 1]
