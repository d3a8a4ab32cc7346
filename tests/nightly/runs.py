"""Runs for tests: an inbox with a workbook of each kind, a run over it, and the state it leaves."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Engine, select

from lnp_batch.intake.evaluation import Evaluation
from lnp_batch.ledger.schema import identity, metadata, outboxes
from lnp_batch.ledger.store import default_url, reading
from lnp_batch.model.context import Context, Limits
from lnp_batch.model.file_name import ANNOTATED, INVOICE
from lnp_batch.nightly.booked import ledger_id_of, recorded_batches
from lnp_batch.nightly.ledger_check import open_for_run
from lnp_batch.nightly.lock import only_run, only_run_in_ledger
from lnp_batch.nightly.outbox import existing_outbox_id
from lnp_batch.nightly.pool import Answer, Pool
from lnp_batch.nightly.rejudge import rejudge
from lnp_batch.nightly.rejudge_claim import rejudge_inbox
from lnp_batch.nightly.run import run_and_report
from lnp_batch.nightly.state import Plan, RunResult, RunState
from lnp_batch.nightly.task import Task, run_task
from lnp_batch.system.atomic_file import atomic_file
from lnp_batch.system.worker import WorkerDied
from tests.factory import Rows, changed, content, context, sound
from tests.same import hash_of_parts

AT = dt.datetime(2026, 11, 23, 7, 4, tzinfo=dt.UTC)
OLD = dt.datetime(2020, 1, 1, tzinfo=dt.UTC).timestamp()
"""When the inbox's files were written: long ago by any clock."""
OTHER = {"batch": {"reseller_code": "XX-02", "reseller_name": "Autre revendeur", "batch_reference": "Lot 7"}}


def numbered(start: int, **batch: str) -> Rows:
    """The sound batch with other accounts and numbers, which contain `start` (two digits)."""
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
    """The same with an account that is held back for a frozen line."""
    return changed({"accounts": {3: {"freeze": "yes"}}}, numbered(start))


def next_round(rows: Rows) -> Rows:
    """A correction: another account number, one phone number replaced; the total stays."""
    last = rows["numbers"][2]
    return changed(
        {
            "batch": {"batch_reference": "Corrigé"},
            "accounts": {2: {"account_number": "000451233000"}},
            "numbers": {4: {"number": last["number"][:-1] + "9"}},
        },
        rows,
    )


_workbooks: dict[str, bytes] = {}


def workbook_of(rows: Rows) -> bytes:
    """Return the workbook of these rows, always with the same bytes."""
    key = json.dumps(rows, sort_keys=True)
    if key not in _workbooks:
        _workbooks[key] = content(rows)
    return _workbooks[key]


@cache
def contents() -> Mapping[str, bytes]:
    """Return eight workbooks and a document by their paths in the inbox: sound, faulty, no workbook, sent twice,
    another reseller's numbers, another reseller's code, corrected with a document, a next round."""
    first = workbook_of(numbered(10))
    return {
        "a-sound.xlsx": first,
        "b-faulty.xlsx": workbook_of(faulty(20)),
        "c-no-workbook.xlsx": b"%PDF-1.7\n",
        "d-again.xlsx": first,
        "e-same-numbers.xlsx": workbook_of(changed(OTHER, numbered(10))),
        "HR-01/f-foreign.xlsx": workbook_of(numbered(40, reseller_code="XX-02")),
        "HR-01/g-corrected.xlsx": workbook_of(changed({"accounts": {3: {"freeze": "no"}}}, faulty(20))),
        "HR-01/g-corrected/A1-csr.pdf": b"%PDF-1.7\nCSR",
        "HR-01/h-next-round.xlsx": workbook_of(next_round(numbered(10))),
    }


def make_inbox(inbox: Path, files: Mapping[str, bytes] | None = None) -> Path:
    """Create an inbox with these files, by default :func:`contents`, all of them old."""
    for name, data in (contents() if files is None else files).items():
        path = inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    make_old(inbox)
    return inbox


def make_old(inbox: Path) -> None:
    """Set the times of the inbox's files to :data:`OLD`."""
    for path in inbox.rglob("*"):
        os.utime(path, (OLD, OLD), follow_symlinks=False)


def plan(inbox: Path, outbox: Path, run_context: Context | None = None, **options: Any) -> Plan:
    """Return the plan of a run on the tests' day, or on that of `run_context`, at the time of :data:`AT`."""
    used = run_context or context()
    return Plan(inbox, outbox, used, dt.datetime.combine(used.reference_date, AT.timetz()), 30, **options)


RunTask = Callable[[Task], Evaluation]


def unchanged(run: RunTask, task: Task) -> Evaluation:
    return run(task)


class InProcessPool:
    """Runs tasks in this process. A task that it ran before is answered from the cache, its files written again.

    `wrap` is called instead of running a task: it may call the given function, raise, or change the evaluation.
    """

    def __init__(
        self,
        answers: dict[Any, tuple[Evaluation, Mapping[str, bytes]]] | None = None,
        wrap: Callable[[RunTask, Task], Evaluation] = unchanged,
    ) -> None:
        self.has_room = True
        self._cache = {} if answers is None else answers
        self._wrap = wrap

    def submit(self, task: Task, seconds: int, limits: Limits) -> Answer:
        answer: Future[Evaluation | WorkerDied] = Future()
        try:
            answer.set_result(self._wrap(self._run, task))
        except Exception as fault:
            answer.set_exception(fault)
        return answer

    def wait(self) -> None:
        raise AssertionError("tasks are answered at once")

    def _run(self, task: Task) -> Evaluation:
        key = hashlib.sha256(task.path.read_bytes()).digest(), repr(replace(task, path=Path(), out=Path()))
        if key not in self._cache:
            result = run_task(task)
            self._cache[key] = result, {path.name: path.read_bytes() for path in task.out.iterdir()}
            return result
        result, files = self._cache[key]
        for name, data in files.items():
            with atomic_file(task.out / name) as temporary:
                temporary.write_bytes(data)
        return result


_ids = itertools.count(1)


def ledger_of(outbox: Path) -> str:
    """Return the URL of an outbox's ledger: that in the file `<outbox>.ledger` beside it, else its own."""
    named = outbox.with_name(f"{outbox.name}.ledger")
    return named.read_text("utf-8") if named.exists() else default_url(outbox)


def run_once(plan: Plan, pool: Pool | None = None, url: str | None = None) -> RunResult:
    """Run over the inbox once, without keeping the log."""
    log = structlog.wrap_logger(structlog.ReturnLogger())
    with only_run(plan.outbox):
        engine = open_for_run(plan.outbox, url or ledger_of(plan.outbox), plan.at)
        with only_run_in_ledger(engine, plan.outbox):
            return run_and_report(plan, engine, pool or InProcessPool(), log, f"{time.time_ns()}-{next(_ids):04}")


def rejudge_once(
    plan: Plan, batch: str, reason: str = "because", pool: Pool | None = None, url: str | None = None
) -> Mapping[str, Any]:
    """Answer a batch again for Marie Roy, and return what the reports say of it, {} if it is kept back."""
    log = structlog.wrap_logger(structlog.ReturnLogger())
    plan = replace(plan, inbox=rejudge_inbox(plan.outbox))
    with only_run(plan.outbox):
        engine = open_for_run(plan.outbox, url or ledger_of(plan.outbox), plan.at)
        with only_run_in_ledger(engine, plan.outbox):
            run_id, outbox_id = f"{time.time_ns()}-{next(_ids):04}", existing_outbox_id(plan.outbox)
            state = RunState(plan, engine, pool or InProcessPool(), log, run_id, outbox_id)
            entry = rejudge(state, batch, "Marie Roy", reason)
    return entry or {}


# ------------------------------------------------------------------------------------------------ final state


def ledger_state(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of every table, sorted, without ids and names that differ from run to run."""
    state = {}
    with reading(engine) as connection:
        for table in metadata.sorted_tables:
            if table in (identity, outboxes):
                continue
            generated = {"id"} if table.name in ("fee_lines", "events") else set()
            columns = [
                column for column in table.columns if column.name not in ({"claim", "run", "outbox"} | generated)
            ]
            rows = connection.execute(select(*columns)).all()
            state[table.name] = sorted((tuple(row) for row in rows), key=repr)
    return state


def files_state(folder: Path, ignored: Iterable[str] = (".lnp", "_runs")) -> dict[str, str]:
    """Return path → hash of every file in `folder`, except in the top folders `ignored`; of the workbooks that we write,
    a hash of their parts."""
    hashes = {}
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if inside.parts[0] not in set(ignored) and path.is_file():
            written = path.read_bytes()
            is_ours = path.name.endswith((ANNOTATED, INVOICE))
            hashes[inside.as_posix()] = hash_of_parts(written) if is_ours else hashlib.sha256(written).hexdigest()
    return hashes


def state(inbox: Path, outbox: Path, engine: Engine) -> dict[str, Any]:
    """Return everything that has to be the same after any interruption."""
    return {
        "ledger": ledger_state(engine),
        "outbox": files_state(outbox),
        "inbox": files_state(inbox, ignored=()),
        "recorded": sorted(recorded_batches(outbox, ledger_id_of(outbox))),
        "unfinished": sorted(path.name for path in (outbox / ".lnp" / "staging").glob("*")),
    }


def assert_same_state(found: Mapping[str, Any], expected: Mapping[str, Any], outbox: Path, when: str) -> None:
    """Fail if a state is not the expected one: the message names what differs, and the outbox is kept."""
    if found == expected:
        return
    kept = Path(tempfile.mkdtemp(prefix="lnp-batch-differ-"))
    shutil.copytree(outbox, kept / "out")
    differing = [key for key in expected if found[key] != expected[key]]
    for key in ("outbox", "inbox"):
        names = found[key].keys() | expected[key].keys()
        differing += sorted(name for name in names if found[key].get(name) != expected[key].get(name))
    raise AssertionError(f"{when}: {', '.join(differing)} differ; the outbox is kept in {kept}")


def only_report(folder: Path) -> dict[str, Any]:
    """Return the report in a batch's folder."""
    [path] = folder.glob("*.report.json")
    report: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return report


def originals(*folders: Path) -> list[str]:
    """Return the hashes of all files in `folders`, sorted: each workbook that was sent must be among them."""
    return sorted(
        hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file()
    )
