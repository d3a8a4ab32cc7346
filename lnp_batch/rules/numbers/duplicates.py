"""Where a number stands more than once in a batch, ranges counted: the facts of NUM010 and NUM011."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from lnp_batch.model.phone_number import dashed
from lnp_batch.model.text import Text
from lnp_batch.rules.rule import ERROR, row_rule

if TYPE_CHECKING:
    import pandas as pd

    from lnp_batch.model.typed_batch import TypedBatch

ONE_ROW = Text(
    "Corrigez l'un des deux numéros, ou supprimez toute la ligne {row}.",
    "Correct one of the two numbers, or delete the whole row {row}.",
)
WITHIN = Text(
    "Une plage contient l'autre : supprimez toute la ligne {row}.",
    "One range holds the other: delete the whole row {row}.",
)
OVERLAP = Text("Deux plages se chevauchent : raccourcissez-en une.", "Two ranges overlap: shorten one of them.")
SHORTEN = Text(
    "Supprimez toute la ligne {row}, ou raccourcissez la plage.", "Delete the whole row {row}, or shorten the range."
)
RELATED_AT_MOST = 20
LOOKED_AT = ("key", "account_ref", "action", "count", "first", "last")


@lru_cache(10_000)
def _of_row(words: Text, row: int) -> Text:
    return words.put(row=row)


def duplicates(batch: TypedBatch) -> pd.DataFrame:
    """The rows of numbers that share a number with another row.

    Index: the spreadsheet's rows. Columns: `number` (one shared number, dashed), `where` (cell of the first other row
    that holds it), `other` (that row's account key), `accounts` (how many accounts hold the shared numbers),
    `advice`, `related` (rows of all the occurrences).
    """
    import pandas as pd

    faulty = batch.faulty["numbers"]
    numbers = batch.numbers.loc[~(faulty["number"] | faulty["range_end"]), list(LOOKED_AT)]
    keys = numbers["key"].mask(faulty["account_ref"])
    each = batch.each_number[batch.each_number["number"].duplicated(keep=False)]
    each = each[each["row"].isin(numbers.index)]
    shared = each[each["number"].duplicated(keep=False)]
    if shared.empty:
        return pd.DataFrame(columns=["number", "where", "other", "accounts", "advice", "related"])
    shared = shared.sort_values(["number", "row"], kind="stable")
    shared = shared.assign(key=shared["row"].map(keys))
    by_number = shared.groupby("number", sort=False)
    shared["first"] = by_number["row"].transform("first")
    shared["second"] = shared["number"].map(by_number["row"].nth(1).set_axis(by_number["number"].nth(1)))
    shared["accounts"] = by_number["key"].transform("nunique")
    shared["other"] = shared["first"].where(shared["first"].ne(shared["row"]), shared["second"])
    shared["other"] = shared["other"].where(shared["accounts"].le(1), _under_another_key(shared))
    rows = shared.groupby("row").agg(number=("number", "first"), other=("other", "first"), accounts=("accounts", "max"))
    holders = by_number["row"].unique()
    rows["related"] = [
        tuple(int(at) for at in holders[number][:RELATED_AT_MOST] if at != row)
        for row, number in rows["number"].items()
    ]
    rows["advice"] = _advices(numbers, rows["other"])
    rows["where"] = rows["other"]
    rows["other"] = rows["other"].map(numbers["account_ref"])
    return rows.assign(number=rows["number"].map(dashed))


def _under_another_key(shared: pd.DataFrame) -> pd.Series:
    """Of each occurrence, the first row that holds the number under another account key, else the `other` that it has."""
    keyed = shared[shared["key"].notna()]
    firsts = keyed.drop_duplicates(["number", "key"])
    one, two = firsts.drop_duplicates("number"), firsts[firsts.duplicated("number")].drop_duplicates("number")
    first_key, first_row = (shared["number"].map(one.set_index("number")[column]) for column in ("key", "row"))
    second_row = shared["number"].map(two.set_index("number")["row"])
    return first_row.where(shared["key"].ne(first_key), second_row).fillna(shared["other"]).astype("int64")


def _advices(numbers: pd.DataFrame, others: pd.Series) -> list[Text]:
    """What to do about each row and the one of `others` that shares a number with it."""
    facts = numbers[["action", "count", "first", "last"]]
    mine, theirs = (
        facts.reindex(rows).itertuples(index=False, name="Listed") for rows in (others.index, others.to_numpy())
    )
    pairs = zip(others.index.tolist(), mine, others.tolist(), theirs, strict=True)
    return [_advice(row, one, other, two) for row, one, other, two in pairs]


def _advice(row: int, mine: Any, other: int, theirs: Any) -> Text:
    """For a Keep inside a Port range, the two ranges to write; else which row may go: the one that is not a range."""
    kept_is_mine = mine.action == "keep"
    inside, around, range_row = (mine, theirs, other) if kept_is_mine else (theirs, mine, row)
    if {mine.action, theirs.action} != {"keep", "port"} or around.count == 1:
        single = [at for at, one in ((row, mine), (other, theirs)) if one.count == 1]
        if not single:
            return _of_two_ranges(row, mine, other, theirs)
        words = SHORTEN if len(single) == 1 else ONE_ROW
        return _of_row(words, single[0] if len(single) == 1 else max(row, other))
    first, last, keep_first, keep_last = around.first, around.last, inside.first, inside.last
    parts = [(first, min(keep_first - 1, last)), (max(keep_last + 1, first), last)]
    ranges = [dashed(a) if a == b else f"{dashed(a)} – {dashed(b)[-4:]}" for a, b in parts if a <= b]
    each = Text(", une ligne chacune", ", a row each") if len(ranges) > 1 else Text("", "")
    if not ranges:
        return Text(
            f"Tout ce que la ligne {range_row} porte reste : supprimez toute cette ligne.",
            f"All that row {range_row} ports stays: delete that whole row.",
        )
    return Text(
        f"Ce qui reste n'est pas dans la plage de la ligne {range_row} : écrivez-la ainsi : {' et '.join(ranges)}{each.fr}.",
        f"What stays is not in the range of row {range_row}: write it as {' and '.join(ranges)}{each.en}.",
    )


def _of_two_ranges(row: int, mine: Any, other: int, theirs: Any) -> Text:
    """The one that lies inside the other may go, the later one where they are the same; else one is too long."""
    if mine.first <= theirs.first and theirs.last <= mine.last and (mine.count > theirs.count or other > row):
        return _of_row(WITHIN, other)
    if theirs.first <= mine.first and mine.last <= theirs.last:
        return _of_row(WITHIN, row)
    return OVERLAP


TWICE_EXAMPLE = {
    "number": "514-555-0101",
    "where": "D3",
    "advice": Text("Gardez une seule des deux lignes.", "Keep one of the two rows only."),
}


@row_rule(
    "NUM011",
    ERROR,
    sheet="numbers",
    on="number",
    reads=("number", "range_end", "account_ref"),
    says=Text(
        "{number} est aussi sous le compte {other}, en {where}.",
        "{number} also stands under account {other}, in {where}.",
    ),
    remedy=Text(
        "Laissez-le sous le bon compte et retirez-le de l'autre; d'une plage, en la raccourcissant.",
        "Leave it under the right account and take it out of the other; out of a range, by shortening it.",
    ),
    why=Text(
        "Demandé à deux fournisseurs, un numéro est refusé par l'un et bloque toute sa demande.",
        "Asked of two carriers, a number is refused by one and blocks that whole request.",
    ),
    example={"number": "514-555-0101", "other": "A2", "where": "D9"},
)
def two_accounts(_numbers: pd.DataFrame, batch: TypedBatch) -> pd.DataFrame:
    found = duplicates(batch)
    return found.loc[found["accounts"].gt(1), ["number", "other", "where", "related"]]


@row_rule(
    "NUM010",
    ERROR,
    sheet="numbers",
    on="number",
    reads=("number", "range_end"),
    says=Text("{number} est aussi en {where}.", "{number} also stands in {where}."),
    remedy=Text("{advice}", "{advice}"),
    why=Text(
        "Le même numéro deux fois serait facturé deux fois, et le fournisseur refuse une liste qui se répète.",
        "The same number twice would be billed twice, and carriers refuse a list that repeats itself.",
    ),
    example=TWICE_EXAMPLE,
)
def duplicate_number(_numbers: pd.DataFrame, batch: TypedBatch) -> pd.DataFrame:
    return duplicates(batch)[["number", "where", "advice", "related"]]
