"""Eight runs at once, on either database, have the effect of one."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from lnp_batch.errors import ExitCode, Locked
from lnp_batch.ledger.schema import FEE, batches, fee_lines, numbers
from lnp_batch.ledger.store import default_url, open_ledger, reading
from lnp_batch.model.phone_format import ten_digits
from tests.nightly.interruptions import quick_folder
from tests.nightly.runs import InProcessPool, contents, ledger_state, make_inbox, originals, plan, run_once, state

RUNS = 8


def at_once(tasks: Sequence[Callable[[], Any]]) -> list[int]:
    """Run each task in its own process, all started together. Returns the exit codes: 0 for success."""
    begin, go = os.pipe()
    children = []
    for task in tasks:
        child = os.fork()
        if child == 0:
            code = ExitCode.DEFECT
            try:
                os.close(go)
                os.read(begin, 1)
                task()
                code = ExitCode.OK
            except Locked:
                code = ExitCode.LOCKED
            finally:
                os._exit(code)
        children.append(child)
    os.close(begin)
    os.close(go)
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


@pytest.fixture(scope="module")
def answers() -> dict[Any, Any]:
    """The workbooks' evaluations, so that runs differ only in their order."""
    cache: dict[Any, Any] = {}
    with quick_folder() as folder:
        run_once(plan(make_inbox(folder / "in"), folder / "out"), InProcessPool(cache))
    return cache


def test_on_one_machine_one_run_goes_on_and_the_others_are_locked_out(answers: dict[Any, Any]) -> None:
    with quick_folder() as folder:
        run_once(plan(make_inbox(folder / "in"), folder / "out"), InProcessPool(answers))
        alone = state(folder / "in", folder / "out", open_ledger(default_url(folder / "out")))
        inbox, outbox = make_inbox(folder / "in8"), folder / "out8"
        codes = at_once([lambda: run_once(plan(inbox, outbox), InProcessPool(answers))] * RUNS)
        assert set(codes) <= {ExitCode.OK, ExitCode.LOCKED}
        assert codes.count(ExitCode.OK) >= 1
        assert state(inbox, outbox, open_ledger(default_url(outbox))) == alone


def test_the_same_workbooks_on_eight_machines_are_booked_once(
    ledger_url: str,
    answers: dict[Any, Any],
    tmp_path: Path,
) -> None:
    sent = {name: contents()[name] for name in ("a-sound.xlsx", "b-faulty.xlsx")}
    run_once(plan(make_inbox(tmp_path / "in", sent), tmp_path / "out"), InProcessPool(answers))
    alone = ledger_state(open_ledger(default_url(tmp_path / "out")))
    open_ledger(ledger_url)
    places = [(make_inbox(tmp_path / f"in{at}", sent), tmp_path / f"out{at}") for at in range(RUNS)]
    codes = at_once(
        [
            lambda inbox=inbox, outbox=outbox: run_once(plan(inbox, outbox), InProcessPool(answers), ledger_url)
            for inbox, outbox in places
        ]
    )
    assert codes == [ExitCode.OK] * RUNS
    assert ledger_state(open_ledger(ledger_url)) == alone
    verdicts = Counter(entry["verdict"] for _inbox, outbox in places for entry in entries(outbox))
    assert verdicts == {"accepted": 1, "to_fix": 1, "already_processed": 2 * (RUNS - 1)}


def test_eight_machines_share_the_workbooks_of_an_inbox(
    ledger_url: str,
    answers: dict[Any, Any],
    tmp_path: Path,
) -> None:
    inbox, outboxes = make_inbox(tmp_path / "in"), [tmp_path / f"out{at}" for at in range(RUNS)]
    open_ledger(ledger_url)
    codes = at_once(
        [lambda outbox=outbox: run_once(plan(inbox, outbox), InProcessPool(answers), ledger_url) for outbox in outboxes]
    )
    assert codes == [ExitCode.OK] * RUNS
    found = [entry for outbox in outboxes for entry in entries(outbox)]
    assert len(found) == len([name for name in contents() if name.endswith(".xlsx")])
    assert not {entry["verdict"] for entry in found} & {"defect", "unreadable"}
    there = originals(inbox, *outboxes)
    assert all(there.count(hash_) == count for hash_, count in Counter(hashes()).items())
    assert_each_number_is_billed_once(open_ledger(ledger_url), outboxes)


def entries(outbox: Path) -> list[dict[str, Any]]:
    """Return the entries of all runs of an outbox."""
    return [
        entry for path in (outbox / ".lnp" / "runs").glob("*.json") for entry in json.loads(path.read_text())["entries"]
    ]


def hashes() -> list[str]:
    import hashlib

    return [hashlib.sha256(written).hexdigest() for written in contents().values()]


def assert_each_number_is_billed_once(engine: Engine, outboxes: Sequence[Path]) -> None:
    """The reports add up to the ledger's fees; a number is in a single open request, and is billed once."""
    reports = [json.loads(path.read_text("utf-8")) for outbox in outboxes for path in outbox.rglob("*.report.json")]
    billed = Counter(
        ten_digits(number)
        for report in reports
        if report["invoice"]
        for request in report["requests"]
        if request["state"] == "ready"
        for number in set(request["numbers"]) - set(request.get("already_accepted", []))
    )
    given_back = Counter(ten_digits(number) for report in reports for number in report.get("given_back", []))
    with reading(engine) as connection:
        lines = connection.execute(select(fee_lines.c.number, fee_lines.c.kind, fee_lines.c.cents)).all()
        open_numbers = list(connection.scalars(select(numbers.c.number).where(numbers.c.open)))
        subtotals = connection.scalar(select(func.sum(batches.c.subtotal_cents)))
    assert Counter(number for number, kind, _cents in lines if kind == FEE) == billed
    assert Counter(number for number, kind, _cents in lines if kind != FEE) == given_back
    assert sum(cents for _number, kind, cents in lines if kind == FEE) == subtotals
    assert len(open_numbers) == len(set(open_numbers))
    assert Counter(open_numbers) == billed - given_back
