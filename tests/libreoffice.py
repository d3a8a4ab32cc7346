"""Open and save workbooks with LibreOffice; tests that need it are skipped if it is not installed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
SECONDS = 120


TO_XLSX = "xlsx:Calc MS Excel 2007 XML"


def through_libreoffice(path: Path, folder: Path, to: str = TO_XLSX) -> Path:
    """Open `path` with LibreOffice, save it in `folder` and return its path. Skips the test without LibreOffice."""
    return all_through_libreoffice([path], folder, to)[0]


def all_through_libreoffice(paths: Sequence[Path], folder: Path, to: str = TO_XLSX) -> list[Path]:
    """Do the same for several files in one call; paths are returned in their order."""
    if SOFFICE is None:
        pytest.skip("LibreOffice is not installed")
    folder.mkdir(parents=True, exist_ok=True)
    profile = (folder / "profile").absolute().as_uri()
    command = [SOFFICE, f"-env:UserInstallation={profile}", "--headless", "--convert-to", to, "--outdir", str(folder)]
    subprocess.run([*command, *map(str, paths)], check=True, capture_output=True, timeout=SECONDS)
    return [folder / path.with_suffix("." + to.partition(":")[0]).name for path in paths]
