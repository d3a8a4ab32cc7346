"""Who may import whom, and where each third party lives: the table, checked against the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "lnp_batch"

EVERYWHERE = {"model", "errors"}
"""Rooms that every other may import."""

STEPS = {"read", "check", "group", "price"}
FACTS = {"columns", "carriers", "rules"}
DOCUMENTS = {"columns", "carriers", "rules", "xlsx", "system", "documents/inputs", "documents/earlier_rounds"}
FLOW = {"process", *STEPS, "answers", "rounds", *FACTS, "settings", "system", "xlsx", "documents"}

MAY_IMPORT: dict[str, set[str]] = {
    "__init__": {"process"},
    "__main__": {"cli"},
    "errors": set(),
    "model": set(),
    "system": set(),
    "carriers": set(),
    "columns": set(),
    "settings": set(),
    "xlsx": {"columns"},
    "rules": {"columns", "carriers"},
    "read": {*FACTS, "system"},
    "check": FACTS,
    "group": FACTS,
    "price": FACTS,
    "rounds": {*FACTS, "group"},
    "answers": FACTS,
    "documents/inputs": DOCUMENTS - {"documents/earlier_rounds"},
    "documents/earlier_rounds": set(),
    "documents/template": DOCUMENTS,
    "documents/annotated": DOCUMENTS,
    "documents/statement": DOCUMENTS,
    "documents/report": DOCUMENTS,
    "documents/data_package": DOCUMENTS,
    "documents/fees": DOCUMENTS,
    "documents/nightly_summary": DOCUMENTS,
    "documents/batch_files": {"documents", "system"},
    "process": {*STEPS, "answers", "rounds", "documents/batch_files", "settings", "system"},
    "ledger": {"system"},
    "intake": {"process", "ledger", "system", "settings"},
    "nightly": {*FLOW, "ledger", "intake"},
    "cli": {*FLOW, "ledger", "intake", "nightly"},
}
"""Room → the rooms that it may import, beside itself and those of EVERYWHERE. `documents` allows every document."""

HOMES = {
    "phonenumbers": "model/phone_number.py",
    "holidays": "model/dates.py",
    "babel": "model/amounts.py",
    "rapidfuzz": "carriers/__init__.py",
    "python_calamine": "read/workbook.py",
    "openpyxl": "read/workbook.py",
    "pandera": "check/schema.py",
    "xlsxwriter": "xlsx",
    "isal": "xlsx/zip_writer.py",
    "click": "cli",
    "rich": "cli",
    "sqlalchemy": "ledger",
    "alembic": "ledger",
    "structlog": "nightly/log.py",
    "filelock": "nightly/lock.py",
    "distributed": "nightly/cluster.py",
    "pydantic": "settings",
    "pydantic_settings": "settings",
    "stdnum": "settings/model.py",
}
"""Third party → the one file or room that imports it."""

FILES = sorted(PACKAGE.rglob("*.py"))
MODULES = {
    ".".join(("lnp_batch", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__"): path
    for path in FILES
}


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def room(inside: str) -> str:
    """`documents/fees/page.py` → `documents/fees`, `read/guard.py` → `read`."""
    parts = inside.removesuffix(".py").split("/")
    if parts[0] == "documents" and len(parts) > 1 and parts[1] != "__init__":
        return "/".join(parts[:2])
    return parts[0]


def imports(path: Path, *, when_used: bool = True) -> Iterator[str]:
    """Yield every module that a file imports; those within functions and for type checking only if `when_used`."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree) if when_used else tree.body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if full in MODULES else node.module or ""


def ours(path: Path, *, when_used: bool = True) -> set[str]:
    """Return the package's modules that a file imports, without the package itself, which only gives its version."""
    return {name for name in imports(path, when_used=when_used) if name.startswith("lnp_batch.")}


def is_allowed(wanted: str, allowed: set[str]) -> bool:
    return wanted in allowed or wanted.split("/")[0] in allowed


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_room_imports_only_what_it_may(path: Path) -> None:
    here = room(name_of(path))
    if here == "documents":
        assert not ours(path)
        return
    wanted = {room(name_of(MODULES[name])) for name in ours(path)} - {here}
    forbidden = {imported for imported in wanted if not is_allowed(imported, MAY_IMPORT[here] | EVERYWHERE)}
    assert not forbidden, f"{here} may not import {forbidden}"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_third_party_is_imported_in_its_home_only(path: Path) -> None:
    inside = name_of(path)
    for name in imports(path):
        home = HOMES.get(name.split(".")[0])
        assert home is None or inside == home or inside.startswith(f"{home}/"), f"{name} is not at home in {inside}"


def test_every_third_party_in_the_table_is_imported() -> None:
    assert set(HOMES) <= {name.split(".")[0] for path in FILES for name in imports(path)}


def test_every_room_is_in_the_table() -> None:
    assert {room(name_of(path)) for path in FILES} - {"documents"} == set(MAY_IMPORT)


def test_no_module_imports_itself() -> None:
    """Not through other modules either; imports within functions included."""
    edges = {name: ours(path) - {name} for name, path in MODULES.items()}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " → ".join((*trail[trail.index(name) :], name))
        if name not in done:
            for other in edges[name]:
                visit(other, (*trail, name))
            done.add(name)

    for name in edges:
        visit(name, ())


def test_no_module_has_a_catch_all_name() -> None:
    names = {part.removesuffix(".py") for path in FILES for part in path.relative_to(PACKAGE).parts}
    assert not names & {"common", "core", "base", "utils", "util", "helpers", "manager", "misc", "shared"}
