"""Kill runs over an inbox of valid, faulty and hostile workbooks: at every crash point, then at random moments.

`python -m tests.chaos [RANDOM] [--every N] [--postgresql]` kills a run and all its children at every crash point (or every N-th), then
RANDOM (500) runs one to three times at random moments. Each time the next run (in one process; each tenth time with its
children) must leave the same state as an
undisturbed one. A new answer that is asked for is killed at every crash point too, and asked for again. The ledger is an
SQLite file, or a new PostgreSQL database for each run.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import os
import random
import signal
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from hashlib import sha256
from itertools import count, takewhile
from pathlib import Path
from typing import Any

from lnp_batch.ledger.store import open_ledger
from lnp_batch.nightly.doctor import examine
from tests.hostile import SMALL
from tests.ledger.conftest import drop_database, new_database, postgresql_server
from tests.nightly import stale
from tests.nightly.interruptions import (
    crash_points_of,
    in_process_group,
    kill_at,
    killed_at,
    quick_folder,
    real_run,
)
from tests.nightly.runs import InProcessPool, contents, ledger_of, make_inbox, originals, plan, run_once, state
from tests.nightly.stale import judge, stale_batch

HOSTILE = ("wrong crc", "quadratic blow-up", "a cell at XFD1048576", "a cut sheet")


@cache
def sent() -> Mapping[str, bytes]:
    """Return the tests' eight workbooks and a few hostile ones."""
    return {**contents(), **{f"HR-01/m-{kind}.xlsx": SMALL[kind].make() for kind in HOSTILE}}


ANSWERS: dict[Any, Any] = {}
"""Evaluations of the workbooks, for the runs that are not killed."""

SERVER: list[str] = []
"""The URL of the PostgreSQL server whose databases are the ledgers; empty for SQLite."""


@contextlib.contextmanager
def new_folder(*outboxes: str) -> Iterator[Path]:
    """A folder in memory; each of its `outboxes` has a ledger of its own."""
    with quick_folder() as folder:
        databases = [new_database(SERVER[0], f"chaos_{uuid.uuid4().hex}") for _ in outboxes if SERVER]
        for outbox, url in zip(outboxes, databases, strict=False):
            (folder / f"{outbox}.ledger").write_text(url, "utf-8")
        try:
            yield folder
        finally:
            for url in databases:
                drop_database(SERVER[0], url)


def final_state(inbox: Path, outbox: Path) -> dict[str, Any]:
    return state(inbox, outbox, open_ledger(ledger_of(outbox)))


def undisturbed() -> tuple[dict[str, Any], int, float]:
    """Return the state after an undisturbed run, its number of crash points, and its seconds."""
    with new_folder("out0", "out") as folder:
        points = len(crash_points_of(make_inbox(folder / "in0", sent()), folder / "out0", ANSWERS))
        inbox, outbox = make_inbox(folder / "in", sent()), folder / "out"
        start = time.monotonic()
        in_process_group(lambda: real_run(inbox, outbox))
        return final_state(inbox, outbox), points, time.monotonic() - start


def at_crash_point(at: int, expected: Mapping[str, Any]) -> str:
    """Kill a run at its `at`-th crash point, then run again. Returns "" or what is wrong."""
    with new_folder("out") as folder:
        inbox, outbox = make_inbox(folder / "in", sent()), folder / "out"
        kill_at(inbox, outbox, at)
        return problem_after_next_run(inbox, outbox, expected, f"point {at}", real=at % 10 == 0)


def at_random(seed: int, expected: Mapping[str, Any], seconds: float) -> str:
    """Kill one to three runs at random moments, then run again. Returns "" or what is wrong."""
    dice = random.Random(seed)
    with new_folder("out") as folder:
        inbox, outbox = make_inbox(folder / "in", sent()), folder / "out"
        for _ in range(dice.randint(1, 3)):
            kill_after(dice.uniform(0, 1.2 * seconds), inbox, outbox, dice.choice((1, 2)))
        return problem_after_next_run(inbox, outbox, expected, f"seed {seed}", real=seed % 10 == 0)


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
    with new_folder("out") as folder, new_folder("out") as other:
        batch = stale_batch(folder)
        assert stale_batch(other) == batch
        judge(other / "out", batch)
        if not killed_at(lambda: judge(folder / "out", batch), at):
            return None
        judge(folder / "out", batch)
        found, expected = stale.final_state(folder), stale.final_state(other)
        differs = [key for key in found if found[key] != expected[key]]
        return f"new answer, point {at}: differs in {differs}" if differs else ""


def problem_after_next_run(
    inbox: Path, outbox: Path, expected: Mapping[str, Any], interruption: str, *, real: bool
) -> str:
    """Check that each upload is there once, and that the next run ends well. Returns "" or what is wrong."""
    there, uploads = Counter(originals(inbox, outbox)), Counter(sha256(data).hexdigest() for data in sent().values())
    if any(there[name] != count for name, count in uploads.items()):
        return f"{interruption}: an upload is there twice, or not at all, before the next run"
    in_one_process = partial(run_once, plan(inbox, outbox), InProcessPool(ANSWERS))
    code = in_process_group(partial(real_run, inbox, outbox) if real else in_one_process)
    found = final_state(inbox, outbox)
    if code or found != expected:
        return f"{interruption}: exit {code}, differs in {[key for key in found if found[key] != expected[key]]}"
    differences = [sentence.en for sentence in examine(outbox, open_ledger(ledger_of(outbox)))]
    return f"{interruption}: doctor says {differences}" if differences else ""


def main() -> None:
    parser = argparse.ArgumentParser(description="Kills runs.")
    parser.add_argument("random", type=int, nargs="?", default=500)
    parser.add_argument("--every", type=int, default=1, help="kill at every N-th crash point")
    parser.add_argument("--postgresql", action="store_true", help="with ledgers in PostgreSQL")
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        if options.postgresql:
            SERVER.append(stack.enter_context(postgresql_server()))
        interrupt(options.random, options.every)


def interrupt(randomly: int, every: int) -> None:
    """Kill runs at every `every`-th crash point and `randomly` at random moments, print what is wrong, and exit."""
    expected, points, seconds = undisturbed()
    print(f"{points} crash points, {seconds:.1f} s per run")
    with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("fork")) as pool:
        problems = [*pool.map(partial(at_crash_point, expected=expected), range(1, points + 1, every))]
        problems += pool.map(partial(at_random, expected=expected, seconds=seconds), range(randomly))
        rejudged = takewhile(lambda problem: problem is not None, map(rejudged_at, count(1, every)))
        problems += [problem or "" for problem in rejudged]
    wrong = [problem for problem in problems if problem]
    print("\n".join([*wrong, f"{len(problems)} interrupted, {len(wrong)} wrong"]))
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
