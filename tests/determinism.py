"""Write the same workbooks again and again, and compare: ``python -m tests.determinism [WRITINGS]`` (`make determinism`).

Several processes, each with another hash seed, two at a time beside a busy one, read the samples, check them and write their
files, every other time with a second process beside. What is promised between processes and machines is the content of
the parts: a difference ends with exit code 1, and both files are kept. Different bytes of equal parts are counted.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import lnp_batch.documents.batch_files as batch_files
from lnp_batch.process import process, write_batch_files
from tests.factory import context
from tests.same import differing_parts

ROOT = Path(__file__).parents[1]
SAMPLES = sorted(ROOT.glob("sample_data/[1-5]-*.xlsx"))
AT_ONCE = 2
ROUNDS = 10
"""Writings of every sample by one process, which takes seconds to start."""
WRITINGS = 300
BUSY = "while True: pass"


def write(folder: Path, rounds: int) -> None:
    """Write the files of every sample into `folder`/ROUND, `rounds` times."""
    for number in range(rounds):
        batch_files.SECOND_PROCESS_FROM = number % 2 and 10**9
        out = folder / str(number)
        out.mkdir(parents=True)
        for path in SAMPLES:
            write_batch_files(process(path, context()), out)


def compared(folder: Path, first: dict[str, bytes], differences: list[str]) -> Iterator[bool]:
    """Yield for each file that a process wrote whether its bytes are those of the `first` one; keep what differs."""
    for path in sorted(folder.rglob("*.*")):
        written = path.read_bytes()
        reference = first.setdefault(path.name, written)
        if written == reference:
            path.unlink()
            yield True
            continue
        found = differing_parts(reference, written) if path.suffix == ".xlsx" else [f"{path.name}: its text"]
        if found:
            path.with_name(f"first-{path.name}").write_bytes(reference)
            differences.append(f"{path}: {'; '.join(found)}")
        else:
            path.unlink()
        yield False


def main(writings: int) -> int:
    """Print the figures and return the exit code."""
    folder = Path(tempfile.mkdtemp(prefix="lnp-batch-determinism-"))
    processes = -(-writings // (ROUNDS * len(SAMPLES)))

    def run(seed: int) -> Path:
        out = folder / str(seed)
        command = [sys.executable, "-m", "tests.determinism", "--write", str(out)]
        subprocess.run(command, cwd=ROOT, check=True, env={**os.environ, "PYTHONHASHSEED": str(seed)})
        return out

    busy = subprocess.Popen([sys.executable, "-c", BUSY])
    first: dict[str, bytes] = {}
    differences: list[str] = []
    same_bytes: list[bool] = []
    try:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for out in pool.map(run, range(1, processes + 1)):
                same_bytes += compared(out, first, differences)
    finally:
        busy.kill()
        busy.wait()
    print(
        f"{len(same_bytes)} files of {len(SAMPLES)} workbooks, written by {processes} processes with hash seeds 1 to "
        f"{processes}: {len(differences)} with other parts, {same_bytes.count(False) - len(differences)} with other bytes "
        "of equal parts"
    )
    print(*differences, sep="\n", end="\n" * bool(differences))
    if not differences:
        shutil.rmtree(folder)
    return 1 if differences else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        write(Path(sys.argv[2]), ROUNDS)
    else:
        sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else WRITINGS))
