"""The Summary's list as values: findings of one kind and one value in one row, the rows by account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

from lnp_batch.documents.annotated.finding_text import FindingText
from lnp_batch.model.answer import FINGERPRINTS_PER_ROW
from lnp_batch.model.finding import Finding, Severity
from lnp_batch.model.outcome import Outcome, State
from lnp_batch.model.text import cut
from lnp_batch.rules import rule_of

ONE_BY_ONE = ("alarm", "special_service")
"""Columns whose findings are one row per account, even where several accounts have the same value: somebody's safety
may depend on each."""

WAITING = tuple(state.key for state in (State.TO_FIX, State.TO_CONFIRM, State.WAITING))
"""The states of numbers that wait for a correction or an answer."""


class Section(IntEnum):
    """The parts of the list, in the order in which they are shown."""

    FILE = 0
    SEVERAL = 1
    NO_ACCOUNT = 2
    ACCOUNT = 3


@dataclass(frozen=True)
class Account:
    """An account as the list names it.

    `key` is as typed, "" if there is none; `row` is its first row on Accounts. `waiting` counts its numbers that are
    neither accepted nor left where they are.
    """

    key: str
    name: str
    carrier: str
    row: int
    waiting: int = 0

    @property
    def title(self) -> str:
        """The account in words: `Garage Lépine (A1, Bell)`."""
        names = [name for name in (self.name, self.key, self.carrier) if name]
        return f"{names[0]} ({', '.join(names[1:])})" if len(names) > 1 else "".join(names)


@dataclass(frozen=True)
class ListRow:
    """One row of the list: findings of one code, sentence, column and value, which one OK answers if it can.

    `texts` are in reading order, `accounts` the keys of their accounts as typed, each once.
    """

    texts: tuple[FindingText, ...]
    accounts: tuple[str, ...] = ()

    @property
    def first(self) -> FindingText:
        return self.texts[0]

    @property
    def severity(self) -> Severity:
        return self.first.finding.severity

    @property
    def can_be_answered(self) -> bool:
        """Whether an OK answers the row; what was confirmed is answered already."""
        return bool(self.first.finding.fingerprint) and not self.first.finding.confirmed

    @property
    def value(self) -> str | None:
        """The value that all its cells have; None if they are empty, secret or differ."""
        values = {text.finding.value for text in self.texts}
        return values.pop() if len(values) == 1 else None

    @cached_property
    def places(self) -> tuple[tuple[str, int, int], ...]:
        """Its cells, each once: sheet key, the spreadsheet's row, column from 0."""
        return tuple(dict.fromkeys(place for text in self.texts if (place := place_of(text.finding))))


@dataclass(frozen=True)
class ListGroup:
    """A heading of the list and the rows below it, the gravest first.

    `account` is that of the section ACCOUNT. `cells` counts the cells that hold something, `above` those of the account
    that are in a row for several accounts, and `waiting` the numbers that wait.
    """

    section: Section
    rows: tuple[ListRow, ...]
    account: Account | None = None
    cells: int = 0
    above: int = 0
    waiting: int = 0

    @property
    def gravest(self) -> Severity:
        return self.rows[0].severity


@dataclass(frozen=True)
class ToSettle:
    """What holds numbers back: how many cells, of how many accounts; `elsewhere` are those of no account.

    A finding without a cell counts as one cell.
    """

    cells: int
    accounts: int
    elsewhere: int


@dataclass(frozen=True)
class FindingGroups:
    """The whole list, and how much there is to settle."""

    groups: tuple[ListGroup, ...]
    to_settle: ToSettle

    @property
    def rows(self) -> tuple[ListRow, ...]:
        return tuple(row for group in self.groups for row in group.rows)


def place_of(finding: Finding) -> tuple[str, int, int] | None:
    """Return the finding's sheet key, spreadsheet row and column (from 0); None if it has no cell."""
    return (finding.sheet_key, *finding.at) if finding.at and finding.sheet_key else None


def finding_groups(outcome: Outcome, ordered: Sequence[FindingText]) -> FindingGroups:
    """Return the list of the findings `ordered`, which are sorted by severity and then in reading order."""
    accounts, owner_of = _accounts(outcome)
    sorted_rows = _rows(ordered, owner_of, accounts)
    held = _held_places(ordered, owner_of)
    by_group: dict[tuple[Section, str], list[ListRow]] = defaultdict(list)
    above: dict[str, set[object]] = defaultdict(set)
    for (section, owner), row in sorted_rows:
        by_group[section, owner].append(row)
        if section is Section.SEVERAL and row.severity.holds:
            for text in row.texts:
                above[owner_of(text.finding)[1]].add(_place_or_itself(text.finding))
    without = _waiting_without_account(outcome, accounts)
    groups = []
    for (section, owner), rows in by_group.items():
        account = accounts[owner] if section is Section.ACCOUNT else None
        cells = held[section, owner] if section is not Section.SEVERAL else set().union(*above.values())
        waiting = account.waiting if account else without if section is Section.NO_ACCOUNT else 0
        groups.append(ListGroup(section, tuple(rows), account, len(cells), len(above.get(owner, ())), waiting))
    return FindingGroups(tuple(sorted(groups, key=_order)), _to_settle(held))


def _order(group: ListGroup) -> tuple[bool, Section, int, int, int]:
    """Sort first what holds something, then by section; accounts by their gravest finding and the numbers that wait."""
    account_row = group.account.row if group.account else 0
    of_accounts = (group.gravest.rank, -group.waiting) if group.account else (0, 0)
    return not group.gravest.holds, group.section, *of_accounts, account_row


# ------------------------------------------------------------------------------------------------ accounts

Owner = tuple[Section, str]
"""The section of a finding that stands alone, and the id of its account ("" if there is none)."""


def _accounts(outcome: Outcome) -> tuple[dict[str, Account], Callable[[Finding], Owner]]:
    """Return the accounts by their ids, and the function that finds a finding's owner.

    An account's id is its key, folded as the keys of numbers are; an account without a key has its row.
    """
    frame, numbers = outcome.accounts, outcome.numbers
    columns = (frame[name].tolist() for name in ("account_ref", "name_on_bill", "carrier_name"))
    accounts: dict[str, Account] = {}
    id_of_row: dict[int, str] = {}
    waiting = _waiting(outcome)
    for row, key, name, carrier in zip(frame.index.tolist(), *columns, strict=True):
        owner = id_of_row[row] = key.casefold() or f"\n{row}"
        if owner not in accounts:
            accounts[owner] = Account(cut(key), cut(name), cut(carrier), row, waiting.get(owner, 0))
    keys = dict(zip(numbers.index.tolist(), numbers["account_ref"].tolist(), strict=True))

    def owner_of(finding: Finding) -> Owner:
        row = finding.row or 0
        if finding.sheet_key == "accounts" and row in id_of_row:
            return Section.ACCOUNT, id_of_row[row]
        if finding.sheet_key == "numbers" and row in keys:
            owner = keys[row].casefold()
            return (Section.ACCOUNT, owner) if owner in accounts else (Section.NO_ACCOUNT, "")
        return Section.FILE, ""

    return accounts, owner_of


def _waiting(outcome: Outcome) -> Mapping[str, int]:
    """Return how many numbers wait, by the folded key that they have."""
    numbers = outcome.numbers[outcome.numbers["state"].isin(WAITING)]
    return numbers["count"].groupby(numbers["account_ref"].str.casefold()).sum().astype("int64").to_dict()


def _waiting_without_account(outcome: Outcome, accounts: Mapping[str, Account]) -> int:
    return sum(count for key, count in _waiting(outcome).items() if key not in accounts)


# ------------------------------------------------------------------------------------------------ rows


def _rows(
    ordered: Sequence[FindingText], owner_of: Callable[[Finding], Owner], accounts: Mapping[str, Account]
) -> list[tuple[Owner, ListRow]]:
    """Return the rows with their owners; a row of several accounts has the section SEVERAL."""
    alike: dict[object, list[FindingText]] = defaultdict(list)
    owners: dict[object, dict[Owner, None]] = defaultdict(dict)
    for text in ordered:
        owner = owner_of(text.finding)
        kind = _kind(text, owner)
        alike[kind].append(text)
        owners[kind][owner] = None
    rows = []
    for kind, texts in alike.items():
        section, first = next(iter(owners[kind]))
        several = len(owners[kind]) > 1
        keys = tuple(accounts[owner].key for _section, owner in owners[kind] if owner in accounts)
        group = (Section.SEVERAL, "") if several else (section, first)
        rows += [(group, ListRow(tuple(part), keys)) for part in _in_parts(texts)]
    return rows


def _in_parts(texts: Sequence[FindingText]) -> list[Sequence[FindingText]]:
    """Return the texts of one row; in several parts if one OK would answer more of them than a row can."""
    most = FINGERPRINTS_PER_ROW if texts[0].finding.fingerprint else len(texts)
    return [texts[start : start + most] for start in range(0, len(texts), most)]


def _kind(text: FindingText, owner: Owner) -> object:
    """Return what findings of one row have in common. An info is in one row whatever the values."""
    finding = text.finding
    value = None if finding.severity is Severity.INFO and not finding.confirmed else finding.value
    alone = owner[1] if finding.column in ONE_BY_ONE or rule_of(finding.code).each_account else None
    answer = finding.proposal, bool(finding.fingerprint), finding.confirmed
    place = finding.sheet_key, finding.column
    return owner[0], alone, finding.code, finding.severity, place, value, text.text, answer


# ------------------------------------------------------------------------------------------------ counts


def _place_or_itself(finding: Finding) -> object:
    """Return a finding's cell; if it has none, what makes it different from others."""
    return place_of(finding) or (finding.code, finding.sheet_key, finding.row, finding.column)


def _held_places(
    ordered: Iterable[FindingText], owner_of: Callable[[Finding], Owner]
) -> defaultdict[Owner, set[object]]:
    """Return the cells that hold something, by their owners."""
    held: defaultdict[Owner, set[object]] = defaultdict(set)
    for text in ordered:
        if text.finding.severity.holds:
            held[owner_of(text.finding)].add(_place_or_itself(text.finding))
    return held


def _to_settle(held: Mapping[Owner, set[object]]) -> ToSettle:
    elsewhere = sum(len(cells) for (section, _owner), cells in held.items() if section is not Section.ACCOUNT)
    accounts = sum(bool(cells) and section is Section.ACCOUNT for (section, _owner), cells in held.items())
    return ToSettle(sum(map(len, held.values())), accounts, elsewhere)
