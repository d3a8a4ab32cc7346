"""Recognise what a file really is by its first bytes and the parts of its package, whatever its name."""

from __future__ import annotations

from lnp_batch.model.reading import Refusal
from lnp_batch.model.text import Text

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_PARTS = ("EncryptedPackage".encode("utf-16-le"), "EncryptionInfo".encode("utf-16-le"))
ZIP = b"PK\x03\x04"
TEXT_BYTES = 4096
"""Bytes at the start of a file that are searched for HTML or XML."""

KINDS = {
    "empty": Text("un fichier vide", "an empty file"),
    "xls": Text("un ancien classeur .xls", "an old .xls workbook"),
    "xlsb": Text("un classeur binaire .xlsb", "a binary .xlsb workbook"),
    "ods": Text("un classeur OpenDocument .ods", "an OpenDocument .ods workbook"),
    "docx": Text("un document Word", "a Word document"),
    "pptx": Text("une présentation PowerPoint", "a PowerPoint presentation"),
    "zip": Text("une archive .zip", "a .zip archive"),
    "broken": Text("un classeur abîmé ou incomplet", "a damaged or incomplete workbook"),
    "pdf": Text("un PDF", "a PDF"),
    "html": Text("une page HTML", "an HTML page"),
    "xml": Text("un fichier XML", "an XML file"),
    "rtf": Text("un document RTF", "an RTF document"),
    "image": Text("une image", "a picture"),
    "csv": Text("un fichier texte ou CSV", "a text or CSV file"),
    "link": Text("un lien vers un autre fichier", "a link to another file"),
    "special": Text("un dossier ou un périphérique", "a folder or a device"),
    "unknown": Text("un fichier d'une autre sorte", "a file of another kind"),
}

_BEGINNINGS = (
    (b"%PDF", "pdf"),
    (b"{\\rtf", "rtf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
)
_PARTS = (("xl/workbook.bin", "xlsb"), ("word/document.xml", "docx"), ("ppt/presentation.xml", "pptx"))


def other_kind(content: bytes) -> Refusal | None:
    """Return the refusal of a file that does not start as a zip package does, else None."""
    if content.startswith(OLE):
        encrypted = any(part in content for part in ENCRYPTED_PARTS)
        return Refusal("WBK002") if encrypted else not_a_workbook("xls")
    return None if content.startswith(ZIP) else not_a_workbook(_kind_of_text(content))


def other_package(names: set[str], mimetype: bytes) -> Refusal | None:
    """Return the refusal of a zip package that is not .xlsx, by the `names` of its parts, else None."""
    kind = next((kind for part, kind in _PARTS if part in names), None)
    if kind is None and b"opendocument.spreadsheet" in mimetype:
        kind = "ods"
    if kind is None and "[content_types].xml" not in {name.casefold() for name in names}:
        kind = "zip"
    return not_a_workbook(kind) if kind else None


def not_a_workbook(kind: str) -> Refusal:
    """Return WBK001 with the file's real kind, a key of :data:`KINDS`."""
    return Refusal("WBK001", {"kind": KINDS[kind]})


def _kind_of_text(content: bytes) -> str:
    if not content:
        return "empty"
    for beginning, kind in _BEGINNINGS:
        if content.startswith(beginning):
            return kind
    start = content[:TEXT_BYTES]
    text = start.decode("utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1", "replace")
    words = text.lstrip("\ufeff\xef\xbb\xbf \r\n\t").casefold()
    if words.startswith(("<!doctype html", "<html", "<table", "<meta")):
        return "html"
    if words.startswith("<"):
        return "html" if "<html" in words else "xml"
    return "unknown" if b"\x00" in start and not start.startswith((b"\xff\xfe", b"\xfe\xff")) else "csv"
