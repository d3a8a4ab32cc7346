"""Several runs one after another: what stays, what is billed, what is given back, on either kind of ledger."""

from __future__ import annotations

import datetime as dt
import random
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, update

from lnp_batch.ledger.schema import FEE, arrivals, batches, events, fee_lines, numbers, requests
from lnp_batch.ledger.store import open_ledger, reading, writing
from lnp_batch.model.context import Thresholds
from lnp_batch.nightly.doctor import examine
from tests.answers import answered
from tests.factory import ACCOUNT, BATCH, NUMBER, REFERENCE, Rows, changed, context
from tests.nightly.interruptions import quick_folder
from tests.nightly.runs import InProcessPool, make_inbox, next_round, numbered, only_report, plan, run_once, workbook_of

PRICE = 2999
ANSWERS: dict[Any, Any] = {}
"""The workbooks' evaluations, which are the same for both ledgers."""
SMALL = Thresholds(request_numbers=3)
"""At most three numbers per request."""
OTHER = {"reseller_code": "XX-02", "reseller_name": "Autre revendeur"}


@dataclass
class Story:
    """Runs over one inbox, one outbox and one ledger."""

    folder: Path
    url: str
    sent: int = 0

    @property
    def engine(self) -> Engine:
        return open_ledger(self.url)

    def send(self, rows: Rows, day: dt.date = REFERENCE, **facts: Any) -> tuple[Mapping[str, Any], dict[str, Any]]:
        """Run over a single workbook. Returns its entry and its report."""
        return self.send_file(workbook_of(rows), day, **facts)

    def send_file(
        self, workbook: bytes, day: dt.date = REFERENCE, **facts: Any
    ) -> tuple[Mapping[str, Any], dict[str, Any]]:
        """Run over a workbook with this content."""
        self.sent += 1
        inbox = make_inbox(self.folder / "in", {f"lot-{self.sent}.xlsx": workbook})
        outbox = self.folder / "out"
        [entry] = run_once(
            plan(inbox, outbox, context(reference_date=day, **facts)), InProcessPool(ANSWERS), self.url
        ).entries
        return entry, only_report(outbox / str(entry["place"]) / str(entry["batch"]))

    def annotated(self, entry: Mapping[str, Any]) -> bytes:
        """Return the annotated copy that a run delivered."""
        (copy,) = (self.folder / "out" / str(entry["place"]) / str(entry["batch"])).glob("*.annotated.xlsx")
        return copy.read_bytes()

    def set_state(self, request: str, state: str, ported_on: dt.date | None = None) -> None:
        """Enter a request's new state, as staff do. A finished request no longer holds its numbers."""
        with writing(self.engine) as connection:
            connection.execute(update(requests).where(requests.c.id == request).values(state=state))
            if state in ("ported", "closed", "cancelled"):
                of_it = update(numbers).where(numbers.c.request == request, numbers.c.open)
                connection.execute(of_it.values(open=False, ported_on=ported_on))

    def fees(self) -> dict[int, int]:
        """Return each number's net fee in the ledger, in cents."""
        with reading(self.engine) as connection:
            sums = select(fee_lines.c.number, func.sum(fee_lines.c.cents)).group_by(fee_lines.c.number)
            return {number: int(cents) for number, cents in connection.execute(sums)}

    def requests(self) -> dict[str, tuple[str, int, frozenset[int]]]:
        """Return id → state, revision, open numbers."""
        with reading(self.engine) as connection:
            held: dict[str, set[int]] = defaultdict(set)
            for request, number in connection.execute(
                select(numbers.c.request, numbers.c.number).where(numbers.c.open)
            ):
                held[request].add(number)
            query = select(requests.c.id, requests.c.state, requests.c.revision)
            return {id_: (state, revision, frozenset(held[id_])) for id_, state, revision in connection.execute(query)}

    def count(self, table: Any, *where: Any) -> int:
        with reading(self.engine) as connection:
            return connection.scalar(select(func.count()).select_from(table).where(*where)) or 0

    def events(self, what: str) -> list[tuple[str | None, ...]]:
        """Return request, state before, state after and note of the events of a kind, in order."""
        columns = (events.c.request, events.c.from_state, events.c.to_state, events.c.note)
        with reading(self.engine) as connection:
            query = select(*columns).where(events.c.what == what).order_by(events.c.id)
            return [tuple(row) for row in connection.execute(query)]

    def differences(self) -> list[str]:
        return [sentence["en"] for sentence in examine(self.folder / "out", self.engine)]


@pytest.fixture
def story(ledger_url: str) -> Iterator[Story]:
    with quick_folder() as folder:
        url = f"sqlite:///{folder / 'ledger.sqlite'}" if ledger_url.startswith("sqlite") else ledger_url
        new_story = Story(folder, url)
        yield new_story
        assert new_story.differences() == []


def ids(report: Mapping[str, Any]) -> dict[str, str]:
    return {request["account_ref"]: request["id"] for request in report["requests"]}


def codes(report: Mapping[str, Any], *prefixes: str) -> list[str]:
    found = (f"{finding['code']} {finding['cell']}" for finding in report["findings"])
    return [each for each in found if each.startswith(prefixes or "LED")]


def wireless(key: str, carrier: str, last: range | list[int], account: str, **cells: Any) -> Rows:
    """An account of mobile numbers from 514-555-2000 on, without a BTN; all numbers are ported."""
    row = {**ACCOUNT, "account_ref": key, "carrier": carrier, "account_number": account, "total_numbers": len(last)}
    number = {**NUMBER, "account_ref": key, "line_type": "wireless"}
    return {
        "accounts": [{**row, "btn": None, "address_on_bill": f"{len(key)}, rue {key}", **cells}],
        "numbers": [{**number, "number": f"514-555-{2000 + at}"} for at in last],
    }


def lot(*accounts: Rows, **batch: str) -> Rows:
    return {
        "batch": {**BATCH, **batch},
        **{sheet: [row for account in accounts for row in account[sheet]] for sheet in ("accounts", "numbers")},
    }


def numbers_of(last: range | list[int]) -> set[int]:
    return {5145552000 + at for at in last}


# ------------------------------------------------------------------------------------------------ corrections


def test_a_corrected_request_keeps_its_id(story: Story) -> None:
    _entry, first = story.send(numbered(10))
    corrected = changed(
        {"batch": {"batch_reference": "2"}, "accounts": {2: {"account_number": "99", "carrier": "TELUS"}}}, numbered(10)
    )
    entry, second = story.send(corrected)
    assert ids(second) == ids(first)
    assert [request["revision"] for request in second["requests"]] == [2, 1]
    assert (entry["accepted"], entry["billed"], entry["given_back"], second["invoice"]) == (5, 0, 0, None)
    entry, third = story.send(next_round(corrected))
    assert ids(third) == ids(first)
    assert (entry["billed"], entry["given_back"], third["invoice"]["quantity"]) == (1, 1, 1)
    assert sorted(story.fees().values()) == [0, *[PRICE] * 5]
    assert story.count(batches) == 3
    assert story.events("answered") == [(None, None, None, "accepted")] * 3


def test_what_was_agreed_to_with_ok_is_what_the_ledger_knows(story: Story) -> None:
    """Typed in the cells afterwards, it is the same request with nothing changed."""
    typed = numbered(10)
    faults = {"accounts": {3: {"new_btn": ""}}, "numbers": {3: {"number": f"{typed['numbers'][1]['number']} poste 7"}}}
    entry, first = story.send(changed(faults, numbered(10)))
    assert (entry["accepted"], entry["billed"]) == (0, 0)
    entry, second = story.send_file(answered(story.annotated(entry)))
    assert [cell["code"] for cell in second["applied"]] == ["REQ004", "NUM003"]
    assert (entry["accepted"], entry["billed"]) == (5, 5)
    entry, third = story.send(typed)
    assert (entry["accepted"], entry["billed"], entry["given_back"]) == (5, 0, 0)
    assert ids(third) == ids(second) == ids(first)
    details = [
        [{key: value for key, value in request.items() if key not in ("already_accepted", "fee")} for request in each]
        for each in (second["requests"], third["requests"])
    ]
    assert details[0] == details[1]


def test_another_request_of_the_same_account_is_not_touched_by_a_correction(story: Story) -> None:
    """Numbers 0 and 1, then separately 2 and 3 of the same account, then a correction of only the second request."""
    part = {"port_type": "partial", "total_numbers": 6}
    _entry, first = story.send(lot(wireless("A1", "Koodo", [0, 1], "11", **part)))
    _entry, other = story.send(lot(wireless("A1", "Koodo", [2, 3], "11", **part), batch_reference="2"))
    assert ids(other)["A1"] == f"{ids(first)['A1']}-2"
    entry, corrected = story.send(lot(wireless("A1", "Koodo", [2, 4], "11", **part), batch_reference="3"))
    assert ids(corrected) == ids(other)
    assert (entry["billed"], entry["given_back"]) == (1, 1)
    assert story.requests()[ids(first)["A1"]] == ("ready", 1, frozenset(numbers_of([0, 1])))
    assert {number for number, cents in story.fees().items() if cents} == numbers_of([0, 1, 2, 4])


def test_a_number_moves_between_two_accounts_and_keeps_its_fee(story: Story) -> None:
    _entry, first = story.send(lot(wireless("A1", "Koodo", [0, 1], "11"), wireless("A2", "Fido", [2, 3], "22")))
    entry, moved = story.send(lot(wireless("A1", "Koodo", [0], "11"), wireless("A2", "Fido", [1, 2, 3], "22")))
    assert (ids(moved), entry["billed"], entry["given_back"]) == (ids(first), 0, 0)
    held = story.requests()
    assert held[ids(first)["A1"]] == ("ready", 2, frozenset(numbers_of([0])))
    assert held[ids(first)["A2"]] == ("ready", 2, frozenset(numbers_of([1, 2, 3])))
    assert story.fees() == dict.fromkeys(numbers_of(range(4)), PRICE)


def test_an_account_grows_past_one_request_and_shrinks_again(story: Story) -> None:
    _entry, first = story.send(lot(wireless("A1", "Koodo", range(3), "11")), thresholds=SMALL)
    entry, grown = story.send(lot(wireless("A1", "Koodo", range(7), "11")), thresholds=SMALL)
    assert (len(grown["requests"]), entry["billed"], entry["given_back"]) == (3, 4, 0)
    assert ids(first)["A1"] in {request["id"] for request in grown["requests"]}
    entry, shrunk = story.send(lot(wireless("A1", "Koodo", [0, 1, 6], "11")), thresholds=SMALL)
    assert (len(shrunk["requests"]), entry["billed"], entry["given_back"]) == (1, 0, 4)
    assert sorted(shrunk["given_back"]) == [f"+1{number}" for number in sorted(numbers_of([2, 3, 4, 5]))]
    states = Counter((state, held) for state, _revision, held in story.requests().values())
    assert states == {("ready", frozenset(numbers_of([0, 1, 6]))): 1, ("cancelled", frozenset()): 2}
    assert story.fees() == {**dict.fromkeys(numbers_of(range(7)), 0), **dict.fromkeys(numbers_of([0, 1, 6]), PRICE)}
    entry, again = story.send(lot(wireless("A1", "Koodo", range(7), "11"), batch_reference="b"), thresholds=SMALL)
    assert (len(again["requests"]), entry["billed"], entry["given_back"]) == (3, 4, 0)
    assert story.fees() == dict.fromkeys(numbers_of(range(7)), PRICE)
    assert story.count(fee_lines) == 7 + 4 + 4


def test_the_part_that_remains_keeps_the_family(story: Story) -> None:
    """A family is the id of the first part, also once that part is gone: later rounds find the other parts by it."""
    _entry, first = story.send(lot(wireless("A1", "Koodo", range(5), "11")), thresholds=SMALL)
    first_id, second_id = (request["id"] for request in first["requests"])
    _entry, shrunk = story.send(lot(wireless("A1", "Koodo", [3, 4, 5], "11")), thresholds=SMALL)
    assert ids(shrunk) == {"A1": second_id}
    with reading(story.engine) as connection:
        families = dict(map(tuple, connection.execute(select(requests.c.id, requests.c.family))))
    assert families == {first_id: first_id, second_id: first_id}
    held = story.requests()
    assert held == {first_id: ("cancelled", 2, frozenset()), second_id: ("ready", 2, frozenset(numbers_of([3, 4, 5])))}
    assert story.events("merged") == [(first_id, "ready", "cancelled", "3 numbers left it")]


def test_a_request_left_out_of_a_later_workbook_stays(story: Story) -> None:
    both = wireless("A1", "Koodo", [0, 1], "11"), wireless("A2", "Fido", [2, 3], "22")
    _entry, first = story.send(lot(*both))
    before = story.requests()
    entry, _second = story.send(lot(both[0], batch_reference="A1 seul"))
    assert (entry["billed"], entry["given_back"], story.requests()) == (0, 0, before)
    assert story.events("revised") == []
    entry, held = story.send(lot(wireless("A2", "Fido", [2], "22", freeze="yes")))
    assert (held["outcome"], entry["given_back"], story.requests()) == ("to_fix", 0, before)
    assert ids(held) == {"A2": ids(first)["A2"]}


# ------------------------------------------------------------------------------------------------ states


def test_a_rejected_request_is_ready_again_in_its_next_revision(story: Story) -> None:
    rows = lot(wireless("A1", "Koodo", [0, 1], "11"))
    _entry, first = story.send(rows)
    story.set_state(ids(first)["A1"], "rejected")
    entry, second = story.send(changed({"batch": {"batch_reference": "2"}}, rows))
    assert (ids(second), entry["billed"]) == (ids(first), 0)
    assert story.requests() == {ids(first)["A1"]: ("ready", 2, frozenset(numbers_of([0, 1])))}
    assert story.count(events, events.c.from_state == "rejected", events.c.to_state == "ready") == 1


@pytest.mark.parametrize("state", ["submitted", "confirmed", "loa_sent"])
def test_a_request_that_was_sent_cannot_change(story: Story, state: str) -> None:
    _entry, first = story.send(lot(wireless("A1", "Koodo", [0, 1], "11")))
    story.set_state(ids(first)["A1"], state)
    before = story.requests()
    entry, same = story.send(lot(wireless("A1", "Koodo", [0, 1], "11"), batch_reference="2"))
    assert (codes(same), entry["verdict"], entry["billed"]) == (["LED004 D2", "LED004 D3"], "accepted", 0)
    entry, other = story.send(lot(wireless("A1", "Koodo", [0, 1], "12")))
    assert (codes(other, "LED005"), entry["verdict"], entry["accepted"]) == (["LED005 E2"], "to_fix", 0)
    entry, fewer = story.send(lot(wireless("A1", "Koodo", [0], "11")))
    assert (codes(fewer, "LED005"), entry["given_back"]) == (["LED005 F2"], 0)
    assert story.requests() == before


def test_numbers_of_a_finished_request_get_the_next_id(story: Story) -> None:
    _entry, first = story.send(lot(wireless("A1", "Koodo", [0, 1], "11")))
    name = ids(first)["A1"]
    story.set_state(name, "cancelled")
    entry, second = story.send(lot(wireless("A1", "Koodo", [0, 1], "11"), batch_reference="2"))
    assert (ids(second)["A1"], entry["billed"], codes(second)) == (f"{name}-2", 2, [])
    story.set_state(f"{name}-2", "closed", REFERENCE - dt.timedelta(days=100))
    entry, third = story.send(lot(wireless("A1", "Koodo", [0, 1], "11"), batch_reference="3"))
    assert (ids(third)["A1"], entry["billed"]) == (f"{name}-3", 2)
    assert story.fees() == dict.fromkeys(numbers_of([0, 1]), 3 * PRICE)
    assert {state for state, _revision, _held in story.requests().values()} == {"cancelled", "closed", "ready"}


@pytest.mark.parametrize(("days", "code"), [(10, "LED002"), (89, "LED002"), (90, "LED006"), (100, "LED006")])
def test_a_ported_number_can_be_ported_again_after_90_days(story: Story, days: int, code: str) -> None:
    _entry, first = story.send(lot(wireless("A1", "Koodo", [0, 1], "11")))
    story.set_state(ids(first)["A1"], "ported", REFERENCE - dt.timedelta(days=days))
    entry, report = story.send(lot(wireless("A1", "Koodo", [0, 1], "11"), batch_reference="2"))
    assert codes(report) == [f"{code} D2", f"{code} D3"]
    billed = 2 if code == "LED006" else 0
    assert (entry["billed"], entry["accepted"]) == (billed, billed)
    assert story.count(numbers, numbers.c.port == 2, numbers.c.open) == billed
    assert story.fees() == dict.fromkeys(numbers_of([0, 1]), PRICE * (1 + billed // 2))


def test_only_the_fee_of_the_open_port_is_given_back(story: Story) -> None:
    """A number that was ported, came back, is requested again and taken out: the fee of its first port stays."""
    _entry, first = story.send(lot(wireless("A1", "Koodo", [0, 1], "11")))
    story.set_state(ids(first)["A1"], "ported", REFERENCE - dt.timedelta(days=100))
    story.send(lot(wireless("A1", "Koodo", [0, 1], "11"), batch_reference="2"))
    entry, fewer = story.send(lot(wireless("A1", "Koodo", [0], "11"), batch_reference="3"))
    assert (entry["billed"], entry["given_back"]) == (0, 1)
    assert story.events("taken_out") == [(ids(fewer)["A1"], None, None, "1")]
    assert story.fees() == {5145552000: 2 * PRICE, 5145552001: PRICE}
    assert story.count(numbers, numbers.c.open) == 1


# ------------------------------------------------------------------------------------------------ days


@pytest.mark.parametrize(("after", "good"), [(5, True), (15, True), (16, False)])
def test_a_bill_counts_from_the_day_on_which_its_request_first_arrived(story: Story, after: int, good: bool) -> None:
    day = dt.date(2026, 11, 2)
    bill = {"evidence": "bill", "bill_date": (day - dt.timedelta(days=58)).isoformat()}
    _entry, held = story.send(lot(wireless("A1", "Koodo", [0, 1], "11", freeze="yes", **bill)), day)
    assert held["outcome"] == "to_fix"
    entry, report = story.send(lot(wireless("A1", "Koodo", [0, 1], "11", **bill)), day + dt.timedelta(days=after))
    assert (codes(report, "ACC010") == []) is good
    assert entry["accepted"] == (2 if good else 0)


def test_a_first_arrival_is_kept_for_15_days(story: Story) -> None:
    for after, kept in ((0, 0), (15, 0), (16, 16)):
        rows = lot(wireless("A1", "Koodo", [0, 1], "11"), batch_reference=f"{after}")
        story.send(rows, REFERENCE + dt.timedelta(days=after))
        with reading(story.engine) as connection:
            days = dict(map(tuple, connection.execute(select(arrivals.c.number, arrivals.c.day))))
        assert days == dict.fromkeys(numbers_of([0, 1]), REFERENCE + dt.timedelta(days=kept))


def test_a_reference_used_for_two_contents_has_a_finding(story: Story) -> None:
    first, _report = story.send(lot(wireless("A1", "Koodo", [0, 1], "11")))
    for others in (
        lot(wireless("A2", "Fido", [2], "22"), batch_reference="  novembre   2026"),
        lot(wireless("A3", "Fido", [3], "33")),
    ):
        _entry, other = story.send(others)
        assert codes(other, "LED003") == ["LED003 B5"]
        assert str(first["batch"]) in str(other["findings"])
    _entry, correction = story.send(lot(wireless("A1", "Koodo", [0, 1, 4], "11")))
    assert codes(correction, "LED003") == []
    _entry, others = story.send(lot(wireless("A2", "Fido", [5], "22"), **OTHER))
    assert codes(others, "LED003") == []


# ------------------------------------------------------------------------------------------------ two resellers


def text_in(folder: Path) -> str:
    """Return all the text in a folder's files, including that in zip archives."""
    parts = []
    for path in sorted(folder.iterdir()):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as archive:
                parts += [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
        else:
            parts.append(path.read_text("utf-8"))
    return "\n".join(parts)


def test_another_resellers_request_is_not_identified(story: Story) -> None:
    secret = {"reseller_code": "QQ-55", "reseller_name": "Secrets inc.", "batch_reference": "Caché"}
    first, report = story.send(lot(wireless("A1", "Koodo", [0, 1], "11"), **secret))
    entry, others = story.send(lot(wireless("B7", "Koodo", [1, 2], "77"), **OTHER))
    assert (codes(others), entry["accepted"]) == (["LED001 D2"], 0)
    text = text_in(story.folder / "out" / "XX-02" / str(entry["batch"]))
    for value in (first["batch"], ids(report)["A1"], *secret.values(), "rue A1"):
        assert value not in text
    assert "LED001" in text


def test_the_resellers_own_request_is_named(story: Story) -> None:
    first, report = story.send(lot(wireless("A1", "Koodo", [0, 1, 2], "11"), wireless("A2", "Fido", [3], "22")))
    story.set_state(ids(report)["A1"], "submitted")
    entry, report_2 = story.send(lot(wireless("A2", "Fido", [2, 3], "22")))
    assert (codes(report_2), entry["accepted"]) == (["LED001 D2", "LED004 D3"], 0)
    text = text_in(story.folder / "out" / "HR-01" / str(entry["batch"]))
    assert str(first["batch"]) in text
    assert ids(report)["A1"] in text


# ------------------------------------------------------------------------------------------------ random sequences


@dataclass
class Model:
    """The expected state, kept without a database: each number's net fee, and the requests with their open numbers."""

    net: Counter[int] = field(default_factory=Counter)
    held: dict[str, set[int]] = field(default_factory=dict)
    state: dict[str, str] = field(default_factory=dict)
    owner: dict[str, str] = field(default_factory=dict)

    def holder(self, number: int) -> str:
        return next((id_ for id_, held in self.held.items() if number in held), "")

    def apply_report(self, reseller: str, report: Mapping[str, Any]) -> tuple[int, int]:
        """Change the state as a report says. Returns how many numbers it bills and gives back."""
        ready = {
            request["id"]: {int(number[2:]) for number in request["numbers"]}
            for request in report["requests"]
            if request["state"] == "ready"
        }
        for id_ in [id_ for id_ in ready if self.state.get(id_, "ready") not in ("ready", "rejected")]:
            assert ready.pop(id_) == self.held[id_], "a request that was sent changes"
        wanted = {number for held in ready.values() for number in held}
        assert all(self.owner[self.holder(number)] == reseller for number in wanted if self.holder(number))
        given_back = {int(number[2:]) for number in report.get("given_back", ())}
        left = {number for id_ in ready for number in self.held.get(id_, ()) if number not in wanted}
        assert left <= given_back
        assert all(self.owner[self.holder(number)] == reseller for number in given_back)
        new = {number for number in wanted if not self.holder(number)}
        self.net.update(dict.fromkeys(new, PRICE))
        self.net.subtract(dict.fromkeys(given_back, PRICE))
        for id_, held in self.held.items():
            before = bool(held)
            held -= wanted | given_back
            if before and not held and id_ not in ready:
                self.state[id_] = "cancelled"
        for id_, held in ready.items():
            self.held[id_], self.state[id_], self.owner[id_] = held, "ready", reseller
        return len(new), len(given_back)

    def set_state(self, request: str, state: str) -> None:
        self.state[request] = state
        if state in ("cancelled", "ported"):
            self.held[request] = set()


def random_lot(dice: random.Random, reseller: str) -> Rows:
    """One or two accounts with some of nine numbers, sometimes a fault, another account number, or another carrier."""
    chosen = dice.sample(range(9), dice.randint(1, 7))
    cut = dice.choice([0, len(chosen) // 2, len(chosen)])
    accounts = [
        wireless(
            f"{key}{reseller}",
            carrier if dice.random() < 0.9 else "Rogers",
            sorted(last),
            dice.choice([f"{at}1", f"{at}1", f"{at}2"]),
            **({"freeze": "yes"} if dice.random() < 0.15 else {}),
        )
        for at, (key, carrier, last) in enumerate((("A", "Koodo", chosen[:cut]), ("B", "Fido", chosen[cut:])))
        if last
    ]
    return lot(*accounts, reseller_code=f"R{reseller}", batch_reference=str(dice.random()))


def random_state_change(dice: random.Random, story: Story, model: Model) -> None:
    active = sorted(id_ for id_, held in model.held.items() if held)
    if not active or dice.random() < 0.5:
        return
    request = dice.choice(active)
    state = dice.choice(["rejected", "submitted", "ready", "cancelled", "ported"])
    story.set_state(
        request, state, REFERENCE - dt.timedelta(days=dice.choice([10, 200])) if state == "ported" else None
    )
    model.set_state(request, state)


@pytest.mark.parametrize("seed", range(2))
def test_a_random_sequence_of_rounds_bills_each_open_number_once(story: Story, seed: int) -> None:
    dice, model, billed = random.Random(seed), Model(), 0
    for _round in range(8):
        reseller = dice.choice("12")
        entry, report = story.send(random_lot(dice, reseller), thresholds=SMALL)
        assert (entry["billed"], entry["given_back"]) == model.apply_report(reseller, report)
        assert (report["invoice"] or {"quantity": 0})["quantity"] == entry["billed"]
        billed += int(entry["billed"])
        assert story.fees() == dict(model.net)
        assert {id_: (state, held) for id_, (state, _revision, held) in story.requests().items()} == {
            id_: (model.state[id_], frozenset(held)) for id_, held in model.held.items()
        }
        assert story.differences() == []
        random_state_change(dice, story, model)
    assert story.count(fee_lines, fee_lines.c.kind == FEE) == billed > 0
