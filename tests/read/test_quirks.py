"""Workbooks of many programs and habits give the same requests as the plain workbook."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from lnp_batch.documents.report.json_report import report
from lnp_batch.model.context import Limits
from lnp_batch.read.extent import DECLARATION_WITHIN, has_only_elements
from lnp_batch.read.guard import _ANY_REFERENCE, _count_references
from lnp_batch.read.workbook import read_content
from tests.factory import changed, content, openpyxl_workbook, put, sound
from tests.flow import checked, checked_content
from tests.hostile import (
    ACCOUNTS,
    MAIN,
    NUMBERS,
    RELATIONS,
    STYLES,
    WORKBOOK,
    packed,
    parts_of,
    plain,
    utf_16,
    value,
    with_rows,
)
from tests.rules.edits import saved

BATCH = "xl/worksheets/sheet1.xml"
SHEETS = (BATCH, ACCOUNTS, NUMBERS)
Change = Callable[[str], str]


def requests(package: bytes) -> Any:
    """Return the requests in the workbook's report."""
    return report(checked_content(package).outcome)["requests"]


def every_sheet(change: Change, *, parts: tuple[str, ...] = SHEETS) -> bytes:
    """Return the plain workbook with `change` applied to its sheets' XML."""
    plain_parts = parts_of(plain())
    return packed((plain_parts | {part: change(plain_parts[part].decode()).encode() for part in parts}).items())


def sub(pattern: str, by: str) -> Change:
    """Return a change that replaces every match of `pattern`; there must be one."""

    def change(words: str) -> str:
        changed_words, count = re.subn(pattern, by, words, flags=re.DOTALL)
        assert count
        return changed_words

    return change


def prefixed(words: str) -> str:
    """Give every element a prefix, as some programs do."""
    words = re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", words)
    return words.replace("xmlns=", "xmlns:x=", 1)


def shared() -> bytes:
    """Return the plain workbook with shared strings: with rich text, phonetic runs and an outdated count."""
    parts, strings = parts_of(plain()), []

    def put_aside(found: re.Match[str]) -> str:
        strings.append(found[2])
        return f'<c r="{found[1]}" t="s"><v>{len(strings) - 1}</v></c>'

    for part in SHEETS:
        cell = r'<c r="(\w+)" t="inlineStr"><is><t>(.*?)</t></is></c>'
        parts[part] = re.sub(cell, put_aside, parts[part].decode(), flags=re.DOTALL).encode()
    runs = "".join(rich(words) if at % 2 else f"<si><t>{words}</t></si>" for at, words in enumerate(strings))
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}" count="9" uniqueCount="9">{runs}</sst>'.encode()
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        b"</Types>",
        b'<Override PartName="/xl/sharedStrings.xml" ContentType='
        b'"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>',
    )
    parts[RELATIONS] = parts[RELATIONS].replace(
        b"</Relationships>",
        b'<Relationship Id="rId99" Target="/xl/sharedStrings.xml" Type='
        b'"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"/></Relationships>',
    )
    return packed(parts.items())


def rich(words: str) -> str:
    """Return a text in two runs, the second bold, with a phonetic run."""
    half = len(words) // 2
    while "&" in words[max(half - 6, 0) : half] or words[half - 1 : half].isspace() or words[half : half + 1].isspace():
        half -= 1
    return (
        f"<si><r><t>{words[:half]}</t></r><r><rPr><b/></rPr><t>{words[half:]}</t></r>"
        '<rPh sb="0" eb="1"><t>to be left out</t></rPh><phoneticPr fontId="1"/></si>'
    )


def excel(words: str) -> str:
    """Add the namespaces and attributes of Excel, on the desktop and online."""
    words = words.replace(
        f'<worksheet xmlns="{MAIN}">',
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n<worksheet xmlns="{MAIN}" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x14ac xr" '
        'xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac" '
        'xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision" '
        'xr:uid="{00000000-0001-0000-0000-000000000000}">',
    )
    return re.sub(r'<row r="(\d+)">', r'<row r="\1" spans="1:16" ht="15" thickBot="1" x14ac:dyDescent="0.25">', words)


def google(words: str) -> str:
    """Write as Google Sheets: no dimension, formatted blank cells to the end of each row, heights everywhere."""
    words = re.sub(r"<dimension[^>]*/>", "", words)
    return re.sub(r'<row r="(\d+)">(.*?)</row>', r'<row r="\1" ht="15.75" customHeight="1">\2<c r="XA\1" s="0"/></row>', words, flags=re.DOTALL)  # fmt: skip


def trailing(words: str) -> str:
    """Add formatted rows without values up to row 1,000."""
    rows = "".join(f'<row r="{row}" s="0" customFormat="1"><c r="A{row}" s="0"/></row>' for row in range(40, 1_000))
    return words.replace("</sheetData>", f"{rows}</sheetData>")


def blank_between(words: str) -> str:
    """Move the rows of data five rows down."""

    def moved(found: re.Match[str]) -> str:
        row = int(found[1])
        return re.sub(rf'(?<=[A-Z"]){row}"', f'{row + 5}"', found[0]) if row > 3 else found[0]

    return re.sub(r'<row r="(\d+)">.*?</row>', moved, words, flags=re.DOTALL)


def hidden(words: str) -> str:
    """Hide every row below the header, as a filter does."""
    return re.sub(r'<row r="([2-9])">', r'<row r="\1" hidden="1">', words)


SHAPES: dict[str, Callable[[], bytes]] = {
    "inline strings": plain,
    "shared strings, rich runs and phonetic runs": shared,
    "no cell references": lambda: every_sheet(sub(r'<row r="\d+">', "<row>"), parts=(BATCH,)),
    "no references in full rows": lambda: every_sheet(lambda words: _without_references(words), parts=(NUMBERS,)),
    "prefixed namespaces": lambda: every_sheet(prefixed),
    "attributes in another order": lambda: every_sheet(sub(r'<c r="(\w+)" t="(\w+)"', r'<c t="\2" r="\1"')),
    "single quotes": lambda: every_sheet(sub(r'<c r="(\w+)"', r"<c r='\1'")),
    "spaces around attributes": lambda: every_sheet(sub(r'<c r="(\w+)"', '<c\n r="\\1" ')),
    "as Excel writes": lambda: every_sheet(excel),
    "as Google Sheets writes": lambda: every_sheet(google),
    "comments and processing instructions": lambda: every_sheet(sub("<sheetData>", "<sheetData><!-- < --><?x?>")),
    "UTF-16": lambda: utf_16(*SHEETS, WORKBOOK, STYLES),
    "a byte order mark": lambda: every_sheet(lambda words: "\ufeff" + words),
    "formatted rows after the data": lambda: every_sheet(trailing, parts=(ACCOUNTS, NUMBERS)),
    "blank rows between": lambda: every_sheet(blank_between, parts=(NUMBERS,)),
    "hidden rows": lambda: every_sheet(hidden, parts=(NUMBERS,)),
    "a wrong dimension": lambda: every_sheet(sub(r'<dimension ref="[^"]*"', '<dimension ref="A1"')),
    "no styles for our cells": lambda: every_sheet(
        sub(r' s="\d+"', "") if b' s="' in parts_of(plain())[NUMBERS] else str
    ),
}


def _without_references(words: str) -> str:
    """Write cells without addresses, with blank cells so that each is in its place."""
    from lnp_batch.model.cell_address import cell_position

    def filled(found: re.Match[str]) -> str:
        cells = {
            cell_position(cell[1])[1]: cell[0] for cell in re.finditer(r'<c r="(\w+)".*?</c>', found[0], re.DOTALL)
        }
        in_order = "".join(re.sub(r' r="\w+"', "", cells.get(at, "<c/>"), count=1) for at in range(max(cells) + 1))
        return f"<row>{in_order}</row>"

    return re.sub(r'<row r="\d+">.*?</row>', filled, words, flags=re.DOTALL)


@pytest.mark.parametrize("shape", SHAPES)
def test_any_file_variant_gives_the_same_requests(shape: str) -> None:
    assert requests(SHAPES[shape]()) == requests(plain())


# ------------------------------------------------------------------------------------------------ what cells hold

PHONES = {
    "a number": 5145550100,
    "a float": 5145550100.0,
    "a country code": 15145550100,
    "no-break spaces": "514\u00a0555\u00a00100",
    "zero-width marks": "\u200b514\u200d-555-\ufeff0100",
    "an apostrophe": "'514-555-0100",
    "full-width digits": "５１４-５５５-０１００",
    "direction marks": "\u200e514-555-0100\u200f",
    "dots and brackets": "(514) 555.0100",
    "a plus": "+1 514 555 0100",
    "a soft hyphen": "514\u00ad-555-0100",
    "a figure dash": "514\u2012555\u20120100",
}


@pytest.mark.parametrize("writing", PHONES)
def test_a_phone_number_in_any_spelling(writing: str) -> None:
    rows = sound()
    rows["numbers"][0]["number"] = PHONES[writing]
    assert checked(rows).codes() == checked(sound()).codes()
    assert report(checked(rows).outcome)["requests"] == report(checked(sound()).outcome)["requests"]


@pytest.mark.parametrize("stored", ["5145550101", "5.145550101E9", "5145550101.0", "5.14555010100000e+09"])
def test_a_phone_number_stored_as_a_number(stored: str) -> None:
    assert requests(value(stored)) == requests(plain())


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("٥١٤-٥٥٥-٠١٠٠", "NUM001"),
        ("514-555-O1OO", "NUM001"),
        ("\u202e0010-555-415", "CEL011"),
        ("514-555-010", "NUM001"),
    ],
)
def test_what_only_looks_like_a_phone_number_is_an_error_in_its_cell(typed: str, code: str) -> None:
    rows = sound()
    rows["numbers"][0]["number"] = typed
    assert f"{code} numbers D2" in checked(rows).codes()


@pytest.mark.parametrize("typed", ["2026-11-02", "2 novembre 2026", "Nov 2, 2026", "2026/11/02", dt.date(2026, 11, 2)])
@pytest.mark.parametrize("epoch", ["1900", "1904"])
def test_dates_as_text_and_in_both_epochs(typed: str | dt.date, epoch: str) -> None:
    workbook = openpyxl_workbook(sound())
    if epoch == "1904":
        workbook.epoch = CALENDAR_MAC_1904
    put(workbook["Comptes"]["K2"], typed)
    outcome = checked_content(saved(workbook)).outcome
    accounts = report(outcome)["requests"]
    assert accounts[0]["bill_date"] == "2026-11-02"


def test_accents_typed_as_two_characters_are_the_same_name() -> None:
    rows = sound()
    for account in rows["accounts"]:
        account |= {
            key: unicodedata.normalize("NFD", value) for key, value in account.items() if isinstance(value, str)
        }
    assert requests_by_number(rows) == requests_by_number(sound())


def requests_by_number(rows: dict[str, Any]) -> Any:
    return [
        (request["carrier"], request["customer"], request["numbers"], request["state"])
        for request in report(checked(rows).outcome)["requests"]
    ]


def test_extra_columns_and_sheets_and_a_header_further_down() -> None:
    workbook = openpyxl_workbook(sound(), header_row=9, order=("notes", "number"))
    workbook["Numéros"].cell(9, 30, "Ma colonne")
    workbook["Numéros"].cell(10, 30, "=1+1")
    workbook["Comptes"].cell(3, 2, "Titre de ma feuille")
    workbook.create_sheet("Ma feuille", 0)["A1"] = "à moi"
    assert requests(saved(workbook)) == requests(plain())


def test_hidden_rows_without_row_numbers_are_reported() -> None:
    parts = parts_of(plain())
    words = re.sub(rb'<row r="[0-9]+"', b"<row", parts[NUMBERS])
    parts[NUMBERS] = re.sub(rb' r="[A-Z]+[0-9]+"', b"", words).replace(b"<row", b'<row hidden = "true"', 3)
    findings = checked_content(packed(parts.items())).findings
    assert [found.facts["rows"] for found in findings if found.code == "WBK009"] == [(2, 3)]


@pytest.mark.parametrize("target", ["worksheets/SHEET3.xml", "../xl/worksheets/./sheet3.xml", "worksheets\\sheet3.xml"])
def test_parts_are_found_whatever_their_case_and_path(target: str) -> None:
    parts = parts_of(plain())
    parts[RELATIONS] = parts[RELATIONS].replace(b"/xl/worksheets/sheet3.xml", target.encode())
    assert target.encode() in parts[RELATIONS]
    assert requests(packed(parts.items())) == requests(plain())


def test_full_width_digits_in_a_date() -> None:
    rows = changed({"accounts": {"2": {"evidence": "bill", "bill_date": "２０２６-１１-０２"}}})
    assert checked(rows).codes() == []


def test_formatted_rows_below_the_data_never_reach_a_reader() -> None:
    rows = [f'<row r="{row}" spans="1:16"><c r="C{row}"/><c r="D{row}"/></row>' for row in range(8, 60_000)]
    package = with_rows(rows)
    assert requests(package) == requests(plain())
    assert len(read_content(package, "lot.xlsx").tables["numbers"].grid) == 7


def test_a_text_that_looks_like_an_encoding_is_unchanged() -> None:
    rows = sound()
    rows["accounts"][0]["notes"] = 'encoding="cp1252"'
    parts = parts_of(content(rows))
    words = parts[ACCOUNTS].decode()
    assert "<?xml" not in words
    parts[ACCOUNTS] = words.encode("utf-16")
    tables = read_content(packed(parts.items()), "lot.xlsx").tables
    assert tables["accounts"].raw["notes"].tolist()[0] == 'encoding="cp1252"'


def test_a_foreign_sheet_whose_part_is_missing_and_no_styles() -> None:
    parts = parts_of(plain())
    parts[WORKBOOK] = parts[WORKBOOK].replace(
        b"</sheets>",
        b'<sheet xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" name="Autre" sheetId="9" '
        b'r:id="rId99"/></sheets>',
    )
    parts[RELATIONS] = parts[RELATIONS].replace(
        b"</Relationships>",
        b'<Relationship Id="rId99" Target="worksheets/sheet99.xml" Type='
        b'"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/></Relationships>',
    )
    del parts[STYLES]
    assert requests(packed(parts.items())) == requests(plain())


def test_exactly_the_allowed_number_of_rows_is_read() -> None:
    count = len(sound()["numbers"])
    assert read_content(plain(), "lot.xlsx", Limits(number_rows=count)).refusal is None
    refusal = read_content(plain(), "lot.xlsx", Limits(number_rows=count - 1)).refusal
    assert refusal is not None
    assert refusal.facts["figure"] == count


def test_a_byte_order_mark_does_not_prevent_the_fast_path() -> None:
    assert has_only_elements(bytearray(b'\xef\xbb\xbf<?xml version="1.0"?><worksheet/>'))
    assert not has_only_elements(bytearray(b'<?xml version="1.0"?><worksheet/><?a?>'))


@given(
    st.binary(max_size=3), st.lists(st.sampled_from([b"<?xml ", b"<?", b"?>", b"<!", b"!", b"?", b">", b"<a", b"x"]))
)
def test_the_fast_search_for_comments_and_instructions_finds_all(first: bytes, parts: list[bytes]) -> None:
    xml = bytearray(first + b"".join(parts))
    assert has_only_elements(xml) == (
        b"<!" not in xml and xml.count(b"<?") == xml[:DECLARATION_WITHIN].count(b"<?xml ")
    )


ODD_WAYS = [
    b't="s"',
    b"t='s'",
    b't ="s"',
    b"t= 's'",
    b't\n="s"',
    b't=\t"s"',
    b't="&#115;"',
    b' t="s"',
    b" t='s'",
    b"<c",
    b"/>",
]


@given(st.lists(st.sampled_from(ODD_WAYS)))
def test_references_to_shared_texts_are_counted_in_any_spelling(parts: list[bytes]) -> None:
    xml = b"".join(parts)
    odd = any(way in xml for way in (b"t =", b"t\t=", b"t\n=", b"t\r=", b"t= ", b"t=\t", b"t=\n", b"t=\r", b"&#"))
    plain = xml.count(b't="s"') + xml.count(b"t='s'")
    assert _count_references(xml) == (len(_ANY_REFERENCE.findall(xml)) if odd else plain)


def test_a_binary_part_beside_the_sheets_is_ignored() -> None:
    parts = parts_of(plain()) | {"xl/worksheets/binaryIndex1.bin": b"\x00\x01\x02\x03"}
    assert requests(packed(parts.items())) == requests(plain())
