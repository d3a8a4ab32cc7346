"""The shape of a sheet is the same by the optional fast way, block by block, and by the parser."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lnp_batch.model.cell_address import cell_name
from lnp_batch.read import extent
from lnp_batch.read.extent import Shape, measure

FILLED = ("<v>1</v>", "<f>A1</f><v>2</v>", "<is><t>c &lt;c r=</t></is>", "<v/>")
ROWS = st.dictionaries(
    st.one_of(st.integers(1, 30), st.sampled_from([9, 10, 99, 100, 999_999, 1_048_576])),
    st.dictionaries(st.sampled_from([0, 1, 25, 26, 27, 701, 702, 16_383]), st.sampled_from(["", *FILLED]), max_size=4),
    max_size=6,
)


def sheet(rows: dict[int, dict[int, str]], quote: str = '"', refs: bool = True) -> bytearray:
    """Return the XML of a sheet with these cells, in order; without cell references if not `refs`."""
    lines = []
    for row, cells in sorted(rows.items()):
        cells_xml = "".join(
            f"<c r={quote}{cell_name(row, column)}{quote} s={quote}1{quote}" * refs
            + "<c" * (not refs)
            + (f">{inside}</c>" if inside else "/>")
            for column, inside in sorted(cells.items())
        )
        lines.append(
            f"<row r={quote}{row}{quote} spans={quote}1:3{quote}>{cells_xml}</row>"
            if cells_xml
            else f'<row r="{row}"/>'
        )
    return bytearray(f"<worksheet><sheetData>{''.join(lines)}</sheetData><c r='A1'/></worksheet>".encode())


@given(ROWS)
def test_both_ways_give_the_same_shape(rows: dict[int, dict[int, str]]) -> None:
    xml = sheet(rows)
    shape = measure(xml)
    filled = [(row, column) for row, cells in rows.items() for column, inside in cells.items() if inside]
    assert shape.columns == {column for _row, column in filled}
    assert shape.last == max((row for row, _column in filled), default=0)
    assert shape.formulas == any("<f>" in inside for cells in rows.values() for inside in cells.values())
    assert not shape.fault
    assert shape == extent._measure_by_parser(xml) == measure(sheet(rows, quote="'"))


@given(ROWS, st.data())
def test_both_ways_find_the_same_rows_out_of_place(rows: dict[int, dict[int, str]], data: st.DataObject) -> None:
    xml = bytes(sheet(rows))
    places = [at for at in range(len(xml)) if chr(xml[at]).isdigit()]
    if places:
        at = data.draw(st.sampled_from(places))
        xml = xml[:at] + str(data.draw(st.integers(0, 9))).encode() + xml[at + 1 :]
    blocks, parsed = measure(bytearray(xml)), extent._measure_by_parser(bytearray(xml))
    assert blocks.fault == parsed.fault
    if not blocks.fault:
        assert blocks == parsed


def test_blocks_are_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = {row: {0: FILLED[0], 3: FILLED[2]} for row in range(1, 200)}
    monkeypatch.setattr(extent, "BLOCK", 300)
    assert measure(sheet(rows)) == extent._measure_by_parser(sheet(rows)) == Shape(199, 199, 199, {0, 3})
    swapped = bytes(sheet(rows)).replace(b'<row r="150"', b'<row r="149"')
    assert measure(bytearray(swapped)).fault == "149"


def test_a_plainly_written_sheet_is_measured_by_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(_xml: bytearray) -> Shape:
        raise AssertionError("parsed")

    monkeypatch.setattr(extent, "_measure_by_parser", never)
    assert measure(sheet({1: {0: FILLED[0]}})).last == 1


def test_cells_without_references_are_counted_from_the_left() -> None:
    assert measure(sheet({1: {0: FILLED[0], 1: "", 2: FILLED[0]}}, refs=False)).columns == {0, 2}
