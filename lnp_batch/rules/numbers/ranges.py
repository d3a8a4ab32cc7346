"""NUM018: ranges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lnp_batch.model.phone_number import dashed
from lnp_batch.model.text import Text
from lnp_batch.rules.rule import ERROR, row_rule

if TYPE_CHECKING:
    import pandas as pd

    from lnp_batch.model.typed_batch import TypedBatch

BACKWARDS = Text("la fin vient avant le début", "the end comes before the start")


@row_rule(
    "NUM018",
    ERROR,
    sheet="numbers",
    on="range_end",
    reads=("number", "range_end"),
    says=Text("De {number} à {last} : {what}.", "From {number} to {last}: {what}."),
    remedy=Text("{advice}", "{advice}"),
    why=Text(
        "Une plage est une suite de numéros de mêmes six premiers chiffres; une faute d'un seul chiffre y ajouterait les numéros d'un autre.",
        "A range is a run of numbers with the same first six digits; one wrong digit would add somebody else's numbers to it.",
    ),
    example={
        "number": "514-555-0119",
        "last": "514-555-0100",
        "what": BACKWARDS,
        "advice": Text(
            "Inversez-les : 514-555-0100 d'abord, 514-555-0119 sous « Fin de plage ».",
            "Swap them: 514-555-0100 first, 514-555-0119 under “Range end”.",
        ),
    },
)
def bad_range(numbers: pd.DataFrame, batch: TypedBatch) -> pd.DataFrame:
    most = batch.context.thresholds.range_numbers
    ranges = numbers[numbers["number"].gt(0) & numbers["range_end"].gt(0)]
    what = _no_text(ranges)
    what[(ranges["range_end"] - ranges["number"]).ge(most)] = Text(
        f"plus de {most} numéros", f"more than {most} numbers"
    )
    what[ranges["number"] // 10_000 != ranges["range_end"] // 10_000] = Text(
        "les six premiers chiffres diffèrent", "the first six digits differ"
    )
    what[ranges["range_end"] < ranges["number"]] = BACKWARDS
    facts = ranges.assign(what=what, last=ranges["range_end"].map(dashed), number=ranges["number"].map(dashed))
    facts = facts.loc[what.notna(), ["number", "last", "what"]]
    return facts.assign(advice=[_ends(*row) for row in facts.itertuples(index=False)])


def _ends(number: str, last: str, what: Text) -> Text:
    if what is BACKWARDS and number[:7] == last[:7]:
        return Text(
            f"Inversez-les : {last} d'abord, {number} sous « Fin de plage ».",
            f"Swap them: {last} first, {number} under “Range end”.",
        )
    return Text(
        "Vérifiez les deux bouts de la plage, ou faites-en plusieurs lignes.",
        "Check both ends of the range, or make several rows of it.",
    )


def _no_text(frame: pd.DataFrame) -> pd.Series:
    import pandas as pd

    return pd.Series(None, index=frame.index, dtype="object")
