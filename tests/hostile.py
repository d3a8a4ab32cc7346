"""Hostile workbooks, each with its expected verdict; they are built when needed."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from lnp_batch.columns.sheets import sheet_of
from lnp_batch.model.cell_address import column_letters
from tests.factory import changed, content, sound

READ = "read"
"""The verdict of a workbook that is read like any other."""

WORKBOOK, STYLES, RELATIONS = "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"
ACCOUNTS, NUMBERS, STRINGS = "xl/worksheets/sheet2.xml", "xl/worksheets/sheet3.xml", "xl/sharedStrings.xml"
MIB = 1 << 20
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@dataclass(frozen=True)
class Hostile:
    """A kind of hostile file: how to build it, and its verdict: READ, or a code, with the limit for WBK003."""

    make: Callable[[], bytes]
    verdict: str


@cache
def plain() -> bytes:
    """Return a sound workbook."""
    return content(sound())


def parts_of(workbook: bytes) -> dict[str, bytes]:
    """Return the parts of a package by name, in order."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Iterable[tuple[str, bytes | Iterator[bytes]]]) -> bytes:
    """Return a package of these parts; those given as iterators are written piece by piece."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, words in parts:
            with archive.open(zipfile.ZipInfo(name), "w", force_zip64=False) as part:
                for piece in [words] if isinstance(words, bytes) else words:
                    part.write(piece)
    return _deflated(stream.getvalue())


def _deflated(stored: bytes) -> bytes:
    """Return the same package, compressed."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(stored)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for entry in old.infolist():
            with old.open(entry) as stored_part, new.open(entry.filename, "w") as part:
                while piece := stored_part.read(MIB):
                    part.write(piece)
    return stream.getvalue()


def with_parts(**changes: bytes | Iterator[bytes]) -> bytes:
    """Return the sound workbook with parts replaced or added; keys are the names of this module in lower case."""
    names = {"workbook": WORKBOOK, "styles": STYLES, "numbers": NUMBERS, "accounts": ACCOUNTS, "strings": STRINGS}
    given = {names.get(key, key): words for key, words in changes.items()}
    return packed(({**parts_of(plain())} | given).items())


DIMENSION = f'<dimension ref="A1:{column_letters(len(sheet_of("numbers").columns) - 1)}7"/>'
"""What the sound workbook says about its numbers sheet."""


def edited(part: str, old: str, new: str | bytes) -> bytes:
    """Return the sound workbook with `old` replaced once by `new` in a part; `old` must be there."""
    words, replacement = parts_of(plain())[part], new.encode() if isinstance(new, str) else new
    assert old.encode() in words
    return packed((parts_of(plain()) | {part: words.replace(old.encode(), replacement, 1)}).items())


def with_rows(rows: Iterable[str], part: str = NUMBERS) -> bytes:
    """Return the sound workbook with `rows` of XML appended to a sheet."""
    before, after = parts_of(plain())[part].split(b"</sheetData>")

    def pieces() -> Iterator[bytes]:
        yield before
        for row in rows:
            yield row.encode()
        yield b"</sheetData>" + after

    return packed((parts_of(plain()) | {part: b"".join(pieces())}).items())


def padded(part: str, unit: bytes, size: int, before: bytes = b"</sheetData>", base: bytes | None = None) -> bytes:
    """Return the sound workbook (or `base`) with a part of `size` bytes more: `unit` repeated `before` a tag."""
    base_parts = parts_of(base or plain())
    start, tag, end = base_parts[part].partition(before)
    assert tag
    piece = unit * (MIB // len(unit))

    def pieces() -> Iterator[bytes]:
        yield start
        for _ in range(size // len(piece)):
            yield piece
        yield tag + end

    parts: dict[str, bytes | Iterator[bytes]] = {**base_parts}
    parts[part] = pieces()
    return packed(parts.items())


def doctype(part: str, declared: str, before: str = "") -> bytes:
    """Return the sound workbook with a part that begins with a document type."""
    words = re.sub(rb"^<\?xml[^>]*\?>\s*", b"", parts_of(plain())[part])
    return packed((parts_of(plain()) | {part: f'<?xml version="1.0"?>{before}{declared}'.encode() + words}).items())


LAUGHS = "<!DOCTYPE lolz [<!ENTITY a0 'ha'>" + "".join(
    f"<!ENTITY a{step} '{f'&a{step - 1};' * 10}'>" for step in range(1, 12)
) + "]>"  # fmt: skip
QUADRATIC = f"<!DOCTYPE x [<!ENTITY a '{'a' * 100_000}'>]>"
EXTERNAL = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def nested(part: str, tag: str, depth: int, before: bytes) -> bytes:
    """Return the sound workbook with elements nested `depth` deep `before` a tag of a part."""
    start, found, end = parts_of(plain())[part].partition(before)
    assert found
    middle = f"<{tag}>".encode() * depth + f"</{tag}>".encode() * depth
    return packed((parts_of(plain()) | {part: start + middle + found + end}).items())


def appended(*extra: tuple[str, bytes]) -> bytes:
    """Return the sound workbook with entries appended, under any name."""
    stream = io.BytesIO(plain())
    with zipfile.ZipFile(stream, "a") as archive:
        for name, words in extra:
            entry = zipfile.ZipInfo("x")
            entry.filename = entry.orig_filename = name
            archive.writestr(entry, words)
    return stream.getvalue()


def repeated(name: str, as_name: str) -> bytes:
    """Return the sound workbook with a part repeated, under the same or another name of the same length."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return appended((as_name, parts_of(plain())[name]))


def with_nul() -> bytes:
    """Return a workbook with an entry whose name has a NUL in both its headers."""
    return appended(("xl/a.xml@x", b"<a/>")).replace(b"xl/a.xml@x", b"xl/a.xml\0x")


def declared(part: str, field: int, value: int, local: int | None = None) -> bytes:
    """Return the sound workbook with `value` in a 4-byte field of a part in the directory, and in its local header."""
    package = bytearray(plain())
    at = package.rfind(part.encode()) - 46
    assert package[at : at + 4] == b"PK\x01\x02"
    package[at + field : at + field + 4] = value.to_bytes(4, "little")
    if local is not None:
        start = package.find(part.encode()) - 30
        package[start + local : start + local + 4] = value.to_bytes(4, "little")
    return bytes(package)


def overlapping() -> bytes:
    """Return a workbook with two entries that point at the same bytes of the file."""
    package = bytearray(appended(("xl/worksheets/sheet9.xml", b"<a/>")))
    first = package.rfind(NUMBERS.encode()) - 46
    last = package.rfind(b"xl/worksheets/sheet9.xml") - 46
    package[last + 42 : last + 46] = package[first + 42 : first + 46]
    return bytes(package)


def flagged(bit: int, compression: int | None = None) -> bytes:
    """Return the sound workbook with a flag of every entry set in the directory, or another compression."""
    package, at = bytearray(plain()), 0
    while (at := package.find(b"PK\x01\x02", at)) >= 0:
        package[at + 8] |= bit
        if compression is not None:
            package[at + 10 : at + 12] = compression.to_bytes(2, "little")
        at += 4
    return bytes(package)


def bomb(count: int) -> bytes:
    """Return a package with many tiny parts."""
    return packed([*parts_of(plain()).items(), *((f"xl/theme/t{step}.xml", b"<a/>") for step in range(count))])


def blank_rows(first: int, last: int) -> Iterator[str]:
    """Return formatted rows without cells."""
    return (f'<row r="{row}" spans="1:16" ht="15" customHeight="1"/>' for row in range(first, last + 1))


def text_cell(place: str, words: str) -> str:
    """Return a cell with an inline string."""
    return f'<c r="{place}" t="inlineStr"><is><t>{words}</t></is></c>'


def number_row(row: int, first: int, end: int | None = None) -> str:
    """Return a row of the numbers sheet: a number, or a range, to port."""
    cells = text_cell(f"C{row}", "A1") + text_cell(f"D{row}", str(first))
    cells += text_cell(f"E{row}", str(end)) if end else ""
    return f'<row r="{row}">{cells}{text_cell(f"F{row}", "Porter")}{text_cell(f"H{row}", "Oui")}</row>'


def ranges(count: int) -> bytes:
    """Return a workbook with `count` ranges of a thousand numbers each."""
    return with_rows(
        number_row(8 + step, 4_180_000_000 + step * 1_000 % 900_000, 4_180_000_999 + step * 1_000 % 900_000)
        for step in range(count)
    )


def utf_16(*names: str) -> bytes:
    """Return the sound workbook with some parts in UTF-16."""
    parts = parts_of(plain())
    for name in names:
        words = re.sub(r"^<\?xml[^>]*\?>\s*", "", parts[name].decode())
        parts[name] = f'<?xml version="1.0" encoding="UTF-16"?>{words}'.encode("utf-16")
    return packed(parts.items())


def empty_reference(inside: str) -> bytes:
    """Return the sound workbook with a cell that should refer to a shared text; `inside` are its elements."""
    parts = parts_of(shared_strings(b"<si><t>nobody's text</t></si>"))
    cell = f'<row r="8"><c r="D8" t="s">{inside}</c></row></sheetData>'
    return packed((parts | {NUMBERS: parts[NUMBERS].replace(b"</sheetData>", cell.encode())}).items())


def strict() -> bytes:
    """Return the sound workbook in the strict dialect of the format: the same names in other namespaces."""
    parts = parts_of(plain())
    for name, words in parts.items():
        words = words.replace(MAIN.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main")
        parts[name] = words.replace(
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        )
    return packed(parts.items())


def shared_strings(words: bytes, root: str = "") -> bytes:
    """Return the sound workbook with shared strings that it does not use."""
    parts = parts_of(plain())
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        b"</Types>",
        b'<Override PartName="/xl/sharedStrings.xml" ContentType='
        b'"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>',
    )
    parts[RELATIONS] = parts[RELATIONS].replace(
        b"</Relationships>",
        b'<Relationship Id="rId99" Target="sharedStrings.xml" Type='
        b'"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"/></Relationships>',
    )
    return packed([*parts.items(), (STRINGS, f'<sst xmlns="{MAIN}"{root}>'.encode() + words + b"</sst>")])


def value(typed: str) -> bytes:
    """Return the sound workbook with `typed` as a number in a phone cell."""
    cell = re.search(r'<c r="D3".*?</c>', parts_of(plain())[NUMBERS].decode())
    assert cell
    return edited(NUMBERS, cell[0], f'<c r="D3"><v>{typed}</v></c>')


def deep_in_disguise(start: str, end: str, depth: int = 100_000) -> bytes:
    """Return a workbook with deeply nested elements, whose `start` and `end` mislead a count of tags."""
    before, tag, after = parts_of(plain())[NUMBERS].partition(b"<sheetData>")
    words = (start * depth + end * depth).encode()
    return packed((parts_of(plain()) | {NUMBERS: before + words + tag + after}).items())


def among_pictures(size: int) -> bytes:
    """Return a workbook with a sheet among the pictures, which are never inflated."""
    parts: dict[str, bytes | Iterator[bytes]] = dict(parts_of(padded(NUMBERS, b" ", size)))
    relations = parts[RELATIONS]
    assert isinstance(relations, bytes)
    parts[RELATIONS] = relations.replace(b"worksheets/sheet3.xml", b"media/sheet3.xml")
    parts["xl/media/sheet3.xml"] = parts.pop(NUMBERS)
    return packed(parts.items())


APPLE_DOUBLE = b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        " + bytes(96)
"""How the files begin in which macOS keeps what other file systems cannot store."""


def zipped_by_macos(folder: str) -> bytes:
    """Return the sound workbook as macOS zips its parts again: a companion of each in `folder`, and Finder's own files."""
    parts: dict[str, bytes] = {}
    for name, words in parts_of(plain()).items():
        place, slash, base = name.rpartition("/")
        parts |= {name: words, f"{folder}{place}{slash}._{base}": APPLE_DOUBLE}
    return packed((parts | {".DS_Store": b"\x00\x00\x00\x01Bud1", "xl/.DS_Store": b"\x00\x00\x00\x01Bud1"}).items())


def workbook_part_at(name: str, size: int = 0) -> bytes:
    """Return a workbook whose workbook part, with blanks of `size` bytes, has a name that is never read."""
    parts: dict[str, bytes | Iterator[bytes]] = dict(parts_of(padded(WORKBOOK, b" ", size, b"<sheets>")))
    relations = parts["_rels/.rels"]
    assert isinstance(relations, bytes)
    folder, _, base = name.rpartition("/")
    parts["_rels/.rels"] = relations.replace(WORKBOOK.encode(), name.encode())
    parts[name] = parts.pop(WORKBOOK)
    parts[f"{folder}/_rels/{base}.rels"] = parts.pop(RELATIONS)
    return packed(parts.items())


def strings_of(words: str) -> bytes:
    """Return the sound workbook with `words` as its shared strings part."""
    return packed((parts_of(shared_strings(b"")) | {STRINGS: words.encode()}).items())


def long_text(length: int, count: int, named: str = 't="s"', inside: bytes = b"") -> bytes:
    """Return a workbook with one shared string that many cells refer to."""
    rows = "".join(f'<row r="{row}"><c r="Q{row}" {named}><v>0</v></c></row>' for row in range(8, count + 8))
    parts = parts_of(shared_strings(b"<si><t>" + b"a" * length + inside + b"</t></si>"))
    parts[NUMBERS] = parts[NUMBERS].replace(b"</sheetData>", rows.encode() + b"</sheetData>")
    return packed(parts.items())


def formulas(row: int) -> str:
    """Return a row of formulas without results, in columns that we read."""
    return f'<row r="{row}">' + "".join(f'<c r="{at}{row}"><f>1</f></c>' for at in "CDEFGHIJ") + "</row>"


def sheet_name_repeated(count: int) -> bytes:
    """Return a workbook with `count` more sheets of the same name as the numbers sheet."""
    parts = parts_of(plain())
    element = re.search(r'<sheet [^>]*name="Numéros"[^>]*/>', parts[WORKBOOK].decode())
    assert element
    parts[WORKBOOK] = parts[WORKBOOK].replace(b"</sheets>", element[0].encode() * count + b"</sheets>")
    return packed(parts.items())


def duration(typed: str, number_format: int = 46) -> bytes:
    """Return a workbook with `typed` in a cell that has a format of durations, or of dates."""
    style = (
        f'<xf numFmtId="{number_format}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    )
    parts = parts_of(plain())
    parts[STYLES] = re.sub(rb'<cellXfs count="1">', b'<cellXfs count="2">', parts[STYLES]).replace(
        b"</cellXfs>", style.encode()
    )
    parts[NUMBERS] = parts[NUMBERS].replace(
        b"</sheetData>", f'<row r="8"><c r="Z8" s="1"><v>{typed}</v></c></row></sheetData>'.encode()
    )
    return packed(parts.items())


def workbook_named(name: str) -> bytes:
    """Return a workbook whose workbook part has a document type, and a name that does not end as XML does."""
    parts = parts_of(doctype(WORKBOOK, "<!DOCTYPE x>"))
    parts[name] = parts.pop(WORKBOOK)
    parts["xl/_rels/workbook.dat.rels"] = parts.pop(RELATIONS)
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(b"xl/workbook.xml", name.encode())
    return packed(parts.items())


def disguised_doctype() -> bytes:
    """Return a sheet in UTF-16 with a comment that seems to end early if every other byte is ignored."""
    parts = parts_of(plain())
    words = re.sub(r"^<\?xml[^>]*\?>\s*", "", parts[NUMBERS].decode())
    parts[NUMBERS] = f'<?xml version="1.0" encoding="UTF-16"?><!--\u2d2d> <x --><!DOCTYPE x>{words}'.encode("utf-16")
    return packed(parts.items())


def prefixed_with_instruction() -> bytes:
    """Return a workbook with prefixed elements, and a processing instruction that contains another sheet."""
    parts = parts_of(plain())
    words = re.sub(r"<(/?)(\w)", r"<\1x:\2", re.sub(r"^<\?xml[^>]*\?>\s*", "", parts[NUMBERS].decode()))
    words = words.replace("xmlns=", "xmlns:x=", 1)
    evil = '<?a <worksheet><sheetData><row r="1"><c r="A1"><v>7</v></c></row></sheetData></worksheet> ?>'
    parts[NUMBERS] = (words + evil).encode()
    return packed(parts.items())


def many_sheets(count: int) -> bytes:
    """Return a workbook with `count` more sheets."""
    parts = parts_of(plain())
    more = "".join(f'<sheet name="S{step}" sheetId="{step + 50}" r:id="rId1"/>' for step in range(count))
    tag = b"<sheets>"
    space = b'<sheets xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    parts[WORKBOOK] = parts[WORKBOOK].replace(tag, space).replace(b"</sheets>", more.encode() + b"</sheets>")
    return packed(parts.items())


STRAY = '<row r="1048576">{}</row>'
SMALL: Mapping[str, Hostile] = {
    "wrong crc": Hostile(lambda: declared(NUMBERS, 16, 12345), "WBK001"),
    "a part twice": Hostile(lambda: repeated(STYLES, STYLES), "WBK003 twice"),
    "a part twice but for case": Hostile(lambda: repeated(STYLES, STYLES.upper()), "WBK003 twice"),
    "path traversal": Hostile(lambda: appended(("../../etc/passwd", b"x")), "WBK003 name"),
    "path traversal the other way": Hostile(lambda: appended(("xl\\..\\..\\x.xml", b"x")), "WBK003 name"),
    "absolute name": Hostile(lambda: appended(("/etc/passwd", b"x")), "WBK003 name"),
    "drive name": Hostile(lambda: appended(("C:\\x.xml", b"x")), "WBK003 name"),
    "nul in a name": Hostile(with_nul, "WBK003 name"),
    "control in a name": Hostile(lambda: appended(("xl/a\x1b[31m.xml", b"x")), "WBK003 name"),
    "long name": Hostile(lambda: appended(("xl/" + "a" * 300, b"x")), "WBK003 name"),
    "declared too small": Hostile(lambda: declared(NUMBERS, 24, 100, 22), "WBK001"),
    "declared too large": Hostile(lambda: declared(NUMBERS, 24, 4_000_000_000, 22), "WBK003 total_mib"),
    "declared a little too large": Hostile(lambda: declared(NUMBERS, 24, 200_000_000, 22), "WBK001"),
    "overlapping entries": Hostile(overlapping, "WBK003 overlap"),
    "encrypted entries": Hostile(lambda: flagged(1), "WBK003 compression"),
    "compressed by bzip2": Hostile(lambda: flagged(0, 12), "WBK003 compression"),
    "too many entries": Hostile(lambda: bomb(1_001), "WBK003 entries"),
    "a directory of 20,000 entries": Hostile(lambda: bomb(20_000), "WBK003 entries"),
    "a workbook in a zip": Hostile(lambda: packed([("lot.xlsx", plain())]), "WBK001"),
    "a zip in a workbook": Hostile(lambda: appended(("xl/embeddings/x.bin", plain() * 3)), READ),
    "billion laughs in the workbook": Hostile(lambda: doctype(WORKBOOK, LAUGHS), "WBK003 doctype"),
    "billion laughs in a sheet": Hostile(lambda: doctype(NUMBERS, LAUGHS), "WBK003 doctype"),
    "billion laughs in the styles": Hostile(lambda: doctype(STYLES, LAUGHS), "WBK003 doctype"),
    "quadratic blow-up": Hostile(lambda: doctype(NUMBERS, QUADRATIC), "WBK003 doctype"),
    "external entity": Hostile(lambda: doctype(ACCOUNTS, EXTERNAL), "WBK003 doctype"),
    "doctype behind a comment that looks like an element": Hostile(
        lambda: doctype(WORKBOOK, "<!DOCTYPE x>", "<!-- <x -->"), "WBK003 doctype"
    ),
    "doctype in a workbook part of another name": Hostile(lambda: workbook_named("xl/workbook.dat"), "WBK003 doctype"),
    "doctype in UTF-16 behind a comment that ends in disguise": Hostile(disguised_doctype, "WBK003 doctype"),
    "doctype behind an instruction": Hostile(lambda: doctype(ACCOUNTS, "<!DOCTYPE x>", "<?a <x ?>"), "WBK003 doctype"),
    "bare doctype": Hostile(lambda: doctype("docProps/core.xml", "<!DOCTYPE x>"), "WBK003 doctype"),
    "doctype behind a comment": Hostile(
        lambda: doctype(NUMBERS, "<!DOCTYPE x>", f"<!-- {'<' * 200_000} -->".replace("<<", "< ")), "WBK003 doctype"
    ),
    "doctype in the shared strings": Hostile(
        lambda: packed((parts_of(shared_strings(b"")) | {STRINGS: LAUGHS.encode() + b"<sst/>"}).items()),
        "WBK003 doctype",
    ),
    "another encoding": Hostile(
        lambda: packed(
            (
                parts_of(plain())
                | {NUMBERS: b'<?xml version="1.0" encoding="cp037"?>' + parts_of(plain())[NUMBERS]}
            ).items()
        ),
        "WBK003 encoding",
    ),
    "deep workbook part": Hostile(lambda: nested(WORKBOOK, "a", 1_000_000, b"<sheets>"), "WBK003 depth"),
    "deep styles": Hostile(lambda: nested(STYLES, "a", 1_000_000, b"<fonts"), "WBK003 depth"),
    "deep sheet": Hostile(lambda: nested(NUMBERS, "a", 1_000_000, b"<sheetData>"), "WBK003 depth"),
    "deep cells": Hostile(lambda: nested(NUMBERS, "c", 1_000_000, b"</sheetData>"), "WBK003 depth"),
    "300 deep, within one stretch": Hostile(lambda: nested(NUMBERS, "a", 300, b"<sheetData>"), "WBK003 depth"),
    "deep and not well-formed": Hostile(
        lambda: packed({name: part.replace(b"</worksheet>", b"</worksheep>") for name, part in parts_of(nested(NUMBERS, "a", 300, b"<sheetData>")).items()}.items()),
        "WBK001",
    ),
    "30,000 deep, within one stretch": Hostile(lambda: nested(STYLES, "a", 30_000, b"<fonts"), "WBK003 depth"),
    "200 deep": Hostile(lambda: nested(NUMBERS, "a", 200, b"<sheetData>"), READ),
    "deep behind a text that looks like an end": Hostile(lambda: deep_in_disguise("<a>/>", "</a>"), "WBK003 depth"),
    "deep behind an attribute that looks like an end": Hostile(lambda: deep_in_disguise('<a b="/>">', "</a>"), "WBK003 depth"),
    "deep behind comments that look like ends": Hostile(lambda: deep_in_disguise("<a><!--</a>-->", "</a>"), "WBK003 depth"),
    "deep shared strings": Hostile(lambda: shared_strings(b"<a>" * 1_000_000 + b"</a>" * 1_000_000), "WBK003 depth"),
    "uniqueCount of 2^32": Hostile(lambda: shared_strings(b"<si><t>a</t></si>", ' uniqueCount="4294967296"'), "WBK003 strings"),
    "uniqueCount of 2^32 behind a comment": Hostile(
        lambda: packed(
            (
                parts_of(shared_strings(b""))
                | {STRINGS: b"<!--" + b"x" * 300_000 + b"-->" + f'<sst xmlns="{MAIN}" uniqueCount="4294967296"/>'.encode()}
            ).items()
        ),
        "WBK003 strings",
    ),
    "uniqueCount of 2^32 behind a comment that looks like it": Hostile(
        lambda: strings_of(f'<!-- <sst> --><sst xmlns="{MAIN}" uniqueCount="4294967296"/>'), "WBK003 strings"
    ),
    "uniqueCount of 2^32 behind an attribute": Hostile(
        lambda: strings_of(f'<sst a=">" xmlns="{MAIN}" uniqueCount="&#52;294967296"/>'), "WBK003 strings"
    ),
    "a stray cell behind a new line": Hostile(
        lambda: with_rows([STRAY.format('<c\nr="XFD1048576" t="inlineStr"><is><t>x</t></is></c>')]), "WBK003 cells"
    ),
    "a stray cell behind an instruction": Hostile(
        lambda: with_rows([STRAY.format('<c r="XFD1048576"><?a?><v>1</v></c>')]), "WBK003 cells"
    ),
    "a stray cell behind a text": Hostile(
        lambda: with_rows([STRAY.format('<c r="XFD1048576"><t/><v>1</v></c>')]), "WBK003 cells"
    ),
    "other cells in an instruction behind the sheet": Hostile(prefixed_with_instruction, READ),
    "a stray cell with a prefix": Hostile(
        lambda: with_rows([STRAY.format(f'<x:c xmlns:x="{MAIN}" r="XFD1048576"><x:v>1</x:v></x:c>')]), "WBK003 cells"
    ),
    "a formula without a value behind a new line": Hostile(
        lambda: with_rows(['<row r="8"><c r="D8"><f\n>1+1</f></c></row>']), "WBK008"
    ),
    "a formula without a value with a prefix": Hostile(
        lambda: with_rows([f'<row r="8"><c r="D8"><x:f xmlns:x="{MAIN}">1+1</x:f></c></row>']), "WBK008"
    ),
    "a sheet's name twice": Hostile(lambda: sheet_name_repeated(1), "WBK004"),
    "a name for a hundred sheets": Hostile(lambda: sheet_name_repeated(100), "WBK003 sheets"),
    "a part twice but for its slashes": Hostile(
        lambda: appended((NUMBERS.replace("/", "\\"), b"<worksheet/>")), "WBK003 twice"
    ),
    "an infinite duration": Hostile(lambda: duration("1e309"), READ),
    "a duration of 1e15 days": Hostile(lambda: duration("1e15"), READ),
    "an endless date": Hostile(lambda: duration("-1e308", 14), READ),
    "a cell at XFD1048576": Hostile(lambda: with_rows([STRAY.format(text_cell("XFD1048576", "x"))]), "WBK003 cells"),
    "a cell in row 1048576": Hostile(lambda: with_rows([STRAY.format(text_cell("P1048576", "x"))]), "WBK003 cells"),
    "an empty cell at XFD1048576": Hostile(lambda: with_rows([STRAY.format('<c r="XFD1048576" s="0"/>')]), READ),
    "row number 2^32+1": Hostile(lambda: with_rows([f'<row r="{2**32 + 1}"/>']), "WBK003 order"),
    "row number 10^20": Hostile(lambda: with_rows([f'<row r="{10**20}"/>']), "WBK003 order"),
    "row number 0": Hostile(lambda: edited(NUMBERS, '<row r="1">', '<row r="0">'), "WBK003 order"),
    "row number of letters": Hostile(lambda: with_rows(['<row r="x"/>']), "WBK003 order"),
    "a cell of another row": Hostile(lambda: with_rows([f'<row r="8">{text_cell("D3", "x")}</row>']), "WBK003 order"),
    "a cell twice": Hostile(
        lambda: with_rows([f'<row r="8">{text_cell("D8", "x")}{text_cell("D8", "y")}</row>']), "WBK003 order"
    ),
    "column AAAA": Hostile(lambda: with_rows([f'<row r="8">{text_cell("AAAA8", "x")}</row>']), "WBK003 order"),
    "column XFE": Hostile(lambda: with_rows([f'<row r="8">{text_cell("XFE8", "x")}</row>']), "WBK003 order"),
    "column of a thousand letters": Hostile(
        lambda: with_rows([f'<row r="8">{text_cell("A" * 1000 + "8", "x")}</row>']), "WBK003 order"
    ),
    "rows out of order": Hostile(lambda: with_rows([number_row(20, 4185550120), number_row(19, 4185550121)]), "WBK003 order"),
    "a row twice": Hostile(lambda: with_rows([number_row(20, 4185550120), number_row(20, 4185550121)]), "WBK003 order"),
    "rows out of order behind a comment": Hostile(
        lambda: with_rows(["<!-- x -->", number_row(20, 4185550120), number_row(19, 4185550121)]), "WBK003 order"
    ),
    "257 filled columns": Hostile(
        lambda: edited(ACCOUNTS, "</sheetData>", '<row r="30">' + "".join(f"<c><v>{n}</v></c>" for n in range(257)) + "</row></sheetData>"),
        "WBK003 columns",
    ),
    "too many sheets": Hostile(lambda: many_sheets(62), "WBK003 sheets"),
    "a merge over everything": Hostile(
        lambda: edited(NUMBERS, "</sheetData>", '</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'), "WBK010"
    ),
    "20,001 merges": Hostile(
        lambda: edited(
            NUMBERS, "</sheetData>",
            "</sheetData><mergeCells>" + "".join(f'<mergeCell ref="R{n}:S{n}"/>' for n in range(30, 20_031)) + "</mergeCells>",
        ),
        "WBK003 merges",
    ),
    "ranges of 201,000 numbers": Hostile(lambda: ranges(201), "WBK003 numbers"),
    "sheets in UTF-16": Hostile(lambda: utf_16(NUMBERS, ACCOUNTS), READ),
    "every part in UTF-16": Hostile(lambda: utf_16(WORKBOOK, STYLES, NUMBERS, ACCOUNTS, RELATIONS), READ),
    "strict dialect": Hostile(strict, READ),
    "a dimension over everything": Hostile(
        lambda: edited(NUMBERS, DIMENSION, '<dimension ref="A1:XFD1048576"/>'), READ
    ),
    "a dimension too small": Hostile(lambda: edited(NUMBERS, DIMENSION, '<dimension ref="A1:B2"/>'), READ),
    "styles that announce 2^32": Hostile(lambda: with_parts(styles=re.sub(rb'(<cellXfs count=)"[0-9]+"', rb'\1"4294967296"', parts_of(plain())[STYLES])), READ),
    "NaN as a value": Hostile(lambda: value("NaN"), READ),
    "INF as a value": Hostile(lambda: value("INF"), READ),
    "1e309 as a value": Hostile(lambda: value("1e309"), READ),
    "-1e309 as a value": Hostile(lambda: value("-1e309"), READ),
    "a number of 10,000 digits": Hostile(lambda: value("9" * 10_000), READ),
    "a cut sheet": Hostile(lambda: edited(NUMBERS, "</sheetData>", ""), "WBK001"),
    "a sheet of rubbish": Hostile(lambda: with_parts(numbers=b"\xff\x00rubbish<<<"), "WBK001"),
    "an empty sheet part": Hostile(lambda: with_parts(numbers=b""), "WBK001"),
    "an empty reference to a shared string": Hostile(lambda: empty_reference("<v/>"), READ),
    "an empty reference to a shared string, and a blank": Hostile(lambda: empty_reference("<v/> "), READ),
    "an empty reference to a shared string, on lines": Hostile(lambda: empty_reference("\n  <v />\r\n"), READ),
    "an empty reference to a shared string, of a formula": Hostile(lambda: empty_reference("<f>A1</f><v/> "), "WBK008"),
    "a blank as a reference to a shared string": Hostile(lambda: empty_reference("<v> </v>"), "WBK001"),
    "zipped by macOS": Hostile(lambda: zipped_by_macos("__MACOSX/"), READ),
    "zipped by macOS, companions beside the parts": Hostile(lambda: zipped_by_macos(""), READ),
    "a workbook part in macOS's folder": Hostile(lambda: workbook_part_at("__MACOSX/workbook.xml"), "WBK001"),
    "a workbook part under a companion's name": Hostile(lambda: workbook_part_at("xl/._workbook.xml"), "WBK001"),
    "a shared string that is not there": Hostile(
        lambda: with_rows(['<row r="8"><c r="D8" t="s"><v>99999999999</v></c></row>']), "WBK001"
    ),
    "the word null": Hostile(lambda: content(changed({"accounts": {"2": {"signer": "Null"}}})), READ),
}  # fmt: skip

LARGE: Mapping[str, Hostile] = {
    "300 MB of blanks in a sheet": Hostile(lambda: padded(NUMBERS, b" ", 300 * MIB), "WBK003 part_mib"),
    "200 MB of blanks in a sheet": Hostile(lambda: padded(NUMBERS, b" ", 200 * MIB), "WBK003 token_kib"),
    "20 MB of blanks in the styles": Hostile(lambda: padded(STYLES, b" ", 20 * MIB, b"<fonts"), "WBK003 part_mib"),
    "15 MB of styles": Hostile(lambda: padded(STYLES, b"<a/>", 15 * MIB, b"<fonts"), READ),
    "600 MB in all": Hostile(
        lambda: packed([*parts_of(plain()).items(), *((f"xl/worksheets/x{n}.xml", iter([b"<a/>" * (MIB // 4)] * 200)) for n in range(3))]),
        "WBK003 total_mib",
    ),
    "200 MB of empty rows": Hostile(lambda: padded(NUMBERS, b'<row r="9"/>', 200 * MIB), "WBK003 order"),
    "80 MB of empty cells": Hostile(lambda: padded(NUMBERS, b"<c/>", 80 * MIB, b'</row>'), "WBK003 order"),
    "120 MB of empty elements": Hostile(lambda: padded(NUMBERS, b"<a/>", 120 * MIB), "WBK003 tags"),
    "an unmeasured 40 MB sheet among the pictures": Hostile(lambda: among_pictures(40 * MIB), "WBK001"),
    "an unmeasured 300 MB workbook part among the pictures": Hostile(
        lambda: workbook_part_at("xl/media/workbook.xml", 300 * MIB), "WBK001"
    ),
    "one long text, in pieces, in 100,000 cells": Hostile(
        lambda: long_text(10, 100_000, inside=b"aaaaaaaaaa<!--<si>-->" * 3_000), "WBK003 texts_mib"
    ),
    "one long text, between elements like items, in 100,000 cells": Hostile(
        lambda: long_text(10, 100_000, inside=b"aaaaaaaaaa<six/>" * 3_000), "WBK003 texts_mib"
    ),
    "one long text in 100,000 cells, with spaces in the attribute": Hostile(
        lambda: long_text(30_000, 100_000, 't = "s"'), "WBK003 texts_mib"
    ),
    "one long text in 100,000 cells": Hostile(lambda: long_text(30_000, 100_000), "WBK003 texts_mib"),
    "2,000,000 merges": Hostile(lambda: padded(NUMBERS, b'<mergeCell\tref="A1:B2"/>', 48 * MIB, b"</worksheet>"), "WBK003 merges"),
    "400,000 filled rows": Hostile(lambda: with_rows(number_row(row, 4_180_000_000 + row) for row in range(8, 400_008)), "WBK003 number_rows"),
    "400,000 formulas without a value": Hostile(lambda: with_rows(formulas(row) for row in range(8, 50_008)), "WBK008"),
    "quadratic blow-up behind a comment": Hostile(lambda: doctype(NUMBERS, QUADRATIC, "<!-- <x -->"), "WBK003 doctype"),
    "100 MB of attributes": Hostile(lambda: padded(NUMBERS, b' a="b"', 100 * MIB, b"><sheetPr>"), "WBK003 token_kib"),
    "100 MB of shared strings": Hostile(
        lambda: padded(STRINGS, b"<si><t>aaaaaaaaaaaa</t></si>", 100 * MIB, b"</sst>", shared_strings(b"")),
        READ,
    ),
    "10,000,000 shared strings": Hostile(lambda: padded(STRINGS, b"<si/>", 50 * MIB, b"</sst>", shared_strings(b"")), "WBK003 strings"),
    "1,048,576 formatted empty rows": Hostile(lambda: with_rows(blank_rows(8, 1_048_576)), READ),
    "1,048,577 rows": Hostile(lambda: with_rows(blank_rows(8, 1_048_577)), "WBK003 order"),
    "200,050 rows": Hostile(lambda: with_rows(number_row(row, 4_180_000_000 + row) for row in range(8, 200_052)), "WBK003 number_rows"),
    "ranges of 150 million numbers": Hostile(lambda: ranges(150_000), "WBK003 numbers"),
}  # fmt: skip
