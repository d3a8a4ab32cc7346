"""Open the zip package of a workbook: which part is which sheet, document properties, what we do not read."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

from lnp_batch.model.context import Limits
from lnp_batch.read.guard import (
    Refused,
    broken,
    check_directory,
    check_parts,
    check_sizes,
    examined,
    never_read,
    plain_name,
    unsafe,
)
from lnp_batch.read.kind import other_package
from lnp_batch.read.repack import BESIDE


@dataclass(frozen=True)
class Package:
    """What a workbook's package holds.

    `sheets` maps each sheet's name, in the workbook's order, to the path of its part, "" if the part is missing.
    `beside` maps `sharedStrings` and `styles` to the paths of these parts, if present. `since_1904` tells whether days
    are counted from 1904. `properties` are the custom document properties. `extras` may name `macros` and `links`.
    """

    sheets: Mapping[str, str]
    beside: Mapping[str, str]
    since_1904: bool
    properties: Mapping[str, str]
    extras: tuple[str, ...]


def open_package(archive: zipfile.ZipFile, content: bytes, limits: Limits) -> Package:
    """Check a package by the guard and return its content. Raises Refused if it is unsafe or not a workbook."""
    check_directory(archive, content, limits)
    check_sizes(archive, limits)
    names = set(archive.namelist())
    if other := other_package(names, archive.read("mimetype") if "mimetype" in names else b""):
        raise Refused(other)
    check_parts(archive, limits)
    parts = {plain_name(name): name for name in names if not never_read(name)}
    try:
        workbook = parts[_target(archive, parts, limits)]
        root = _parsed(archive, workbook, limits)
        related = dict(_relationships(archive, parts, workbook, limits))
        found = [(sheet.attrib["name"], related.get(_relation(sheet), ("", ""))) for sheet in _all(root, "sheet")]
        if len(found) > limits.sheets:
            raise unsafe("sheets", len(found), limits.sheets)
        worksheets = ((name, parts.get(path, "")) for name, (kind, path) in found if kind == "worksheet")
        sheets = dict(_unique_names(worksheets))
        beside = {kind: parts[path] for kind, path in related.values() if kind in BESIDE and path in parts}
    except (KeyError, ElementTree.ParseError, StopIteration, UnicodeDecodeError) as fault:
        raise broken() from fault
    read = (path for kind, path in related.values() if kind == "worksheet" or kind in BESIDE)
    if _local(root.tag) != "workbook" or any(map(never_read, read)):
        raise broken()
    extras = ("macros",) * any(name.endswith("vbaproject.bin") for name in parts)
    links = ("links",) * any(name.startswith("xl/externallinks/") for name in parts)
    since_1904 = any(element.attrib.get("date1904") in ("1", "true") for element in _all(root, "workbookPr"))
    return Package(sheets, beside, since_1904, _properties(archive, parts, limits), extras + links)


def _unique_names(sheets: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield names and paths of sheets; a repeated name gets an invisible character, so that both are reported."""
    seen: set[str] = set()
    for name, path in sheets:
        while name in seen:
            name += "\u200b"
        seen.add(name)
        yield name, path


def _relation(sheet: ElementTree.Element) -> str:
    return next((value for key, value in sheet.attrib.items() if _local(key) == "id"), "")


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _all(root: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    return (element for element in root.iter() if _local(element.tag) == name)


def _parsed(archive: zipfile.ZipFile, name: str, limits: Limits) -> ElementTree.Element:
    """Check a part by the guard and return its root element. Raises Refused."""
    return ElementTree.fromstring(bytes(examined(archive, name, limits)))


def _relationships(
    archive: zipfile.ZipFile, parts: Mapping[str, str], part: str, limits: Limits
) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the relationships of a part, or of the package if `part` is "": id, (kind, plain name of the target)."""
    folder, name = posixpath.split(part.replace("\\", "/"))
    listed = parts[plain_name(posixpath.join(folder, "_rels", f"{name}.rels"))]
    for relation in _all(_parsed(archive, listed, limits), "Relationship"):
        if relation.attrib.get("TargetMode") != "External":
            target = relation.attrib["Target"]
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            yield relation.attrib["Id"], (relation.attrib["Type"].rpartition("/")[2], plain_name(path))


def _target(archive: zipfile.ZipFile, parts: Mapping[str, str], limits: Limits) -> str:
    """Return the plain name of the workbook's part. Raises StopIteration if there is none."""
    return next(path for _id, (kind, path) in _relationships(archive, parts, "", limits) if kind == "officeDocument")


def _properties(archive: zipfile.ZipFile, parts: Mapping[str, str], limits: Limits) -> dict[str, str]:
    if "docprops/custom.xml" not in parts:
        return {}
    xml = examined(archive, parts["docprops/custom.xml"], limits, well_formed=False)
    try:
        root = ElementTree.fromstring(bytes(xml))
    except ElementTree.ParseError:
        return {}
    return {found.attrib.get("name", ""): "".join(found.itertext()).strip() for found in _all(root, "property")}
