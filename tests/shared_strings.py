"""Turn a workbook of openpyxl into one as Excel saves it, with shared strings instead of texts in the cells."""

from __future__ import annotations

import io
import re
import zipfile

_INLINE = re.compile(r' t="inlineStr"><is>(.*?)</is></c>', re.DOTALL)
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"


def with_shared_strings(package: bytes) -> bytes:
    """Return a workbook with the same cells, their texts shared; `package` was saved by openpyxl."""
    texts: dict[str, int] = {}

    def share(found: re.Match[str]) -> str:
        return f' t="s"><v>{texts.setdefault(found[1], len(texts))}</v></c>'

    with zipfile.ZipFile(io.BytesIO(package)) as old:
        parts = {name: old.read(name).decode() for name in old.namelist() if name.endswith((".xml", ".rels"))}
    for name in parts:
        if name.startswith("xl/worksheets/sheet"):
            parts[name] = _INLINE.sub(share, parts[name])
    items = "".join(f"<si>{text}</si>" for text in texts)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="{main}" uniqueCount="{len(texts)}">{items}</sst>'
    listed = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_KIND}"/></Types>'
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace("</Types>", listed)
    related = f'<Relationship Id="rIdTexts" Type="{_RELATION}" Target="sharedStrings.xml"/></Relationships>'
    name = "xl/_rels/workbook.xml.rels"
    parts[name] = parts[name].replace("</Relationships>", related)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name, xml in parts.items():
            new.writestr(name, xml)
    return stream.getvalue()
