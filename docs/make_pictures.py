"""Make the documentation's pictures from the samples, with LibreOffice and poppler's pdftoppm: ``make pictures``."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from lnp_batch.cli.main import main

ROOT = Path(__file__).parent.parent
PICTURES = Path(__file__).parent / "pictures"
DPI = 110

SHOTS = {
    "sommaire": ("2-premiere-fois.annotated", 1, (0, 0, 1210, 700)),
    "numeros": ("2-premiere-fois.annotated", 5, (0, 0, 1210, 520)),
    "summary": ("3-partial-port-did-ranges.annotated", 1, (0, 0, 1210, 420)),
    "facture": ("1-entreprise-deux-fournisseurs.invoice", 1, (0, 40, 935, 900)),
    "modele": ("portabilite-fr", 1, (0, 0, 1210, 720)),
}
"""Picture → (workbook, page of its printout, part of the page: x, y, width, height in pixels)."""


def make() -> None:
    """Write `docs/pictures/*.png`."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        samples = sorted((ROOT / "sample_data").glob("[123]-*.xlsx"))
        config = str(ROOT / "sample_data" / "lnp-batch.toml")
        day = ["--config", config, "--reference-date", "2026-11-23", "-q"]
        main(["process", *map(str, samples), "--out", temporary, *day], standalone_mode=False)
        results = [folder / f"{name}.xlsx" for name, _page, _part in SHOTS.values()]
        workbooks = {path if path.exists() else ROOT / "templates" / path.name for path in results}
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = [
            "soffice",
            profile,
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            temporary,
            *map(str, sorted(workbooks)),
        ]
        subprocess.run(command, check=True, capture_output=True)
        for picture, (workbook, page, (x, y, width, height)) in SHOTS.items():
            area = ["-x", str(x), "-y", str(y), "-W", str(width), "-H", str(height)]
            pages = ["-png", "-singlefile", "-r", str(DPI), "-f", str(page), "-l", str(page)]
            subprocess.run(["pdftoppm", *pages, *area, folder / f"{workbook}.pdf", PICTURES / picture], check=True)


if __name__ == "__main__":
    make()
