"""A new answer to the same bytes neither opens a request again that has ended, nor undoes a later correction."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import Engine, select, update

from lnp_batch.ledger.fees import fee_summary
from lnp_batch.ledger.schema import numbers, requests
from lnp_batch.ledger.store import open_existing, reading, snapshot, writing
from lnp_batch.nightly.purge import purge
from lnp_batch.nightly.rebook import rebook
from lnp_batch.nightly.rejudge import CannotRejudge
from tests.factory import REFERENCE, Rows, changed
from tests.nightly.runs import AT, OTHER, ledger_state, numbered, only_report, workbook_of
from tests.nightly.stale import LATER, cancel
from tests.nightly.story import PDF, Story, differences
from tests.nightly.test_rebook import copy_of

BYTES = workbook_of(numbered(10))
FILES = {"HR-01/lot.xlsx": BYTES, "HR-01/lot/A1-csr.pdf": PDF}
MUCH_LATER = REFERENCE + dt.timedelta(days=140)


def port(engine: Engine) -> None:
    """Close all requests as ported, ten days after the first arrived."""
    with writing(engine) as connection:
        connection.execute(update(numbers).values(open=False, ported_on=REFERENCE + dt.timedelta(days=10)))
        connection.execute(update(requests).values(state="closed"))


def requests_of(engine: Engine) -> list[tuple[str, str]]:
    with reading(engine) as connection:
        rows = connection.execute(select(requests.c.id, requests.c.state).order_by(requests.c.id))
        return [(row.id, row.state) for row in rows]


def net_cents(engine: Engine) -> int:
    with snapshot(engine) as connection:
        return fee_summary(connection).total.net_cents


@pytest.mark.parametrize("end", ["cancelled", "ported"])
@pytest.mark.parametrize("by", ["document", "same bytes and a document", "rejudge"])
def test_what_was_accepted_and_has_ended_is_not_opened_or_billed_again(story: Story, end: str, by: str) -> None:
    first = story.folder_of(story.send(FILES))
    if end == "cancelled":
        cancel(story.engine, "hr-01")
    else:
        port(story.engine)
    before = requests_of(story.engine)
    if by == "rejudge":
        entry = story.rejudge(first.name, MUCH_LATER)
    else:
        again = {"HR-01/lot.xlsx": BYTES} if by != "document" else {}
        [entry] = story.send({**again, "HR-01/lot/A2-csr.pdf": PDF}, MUCH_LATER).entries
    assert (entry["batch"], entry["accepted"], entry["to_fix"], entry["billed"]) == (f"{first.name}-2", 5, 0, 0)
    assert (requests_of(story.engine), net_cents(story.engine)) == (before, 5 * 2999)
    assert only_report(first.with_name(str(entry["batch"])))["invoice"] is None
    assert differences(story) == []


def test_a_new_workbook_opens_another_request(story: Story) -> None:
    story.send(FILES)
    cancel(story.engine, "hr-01")
    rows = changed({"batch": {"batch_reference": "Encore"}}, numbered(10))
    [entry] = story.send({"HR-01/b.xlsx": workbook_of(rows)}, LATER).entries
    assert (entry["accepted"], entry["billed"]) == (5, 5)
    assert {id_[-2:] for id_, state in requests_of(story.engine) if state == "ready"} == {"-2"}
    document = story.send({"HR-01/Encore/A2-csr.pdf": PDF}, LATER)
    assert ([entry["billed"] for entry in document.entries], net_cents(story.engine)) == ([0], 10 * 2999)
    assert differences(story) == []


def test_a_batch_that_accepted_nothing_before_a_request_ended_may_open_another(story: Story) -> None:
    """Its numbers were held back; an earlier batch's request for them was cancelled."""
    story.send(FILES)
    cancel(story.engine, "hr-01")
    story.send({"x.xlsx": workbook_of(changed(OTHER, numbered(10)))})
    held = story.folder_of(
        story.send({"HR-01/b.xlsx": workbook_of(changed({"batch": {"batch_reference": "B"}}, numbered(10)))})
    )
    cancel(story.engine, "xx-02")
    assert story.rejudge(held.name, LATER)["billed"] == 5
    assert differences(story) == []


def test_the_same_bytes_with_a_document_after_a_purge_bill_nothing(story: Story) -> None:
    story.send(FILES)
    cancel(story.engine, "hr-01")
    purge(story.outbox, story.engine, LATER, AT)
    [entry] = story.send({**FILES, "HR-01/lot/A2-csr.pdf": PDF}, MUCH_LATER).entries
    assert (entry["verdict"], entry["billed"], net_cents(story.engine)) == ("already_processed", 0, 5 * 2999)
    assert differences(story) == []


def test_a_restored_ledger_gets_the_answer_without_another_request(
    story: Story, request: pytest.FixtureRequest
) -> None:
    first = story.folder_of(story.send(FILES))
    cancel(story.engine, "hr-01")
    backup = copy_of(story.url, "" if story.url.startswith("sqlite") else request.getfixturevalue("postgresql"))
    story.rejudge(first.name, LATER)
    undisturbed = ledger_state(story.engine)
    restored = open_existing(backup)
    assert [each.batch for each in rebook(story.outbox, restored, "Luc", AT)] == [f"{first.name}-2"]
    again = ledger_state(restored)
    again["events"] = [row for row in again["events"] if "rebooked" not in row]
    assert again == undisturbed


# ------------------------------------------------------------------------------------------------ corrected


def of_account(rows: Rows, key: str) -> Rows:
    """Return the rows of one account."""
    return {
        **rows,
        "accounts": [row for row in rows["accounts"] if row["account_ref"] == key],
        "numbers": [row for row in rows["numbers"] if row["account_ref"] == key],
    }


@pytest.mark.parametrize("by", ["document", "rejudge"])
def test_a_correction_that_is_held_back_is_not_undone(story: Story, by: str) -> None:
    """Both workbooks hold an account that another reseller's request holds back; the second corrects it."""
    story.send({"x.xlsx": workbook_of(of_account(changed(OTHER, numbered(10)), "A2"))})
    first = story.folder_of(story.send({"HR-01/a.xlsx": BYTES}))
    corrections = {"accounts": {3: {"account_number": "99999-44-001"}}, "batch": {"batch_reference": "Corr"}}
    newer = story.folder_of(story.send({"HR-01/b.xlsx": workbook_of(changed(corrections, numbered(10)))}, LATER))
    cancel(story.engine, "xx-02")
    before = requests_of(story.engine)
    if by == "rejudge":
        with pytest.raises(CannotRejudge) as caught:
            story.rejudge(first.name, LATER)
        assert caught.value.args[0].en.startswith(f"Batch {first.name} was corrected since by batch {newer.name}")
    else:
        [entry] = story.send({"HR-01/a/A2-csr.pdf": PDF}, LATER).entries
        assert entry["verdict"] == "already_processed"
    assert requests_of(story.engine) == before
    assert story.rejudge(newer.name, LATER)["billed"] == 2
    with reading(story.engine) as connection:
        found = connection.scalars(select(requests.c.account_number).where(requests.c.reseller == "hr-01"))
        assert "99999-44-001" in set(found)
