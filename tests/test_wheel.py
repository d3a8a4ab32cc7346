"""The wheel, as `make wheel` builds it, has the whole package with its data files, and nothing else."""

from __future__ import annotations

import contextlib
import tomllib
from collections.abc import Iterator
from email.parser import Parser
from pathlib import Path
from zipfile import ZipFile

import pytest
from hatchling.build import build_wheel

from lnp_batch import __version__

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ZipFile]:
    folder = tmp_path_factory.mktemp("dist")
    with contextlib.chdir(ROOT):  # a build backend is called in the project's folder
        name = build_wheel(str(folder))
    with ZipFile(folder / name) as opened:
        yield opened


def files_of(folder: str) -> set[str]:
    """Return the files below `ROOT/folder`, without what Python compiled."""
    paths = (path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(ROOT).as_posix() for path in paths}


def test_the_wheel_has_the_whole_package_and_the_templates_and_no_tests(wheel: ZipFile) -> None:
    templates = {f"lnp_batch/{name}" for name in files_of("templates")}
    inside = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert inside == files_of("lnp_batch") | templates


def test_what_no_import_would_miss_is_in_the_wheel(wheel: ZipFile) -> None:
    needed = (
        "py.typed",
        "carriers/carriers.toml",
        "cli/locale/fr/LC_MESSAGES/messages.mo",
        "ledger/migrations/env.py",
        "ledger/migrations/versions/0001_first.py",
        "templates/portabilite-fr.xlsx",
        "templates/port-in-en.xlsx",
    )
    assert {f"lnp_batch/{name}" for name in needed} <= set(wheel.namelist())


def test_the_wheel_says_its_version_its_requirements_and_its_command(wheel: ZipFile) -> None:
    about = f"lnp_batch-{__version__}.dist-info"
    metadata = Parser().parsestr(wheel.read(f"{about}/METADATA").decode())
    assert metadata["Version"] == __version__
    assert metadata["Requires-Python"] == PROJECT["requires-python"]
    assert set(metadata.get_all("Provides-Extra", [])) == set(PROJECT["optional-dependencies"])
    wanted = {line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line}
    assert len(wanted) == len(PROJECT["dependencies"])
    assert "lnp-batch = lnp_batch.cli.main:run" in wheel.read(f"{about}/entry_points.txt").decode()
