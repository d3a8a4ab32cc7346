"""The Summary's list: which findings are one row, under which account, in which order; and nothing is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lnp_batch.columns.accounts import ACCOUNTS
from lnp_batch.columns.numbers import NUMBERS
from lnp_batch.documents.annotated.finding_groups import FindingGroups, ListRow, Section, finding_groups
from lnp_batch.documents.annotated.finding_text import finding_texts
from lnp_batch.documents.annotated.summary_list import accounts_text, cells_text, group_heading, value_text
from lnp_batch.model.finding import Finding, Severity
from lnp_batch.model.outcome import Outcome
from lnp_batch.model.reading import Cell, Table
from lnp_batch.model.text import LANGUAGES, Lang
from lnp_batch.rules import rule_of
from tests.documents.uploads import (
    BELL,
    CONFIRM,
    ERROR,
    INFO,
    LINE,
    WARNING,
    batch_table,
    finding,
    outcome_of,
    realistic,
    table,
)

KEYS = ("A1", "A2", "A3")
ACCOUNTS_SHEET = table(ACCOUNTS, [BELL | {"account_ref": key, "name_on_bill": f"Client {key}"} for key in KEYS], "fr")


def numbers_of(*keys: str, **cells: Cell) -> Table:
    """A numbers sheet with one row per key, from row 2 on."""
    return table(NUMBERS, [LINE | {"number": f"514-555-01{row:02}", "account_ref": key} | cells
                           for row, key in enumerate(keys)], "fr")  # fmt: skip


def outcome(numbers: Table, found: Sequence[Finding], states: Mapping[str, Sequence[str]] | None = None) -> Outcome:
    tables = {"batch": batch_table("fr"), "accounts": ACCOUNTS_SHEET, "numbers": numbers}
    return outcome_of(tables, found, states=states)


def grouped(numbers: Table, found: Sequence[Finding], states: Sequence[str] | None = None) -> FindingGroups:
    judged = outcome(numbers, found, {"numbers": states} if states else None)
    return finding_groups(judged, finding_texts(judged).ordered)


def shape(groups: FindingGroups) -> list[tuple[str, list[tuple[str, int]]]]:
    """Each group's heading in English, with the code and the number of cells of its rows."""
    return [
        (group_heading(group, "en"), [(row.first.finding.code, len(row.places)) for row in group.rows])
        for group in groups.groups
    ]


# ------------------------------------------------------------------------------------------------ one row for many


def test_one_kind_and_one_value_are_one_row_with_its_cells() -> None:
    numbers = numbers_of(*["A1"] * 14, line_type="Landline")
    rows = [*range(2, 8), *range(9, 16)]
    groups = grouped(numbers, [finding(numbers, row, "line_type", "CEL001", ERROR) for row in rows])
    (row,) = groups.rows
    assert (row.value, accounts_text(row)) == ("Landline", "A1")
    assert cells_text(row, "Numéros", "fr") == "Numéros G2:G7, G9:G15"
    assert value_text(row, "fr") == "Landline\n13 cellules"


def test_cells_beyond_those_named_are_counted() -> None:
    numbers = numbers_of(*["A1"] * 20)
    (row,) = grouped(numbers, [finding(numbers, row, "dsl", "NUM015", CONFIRM) for row in range(2, 22, 2)]).rows
    assert cells_text(row, "Numbers", "en") == "Numbers I2, I4, I6, I8 +6", "as many as fit on a line"


def test_another_value_or_another_sentence_is_another_row() -> None:
    numbers = numbers_of("A1", "A1", "A1", "A1")
    found = [
        finding(numbers, 2, "number", "NUM001", ERROR),
        finding(numbers, 3, "number", "NUM001", ERROR),
        finding(numbers, 4, "dsl", "NUM015", CONFIRM),
        finding(numbers, 4, "dsl", "NUM015", WARNING),
    ]
    assert len(grouped(numbers, found).rows) == 4


def test_hundreds_of_wireless_rows_are_one_row() -> None:
    numbers = numbers_of(*KEYS * 100, line_type="Sans fil")
    (group,) = grouped(numbers, [finding(numbers, row, "line_type", "NUM022", INFO) for row in range(2, 302)]).groups
    assert (group.section, len(group.rows), len(group.rows[0].places)) == (Section.SEVERAL, 1, 300)
    assert group_heading(group, "fr") == "Plusieurs comptes à la fois", "nothing is held, so nothing is counted"


def test_an_info_is_one_row_whatever_the_values() -> None:
    numbers = numbers_of("A1", "A1")
    (row,) = grouped(numbers, [finding(numbers, row, "number", "NUM005", INFO) for row in (2, 3)]).rows
    assert row.value is None


def test_an_info_of_which_nothing_is_to_be_done_is_only_counted() -> None:
    numbers = numbers_of("A1")
    found = [finding(numbers, 2, "number", "NUM021", INFO), finding(ACCOUNTS_SHEET, 2, "carrier", "ACC004", INFO)]
    texts = finding_texts(outcome(numbers, found))
    assert (list(texts.ordered), texts.info_count) == ([], 2)


def test_alarms_are_one_row_per_account() -> None:
    numbers = numbers_of("A1", "A2", "A2", alarm="Inconnu", dsl="Inconnu")
    found = [finding(numbers, row, "alarm", "NUM016", CONFIRM) for row in (2, 3, 4)]
    found += [finding(numbers, row, "dsl", "NUM015", CONFIRM) for row in (2, 3, 4)]
    assert shape(grouped(numbers, found)) == [
        ("Several accounts at once: 3 cells", [("NUM015", 3)]),
        ("Client A1 (A1, Bell): 2 cells (1 of them above)", [("NUM016", 1)]),
        ("Client A2 (A2, Bell): 4 cells (2 of them above)", [("NUM016", 2)]),
    ]


# ------------------------------------------------------------------------------------------------ groups


def test_groups_are_file_several_unknown_then_accounts_the_gravest_first() -> None:
    numbers = numbers_of("A1", "A2", "A3", "A9", "A3")
    batch = batch_table("fr")
    found = [
        finding(batch, 0, "contact_email", "CEL010", ERROR),
        Finding("WBK011", WARNING, facts=rule_of("WBK011").example),
        finding(ACCOUNTS_SHEET, 2, "under_contract", "ACC028", WARNING),
        finding(ACCOUNTS_SHEET, 3, "freeze", "NUM015", CONFIRM),
        finding(ACCOUNTS_SHEET, 4, "signer", "CEL010", ERROR),
        finding(numbers, 2, "special_service", "NUM017", WARNING),
        finding(numbers, 4, "active", "CEL001", ERROR),
        finding(numbers, 3, "active", "CEL001", ERROR),
        finding(numbers, 5, "account_ref", "NUM012", ERROR),
    ]
    states = ["accepted", "waiting", "to_fix", "to_fix", "waiting"]
    assert shape(grouped(numbers, found, states)) == [
        ("The file and the batch: 1 cell", [("CEL010", 1), ("WBK011", 0)]),
        ("Several accounts at once: 2 cells", [("CEL001", 2)]),
        ("Numbers without a known account: 1 cell, 1 number waits", [("NUM012", 1)]),
        ("Client A3 (A3, Bell): 2 cells (1 of them above), 2 numbers wait", [("CEL010", 1)]),
        ("Client A2 (A2, Bell): 2 cells (1 of them above), 1 number waits", [("NUM015", 1)]),
        ("Client A1 (A1, Bell)", [("ACC028", 1), ("NUM017", 1)]),
    ]


def test_what_holds_nothing_stands_below_what_holds() -> None:
    numbers = numbers_of("A1", line_type="Sans fil")
    found = [
        Finding("WBK011", WARNING, facts=rule_of("WBK011").example),
        finding(numbers, 2, "active", "NUM014", ERROR),
    ]
    assert [group.section for group in grouped(numbers, found).groups] == [Section.ACCOUNT, Section.FILE]


def test_a_number_belongs_to_the_account_of_its_key_however_it_is_written() -> None:
    numbers = numbers_of("a2")
    (group,) = grouped(numbers, [finding(numbers, 2, "active", "NUM014", ERROR)]).groups
    assert group.account and group.account.key == "A2"


def test_a_row_of_many_accounts_names_the_first_ones() -> None:
    text = finding_texts(outcome(numbers_of("A1"), [finding(ACCOUNTS_SHEET, 2, "freeze", "NUM015", CONFIRM)])).ordered
    assert accounts_text(ListRow(tuple(text), tuple(f"A{key}" for key in range(1, 32)))) == "A1, A2, A3 +28"


# ------------------------------------------------------------------------------------------------ nothing is lost

CODES = {"number": "NUM001", "dsl": "NUM015", "alarm": "NUM016", "special_service": "NUM017", "line_type": "NUM022"}
ROWS = numbers_of(*["A1", "A2", "A9", "A3"] * 4, alarm="Inconnu", dsl="Inconnu")
some_findings = st.lists(
    st.tuples(st.integers(2, 17), st.sampled_from([*CODES]), st.sampled_from([ERROR, CONFIRM, WARNING, INFO])),
    unique_by=lambda found: found[:2],
    max_size=40,
)


@settings(deadline=None, max_examples=60)
@given(some_findings)
def test_every_finding_is_in_exactly_one_row(drawn: list[tuple[int, str, Severity]]) -> None:
    found = [finding(ROWS, row, column, CODES[column], severity) for row, column, severity in drawn]
    judged = outcome(ROWS, found)
    shown = finding_texts(judged).ordered
    groups = finding_groups(judged, shown)
    assert Counter(id(text) for row in groups.rows for text in row.texts) == Counter(map(id, shown))
    places = [place for row in groups.rows for place in row.places]
    assert sorted(places) == sorted({("numbers", *text.finding.at) for text in shown if text.finding.at})
    holding = {text.finding.at for text in shown if text.finding.severity.holds}
    assert groups.to_settle.cells == len(holding)
    for group in groups.groups:
        ranks = [row.severity.rank for row in group.rows]
        assert ranks == sorted(ranks)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_numbers_that_wait_add_up(lang: Lang) -> None:
    judged = realistic(lang)
    groups = finding_groups(judged, finding_texts(judged).ordered)
    assert judged.counts
    waiting = judged.counts.to_fix + judged.counts.to_confirm + judged.counts.waiting
    assert sum(group.waiting for group in groups.groups) == waiting
