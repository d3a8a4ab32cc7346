"""NUM010, NUM011: a number that is in the batch more than once, ranges expanded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from lnp_batch.model.phone_format import dashed, dashed_range
from lnp_batch.model.text import Text
from lnp_batch.rules.rule import ERROR, row_rule

if TYPE_CHECKING:
    import pandas as pd

    from lnp_batch.model.typed_batch import TypedBatch

RELATED_AT_MOST = 20
"""Other rows with the same number that a finding names."""


@row_rule(
    "NUM010",
    ERROR,
    fixed=True,
    sheet="numbers",
    on="number",
    reads=("number", "range_end"),
    says=Text("{number} est aussi en {where}.", "{number} is also in {where}."),
    remedy={
        "two_numbers": Text(
            "Corrigez l'un des deux numéros, ou supprimez toute la ligne {row}.",
            "Correct one of the two numbers, or delete the whole row {row}.",
        ),
        "shorten": Text(
            "Supprimez toute la ligne {row}, ou raccourcissez la plage.",
            "Delete the whole row {row}, or shorten the range.",
        ),
        "within": Text(
            "Une plage contient l'autre : supprimez toute la ligne {row}.",
            "One range contains the other: delete the whole row {row}.",
        ),
        "overlap": Text(
            "Deux plages se chevauchent : raccourcissez-en une.", "Two ranges overlap: shorten one of them."
        ),
        "kept_end": Text(
            "Ce qui reste n'est pas dans la plage de la ligne {row} : écrivez-la ainsi : {range}.",
            "What stays is not in the range of row {row}: write it as {range}.",
        ),
        "kept_middle": Text(
            "Ce qui reste n'est pas dans la plage de la ligne {row} : écrivez-la ainsi : {range} et {second_range}, "
            "une ligne chacune.",
            "What stays is not in the range of row {row}: write it as {range} and {second_range}, a row each.",
        ),
        "kept_whole": Text(
            "Tout ce que la ligne {row} porte reste : supprimez toute cette ligne.",
            "Everything that row {row} ports stays: delete that whole row.",
        ),
    },
    why=Text(
        "Le même numéro deux fois serait facturé deux fois, et le fournisseur refuse une liste qui contient des "
        "doublons.",
        "The same number twice would be billed twice, and carriers refuse a list with repeated numbers.",
    ),
    example={
        "number": "514-555-0101",
        "where": "D3",
        "row": 4,
        "range": "514-555-0100",
        "second_range": "514-555-0102 – 0119",
    },
    examples={
        "kept_end": {"range": "514-555-0102 – 0119"},
    },
)
def duplicate_number(_numbers: pd.DataFrame, batch: TypedBatch) -> pd.DataFrame | None:
    found = duplicates(batch)
    return None if found is None else found.loc[found["accounts"].le(1)].drop(columns=["other", "accounts"])


@row_rule(
    "NUM011",
    ERROR,
    fixed=True,
    sheet="numbers",
    on="number",
    reads=("number", "range_end", "account_ref"),
    says=Text(
        "{number} est aussi sous le compte {other}, en {where}.",
        "{number} is also under account {other}, in {where}.",
    ),
    remedy=Text(
        "Laissez-le sous le bon compte et retirez-le de l'autre; s'il est dans une plage, raccourcissez-la.",
        "Leave it under the right account and remove it from the other; if it is in a range, shorten the range.",
    ),
    why=Text(
        "Demandé à deux fournisseurs, un numéro est refusé par l'un et bloque toute sa demande.",
        "If two carriers are asked for a number, one refuses it and so blocks its whole request.",
    ),
    example={"number": "514-555-0101", "other": "A2", "where": "D9"},
)
def two_accounts(_numbers: pd.DataFrame, batch: TypedBatch) -> pd.DataFrame | None:
    found = duplicates(batch)
    return None if found is None else found.loc[found["accounts"].gt(1), ["number", "other", "where", "related"]]


def duplicates(batch: TypedBatch) -> pd.DataFrame | None:
    """Return the rows of the numbers sheet that share a number with another row; None if no number is shared.

    Index: the spreadsheet's rows. Columns: `number` (one shared number, dashed), `where` (the first other row that
    holds it), `other` (that row's account key), `accounts` (how many accounts hold the shared numbers), `related`
    (rows of all the occurrences), and those of :class:`Advice`.

    A row that shares numbers both with its own account and with another one is described by a number of the latter.
    """
    import pandas as pd

    if batch.each_number["number"].is_unique:
        return None
    faulty = batch.faulty["numbers"]
    numbers = batch.numbers.loc[
        ~(faulty["number"] | faulty["range_end"]), ["key", "account_ref", "action", "count", "first", "last"]
    ]
    keys = numbers["key"].mask(faulty["account_ref"])
    each = batch.each_number[batch.each_number["number"].duplicated(keep=False)]
    each = each[each["row"].isin(numbers.index)]
    shared = each[each["number"].duplicated(keep=False)]
    if shared.empty:
        return None
    shared = shared.sort_values(["number", "row"], kind="stable")
    shared = shared.assign(key=shared["row"].map(keys))
    by_number = shared.groupby("number", sort=False)
    shared["first"] = by_number["row"].transform("first")
    shared["second"] = shared["number"].map(by_number["row"].nth(1).set_axis(by_number["number"].nth(1)))
    shared["accounts"] = by_number["key"].transform("nunique")
    shared["other"] = shared["first"].where(shared["first"].ne(shared["row"]), shared["second"])
    shared["other"] = shared["other"].where(shared["accounts"].le(1), _under_another_key(shared))
    shared = shared.sort_values("accounts", ascending=False, kind="stable")
    rows = shared.groupby("row").agg(number=("number", "first"), other=("other", "first"), accounts=("accounts", "max"))
    holders = by_number["row"].unique()
    rows["related"] = [
        tuple(int(at) for at in holders[number][:RELATED_AT_MOST] if at != row)
        for row, number in rows["number"].items()
    ]
    advice = pd.DataFrame(_advices(numbers, rows["other"]), index=rows.index)
    rows["where"] = rows["other"]
    rows["other"] = rows["other"].map(numbers["account_ref"])
    return rows.assign(number=rows["number"].map(dashed)).join(advice)


def _under_another_key(shared: pd.DataFrame) -> pd.Series:
    """Return, for each occurrence, the first row that holds the number under another account key, else its `other`."""
    keyed = shared[shared["key"].notna()]
    firsts = keyed.drop_duplicates(["number", "key"])
    repeated = firsts.duplicated("number")
    of_number = firsts[~repeated].set_index("number")
    first_key, first_row = (shared["number"].map(of_number[column]) for column in ("key", "row"))
    second_row = shared["number"].map(firsts[repeated].drop_duplicates("number").set_index("number")["row"])
    return first_row.where(shared["key"].ne(first_key), second_row).fillna(shared["other"]).astype("int64")


class Advice(NamedTuple):
    """A variant of NUM010's remedy and its facts: the row to delete or to change, and the ranges to write instead."""

    remedy: str
    row: int
    range: str = ""
    second_range: str = ""


def _advices(numbers: pd.DataFrame, others: pd.Series) -> list[Advice]:
    """Return what to do about each row in the index of `others`, which shares a number with the row given there."""
    facts = numbers[["action", "count", "first", "last"]]
    mine, theirs = (
        facts.reindex(rows).itertuples(index=False, name="Listed") for rows in (others.index, others.to_numpy())
    )
    return list(map(_advice, others.index.tolist(), mine, others.tolist(), theirs))


def _advice(row: int, mine: Any, other: int, theirs: Any) -> Advice:
    """Return the ranges to write if a Keep row is inside a range to port, else the row to delete."""
    if {mine.action, theirs.action} == {"keep", "port"}:
        kept, ported, ported_row = (mine, theirs, other) if mine.action == "keep" else (theirs, mine, row)
        if ported.count > 1:
            return _without_kept(ported_row, ported, kept)
    if mine.count > 1 and theirs.count > 1:
        return _of_two_ranges(row, mine, other, theirs)
    if mine.count == theirs.count == 1:
        return Advice("two_numbers", max(row, other))
    return Advice("shorten", row if mine.count == 1 else other)


def _without_kept(row: int, ported: Any, kept: Any) -> Advice:
    """Return what remains of the range to port on `row` without the numbers kept."""
    parts = [(ported.first, min(kept.first - 1, ported.last)), (max(kept.last + 1, ported.first), ported.last)]
    ranges = [dashed_range(first, last) for first, last in parts if first <= last]
    return Advice(("kept_whole", "kept_end", "kept_middle")[len(ranges)], row, *ranges)


def _of_two_ranges(row: int, mine: Any, other: int, theirs: Any) -> Advice:
    """Return which of two ranges to delete: the one inside the other, the later one if they are equal."""
    if mine.first <= theirs.first and theirs.last <= mine.last and (mine.count > theirs.count or other > row):
        return Advice("within", other)
    if theirs.first <= mine.first and mine.last <= theirs.last:
        return Advice("within", row)
    return Advice("overlap", row)
