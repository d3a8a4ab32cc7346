"""A zip file that is written one part after another and deflated by ISA-L as the text arrives.

Two things that zipfile cannot do: ISA-L deflates six times as fast as zlib; and text can be deflated before its part is
begun, so that the rows of a long sheet need not be held as text until the rest of their workbook is written.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from isal import isal_zlib

LEVEL = 1
"""ISA-L's compression level: files are a quarter larger than with zlib's level 6, in a twentieth of the time."""

BUFFER_SIZE = 1 << 18
"""Characters that are collected before they are deflated."""

VERSION, UNIX, DEFLATED = 20, 3, 8
TIME, DAY = 0, 1 << 5 | 31
"""Every part's timestamp, 31 January 1980 as in xlsxwriter: the same content gives the same bytes."""

OWNER_READ_WRITE = 0o600 << 16
LOCAL, CENTRAL, END = struct.Struct("<4s5H3L2H"), struct.Struct("<4sBB5H3L5HLL"), struct.Struct("<4s4HLLH")


@dataclass(frozen=True, slots=True)
class DeflatedText:
    """Text deflated so that it can follow any other; with the checksum and length (bytes) of the plain text."""

    packed: bytes
    crc: int
    size: int

    @classmethod
    def of(cls, text: str) -> DeflatedText:
        """Deflate `text` by itself."""
        data, packer = text.encode(), _packer()
        packed = packer.compress(data) + packer.flush(isal_zlib.Z_FULL_FLUSH)
        return cls(packed, isal_zlib.crc32(data), len(data))


class Part(io.StringIO):
    """A part to be written to as text; it is deflated into the zip file block by block, the rest when it ends.

    It derives from StringIO only because xlsxwriter writes directly to a StringIO and opens a file for anything else.
    """

    def __init__(self, archive: Any, name: str) -> None:
        super().__init__()
        self._buffer: list[str] = []
        self._buffered = 0
        self.name, self.offset = name.encode("ascii"), archive.tell()
        self.crc = self.packed_size = self.size = 0
        self._archive, self._packer = archive, _packer()
        archive.write(self.header())

    def header(self) -> bytes:
        """Return the local header, which precedes the part's content."""
        facts = VERSION, 0, DEFLATED, TIME, DAY, self.crc, self.packed_size, self.size
        return LOCAL.pack(b"PK\3\4", *facts, len(self.name), 0) + self.name

    def entry(self) -> bytes:
        """Return the part's entry in the central directory."""
        facts = VERSION, 0, DEFLATED, TIME, DAY, self.crc, self.packed_size, self.size
        lengths = len(self.name), 0, 0, 0, 0
        return CENTRAL.pack(b"PK\1\2", VERSION, UNIX, *facts, *lengths, OWNER_READ_WRITE, self.offset) + self.name

    def write(self, text: str) -> int:
        """Write `text`. Returns its length."""
        self._buffer.append(text)
        self._buffered += len(text)
        if self._buffered > BUFFER_SIZE:
            self._flush_buffer()
        return len(text)

    def splice(self, text: DeflatedText) -> None:
        """Insert text that was deflated earlier."""
        self._flush_buffer()
        self._append(DeflatedText(self._packer.flush(isal_zlib.Z_FULL_FLUSH), 0, 0))
        self._append(text)

    def end(self) -> None:
        """Write the rest, then the header again with the final sizes and checksum."""
        self._flush_buffer()
        self._append(DeflatedText(self._packer.flush(), 0, 0))
        after = self._archive.tell()
        self._archive.seek(self.offset)
        self._archive.write(self.header())
        self._archive.seek(after)

    def _flush_buffer(self) -> None:
        data = "".join(self._buffer).encode()
        self._buffer.clear()
        self._buffered = 0
        self._append(DeflatedText(self._packer.compress(data), isal_zlib.crc32(data), len(data)))

    def _append(self, text: DeflatedText) -> None:
        self._archive.write(text.packed)
        self.crc = isal_zlib.crc32_combine(self.crc, text.crc, text.size)
        self.packed_size += len(text.packed)
        self.size += text.size


class Archive:
    """A zip file at `path`. Its methods raise OSError if the disk refuses, struct.error beyond 4 GiB."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._parts: list[Part] = []

    def begin(self, name: str) -> Part:
        """End the current part and begin the next one, `name`."""
        self._end_part()
        self._parts.append(Part(self._file, name))
        return self._parts[-1]

    def close(self) -> None:
        """End the last part and write the central directory."""
        with self._file:
            self._end_part()
            start = self._file.tell()
            directory = b"".join(part.entry() for part in self._parts)
            count = len(self._parts)
            self._file.write(directory + END.pack(b"PK\5\6", 0, 0, count, count, len(directory), start, 0))

    def abandon(self) -> None:
        """Close the file after a failure, incomplete as it is. Raises OSError if even that fails."""
        self._file.close()

    def _end_part(self) -> None:
        if self._parts:
            self._parts[-1].end()


def _packer() -> Any:
    return isal_zlib.compressobj(LEVEL, isal_zlib.DEFLATED, -isal_zlib.MAX_WBITS)
