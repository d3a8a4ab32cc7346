"""What a rule is, and the decorators that turn a short function into a rule.

The decorator determines what the function takes and returns: see :data:`WorkbookRule` and the other types. The
function's name, with dashes, is the rule's slug.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeAlias, TypedDict, TypeVar, Unpack

from lnp_batch.model.finding import Severity
from lnp_batch.model.text import Lang, Text

if TYPE_CHECKING:
    import pandas as pd

    from lnp_batch.columns import Column
    from lnp_batch.model.reading import Reading
    from lnp_batch.model.typed_batch import Cells, TypedBatch

ERROR, CONFIRM, WARNING, INFO = Severity.ERROR, Severity.CONFIRM, Severity.WARNING, Severity.INFO

NOTHING_TO_DO = Text("Rien à faire.", "Nothing to do.")

Find = TypeVar("Find", bound=Callable[..., Any])


class Takes(StrEnum):
    """What a rule's function takes; see the type of the same name below."""

    WORKBOOK = "workbook"
    SHAPE = "shape"
    CELL = "cell"
    PHONE = "phone"
    ROW = "row"
    REQUEST = "request"
    BATCH = "batch"


ALWAYS_FIXED = frozenset({Takes.WORKBOOK, Takes.SHAPE, Takes.CELL})
"""Kinds of rules whose severity the settings may not change, unless one says otherwise."""


class Arrival(NamedTuple):
    """Who sent a workbook: the normalized reseller code on its batch sheet, and the code of the folder it came through.

    Either is "" if there is none.
    """

    code: str = ""
    folder: str = ""


class PhoneColumn(NamedTuple):
    """A column of phone numbers, by sheet key and column key."""

    sheet: str
    key: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the file that a WBK rule reports: a sheet, perhaps a cell.

    `row` is the spreadsheet's row, `column` counts from 0; `related` are (row, column) of other cells of the sheet.
    `milder` is the severity of this finding if it is less than the rule's.
    """

    facts: Mapping[str, object] = field(default_factory=dict)
    sheet: str | None = None
    row: int | None = None
    column: int | None = None
    related: tuple[tuple[int, int], ...] = ()
    milder: Severity | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Rule(Generic[Find]):
    """One rule, found by its code.

    `takes`: what `find` takes, given by the decorator. `sheet`: the key of the sheet that it is reported on, None if
    that varies. `on`: keys of the columns that it is reported on, the first unless a finding names another. `reads`:
    keys of the columns whose errors silence it (`accounts.province` is the cell of the account of a number,
    `{column}_on_bill` depends on the reported column). `rows`: the actions it applies to, empty for all. `applies`:
    whether a rule for cells applies to a column.

    `says` and `remedy` hold every sentence of the rule, by the name of the variant. A finding whose facts include
    `says` or `remedy` uses the variant of that name, any other finding the first. `example` are facts that fill the
    placeholders of every variant; `examples`, by the name of a variant, those that differ.

    `reads_as`: the rule reports that the cell was read differently from how it was typed, and there is nothing to do;
    such a cell is shown in italics. `fixed`: the settings may not change the severity; they never change that of a rule
    on the workbook or on any column's cells. `marks_differences`: the copy marks the characters in which the cell
    differs from the fact `right`. `refuses`: what the rule reports refuses the workbook as a whole, and no other rule
    runs. `confirmable`: a confirm that has no proposal can be answered with OK in the Summary. `each_account`: one OK
    never answers for several accounts.

    `find` is the function. `facts`, for shape rules, takes the text of the failing rows and returns what the sentence
    quotes.
    """

    code: str
    slug: str
    severity: Severity
    takes: Takes
    sheet: str | None
    on: tuple[str, ...]
    reads: tuple[str, ...]
    rows: tuple[str, ...]
    applies: Callable[[Column], bool]
    says: Mapping[str, Text]
    remedy: Mapping[str, Text]
    why: Text
    example: Mapping[str, object]
    examples: Mapping[str, Mapping[str, object]]
    reads_as: bool
    fixed: bool
    marks_differences: bool
    refuses: bool
    confirmable: bool
    each_account: bool
    find: Find
    facts: Facts

    def message(self, facts: Mapping[str, object], lang: Lang) -> str:
        """Return the sentence that says what is wrong, with `facts` in its placeholders."""
        return _variant(self.says, facts.get("says")).say(lang, facts)

    def advice(self, facts: Mapping[str, object], lang: Lang) -> str:
        """Return the sentence that says what to do, with `facts` in its placeholders."""
        return _variant(self.remedy, facts.get("remedy")).say(lang, facts)

    def asks_something(self, facts: Mapping[str, object]) -> bool:
        """Whether the advice is anything but :data:`NOTHING_TO_DO`."""
        return _variant(self.remedy, facts.get("remedy")) != NOTHING_TO_DO

    def example_of(self, variant: str) -> dict[str, object]:
        """Return example facts for the variant of that name, of `says` or of `remedy`."""
        return {**self.example, **self.examples.get(variant, {})}

    def messages(self) -> tuple[Text, ...]:
        """Return every variant of the message with its example, each sentence once."""
        return self._with_examples(self.says)

    def remedies(self) -> tuple[Text, ...]:
        """Return every variant of the advice with its example, each sentence once."""
        return self._with_examples(self.remedy)

    def _with_examples(self, sentences: Mapping[str, Text]) -> tuple[Text, ...]:
        return tuple(dict.fromkeys(text.put(**self.example_of(name)) for name, text in sentences.items()))


def _variant(sentences: Mapping[str, Text], name: object) -> Text:
    return sentences[str(name)] if name is not None else next(iter(sentences.values()))


if TYPE_CHECKING:
    Found: TypeAlias = pd.Series | pd.DataFrame | None
    """None if nothing is at fault; else a boolean mask over the rows, or a frame of the rows at fault with a column per
    fact that the sentence quotes.

    A column `column` names the column at fault, `says` and `remedy` the variant of the sentence; `where` (one row) and
    `related` (a tuple of rows) are reported as cells. Where `only_asked` is True, an error is only a question;
    where `only_told` is True, a warning is only a remark. `proposal` is what we would write in the cell, where that is
    sure.
    """
    Facts: TypeAlias = Callable[[pd.Series, Column], pd.DataFrame]
    WorkbookRule: TypeAlias = Rule[Callable[[Reading, Arrival], Sequence[Spot]]]
    """Takes the workbook as read and its sender; returns the places at fault."""
    ShapeRule: TypeAlias = Rule[Callable[[set[str], Column], set[str]]]
    """Takes the different texts of a column, normalized; returns those at fault. pandera runs it."""
    CellRule: TypeAlias = Rule[Callable[[Cells, Column], Found]]
    """Takes a column's cells, typed and normalized."""
    PhoneRule: TypeAlias = Rule[Callable[[pd.DataFrame, PhoneColumn, TypedBatch], Found]]
    """Takes the frame of :func:`lnp_batch.model.phone_number.phones` for one column, that column, and the batch."""
    RowRule: TypeAlias = Rule[Callable[[pd.DataFrame, TypedBatch], Found]]
    """Takes the frame of the rule's sheet and the batch."""
    RequestRule: TypeAlias = Rule[Callable[[pd.DataFrame, TypedBatch], Found]]
    """Takes the port requests of :func:`lnp_batch.group.gather` (index: account rows) and the batch."""
    BatchRule: TypeAlias = Rule[Callable[[TypedBatch], pd.DataFrame | None]]
    """Takes the batch; returns rows of the rule's sheet, None if nothing is at fault."""


class Wording(TypedDict, total=False):
    """What every decorator takes besides code and severity."""

    says: Text | Mapping[str, Text]
    remedy: Text | Mapping[str, Text]
    why: Text
    on: str | tuple[str, ...]
    reads: tuple[str, ...]
    rows: tuple[str, ...]
    example: Mapping[str, object]
    examples: Mapping[str, Mapping[str, object]]
    reads_as: bool
    fixed: bool
    marks_differences: bool
    refuses: bool
    confirmable: bool
    each_account: bool


def any_column(_column: Column) -> bool:
    """Accept every column that a reseller fills."""
    return True


def no_facts(failing: pd.Series, _column: Column) -> pd.DataFrame:
    """Return the failing rows without facts: the sentence quotes only the value."""
    return failing.to_frame()[[]]


def workbook_rule(
    code: str, severity: Severity, **wording: Unpack[Wording]
) -> Callable[[Callable[[Reading, Arrival], Sequence[Spot]]], WorkbookRule]:
    """Make a :data:`WorkbookRule`."""
    return _rule(Takes.WORKBOOK, code, severity, None, wording)


def shape_rule(
    code: str,
    severity: Severity,
    *,
    applies: Callable[[Column], bool],
    facts: Facts = no_facts,
    **wording: Unpack[Wording],
) -> Callable[[Callable[[set[str], Column], set[str]]], ShapeRule]:
    """Make a :data:`ShapeRule`; `facts` takes the text of the failing rows and returns what the sentence quotes."""
    return _rule(Takes.SHAPE, code, severity, None, wording, applies, facts)


def cell_rule(
    code: str, severity: Severity, *, applies: Callable[[Column], bool], **wording: Unpack[Wording]
) -> Callable[[Callable[[Cells, Column], Found]], CellRule]:
    """Make a :data:`CellRule`."""
    return _rule(Takes.CELL, code, severity, None, wording, applies)


def phone_rule(
    code: str, severity: Severity, *, sheet: str = "numbers", **wording: Unpack[Wording]
) -> Callable[[Callable[[pd.DataFrame, PhoneColumn, TypedBatch], Found]], PhoneRule]:
    """Make a :data:`PhoneRule`, run on each column of `on`: a key of `sheet`, or `accounts.btn`."""
    return _rule(Takes.PHONE, code, severity, sheet, {"reads": (), **wording})


def row_rule(
    code: str, severity: Severity, *, sheet: str, **wording: Unpack[Wording]
) -> Callable[[Callable[[pd.DataFrame, TypedBatch], Found]], RowRule]:
    """Make a :data:`RowRule`."""
    return _rule(Takes.ROW, code, severity, sheet, wording)


def request_rule(
    code: str, severity: Severity, **wording: Unpack[Wording]
) -> Callable[[Callable[[pd.DataFrame, TypedBatch], Found]], RequestRule]:
    """Make a :data:`RequestRule`, reported on the account's row."""
    return _rule(Takes.REQUEST, code, severity, "accounts", wording)


def batch_rule(
    code: str, severity: Severity, *, sheet: str, **wording: Unpack[Wording]
) -> Callable[[Callable[[TypedBatch], pd.DataFrame | None]], BatchRule]:
    """Make a :data:`BatchRule`."""
    return _rule(Takes.BATCH, code, severity, sheet, wording)


def _rule(
    takes: Takes,
    code: str,
    severity: Severity,
    sheet: str | None,
    wording: Wording,
    applies: Callable[[Column], bool] = any_column,
    facts: Facts = no_facts,
) -> Callable[[Find], Rule[Find]]:
    on = wording.get("on", ())
    columns = (on,) if isinstance(on, str) else on

    def make(find: Find) -> Rule[Find]:
        find.__doc__ = wording["why"].en
        return Rule(
            code=code,
            slug=find.__name__.replace("_", "-"),
            severity=severity,
            takes=takes,
            sheet=sheet,
            on=columns,
            reads=wording.get("reads", columns),
            rows=wording.get("rows", ()),
            applies=applies,
            says=_variants(wording["says"]),
            remedy=_variants(wording["remedy"]),
            why=wording["why"],
            example=wording.get("example", {}),
            examples=wording.get("examples", {}),
            reads_as=wording.get("reads_as", False),
            fixed=wording.get("fixed", takes in ALWAYS_FIXED),
            marks_differences=wording.get("marks_differences", False),
            refuses=wording.get("refuses", False),
            confirmable=wording.get("confirmable", False),
            each_account=wording.get("each_account", False),
            find=find,
            facts=facts,
        )

    return make


def _variants(sentences: Text | Mapping[str, Text]) -> Mapping[str, Text]:
    return {"": sentences} if isinstance(sentences, Text) else sentences


def together(frames: Iterable[pd.DataFrame | None]) -> pd.DataFrame | None:
    """Return several frames of faulty rows as one frame; None if there are none."""
    import pandas as pd

    filled = [frame for frame in frames if frame is not None and len(frame.index)]
    return pd.concat(filled) if filled else None


def flagged(frame: pd.DataFrame, flags: Iterable[bool]) -> pd.DataFrame:
    """Return the rows of `frame` whose flag is True. There is one flag per row."""
    import pandas as pd

    return frame[pd.Series(list(flags), index=frame.index, dtype="bool")]


def rows_with(facts: Mapping[int, Mapping[str, object]]) -> pd.DataFrame | None:
    """Return a frame of the rows at fault, given as row → the facts of its sentence; None if there are none."""
    import pandas as pd

    return pd.DataFrame.from_dict(facts, orient="index", dtype="object") if facts else None
