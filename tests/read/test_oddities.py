"""Oddities found among the cells other than plain text are those of the complete sheet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import lnp_batch.read.oddities
from lnp_batch.model.cell_address import cell_name
from lnp_batch.read.extent import Shape, measure
from lnp_batch.read.oddities import oddities

CELLS = {
    "text": ' t="s"><v>1</v></c>',
    "own": ' t="inlineStr"><is><t>#N/A</t></is></c>',
    "rich": ' t="inlineStr"><is><r><t>a</t></r></is></c>',
    "coloured": ' t="inlineStr"><is><r><rPr><color rgb="FF0000"></color></rPr><t>a</t></r></is></c>',
    "number": "><v>4</v></c>",
    "error": ' t="e"><v>#N/A</v></c>',
    "nameless error": ' t="e"><v/></c>',
    "empty error": ' t="e"/>',
    "error by reference": ' t="&#101;"/>',
    "error without value": " t='e'></c>",
    "formula": "><f>A1</f><v>4</v></c>",
    "formula of an error": ' t="e"><f>A1/0</f><v>#DIV/0!</v></c >',
    "formula without value": "><f>A1</f></c>",
    "formula, empty value": "><f>A1</f><v></v></c>",
    "formula of an empty text": ' t="str"><f>A1</f><v></v></c>',
    "blank": "/>",
}
ROWS = st.dictionaries(
    st.integers(1, 200), st.dictionaries(st.integers(0, 30), st.sampled_from([*CELLS]), max_size=5), max_size=8
)


@given(ROWS)
def test_the_shortcut_finds_the_oddities_of_the_complete_sheet(rows: dict[int, dict[int, str]]) -> None:
    rows_xml = "".join(
        f'<row r="{row}">'
        + "".join(f'<c r="{cell_name(row, column)}"{CELLS[kind]}' for column, kind in sorted(cells.items()))
        + "</row>"
        for row, cells in sorted(rows.items())
    )
    xml = bytearray(f"<worksheet><sheetData>{rows_xml}</sheetData></worksheet>".encode())
    shape = measure(xml)
    found = oddities(xml, shape, 0)
    assert found == oddities(xml, Shape(formulas=shape.formulas), 0)
    kinds = [kind for cells in rows.values() for kind in cells.values()]
    assert len(found.errors) == sum("error" in kind for kind in kinds)
    assert len(found.formulas_without_value) == sum(
        kind in ("formula without value", "formula, empty value") for kind in kinds
    )


def test_only_cells_other_than_text_are_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>1</v></c></row>' for row in range(1, 1_000))
    odd = '<row r="1000"><c r="A1000" t="e"><v>#N/A</v></c></row>'
    xml = bytearray(f"<worksheet><sheetData>{rows}{odd}</sheetData></worksheet>".encode())
    sizes: list[int] = []
    parse = lnp_batch.read.oddities._parse_cells
    monkeypatch.setattr(lnp_batch.read.oddities, "_parse_cells", lambda xml: (sizes.append(len(xml)), parse(xml))[1])
    assert oddities(xml, measure(xml), 0).errors == {(1_000, 0): "#N/A"}
    assert sizes[0] < 200
