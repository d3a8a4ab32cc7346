"""What stands in front of the reader: the file, its zip directory, its parts' sizes and XML, one step after the other.

No spreadsheet library reads hostile files safely, so nothing reaches one that did not pass here. A file that does not
pass raises :class:`Refused`. What the sheets themselves hold is measured in :mod:`lnp_batch.read.extent`.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.parsers import expat

import numpy as np
import numpy.typing as npt

from lnp_batch.model.context import Limits
from lnp_batch.model.reading import Refusal
from lnp_batch.read.kind import not_a_workbook
from lnp_batch.system.safe_open import safe_opener

MIB = 1 << 20
CHUNK = 1 << 18
DEEP_BLOCK = 1 << 22
COUNTS = ("count", "uniqueCount")
"""Attributes by which the shared strings say how many they are."""
BLANK_FROM = 64 * MIB
"""Bytes from which a part that is mostly blank is freed of the blanks between its tags."""
LONGEST_NAME = 255
LOCAL_HEADER = 30
CENTRAL_HEADER = b"PK\x01\x02"
ANY_WRITER_MAY_SAY = 1_000_000
"""Some writers leave an old count of shared strings in the file: up to here it harms nobody."""
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
UTF_8 = b"\xef\xbb\xbf"

_NOT_A_NAME = re.compile(r"^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)|[\x00-\x1f\x7f]")
_NEVER_READ = re.compile(r"(?:^|/)(?:media|embeddings)/", re.IGNORECASE)
_LARGE = re.compile(r"(?:^|/)worksheets/[^/]*$|(?:^|/)(?:sharedstrings|sheet)[^/]*$", re.IGNORECASE)
_NEEDED = re.compile(r"(?:^|/)(?:styles|workbook)[^/]*\.xml$|\.rels$", re.IGNORECASE)
_ASIDE = re.compile(rb"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_ITEM = re.compile(rb"<(?:[\w.-]+:)?si[\s/>]")
_NAMED = re.compile(rb"""t=["']s["'][^<>]*><v>([0-9]{1,15})</v>""")
_MISNAMED = re.compile(
    rb"""<(?:[\w.-]+:)?c\b(?=[^<>]*?\st\s*=\s*["']s["'])[^<>]*+>\s*+"""
    rb"""(?:<(?:[\w.-]+:)?f\b(?:[^<>]*+(?<=/)>|[^<>]*+>[^<]*+</[^<>]*+>)\s*+)?"""
    rb"""<(?:[\w.-]+:)?v\b[^<>]*+>(?![0-9]{1,9}<)[^<]"""
)
"""Each tag is passed once: a text that looks like many attributes is a text."""
_BLANK = re.compile(rb">\s+<")
_XML = re.compile(r"\.(?:xml|rels|vml)$", re.IGNORECASE)
_BEFORE = re.compile(rb"\s*(<!--|<\?|<!|)")
_ENCODING = re.compile(rb"""\s*<\?xml[^>]*?\bencoding\s*=\s*["']([^"']*)["']""")
_ODD_ATTRIBUTE = re.compile(rb"t(?:[ \t\n\r]=|=[ \t\n\r])")
"""How `t="s"` may be written otherwise, among other things."""
_NAMES_A_TEXT = re.compile(rb"""\st\s*=\s*["'](?:s["']|&)""")
_ENCODINGS = {"utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "ascii"}

BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, EOFError, KeyError)
"""What the zip library raises for a damaged package."""


class Refused(Exception):
    """The file is not read: why is its `refusal`."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


def broken() -> Refused:
    """The file is a damaged or incomplete workbook."""
    return Refused(not_a_workbook("broken"))


def unsafe(limit: str, figure: object = "", most: object = "", where: str = "") -> Refused:
    """WBK003: `limit` names what was passed (see :mod:`lnp_batch.rules.limit_messages`), `figure` what the file has of it."""
    return Refused(Refusal("WBK003", {"limit": limit, "figure": figure, "most": most, "where": where}))


def content_of(path: Path, limits: Limits) -> bytes:
    """The bytes of a regular file, not a link. Refused where it is none or is too large; OSError where it can't be read."""
    try:
        descriptor = safe_opener(path, os.O_RDONLY)
    except OSError as fault:
        if fault.errno in (errno.ELOOP, errno.ENXIO):
            raise Refused(not_a_workbook("link" if fault.errno == errno.ELOOP else "special")) from None
        raise
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise Refused(not_a_workbook("special"))
        if found.st_size > limits.file_mib * MIB:
            raise unsafe("file_mib", _mib(found.st_size), limits.file_mib)
        with os.fdopen(descriptor, "rb", buffering=0, closefd=False) as file:
            return file.read(found.st_size)
    finally:
        os.close(descriptor)


def check_directory(archive: zipfile.ZipFile, content: bytes, limits: Limits) -> None:
    """Refused unless every entry has a plain name of its own, a plain compression and a place of its own in the file."""
    entries = archive.infolist()
    if len(entries) > limits.entries:
        raise unsafe("entries", len(entries), limits.entries)
    if strange := next((entry for entry in entries if _is_strange(entry)), None):
        raise unsafe("name", where=_printable(strange.orig_filename))
    if any(entry.flag_bits & 0x41 or entry.compress_type not in (0, 8) for entry in entries):
        raise unsafe("compression")
    names = sorted(plain_name(entry.filename) for entry in entries)
    if twice := next((one for one, other in pairwise(names) if one == other), None):
        raise unsafe("twice", where=_printable(twice))
    end = 0
    for start, stop in [*sorted(_extents(entries, content)), (archive.start_dir, archive.start_dir)]:
        if start < end:
            raise unsafe("overlap")
        end = stop


def count_of_entries(content: bytes, limits: Limits) -> None:
    """Refused where the directory alone would weigh too much to be read."""
    seen = content.count(CENTRAL_HEADER)
    if seen > 10 * limits.entries:
        raise unsafe("entries", seen, limits.entries)


def plain_name(name: str) -> str:
    """A part's name as packages compare them: whatever its case and its slashes."""
    return name.replace("\\", "/").casefold()


def _is_strange(entry: zipfile.ZipInfo) -> bool:
    name = entry.orig_filename
    return len(name.encode("utf-8", "replace")) > LONGEST_NAME or not name or bool(_NOT_A_NAME.search(name))


def _printable(name: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in name[:80])


def _extents(entries: Iterable[zipfile.ZipInfo], content: bytes) -> Iterator[tuple[int, int]]:
    """Where each entry begins and ends in the file, its local header included."""
    for entry in entries:
        at = entry.header_offset
        lengths = content[at + 26 : at + LOCAL_HEADER]
        name, extra = int.from_bytes(lengths[:2], "little"), int.from_bytes(lengths[2:], "little")
        yield at, at + LOCAL_HEADER + name + extra + entry.compress_size


def check_parts(archive: zipfile.ZipFile, limits: Limits) -> None:
    """Inflates every part but pictures, embedded files, sheets and shared strings; Refused at the first that won't do."""
    for entry in archive.infolist():
        if not never_read(entry.filename) and not is_large(entry.filename):
            _check_part(archive, entry.filename, limits)


def check_others(archive: zipfile.ZipFile, but: Container[str], limits: Limits) -> None:
    """The same for the sheets and shared strings, save those in `but`: nobody reads them, so no more is asked of them."""
    for entry in archive.infolist():
        if is_large(entry.filename) and entry.filename not in but and not never_read(entry.filename):
            _check_part(archive, entry.filename, limits)


def _check_part(archive: zipfile.ZipFile, name: str, limits: Limits) -> None:
    if is_large(name) and _XML.search(name):
        check_prologue(as_utf8(inflated(archive, name, limits)))
    elif _XML.search(name):
        examined(archive, name, limits, well_formed=bool(_NEEDED.search(name)))
    else:
        inflated(archive, name, limits)


def examined(archive: zipfile.ZipFile, name: str, limits: Limits, well_formed: bool = True) -> bytearray:
    """An XML part in UTF-8 that passed every step. Refused where it does not."""
    xml, root = unpacked(archive, name, limits)
    if well_formed:
        check_xml(xml)
    check_depth(xml, root, limits)
    return xml


def unpacked(archive: zipfile.ZipFile, name: str, limits: Limits) -> tuple[bytearray, int]:
    """The same before it is parsed, and where its first element begins."""
    xml = as_utf8(inflated(archive, name, limits))
    if len(xml) > BLANK_FROM and _is_blank(xml[len(xml) // 2 : len(xml) // 2 + MIB]) and b"<![CDATA[" not in xml:
        xml = bytearray(_BLANK.sub(b"><", xml))
    root = check_prologue(xml)
    tags = xml.count(b"<")
    if tags > limits.tags:
        raise unsafe("tags", tags, limits.tags, _printable(name))
    return xml, root


def _is_blank(stretch: bytearray) -> bool:
    """Whether most of it is white space."""
    return 2 * len(stretch.translate(None, b" \t\r\n")) < len(stretch)


def never_read(name: str) -> bool:
    """Whether a part is a picture or an embedded file."""
    return bool(_NEVER_READ.search(name))


def check_sizes(archive: zipfile.ZipFile, limits: Limits) -> None:
    """Refused where a part, or all of them, would be too large. The sizes declared are upper bounds: no more is inflated."""
    total = 0
    for entry in archive.infolist():
        if not never_read(entry.filename):
            most = limits.sheet_mib if is_large(entry.filename) else limits.part_mib
            if entry.file_size > most * MIB:
                raise unsafe("part_mib", _mib(entry.file_size), most, _printable(entry.filename))
            total += entry.file_size
    if total > limits.total_mib * MIB:
        raise unsafe("total_mib", _mib(total), limits.total_mib)


def is_large(name: str) -> bool:
    """Whether a part is a sheet or the shared strings, which may be larger than the others."""
    return bool(_LARGE.search(name))


def inflated(archive: zipfile.ZipFile, name: str, limits: Limits) -> bytearray:
    """A part's bytes, its checksum verified; Refused where it is damaged or holds a token that has no end."""
    entry = archive.getinfo(name)
    whole, filled = bytearray(entry.file_size), 0
    view, xml = memoryview(whole), bool(_XML.search(name))
    try:
        with archive.open(entry) as part:
            while piece := part.read(CHUNK):
                count, filled = len(piece), filled + len(piece)
                view[filled - count : filled] = piece
                if xml:
                    _check_tokens(whole, filled - count, filled, limits)
    except BROKEN:
        raise broken() from None
    if filled != len(whole):
        raise broken()
    return whole


def check_xml(xml: bytearray) -> None:
    """Refused where a part that readers need is not well-formed: some read on behind the fault, and lose rows."""
    try:
        expat.ParserCreate().Parse(xml, True)
    except expat.ExpatError:
        raise broken() from None


def check_strings(xml: bytearray, limits: Limits) -> None:
    """Refused where there are more shared strings than cells may be, or where they say so: readers make room for them."""
    said = max(
        (int(count[:20]) for count in map(_root_attributes(xml).get, COUNTS) if count and count.isdecimal()), default=0
    )
    if said > max(len(xml), ANY_WRITER_MAY_SAY):
        raise unsafe("strings", said, len(xml))
    held = xml.count(b"<si") + xml.count(b":si")
    if held > limits.cells:
        raise unsafe("strings", held, limits.cells)


class _RootFound(Exception):
    """The first element was met, with these attributes."""


def _root_attributes(xml: bytearray) -> Mapping[str, str]:
    """The attributes of a part's first element, as a parser reads them."""

    def found(_name: str, attributes: Mapping[str, str]) -> None:
        raise _RootFound(attributes)

    parser = expat.ParserCreate()
    parser.StartElementHandler = found
    try:
        parser.Parse(xml, True)
    except _RootFound as root:
        return root.args[0]
    return {}


def check_texts(
    strings: bytearray, sheets: Iterable[tuple[bytearray, Sequence[npt.NDArray[np.signedinteger[Any]]]]], limits: Limits
) -> None:
    """Refused where the texts, each as often as a cell names it, would weigh more than a sheet may.

    `sheets`: their XML, and the numbers of the texts that their cells name, as far as these are known.
    """
    most = limits.sheet_mib * MIB
    sheets = list(sheets)
    if holds(strings, b"<!", by=b"!") or strings.count(b"<?") > 1:
        strings = bytearray(_ASIDE.sub(_filled, strings))
    counts = [_count_of_named(xml) for xml, _known in sheets]
    named = sum(counts)
    weight = max(map(len, _ITEM.split(strings))) * named
    if weight > most:
        starts = np.array([found.start() for found in _ITEM.finditer(strings)] + [len(strings)], dtype=np.int64)
        lengths = np.diff(starts)
        indexes = (
            np.concatenate(known)
            if known and sum(one.size for one in known) == count
            else np.array(_NAMED.findall(xml), dtype=object).astype(np.float64)
            for (xml, known), count in zip(sheets, counts, strict=True)
        )
        inside = np.concatenate([one[one < lengths.size] for one in indexes]).astype(np.int64)
        weight = int(lengths[inside].sum()) + int(lengths.max(initial=0)) * (named - inside.size)
    if weight > most:
        raise unsafe("texts_mib", _mib(weight), limits.sheet_mib)


def check_names(sheet: bytes | bytearray) -> None:
    """Refused where a cell names a shared text by what is no number: a reader would take the first text for it."""
    if _MISNAMED.search(sheet):
        raise broken()


def _check_tokens(xml: bytearray, start: int, end: int, limits: Limits) -> None:
    """Refused where a stretch as long as half the longest token holds no `<`: a tag, a text or an attribute has no end."""
    longest = limits.token_kib << 10
    for at in range(start - start % (longest // 2), end - longest // 2 + 1, longest // 2):
        if xml.find(b"<", at, at + longest // 2) < 0:
            raise unsafe("token_kib", longest >> 10, limits.token_kib)


def _filled(aside: re.Match[bytes]) -> bytes:
    """In place of what no tag stands in: nothing for a comment or an instruction, as many letters for a text."""
    return b"x" * len(aside[1] or b"")


def _count_of_named(xml: bytes | bytearray) -> int:
    """How many cells name a shared string; where the attribute may be written in an odd way, it is looked for."""
    if holds(xml, b"&#", by=b"&") or _ODD_ATTRIBUTE.search(xml):
        return sum(1 for _ in _NAMES_A_TEXT.finditer(xml))
    return xml.count(b't="s"') + (xml.count(b"t='s'") if b"'" in xml else 0)


def holds(xml: bytes | bytearray, words: bytes, by: bytes) -> bool:
    """Whether `words` stand in `xml`. `by` is one byte of them that is rare: a single one is found
    twenty times sooner than two."""
    return by in xml and words in xml


def check_prologue(xml: bytearray) -> int:
    """Where the first element begins. Refused for a DOCTYPE before it, or another encoding than UTF-8 or UTF-16."""
    at = len(UTF_8) if xml.startswith(UTF_8) else 0
    declared = _ENCODING.match(xml, at)
    if declared and declared[1].decode("latin-1").casefold() not in _ENCODINGS:
        raise unsafe("encoding", where=_printable(declared[1].decode("latin-1")))
    while found := _BEFORE.match(xml, at):
        at = found.end()
        if closing := {b"<!--": b"-->", b"<?": b"?>"}.get(found[1]):
            at = xml.find(closing, at) + len(closing)
            if at < len(closing):
                raise broken()
        elif found[1]:
            raise unsafe("doctype")
        else:
            break
    return at


def as_utf8(xml: bytearray) -> bytearray:
    """A part's XML in UTF-8, whatever its first bytes say. Refused where they do not say the truth."""
    if not xml.startswith(UTF_16) and b"\x00" not in xml[:4]:
        return xml
    order = "utf-16" if xml[0] >= 0xFE else "utf-16-be" if xml[0] == 0 else "utf-16-le"
    try:
        made = xml.decode(order).encode()
    except UnicodeError:
        raise broken() from None
    said = _ENCODING.match(made, len(UTF_8) if made.startswith(UTF_8) else 0)
    return bytearray(made[: said.start(1)] + b"UTF-8" + made[said.end(1) :] if said else made)


def check_depth(xml: bytearray, root: int, limits: Limits) -> None:
    """Refused where more elements are open at once than may be; the first begins at `root`.

    Where no `<` or `>` stands but in tags, whole blocks are reckoned at once: the first `>` then ends the first tag, the
    second the second. Elsewhere every tag is followed.
    """
    whole = np.frombuffer(xml, dtype=np.uint8)
    depth, at = 0, root
    while at < len(xml):
        end = xml.find(b"<", at + DEEP_BLOCK)
        block = whole[at : end if end > 0 else len(xml)]
        starts, ends = np.flatnonzero(block == ord("<")), np.flatnonzero(block == ord(">"))
        if starts.size != ends.size or (starts >= ends).any() or (starts[1:] <= ends[:-1]).any():
            break
        after, before = block[1:].take(starts), block.take(ends - 1)
        if ((after == ord("!")) | (after == ord("?"))).any():
            break
        steps = np.where(after == ord("/"), -1, np.where(before == ord("/"), 0, 1))
        depths = depth + np.cumsum(steps)
        if depths.size and depths.max() > limits.depth:
            break
        depth = int(depths[-1]) if depths.size else depth
        at += block.size
    else:
        return
    _follow(xml, limits)


def _follow(xml: bytearray, limits: Limits) -> None:
    depth = 0

    def start(_name: str, _attributes: Mapping[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > limits.depth:
            raise unsafe("depth", depth, limits.depth)

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    with suppress(expat.ExpatError):
        parser.Parse(xml, True)


def _mib(size: int) -> int:
    """Whole MiB, rounded up."""
    return -(-size // MIB)
