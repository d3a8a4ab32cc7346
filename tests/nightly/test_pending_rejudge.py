"""A batch to judge again that cannot be answered now: it is kept, reported, and stops nobody else."""

from __future__ import annotations

import datetime as dt
import errno
import os
import shutil
import stat
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select

from lnp_batch.errors import EnvironmentFault
from lnp_batch.ledger.schema import batches
from lnp_batch.ledger.store import default_url, open_existing, reading
from lnp_batch.model.text import Text
from lnp_batch.nightly.joining import NoOriginal
from lnp_batch.nightly.masked import replace_files
from lnp_batch.nightly.purge import purge
from lnp_batch.nightly.rebook import rebook
from lnp_batch.nightly.rejudge import CannotRejudge
from lnp_batch.nightly.rejudge_claim import pending_claims, rejudge_inbox
from lnp_batch.nightly.state import RunResult
from tests.factory import REFERENCE, context
from tests.nightly.runs import (
    AT,
    InProcessPool,
    ledger_state,
    next_round,
    numbered,
    plan,
    rejudge_once,
    run_once,
    workbook_of,
)
from tests.nightly.stale import LATER, cancel
from tests.nightly.story import ANSWERS, PDF, Story, differences, documents
from tests.nightly.test_kept_back import broken_rename
from tests.nightly.test_rebook import copy_of
from tests.nightly.test_rejudge import BYTES, answers_of, sent_to_both

OTHERS = {"XX-02/c.xlsx": workbook_of(numbered(40, reseller_code="XX-02"))}


def broken(monkeypatch: pytest.MonkeyPatch, name: str, fault: Exception) -> None:
    def fail(*_arguments: object) -> None:
        raise fault

    monkeypatch.setattr(name, fail)


def kept(result: RunResult) -> list[tuple[str, int]]:
    return [(kept.place, int(result.exit_code)) for kept in result.kept_back]


@pytest.mark.parametrize("number", [errno.EACCES, errno.ENOSPC])
def test_an_answer_that_was_booked_and_kept_back_is_delivered_by_a_later_run(
    story: Story, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    first = sent_to_both(story)
    with monkeypatch.context() as patch:
        patch.setattr("lnp_batch.nightly.outbox._rename_to_free_name", broken_rename(number))
        if number == errno.EACCES:
            assert story.rejudge(first.name, LATER) == {}
        else:
            with pytest.raises(OSError, match="No space"):
                story.rejudge(first.name, LATER)
    with monkeypatch.context() as patch:
        patch.setattr("lnp_batch.nightly.outbox._rename_to_free_name", broken_rename(errno.EACCES))
        assert kept(story.send({}, LATER)) == [("HR-01", 8)]
    assert len(answers_of(story.engine, first.name)) == 2
    result = story.send({}, LATER)
    assert [(entry["batch"], entry["billed"]) for entry in result.entries] == [(f"{first.name}-2", 5)]
    assert (pending_claims(story.outbox), differences(story)) == ([], [])
    assert list((story.outbox / ".lnp" / "staging").iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="access rights are those of Unix")
def test_an_answer_that_was_kept_back_before_it_was_booked_is_given_later(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, access = sent_to_both(story), os.access
    with monkeypatch.context() as patch:
        patch.setattr(os, "access", lambda path, mode: path != first.parent and access(path, mode))
        assert story.rejudge(first.name, LATER) == {}
        assert kept(story.send(OTHERS, LATER)) == [("HR-01", 8)]
    assert len(answers_of(story.engine, first.name)) == 1
    assert story.rejudge(first.name, LATER)["billed"] == 5
    assert len(answers_of(story.engine, first.name)) == 2
    assert (pending_claims(story.outbox), differences(story)) == ([], [])
    assert "Des réponses n'ont pas pu être remises" not in first_page(story, LATER)


def test_a_run_reports_a_batch_whose_workbook_is_gone_and_answers_it_once_it_is_restored(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = sent_to_both(story)
    with monkeypatch.context() as patch, pytest.raises(OSError, match="disk"):
        broken(patch, "lnp_batch.nightly.joining.copy", OSError(errno.EIO, "disk"))
        story.rejudge(first.name, LATER)
    (first / "lot.xlsx").rename(story.folder / "away")
    result = story.send(OTHERS, LATER)
    assert ([entry["file"] for entry in result.entries], kept(result)) == (["c.xlsx"], [(f"HR-01/{first.name}", 8)])
    assert result.kept_back[0].fault.en.startswith(f"The original workbook of batch {first.name} is missing")
    (story.folder / "away").rename(first / "lot.xlsx")
    [entry] = story.send({}, LATER).entries
    assert (entry["batch"], entry["billed"], pending_claims(story.outbox)) == (f"{first.name}-2", 5, [])
    assert differences(story) == []


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (OSError(errno.EIO, "broken", "/x/y"), None),
        (RuntimeError("a cell"), Text("Erreur de notre part (RuntimeError)", "An error on our side (RuntimeError)")),
    ],
)
def test_a_batch_that_cannot_be_judged_again_stops_no_run(
    story: Story, monkeypatch: pytest.MonkeyPatch, fault: Exception, words: Text | None
) -> None:
    first = sent_to_both(story)
    with monkeypatch.context() as patch:
        broken(patch, "lnp_batch.nightly.joining.copy", fault)
        with pytest.raises(type(fault)):
            story.rejudge(first.name, LATER)
        result = story.send(OTHERS, LATER)
    assert ([entry["file"] for entry in result.entries], kept(result)) == (["c.xlsx"], [(f"HR-01/{first.name}", 8)])
    assert words is None or result.kept_back[0].fault.en.startswith(words.en)
    assert [entry["billed"] for entry in story.send({}, LATER).entries] == [5]
    assert (pending_claims(story.outbox), differences(story)) == ([], [])


def test_a_full_disk_ends_the_run(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    first = sent_to_both(story)
    broken(monkeypatch, "lnp_batch.nightly.joining.copy", OSError(errno.ENOSPC, "full", "/x/y"))
    for attempt in (lambda: story.rejudge(first.name, LATER), lambda: story.send(OTHERS, LATER)):
        with pytest.raises(OSError, match="full"):
            attempt()
    assert len(pending_claims(story.outbox)) == 1


def test_a_damaged_claim_is_reported_and_what_was_prepared_for_it_stays(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = sent_to_both(story)
    with monkeypatch.context() as patch:
        patch.setattr("lnp_batch.nightly.outbox._rename_to_free_name", broken_rename(errno.EACCES))
        story.rejudge(first.name, LATER)
    [claim] = pending_claims(story.outbox)
    path = rejudge_inbox(story.outbox) / f"{claim}.json"
    content = path.read_bytes()
    path.write_bytes(content[:20])
    result = story.send(OTHERS, LATER)
    assert [entry["file"] for entry in result.entries] == ["c.xlsx"]
    assert [(kept.claim, kept.file) for kept in result.kept_back] == [(claim, path.name)]
    path.write_bytes(content)
    assert [entry["billed"] for entry in story.send({}, LATER).entries] == [5]
    assert differences(story) == []


def test_two_batches_wait_side_by_side(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that cannot be finished keeps nobody from another."""
    first = story.folder_of(story.send({"HR-01/lot.xlsx": BYTES}))
    second = story.folder_of(story.send(OTHERS))
    with monkeypatch.context() as patch, pytest.raises(OSError, match="broken"):
        broken(patch, "lnp_batch.nightly.joining.copy", OSError(errno.EIO, "broken"))
        story.rejudge(first.name, LATER)
    (first / "lot.xlsx").unlink()
    assert story.rejudge(second.name, LATER)["batch"] == f"{second.name}-2"
    assert len(pending_claims(story.outbox)) == 1


@pytest.mark.skipif(os.name == "nt", reason="FIFOs are those of Unix")
def test_folders_among_the_documents_go_with_them_and_what_is_no_file_does_not(story: Story) -> None:
    files = {"HR-01/lot.xlsx": BYTES, "HR-01/lot/A1-csr.pdf": PDF, "HR-01/lot/scans/old/x.pdf": PDF}
    first = story.folder_of(story.send(files))
    os.mkfifo(first / "documents" / "scans" / "pipe")
    Path(first / "documents" / "link").symlink_to(first)
    answer = first.with_name(str(story.rejudge(first.name, LATER)["batch"]))
    assert documents(answer) == {"A1-csr.pdf", "scans"}
    assert [path.name for path in (answer / "documents" / "scans").rglob("*")] == ["old", "x.pdf"]


# ------------------------------------------------------------------------------------------------ with a failed night


def test_what_one_run_finished_is_booked_again_in_its_order(
    story: Story, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """The run finished the new answer first, though a next round was claimed before."""
    first = story.folder_of(story.send({"HR-01/lot.xlsx": BYTES}))
    backup = copy_of(story.url, "" if story.url.startswith("sqlite") else request.getfixturevalue("postgresql"))
    with monkeypatch.context() as patch:
        broken(patch, "lnp_batch.nightly.run.settle", OSError(errno.ENOSPC, "full"))
        for attempt in (
            lambda: story.send({"HR-01/b.xlsx": workbook_of(next_round(numbered(10)))}, LATER),
            lambda: story.rejudge(first.name, LATER),
        ):
            with pytest.raises(OSError, match="full"):
                attempt()
    newer = story.send({}, LATER).entries[1]["batch"]
    undisturbed = ledger_state(story.engine)
    restored = open_existing(backup)
    assert [each.batch for each in rebook(story.outbox, restored, "Luc", AT)] == [f"{first.name}-2", newer]
    again = ledger_state(restored)
    again["events"] = [row for row in again["events"] if "rebooked" not in row]
    assert again == undisturbed


def first_page(story: Story, day: dt.date) -> list[object]:
    sheet = openpyxl.load_workbook(story.outbox / "_runs" / f"{day}.xlsx").worksheets[0]
    return [row[0] for row in sheet.iter_rows(values_only=True)]


def test_the_summary_still_says_that_the_night_failed(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    first = story.folder_of(story.send({"HR-01/lot.xlsx": BYTES}))
    with monkeypatch.context() as patch, pytest.raises(OSError, match="broken"):
        broken(patch, "lnp_batch.nightly.run.settle", OSError(errno.EIO, "broken"))
        story.send(OTHERS)
    failed = first_page(story, REFERENCE)
    assert (failed[0], failed[-1]) == ("Le passage de nuit ne s'est pas rendu au bout", "XX-02/c.xlsx")
    story.rejudge(first.name)
    assert first_page(story, REFERENCE) == failed
    story.send({})
    assert first_page(story, REFERENCE)[0] != failed[0]


@pytest.mark.skipif(os.name == "nt", reason="access rights are those of Unix")
def test_the_office_may_read_the_summary(tmp_path: Path) -> None:
    story = Story(tmp_path, default_url(tmp_path / "out"))
    first = story.folder_of(story.send({"HR-01/lot.xlsx": BYTES}))
    made = plan(story.inbox, story.outbox, context(reference_date=LATER), office=os.getegid())
    rejudge_once(made, first.name)
    path = story.outbox / "_runs" / f"{LATER}.xlsx"
    assert [stat.S_IMODE(each.stat().st_mode) for each in (path, path.parent)] == [0o640, 0o750]


# ------------------------------------------------------------------------------------------------ defects, advice


def retried(story: Story) -> RunResult:
    made = plan(story.inbox, story.outbox, context(reference_date=LATER), retry_defects=True)
    return run_once(made, InProcessPool(ANSWERS), story.url)


def test_an_answer_that_ended_as_a_defect_is_retried_as_one(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    first = sent_to_both(story)
    with monkeypatch.context() as patch:
        broken(patch, "lnp_batch.nightly.settle._book", RuntimeError("ours"))
        assert story.rejudge(first.name, LATER)["verdict"] == "defect"
    [entry] = retried(story).entries
    assert (entry["batch"], entry["verdict"], entry["billed"]) == (f"{first.name}-2", "accepted", 5)
    assert answers_of(story.engine, first.name)[1] == (2, "rejudge", "Marie Roy", "because", LATER)
    assert differences(story) == []


def test_a_batch_whose_first_folder_is_gone_is_judged_again_from_the_next(story: Story) -> None:
    first = sent_to_both(story)
    story.rejudge(first.name, LATER)
    shutil.rmtree(first)
    entry = story.rejudge(first.name, LATER)
    assert (entry["batch"], entry["verdict"], entry["billed"]) == (f"{first.name}-3", "accepted", 0)


def test_a_masked_batch_is_not_to_be_restored(story: Story) -> None:
    first = sent_to_both(story)
    replace_files(first, {"lot.xlsx": b"masked"})
    with pytest.raises(NoOriginal, match=r"PINs or somebody's data were masked in its original workbook"):
        story.rejudge(first.name, LATER)
    assert pending_claims(story.outbox) == []


def no_room(*_summary: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.skipif(os.name == "nt", reason="access rights are those of Unix")
def test_an_answer_that_can_never_be_given_is_told_once(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """The workbook was masked between the interrupted command and the run."""
    first, access = sent_to_both(story), os.access
    with monkeypatch.context() as patch:
        patch.setattr(os, "access", lambda path, mode: path != first.parent and access(path, mode))
        assert story.rejudge(first.name, LATER) == {}
    replace_files(first, {"lot.xlsx": b"masked"})
    with monkeypatch.context() as patch:
        patch.setattr("lnp_batch.nightly.run.write_summary", no_room)
        with pytest.raises(OSError, match="No space"):
            story.send({}, LATER)
    result = story.send({}, LATER)
    assert kept(result) == [(f"HR-01/{first.name}", 8)]
    page = openpyxl.load_workbook(story.outbox / "_runs" / f"{LATER}.xlsx").worksheets[0]
    told = [cell for row in page.values for cell in row if "ne se rejuge plus" in str(cell)]
    assert [words.startswith("Abandonné") for words in told] == [True]
    assert "can no longer be judged again" in result.kept_back[0].fault.en
    assert (pending_claims(story.outbox), kept(story.send({}, LATER))) == ([], [])
    assert [path for path in rejudge_inbox(story.outbox).rglob("*") if path.is_file()] == []


def test_what_cannot_be_judged_again_is_told_with_its_reason(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("lnp_batch.nightly.outbox._rename_to_free_name", broken_rename(errno.EACCES))
        story.send({"HR-01/lot.xlsx": BYTES})
    with reading(story.engine) as connection:
        batch = connection.scalar(select(batches.c.id))
    with pytest.raises(EnvironmentFault, match=f"The answer of batch {batch} is booked, but could not be delivered"):
        story.rejudge(batch, LATER)
    story.send({})
    cancel(story.engine, "hr-01")
    purge(story.outbox, story.engine, LATER, AT)
    with pytest.raises(CannotRejudge) as caught:
        story.rejudge(batch, LATER)
    assert caught.value.args[0].en.startswith(f"Batch {batch} was purged")
    assert pending_claims(story.outbox) == []


def test_no_file_of_the_outbox_keeps_the_reason_once_the_batch_is_purged(story: Story) -> None:
    """The manifest of a later day outlives the batch."""
    first = sent_to_both(story)
    story.rejudge(first.name, REFERENCE + dt.timedelta(days=60), "for Jean Tremblay")
    cancel(story.engine, "hr-01")
    purge(story.outbox, story.engine, LATER, AT)
    files = [path for path in story.outbox.rglob("*.json") if path.is_file()]
    assert files
    assert [path.name for path in files if "Jean Tremblay" in path.read_text("utf-8")] == []
