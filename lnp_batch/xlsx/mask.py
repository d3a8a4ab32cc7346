"""Mask cells of a workbook that exists: everything else in it stays as it is.

Only the XML of the masked cells is replaced, and of shared texts that no other cell uses.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

MASK = "••••"
"""What a masked cell shows."""

_TOKEN = re.compile(
    rb"<(?:[\w.-]+:)?row\b(?P<row>[^<>]*)>"
    rb"|<(?P<prefix>(?:[\w.-]+:)?)c\b(?P<cell>[^<>]*?)(?:/>|>(?P<inside>.*?)</(?P=prefix)c>)",
    re.DOTALL,
)
"""The start of a row, or a cell."""
_SHARED = re.compile(rb"<(?P<prefix>(?:[\w.-]+:)?)si\b[^<>]*?(?:/>|>.*?</(?P=prefix)si>)", re.DOTALL)
_INDEX = re.compile(rb"<(?:[\w.-]+:)?v\b[^<>]*>\s*([0-9]+)\s*<")
_PLACE = re.compile(rb"""\br=["']([A-Z]*)([0-9]+)["']""")
_KIND = re.compile(rb"""\st=["']([a-zA-Z]+)["']""")
_NAMES_CHAIN = re.compile(rb"<(?:[\w.-]+:)?(?:Override|Relationship)\b[^<>]*calcChain\.xml[^<>]*/>")
_MASK = b"&#8226;" * len(MASK)
"""The mask as character references, which are the same in any encoding."""

Position = tuple[int, int]
"""The spreadsheet's row from 1, the column from 0."""


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell's XML: where it starts and ends, its position, its attributes, and the index of its shared text."""

    start: int
    end: int
    position: Position
    prefix: bytes
    attributes: bytes
    shared: int | None


def masked(content: bytes, cells: Mapping[str, Collection[Position]], shared: str = "") -> bytes:
    """Return the workbook with :data:`MASK` in these cells, given by the path of their sheet's part.

    `shared` is the path of the part with the shared texts, if there is one. The same content gives the same bytes. The
    workbook must have passed the guard; that the cells are masked is for the caller to check.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = _without_calc_chain({info.filename: archive.read(info) for info in archive.infolist()})
        unused: set[int] = set()
        for part, positions in cells.items():
            parts[part], of_part = _masked_sheet(parts[part], positions)
            unused |= of_part
        if unused:
            parts[shared] = _masked_texts(parts[shared], unused - set(_used_texts(parts)))
        return _packed(archive.infolist(), parts)


def _without_calc_chain(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the parts without the order of calculation. Excel makes it anew; one that names a cell whose formula was
    masked counts as damage."""
    chain = "xl/calcChain.xml"
    if chain not in parts:
        return dict(parts)
    left = {name: content for name, content in parts.items() if name != chain}
    for name in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
        left[name] = _NAMES_CHAIN.sub(b"", left.get(name, b""))
    return left


def _masked_sheet(xml: bytes, positions: Collection[Position]) -> tuple[bytes, set[int]]:
    """Return a sheet's XML with its cells masked, and the indexes of the shared texts that they had."""
    pieces, texts, done = [], set(), 0
    for cell in _cells(xml):
        if cell.position in positions:
            name = cell.prefix
            attributes = _KIND.sub(b"", cell.attributes).rstrip()
            tag = b'<%sc%s t="inlineStr"><%sis><%st>%s</%st></%sis></%sc>'
            pieces += [xml[done : cell.start], tag % (name, attributes, name, name, _MASK, name, name, name)]
            done = cell.end
            texts |= set() if cell.shared is None else {cell.shared}
    return b"".join([*pieces, xml[done:]]), texts


def _cells(xml: bytes) -> Iterator[_Cell]:
    """Yield the cells of a sheet. A row or cell without a position of its own follows the one before."""
    row, column = 0, -1
    for token in _TOKEN.finditer(xml):
        if token["row"] is not None:
            place = _PLACE.search(token["row"])
            row, column = int(place[2]) if place else row + 1, -1
            continue
        place = _PLACE.search(token["cell"])
        column = _column(place[1]) if place else column + 1
        kind = _KIND.search(token["cell"])
        index = _INDEX.search(token["inside"] or b"") if kind and kind[1] == b"s" else None
        shared = int(index[1]) if index else None
        yield _Cell(token.start(), token.end(), (row, column), token["prefix"], token["cell"], shared)


def _column(letters: bytes) -> int:
    at = 0
    for letter in letters:
        at = at * 26 + letter - ord("A") + 1
    return at - 1


def _used_texts(parts: Mapping[str, bytes]) -> Iterator[int]:
    """Yield the indexes of the shared texts that any sheet uses."""
    sheets = (xml for xml in parts.values() if b"sheetData" in xml)
    return (cell.shared for xml in sheets for cell in _cells(xml) if cell.shared is not None)


def _masked_texts(xml: bytes, indexes: Collection[int]) -> bytes:
    """Return the shared texts with those at `indexes` masked."""
    pieces, done = [], 0
    for index, text in enumerate(_SHARED.finditer(xml)):
        if index in indexes:
            name = text["prefix"]
            pieces += [xml[done : text.start()], b"<%ssi><%st>%s</%st></%ssi>" % (name, name, _MASK, name, name)]
            done = text.end()
    return b"".join([*pieces, xml[done:]])


def _packed(infos: Collection[zipfile.ZipInfo], parts: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for info in (info for info in infos if info.filename in parts):
            new = zipfile.ZipInfo(info.filename, info.date_time)
            new.compress_type, new.external_attr = zipfile.ZIP_DEFLATED, info.external_attr
            archive.writestr(new, parts[info.filename])
    return stream.getvalue()
