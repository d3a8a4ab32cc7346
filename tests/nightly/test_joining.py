"""Documents belong to the request: those that come alone join its batch, those of earlier rounds go with the next."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from sqlalchemy import select

from lnp_batch.ledger.batch import ACTOR
from lnp_batch.ledger.schema import batches, fee_lines
from lnp_batch.ledger.store import open_ledger, reading
from lnp_batch.model.finding import Severity
from lnp_batch.model.money import Dated
from lnp_batch.nightly import joining
from tests.factory import REFERENCE, Rows, changed
from tests.nightly.interruptions import crash_points_of, fail_at, quick_folder
from tests.nightly.runs import (
    InProcessPool,
    ledger_state,
    make_inbox,
    numbered,
    only_report,
    plan,
    run_once,
    state,
    workbook_of,
)
from tests.nightly.story import ANSWERS, PDF, Story, codes, differences, documents

TWO_DOCUMENTS = {"A1-csr.pdf", "A2-csr.pdf"}


def lot() -> Rows:
    """Return two accounts with evidence, A1 and A2, in the batch "Lot 10"."""
    return numbered(10)


# ------------------------------------------------------------------------------------------------ alone


@pytest.mark.parametrize(
    ("workbook", "folder"),
    [("lot.xlsx", "lot"), ("lot.xlsx", "Lot 10"), ("lot.annotated.xlsx", "lot"), ("Lot 12/x.xlsx", "Lot 12")],
    ids=["its name", "its reference", "the annotated copy", "where it came in"],
)
def test_documents_that_come_alone_make_a_new_answer(story: Story, workbook: str, folder: str) -> None:
    """The workbook came in the same folder, or is named like it, or has it as its reference."""
    first = story.send({f"HR-01/{workbook}": workbook_of(lot()), f"HR-01/{workbook[:-5]}/A1-csr.pdf": PDF})
    batch = story.folder_of(first)
    assert codes(batch) == ["ACC033 C3"]
    before = ledger_state(story.engine)
    day = REFERENCE + dt.timedelta(days=2)
    result = story.send({f"HR-01/{folder}/A2-csr.pdf": PDF}, day)
    [entry] = result.entries
    assert (entry["verdict"], entry["accepted"], entry["billed"], entry["first"]) == ("accepted", 5, 0, batch.name)
    answer = story.folder_of(result)
    assert (answer.parent, answer.name) == (batch.parent, f"{batch.name}-2")
    assert (codes(answer), documents(answer)) == ([], TWO_DOCUMENTS)
    report = only_report(answer)
    assert (report["invoice"], report["reference_date"]) == (None, REFERENCE.isoformat())
    assert documents(batch) == {"A1-csr.pdf"}
    after = ledger_state(story.engine)
    assert {table: rows for table, rows in after.items() if rows != before[table]}.keys() == {"answers", "events"}
    assert set(after["answers"]) - set(before["answers"]) == {(batch.name, 2, "documents", ACTOR, "", day)}
    assert [row[-1] for row in set(after["events"]) - set(before["events"])] == ["answer 2 (documents): accepted"]
    assert (differences(story), result.left) == ([], ())
    assert [path for path in story.inbox.rglob("*") if path.is_file()] == []


def test_documents_join_a_batch_that_the_same_run_booked(story: Story) -> None:
    result = story.send({"HR-01/x.xlsx": workbook_of(lot()), "HR-01/Lot 10/A1-csr.pdf": PDF})
    assert [(entry["batch"], entry["accepted"], entry["billed"]) for entry in result.entries] == [
        (result.entries[0]["batch"], 5, 5),
        (f"{result.entries[0]['batch']}-2", 5, 0),
    ]


def test_documents_join_the_newest_batch_of_that_name(story: Story) -> None:
    story.send({"HR-01/lot.xlsx": workbook_of(numbered(20))})
    newest = story.send({"HR-01/lot.xlsx": workbook_of(lot())})
    story.send({"HR-01/other.xlsx": workbook_of(numbered(30))})
    assert story.folder_of(story.send({"HR-01/lot/A1-csr.pdf": PDF})).name == f"{story.folder_of(newest).name}-2"


@pytest.mark.parametrize("folder", ["HR-01/nothing", "XX-02/lot"])
def test_documents_that_no_batch_of_the_reseller_is_named_like_are_left(story: Story, folder: str) -> None:
    story.send({"HR-01/lot.xlsx": workbook_of(lot())})
    result = story.send({f"{folder}/A1-csr.pdf": PDF})
    assert result.entries == ()
    assert [(left.path, left.reason) for left in result.left] == [(folder, "no_workbook")]
    assert (story.inbox / folder / "A1-csr.pdf").exists()


def test_documents_beside_several_workbooks_are_left_night_after_night(story: Story) -> None:
    """Nobody knows whose they are, unless the folder is named like one of the batches."""
    files = {"a.xlsx": workbook_of(numbered(20)), "b.xlsx": workbook_of(numbered(30)), "A1-csr.pdf": PDF}
    results = [story.send({f"HR-01/two/{name}": data for name, data in files.items()}), story.send({}), story.send({})]
    assert [len(result.entries) for result in results] == [2, 0, 0]
    for result in results[1:]:
        assert [(left.path, left.reason) for left in result.left] == [("HR-01/two", "no_workbook")]
    assert (story.inbox / "HR-01/two/A1-csr.pdf").exists()
    (story.inbox / "HR-01/two").rename(story.inbox / "HR-01/Lot 30")
    assert documents(story.folder_of(story.send({}))) == {"A1-csr.pdf"}


def test_documents_of_a_batch_whose_workbook_is_gone_are_left(story: Story) -> None:
    batch = story.folder_of(story.send({"HR-01/lot.xlsx": workbook_of(lot())}))
    (batch / "lot.xlsx").unlink()
    result = story.send({"HR-01/lot/A1-csr.pdf": PDF})
    assert (result.entries, [left.reason for left in result.left]) == ((), ["no_workbook"])


def test_a_claim_lost_to_another_run_leaves_nothing(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another run takes the documents just before this one does."""
    story.send({"HR-01/lot.xlsx": workbook_of(lot())})
    real = joining.newest_batches

    def taken_meanwhile(*arguments: Any) -> Any:
        (story.inbox / "HR-01/lot/A1-csr.pdf").unlink()
        return real(*arguments)

    monkeypatch.setattr(joining, "newest_batches", taken_meanwhile)
    assert story.send({"HR-01/lot/A1-csr.pdf": PDF}).entries == ()
    assert [path for path in (story.inbox / ".lnp").rglob("*") if path.is_file()] == []


# ------------------------------------------------------------------------------------------------ with the same bytes


def test_the_same_workbook_with_documents_is_answered_anew(story: Story) -> None:
    sent = workbook_of(lot())
    first = story.folder_of(story.send({"HR-01/lot.xlsx": sent, "HR-01/lot/A1-csr.pdf": PDF}))
    result = story.send({"HR-01/lot.xlsx": sent, "HR-01/lot/A2-csr.pdf": PDF}, REFERENCE + dt.timedelta(days=1))
    answer = story.folder_of(result)
    assert (result.exit_code, answer.name, codes(answer)) == (0, f"{first.name}-2", [])
    again = story.folder_of(story.send({"HR-01/lot.xlsx": sent}, REFERENCE + dt.timedelta(days=1)))
    assert (again / "lot.already.txt").exists()
    assert differences(story) == []


STRICT = {"severities": {"ACC033": Severity.ERROR}}
"""A missing document is an error: the account is not accepted."""


@pytest.mark.parametrize("files", [{"lot/A2-csr.pdf": PDF}, {"lot.xlsx": b"", "lot/A2-csr.pdf": PDF}])
def test_an_account_that_its_document_lets_pass_is_billed_at_the_price_of_that_day(
    story: Story, files: dict[str, bytes]
) -> None:
    day = REFERENCE + dt.timedelta(days=1)
    facts = {**STRICT, "unit_prices": (Dated(dt.date(2020, 1, 1), Decimal("29.99")), Dated(day, Decimal("31.49")))}
    sent = workbook_of(lot())
    first = story.send({"HR-01/lot.xlsx": sent, "HR-01/lot/A1-csr.pdf": PDF}, **facts)
    batch, [entry] = story.folder_of(first), first.entries
    assert entry["accepted"] < 5
    result = story.send({f"HR-01/{name}": data or sent for name, data in files.items()}, day, **facts)
    answer, [again] = story.folder_of(result), result.entries
    assert (again["verdict"], again["accepted"], again["billed"]) == ("accepted", 5, 5 - entry["billed"])
    report = only_report(answer)
    assert (report["reference_date"], report["invoice"]["unit_price"]) == (day.isoformat(), "31.49")
    with reading(story.engine) as connection:
        lines = connection.execute(select(fee_lines.c.day, fee_lines.c.cents).where(fee_lines.c.answer == 2)).all()
        assert [tuple(line) for line in lines] == [(day, 3149)] * again["billed"]
        assert connection.execute(select(batches.c.accepted, batches.c.outcome)).one() == (5, "accepted")
    assert (answer.name, documents(answer)) == (f"{batch.name}-2", TWO_DOCUMENTS)
    assert differences(story) == []
    third = story.send({"HR-01/again.xlsx": sent}, day, **facts)
    assert (third.exit_code, only_report(story.folder_of(third))["counts"]["accepted"]) == (6, 5)
    corrected = workbook_of(changed({"batch": {"batch_reference": "Corrigé"}}, lot()))
    [last] = story.send({"HR-01/lot.xlsx": corrected}, day, **facts).entries
    assert (last["accepted"], last["billed"]) == (5, 0)
    assert differences(story) == []


def test_documents_for_a_batch_that_a_later_one_corrected_are_kept_for_the_next_round(story: Story) -> None:
    sent = workbook_of(lot())
    story.send({"HR-01/lot.xlsx": sent, "HR-01/lot/A1-csr.pdf": PDF}, **STRICT)
    corrected = changed({"accounts": {2: {"account_number": "000451233000"}}}, next_rows("Corrigé"))
    story.send({"HR-01/other.xlsx": workbook_of(corrected)}, **STRICT)
    before = ledger_state(story.engine)
    result = story.send({"HR-01/lot/A2-csr.pdf": PDF}, **STRICT)
    assert [entry["verdict"] for entry in result.entries] == ["already_processed"]
    answer = story.folder_of(result)
    assert "Les documents reçus sont conservés avec ce lot." in (answer / "lot.already.txt").read_text("utf-8")
    assert documents(answer) == TWO_DOCUMENTS
    assert ledger_state(story.engine) == before
    last = changed({"batch": {"batch_reference": "Trois"}}, corrected)
    result = story.send({"HR-01/lot.xlsx": workbook_of(last)}, **STRICT)
    assert (result.entries[0]["accepted"], codes(story.folder_of(result))) == (5, [])
    assert differences(story) == []


def test_a_batch_that_is_in_another_outbox_is_not_answered_anew_here(story: Story) -> None:
    sent = workbook_of(lot())
    first = story.folder_of(story.send({"HR-01/lot.xlsx": sent, "HR-01/lot/A1-csr.pdf": PDF}))
    elsewhere = Story(story.folder / "elsewhere", story.url)
    result = elsewhere.send({"HR-01/lot.xlsx": sent, "HR-01/lot/A2-csr.pdf": PDF})
    assert [(entry["verdict"], entry["first"]) for entry in result.entries] == [("already_processed", first.name)]
    answer = elsewhere.folder_of(result)
    assert (answer.name.startswith(first.name), documents(answer)) == (False, {"A2-csr.pdf"})
    assert elsewhere.send({"HR-01/lot/A1-csr.pdf": PDF}).left[0].reason == "no_workbook"
    assert (differences(story), differences(elsewhere)) == ([], [])


# ------------------------------------------------------------------------------------------------ earlier rounds


def next_rows(reference: str, rows: Rows | None = None) -> Rows:
    return changed({"batch": {"batch_reference": reference}}, rows or lot())


def test_a_next_round_has_the_documents_of_all_earlier_ones(story: Story) -> None:
    """Also through a round that came without documents. A document that comes again replaces the earlier one."""
    story.send({"HR-01/lot.xlsx": workbook_of(lot()), "HR-01/lot/A1-csr.pdf": PDF})
    second = story.folder_of(story.send({"HR-01/lot.xlsx": workbook_of(next_rows("Deux"))}))
    assert (codes(second), documents(second)) == (["ACC033 C3"], {"A1-csr.pdf"})
    files = {"HR-01/lot.xlsx": workbook_of(next_rows("Trois")), "HR-01/lot/A2-csr.pdf": PDF}
    third = story.folder_of(story.send(files))
    assert (codes(third), documents(third)) == ([], TWO_DOCUMENTS)
    files = {"HR-01/lot.xlsx": workbook_of(next_rows("Quatre")), "HR-01/lot/A1-csr.pdf": PDF + b"new"}
    fourth = story.folder_of(story.send(files))
    assert (codes(fourth), documents(fourth)) == ([], TWO_DOCUMENTS)
    assert (fourth / "documents" / "A1-csr.pdf").read_bytes() == PDF + b"new"
    assert differences(story) == []


def test_several_next_rounds_in_one_run_have_their_documents(story: Story) -> None:
    """They are compared with the ledger ahead of their turn."""
    lots = {start: numbered(start) for start in (20, 30)}
    for start, rows in lots.items():
        story.send({f"HR-01/{start}.xlsx": workbook_of(rows), f"HR-01/{start}/A1-csr.pdf": PDF})
    result = story.send(
        {f"HR-01/{start}.xlsx": workbook_of(next_rows(f"R{start}", rows)) for start, rows in lots.items()}
    )
    for entry in result.entries:
        assert documents(story.outbox / "HR-01" / str(entry["batch"])) == {"A1-csr.pdf"}


def test_a_key_that_names_another_account_does_not_get_its_document(story: Story) -> None:
    """The next round has the second account alone, and calls it A1."""
    story.send({"HR-01/lot.xlsx": workbook_of(lot()), "HR-01/lot/A1-csr.pdf": PDF})
    rows = next_rows("Deux")
    rows["accounts"] = [
        account | {"account_ref": "A1"} for account in rows["accounts"] if account["account_ref"] == "A2"
    ]
    rows["numbers"] = [number | {"account_ref": "A1"} for number in rows["numbers"] if number["account_ref"] == "A2"]
    rows["batch"]["total_numbers"] = str(len(rows["numbers"]))
    answer = story.folder_of(story.send({"HR-01/lot.xlsx": workbook_of(rows), "HR-01/lot/B.pdf": PDF}))
    assert "A1-csr.pdf" not in documents(answer)
    assert codes(answer) == ["ACC033 C2"]


def test_other_batches_and_damaged_reports_give_no_documents(story: Story) -> None:
    first = story.folder_of(story.send({"HR-01/lot.xlsx": workbook_of(lot()), "HR-01/lot/A1-csr.pdf": PDF}))
    other = story.folder_of(story.send({"HR-01/lot.xlsx": workbook_of(numbered(20))}))
    assert not (other / "documents").exists()
    (first / "lot.report.json").write_text("{", "utf-8")
    second = story.folder_of(story.send({"HR-01/lot.xlsx": workbook_of(next_rows("Deux"))}))
    assert not (second / "documents").exists()


# ------------------------------------------------------------------------------------------------ interruptions


JOINING = {
    "HR-01/Lot 10/A2-csr.pdf": PDF + b"2",
    "HR-01/Lot 10/B.pdf": PDF + b"3",
    "HR-01/a/lot.xlsx": b"",
    "HR-01/a/A1-csr.pdf": PDF,
}


def start(folder: Path) -> tuple[Path, Path]:
    """Return an inbox with documents that join an answered batch, and the next round of another batch beside its own."""
    inbox, outbox = folder / "in", folder / "out"
    make_inbox(
        inbox,
        {"HR-01/lot.xlsx": workbook_of(lot()), "HR-01/lot/A1-csr.pdf": PDF, "HR-01/b.xlsx": workbook_of(numbered(20))},
    )
    run_once(plan(inbox, outbox), InProcessPool(ANSWERS))
    rows = workbook_of(next_rows("Deux", numbered(20)))
    make_inbox(inbox, {name: data or rows for name, data in JOINING.items()})
    return inbox, outbox


def final_state(inbox: Path, outbox: Path) -> dict[str, Any]:
    return state(inbox, outbox, open_ledger(f"sqlite:///{outbox / '.lnp' / 'ledger.sqlite'}"))


@pytest.mark.parametrize("every", [5, pytest.param(1, marks=pytest.mark.long)])
def test_the_next_run_recovers_from_an_error_at_any_crash_point(every: int) -> None:
    with quick_folder() as prepared:
        start(prepared)
        with quick_folder() as folder:
            inbox, outbox = copied(prepared, folder)
            names = crash_points_of(inbox, outbox, ANSWERS)
            undisturbed = final_state(inbox, outbox)
        assert undisturbed["inbox"] == {}
        for at in range(1, len(names) + 1, every):
            with quick_folder() as folder:
                inbox, outbox = copied(prepared, folder)
                assert fail_at(inbox, outbox, at, ANSWERS)
                run_once(plan(inbox, outbox), InProcessPool(ANSWERS))
                assert final_state(inbox, outbox) == undisturbed, f"point {at}, {names[at - 1]}"


def copied(prepared: Path, folder: Path) -> tuple[Path, Path]:
    """Return the inbox and outbox of a copy of a prepared folder."""
    for name in ("in", "out"):
        copytree(prepared / name, folder / name)
    return folder / "in", folder / "out"


def test_documents_whose_batch_was_purged_meanwhile_go_back_to_the_inbox(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = story.folder_of(story.send({"HR-01/lot.xlsx": workbook_of(lot())}))
    with monkeypatch.context() as patch, pytest.raises(OSError, match="disk"):
        patch.setattr("lnp_batch.nightly.claims.copy", lambda *_paths: (_ for _ in ()).throw(OSError("disk")))
        story.send({"HR-01/lot/A1-csr.pdf": PDF})
    assert not (story.inbox / "HR-01/lot/A1-csr.pdf").exists()
    (batch / "lot.xlsx").unlink()
    story.send({})
    assert [left.reason for left in story.send({}).left] == ["no_workbook"]
    assert (story.inbox / "HR-01/lot/A1-csr.pdf").exists()


def test_documents_beside_workbooks_of_several_lots_join_none_of_them(story: Story) -> None:
    """Neither in the night in which they come, nor in the next; a corrected workbook is of the same lot."""
    two = {f"HR-01/two/{start}.xlsx": workbook_of(numbered(start)) for start in (20, 30)}
    for files in ({**two, "HR-01/two/A1-csr.pdf": PDF}, {}):
        result = story.send(files)
        assert [entry["billed"] for entry in result.entries] == [5] * (2 if files else 0)
        assert [(left.path.split("/")[1]) for left in result.left] == ["two"]
    corrected = changed({"numbers": {4: {"number": "514-555-4009"}}}, numbered(40))
    for name, rows in (("a", numbered(40)), ("b", corrected)):
        story.send({f"HR-01/rounds/{name}.xlsx": workbook_of(rows)})
    [entry] = story.send({"HR-01/rounds/A1-csr.pdf": PDF}).entries
    assert entry["file"] == "b.xlsx"
