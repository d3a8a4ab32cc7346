"""The fast path gives what python-calamine alone gives, cell by cell, or gives up."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import lnp_batch.read.workbook
from lnp_batch.model.reading import Rows
from lnp_batch.read import extent
from lnp_batch.read.extent import OTHERS_TOLERATED
from lnp_batch.read.fast_path import MAX_UNUSED_TEXTS, fast_grids
from lnp_batch.read.workbook import by_calamine, read_content
from tests.factory import content, sound
from tests.fuzz import mutant, packed
from tests.hostile import parts_of
from tests.second_reader import by_calamine_alone, cells
from tests.shared_strings import with_shared_strings

SAMPLES = sorted((Path(__file__).parents[2] / "sample_data").glob("*.xlsx"))
FAR = "Z60"
"""A cell beyond all others: the size of the grid shows whether it counts as filled."""


def both_ways(package: bytes) -> tuple[Any, Any]:
    """Return the cells of a workbook, or its refusal, with the fast path and by calamine alone."""
    ours = read_content(package, "lot.xlsx")
    theirs = by_calamine_alone(package)
    return (cells(ours), ours.refusal), (cells(theirs), theirs.refusal)


@pytest.fixture
def was_fast(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bool]]:
    """Whether the fast path succeeded, for each workbook read in turn."""
    successes: list[bool] = []

    def recorded(*arguments: Any) -> dict[str, Rows] | None:
        successes.append(False)
        grids = fast_grids(*arguments)
        successes[-1] = grids is not None
        return grids

    monkeypatch.setattr(lnp_batch.read.workbook, "fast_grids", recorded)
    yield successes


def changed(package: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    parts = parts_of(package)
    parts[part] = change(parts[part])
    return packed(parts)


@pytest.mark.parametrize("shape", [bytes, with_shared_strings], ids=["own texts", "shared texts"])
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_samples_take_the_fast_path(path: Path, shape: Callable[[bytes], bytes], was_fast: list[bool]) -> None:
    ours, theirs = both_ways(shape(path.read_bytes()))
    assert ours == theirs
    assert was_fast == [True]


FAST_CELLS = [
    '<c r="{}" t="e"><v>#N/A</v></c>', '<c r="{}" s="0" t="e"><v>Loading...</v></c>', '<c r="{}" t="e"><f>A1</f><v>Err:502</v></c>',
    '<c r="{}" t="b"><v>1</v></c>', '<c r="{}" t="b"><v>0</v></c>',
    '<c r="{}" t="str"><f>A1</f><v>abc</v></c>', '<c r="{}" t="str"><v> a </v></c>', '<c r="{}"><f>A1</f><v>4</v></c>',
    '<c r="{}" t="str"><v>a&amp;b</v></c>', '<c r="{}"><v>nan</v></c>', '<c r="{}"><v>1e309</v></c>',
    '<c r="{}"><v> </v></c>', '<c r="{}"><v>5&#48;</v></c>', '<c r="{}" t="n"><v>5</v></c>', '<c r="{}"/>',
    '<c r="{}" t="inlineStr"><is><t></t></is></c>', '<c r="{}" t="inlineStr"><is></is></c>',
    '<c r="{}" t="inlineStr"><is><t/></is></c>', '<c r="{}" t="inlineStr"><is><t> a</t></is></c>',
    '<c r="{}" t="inlineStr"><is><r><rPr><b/></rPr><t>a</t></r><r><t xml:space="preserve"> b</t></r></is></c>',
    '<c r="{}" t="inlineStr"><is><t xml:space="preserve"> a</t></is></c>',
    '<c r="{}" t="inlineStr"><is><r><rPr><color rgb="FF0000"></color></rPr><t>a</t></r></is></c>',
    '<c r="{}" t="inlineStr"><is><t>a</t><rPh sb="0" eb="1"><t>z</t></rPh></is></c>',
    '<c r="{}" t="inlineStr"><is><t>&#233;&lt;&quot;&amp;#65;&#8203;</t></is></c>',
    '<c r="{}" t="inlineStr"><is><t>&#65;</t></is></c>', '<c r="{}" t="inlineStr"><is><t>&#xe9;</t></is></c>',
    '<c r="{}" t="inlineStr"><is><t>&#160;a</t></is></c>', '<c r="{}" t="inlineStr"><is><t>\u00a0a</t></is></c>',
    '<c r="{}" t="inlineStr"><is><t>&#13;a</t></is></c>', '<c r="{}" t="inlineStr"><is><t>a\r\nb</t></is></c>',
    '<c r="{}" t="inlineStr"><is><t>a_x000D_b</t></is></c>', '<c r="{}" t="inlineStr"><is><t>&#128512;</t></is></c>',
    '<c r="{}" s="3"><v>46000</v></c>', '<c r="{}" t="n"><v>46000.75</v></c>',
]  # fmt: skip
OTHER_CELLS = [
    '<c r="{}" t="b"><v>7</v></c>', '<c r="{}" t="str"><f>A1</f><v></v></c>',
    '<c r="{0}" t="inlineStr"><is><r><t>a</t></r></is> </c><c r="A{0}"><v>1</v></c>', '<c r="{}"><v>1</v></c >',
    '<c r="{}"><f>A1</f></c>', '<c r="{}" t="inlineStr"><is/></c>', '<c r="{}" t="inlineStr"><v>5</v></c>',
    '<c r="{}" t="inlineStr"><is><t>a</t></is><v>5</v></c>', '<c r="{}" t="n"><is><t>a</t></is></c>',
    '<c r="{}" t="str"><is><t>a</t></is></c>', '<c r="{}" t="s"><v>0</v></c>', '<c r="{}" t="d"><v>2026-11-23</v></c>',
    '<c r="{}" x:cm="1" xmlns:x="urn:x"><v>4</v></c>',
]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "ours"), [*((cell, True) for cell in FAST_CELLS), *((cell, False) for cell in OTHER_CELLS)]
)
def test_a_cell_of_any_kind_is_read_as_calamine_reads_it(cell: str, ours: bool, was_fast: list[bool]) -> None:
    """Alone, and as the last of its sheet."""
    for place in ("Z3", FAR):
        row = f'<row r="{place[1:]}">{cell.format(place)}</row></sheetData>'.encode()
        package = changed(
            content(sound()),
            "xl/worksheets/sheet2.xml",
            lambda xml, row=row: _without(xml, 3).replace(b"</sheetData>", row),
        )
        first, second = both_ways(package)
        assert first == second
        assert was_fast[-1] is ours


def _without(xml: bytes, row: int) -> bytes:
    """The sheet without its rows from `row` on."""
    start = xml.find(b'<row r="%d"' % row)
    return xml if start < 0 else xml[:start] + xml[xml.find(b"</sheetData>") :]


TEXTS = [
    "<si><t>a</t></si>", "<si><t></t></si>", "<si><t/></si>", "<si><t> a </t></si>", '<si><t xml:space="preserve"> a </t></si>',
    "<si><t>a\nb</t></si>", "<si><t>a\r\nb</t></si>", "<si><t>a_x000D_b</t></si>", "<si><t>a &amp; b</t></si>", "<si><t>&#233;</t></si>",
    "<si><r><t>a</t></r><r><rPr><b/></rPr><t>b</t></r></si>", "<si><t>a</t><rPh sb='0' eb='1'><t>z</t></rPh></si>",
    "<si>\n<t>a</t>\n</si>", "<si><t>a&gt;b</t></si>", "<si><t>a>b</t></si>", "<si><t>\u00a0a</t></si>",
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_a_shared_text_of_any_kind_is_read_as_calamine_reads_it(text: str, was_fast: list[bool]) -> None:
    package = changed(
        with_shared_strings(content(sound())),
        "xl/sharedStrings.xml",
        lambda xml: b"<si>".join([*xml.split(b"<si>")[:-1], text.removeprefix("<si>").encode() + b"</sst>"]),
    )
    ours, theirs = both_ways(package)
    assert ours == theirs
    assert was_fast == [True]


@pytest.mark.parametrize("change", [
    lambda xml: xml.replace(b"<si>", b"<si/><si>", 1), lambda xml: xml.replace(b"<si>", b"<si><t>more</t></si><si>", 1),
    lambda xml: xml.replace(b"<si>", b"<si ><t>one</t></si><si>", 1), lambda xml: xml.replace(b"<si>", b"<!-- <si> --><si>", 1),
    lambda xml: xml.replace(b"<sst", b"<x:sst", 1).replace(b"xmlns=", b"xmlns:x=").replace(b"</sst", b"</x:sst").replace(b"<si", b"<x:si"),
    lambda xml: xml[: xml.rfind(b"<si>")] + b"</sst>",
    lambda xml: xml.replace(b"<si>", b'<x:si xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><t>k</t></x:si><si>', 1),
    lambda xml: xml.replace(b"<si>", b"<si><si><t>k</t></si></si><si>", 1),
], ids=["empty", "one more", "a blank", "a comment", "prefixes", "one too few", "one prefixed", "nested"])  # fmt: skip
def test_shared_texts_are_counted_as_a_reader_counts_them(change: Callable[[bytes], bytes]) -> None:
    ours, theirs = both_ways(changed(with_shared_strings(content(sound())), "xl/sharedStrings.xml", change))
    assert ours == theirs


@pytest.mark.parametrize("name", ["1e309", "-1", "x", "1.0", " 1 ", "99999999999999999999"])
@pytest.mark.parametrize(
    "cell", ['t="s"><v>{}</v>', "t='s'><v>{}</v>", 't = "s" ><f>A1</f><v>{}</v>', 't="s"><f/> <v >{}</v>']
)
def test_a_reference_to_no_shared_text_is_damage(cell: str, name: str) -> None:
    """calamine would return the first text instead."""
    row = f'<row r="9"><c r="Z9" {cell.format(name)}</c></row></sheetData>'.encode()
    package = changed(
        with_shared_strings(content(sound())), "xl/worksheets/sheet2.xml", lambda xml: xml.replace(b"</sheetData>", row)
    )
    refusal = read_content(package, "lot.xlsx").refusal
    assert refusal is not None
    assert refusal.code == "WBK001"


def test_many_unused_shared_texts_are_left_to_calamine(was_fast: list[bool]) -> None:
    package = with_shared_strings(content(sound()))
    many = b"<si><t>unused</t></si>" * (2 * MAX_UNUSED_TEXTS) + b"</sst>"
    ours, theirs = both_ways(changed(package, "xl/sharedStrings.xml", lambda xml: xml.replace(b"</sst>", many)))
    assert ours == theirs
    assert was_fast == [False]


def test_many_numbers_are_left_to_calamine(was_fast: list[bool]) -> None:
    few, many = (_with_numbers(count) for count in (OTHERS_TOLERATED, OTHERS_TOLERATED + 1))
    for package in (few, many):
        ours, theirs = both_ways(package)
        assert ours == theirs
    assert was_fast == [True, False]


def _with_numbers(count: int) -> bytes:
    rows = b"".join(b'<row r="%d"><c r="AZ%d"><v>%d</v></c></row>' % (row, row, row) for row in range(10, 10 + count))
    package = changed(content(sound()), "xl/worksheets/sheet3.xml", lambda xml: _without(xml, 2))
    return changed(
        package, "xl/worksheets/sheet3.xml", lambda xml: xml.replace(b"</sheetData>", rows + b"</sheetData>")
    )


NESTED = [
    '<c r="Z3" t="inlineStr"><is><r><c r="AA3"><v>1</v></c><t>a</t></r></is></c>',
    '<c r="Z3" t="inlineStr"><is><t>x</t><c r="AA3"><v>1</v></c></is></c><c r="AB3" t="e"><v>#N/A</v></c>',
    '<c r="Z3" t="inlineStr"><is><r><c\n></c><t>a</t></r></is></c><c r="AB3" t="e"><v>#N/A</v></c>',
    '<c r="Y3"><c r="Z3" t="s"><v>0</v></c></c>', '<c r="Z3"> t="s"><v>0</v></c>', '<c r="Z3"/> t="s"><v>0</v>',
    '<c r="Z3" t="e"> t="s"><v>0</v></c>', '<c r="Z3"/><v>5</v>', '<c r="Z3" t="s">x<v>0</v></c>', '<c r="Z3" t="e"/>',
    "<c r='Z3' t=\"e\"></c>", '<c r="Z3" t="s"><v>0<b/></v></c>', '<c r="Z3" t="s"><v>0</v><v>1</v></c>',
    '<c r="Z3" t="inlineStr"><is><row r="4"><c r="AA4"><v>1</v></c></row><t>a</t></is></c>',
    '<c r="Z3" t="inlineStr"><is><t>a</t><is/><c r="AC3"><v>4</v></c></is></c>',
    '<c r="Z3" t="inlineStr"><is><t>a</t><is/><row r="99"/></is></c>', '<c r="Z3" t="inlineStr"><is><t>a</t><f/></is></c>',
    '<c r="Z3" t="inlineStr"><is> <t>a</t> </is></c>', '<c r="Z3" t="inlineStr"> <is><t>a</t></is></c>',
    '<c r="Z3" x=">" t="s"><v>0</v></c>', '<c r="Z3" x="/>"><v>1</v></c>', '<c r="Z3" t="inlineStr"><is><t>a > b</t></is></c>',
]  # fmt: skip


@pytest.mark.parametrize("block", [None, 300])
@pytest.mark.parametrize("cells_", NESTED)
def test_elements_in_the_wrong_place_are_read_as_calamine_reads_them(
    cells_: str, block: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also with blocks so short that they end within the element; the oddities are those of the complete sheet."""
    if block:
        monkeypatch.setattr(extent, "BLOCK", block)
    row = f'<row r="3">{cells_}</row></sheetData><x><c></c></x>'.encode()
    package = changed(
        with_shared_strings(content(sound())),
        "xl/worksheets/sheet2.xml",
        lambda xml: _without(xml, 3).replace(b"</sheetData>", row),
    )
    ours, theirs = both_ways(package)
    assert ours == theirs
    odd = read_content(package, "lot.xlsx").tables["accounts"].oddities
    monkeypatch.setattr(extent, "_measure_blocks", lambda *_sheet: None)
    assert read_content(package, "lot.xlsx").tables["accounts"].oddities == odd


@pytest.mark.parametrize("block", [300, 1_000])
def test_blocks_are_joined(block: int, monkeypatch: pytest.MonkeyPatch, was_fast: list[bool]) -> None:
    monkeypatch.setattr(extent, "BLOCK", block)
    for shape in (bytes, with_shared_strings):
        ours, theirs = both_ways(shape(SAMPLES[0].read_bytes()))
        assert ours == theirs
    assert was_fast == [True, True]


def test_a_text_like_many_attributes_is_read_in_linear_time() -> None:
    """It was quadratic once: half a MiB of these took minutes."""
    text = 't="s"' * 100_000
    row = (
        f'<row r="3"><c r="Z3" t="inlineStr"><is><t>{text}</t></is></c><c r="AA3" t="q"><v>1</v></c></row></sheetData>'
    )
    package = changed(
        content(sound()),
        "xl/worksheets/sheet2.xml",
        lambda xml: _without(xml, 3).replace(b"</sheetData>", row.encode()),
    )
    begun = time.process_time()
    read_content(package, "lot.xlsx")
    assert time.process_time() - begun < 10


@pytest.mark.parametrize("start", range(0, 400, 100))
def test_mutants_give_the_same_cells(start: int, was_fast: list[bool]) -> None:
    for number in range(start, start + 100):
        ours, theirs = both_ways(mutant(number))
        assert ours == theirs, number
    assert sum(was_fast) > 5


def test_calamine_reads_few_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 5,000 rows it reads the numbers, the dates and the headers in two formats."""
    counts: list[int] = []

    def counting(package: bytes, names: list[str]) -> dict[str, Rows]:
        with zipfile.ZipFile(io.BytesIO(package)) as archive:
            counts.append(sum(archive.read(name).count(b"<c ") for name in archive.namelist()))
        return by_calamine(package, names)

    path = next(path for path in SAMPLES if path.name.startswith("11-"))
    monkeypatch.setattr(lnp_batch.read.workbook, "by_calamine", counting)
    reading = read_content(path.read_bytes(), "lot.xlsx", readers=(counting,))
    assert len(reading.tables["numbers"].raw) > 4_900
    assert len(counts) == 1
    assert 0 < counts[0] < 1_000
