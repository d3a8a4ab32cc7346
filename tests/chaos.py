"""Kill runs over an inbox of valid, faulty and hostile workbooks: at every crash point, then at random moments.

`python -m tests.chaos [RANDOM] [--every N]` kills a run and all its children at every crash point (or every N-th), then
RANDOM (500) runs one to three times at random moments. Each time the next run must leave the same state as an
undisturbed one. A new answer that is asked for is killed at every crash point too, and asked for again.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from hashlib import sha256
from itertools import count, takewhile
from pathlib import Path
from typing import Any

from lnp_batch.ledger.store import default_url, open_ledger
from lnp_batch.nightly.doctor import examine
from tests.hostile import SMALL
from tests.nightly import stale
from tests.nightly.interruptions import (
    crash_points_of,
    in_process_group,
    kill_at,
    killed_at,
    quick_folder,
    real_run,
)
from tests.nightly.runs import contents, make_inbox, originals, state
from tests.nightly.stale import judge, stale_batch

HOSTILE = ("wrong crc", "quadratic blow-up", "a cell at XFD1048576", "a cut sheet")


@cache
def sent() -> Mapping[str, bytes]:
    """Return the tests' eight workbooks and a few hostile ones."""
    return {**contents(), **{f"HR-01/m-{kind}.xlsx": SMALL[kind].make() for kind in HOSTILE}}


def final_state(inbox: Path, outbox: Path) -> dict[str, Any]:
    return state(inbox, outbox, open_ledger(default_url(outbox)))


def undisturbed() -> tuple[dict[str, Any], int, float]:
    """Return the state after an undisturbed run, its number of crash points, and its seconds."""
    with quick_folder() as folder:
        points = len(crash_points_of(make_inbox(folder / "in0", sent()), folder / "out0", {}))
        inbox, outbox = make_inbox(folder / "in", sent()), folder / "out"
        start = time.monotonic()
        in_process_group(lambda: real_run(inbox, outbox))
        return final_state(inbox, outbox), points, time.monotonic() - start


def at_crash_point(at: int, expected: Mapping[str, Any]) -> str:
    """Kill a run at its `at`-th crash point, then run again. Returns "" or what is wrong."""
    with quick_folder() as folder:
        inbox, outbox = make_inbox(folder / "in", sent()), folder / "out"
        kill_at(inbox, outbox, at)
        return problem_after_next_run(inbox, outbox, expected, f"point {at}")


def at_random(seed: int, expected: Mapping[str, Any], seconds: float) -> str:
    """Kill one to three runs at random moments, then run again. Returns "" or what is wrong."""
    dice = random.Random(seed)
    with quick_folder() as folder:
        inbox, outbox = make_inbox(folder / "in", sent()), folder / "out"
        for _ in range(dice.randint(1, 3)):
            kill_after(dice.uniform(0, 1.2 * seconds), inbox, outbox, dice.choice((1, 2)))
        return problem_after_next_run(inbox, outbox, expected, f"seed {seed}")


def kill_after(seconds: float, inbox: Path, outbox: Path, workers: int) -> None:
    child = os.fork()
    if child == 0:
        os.setsid()
        try:
            real_run(inbox, outbox, workers)
        finally:
            os._exit(0)
    time.sleep(seconds)
    try:
        os.killpg(child, signal.SIGKILL)
    except ProcessLookupError:
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def rejudged_at(at: int) -> str | None:
    """Kill the giving of a new answer at its `at`-th crash point, then ask for it again.

    Returns "" or what is wrong, None if there are fewer crash points.
    """
    with quick_folder() as folder, quick_folder() as other:
        batch = stale_batch(folder)
        shutil.copytree(folder, other, dirs_exist_ok=True)
        judge(other / "out", batch)
        if not killed_at(lambda: judge(folder / "out", batch), at):
            return None
        judge(folder / "out", batch)
        found, expected = stale.final_state(folder), stale.final_state(other)
        differs = [key for key in found if found[key] != expected[key]]
        return f"new answer, point {at}: differs in {differs}" if differs else ""


def problem_after_next_run(inbox: Path, outbox: Path, expected: Mapping[str, Any], interruption: str) -> str:
    """Check that each upload is there once, and that the next run ends well. Returns "" or what is wrong."""
    there, uploads = Counter(originals(inbox, outbox)), Counter(sha256(data).hexdigest() for data in sent().values())
    if any(there[name] != count for name, count in uploads.items()):
        return f"{interruption}: an upload is there twice, or not at all, before the next run"
    code = in_process_group(lambda: real_run(inbox, outbox))
    found = final_state(inbox, outbox)
    if code or found != expected:
        return f"{interruption}: exit {code}, differs in {[key for key in found if found[key] != expected[key]]}"
    differences = [sentence.en for sentence in examine(outbox, open_ledger(default_url(outbox)))]
    return f"{interruption}: doctor says {differences}" if differences else ""


def main() -> None:
    parser = argparse.ArgumentParser(description="Kills runs.")
    parser.add_argument("random", type=int, nargs="?", default=500)
    parser.add_argument("--every", type=int, default=1, help="kill at every N-th crash point")
    options = parser.parse_args()
    expected, points, seconds = undisturbed()
    print(f"{points} crash points, {seconds:.1f} s per run")
    with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("fork")) as pool:
        problems = [*pool.map(partial(at_crash_point, expected=expected), range(1, points + 1, options.every))]
        problems += pool.map(partial(at_random, expected=expected, seconds=seconds), range(options.random))
        rejudged = takewhile(lambda problem: problem is not None, map(rejudged_at, count(1, options.every)))
        problems += [problem or "" for problem in rejudged]
    wrong = [problem for problem in problems if problem]
    print("\n".join([*wrong, f"{len(problems)} interrupted, {len(wrong)} wrong"]))
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
