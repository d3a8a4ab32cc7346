"""Eight runs at once, on either database: exactly one effect."""

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
from lnp_batch.model.ledger_view import digits
from tests.nightly.cut import quick_folder
from tests.nightly.runs import Direct, contents, ledger_state, make_inbox, night, originals, plan, state

RUNS = 8


def at_once(tasks: Sequence[Callable[[], Any]]) -> list[int]:
    """Each task in a process of its own, begun together; the exit codes: 0 for one that ended well."""
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
def known() -> dict[Any, Any]:
    """What workbooks are answered, so that runs differ in their order only."""
    memo: dict[Any, Any] = {}
    with quick_folder() as folder:
        night(plan(make_inbox(folder / "in"), folder / "out"), Direct(memo))
    return memo


def test_on_one_machine_one_runs_and_the_others_are_told_so(known: dict[Any, Any]) -> None:
    with quick_folder() as folder:
        night(plan(make_inbox(folder / "in"), folder / "out"), Direct(known))
        alone = state(folder / "in", folder / "out", open_ledger(default_url(folder / "out")))
        box, out = make_inbox(folder / "in8"), folder / "out8"
        codes = at_once([lambda: night(plan(box, out), Direct(known))] * RUNS)
        assert set(codes) <= {ExitCode.OK, ExitCode.LOCKED}
        assert codes.count(ExitCode.OK) >= 1
        assert state(box, out, open_ledger(default_url(out))) == alone


def test_the_same_workbooks_on_eight_machines_are_booked_once(
    ledger_url: str,
    known: dict[Any, Any],
    tmp_path: Path,
) -> None:
    sent = {name: contents()[name] for name in ("a-sound.xlsx", "b-faulty.xlsx")}
    night(plan(make_inbox(tmp_path / "in", sent), tmp_path / "out"), Direct(known))
    alone = ledger_state(open_ledger(default_url(tmp_path / "out")))
    open_ledger(ledger_url)
    places = [(make_inbox(tmp_path / f"in{at}", sent), tmp_path / f"out{at}") for at in range(RUNS)]
    codes = at_once([lambda box=box, out=out: night(plan(box, out), Direct(known), ledger_url) for box, out in places])
    assert codes == [ExitCode.OK] * RUNS
    assert ledger_state(open_ledger(ledger_url)) == alone
    verdicts = Counter(entry["verdict"] for _box, out in places for entry in entries(out))
    assert verdicts == {"accepted": 1, "to_fix": 1, "already_processed": 2 * (RUNS - 1)}


def test_one_inbox_of_eight_machines_is_shared_out(
    ledger_url: str,
    known: dict[Any, Any],
    tmp_path: Path,
) -> None:
    box, outs = make_inbox(tmp_path / "in"), [tmp_path / f"out{at}" for at in range(RUNS)]
    open_ledger(ledger_url)
    codes = at_once([lambda out=out: night(plan(box, out), Direct(known), ledger_url) for out in outs])
    assert codes == [ExitCode.OK] * RUNS
    told = [entry for out in outs for entry in entries(out)]
    assert len(told) == len([name for name in contents() if name.endswith(".xlsx")])
    assert not {entry["verdict"] for entry in told} & {"defect", "unreadable"}
    there = originals(box, *outs)
    assert all(there.count(one) == sent for one, sent in Counter(hashes()).items())
    assert_each_number_is_billed_once(open_ledger(ledger_url), outs)


def entries(out: Path) -> list[dict[str, Any]]:
    """What the runs of an outbox say of its workbooks."""
    return [
        entry for path in (out / ".lnp" / "runs").glob("*.json") for entry in json.loads(path.read_text())["entries"]
    ]


def hashes() -> list[str]:
    import hashlib

    return [hashlib.sha256(written).hexdigest() for written in contents().values()]


def assert_each_number_is_billed_once(engine: Engine, outs: Sequence[Path]) -> None:
    """What the reports bill, added up, is what the ledger holds; a number is in one open request, and paid for once."""
    reports = [json.loads(path.read_text("utf-8")) for out in outs for path in out.rglob("*.report.json")]
    billed = Counter(
        digits(number)
        for report in reports
        if report["invoice"]
        for request in report["requests"]
        if request["state"] == "ready"
        for number in set(request["numbers"]) - set(request.get("already_accepted", []))
    )
    back = Counter(digits(number) for report in reports for number in report.get("given_back", []))
    with reading(engine) as connection:
        lines = connection.execute(select(fee_lines.c.number, fee_lines.c.kind, fee_lines.c.cents)).all()
        open_numbers = list(connection.scalars(select(numbers.c.number).where(numbers.c.open)))
        subtotals = connection.scalar(select(func.sum(batches.c.subtotal_cents)))
    assert Counter(number for number, kind, _cents in lines if kind == FEE) == billed
    assert Counter(number for number, kind, _cents in lines if kind != FEE) == back
    assert sum(cents for _number, kind, cents in lines if kind == FEE) == subtotals
    assert len(open_numbers) == len(set(open_numbers))
    assert Counter(open_numbers) == billed - back
