"""`lnp-batch --version` names the versions on which results depend and imports none of the libraries."""

from __future__ import annotations

import importlib
import os
import platform
import subprocess
import sys
from functools import cache
from importlib.metadata import version

import pytest

from lnp_batch import __version__
from lnp_batch.cli.reference.versions import LIBRARIES
from lnp_batch.columns.sheets import TEMPLATE_VERSION
from lnp_batch.model.area_codes import AS_OF

MODULES = {"python-calamine": "python_calamine"}
"""Distributions whose module has another name."""

IMPORTED = (
    "import sys; from lnp_batch.cli.main import main; main.main(['--version'], standalone_mode=False);"
    f"print(*[name for name in {[MODULES.get(name, name) for name in LIBRARIES]} if name in sys.modules])"
)


@cache
def output(*words: str, lang: str = "en") -> list[str]:
    environment = {**os.environ, "LNP_LANG": lang}
    return subprocess.run(
        [sys.executable, *words], env=environment, capture_output=True, text=True, check=True
    ).stdout.splitlines()


def test_the_program_and_python_come_first() -> None:
    assert output("-m", "lnp_batch", "--version")[:2] == [
        f"lnp-batch, version {__version__}",
        f"Python {platform.python_version()}",
    ]


@pytest.mark.parametrize("name", LIBRARIES)
def test_a_library_has_the_version_that_it_reports_itself(name: str) -> None:
    module = importlib.import_module(MODULES.get(name, name))
    reported = getattr(module, "__version__", None) or version(name)
    lines = [line for line in output("-m", "lnp_batch", "--version") if line.startswith(f"{name} ")]
    assert lines == [f"{name} {reported}"]


@pytest.mark.parametrize(
    ("lang", "last"),
    [
        ("en", [f"area codes: as of {AS_OF}", f"template: {TEMPLATE_VERSION}"]),
        ("fr", [f"indicatifs régionaux\u00a0: au {AS_OF}", f"modèle\u00a0: {TEMPLATE_VERSION}"]),
    ],
)
def test_our_own_tables_come_last(lang: str, last: list[str]) -> None:
    assert output("-m", "lnp_batch", "--version", lang=lang)[-2:] == last


def test_no_library_is_imported() -> None:
    assert output("-c", IMPORTED)[-1] == ""
