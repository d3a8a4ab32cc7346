"""What stands in front of the reader: the file, its zip directory, its parts' sizes and XML, one step after the other.

No spreadsheet library reads hostile files safely, so nothing reaches one that did not pass here. A file that does not
pass raises :class:`Refused`. What the sheets themselves hold is measured in :mod:`lnp_batch.read.geometry`.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from xml.parsers import expat

from lnp_batch.model.context import Limits
from lnp_batch.model.table import Refusal
from lnp_batch.read.kind import not_a_workbook

MIB = 1 << 20
CHUNK = 1 << 18
LONGEST_NAME = 255
HOW = os.O_RDONLY | sum(getattr(os, flag, 0) for flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))
"""How a file is opened: no link is followed, no FIFO waited for."""
LOCAL_HEADER = 30
CENTRAL_HEADER = b"PK\x01\x02"
ANY_WRITER_MAY_SAY = 1_000_000
"""Some writers leave an old count of shared strings in the file: up to here it harms nobody."""
UTF_16 = (b"\xff\xfe", b"\xfe\xff")

_NOT_A_NAME = re.compile(r"^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)|[\x00-\x1f\x7f]")
_NEVER_READ = re.compile(r"(?:^|/)(?:media|embeddings)/", re.IGNORECASE)
_LARGE = re.compile(r"(?:^|/)worksheets/[^/]*$|(?:^|/)(?:sharedstrings|sheet)[^/]*$", re.IGNORECASE)
_NEEDED = re.compile(r"(?:^|/)(?:styles|workbook)[^/]*\.xml$|\.rels$", re.IGNORECASE)
_STRINGS = re.compile(r"(?:^|/)sharedstrings[^/]*$", re.IGNORECASE)
_COUNTS = re.compile(rb"""\b(?:uniqueCount|count)\s*=\s*["']\s*([0-9]+)""")
_XML = re.compile(r"\.(?:xml|rels|vml)$", re.IGNORECASE)
_DOCTYPE = re.compile(rb"<!\s*DOCTYPE", re.IGNORECASE)
_FIRST_TAG = re.compile(rb"<[A-Za-z_:]")
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*?\bencoding\s*=\s*["']([^"']*)["']""")
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
    """WBK003: `limit` names what was passed (see :mod:`lnp_batch.rules.unsafe`), `figure` what the file has of it."""
    return Refused(Refusal("WBK003", {"limit": limit, "figure": figure, "most": most, "where": where}))


def content_of(path: Path, limits: Limits) -> bytes:
    """The bytes of a regular file, not a link. Refused where it is none or is too large; OSError where it can't be read."""
    try:
        descriptor = os.open(path, HOW)
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
    names = sorted(entry.filename.casefold() for entry in entries)
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
        if not _NEVER_READ.search(entry.filename) and not is_large(entry.filename):
            xml = inflated(archive, entry.filename, limits)
            if _XML.search(entry.filename):
                check_prologue(xml)
                check_depth(xml, limits)
                if _NEEDED.search(entry.filename):
                    check_xml(xml)


def check_others(archive: zipfile.ZipFile, but: Container[str], limits: Limits) -> None:
    """The same for the sheets and shared strings, save those in `but`."""
    for entry in archive.infolist():
        if is_large(entry.filename) and entry.filename not in but and not _NEVER_READ.search(entry.filename):
            xml = inflated(archive, entry.filename, limits)
            if _XML.search(entry.filename):
                check_prologue(xml)
                check_depth(xml, limits)
                if _STRINGS.search(entry.filename):
                    check_strings(xml)
                    check_xml(xml)


def check_sizes(archive: zipfile.ZipFile, limits: Limits) -> None:
    """Refused where a part, or all of them, would be too large. The sizes declared are upper bounds: no more is inflated."""
    total = 0
    for entry in archive.infolist():
        if not _NEVER_READ.search(entry.filename):
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


def check_strings(xml: bytearray) -> None:
    """Refused where the shared strings say they are more than would fit: readers make room for as many as are said."""
    said = max((int(count[1][:20]) for count in _COUNTS.finditer(xml, 0, CHUNK)), default=0)
    if said > max(len(xml), ANY_WRITER_MAY_SAY):
        raise unsafe("strings", said, len(xml))


def has_utf_16(archive: zipfile.ZipFile) -> bool:
    """Whether a part that readers need is in UTF-16, which not every one of them can read."""
    for name in archive.namelist():
        if is_large(name) or _NEEDED.search(name):
            with archive.open(name) as part:
                start = part.read(4)
            if start.startswith(UTF_16) or b"\x00" in start:
                return True
    return False


def _check_tokens(xml: bytearray, start: int, end: int, limits: Limits) -> None:
    """Refused where a stretch as long as half the longest token holds no `<`: a tag, a text or an attribute has no end."""
    longest = limits.token_kib << 10
    for at in range(start - start % (longest // 2), end - longest // 2 + 1, longest // 2):
        if xml.find(b"<", at, at + longest // 2) < 0:
            raise unsafe("token_kib", longest >> 10, limits.token_kib)


def check_prologue(xml: bytearray) -> None:
    """Refused for a DOCTYPE before the first element, or another encoding than UTF-8 or UTF-16."""
    start = bytes(xml[: 1 << 16])
    if start.startswith(UTF_16) or b"\x00" in start[:4]:
        start = start.replace(b"\x00", b"")
    first = _FIRST_TAG.search(start)
    if _DOCTYPE.search(start, 0, first.start() if first else len(start)) or (
        first is None and _DOCTYPE.search(xml.replace(b"\x00", b""))
    ):
        raise unsafe("doctype")
    declared = _ENCODING.search(start.lstrip(b"\xef\xbb\xbf\xff\xfe"))
    if declared and declared[1].decode("latin-1").casefold() not in _ENCODINGS:
        raise unsafe("encoding", where=_printable(declared[1].decode("latin-1")))


def check_depth(xml: bytearray, limits: Limits) -> None:
    """Refused where more elements are open at once than may be.

    Tags are counted a stretch at a time; only where that looks deep is every one of them followed.
    """
    depth = at = 0
    while at < len(xml):
        end = xml.find(b"<", at + CHUNK)
        stretch = xml[at : end if end > 0 else len(xml)]
        opened = stretch.count(b"<") - 2 * stretch.count(b"</") - stretch.count(b"<!") - stretch.count(b"<?")
        depth, at = depth + opened - stretch.count(b"/>"), at + len(stretch)
        if depth > limits.depth:
            _follow(xml, limits)
            return


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
