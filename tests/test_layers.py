"""Who may import whom, and which third party lives where: the table of the architecture, held."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "lnp_batch"
FLOOR = {"model", "errors", "points"}
STEPS = {"read", "check", "group", "price", "write"}
FACTS = {"columns", "carriers", "rules"}
MAY_IMPORT: dict[str, set[str]] = {
    "__init__": set(),
    "__main__": {"cli"},
    "model": set(),
    "errors": set(),
    "points": set(),
    "machine": set(),
    "columns": set(),
    "carriers": set(),
    "rules": {"columns", "carriers"},
    **dict.fromkeys(STEPS, FACTS),
    "read": {*FACTS, "machine"},
    "write": {*FACTS, "machine"},
    "rounds": {*FACTS, "group"},
    "settings": set(),
    "process": {*STEPS, "rounds", "settings", "machine"},
    "resellers": set(),
    "ledger": {"settings"},
    "nightly": {"process", "ledger", "resellers", "settings", "write", "machine"},
    "cli": {*STEPS, *FACTS, "settings", "process", "ledger", "resellers", "nightly"},
}
HOMES = {
    "phonenumbers": {"model/phone_number.py"},
    "holidays": {"model/dates.py"},
    "rapidfuzz": {"carriers.py"},
    "python_calamine": {"read/workbook.py"},
    "openpyxl": {"read/workbook.py"},
    "pandera": {"check/schema.py"},
    "xlsxwriter": {"write"},
    "isal": {"write/archive.py"},
    "babel": {"write"},
    "click": {"cli"},
    "rich": {"cli"},
    "sqlalchemy": {"ledger"},
    "alembic": {"ledger"},
    "structlog": {"nightly/log.py"},
    "filelock": {"nightly/lock.py"},
    "distributed": {"nightly/cluster.py"},
    "pydantic": {"settings.py", "resellers.py"},
    "pydantic_settings": {"settings.py"},
    "stdnum": {"settings.py"},
}
FILES = sorted(PACKAGE.rglob("*.py"))


def room(path: Path) -> str:
    inside = path.relative_to(PACKAGE)
    return inside.parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield node.module or ""
            if node.module == "lnp_batch":
                yield from (f"lnp_batch.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_room_imports_only_what_it_may(path: Path) -> None:
    mine = room(path)
    allowed = MAY_IMPORT[mine] | FLOOR | {mine, "__version__"}
    ours = {name.split(".")[1] for name in imports(path) if name.startswith("lnp_batch.")}
    assert ours <= allowed, f"{mine} may not import {ours - allowed}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_third_parties_have_one_home(path: Path) -> None:
    inside = path.relative_to(PACKAGE).as_posix()
    for name in imports(path):
        homes = HOMES.get(name.split(".")[0])
        assert homes is None or {inside, room(path)} & homes, f"{name} is not at home in {inside}"


def test_no_room_is_forgotten() -> None:
    assert {room(path) for path in FILES} == set(MAY_IMPORT)


def test_no_room_is_a_lumber_room() -> None:
    names = {part.removesuffix(".py") for path in FILES for part in path.relative_to(PACKAGE).parts}
    assert not names & {"common", "core", "base", "utils", "util", "helpers", "manager"}
