"""Nights for tests: an inbox with something of everything, a run over it, and what is left compared."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import json
import os
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Engine, select

from lnp_batch.ledger.schema import metadata
from lnp_batch.ledger.store import default_url, open_ledger, reading
from lnp_batch.model.context import Context, Limits
from lnp_batch.nightly.lock import alone_on, only_run
from lnp_batch.nightly.pool import Answer, Pool
from lnp_batch.nightly.run import run_and_report
from lnp_batch.nightly.state import Ended, Plan
from lnp_batch.nightly.task import Result, Task, process_task
from lnp_batch.system.atomic_file import atomic_file
from lnp_batch.system.worker import WorkerDied
from tests.factory import Rows, changed, content, context, sound

AT = dt.datetime(2026, 11, 23, 7, 4, tzinfo=dt.UTC)
SETTLED = dt.datetime(2020, 1, 1, tzinfo=dt.UTC).timestamp()
"""When the inbox's files were written: long ago, whatever the clock of the machine says."""
OTHER = {"batch": {"reseller_code": "XX-02", "reseller_name": "Autre revendeur", "batch_reference": "Lot 7"}}


def numbered(start: int, **batch: str) -> Rows:
    """The sound batch with other accounts and numbers, apart by `start` (two digits)."""
    rows = sound()
    rows["batch"] |= {"batch_reference": f"Lot {start}", **batch}
    for sheet, key in (("accounts", "btn"), ("accounts", "new_btn"), ("numbers", "number")):
        for row in rows[sheet]:
            if row.get(key):
                row[key] = f"{row[key][:-4]}{start:02}{row[key][-2:]}"
    for row in rows["accounts"]:
        row["account_number"] = f"{row['account_number']}{start}"
    return rows


def faulty(start: int) -> Rows:
    """The same, an account held for a frozen line."""
    return changed({"accounts": {3: {"freeze": "yes"}}}, numbered(start))


def next_round(rows: Rows) -> Rows:
    """A correction: the account number, one number less, one more; the total stays."""
    last = rows["numbers"][2]
    return changed(
        {
            "batch": {"batch_reference": "Corrigé"},
            "accounts": {2: {"account_number": "000451233000"}},
            "numbers": {4: {"number": last["number"][:-1] + "9"}},
        },
        rows,
    )


_made: dict[str, bytes] = {}


def made(rows: Rows) -> bytes:
    """The workbook of these rows, the same bytes whenever it is asked for."""
    key = json.dumps(rows, sort_keys=True)
    if key not in _made:
        _made[key] = content(rows)
    return _made[key]


@cache
def contents() -> Mapping[str, bytes]:
    """Eight workbooks and a document, by their places in the inbox: sound, faulty, no workbook, sent twice, another's
    numbers, a foreign code, corrected with a document beside, a next round."""
    first = made(numbered(10))
    return {
        "a-sound.xlsx": first,
        "b-faulty.xlsx": made(faulty(20)),
        "c-no-workbook.xlsx": b"%PDF-1.7\n",
        "d-again.xlsx": first,
        "e-same-numbers.xlsx": made(changed(OTHER, numbered(10))),
        "HR-01/f-foreign.xlsx": made(numbered(40, reseller_code="XX-02")),
        "HR-01/g-corrected.xlsx": made(changed({"accounts": {3: {"freeze": "no"}}}, faulty(20))),
        "HR-01/g-corrected/A1-csr.pdf": b"%PDF-1.7\nCSR",
        "HR-01/h-next-round.xlsx": made(next_round(numbered(10))),
    }


def make_inbox(inbox: Path, held: Mapping[str, bytes] | None = None) -> Path:
    """An inbox with these files, :func:`contents` unless told otherwise, all of them old."""
    for name, written in (contents() if held is None else held).items():
        path = inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written)
    settle(inbox)
    return inbox


def settle(inbox: Path) -> None:
    """The files of the inbox as old as files are that nobody writes any more."""
    for path in inbox.rglob("*"):
        os.utime(path, (SETTLED, SETTLED), follow_symlinks=False)


def plan(inbox: Path, outbox: Path, given: Context | None = None, **more: Any) -> Plan:
    """A run of the tests' day, or of that of `given`, at the hour of :data:`AT`."""
    asked = given or context()
    return Plan(inbox, outbox, asked, dt.datetime.combine(asked.reference_date, AT.timetz()), 30, **more)


class Direct:
    """A pool that does the work in this process; what it was asked once it answers from memory, its files written anew."""

    def __init__(self, known: dict[Any, tuple[Result, Mapping[str, bytes]]] | None = None) -> None:
        self.has_room = True
        self._known = {} if known is None else known

    def submit(self, task: Task, seconds: int, limits: Limits) -> Answer:
        answer: Future[Result | WorkerDied] = Future()
        try:
            answer.set_result(self._work(task))
        except Exception as fault:
            answer.set_exception(fault)
        return answer

    def wait(self) -> None:
        raise AssertionError("nothing is ever underway")

    def _work(self, task: Task) -> Result:
        key = hashlib.sha256(task.path.read_bytes()).digest(), repr(replace(task, path=Path(), out=Path()))
        if key not in self._known:
            result = process_task(task)
            self._known[key] = result, {path.name: path.read_bytes() for path in task.out.iterdir()}
            return result
        result, files = self._known[key]
        for name, written in files.items():
            with atomic_file(task.out / name) as beside:
                beside.write_bytes(written)
        return result


_ids = itertools.count(1)


def night(asked: Plan, pool: Pool | None = None, url: str | None = None) -> Ended:
    """One run over the inbox, its log thrown away."""
    log = structlog.wrap_logger(structlog.ReturnLogger())
    with only_run(asked.outbox):
        engine = open_ledger(url or default_url(asked.outbox))
        with alone_on(engine, asked.outbox):
            return run_and_report(asked, engine, pool or Direct(), log, f"{time.time_ns()}-{next(_ids):04}")


# ------------------------------------------------------------------------------------------------ what is left


def ledger_state(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, without the numbering of runs, in an order of their values."""
    state = {}
    with reading(engine) as connection:
        for table in metadata.sorted_tables:
            given = {"id"} if table.name in ("fee_lines", "events") else set()
            columns = [column for column in table.columns if column.name not in ({"claim", "run", "outbox"} | given)]
            rows = connection.execute(select(*columns)).all()
            state[table.name] = sorted((tuple(row) for row in rows), key=repr)
    return state


def files_state(folder: Path, leave: Iterable[str] = (".lnp", "_runs")) -> dict[str, str]:
    """Every file below `folder` by its path, with the hash of its bytes; folders `leave` are left out."""
    told = {}
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if inside.parts[0] not in set(leave) and path.is_file():
            told[inside.as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()
    return told


def state(inbox: Path, outbox: Path, engine: Engine) -> dict[str, Any]:
    """All that must be the same after any disturbance."""
    return {
        "ledger": ledger_state(engine),
        "outbox": files_state(outbox),
        "inbox": files_state(inbox, leave=()),
        "unfinished": sorted(path.name for path in (outbox / ".lnp" / "staging").glob("*")),
    }


def only_report(folder: Path) -> dict[str, Any]:
    """The one report that stands in a batch's folder."""
    [path] = folder.glob("*.report.json")
    told: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return told


def originals(*folders: Path) -> list[str]:
    """The hashes of all files anywhere below: each workbook that came is to be among them."""
    return sorted(
        hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file()
    )
