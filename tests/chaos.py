"""Runs killed: at every point, then at random moments, over an inbox of valid, faulty and hostile workbooks.

`python -m tests.chaos [RANDOM] [--points N]`: SIGKILL of a run and all its children at every point (or every N-th), and
RANDOM (500) runs killed one to three times at random moments; after each the next run must end where an undisturbed one
does.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from lnp_batch.ledger.store import default_url, open_ledger
from lnp_batch.nightly.doctor import examine
from tests.hostile import SMALL
from tests.nightly.cut import count_points, kill_at, killed, quick_folder, whole_run
from tests.nightly.runs import contents, make_inbox, originals, state

HOSTILE = ("wrong crc", "quadratic blow-up", "a cell at XFD1048576", "a cut sheet")


@cache
def sent() -> Mapping[str, bytes]:
    """The tests' eight workbooks and a few that mean harm."""
    return {**contents(), **{f"HR-01/m-{kind}.xlsx": SMALL[kind].make() for kind in HOSTILE}}


def left(box: Path, out: Path) -> dict[str, Any]:
    return state(box, out, open_ledger(default_url(out)))


def undisturbed() -> tuple[dict[str, Any], int, float]:
    """What is left by a run that nothing disturbs, how many points it has, how many seconds it takes."""
    with quick_folder() as folder:
        points = len(count_points(make_inbox(folder / "in0", sent()), folder / "out0", {}))
        box, out = make_inbox(folder / "in", sent()), folder / "out"
        start = time.monotonic()
        killed(lambda: whole_run(box, out))
        return left(box, out), points, time.monotonic() - start


def at_point(at: int, wanted: Mapping[str, Any]) -> str:
    """A run killed at its `at`-th point and the next; "" where all is well."""
    with quick_folder() as folder:
        box, out = make_inbox(folder / "in", sent()), folder / "out"
        kill_at(box, out, at)
        return ended(box, out, wanted, f"point {at}")


def at_random(seed: int, wanted: Mapping[str, Any], seconds: float) -> str:
    """Runs killed one after another at random moments, and the next; "" where all is well."""
    draw = random.Random(seed)
    with quick_folder() as folder:
        box, out = make_inbox(folder / "in", sent()), folder / "out"
        for _ in range(draw.randint(1, 3)):
            cut_after(draw.uniform(0, 1.2 * seconds), box, out, draw.choice((1, 2)))
        return ended(box, out, wanted, f"seed {seed}")


def cut_after(seconds: float, box: Path, out: Path, workers: int) -> None:
    child = os.fork()
    if child == 0:
        os.setsid()
        try:
            whole_run(box, out, workers)
        finally:
            os._exit(0)
    time.sleep(seconds)
    try:
        os.killpg(child, signal.SIGKILL)
    except ProcessLookupError:
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def ended(box: Path, out: Path, wanted: Mapping[str, Any], what: str) -> str:
    """Whether each upload is there once, and whether the next run ends well; what is wrong, in words."""
    there, uploads = Counter(originals(box, out)), Counter(sha256(one).hexdigest() for one in sent().values())
    if any(there[name] != count for name, count in uploads.items()):
        return f"{what}: an upload is there twice, or not at all, before the next run"
    code = killed(lambda: whole_run(box, out))
    found = left(box, out)
    if code or found != wanted:
        return f"{what}: exit {code}, differs in {[key for key in found if found[key] != wanted[key]]}"
    said = [words.en for words in examine(out, open_ledger(default_url(out)))]
    return f"{what}: doctor says {said}" if said else ""


def main() -> None:
    asked = argparse.ArgumentParser(description="Kills runs.")
    asked.add_argument("random", type=int, nargs="?", default=500)
    asked.add_argument("--points", type=int, default=1, help="every N-th point")
    given = asked.parse_args()
    wanted, points, seconds = undisturbed()
    print(f"{points} points, {seconds:.1f} s a run")
    with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("fork")) as pool:
        told = [*pool.map(partial(at_point, wanted=wanted), range(1, points + 1, given.points))]
        told += pool.map(partial(at_random, wanted=wanted, seconds=seconds), range(given.random))
    wrong = [one for one in told if one]
    print("\n".join([*wrong, f"{len(told)} cut off, {len(wrong)} wrong"]))
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
