"""Every column of every sheet, once. Facts only: the rules read them, and no column names a rule.

Values, columns and sheets stand once and are the same only as themselves (``eq=False``), so they are quick to look up.
Template, header recognition, the pandera schema, drop-downs, the annotated copy and ``lnp-batch schema`` are made from
:data:`SHEETS`. Keys, header texts and list values bind (the workbook's contract); widths and help texts are ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from lnp_batch.model.text import Text, spellings


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
    """One value of a list column: its key inside, its words on the screen, other writings that are read as it."""

    key: str
    text: Text
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One column (on the batch sheet: one label). `width` in characters; `group` shades the header.

    `code`: a reseller code. `several`: may hold several values with `;` between them.
    `to_the_letter`: compared with another column, Unicode form included. `needed_when`: in words, what makes a column
    needed that is otherwise optional.
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

    @property
    def ours(self) -> bool:
        return self.kind is Kind.OURS

    @property
    def mandatory(self) -> bool:
        """Whether the header must be there and every row fills it."""
        return self.required is Required.YES

    def value(self, key: str) -> Value:
        """The list value of that key. KeyError where there is none."""
        return _by_key(self.values)[key]


@cache
def _by_key(values: tuple[Value, ...]) -> dict[str, Value]:
    return {value.key: value for value in values}


@cache
def readings(values: tuple[Value, ...]) -> dict[str, str]:
    """Every folded writing of a list's values, mapped to the value's key."""
    return {way: value.key for value in values for way in spellings(value.text, value.aliases)}


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """One sheet of the template; `columns` is empty for those without rows of ours."""

    key: str
    name: Text
    columns: tuple[Column, ...] = ()

    def column(self, key: str) -> Column:
        """The column of that key. KeyError where there is none."""
        return _columns_by_key(self)[key]


@cache
def _columns_by_key(sheet: Sheet) -> dict[str, Column]:
    return {column.key: column for column in sheet.columns}
