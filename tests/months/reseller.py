"""The model reseller: he does what the messages, proposals and OK cells say, with the truth that he knows, no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from lnp_batch.columns import Column, Kind
from lnp_batch.columns.sheets import column_of, sheet_of
from tests.months.month import Customer, Month, Row
from tests.months.oddities import properly
from tests.months.summary import Told
from tests.months.workbook import put

YES = {"fr": "Oui", "en": "Yes"}
ABOUT_WRITING = frozenset(
    "NUM001 NUM002 NUM003 NUM004 NUM006 NUM018 ACC003 ACC005 ACC014 ACC015 ACC018 ACC029 WBK008 WBK010".split()
)
"""Codes that ask for another writing of the cell, as every CEL does. The others ask for another value."""
ASKS_A_WORD = frozenset("freeze restriction pending_order list_reviewed dsl alarm".split())
"""Columns whose confirm is answered by OK: the reseller asks the customer, and it is as he says."""
IF_ASKED = {"active": "yes", "dsl": "no", "alarm": "no"}
"""What he answers where it is asked of a number for which he had nothing to say."""
SHIFT = ("insert", "insérez", "décalez", "shift")


class Reseller:
    """Corrects one month's workbook, round after round. `edits` counts cells typed and rows deleted or moved."""

    def __init__(self, month: Month) -> None:
        self.month = month
        self.book: Workbook | None = None
        self.edits = self.oks = 0
        self.doomed: list[Row] = []

    def correct(self, told: list[Told], book: Workbook | None) -> bool:
        """Do what each row of the list says, in `book` or else in the reseller's own file; return whether he could."""
        before = (self.edits, self.oks)
        self.book, self.doomed = book, []
        for each in told:
            if not self._answer(each):
                BY_CODE.get(each.code, Reseller._type_cells)(self, each)
        self._delete_rows()
        return (self.edits, self.oks) != before

    # -------------------------------------------------------------------------------------------- OK

    def _answer(self, told: Told) -> bool:
        """Say OK to a row of the list if that is the truth for all of its cells; return whether he did."""
        cells = [(row, key) for row, key, _place in self._cells(told) if row and key and row.truth]
        if told.ok is None or not told.cells or not self._is_offered(told):
            return False
        if header := self._guessed_header(told):
            self.month.confirmed.add((0, header))
            self._write_ok(told.ok)
            return True
        if len(cells) != len(told.cells) or not all(self._agrees(told, row, key) for row, key in cells):
            return False
        self._write_ok(told.ok)
        for row, key in cells:
            if told.proposal:
                row.typed[key] = told.proposal
                self.month.taken.discard((id(row), key))
            else:
                self.month.confirmed.add((id(row), key))
        return True

    def _write_ok(self, place: tuple[int, int]) -> None:
        assert self.book
        self.book[self.book.sheetnames[0]].cell(*place).value = YES[self.month.lang]
        self.oks += 1

    def _guessed_header(self, told: Told) -> str:
        """Return the key of the column whose header is asked about and was read as he means it, "" if it is none."""
        sheet = self._sheet(told)
        line, column = told.cells[0]
        if sheet not in ("accounts", "numbers") or line != self.month.layout.header_row[sheet]:
            return ""
        key = self._columns(sheet).get(column, "")
        return key if key in self._named(sheet, told.text) else ""

    def _is_offered(self, told: Told) -> bool:
        """Whether the OK cell has a drop-down: only then is an answer asked for."""
        assert self.book and told.ok
        sheet: Worksheet = self.book[self.book.sheetnames[0]]
        place = sheet.cell(*told.ok).coordinate
        return any(place in rule.sqref for rule in sheet.data_validations.dataValidation)

    def _agrees(self, told: Told, row: Row, key: str) -> bool:
        assert row.truth
        if told.proposal:
            return _is(told.proposal, row.sheet, key, row.truth.get(key))
        return key in ASKS_A_WORD or (id(row), key) not in self.month.taken

    # -------------------------------------------------------------------------------------------- cells

    def _type_cells(self, told: Told) -> None:
        """Go to each cell named, also to those named by their header in the sentence, and type the truth."""
        for row, key, _place in self._cells(told):
            if row is None:
                continue
            if row.truth is None:
                self._doom(row)
            elif key and any(word in told.text.casefold() for word in SHIFT):
                self._shift(row)
            elif key:
                self._type_if_wrong(row, key, told.code.startswith("CEL") or told.code in ABOUT_WRITING)
                for named in self._named(row.sheet, told.text):
                    self._type_if_wrong(row, named, about_writing=False)

    def _type_if_wrong(self, row: Row, key: str, about_writing: bool) -> None:
        assert row.truth
        true = row.truth.get(key)
        if true is None and about_writing:
            true = IF_ASKED.get(key)
        right = properly(row.sheet, key, true, self.month.lang)
        if (id(row), key) in self.month.taken or (about_writing and row.typed.get(key) != right):
            self._type(row, key, right)

    def _type(self, row: Row, key: str, value: Any) -> None:
        self.edits += 1
        row.typed[key] = value
        self.month.taken.discard((id(row), key))
        self._put(row, key, value)

    def _put(self, row: Row, key: str, value: Any) -> None:
        if self.book is None:
            return
        sheet = self.book[self.month.layout.sheets[row.sheet]]
        if row.sheet == "batch":
            place = next((at, 2) for at, name in self._labels(sheet).items() if name == key)
        else:
            start = self.month.layout.header_row[row.sheet] + 1
            at = self.month.sheets[row.sheet].index(row) + start
            place = (at, next(column for column, name in self._columns(row.sheet).items() if name == key))
        put(sheet.cell(*place), value)

    def _shift(self, row: Row) -> None:
        """Insert or delete the cell that the sentence names: the row's cells are where they belong again."""
        assert row.truth
        moved = [key for at, key in self.month.taken if at == id(row)]
        if moved:
            before = self.edits
            for key in moved:
                self._type(row, key, properly(row.sheet, key, row.truth.get(key), self.month.lang))
            self.edits = before + 1

    def _named(self, sheet: str, text: str) -> Iterator[str]:
        """Yield the columns whose header the sentence quotes."""
        for key, header in self._official(sheet).items():
            if any(f"“{name}”" in text or f"«\u00a0{name}\u00a0»" in text for name in header):
                yield key

    def _official(self, sheet: str) -> dict[str, tuple[str, str]]:
        return {column.key: (column.header.fr, column.header.en) for column in sheet_of(sheet).columns}

    # -------------------------------------------------------------------------------------------- places

    def _cells(self, told: Told) -> Iterator[tuple[Row | None, str | None, tuple[int, int]]]:
        """Yield the row and the column's key of each cell named, None for what is neither."""
        sheet = self._sheet(told)
        if not sheet:
            return
        for line, column in told.cells:
            if sheet == "batch":
                labels = self._labels(self.book[told.sheet]) if self.book else dict(enumerate(self._batch_keys(), 1))
                yield self.month.batch, labels.get(line), (line, column)
                continue
            at = line - self.month.layout.header_row[sheet] - 1
            rows = self.month.sheets[sheet]
            yield rows[at] if 0 <= at < len(rows) else None, self._columns(sheet).get(column), (line, column)

    def _sheet(self, told: Told) -> str | None:
        return next((key for key, name in self.month.layout.sheets.items() if name == told.sheet), None)

    def _batch_keys(self) -> list[str]:
        return [column.key for column in sheet_of("batch").columns]

    def _labels(self, sheet: Worksheet) -> dict[int, str]:
        keys = {text: key for key, text in self.month.layout.headers["batch"].items()}
        found = {line: keys.get(str(sheet.cell(line, 1).value)) for line in range(1, sheet.max_row + 1)}
        return {line: key for line, key in found.items() if key}

    def _columns(self, sheet: str) -> dict[int, str]:
        """Return the key of each column in the copy, which may have two columns more at the left than his own file."""
        look = self.month.layout
        own = {at: key for at, key in enumerate(look.order[sheet], 1) if key}
        if self.book is None:
            return own
        header = self.book[look.sheets[sheet]][look.header_row[sheet]]
        keys = {text: key for key, text in look.headers[sheet].items() if text}
        found = {at: keys[str(cell.value)] for at, cell in enumerate(header, 1) if str(cell.value) in keys}
        places = {key: at for at, key in own.items()}
        moved = min(at - places[key] for at, key in found.items() if key in places)
        return {at + moved: key for at, key in own.items()}

    # -------------------------------------------------------------------------------------------- rows

    def _doom(self, row: Row) -> None:
        if row not in self.doomed:
            self.doomed.append(row)

    def _delete_rows(self) -> None:
        for row in self.doomed:
            rows = self.month.sheets[row.sheet]
            at = rows.index(row)
            if self.book:
                line = at + self.month.layout.header_row[row.sheet] + 1
                self.book[self.month.layout.sheets[row.sheet]].delete_rows(line)
            del rows[at]
            self.edits += 1

    def _append(self, row: Row) -> None:
        self.month.sheets[row.sheet].append(row)
        for key, value in row.typed.items():
            if value is not None:
                self._put(row, key, value)

    def _delete_surplus(self, told: Told) -> None:
        """Delete the row that is one too many; the other one stays."""
        for row, _key, _place in self._cells(told):
            if row and row.truth is None:
                self._doom(row)

    def _remove_extra(self, told: Told) -> None:
        """Correct the total, or remove the rows that are none of the account's."""
        self._type_cells(told)
        keys = {customer.account.typed["account_ref"] for customer in self._customers(told)}
        for row in self.month.sheets["numbers"]:
            if row and row.truth is None and row.typed.get("account_ref") in keys:
                self._doom(row)

    def _add_missing_rows(self, told: Told) -> None:
        """Correct what is wrong, or add the rows that the sentence asks for."""
        self._type_cells(told)
        for customer in self._customers(told):
            self._add(customer)

    def _add(self, customer: Customer) -> None:
        for row in customer.numbers:
            if self.month.has(row):
                self._type_if_wrong(row, "range_end", about_writing=False)
        while customer.absent:
            row = customer.absent.pop(0)
            right = (row.truth or {}).items()
            row.typed = {key: properly(row.sheet, key, value, self.month.lang) for key, value in right}
            self.edits += sum(value is not None for value in row.typed.values())
            self._append(row)

    def _copy_the_bill(self, told: Told) -> None:
        """Correct the cell of the file or, as the sentence says too, the copy of the bill at its left."""
        self._type_cells(told)
        for row, key, _place in self._cells(told):
            if row and row.truth and key:
                self._type_if_wrong(row, f"{key}_on_bill", about_writing=False)

    def _give_key(self, told: Told, to_account: bool = True) -> None:
        """Give an account its own key, and write it on its numbers' rows."""
        for customer in self._customers(told):
            if to_account and (id(customer.account), "account_ref") not in self.month.taken:
                continue
            for row in (customer.account, *customer.numbers):
                if self.month.has(row):
                    self._type_if_wrong(row, "account_ref", about_writing=False)

    def _keep_one_account(self, told: Told) -> None:
        """Delete the account's second row, and give the first one's key to all its numbers."""
        self._delete_surplus(told)
        self._give_key(told, to_account=False)

    def _write_keep(self, told: Told) -> None:
        """Choose the true type of port, or write Keep on the row of a number that stays."""
        self._type_cells(told)
        for customer in self._customers(told):
            for row in customer.numbers:
                if row.truth and row.truth.get("action") == "keep":
                    self._type_if_wrong(row, "action", about_writing=False)

    def _swap(self, told: Told) -> None:
        """Write the first number under the number, the last one under Range end."""
        for row, _key, _place in self._cells(told):
            if row and row.truth:
                for key in ("number", "range_end"):
                    self._type_if_wrong(row, key, about_writing=False)

    def _customers(self, told: Told) -> list[Customer]:
        """Return the customers of the rows that are named."""
        rows = [row for row, _key, _place in self._cells(told) if row]
        return [each for each in self.month.customers if each.account in rows or set(each.numbers) & set(rows)]

    # -------------------------------------------------------------------------------------------- sheets

    def _write_headers(self, told: Told) -> None:
        """Write the headers that the sentence asks for above the columns that hold it."""
        sheet = self._sheet(told)
        if sheet not in ("accounts", "numbers"):
            self._type_cells(told)
            return
        places = {key: at for at, key in self._columns(sheet).items()}
        for key in self._named(sheet, told.text):
            right = self._official(sheet)[key][self.month.lang == "en"]
            if key in places and self.month.layout.headers[sheet][key] != right:
                self.month.layout.headers[sheet][key] = right
                self.edits += 1
                if self.book:
                    put(self.book[told.sheet].cell(self.month.layout.header_row[sheet], places[key]), right)

    def _unmerge(self, told: Told) -> None:
        """Unmerge the cells, and write the value on each row."""
        for sheet, key, first, last in self.month.merges:
            rows = self.month.sheets[sheet]
            for row in rows[rows.index(first) : rows.index(last) + 1]:
                if row and row.truth and row.typed.get(key) is None:
                    self._type(row, key, properly(sheet, key, row.truth.get(key), self.month.lang))
        self.edits += len(self.month.merges)
        self.month.merges = []

    def _name_sheets(self, told: Told) -> None:
        """Give the sheets the names that the workbook needs."""
        for key, name in self.month.layout.sheets.items():
            right = sheet_of(key).name.fr if self.month.lang == "fr" else sheet_of(key).name.en
            if name != right:
                self.month.layout.sheets[key] = right
                self.edits += 1

    def _move_second_sheets(self, _told: Told) -> None:
        """Move the rows of second sheets to the sheets that are read."""
        for rows in self.month.extra.values():
            for row in rows:
                self._append(row)
                self.edits += 1
        self.month.extra = {}


def _is(proposal: str, sheet: str, key: str, truth: Any) -> bool:
    """Return whether a proposal is the truth, in whatever writing."""
    if truth is None:
        return False
    column: Column = column_of(sheet, key)
    if column.kind is Kind.PHONE:
        return "".join(filter(str.isdigit, proposal))[-10:] == str(truth)
    ways = {str(truth), *(str(properly(sheet, key, truth, lang)) for lang in ("fr", "en"))}
    return " ".join(proposal.split()).casefold() in {way.casefold() for way in ways}


BY_CODE: dict[str, Callable[[Reseller, Told], None]] = {
    "NUM010": Reseller._delete_surplus,
    "NUM011": Reseller._delete_surplus,
    "ACC006": Reseller._add_missing_rows,
    "NUM002": Reseller._add_missing_rows,
    "REQ001": Reseller._add_missing_rows,
    "REQ002": Reseller._add_missing_rows,
    "ACC001": Reseller._give_key,
    "ACC002": Reseller._keep_one_account,
    "REQ003": Reseller._write_keep,
    "REQ008": Reseller._remove_extra,
    "NUM018": Reseller._swap,
    "ACC014": Reseller._copy_the_bill,
    "ACC015": Reseller._copy_the_bill,
    "WBK004": Reseller._name_sheets,
    "WBK005": Reseller._write_headers,
    "WBK006": Reseller._write_headers,
    "WBK010": Reseller._unmerge,
    "WBK015": Reseller._move_second_sheets,
    "WBK016": Reseller._write_headers,
}
"""What he does where a sentence asks for more than the truth in the cells that it names."""
