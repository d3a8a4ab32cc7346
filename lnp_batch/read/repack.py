"""Build the workbook that readers get, from what passed the guard and nothing else.

Two programs may see two different packages in one file (a part twice, two directories, names that differ by a slash or
a capital). So a reader never gets the file itself, but a new package with our sheets' cells, the shared strings and the
styles, in UTF-8, exactly as they were checked.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
BESIDE = {"sharedStrings": "sharedStrings.xml", "styles": "styles.xml"}

_ERROR_WORDS = re.compile(
    rb"""(<(?:[\w.-]+:)?c\b(?=[^<>]*?\st=["']e["'])[^<>]*+>(?:<f\b[^<>]*+>(?:[^<]*+</f>)?+)?+<v>)[^<]*+"""
)
"""An error cell up to its words, and its words. Possessive, so that it runs in linear time."""
_ROOT = re.compile(rb"<((?:[\w.-]+:)?worksheet)\b[^<>]*>")


def cells_alone(xml: bytearray, last: int) -> bytes | bytearray:
    """Return a sheet's XML with its cells only: no dimension, columns, merges, links, rows below the last filled one.

    `last` is the offset where the last filled row ends, 0 if unknown. `xml` has no comments or processing instructions;
    it is returned unchanged if its elements have prefixes.
    """
    start, end = xml.find(b"<sheetData"), xml.rfind(b"</sheetData>")
    root = _ROOT.search(xml, 0, max(start, 0))
    if start < 0 or end < start or root is None:
        return xml
    cells = memoryview(xml)[start : last if start < last <= end else end]
    return b"".join((root[0], cells, b"</sheetData></", root[1], b">"))


def plain_errors(xml: bytes | bytearray) -> bytes | bytearray:
    """Return a sheet's XML with `#N/A` in every error cell: calamine refuses errors that it does not know."""
    return _ERROR_WORDS.sub(rb"\1#N/A", xml) if b'"e"' in xml else xml


def sheet_of(cells: Iterable[bytes]) -> bytes:
    """Return the XML of a sheet with `cells`, one per row from row 1; each cell's own reference must name that row."""
    rows = b"".join(b'<row r="%d">%s</row>' % numbered for numbered in enumerate(cells, 1))
    return b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (MAIN.encode(), rows)


def repacked(sheets: Mapping[str, bytes | bytearray], beside: Mapping[str, bytearray], since_1904: bool) -> bytes:
    """Return a workbook of `sheets` (name → XML) and the parts `beside` them (a key of :data:`BESIDE` → XML).

    `since_1904` tells whether its days are counted from 1904. Compressed fast rather than well: the file is never
    stored, but the reader holds all of it in memory.
    """
    parts = {name: f"worksheets/sheet{at}.xml" for at, name in enumerate(sheets, 1)}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", _content_types([*parts.values()], [*beside]))
        archive.writestr("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
        archive.writestr("xl/workbook.xml", _workbook([*parts], since_1904))
        related = [("worksheet", path) for path in parts.values()] + [(kind, BESIDE[kind]) for kind in beside]
        archive.writestr("xl/_rels/workbook.xml.rels", _relations(related))
        for name, path in parts.items():
            archive.writestr(f"xl/{path}", sheets[name])
        for kind, xml in beside.items():
            archive.writestr(f"xl/{BESIDE[kind]}", xml)
    return stream.getvalue()


def _workbook(names: list[str], since_1904: bool) -> str:
    sheets = "".join(f'<sheet name="{name}" sheetId="{at}" r:id="rId{at}"/>' for at, name in enumerate(names, 1))
    epoch = '<workbookPr date1904="1"/>' * since_1904
    return f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{epoch}<sheets>{sheets}</sheets></workbook>'


def _relations(related: list[tuple[str, str]]) -> str:
    each = "".join(
        f'<Relationship Id="rId{at}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(related, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{each}</Relationships>'


def _content_types(sheets: list[str], beside: list[str]) -> str:
    kinds = [("workbook.xml", "sheet.main"), *((path, "worksheet") for path in sheets)]
    kinds += [(BESIDE[kind], kind) for kind in beside]
    each = "".join(f'<Override PartName="/xl/{path}" ContentType="{KIND}.{kind}+xml"/>' for path, kind in kinds)
    return (
        f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{each}</Types>'
    )
