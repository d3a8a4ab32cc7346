"""LibreOffice as a second opinion; tests that need it are skipped where it is not installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
SECONDS = 120


def through_libreoffice(path: Path, folder: Path, to: str = "xlsx:Calc MS Excel 2007 XML") -> Path:
    """The file that LibreOffice makes of `path`, opened and saved, in `folder`. Skips the test where there is none."""
    if SOFFICE is None:
        pytest.skip("LibreOffice is not installed")
    folder.mkdir(parents=True, exist_ok=True)
    profile = (folder / "profile").absolute().as_uri()
    command = [SOFFICE, f"-env:UserInstallation={profile}", "--headless", "--convert-to", to, "--outdir", str(folder)]
    subprocess.run([*command, str(path)], check=True, capture_output=True, timeout=SECONDS)
    return folder / path.with_suffix("." + to.partition(":")[0]).name
