"""A batch that is answered again on request: the same bytes, judged with what the ledger knows today."""

from __future__ import annotations

import datetime as dt
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select, update

from lnp_batch.errors import EnvironmentFault
from lnp_batch.ledger.copy import copy_ledger
from lnp_batch.ledger.fees import fee_summary
from lnp_batch.ledger.schema import answers, batches, events, fee_lines, numbers, requests
from lnp_batch.ledger.store import open_existing, open_ledger, reading, snapshot, writing
from lnp_batch.model.finding import Severity
from lnp_batch.model.money import Dated
from lnp_batch.model.outcome import NUMBER_COUNTS, State
from lnp_batch.nightly.booked import ledger_id_of, recorded_batches
from lnp_batch.nightly.purge import purge
from lnp_batch.nightly.rebook import rebook
from lnp_batch.nightly.rejudge import CannotRejudge
from lnp_batch.nightly.rejudge_claim import pending_claims, rejudge_inbox
from lnp_batch.nightly.summary import delivered_entries
from lnp_batch.system.crash_points import watch
from tests.factory import REFERENCE, changed
from tests.nightly.interruptions import fault, quick_folder
from tests.nightly.runs import (
    AT,
    OTHER,
    InProcessPool,
    files_state,
    ledger_state,
    make_inbox,
    numbered,
    only_report,
    plan,
    run_once,
    state,
    workbook_of,
)
from tests.nightly.stale import cancel, final_state, judge, stale_batch
from tests.nightly.story import ANSWERS, PDF, Story, codes, differences, documents
from tests.nightly.test_rebook import copy_of

LATER = REFERENCE + dt.timedelta(days=1)
PRICES = {"unit_prices": (Dated(dt.date(2020, 1, 1), Decimal("29.99")), Dated(LATER, Decimal("31.49")))}
BYTES = workbook_of(numbered(10))
HUNT = {"numbers": {3: {"special_service": "hunt"}}}
"""A number with a warning, which the settings can make an error."""
STRICT = {"severities": {"NUM017": Severity.ERROR}}


def sent_to_both(story: Story, cancelled: bool = True) -> Path:
    """Let two resellers send the same numbers, and cancel the first one's requests. Returns the second's folder."""
    story.send({"x.xlsx": workbook_of(changed(OTHER, numbered(10)))})
    result = story.send({"HR-01/lot.xlsx": BYTES})
    assert [(entry["accepted"], entry["billed"]) for entry in result.entries] == [(0, 0)]
    if cancelled:
        cancel(story.engine, "xx-02")
    return story.folder_of(result)


def answers_of(engine: Engine, batch: str) -> list[tuple[Any, ...]]:
    columns = (answers.c.n, answers.c.cause, answers.c.who, answers.c.reason, answers.c.day)
    with reading(engine) as connection:
        rows = connection.execute(select(*columns).where(answers.c.batch == batch).order_by(answers.c.n))
        return [tuple(row) for row in rows]


def test_a_stale_answer_is_given_anew_at_the_price_of_today(story: Story) -> None:
    """The numbers were in another reseller's open request, which was cancelled since."""
    first = sent_to_both(story)
    before = files_state(story.outbox)
    entry = story.rejudge(first.name, LATER, **PRICES)
    assert (entry["verdict"], entry["accepted"], entry["billed"], entry["billed_cents"]) == ("accepted", 5, 5, 5 * 3149)
    answer = story.outbox / str(entry["place"]) / str(entry["batch"])
    assert answer == first.with_name(f"{first.name}-2")
    report = only_report(answer)
    assert (report["reference_date"], report["invoice"]["unit_price"]) == (LATER.isoformat(), "31.49")
    assert (answer / "lot.xlsx").read_bytes() == BYTES
    assert {path: hash_ for path, hash_ in files_state(story.outbox).items() if path in before} == before
    assert answers_of(story.engine, first.name) == [
        (1, "arrival", "lnp-batch run", "", REFERENCE),
        (2, "rejudge", "Marie Roy", "because", LATER),
    ]
    with reading(story.engine) as connection:
        batch = connection.execute(select(batches).where(batches.c.id == first.name)).one()
        assert (batch.accepted, batch.outcome, batch.subtotal_cents, batch.day) == (5, "accepted", 5 * 3149, REFERENCE)
        lines = connection.execute(select(fee_lines.c.day, fee_lines.c.answer).where(fee_lines.c.batch == first.name))
        assert {tuple(line) for line in lines} == {(LATER, 2)}
        assert "Marie Roy" in set(connection.scalars(select(events.c.who)))
    assert differences(story) == []
    assert [(each.batch, each.folder) for each in delivered_entries(story.outbox, LATER)] == [
        (answer.name, f"HR-01/{answer.name}")
    ]
    assert [each.folder for each in delivered_entries(story.outbox, REFERENCE)][1:] == [f"HR-01/{first.name}"]


def test_the_same_bytes_are_answered_with_the_last_answer(story: Story) -> None:
    first = sent_to_both(story)
    story.rejudge(first.name, LATER)
    again = story.send({"HR-01/again.xlsx": BYTES}, LATER)
    folder = story.folder_of(again)
    assert again.exit_code == 6
    assert (
        (folder / "again.already.txt").read_text("utf-8").startswith(f"Ce fichier a déjà été traité le {LATER} (lot ")
    )
    report = only_report(folder)
    assert (report["counts"]["accepted"], report["invoice"], report["first_batch"]) == (5, None, first.name)
    assert differences(story) == []


def test_what_is_no_longer_accepted_is_booked_as_by_a_corrected_workbook(story: Story) -> None:
    """An account that is held back keeps its request, and its fees. Accepted again, it is not billed again."""
    rows = changed(HUNT, numbered(10))
    first = story.folder_of(story.send({"HR-01/lot.xlsx": workbook_of(rows)}))
    second = story.rejudge(first.name, LATER, **PRICES, **STRICT)
    assert (second["accepted"], second["billed"], second["given_back"]) == (2, 0, 0)
    third = story.rejudge(f"{first.name}-2", LATER, **PRICES)
    assert (third["batch"], third["accepted"], third["billed"]) == (f"{first.name}-3", 5, 0)
    again = workbook_of(changed({"batch": {"batch_reference": "Corrigé"}}, rows))
    [corrected] = story.send({"HR-01/b.xlsx": again}, LATER, **PRICES, **STRICT).entries
    assert {key: corrected[key] for key in (*NUMBER_COUNTS, "billed")} == {
        key: second[key] for key in (*NUMBER_COUNTS, "billed")
    }
    with snapshot(story.engine) as connection:
        assert fee_summary(connection).total.net_cents == 5 * 2999
    assert differences(story) == []


def test_a_number_that_the_workbook_does_not_have_gives_its_fee_back_as_booked(story: Story) -> None:
    first = story.folder_of(story.send({"HR-01/lot.xlsx": BYTES}))
    with writing(story.engine) as connection:
        for table in (numbers, fee_lines):
            [row] = connection.execute(select(table).order_by(table.c.number).limit(1)).mappings()
            other = {name: value for name, value in row.items() if name != "id"} | {"number": 5145559999}
            connection.execute(insert(table).values(**other))
        connection.execute(update(batches).values(subtotal_cents=6 * 2999))
        request, revision = connection.execute(
            select(requests.c.id, requests.c.revision).join(numbers).where(numbers.c.number == 5145559999)
        ).one()
    entry = story.rejudge(first.name, LATER, **PRICES)
    assert (entry["billed"], entry["given_back"], entry["given_back_cents"]) == (0, 1, -2999)
    with reading(story.engine) as connection:
        line = connection.execute(select(fee_lines).where(fee_lines.c.kind == "given_back")).one()
        assert (line.number, line.day, line.answer, line.request) == (5145559999, LATER, 2, request)
        assert connection.scalar(select(requests.c.revision).where(requests.c.id == request)) == revision + 1
    assert only_report(first.with_name(f"{first.name}-2"))["given_back"] == ["+15145559999"]


def test_a_new_answer_has_the_documents_of_the_batch(story: Story) -> None:
    story.send({"HR-01/lot.xlsx": BYTES, "HR-01/lot/A1-csr.pdf": PDF})
    first = story.folder_of(story.send({"HR-01/Lot 10/A2-csr.pdf": PDF}))
    entry = story.rejudge(first.name, LATER)
    answer = first.with_name(str(entry["batch"]))
    assert (answer.name[-2:], documents(answer), codes(answer)) == ("-3", {"A1-csr.pdf", "A2-csr.pdf"}, [])
    assert differences(story) == []


def test_a_workbook_of_a_reseller_that_is_not_in_the_table_any_more_books_nothing(story: Story) -> None:
    first = story.folder_of(story.send({"HR-01/lot.xlsx": BYTES}))
    before = ledger_state(story.engine)
    entry = story.rejudge(first.name, LATER, resellers={})
    assert (entry["verdict"], entry["accepted"], entry["batch"].startswith(first.name)) == ("to_fix", 0, False)
    assert (ledger_state(story.engine), differences(story)) == (before, [])


# ------------------------------------------------------------------------------------------------ refused


def test_what_cannot_be_judged_again_touches_nothing(story: Story) -> None:
    first = story.folder_of(story.send({"HR-01/lot.xlsx": BYTES}))
    elsewhere = Story(story.folder / "elsewhere", story.url)
    elsewhere.send({"HR-01/b.xlsx": workbook_of(numbered(20))})
    corrected = changed({"accounts": {2: {"account_number": "000451233000"}}}, numbered(10))
    newer = story.folder_of(story.send({"HR-01/b.xlsx": workbook_of(corrected)}))
    before = state(story.inbox, story.outbox, story.engine)
    for folder, batch, sentence in (
        (story, "2026-11-23-000000000000", "The ledger has no batch 2026-11-23-000000000000"),
        (story, "PR-1-2-3-x", "The ledger has no batch PR-1-2-3-x"),
        (elsewhere, first.name, f"Batch {first.name} is in another outbox"),
        (story, first.name, f"Batch {first.name} was corrected since by batch {newer.name}"),
    ):
        with pytest.raises(CannotRejudge) as caught:
            folder.rejudge(batch)
        assert caught.value.args[0].en.startswith(sentence)
    (newer / "b.xlsx").write_bytes(b"changed")
    for _missing in range(2):
        with pytest.raises(EnvironmentFault, match=f"The original workbook of batch {newer.name} is missing"):
            story.rejudge(newer.name)
        (newer / "b.xlsx").unlink(missing_ok=True)
    (newer / "b.xlsx").write_bytes(workbook_of(corrected))
    assert state(story.inbox, story.outbox, story.engine) == before


def test_a_workbook_that_was_removed_before_an_interrupted_answer_is_finished_leaves_nothing(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = story.folder_of(story.send({"HR-01/lot.xlsx": BYTES}))
    with monkeypatch.context() as patch, pytest.raises(OSError, match="disk"):
        patch.setattr("lnp_batch.nightly.joining.copy", lambda *_paths: (_ for _ in ()).throw(OSError("disk")))
        story.rejudge(first.name)
    (first / "lot.xlsx").rename(story.folder / "away")
    before = ledger_state(story.engine)
    with pytest.raises(EnvironmentFault, match="is missing in the outbox"):
        story.rejudge(first.name)
    assert [path for path in rejudge_inbox(story.outbox).rglob("*") if path.is_file()] == []
    (story.folder / "away").rename(first / "lot.xlsx")
    assert (ledger_state(story.engine), differences(story)) == (before, [])


# ------------------------------------------------------------------------------------------------ restored, copied


def test_a_restored_ledger_gets_the_answers_back_in_order(story: Story, request: pytest.FixtureRequest) -> None:
    first = sent_to_both(story, cancelled=False)
    backup = copy_of(story.url, "" if story.url.startswith("sqlite") else request.getfixturevalue("postgresql"))
    cancel(story.engine, "xx-02")
    story.rejudge(first.name, LATER, **PRICES)
    story.rejudge(first.name, LATER, "again", **PRICES)
    undisturbed = ledger_state(story.engine)
    with pytest.raises(EnvironmentFault, match=f"lacks: 2, the first is {first.name}-2"):
        run_once(plan(story.inbox, story.outbox), InProcessPool(ANSWERS), backup)
    restored = open_existing(backup)
    with reading(restored) as connection:
        before = connection.scalars(select(events.c.id)).all()
    blocked = (
        rf"{first.name}-2 cannot be booked: in this ledger, request PR-\w+ \(ready\) still holds one of its numbers"
    )
    with pytest.raises(EnvironmentFault, match=blocked):
        rebook(story.outbox, restored, "Luc", AT)
    with reading(restored) as connection:
        assert connection.scalars(select(events.c.id)).all() == before
    cancel(restored, "xx-02")
    assert [each.batch for each in rebook(story.outbox, restored, "Luc", AT)] == [f"{first.name}-2", f"{first.name}-3"]
    again = ledger_state(restored)
    again["events"] = [row for row in again["events"] if "rebooked" not in row]
    assert again == undisturbed


def test_a_copied_ledger_has_the_answers(story: Story, tmp_path: Path) -> None:
    first = sent_to_both(story)
    story.rejudge(first.name)
    source, target = story.engine, open_ledger(f"sqlite:///{tmp_path / 'copy.sqlite'}")
    assert copy_ledger(source, target)["answers"] == 3
    assert ledger_state(target) == ledger_state(source)


def test_doctor_compares_every_answer_with_its_folder(story: Story) -> None:
    first = sent_to_both(story)
    answer = first.with_name(str(story.rejudge(first.name)["batch"]))
    (answer / "lot.invoice.xlsx").unlink()
    assert differences(story) == [f"Folder HR-01/{answer.name}: lot.invoice.xlsx is missing."]
    shutil.rmtree(answer)
    assert differences(story) == [f"Batch {answer.name}: in the ledger, but its folder is not in the outbox."]


def test_a_purge_removes_all_answers_but_their_invoices(story: Story) -> None:
    first = sent_to_both(story)
    story.rejudge(first.name, reason="for Jean Tremblay")
    cancel(story.engine, "hr-01")
    purge(story.outbox, story.engine, LATER, AT)
    left = [path for path in (story.outbox / "HR-01").rglob("*") if path.is_file()]
    assert [path.name for path in left] == ["lot.invoice.xlsx"] * len(left)
    assert first.with_name(f"{first.name}-2") in {path.parent for path in left}
    assert recorded_batches(story.outbox, ledger_id_of(story.outbox)) == frozenset()
    assert [row[:4] for row in answers_of(story.engine, first.name)] == [
        (1, "arrival", "lnp-batch run", ""),
        (2, "rejudge", "Marie Roy", ""),
    ]


# ------------------------------------------------------------------------------------------------ interruptions


def test_on_the_same_day_a_batch_counts_once_in_the_summary(story: Story) -> None:
    """With the numbers of its last answer, and what both bill."""
    first = sent_to_both(story)
    story.rejudge(first.name)
    shown = [
        (entry.counts[State.ACCEPTED], entry.counts[State.TO_FIX], entry.fees.billed)
        for entry in delivered_entries(story.outbox, REFERENCE)
    ]
    assert shown == [(5, 0, 5), (0, 0, 0), (5, 0, 5)]


@pytest.mark.parametrize("finished_by", ["rejudge", "run"])
def test_it_ends_the_same_after_an_error_at_any_crash_point(finished_by: str) -> None:
    with quick_folder() as prepared:
        batch = stale_batch(prepared)
        names: list[str] = []
        with quick_folder() as folder:
            shutil.copytree(prepared, folder, dirs_exist_ok=True)
            stop = watch(names.append)
            judge(folder / "out", batch)
            stop()
            undisturbed = final_state(folder)
        first, step = (1, 4) if finished_by == "rejudge" else (3, 8)  # tests/chaos.py kills it at all of them
        for at in range(first, len(names) + 1, step):
            with quick_folder() as folder:
                shutil.copytree(prepared, folder, dirs_exist_ok=True)
                fail_at(folder / "out", batch, at)
                if finished_by == "run" and pending_claims(folder / "out"):
                    run_once(plan(make_inbox(folder / "in", {}), folder / "out"), InProcessPool(ANSWERS))
                else:
                    judge(folder / "out", batch)
                assert final_state(folder) == undisturbed, f"point {at}, {names[at - 1]}"


def fail_at(outbox: Path, batch: str, at: int) -> None:
    """Answer the batch again with an error at the `at`-th crash point."""
    left = at

    def raising(name: str) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise fault(name, at)

    stop = watch(raising)
    try:
        with pytest.raises((OSError, EnvironmentFault)):
            judge(outbox, batch)
    finally:
        stop()
