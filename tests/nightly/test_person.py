"""What is held of somebody: found in any spelling, copied without anybody else's data, removed but for what law keeps."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import os
import shutil
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from lnp_batch.errors import EnvironmentFault
from lnp_batch.ledger.schema import events, requests
from lnp_batch.ledger.store import default_url, open_ledger, reading, writing
from lnp_batch.model.context import Limits
from lnp_batch.model.person import Person
from lnp_batch.nightly.doctor import examine
from lnp_batch.nightly.person import Held, find_held
from lnp_batch.nightly.person_copy import export_held
from lnp_batch.nightly.person_forget import Forgotten, forget_held
from lnp_batch.system.access import OWNER_ONLY
from lnp_batch.xlsx.mask import MASK
from tests.factory import ACCOUNT, SECOND, changed
from tests.nightly.interruptions import cut_off
from tests.nightly.kept import PINS, begin_answer, cells, content, fill, folder_of
from tests.nightly.runs import (
    InProcessPool,
    faulty,
    files_state,
    ledger_state,
    make_inbox,
    numbered,
    plan,
    run_once,
    workbook_of,
)

AT = dt.datetime(2027, 1, 15, 12, tzinfo=dt.UTC)
DENTIST = Person(number=4505551040)
"""The second account of the closed batch; the same names are in the open one."""
OF_DENTIST = [str(SECOND[key]) for key in ("name_on_bill", "address_on_bill", "signer", "postal_code_on_bill")]
OF_PLUMBER = [str(ACCOUNT[key]) for key in ("name_on_bill", "address_on_bill", "signer")]


@pytest.fixture
def outbox(kept: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(kept, tmp_path / "out"))


def held_of(outbox: Path, person: Person, ledger: Engine | None = None) -> Held:
    return find_held(outbox, ledger or open_ledger(default_url(outbox)), person, Limits())


def forget(outbox: Path, person: Person, ledger: Engine | None = None) -> Forgotten:
    ledger = ledger or open_ledger(default_url(outbox))
    return forget_held(held_of(outbox, person, ledger), ledger, person, Limits(), "Marie Roy", AT)


def events_of_people(ledger: Engine) -> list[tuple[Any, ...]]:
    with reading(ledger) as connection:
        found = connection.execute(select(events).where(events.c.what.like("person%")).order_by(events.c.id))
        return [(row.who, row.what, row.at, row.note, row.batch, row.request) for row in found]


# ------------------------------------------------------------------------------------------------ find


@pytest.mark.parametrize(
    ("person", "keys", "batches"),
    [
        (DENTIST, {"a2"}, 2),
        (Person(number=4505551042), {"a2"}, 2),  # stays with its carrier
        (Person(number=5145551001), {"a1"}, 2),
        (Person(name="plomberie GAGNE et fils inc"), {"a1"}, 3),
        (Person(name="Luc St-Jean"), {"a2"}, 3),
        (Person(name="Luc St-Jean", reseller="hr-01"), {"a2"}, 3),
        (Person(name="Luc St-Jean", reseller="xx-02"), set(), 0),
        (Person(name="Luc"), set(), 0),
        (Person(number=5145559999), set(), 0),
    ],
)
def test_find(outbox: Path, person: Person, keys: set[str], batches: int) -> None:
    held = held_of(outbox, person)
    assert {key for folder in held.folders for key in folder.keys} == keys
    assert len(held.folders) == batches


def test_find_lists_files_and_ledger_rows(outbox: Path) -> None:
    held = held_of(outbox, Person(number=5145551000))
    own = next(folder for folder in held.folders if folder.invoices)
    assert [path.name for path in own.files] == ["A1-csr.pdf", "lot.annotated.xlsx", "lot.report.json", "lot.xlsx"]
    assert (held.ledger.numbers, held.ledger.fee_lines, held.ledger.arrivals) == (3, 3, 3)
    assert held.ledger.last_day == dt.date(2026, 11, 23)
    assert len(held.not_searched) == 2  # the refused file and the defect


# ------------------------------------------------------------------------------------------------ export


def test_export_has_the_person_s_data_and_nobody_else_s(outbox: Path, tmp_path: Path) -> None:
    before, to = os.umask(OWNER_ONLY), tmp_path / "copy"
    try:
        assert export_held(held_of(outbox, Person(number=5145551000)), to) == 2
    finally:
        os.umask(before)
    written = (to / "data.json").read_text("utf-8")
    assert [words for words in OF_PLUMBER if words not in written] == []
    assert [words for words in (*OF_DENTIST, "450-555", "450555", *PINS) if words in written] == []
    data = json.loads(written)
    assert [len(batch["numbers"]) for batch in data["batches"]] == [3, 3]
    assert data["batches"][0]["accounts"][0]["pin"] == MASK
    assert data["ledger"][0]["details"]["signer"] == ACCOUNT["signer"]
    assert [path.read_bytes() for path in to.rglob("*.pdf")] == [b"%PDF-1.7"]
    assert {path.stat().st_mode & 0o777 for path in (to, *to.rglob("*"))} == {0o600, 0o700}
    with pytest.raises(EnvironmentFault):
        export_held(held_of(outbox, DENTIST), to)


# ------------------------------------------------------------------------------------------------ forget


def test_forget_removes_the_person_and_nobody_else(outbox: Path) -> None:
    ledger, folder = open_ledger(default_url(outbox)), folder_of(outbox, "lot.xlsx")
    rows, before = ledger_state(ledger), cells(folder / "lot.xlsx")
    assert forget(outbox, DENTIST) == Forgotten(6, 1, (), ())
    assert not (folder / "lot.annotated.xlsx").exists()
    assert (folder / "documents" / "A1-csr.pdf").exists()
    after = cells(folder / "lot.xlsx")
    for sheet, key_column in (("Comptes", 2), ("Numéros", 2)):
        for old, new in zip(before[sheet], after[sheet], strict=True):
            assert new == tuple(masked(old, key_column) if "A2" in old else old)
    state = ledger_state(ledger)
    assert [state[table] == rows[table] for table in ("fee_lines", "numbers", "batches")] == [True] * 3
    assert len(state["arrivals"]) == len(rows["arrivals"]) - 2
    assert [sentence["en"] for sentence in examine(outbox, ledger)] == []


def masked(row: tuple[Any, ...], key_column: int) -> list[str]:
    return [cell if at == key_column or cell == "None" else MASK for at, cell in enumerate(row)]


def test_nothing_of_the_person_is_left_where_no_other_request_has_them(outbox: Path) -> None:
    forget(outbox, DENTIST)
    folder = folder_of(outbox, "lot.xlsx")
    (folder / "lot.invoice.xlsx").unlink()
    shutil.copytree(folder, outbox / "alone" / "x")
    left = content(outbox / "alone")
    assert [words for words in (*OF_DENTIST, "450-555-10", PINS[1]) if words.encode() in left] == []
    assert OF_PLUMBER[0].encode() in left


@pytest.mark.parametrize("person", [DENTIST, Person(name="PLOMBERIE gagné et fils inc.")])
def test_forget_asks_for_nothing_twice(outbox: Path, person: Person) -> None:
    ledger = open_ledger(default_url(outbox))
    forget(outbox, person)
    before = files_state(outbox, ignored=(".lnp",)), ledger_state(ledger)
    [event] = events_of_people(ledger)
    assert event[:3] == ("Marie Roy", "person_forgotten", AT) and event[4:] == (None, None)
    assert [words for words in (*OF_DENTIST, *OF_PLUMBER, "450555") if words in repr(event)] == []
    assert forget(outbox, person).is_nothing
    assert (files_state(outbox, ignored=(".lnp",)), ledger_state(ledger)) == before


def test_a_request_in_progress_is_not_touched(outbox: Path) -> None:
    ledger, folder = open_ledger(default_url(outbox)), folder_of(outbox, "open.xlsx")
    before, rows = files_state(folder), ledger_state(ledger)
    plumber = Person(number=5145552000)  # accepted; the other account is held back
    [request] = held_of(outbox, plumber).ledger.in_progress
    forgotten = forget(outbox, plumber)
    assert (forgotten.files, forgotten.requests, forgotten.in_progress) == (0, 0, (f"HR-01/{folder.name}",))
    assert (files_state(folder), ledger_state(ledger)) == (before, rows)
    assert request.startswith("PR-")


def test_a_batch_waits_as_long_as_anybody_s_request_in_it_is_in_progress(outbox: Path) -> None:
    """Its documents and its next answer need the workbook as it was received."""
    folder = folder_of(outbox, "open.xlsx")
    before = files_state(folder)
    assert forget(outbox, Person(number=4505552040)).in_progress == (f"HR-01/{folder.name}",)
    assert files_state(folder) == before


def test_a_repeated_answer_of_a_batch_in_progress_waits_with_it(outbox: Path, tmp_path: Path) -> None:
    rows = faulty(20)
    run_once(plan(make_inbox(tmp_path / "in", {"again.xlsx": workbook_of(rows)}), outbox), InProcessPool({}))
    run_once(plan(make_inbox(tmp_path / "in", {"again.xlsx": workbook_of(rows)}), outbox), InProcessPool({}))
    before = files_state(outbox)
    held = held_of(outbox, Person(number=4505552040))
    assert len(held.folders) > len({folder.batch for folder in held.folders})
    waiting = forget(outbox, Person(number=4505552040)).in_progress
    assert sorted(waiting) == sorted(folder.name for folder in held.folders)
    assert files_state(outbox) == before


def test_one_damaged_report_is_named_and_keeps_no_other_folder(outbox: Path) -> None:
    report = folder_of(outbox, "lot.xlsx") / "lot.report.json"
    report.write_text("{", "utf-8")
    held = held_of(outbox, DENTIST)
    assert report.relative_to(outbox).as_posix() in held.not_searched
    forgotten = forget(outbox, DENTIST)
    assert forgotten.not_masked == (report.relative_to(outbox).as_posix(),)
    assert SECOND["signer"] not in repr(cells(report.with_name("lot.xlsx")))


def cancel_all(outbox: Path) -> None:
    with writing(open_ledger(default_url(outbox))) as connection:
        connection.execute(update(requests).values(state="cancelled"))


def test_what_made_no_request_is_forgotten_too(outbox: Path) -> None:
    folder = folder_of(outbox, "open.xlsx")
    cancel_all(outbox)
    assert forget(outbox, Person(number=4505552040)).in_progress == ()
    assert SECOND["signer"] not in repr(cells(folder / "open.xlsx"))
    assert SECOND["signer"] not in (folder / "open.report.json").read_text("utf-8")


def test_a_batch_whose_new_answer_was_begun_waits(outbox: Path) -> None:
    folder = folder_of(outbox, "lot.xlsx")
    begin_answer(outbox, folder)
    before = files_state(folder)
    assert held_of(outbox, DENTIST).unfinished == {folder.name}
    forget(outbox, DENTIST)
    assert files_state(folder) == before


def test_documents_in_folders_are_removed_and_those_of_no_account_are_named(outbox: Path, tmp_path: Path) -> None:
    folder = folder_of(outbox, "lot.xlsx")
    for name in ("scans/A2-bill.pdf", "A2/page 1.pdf", "scans/A1-bill.pdf", "St-Jean.pdf"):
        path = folder / "documents" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(name.encode())
    held = held_of(outbox, DENTIST)
    assert f"HR-01/{folder.name}/documents/St-Jean.pdf" in held.not_searched
    export_held(held, tmp_path / "copy")
    copied = [path.relative_to(tmp_path / "copy" / folder.name).as_posix() for path in tmp_path.rglob("*.pdf")
              if "copy" in path.parts]  # fmt: skip
    assert sorted(copied) == ["A2/page 1.pdf", "scans/A2-bill.pdf"]
    forget(outbox, DENTIST)
    left = sorted(path.name for path in (folder / "documents").rglob("*.pdf"))
    assert left == ["A1-bill.pdf", "A1-csr.pdf", "St-Jean.pdf"]
    assert list(examine(outbox, open_ledger(default_url(outbox)))) == []


def test_a_number_in_a_row_without_an_account_is_forgotten_too(tmp_path: Path) -> None:
    rows = changed({"numbers": {4: {"account_ref": None}, 5: {"account_ref": "A9"}}}, numbered(10))
    outbox = tmp_path / "out"
    run_once(plan(make_inbox(tmp_path / "in", {"HR-01/lot.xlsx": workbook_of(rows)}), outbox), InProcessPool({}))
    cancel_all(outbox)
    [report] = outbox.glob("HR-01/*/lot.report.json")
    unrequested = json.loads(report.read_text("utf-8"))["without_request"]
    assert len(unrequested) == 2
    for each in unrequested:
        person = Person(number=int(each["number"][2:]))
        assert len(held_of(outbox, person).folders) == 1
        forget(outbox, person)
        assert each["number"] not in report.read_text("utf-8")
        assert str(person.number) not in repr(cells(report.with_name("lot.xlsx"))).replace("-", "")
        assert held_of(outbox, person).folders == ()
    assert "without_request" not in json.loads(report.read_text("utf-8"))


def test_a_number_inside_a_range_without_an_account_is_found(tmp_path: Path) -> None:
    ranged = {"account_ref": None, "number": "514-555-1001", "range_end": "514-555-1007"}
    outbox = tmp_path / "out"
    rows = changed({"numbers": {3: ranged}}, numbered(10))
    run_once(plan(make_inbox(tmp_path / "in", {"HR-01/lot.xlsx": workbook_of(rows)}), outbox), InProcessPool({}))
    found = [number for number in range(5145551001, 5145551010) if held_of(outbox, Person(number=number)).folders]
    assert found == list(range(5145551001, 5145551008))


def test_an_unreadable_workbook_is_named(outbox: Path) -> None:
    folder = folder_of(outbox, "lot.xlsx")
    (folder / "lot.xlsx").write_bytes(b"damaged")
    assert f"HR-01/{folder.name}/lot.xlsx" in held_of(outbox, Person(name="somebody else")).not_searched
    assert forget(outbox, DENTIST).not_masked == (f"HR-01/{folder.name}/lot.xlsx",)


def test_on_either_database(tmp_path: Path, ledger_url: str) -> None:
    outbox, ledger = fill(tmp_path, ledger_url), open_ledger(ledger_url)
    rows = ledger_state(ledger)
    assert held_of(outbox, DENTIST, ledger).ledger.numbers == 2
    assert not forget(outbox, DENTIST, ledger).is_nothing
    assert forget(outbox, DENTIST, ledger).is_nothing
    state = ledger_state(ledger)
    assert [state[table] == rows[table] for table in ("fee_lines", "numbers", "batches")] == [True] * 3
    assert [event[:2] for event in events_of_people(ledger)] == [("Marie Roy", "person_forgotten")]
    assert repr(state["requests"]).count(str(SECOND["signer"])) == 0


@pytest.mark.parametrize(
    ("person", "every"), [(Person(name="clinique dentaire st-jean inc."), 9), (Person(number=4505551042), 4)]
)
def test_forgetting_that_was_cut_off_is_finished_by_the_next_call(
    outbox: Path, tmp_path: Path, person: Person, every: int
) -> None:
    """Found by the name that is being removed, or by a number that only the files have."""
    expected = Path(shutil.copytree(outbox, tmp_path / "expected"))
    forget(expected, person)
    end = state_of(expected)
    for at in itertools.count(1, every):
        cut = Path(shutil.copytree(outbox, tmp_path / "cut"))
        if not cut_off(partial(forget, cut, person), at):
            break
        forget(cut, person)
        assert state_of(cut) == end, at
        shutil.rmtree(cut)
    assert at > 10


def state_of(outbox: Path) -> tuple[Any, ...]:
    ledger = ledger_state(open_ledger(default_url(outbox)))
    written = [row for row in ledger.pop("events") if "person" not in repr(row)]  # the note counts what was left
    return files_state(outbox), ledger, written
