"""The types of the column catalogue: every column of every sheet, described once.

Template, header recognition, the pandera schema, drop-downs, the annotated copy and ``lnp-batch schema`` are derived
from :data:`lnp_batch.columns.sheets.SHEETS`. Rules read the columns; no column names a rule. Keys, header texts and
list values are fixed by the workbook's contract; widths and help texts may change. Compare the keys of values, columns
and sheets: with ``eq=False``, which makes them quick to hash, ``==`` would compare identity.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from lnp_batch.model.text import Text, fold, spellings


class Kind(StrEnum):
    """What a cell of the column holds."""

    TEXT = "text"
    EMAIL = "e-mail"
    PHONE = "phone"
    DATE = "date"
    INTEGER = "integer"
    LIST = "list"
    POSTAL = "postal code"
    OURS = "ours"
    """Filled by us in the annotated copy."""


class Required(StrEnum):
    """When a cell must be filled."""

    NO = "no"
    YES = "yes"
    TO_PORT = "to port"
    TO_PORT_WIRELINE = "to port, unless wireless or VoIP"
    TO_PORT_NOT_WIRELESS = "to port, unless wireless"
    BILLING = "unless the account has one number or every ported number is wireless"


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """One value of a list column: its key in the code, its text in the cell, other spellings that are accepted."""

    key: str
    text: Text
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One column (on the batch sheet: one label).

    `aliases`: other headers that are accepted. `width` is in characters; columns of a `group` have headers of one
    shade. `unique`: no two rows may have the same value. `secret`: the value is never quoted. `code`: a reseller code.
    `several`: may hold several values with `;` between them. `many_lines`: line breaks are kept. `to_the_letter`:
    compared with another column, Unicode form included. `needed_when`: what makes an optional column required, in
    words. `digits_matter`: leading zeros count. `free_list`: the drop-down only proposes; other values are accepted.
    `proper_name`: the name of a person, a company or a town.
    """

    key: str
    header: Text
    kind: Kind
    help: Text = Text("", "")
    required: Required = Required.NO
    max_length: int | None = None
    values: tuple[Value, ...] = ()
    example: Text = Text("", "")
    aliases: tuple[str, ...] = ()
    width: float = 14
    group: str = ""
    unique: bool = False
    secret: bool = False
    code: bool = False
    several: bool = False
    many_lines: bool = False
    to_the_letter: bool = False
    needed_when: Text = Text("", "")
    digits_matter: bool = False
    free_list: bool = False
    proper_name: bool = False

    @property
    def ours(self) -> bool:
        return self.kind is Kind.OURS

    @property
    def mandatory(self) -> bool:
        """Whether the header is required, and a value in every row."""
        return self.required is Required.YES

    def value(self, key: str) -> Value:
        """Return the list value with that key. Raises KeyError if there is none."""
        return _by_key(self.values)[key]


@cache
def _by_key(values: tuple[Value, ...]) -> dict[str, Value]:
    return {value.key: value for value in values}


@cache
def readings(values: tuple[Value, ...]) -> dict[str, str]:
    """Return every folded spelling of a list's values → the value's key; a sign such as ✓ stays as it is."""
    return {way: value.key for value in values for way in (*spellings(value.text), *map(_folded_word, value.aliases))}


def _folded_word(words: str) -> str:
    return fold(words) or words.strip().removesuffix(_AS_PICTURE)


TICKS = frozenset("✓✔☑√")
_AS_PICTURE = "\ufe0f"
"""Follows a sign that is shown as a coloured picture."""


def list_keys(texts: Iterable[str], values: tuple[Value, ...]) -> dict[str, str]:
    """Return text → the key of the list value that it says, for those of a column's different `texts` that say one.

    Two words need the rest of the column: 0 is also what a formula shows for an empty cell, so it counts only beside
    a 1; a cross beside a tick may mean no, so it counts only in a column without ticks.
    """
    known = readings(values)
    folded = {words: _folded_word(words) for words in texts}
    typed = set(folded.values())
    unsure = {word for word, doubtful in (("0", "1" not in typed), ("x", not typed.isdisjoint(TICKS))) if doubtful}
    return {words: known[way] for words, way in folded.items() if way in known and way not in unsure}


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """One sheet of the template; `columns` is empty for a sheet that holds no data. `aliases`: other names."""

    key: str
    name: Text
    columns: tuple[Column, ...] = ()
    aliases: tuple[str, ...] = ()

    def column(self, key: str) -> Column:
        """Return the column with that key. Raises KeyError if there is none."""
        return _columns_by_key(self)[key]


@cache
def _columns_by_key(sheet: Sheet) -> dict[str, Column]:
    return {column.key: column for column in sheet.columns}
