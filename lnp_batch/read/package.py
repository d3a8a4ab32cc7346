"""The package around the sheets: which sheet is which part, document properties, what is in there that we do not read."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

from lnp_batch.model.context import Limits
from lnp_batch.read.guard import Refused, broken, check_directory, check_parts, check_sizes, unsafe
from lnp_batch.read.kind import other_package


@dataclass(frozen=True)
class Package:
    """`sheets` maps each sheet's name, in the workbook's order, to its part's path.

    `properties` are the custom document properties; `extras` says what else is there: `macros`, `links`.
    """

    sheets: Mapping[str, str]
    properties: Mapping[str, str]
    extras: tuple[str, ...]


def open_package(archive: zipfile.ZipFile, content: bytes, limits: Limits) -> Package:
    """What the package says of itself, once it has passed the guard. Refused where it holds no workbook, or an unsafe one."""
    check_directory(archive, content, limits)
    check_sizes(archive, limits)
    names = set(archive.namelist())
    if other := other_package(names, archive.read("mimetype") if "mimetype" in names else b""):
        raise Refused(other)
    check_parts(archive, limits)
    try:
        workbook = _target(archive, "", "officeDocument")
        root = _parse(archive, workbook)
        targets = dict(_relationships(archive, workbook))
        sheets = {}
        for sheet in _all(root, "sheet"):
            identity = next((value for key, value in sheet.attrib.items() if _local(key) == "id"), "")
            kind, path = targets.get(identity, ("", ""))
            if kind == "worksheet":
                sheets[sheet.attrib["name"]] = path
    except (KeyError, ElementTree.ParseError, StopIteration, UnicodeDecodeError) as fault:
        raise broken() from fault
    if _local(root.tag) != "workbook" or not set(sheets.values()) <= names:
        raise broken()
    if len(sheets) > limits.sheets:
        raise unsafe("sheets", len(sheets), limits.sheets)
    extras = ("macros",) * any(name.casefold().endswith("vbaproject.bin") for name in names)
    links = ("links",) * any(name.startswith("xl/externalLinks/") for name in names)
    return Package(sheets, _properties(archive, names), extras + links)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _all(root: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    return (element for element in root.iter() if _local(element.tag) == name)


def _parse(archive: zipfile.ZipFile, path: str) -> ElementTree.Element:
    return ElementTree.fromstring(archive.read(path))


def _relationships(archive: zipfile.ZipFile, path: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """Relationship id → (kind, path of the part) of a part, or of the package where `path` is empty."""
    folder, name = posixpath.split(path)
    for relation in _all(_parse(archive, posixpath.join(folder, "_rels", f"{name}.rels")), "Relationship"):
        if relation.attrib.get("TargetMode") != "External":
            target = relation.attrib["Target"]
            whole = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            yield relation.attrib["Id"], (relation.attrib["Type"].rpartition("/")[2], whole)


def _target(archive: zipfile.ZipFile, path: str, kind: str) -> str:
    return next(part for _id, (found, part) in _relationships(archive, path) if found == kind)


def _properties(archive: zipfile.ZipFile, names: set[str]) -> dict[str, str]:
    if "docProps/custom.xml" not in names:
        return {}
    try:
        root = _parse(archive, "docProps/custom.xml")
    except ElementTree.ParseError:
        return {}
    return {found.attrib.get("name", ""): "".join(found.itertext()).strip() for found in _all(root, "property")}
