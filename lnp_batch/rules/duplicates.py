"""Where a number stands more than once in a batch, ranges counted: the facts of NUM010 and NUM011."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lnp_batch.model.phone_number import dashed
from lnp_batch.model.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from lnp_batch.model.book import Book

ONE_ROW = Text(
    "Corrigez l'un des deux numéros, ou supprimez toute la ligne {row}.",
    "Correct one of the two numbers, or delete the whole row {row}.",
)
SHORTEN = Text(
    "Supprimez toute la ligne {row}, ou raccourcissez la plage.", "Delete the whole row {row}, or shorten the range."
)
RELATED_AT_MOST = 20


def expand(numbers: pd.DataFrame) -> pd.DataFrame:
    """One row a number: `number` (integer of ten digits) and `row` (the spreadsheet's), for rows with `first` above 0."""
    import numpy as np
    import pandas as pd

    read = numbers[numbers["first"].gt(0)]
    counts = read["count"].to_numpy()
    starts = np.repeat(read["first"].to_numpy(), counts)
    within = np.arange(counts.sum()) - np.repeat(counts.cumsum() - counts, counts)
    return pd.DataFrame({"number": starts + within, "row": np.repeat(read.index.to_numpy(), counts)})


def duplicates(book: Book) -> pd.DataFrame:
    """The rows of numbers that share a number with another row.

    Index: the spreadsheet's rows. Columns: `number` (one shared number, dashed), `where` (cell of the first other row
    that holds it), `other` (that row's account key), `accounts` (how many accounts hold the shared numbers),
    `advice`, `related` (rows of all the occurrences).
    """
    import pandas as pd

    faulty = book.faulty["numbers"]
    numbers = book.numbers[~(faulty["number"] | faulty["range_end"])]
    keys = numbers["key"].mask(faulty["account_ref"])
    each = expand(numbers)
    shared = each[each.duplicated("number", keep=False)]
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
    rows["advice"] = [_advice(numbers, int(row), int(other)) for row, other in rows["other"].items()]
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


def _one_row(numbers: pd.DataFrame, row: int, other: int) -> Text:
    """Which of two rows may go: the one that is not a range, else the later one."""
    single = [at for at in (row, other) if numbers.at[at, "count"] == 1]
    return SHORTEN.put(row=single[0]) if len(single) == 1 else ONE_ROW.put(row=max(row, other))


def _advice(numbers: pd.DataFrame, row: int, other: int) -> Text:
    """For a Keep inside a Port range, the two ranges to write; else to keep one row."""
    actions = numbers.loc[[row, other], "action"]
    inside, around = (row, other) if actions[row] == "keep" else (other, row)
    if set(actions) != {"keep", "port"} or numbers.at[around, "count"] == 1:
        return _one_row(numbers, row, other)
    first, last = numbers.at[around, "first"], numbers.at[around, "last"]
    keep_first, keep_last = numbers.at[inside, "first"], numbers.at[inside, "last"]
    parts = [(first, min(keep_first - 1, last)), (max(keep_last + 1, first), last)]
    ranges = [dashed(a) if a == b else f"{dashed(a)} – {dashed(b)[-4:]}" for a, b in parts if a <= b]
    return Text(
        "Ce qui reste n'est pas dans la plage : écrivez-la ainsi : " + " et ".join(ranges) + ".",
        "What stays is not in the range: write it as " + " and ".join(ranges) + ".",
    )
