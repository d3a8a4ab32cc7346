"""A file that is not a workbook is refused with its real kind, whatever its name."""

from __future__ import annotations

import io
import zipfile

import pytest

from lnp_batch.model.text import Text
from lnp_batch.read.kind import KINDS
from lnp_batch.read.workbook import read_content
from tests.factory import content, sound


def zipped(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, words in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), words)
    return stream.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
FILES = {
    "empty": b"",
    "xls": OLE + "Workbook".encode("utf-16-le"),
    "pdf": b"%PDF-1.7 ...",
    "html": b"\n<!DOCTYPE html><html><table></table></html>",
    "xml": b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
    "rtf": b"{\\rtf1 hello}",
    "image": b"\x89PNG\r\n\x1a\n",
    "csv": "Numéro;Compte\n514-555-0100;A1\n".encode("latin-1"),
    "unknown": b"\x00\x01\x02\x03",
    "zip": zipped(readme_dot_txt=b"hello"),
    "xlsb": zipped(xl__workbook_dot_bin=b"x"),
    "ods": zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"),
    "docx": zipped(word__document_dot_xml=b"<x/>"),
    "broken": content(sound())[:3000],
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_of_another_kind_is_refused_with_its_kind(kind: str) -> None:
    refusal = read_content(FILES[kind], "lot.xlsx").refusal
    assert refusal is not None
    assert refusal.code == "WBK001"
    assert refusal.facts == {"kind": KINDS[kind]}


def test_an_encrypted_workbook_is_refused() -> None:
    package = OLE + "EncryptedPackage".encode("utf-16-le") + bytes(64)
    refusal = read_content(package, "lot.xlsx").refusal
    assert refusal is not None
    assert refusal.code == "WBK002"


def test_a_package_without_a_workbook_is_refused() -> None:
    package = zipped(**{"[Content_Types]_dot_xml": b"<Types/>"})
    refusal = read_content(package, "lot.xlsx").refusal
    assert refusal is not None
    assert refusal.facts == {"kind": KINDS["broken"]}


def test_every_kind_has_a_text() -> None:
    assert all(isinstance(kind, Text) and kind.fr and kind.en for kind in KINDS.values())
