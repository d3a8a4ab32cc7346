"""What the office asks for most: where is this number, this request, this customer, and what was billed for it?"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from lnp_batch.ledger.schema import numbers, requests
from lnp_batch.ledger.store import open_ledger, writing
from lnp_batch.nightly.find import HELD, NO_REQUEST, PORTED, TAKEN_OUT, Hit, find
from tests.factory import REFERENCE, Rows, changed
from tests.nightly.interruptions import quick_folder
from tests.nightly.runs import OTHER, faulty, next_round, numbered, only_report, workbook_of
from tests.nightly.story import Story

LATER = REFERENCE + dt.timedelta(days=1)
CUSTOMER = {"accounts": {2: {"name_on_bill": "Clinique vétérinaire Bœuf & fils"}}}
FIRST = [row["number"] for row in numbered(10)["numbers"]]
"""The numbers of the first batch."""


def first_batch() -> Rows:
    return changed(CUSTOMER, numbered(10))


@pytest.fixture(scope="module")
def sent() -> Iterator[Story]:
    """A batch and its correction, which replaces a number; one that is held back in part; one of another reseller with
    the first one's numbers."""
    with quick_folder() as folder:
        story = Story(folder, f"sqlite:///{folder / 'ledger.sqlite'}")
        story.send({"HR-01/lot.xlsx": workbook_of(first_batch()), "HR-01/b.xlsx": workbook_of(faulty(20))})
        story.send({"HR-01/deux.xlsx": workbook_of(next_round(first_batch()))}, LATER)
        story.send({"x.xlsx": workbook_of(changed(OTHER, numbered(10)))}, LATER)
        yield story


def found(story: Story, typed: str) -> list[Hit]:
    return find(story.outbox, story.engine, typed)


def spellings(number: str) -> list[str]:
    digits = "".join(filter(str.isdigit, number))
    a, b, c = digits[:3], digits[3:6], digits[6:]
    return [
        number,
        digits,
        f"+1 ({a}) {b}-{c}",
        f"1{digits}",
        f"{a}.{b}.{c}",
        f"tél. {a} {b} {c}",
        f"{a}-{b}-{c} poste 12",
    ]


def test_a_number_is_found_in_any_spelling(sent: Story) -> None:
    hits = [found(sent, typed) for typed in spellings(FIRST[0])]
    assert all(each == hits[0] for each in hits)
    own, other = hits[0]
    assert (own.state, own.customer, own.batch.code) == ("ready", "Clinique vétérinaire Bœuf & fils", "HR-01")
    assert (own.batch.file, own.folder) == ("deux.xlsx", f"HR-01/{own.batch.id}")
    [fee] = own.fees
    assert (fee.billed, fee.day, fee.numbers, fee.cents) == (True, REFERENCE, 1, 2999)
    assert (other.state, other.batch.code, other.fees) == (HELD, "XX-02", ())
    assert "LED001" in {each.code for each in other.held_by}


def test_a_number_that_was_taken_out_says_when_its_fee_was_given_back(sent: Story) -> None:
    [hit, _other] = found(sent, FIRST[2])
    assert hit.state == TAKEN_OUT
    assert [(fee.billed, fee.day, fee.cents) for fee in hit.fees] == [(True, REFERENCE, 2999), (False, LATER, -2999)]


def test_a_number_that_was_never_accepted_is_found_where_it_is_held_back(sent: Story) -> None:
    held = next(row for row in numbered(20)["numbers"] if row["account_ref"] == "A2")
    [hit] = found(sent, held["number"])
    assert (hit.state, hit.batch.file, hit.fees) == (HELD, "b.xlsx", ())
    assert [(each.sheet_key, each.cell[-1]) for each in hit.held_by] == [("accounts", "3")]


def test_a_request_is_found_by_its_id(sent: Story) -> None:
    hit, other = found(sent, FIRST[0])
    [same] = found(sent, hit.request.lower())
    assert (same.request, same.state, same.batch) == (hit.request, "ready", hit.batch)
    assert sum(fee.numbers for fee in same.fees if fee.billed) > 1
    for request in only_report(sent.outbox / other.folder)["requests"]:
        [held] = found(sent, request["id"])
        assert (held.request, held.state, held.batch) == (request["id"], HELD, other.batch)


@pytest.mark.parametrize("typed", ["clinique veterinaire", "BOEUF", "Vétérinaire bœuf & FILS"])
def test_a_customer_is_found_by_part_of_the_name(sent: Story, typed: str) -> None:
    """Once, though two batches have it: where its request was last changed."""
    [hit] = found(sent, typed)
    assert (hit.customer, hit.batch.file, hit.state) == ("Clinique vétérinaire Bœuf & fils", "deux.xlsx", "ready")


@pytest.mark.parametrize("typed", ["514-555-9876", "PR-AAAAAAAAAA", "nobody", "", "…", "PR-1"])
def test_nothing_is_found(sent: Story, typed: str) -> None:
    assert found(sent, typed) == []


UNPLACED = ("514-555-7777", "514-555-7778")
"""Numbers whose rows have the key of no account, and none."""


def with_unplaced() -> Rows:
    rows = first_batch()
    rows["numbers"] += [
        {"account_ref": "A9", "number": UNPLACED[0], "active": "yes", "dsl": "no", "alarm": "no"},
        {"number": UNPLACED[1], "active": "yes", "dsl": "no", "alarm": "no"},
    ]
    return rows


def test_a_number_that_is_in_no_request_is_found_where_it_arrived(tmp_path: Path) -> None:
    story = Story(tmp_path, f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    sent = story.send({"HR-01/lot.xlsx": workbook_of(with_unplaced())})
    for number, code, cell in zip(UNPLACED, ("NUM012", "CEL001"), ("C8", "C9"), strict=True):
        [hit] = found(story, number)
        assert (hit.state, hit.request, hit.folder) == (NO_REQUEST, "", f"HR-01/{story.folder_of(sent).name}")
        assert [(each.code, each.cell) for each in hit.held_by] == [(code, cell)]
    assert found(story, "514-555-7779") == []
    assert all(hit.request for hit in found(story, "r"))


DAMAGED = ("", "[]", "null", "{", '{"requests": null}', '{"requests": [null]}', '{"requests": [{"id": "PR-1"}]}')


@pytest.mark.parametrize("damaged", DAMAGED)
def test_a_damaged_report_hides_only_what_it_said(tmp_path: Path, damaged: str) -> None:
    story = Story(tmp_path, f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    folder = story.folder_of(story.send({"HR-01/lot.xlsx": workbook_of(first_batch())}))
    next(folder.glob("*.report.json")).write_text(damaged, "utf-8")
    [hit] = found(story, FIRST[0])
    assert (hit.state, hit.customer, hit.fees[0].cents) == ("ready", "", 2999)
    assert found(story, "clinique") == []


# ------------------------------------------------------------------------------------------------ either database


def test_a_number_that_moved_to_another_request_is_found_with_its_fee_under_both(story: Story) -> None:
    """It is billed once, by the request that had it first."""
    story.send({"HR-01/lot.xlsx": workbook_of(first_batch())})
    moves = {
        "batch": {"batch_reference": "Deux"},
        "accounts": {2: {"total_numbers": 2}, 3: {"total_numbers": 4}},
        "numbers": {4: {"account_ref": "A2"}},
    }
    sent = story.send({"HR-01/deux.xlsx": workbook_of(changed(moves, first_batch()))}, LATER)
    assert (sent.entries[0]["billed"], sent.entries[0]["given_back"]) == (0, 0)
    [old], [number] = found(story, "veterinaire"), found(story, FIRST[2])
    [new] = found(story, number.request)
    assert (number.state, new.request == old.request) == ("ready", False)
    assert [[(fee.day, fee.numbers, fee.cents) for fee in hit.fees] for hit in (number, old, new)] == [
        [(REFERENCE, 1, 2999)],
        [(REFERENCE, 3, 3 * 2999)],
        [(REFERENCE, 3, 3 * 2999)],
    ]


def test_it_is_found_in_either_ledger_after_a_new_answer_a_port_and_a_purge(story: Story, tmp_path: Path) -> None:
    first = story.folder_of(story.send({"HR-01/lot.xlsx": workbook_of(first_batch())}))
    story.rejudge(first.name, LATER)
    number = FIRST[0]
    [hit] = found(story, number)
    assert (hit.folder, hit.batch.last, hit.batch.last_day) == (f"HR-01/{first.name}-2", 2, LATER)
    assert len(found(story, "veterinaire")) == 1
    ten = int("".join(filter(str.isdigit, number)))
    with writing(story.engine) as connection:
        connection.execute(update(numbers).where(numbers.c.number == ten).values(open=False, ported_on=LATER))
        connection.execute(update(requests).values(state="closed"))
        row = connection.execute(select(numbers).where(numbers.c.number == ten)).mappings().one()
        connection.execute(insert(numbers).values(**{**row, "port": 2, "ported_on": None}))
    assert [hit.state for hit in found(story, number)] == [TAKEN_OUT, PORTED]
    shutil.rmtree(story.outbox / "HR-01")
    [_second, hit] = found(story, number)
    assert (hit.folder, hit.customer, hit.fees[0].cents) == ("", "", 2999)
    assert found(story, "veterinaire") == []


def test_an_empty_ledger_has_nothing(tmp_path: Path) -> None:
    assert find(tmp_path, open_ledger(f"sqlite:///{tmp_path / 'l.sqlite'}"), "514-555-0123") == []
