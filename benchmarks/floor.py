"""The floor: the work that no program can avoid, in C: inflate the sheets, parse their XML once, deflate the output.

`python -m benchmarks.floor WORKBOOK OUT_FOLDER` prints processor seconds: in all, to read, to write. OUT_FOLDER holds what
`lnp-batch process` wrote for the workbook.
"""

from __future__ import annotations

import sys
import time
import zipfile
import zlib
from pathlib import Path
from xml.parsers import expat

ZLIB_DEFAULT_LEVEL = 6


def read(workbook: Path) -> None:
    """Inflate the sheets and the shared strings and parse their XML without handlers."""
    with zipfile.ZipFile(workbook) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet") or name == "xl/sharedStrings.xml":
                expat.ParserCreate().Parse(archive.read(name), True)


def parts(folder: Path, stem: str) -> list[bytes]:
    """Return the parts of the two workbooks that were written."""
    found = []
    for suffix in (".annotated.xlsx", ".invoice.xlsx"):
        with zipfile.ZipFile(folder / (stem + suffix)) as archive:
            found += [archive.read(name) for name in archive.namelist()]
    return found


def main() -> None:
    workbook, folder = Path(sys.argv[1]), Path(sys.argv[2])
    written = parts(folder, workbook.stem)
    start = time.process_time()
    read(workbook)
    middle = time.process_time()
    for part in written:
        packer = zlib.compressobj(ZLIB_DEFAULT_LEVEL, zlib.DEFLATED, -15)
        packer.compress(part)
        packer.flush()
    end = time.process_time()
    print(f"{end - start:.3f} {middle - start:.3f} {end - middle:.3f}")


if __name__ == "__main__":
    main()
