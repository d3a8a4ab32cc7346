"""Refuse hostile files before any spreadsheet reader sees them: the file, its zip directory, its parts' sizes and XML.

No spreadsheet library reads hostile files safely. Every check raises :class:`Refused` for a file that does not pass.
The extent of the sheets is checked in :mod:`lnp_batch.read.extent`.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.parsers import expat

import numpy as np
import numpy.typing as npt

from lnp_batch.model.context import MIB, Limits
from lnp_batch.model.reading import Refusal
from lnp_batch.read.kind import not_a_workbook
from lnp_batch.system.safe_open import safe_opener

CHUNK = 1 << 18
DEPTH_BLOCK = 1 << 22
"""Bytes whose nesting is computed at once."""
COUNTS = ("count", "uniqueCount")
"""Attributes that declare the number of shared strings."""
BLANKS_REMOVED_FROM = 64 * MIB
"""Bytes from which white space between the tags is removed if a part consists mostly of it."""
MAX_NAME_BYTES = 255
LOCAL_HEADER = 30
CENTRAL_HEADER = b"PK\x01\x02"
HARMLESS_COUNT = 1_000_000
"""Declared number of shared strings that is always accepted: some writers leave an old count in the file."""
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
UTF_8 = b"\xef\xbb\xbf"

_NOT_A_NAME = re.compile(r"^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)|[\x00-\x1f\x7f]")
_NEVER_READ = re.compile(r"(?:^|/)(?:(?:media|embeddings|__MACOSX)/|\._[^/]*$|\.DS_Store$)", re.IGNORECASE)
"""Pictures, embedded files, and what macOS adds to the packages that it zips."""
_LARGE = re.compile(r"(?:^|/)worksheets/[^/]*$|(?:^|/)(?:sharedstrings|sheet)[^/]*$", re.IGNORECASE)
_NEEDED = re.compile(r"(?:^|/)(?:styles|workbook)[^/]*\.xml$|\.rels$", re.IGNORECASE)
_ASIDE = re.compile(rb"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_ITEM = re.compile(rb"<(?:[\w.-]+:)?si[\s/>]")
_REFERENCE = re.compile(rb"""t=["']s["'][^<>]*><v>([0-9]{1,15})</v>""")
_BAD_REFERENCE = re.compile(
    rb"""<(?:[\w.-]+:)?c\b(?=[^<>]*?\st\s*=\s*["']s["'])[^<>]*+>\s*+"""
    rb"""(?:<(?:[\w.-]+:)?f\b(?:[^<>]*+(?<=/)>|[^<>]*+>[^<]*+</[^<>]*+>)\s*+)?"""
    rb"""<(?:[\w.-]+:)?v\b[^<>]*+(?<!/)>(?![0-9]{1,9}<)[^<]"""
)
"""A cell that refers to a shared text by something other than a number. Possessive, so that it runs in linear time."""
_BLANK = re.compile(rb">\s+<")
_XML = re.compile(r"\.(?:xml|rels|vml)$", re.IGNORECASE)
_BEFORE = re.compile(rb"\s*(<!--|<\?|<!|)")
_ENCODING = re.compile(rb"""\s*<\?xml[^>]*?\bencoding\s*=\s*["']([^"']*)["']""")
_ODD_ATTRIBUTE = re.compile(rb"t(?:[ \t\n\r]=|=[ \t\n\r])")
"""Matches unusual spellings of `t="s"` (and other attributes)."""
_ANY_REFERENCE = re.compile(rb"""\st\s*=\s*["'](?:s["']|&)""")
_ENCODINGS = {"utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "ascii"}

BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, EOFError, KeyError)
"""What the zip library raises for a damaged package."""


class Refused(Exception):
    """The file is refused; `refusal` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


def broken() -> Refused:
    """Return the exception for a damaged or incomplete workbook."""
    return Refused(not_a_workbook("broken"))


def unsafe(limit: str, figure: object = "", most: object = "", where: str = "") -> Refused:
    """Return the exception for a file that exceeds a limit; see :meth:`lnp_batch.model.reading.Refusal.over_limit`."""
    return Refused(Refusal.over_limit(limit, figure, most, where))


def content_of(path: Path, limits: Limits) -> bytes:
    """Return the content of the file at `path`.

    Raises Refused if it is not a regular file (or is a link) or is too large, OSError if it cannot be read.
    """
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
    """Raise Refused unless each entry has a harmless, unique name, ordinary compression, and bytes to itself."""
    entries = archive.infolist()
    if len(entries) > limits.entries:
        raise unsafe("entries", len(entries), limits.entries)
    if strange := next((entry for entry in entries if _is_strange(entry)), None):
        raise unsafe("name", where=_displayed(strange.orig_filename))
    if any(entry.flag_bits & 0x41 or entry.compress_type not in (0, 8) for entry in entries):
        raise unsafe("compression")
    names = sorted(plain_name(entry.filename) for entry in entries)
    if twice := next((name for name, following in pairwise(names) if name == following), None):
        raise unsafe("twice", where=_displayed(twice))
    end = 0
    for start, stop in [*sorted(_extents(entries, content)), (archive.start_dir, archive.start_dir)]:
        if start < end:
            raise unsafe("overlap")
        end = stop


def check_entry_count(content: bytes, limits: Limits) -> None:
    """Raise Refused if there are so many entries that reading the directory would take too much memory."""
    count = content.count(CENTRAL_HEADER)
    if count > 10 * limits.entries:
        raise unsafe("entries", count, limits.entries)


def plain_name(name: str) -> str:
    """Return the form of a part's name by which packages compare names: one case, one kind of slash."""
    return name.replace("\\", "/").casefold()


def _is_strange(entry: zipfile.ZipInfo) -> bool:
    name = entry.orig_filename
    return len(name.encode("utf-8", "replace")) > MAX_NAME_BYTES or not name or bool(_NOT_A_NAME.search(name))


def _displayed(name: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in name[:80])


def _extents(entries: Iterable[zipfile.ZipInfo], content: bytes) -> Iterator[tuple[int, int]]:
    """Yield the start and end offset of each entry in the file, its local header included."""
    for entry in entries:
        at = entry.header_offset
        lengths = content[at + 26 : at + LOCAL_HEADER]
        name, extra = int.from_bytes(lengths[:2], "little"), int.from_bytes(lengths[2:], "little")
        yield at, at + LOCAL_HEADER + name + extra + entry.compress_size


def check_parts(archive: zipfile.ZipFile, limits: Limits) -> None:
    """Check every part that may be read, except sheets and shared strings. Raises Refused."""
    for entry in archive.infolist():
        if not never_read(entry.filename) and not is_large(entry.filename):
            _check_part(archive, entry.filename, limits)


def _check_part(archive: zipfile.ZipFile, name: str, limits: Limits) -> None:
    if _XML.search(name):
        examined(archive, name, limits, well_formed=bool(_NEEDED.search(name)))
    else:
        inflated(archive, name, limits)


def examined(archive: zipfile.ZipFile, name: str, limits: Limits, well_formed: bool = True) -> bytearray:
    """Return an XML part in UTF-8. Raises Refused if it does not pass every check; `well_formed` is one of them."""
    xml, root = unpacked(archive, name, limits)
    if well_formed:
        check_xml(xml)
    check_depth(xml, root, limits)
    return xml


def unpacked(archive: zipfile.ZipFile, name: str, limits: Limits) -> tuple[bytearray, int]:
    """Return an XML part in UTF-8 and the offset of its first element. Raises Refused; does not parse it yet."""
    xml = as_utf8(inflated(archive, name, limits))
    if (
        len(xml) > BLANKS_REMOVED_FROM
        and _is_blank(xml[len(xml) // 2 : len(xml) // 2 + MIB])
        and b"<![CDATA[" not in xml
    ):
        xml = bytearray(_BLANK.sub(b"><", xml))
    root = check_prologue(xml)
    tags = xml.count(b"<")
    if tags > limits.tags:
        raise unsafe("tags", tags, limits.tags, _displayed(name))
    return xml, root


def _is_blank(stretch: bytearray) -> bool:
    """Return whether most of `stretch` is white space."""
    return 2 * len(stretch.translate(None, b" \t\r\n")) < len(stretch)


def never_read(name: str) -> bool:
    """Return whether a part is a picture, an embedded file or one that macOS added."""
    return bool(_NEVER_READ.search(plain_name(name)))


def check_sizes(archive: zipfile.ZipFile, limits: Limits) -> None:
    """Raise Refused if a part, or the sum of all parts, exceeds its limit when decompressed.

    Of the sheets and shared strings, only those that are read must keep to theirs: see :func:`check_size`. The declared
    sizes are upper bounds: :func:`inflated` never returns more.
    """
    total = 0
    for entry in archive.infolist():
        if not never_read(entry.filename):
            if not is_large(entry.filename):
                check_size(archive, entry.filename, limits)
            total += entry.file_size
    if total > limits.total_mib * MIB:
        raise unsafe("total_mib", _mib(total), limits.total_mib)


def check_size(archive: zipfile.ZipFile, name: str, limits: Limits) -> None:
    """Raise Refused if a part exceeds its limit when decompressed."""
    size, most = archive.getinfo(name).file_size, limits.sheet_mib if is_large(name) else limits.part_mib
    if size > most * MIB:
        raise unsafe("part_mib", _mib(size), most, _displayed(name))


def is_large(name: str) -> bool:
    """Return whether a part is a sheet or the shared strings, which may be larger than the others."""
    return bool(_LARGE.search(name))


def inflated(archive: zipfile.ZipFile, name: str, limits: Limits) -> bytearray:
    """Return a part's bytes. Raises Refused if its checksum is wrong or if it has a token without an end."""
    entry = archive.getinfo(name)
    content, filled = bytearray(entry.file_size), 0
    view, xml = memoryview(content), bool(_XML.search(name))
    try:
        with archive.open(entry) as part:
            while piece := part.read(CHUNK):
                count, filled = len(piece), filled + len(piece)
                view[filled - count : filled] = piece
                if xml:
                    _check_tokens(content, filled - count, filled, limits)
    except BROKEN:
        raise broken() from None
    if filled != len(content):
        raise broken()
    return content


def check_xml(xml: bytearray) -> None:
    """Raise Refused if a part is not well-formed: some readers continue after the fault and lose rows."""
    try:
        expat.ParserCreate().Parse(xml, True)
    except expat.ExpatError:
        raise broken() from None


def check_strings(xml: bytearray, limits: Limits) -> None:
    """Raise Refused if there are, or are declared, too many shared strings: readers reserve memory for them."""
    declared = max(
        (int(value[:20]) for value in map(_root_attributes(xml).get, COUNTS) if value and value.isdecimal()), default=0
    )
    if declared > max(len(xml), HARMLESS_COUNT):
        raise unsafe("strings", declared, len(xml))
    count = xml.count(b"<si") + xml.count(b":si")
    if count > limits.cells:
        raise unsafe("strings", count, limits.cells)


class _RootFound(Exception):
    """Ends the parsing at the first element; its argument are the attributes."""


def _root_attributes(xml: bytearray) -> Mapping[str, str]:
    """Return the attributes of a part's first element, {} if it has none that can be parsed."""

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
    """Raise Refused if the shared texts, each counted once per cell that refers to it, are larger than a sheet may be.

    `sheets` are their XML and the numbers of the texts that their cells refer to, or no numbers if not listed.
    """
    most = limits.sheet_mib * MIB
    sheets = list(sheets)
    if holds(strings, b"<!", by=b"!") or strings.count(b"<?") > 1:
        strings = bytearray(_ASIDE.sub(_placeholder, strings))
    counts = [_count_references(xml) for xml, _listed in sheets]
    references = sum(counts)
    weight = max(map(len, _ITEM.split(strings))) * references
    if weight > most:
        starts = np.array([found.start() for found in _ITEM.finditer(strings)] + [len(strings)], dtype=np.int64)
        lengths = np.diff(starts)
        indexes = (
            np.concatenate(listed)
            if listed and sum(numbers.size for numbers in listed) == count
            else np.array(_REFERENCE.findall(xml), dtype=object).astype(np.float64)
            for (xml, listed), count in zip(sheets, counts, strict=True)
        )
        valid = np.concatenate([numbers[numbers < lengths.size] for numbers in indexes]).astype(np.int64)
        weight = int(lengths[valid].sum()) + int(lengths.max(initial=0)) * (references - valid.size)
    if weight > most:
        raise unsafe("texts_mib", _mib(weight), limits.sheet_mib)


def check_references(sheet: bytes | bytearray) -> None:
    """Raise Refused if a reference to a shared text is not a number: readers would use the first text."""
    if _BAD_REFERENCE.search(sheet):
        raise broken()


def _check_tokens(xml: bytearray, start: int, end: int, limits: Limits) -> None:
    """Raise Refused if half the allowed length of a token has no `<`: some tag, text or attribute has no end."""
    longest = limits.token_kib << 10
    for at in range(start - start % (longest // 2), end - longest // 2 + 1, longest // 2):
        if xml.find(b"<", at, at + longest // 2) < 0:
            raise unsafe("token_kib", longest >> 10, limits.token_kib)


def _placeholder(aside: re.Match[bytes]) -> bytes:
    """Return what replaces a section that cannot contain tags: nothing for a comment, as many letters for CDATA."""
    return b"x" * len(aside[1] or b"")


def _count_references(xml: bytes | bytearray) -> int:
    """Return the number of cells that refer to a shared text, also by an unusual spelling of the attribute."""
    if holds(xml, b"&#", by=b"&") or _ODD_ATTRIBUTE.search(xml):
        return sum(1 for _ in _ANY_REFERENCE.finditer(xml))
    return xml.count(b't="s"') + (xml.count(b"t='s'") if b"'" in xml else 0)


def holds(xml: bytes | bytearray, words: bytes, by: bytes) -> bool:
    """Return whether `xml` contains `words`.

    `by` is a byte of `words` that is rare: searching for a single byte first is twenty times faster.
    """
    return by in xml and words in xml


def check_prologue(xml: bytearray) -> int:
    """Return the offset of the first element. Raises Refused for a DOCTYPE, or an encoding other than UTF-8, UTF-16."""
    at = len(UTF_8) if xml.startswith(UTF_8) else 0
    declared = _ENCODING.match(xml, at)
    if declared and declared[1].decode("latin-1").casefold() not in _ENCODINGS:
        raise unsafe("encoding", where=_displayed(declared[1].decode("latin-1")))
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
    """Return a part's XML in UTF-8, decoded from UTF-16 if it starts so. Raises Refused if it cannot be decoded."""
    if not xml.startswith(UTF_16) and b"\x00" not in xml[:4]:
        return xml
    order = "utf-16" if xml[0] >= 0xFE else "utf-16-be" if xml[0] == 0 else "utf-16-le"
    try:
        utf8 = xml.decode(order).encode()
    except UnicodeError:
        raise broken() from None
    declared = _ENCODING.match(utf8, len(UTF_8) if utf8.startswith(UTF_8) else 0)
    return bytearray(utf8[: declared.start(1)] + b"UTF-8" + utf8[declared.end(1) :] if declared else utf8)


def check_depth(xml: bytearray, root: int, limits: Limits) -> None:
    """Raise Refused if elements are nested deeper than allowed; the first begins at offset `root`.

    As long as every `<` and `>` belongs to a tag, the depth of whole blocks is computed at once: the first `>` ends the
    first tag, and so on. Otherwise a parser follows every tag.
    """
    octets = np.frombuffer(xml, dtype=np.uint8)
    depth, at = 0, root
    while at < len(xml):
        end = xml.find(b"<", at + DEPTH_BLOCK)
        block = octets[at : end if end > 0 else len(xml)]
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
    _check_depth_by_parser(xml, limits)


def _check_depth_by_parser(xml: bytearray, limits: Limits) -> None:
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
    """Return `size` in bytes as MiB, rounded up."""
    return -(-size // MIB)
