"""What a rule is, and the decorator that makes one of a short function."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lnp_batch.model.finding import Severity
from lnp_batch.model.text import Text

if TYPE_CHECKING:
    import pandas as pd

ERROR, CONFIRM, WARNING, INFO = Severity.ERROR, Severity.CONFIRM, Severity.WARNING, Severity.INFO

NOTHING_TO_DO = Text("Rien à faire.", "Nothing to do.")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the file that a WBK rule names: a sheet, perhaps a cell (`row` as in the spreadsheet, `column` from 0)."""

    facts: Mapping[str, object] = field(default_factory=dict)
    sheet: str | None = None
    row: int | None = None
    column: int | None = None
    related: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One rule, found by its code.

    `on`: keys of the columns that it is told on, the first being the usual one; `reads`: keys whose errors silence it
    (`accounts.province` is the cell of the number's account; `{column}_on_bill` goes by the column that the rule is told
    on). `rows`: the actions it applies to, empty for all.
    `find` takes what the rule's subject is (see :mod:`lnp_batch.check.run`) and gives the faulty rows as a mask, or as
    a frame of those rows with the facts that the sentence quotes. `example` fills the sentence in the documentation.
    """

    code: str
    slug: str
    severity: Severity
    on: tuple[str, ...]
    reads: tuple[str, ...]
    rows: tuple[str, ...]
    says: Text
    remedy: Text
    why: Text
    example: Mapping[str, object]
    find: Callable[..., Any]

    @property
    def subject(self) -> str:
        """WBK, CEL, NUM, ACC, REQ, …"""
        return self.code[:3]


def rule(
    code: str,
    severity: Severity,
    *,
    says: Text,
    remedy: Text,
    why: Text,
    on: str | tuple[str, ...] = (),
    reads: tuple[str, ...] | None = None,
    rows: tuple[str, ...] = (),
    example: Mapping[str, object] | None = None,
) -> Callable[[Callable[..., Any]], Rule]:
    """Makes a :class:`Rule` of a function. The slug is the function's name; `reads` is `on` unless told otherwise."""
    columns = (on,) if isinstance(on, str) else on

    def make(find: Callable[..., Any]) -> Rule:
        find.__doc__ = why.en
        slug = find.__name__.replace("_", "-")
        told_on = columns if reads is None else reads
        return Rule(code, slug, severity, columns, told_on, rows, says, remedy, why, example or {}, find)

    return make


def together(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Several frames of faulty rows as one; empty ones cost nothing."""
    import pandas as pd

    filled = [frame for frame in frames if len(frame.index)]
    return pd.concat(filled) if filled else pd.DataFrame()


def flagged(frame: pd.DataFrame, flags: Iterable[bool]) -> pd.DataFrame:
    """The rows of `frame` whose flag is True; `flags` are as many as the rows."""
    import pandas as pd

    return frame[pd.Series(list(flags), index=frame.index, dtype="bool")]
