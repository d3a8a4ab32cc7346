"""Real spreadsheets of other people, none of them a port-in workbook: each must end in a refusal or in findings.

`python -m tests.corpus` processes them all if `../shared/corpus` is beside the checkout, and prints how each ended.
"""

from __future__ import annotations

import csv
import resource
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from lnp_batch.model.context import Limits
from lnp_batch.process import process, write_batch_files
from lnp_batch.system.worker import Worker, WorkerDied, cpu_seconds_for
from tests.factory import context

FOLDER = Path(__file__).parents[2] / "shared" / "corpus"
SECONDS, MIB = 10, 256


@dataclass(frozen=True)
class End:
    """How a file ended: the codes of its errors, processor seconds, and MiB beyond those of the program."""

    codes: tuple[str, ...]
    seconds: float
    memory: float


def files() -> list[Path]:
    """Return every file of the corpus; none if the folder is missing."""
    manifest = FOLDER / "manifest.tsv"
    if not manifest.exists():
        return []
    with manifest.open(encoding="utf-8", newline="") as lines:
        return [FOLDER / line["file"] for line in csv.DictReader(lines, delimiter="\t")]


def end_of(path: Path) -> End:
    """Process a file, write its documents, and return how it ended."""
    start, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with tempfile.TemporaryDirectory() as folder:
        outcome = process(path, context())
        write_batch_files(outcome, Path(folder))
    errors = {found.code for found in outcome.findings if found.severity.holds}
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return End(tuple(sorted(errors)), time.process_time() - start, memory)


def contained(path: Path) -> End | str:
    """Return the same from a separate process, or in words what went wrong."""
    limits = Limits()
    try:
        with Worker(end_of, lambda: None) as worker:
            end = worker.run(path, cpu_seconds_for(path, limits), limits)
    except Exception as fault:
        return f"raised {fault}"
    if isinstance(end, WorkerDied):
        return f"died {dict(end.refusal.facts)}"
    if not end.codes:
        return "no error found"
    return end if end.seconds <= SECONDS and end.memory <= MIB else f"{end.seconds:.1f} s, {end.memory:.0f} MiB"


def main() -> int:
    """Print the counts of all ends, and the files that did not end well; return the exit code."""
    ends = {path: contained(path) for path in files()}
    fine = {path: end for path, end in ends.items() if isinstance(end, End)}
    for codes, count in Counter(end.codes for end in fine.values()).most_common():
        print(f"{count:5} {' '.join(codes)}")
    for path, end in ends.items():
        if isinstance(end, str):
            print(path.relative_to(FOLDER), end)
    if fine:
        seconds = sorted(end.seconds for end in fine.values())
        print(
            f"{len(ends)} files, {len(fine)} ended well; seconds: median {seconds[len(seconds) // 2]:.3f}, "
            f"most {seconds[-1]:.2f}; MiB: most {max(end.memory for end in fine.values()):.0f}"
        )
    return len(ends) != len(fine)


if __name__ == "__main__":
    sys.exit(main())
