"""`constraints.txt` pins every requirement of pyproject.toml, for every supported Python, by hash and without addresses."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "constraints.txt"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PYTHONS = ("3.11.0", "3.12.0", "3.13.0")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def entries() -> Iterator[tuple[Requirement, list[str]]]:
    """Yield each pinned requirement with what follows it on its logical line: its hashes."""
    text = re.sub(r"^\s*#.*\n", "", LOCK.read_text("utf-8"), flags=re.MULTILINE)
    for line in text.replace("\\\n", " ").splitlines():
        requirement, *rest = line.split(" --")
        yield Requirement(requirement.strip()), [f"--{word.strip()}" for word in rest]


PINNED = list(entries())


def required() -> Iterator[Requirement]:
    project = PYPROJECT["project"]
    groups = PYPROJECT["dependency-groups"]
    lists = [
        PYPROJECT["build-system"]["requires"],
        project["dependencies"],
        *project["optional-dependencies"].values(),
        groups["test"],
        groups["lint"],
    ]
    for words in lists:
        yield from map(Requirement, words)


def test_no_address_is_in_the_file() -> None:
    text = LOCK.read_text("utf-8").lower()
    assert not [word for word in ("http", "://", "index-url", "find-links", "trusted-host", " @ ") if word in text]


def test_every_requirement_is_one_version_with_its_hashes() -> None:
    assert len(PINNED) > 60
    for requirement, words in PINNED:
        assert [part.operator for part in requirement.specifier] == ["=="], requirement
        assert words and all(HASH.fullmatch(word) for word in words), requirement


@pytest.mark.parametrize("python", PYTHONS)
def test_each_python_finds_every_requirement_once_at_a_version_within_its_range(python: str) -> None:
    environment = {**default_environment(), "python_full_version": python, "python_version": python[:4]}
    pinned: dict[str, str] = {}
    for requirement, _hashes in PINNED:
        if requirement.marker is None or requirement.marker.evaluate(environment):
            name = canonicalize_name(requirement.name)
            assert name not in pinned, f"{name} is pinned twice for Python {python}"
            pinned[name] = next(iter(requirement.specifier)).version
    for requirement in required():
        version = pinned.get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement} is not pinned for Python {python}"
        assert requirement.specifier.contains(version), f"{requirement} does not admit {version}"
