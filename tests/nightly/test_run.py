"""A run: what becomes of each workbook, and that a bad one does not stop the others."""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import itertools
import os
import random
import shutil
import signal
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import select

import lnp_batch.documents.batch_files
import lnp_batch.nightly.settle
import lnp_batch.nightly.state
from lnp_batch.documents.report.schema import REPORT_SCHEMA
from lnp_batch.intake.evaluation import Evaluation
from lnp_batch.ledger.schema import batches
from lnp_batch.ledger.store import default_url, open_ledger, reading
from lnp_batch.model.context import Limits
from lnp_batch.model.outcome import Outcome
from lnp_batch.model.reading import Refusal
from lnp_batch.nightly.doctor import examine
from lnp_batch.nightly.pool import local_pool
from lnp_batch.nightly.state import RunResult
from lnp_batch.nightly.task import Task
from lnp_batch.system.atomic_file import atomic_file
from lnp_batch.system.worker import WorkerDied
from tests.factory import REFERENCE, changed, context, sound
from tests.ledger_views import resellers
from tests.nightly.interruptions import crash_points_of, fail_at, quick_folder
from tests.nightly.runs import (
    InProcessPool,
    RunTask,
    contents,
    faulty,
    files_state,
    ledger_state,
    make_inbox,
    next_round,
    numbered,
    only_report,
    plan,
    run_once,
    state,
    workbook_of,
)

ANNOTATE = lnp_batch.documents.batch_files.fill_annotated
ANSWERS: dict[Any, Any] = {}
"""The workbooks' evaluations."""
REFUSED = {".report.json", ".refused.txt"}
RESULTS = {".annotated.xlsx", ".report.json", ".invoice.xlsx"}


@pytest.fixture
def here() -> Iterator[Path]:
    with quick_folder() as folder:
        yield folder


def run_over(here: Path, files: Mapping[str, bytes] | None = None, pool: Any = None, **facts: Any) -> RunResult:
    """Add `files` to the inbox, and run. `facts` are the context's, and `retry_defects`."""
    options = {key: facts.pop(key) for key in ("retry_defects",) if key in facts}
    run_plan = plan(make_inbox(here / "in", files), here / "out", context(**facts), **options)
    return run_once(run_plan, pool or InProcessPool(ANSWERS))


def verdicts(result: RunResult) -> dict[str, str]:
    return {str(entry["file"]): str(entry["verdict"]) for entry in result.entries}


def folder_of(here: Path, result: RunResult, file: str) -> Path:
    """Return the folder of the workbook of that name."""
    [entry] = [entry for entry in result.entries if entry["file"] == file]
    return here / "out" / str(entry["place"]) / str(entry["batch"])


def suffixes(folder: Path, stem: str) -> set[str]:
    return {path.name.removeprefix(stem) for path in folder.iterdir()}


def rows(here: Path) -> dict[str, list[Any]]:
    return ledger_state(open_ledger(default_url(here / "out")))


def differences(here: Path) -> list[str]:
    return [sentence["en"] for sentence in examine(here / "out", open_ledger(default_url(here / "out")))]


# ------------------------------------------------------------------------------------------------ everything at once


def test_each_workbook_has_its_verdict_files_and_bookings(here: Path) -> None:
    result = run_over(here)
    keys = (
        "file",
        "place",
        "verdict",
        "numbers",
        "accepted",
        "to_fix",
        "waiting",
        "not_ported",
        "billed",
        "given_back",
    )
    assert [tuple(entry[key] for key in keys) for entry in result.entries] == [
        ("a-sound.xlsx", "HR-01", "accepted", 6, 5, 0, 0, 1, 5, 0),
        ("b-faulty.xlsx", "HR-01", "to_fix", 6, 3, 0, 2, 1, 3, 0),
        ("c-no-workbook.xlsx", "_unknown", "refused", 0, 0, 0, 0, 0, 0, 0),
        ("d-again.xlsx", "HR-01", "already_processed", 0, 0, 0, 0, 0, 0, 0),
        ("e-same-numbers.xlsx", "XX-02", "to_fix", 6, 0, 5, 0, 1, 0, 0),
        ("f-foreign.xlsx", "HR-01", "refused", 0, 0, 0, 0, 0, 0, 0),
        ("g-corrected.xlsx", "HR-01", "accepted", 6, 5, 0, 0, 1, 2, 0),
        ("h-next-round.xlsx", "HR-01", "accepted", 6, 5, 0, 0, 1, 1, 1),
    ]
    assert result.exit_code == 4
    refused = [entry["faults"] for entry in result.entries if entry["verdict"] == "refused"]
    assert [[(fault["code"], fault["count"]) for fault in faults] for faults in refused] == [
        [("WBK001", 1)],
        [("WBK014", 1)],
    ]
    results = {
        "a-sound": RESULTS,
        "b-faulty": RESULTS,
        "c-no-workbook": REFUSED,
        "e-same-numbers": RESULTS - {".invoice.xlsx"},
        "f-foreign": REFUSED,
        "g-corrected": RESULTS | {"documents"},
        "h-next-round": RESULTS,
    }
    for stem, endings in results.items():
        folder = folder_of(here, result, f"{stem}.xlsx")
        assert suffixes(folder, stem) == {".xlsx", *endings}
        [original] = [data for name, data in contents().items() if name.endswith(f"{stem}.xlsx")]
        assert (folder / f"{stem}.xlsx").read_bytes() == original
        Draft202012Validator(REPORT_SCHEMA).validate(only_report(folder))
    assert len(rows(here)["batches"]) == 5
    assert len(rows(here)["fee_lines"]) == 5 + 3 + 2 + 1 + 1
    assert files_state(here / "in", ignored=()) == {}
    assert differences(here) == []
    ids = {
        name: {request["account_ref"]: (request["id"], request["revision"]) for request in report["requests"]}
        for name in ("a-sound", "b-faulty", "g-corrected", "h-next-round")
        for report in [only_report(folder_of(here, result, f"{name}.xlsx"))]
    }
    assert ids["h-next-round"]["A1"] == (ids["a-sound"]["A1"][0], 2)
    assert ids["h-next-round"]["A2"] == ids["a-sound"]["A2"]
    assert ids["g-corrected"] == ids["b-faulty"]


def test_a_run_over_an_empty_inbox_does_nothing(here: Path) -> None:
    result = run_over(here, {".keep": b""})
    assert (result.entries, result.exit_code) == ((), 0)


# ------------------------------------------------------------------------------------------------ one bad file


def deadly(outcome: Outcome, path: Path) -> None:
    """Die, or exceed the limits, half way through writing the annotated copies of two workbooks."""
    if outcome.reading.name not in ("mortel.xlsx", "glouton.xlsx"):
        ANNOTATE(outcome, path)
        return
    with atomic_file(path) as temporary:
        temporary.write_bytes(b"half")
        if outcome.reading.name == "glouton.xlsx":
            bytearray(1 << 40)
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_hostile_workbook_does_not_change_the_others(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lnp_batch.documents.batch_files, "fill_annotated", deadly)
    others = {name: contents()[name] for name in ("a-sound.xlsx", "b-faulty.xlsx", "HR-01/h-next-round.xlsx")}
    hostile = {"mortel.xlsx": workbook_of(numbered(50)), "glouton.xlsx": workbook_of(numbered(60))}
    left = []
    for name, files in (("without", others), ("with", {**others, **hostile})):
        with local_pool(2) as pool:
            result = run_over(here / name, files, pool)
        left.append(files_state(here / name / "out", ignored=(".lnp", "_runs", "_unknown")))
    assert left[0] == left[1] != {}
    assert verdicts(result) | dict.fromkeys(("mortel.xlsx", "glouton.xlsx"), "refused") == verdicts(result)
    for stem, limit in (("mortel", "planter"), ("glouton", "2048")):
        folder = folder_of(here / "with", result, f"{stem}.xlsx")
        assert folder.parent.name == "_unknown"
        assert suffixes(folder, stem) == {".xlsx", *REFUSED}
        assert [found["code"] for found in only_report(folder)["findings"]] == ["WBK003"]
        assert limit in (folder / f"{stem}.refused.txt").read_text("utf-8").replace("\u202f", "").replace("\u00a0", "")
    assert result.exit_code == 4


def test_a_workbook_that_hangs_is_refused(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(outcome: Outcome, path: Path) -> None:
        while outcome.reading.name == "sans-fin.xlsx":
            pass
        ANNOTATE(outcome, path)

    monkeypatch.setattr(lnp_batch.documents.batch_files, "fill_annotated", endless)
    files = {"sans-fin.xlsx": workbook_of(numbered(50)), "z.xlsx": workbook_of(numbered(10))}
    with local_pool(1) as pool:
        result = run_over(here, files, pool, limits=Limits(seconds=1))
    assert verdicts(result) == {"sans-fin.xlsx": "refused", "z.xlsx": "accepted"}


@pytest.mark.parametrize(
    ("deaths", "perhaps_machine", "verdict"), [(1, True, "accepted"), (2, True, "refused"), (1, False, "refused")]
)
def test_a_workbook_whose_process_dies_is_tried_again_if_the_machine_may_be_at_fault(
    here: Path, deaths: int, perhaps_machine: bool, verdict: str
) -> None:
    left = deaths

    def dying(run: RunTask, task: Task) -> Any:
        nonlocal left
        left -= 1
        if left >= 0:
            return WorkerDied(Refusal.over_limit("died", "SIGKILL"), 1, perhaps_machine)
        return run(task)

    result = run_over(here, {"lot.xlsx": workbook_of(numbered(10))}, InProcessPool(wrap=dying))
    assert verdicts(result) == {"lot.xlsx": verdict}
    assert differences(here) == []


# ------------------------------------------------------------------------------------------------ our own faults


def failing_pool(file: str) -> InProcessPool:
    """A pool in which our code fails on that workbook."""

    def broken(run: RunTask, task: Task) -> Evaluation:
        if task.name == file:
            raise LookupError("514-555-1000, PIN 4321")
        return run(task)

    return InProcessPool(ANSWERS, broken)


def test_a_defect_is_laid_aside_until_it_is_retried(here: Path) -> None:
    files = {
        "HR-01/lot.xlsx": workbook_of(numbered(10)),
        "HR-01/lot/A1-csr.pdf": b"%PDF-1.7",
        "HR-01/z.xlsx": workbook_of(numbered(20)),
    }
    result = run_over(here, files, failing_pool("lot.xlsx"))
    assert verdicts(result) == {"lot.xlsx": "defect", "z.xlsx": "accepted"}
    assert result.exit_code == 1
    folder = folder_of(here, result, "lot.xlsx")
    assert folder.parent.name == "_defects"
    assert {path.name for path in folder.iterdir()} == {"lot.xlsx", "lot.log", "documents", ".origin.json"}
    log = (folder / "lot.log").read_text("utf-8")
    assert "in broken" in log and "LookupError" in log
    assert "514-555" not in log.replace('raise LookupError("514-555-1000, PIN 4321")', "")
    assert run_over(here, {}, failing_pool("lot.xlsx")).entries == ()
    again = run_over(here, {}, failing_pool("lot.xlsx"), retry_defects=True)
    assert verdicts(again) == {"lot.xlsx": "defect"}
    assert len(rows(here)["batches"]) == 1
    assert (run_over(here, {}).entries, run_over(here, {}).exit_code) == ((), 0)
    again = run_over(here, {}, retry_defects=True)
    assert (verdicts(again), again.exit_code) == ({"lot.xlsx": "accepted"}, 0)
    folder = folder_of(here, again, "lot.xlsx")
    assert folder.parent.name == "HR-01"
    assert suffixes(folder, "lot") == {".xlsx", *RESULTS, "documents"}
    assert list((here / "out" / "_defects").iterdir()) == []
    assert differences(here) == []


def test_a_second_defect_of_the_same_bytes_has_its_own_folder(here: Path) -> None:
    lot = workbook_of(numbered(10))
    for _twice in range(2):
        run_over(here, {"lot.xlsx": lot}, failing_pool("lot.xlsx"))
    assert len(list((here / "out" / "_defects").iterdir())) == 2
    assert [entry["verdict"] for entry in run_over(here, {}, retry_defects=True).entries] == [
        "accepted",
        "already_processed",
    ]


@pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.long)])
def test_a_retry_can_be_interrupted_anywhere(every: int, here: Path) -> None:
    """Workbook and documents come back together, whatever fails in between."""
    lot = {"HR-01/lot.xlsx": workbook_of(numbered(10)), "HR-01/lot/A1-csr.pdf": b"%PDF-1.7"}
    run_over(here / "before", lot, failing_pool("lot.xlsx"))
    answers: dict[Any, Any] = {}

    def again(folder: Path) -> dict[str, Any]:
        run_once(plan(folder / "in", folder / "out", retry_defects=True), InProcessPool(answers))
        return state(folder / "in", folder / "out", open_ledger(default_url(folder / "out")))

    expected = again(Path(shutil.copytree(here / "before", here / "expected")))
    assert any(name.endswith("documents/A1-csr.pdf") for name in expected["outbox"])
    for at in itertools.count(1, every):
        folder = Path(shutil.copytree(here / "before", here / f"{at}"))
        interrupted = fail_at(folder / "in", folder / "out", at, answers, retry_defects=True)
        assert again(folder) == expected, at
        if not interrupted:
            break
    assert at > 20


@pytest.mark.parametrize("wrong", [{"quantity": 4}, {"subtotal_cents": 14996}, {"unit_cents": 3000}])
def test_an_invoice_that_does_not_add_up_books_nothing(here: Path, wrong: dict[str, int]) -> None:
    def mispriced(run: RunTask, task: Task) -> Evaluation:
        evaluation = run(task)
        assert (evaluation.quantity, evaluation.subtotal_cents, evaluation.unit_cents) == (5, 14995, 2999)
        return replace(evaluation, **wrong) if task.name == "a.xlsx" else evaluation

    files = {"a.xlsx": workbook_of(numbered(10)), "b.xlsx": workbook_of(numbered(20))}
    result = run_over(here, files, InProcessPool(ANSWERS, mispriced))
    assert (verdicts(result), result.exit_code) == ({"a.xlsx": "defect", "b.xlsx": "accepted"}, 1)
    assert "cents" in (folder_of(here, result, "a.xlsx") / "a.log").read_text("utf-8")
    assert (len(rows(here)["batches"]), len(rows(here)["numbers"]), len(rows(here)["fee_lines"])) == (1, 5, 5)
    assert differences(here) == []


@pytest.mark.parametrize("count", ["accepted", "to_fix"])
def test_counts_that_do_not_add_up_book_nothing(here: Path, count: str) -> None:
    def miscounted(run: RunTask, task: Task) -> Evaluation:
        evaluation = run(task)
        assert evaluation.counts
        counts = replace(evaluation.counts, **{count: getattr(evaluation.counts, count) + 1})
        return replace(evaluation, counts=counts)

    result = run_over(here, {"a.xlsx": workbook_of(numbered(10))}, InProcessPool(ANSWERS, miscounted))
    assert (verdicts(result), result.exit_code) == ({"a.xlsx": "defect"}, 1)
    assert not any(rows(here)[name] for name in ("batches", "numbers", "fee_lines", "events", "requests", "arrivals"))


# ------------------------------------------------------------------------------------------------ cannot be read


def test_a_workbook_that_cannot_be_read_now_stays_claimed(here: Path) -> None:
    bad = workbook_of(numbered(10))

    def failing(run: RunTask, task: Task) -> Evaluation:
        if task.name == "a.xlsx":
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(task.path))
        return run(task)

    result = run_over(here, {"a.xlsx": bad, "b.xlsx": workbook_of(numbered(20))}, InProcessPool(ANSWERS, failing))
    assert (verdicts(result), result.exit_code) == ({"a.xlsx": "unreadable", "b.xlsx": "accepted"}, 8)
    assert [path.read_bytes() for path in (here / "in" / ".lnp" / "working").glob("*/*.claimed")] == [bad]
    assert verdicts(run_over(here, {})) == {"a.xlsx": "accepted"}
    assert differences(here) == []


def test_a_workbook_without_a_hash_is_not_booked(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a hash it is unknown whether it came before, so it waits, though its cells could be read."""
    with monkeypatch.context() as patch:
        patch.setattr("lnp_batch.nightly.state.file_hash", lambda _path: "")
        result = run_over(here, {"a.xlsx": workbook_of(numbered(10))})
    assert (verdicts(result), result.exit_code) == ({"a.xlsx": "unreadable"}, 8)
    assert verdicts(run_over(here, {})) == {"a.xlsx": "accepted"}


# ------------------------------------------------------------------------------------------------ the same bytes


def test_the_same_bytes_again_are_answered_with_the_first_result(here: Path) -> None:
    answers: dict[Any, Any] = {}
    lot, other = workbook_of(faulty(10)), workbook_of(numbered(20))
    first = run_over(here, {"lot.xlsx": lot}, InProcessPool(answers))
    before = rows(here)
    again = run_over(here, {"copie.xlsx": lot, "HR-01/lot.xlsx": lot}, InProcessPool(answers))
    assert (set(verdicts(again).values()), again.exit_code) == ({"already_processed"}, 6)
    assert rows(here) == before
    folder = folder_of(here, again, "copie.xlsx")
    assert {path.name for path in folder.iterdir()} == {
        "copie.xlsx", "lot.annotated.xlsx", "lot.report.json", "copie.already.txt",
    }  # fmt: skip
    batch = folder_of(here, first, "lot.xlsx").name
    assert batch in (folder / "copie.already.txt").read_text("utf-8")
    report = only_report(folder)
    assert (report["invoice"], report["first_batch"], report["outcome"]) == (None, batch, "to_fix")
    Draft202012Validator(REPORT_SCHEMA).validate(report)
    mixed = run_over(here, {"lot.xlsx": lot, "x.xlsx": other}, InProcessPool(answers))
    assert (mixed.exit_code, verdicts(mixed)) == (0, {"lot.xlsx": "already_processed", "x.xlsx": "accepted"})
    assert differences(here) == []


def test_the_same_correction_again_gives_nothing_back_twice(here: Path) -> None:
    first, correction = workbook_of(numbered(10)), workbook_of(next_round(numbered(10)))
    run_over(here, {"lot.xlsx": first})
    folder = folder_of(here, run_over(here, {"lot.xlsx": correction}), "lot.xlsx")
    assert len(only_report(folder)["given_back"]) == 1
    again = folder_of(here, run_over(here, {"lot.xlsx": correction}), "lot.xlsx")
    assert "given_back" not in only_report(again)
    Draft202012Validator(REPORT_SCHEMA).validate(only_report(again))


def test_the_same_bytes_through_another_resellers_folder_reveal_nothing(here: Path) -> None:
    lot = workbook_of(numbered(10))
    first = run_over(here, {"HR-01/lot.xlsx": lot})
    result = run_over(here, {"XX-02/lot.xlsx": lot})
    assert ([(entry["place"], entry["verdict"]) for entry in result.entries]) == [("XX-02", "refused")]
    folder = folder_of(here, result, "lot.xlsx")
    batch = folder_of(here, first, "lot.xlsx").name
    assert not any(batch in path.read_text("utf-8") for path in folder.iterdir() if path.suffix in (".txt", ".json"))


def test_what_was_refused_is_not_remembered(here: Path) -> None:
    for _twice in range(2):
        result = run_over(here, {"lot.xlsx": b"%PDF-1.7"})
        assert (verdicts(result), result.exit_code) == ({"lot.xlsx": "refused"}, 4)
    assert rows(here)["batches"] == []
    assert len(list((here / "out" / "_unknown").iterdir())) == 2


# ------------------------------------------------------------------------------------------------ resellers


@pytest.mark.parametrize("unlisted", [[], [{"code": "HR-01", "active": False}]])
def test_an_unknown_reseller_is_answered_and_not_remembered(here: Path, unlisted: list[Any]) -> None:
    lot = {"HR-01/lot.xlsx": workbook_of(numbered(10))}
    result = run_over(here, lot, resellers=resellers(unlisted))
    assert (verdicts(result), result.exit_code) == ({"lot.xlsx": "to_fix"}, 3)
    assert suffixes(folder_of(here, result, "lot.xlsx"), "lot") == {".xlsx", ".annotated.xlsx", ".report.json"}
    assert not any(rows(here).values())
    listed = resellers([{"code": "HR-01"}])
    assert verdicts(run_over(here, lot, resellers=listed)) == {"lot.xlsx": "accepted"}
    assert differences(here) == []
    assert verdicts(run_over(here, lot, resellers=listed)) == {"lot.xlsx": "already_processed"}
    assert differences(here) == []


def test_the_reseller_tables_price_province_and_name_are_used(here: Path) -> None:
    table = resellers([{"code": "hr-01", "name": "Légal inc.", "province": "ON", "unit_price": Decimal("10.00")}])
    result = run_over(here, {"HR-01/lot.xlsx": workbook_of(numbered(10))}, resellers=table)
    folder = folder_of(here, result, "lot.xlsx")
    assert folder.parent.name == "hr-01"
    report = only_report(folder)
    assert report["batch"]["reseller_name"] == "Légal inc."
    assert (report["invoice"]["unit_price"], report["invoice"]["subtotal"], report["invoice"]["total"]) == (
        "10.00", "50.00", "56.50",
    )  # fmt: skip
    assert [tax["code"] for tax in report["invoice"]["taxes"]] == ["HST"]
    state = rows(here)
    assert [line[3] for line in state["fee_lines"]] == [1000] * 5
    assert result.entries[0]["name"] == "Légal inc."
    assert differences(here) == []


def test_a_reseller_code_in_two_spellings_has_a_single_folder_and_history(here: Path) -> None:
    lot = workbook_of(numbered(10))
    first = run_over(here, {"a.xlsx": lot})
    result = run_over(here, {"b.xlsx": workbook_of(numbered(10, reseller_code=" hr-01", batch_reference="Corrigé"))})
    assert [entry["place"] for entry in result.entries] == ["HR-01"]
    assert [(entry["accepted"], entry["billed"]) for entry in result.entries] == [(5, 0)]
    table = resellers([{"code": "Hr-01"}])
    again = run_over(here, {"HR-01/c.xlsx": lot}, resellers=table)
    assert [(entry["place"], entry["first"]) for entry in again.entries] == [
        ("Hr-01", folder_of(here, first, "a.xlsx").name)
    ]
    assert (folder_of(here, again, "c.xlsx") / "a.report.json").exists()


@pytest.mark.parametrize("code", ["", "HR 01", "../..", "\U0001f4de" * 64, "ß" * 64, "_x0000_", "a" * 33])
def test_under_an_invalid_code_nothing_is_remembered(here: Path, code: str) -> None:
    for _twice in range(2):
        result = run_over(here, {"lot.xlsx": workbook_of(changed({"batch": {"reseller_code": code}}, sound()))})
        assert [(entry["place"], entry["verdict"]) for entry in result.entries] == [("_unknown", "to_fix")]
    assert not any(rows(here).values())


@pytest.mark.parametrize("odd", ["a_x0001_b", "x" * 4_000, "\u202eabc", "_x0000_"])
def test_odd_text_on_the_batch_sheet_is_booked_in_any_ledger(here: Path, ledger_url: str, odd: str) -> None:
    keys = ("reseller_name", "batch_reference", "billing_province", "contact_name", "purchase_order")
    lot = workbook_of(changed({"batch": dict.fromkeys(keys, odd)}, sound()))
    run_plan = plan(make_inbox(here / "in", {"lot.xlsx": lot}), here / "out")
    result = run_once(run_plan, InProcessPool(ANSWERS), ledger_url)
    assert [(entry["place"], entry["verdict"], entry["accepted"]) for entry in result.entries] == [
        ("HR-01", "to_fix", 0)
    ]


# ------------------------------------------------------------------------------------------------ odd cases


def test_a_reference_too_long_for_an_index_is_booked(ledger_url: str) -> None:
    """6,000 characters that do not compress: PostgreSQL refuses them in an index."""
    dice = random.Random(1)
    long = "".join(chr(dice.randrange(0x4E00, 0x9F00)) for _ in range(6000))
    files = {"a.xlsx": workbook_of(numbered(10, batch_reference=long)), "b.xlsx": workbook_of(numbered(20))}
    with quick_folder() as folder:
        url = f"sqlite:///{folder / 'l.sqlite'}" if ledger_url.startswith("sqlite") else ledger_url
        result = run_once(plan(make_inbox(folder / "in", files), folder / "out"), url=url)
    assert [(entry["file"], entry["verdict"]) for entry in result.entries] == [
        ("a.xlsx", "to_fix"),
        ("b.xlsx", "accepted"),
    ]


def test_a_defect_in_booking_lays_only_its_workbook_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    real = lnp_batch.nightly.settle.book_batch

    def broken(connection: Any, batch: Any, *rest: Any) -> Any:
        return {}["no such key"] if batch.file == "a.xlsx" else real(connection, batch, *rest)

    monkeypatch.setattr(lnp_batch.nightly.settle, "book_batch", broken)
    files = {"a.xlsx": workbook_of(numbered(10)), "b.xlsx": workbook_of(numbered(20))}
    with quick_folder() as folder:
        result = run_once(plan(make_inbox(folder / "in", files), folder / "out"))
        assert [(entry["file"], entry["verdict"]) for entry in result.entries] == [
            ("a.xlsx", "defect"),
            ("b.xlsx", "accepted"),
        ]
        assert next((folder / "out" / "_defects").glob("*/a.xlsx")).exists()


def test_a_workbook_finished_a_day_after_its_claim_has_the_day_of_the_claim() -> None:
    with quick_folder() as folder:
        inbox, outbox = make_inbox(folder / "in", {"a.xlsx": workbook_of(numbered(10))}), folder / "out"
        crash_points = crash_points_of(
            make_inbox(folder / "in0", {"a.xlsx": workbook_of(numbered(10))}), folder / "out0", {}
        )
        assert fail_at(inbox, outbox, crash_points.index("commit", len(crash_points) // 2) + 1, {})
        late = context(reference_date=REFERENCE + dt.timedelta(days=8))
        [entry] = run_once(plan(inbox, outbox, late)).entries
    assert (entry["day"], entry["batch"][:10]) == (REFERENCE.isoformat(), REFERENCE.isoformat())


def test_a_workbook_still_written_after_its_claim_is_hashed_as_it_was_evaluated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its sender still writes through an open file: the hash taken at the claim is that of a fragment."""
    hashes = iter(["ab" * 32])
    real = lnp_batch.nightly.state.file_hash
    monkeypatch.setattr(lnp_batch.nightly.state, "file_hash", lambda path: next(hashes, None) or real(path))
    with quick_folder() as folder:
        inbox, outbox = make_inbox(folder / "in", {"a.xlsx": workbook_of(numbered(10))}), folder / "out"
        [entry] = run_once(plan(inbox, outbox)).entries
        engine = open_ledger(default_url(outbox))
        assert entry["verdict"] == "accepted"
        assert [sentence.en for sentence in examine(outbox, engine)] == []
        with reading(engine) as connection:
            [booked] = connection.scalars(select(batches.c.sha256))
        assert booked == hashlib.sha256(workbook_of(numbered(10))).hexdigest()


def test_each_of_two_outboxes_with_a_common_ledger_agrees_with_it() -> None:
    with quick_folder() as folder:
        url = f"sqlite:///{folder / 'l.sqlite'}"
        for name, start in (("one", 10), ("two", 20)):
            run_once(
                plan(make_inbox(folder / f"in-{name}", {"a.xlsx": workbook_of(numbered(start))}), folder / name),
                url=url,
            )
        for name in ("one", "two"):
            assert [sentence.en for sentence in examine(folder / name, open_ledger(url))] == []
