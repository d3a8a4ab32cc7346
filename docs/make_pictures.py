"""Create the README's pictures from the samples, with LibreOffice and poppler's pdftoppm: ``make pictures``."""

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
"""By picture: the workbook, its printed page, and the part of the page (x, y, width, height in pixels)."""


def make_pictures() -> None:
    """Write `docs/pictures/*.png`."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        samples = sorted((ROOT / "sample_data").glob("[123]-*.xlsx"))
        config = str(ROOT / "sample_data" / "lnp-batch.toml")
        day = ["--config", config, "--reference-date", "2026-11-23", "-q"]
        main(["process", *map(str, samples), "--out", name, *day], standalone_mode=False)
        workbooks = [folder / f"{stem}.xlsx" for stem, _page, _part in SHOTS.values()]
        sources = {path if path.exists() else ROOT / "templates" / path.name for path in workbooks}
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = [
            "soffice",
            profile,
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            name,
            *map(str, sorted(sources)),
        ]
        subprocess.run(command, check=True, capture_output=True)
        for picture, (stem, page, (x, y, width, height)) in SHOTS.items():
            crop = ["-x", str(x), "-y", str(y), "-W", str(width), "-H", str(height)]
            pages = ["-png", "-singlefile", "-r", str(DPI), "-f", str(page), "-l", str(page)]
            subprocess.run(["pdftoppm", *pages, *crop, folder / f"{stem}.pdf", PICTURES / picture], check=True)


if __name__ == "__main__":
    make_pictures()
