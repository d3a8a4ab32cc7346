"""NUM018: a range of numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lnp_batch.model.context import DEFAULT_THRESHOLDS
from lnp_batch.model.phone_format import dashed
from lnp_batch.model.text import Text
from lnp_batch.rules.rule import ERROR, row_rule

if TYPE_CHECKING:
    import pandas as pd

    from lnp_batch.model.typed_batch import TypedBatch

SAME_EXCHANGE = 10_000
"""Numbers with the same first six digits are equal once divided by this."""


@row_rule(
    "NUM018",
    ERROR,
    fixed=True,
    sheet="numbers",
    on="range_end",
    reads=("number", "range_end"),
    says={
        "backwards": Text(
            "De {number} à {last} : la fin vient avant le début.",
            "From {number} to {last}: the end comes before the start.",
        ),
        "six_digits": Text(
            "De {number} à {last} : les six premiers chiffres diffèrent.",
            "From {number} to {last}: the first six digits differ.",
        ),
        "too_many": Text(
            "De {number} à {last} : plus de {most} numéros.", "From {number} to {last}: more than {most} numbers."
        ),
    },
    remedy={
        "swap": Text(
            "Inversez-les : {last} d'abord, {number} sous « Fin de plage ».",
            "Swap them: {last} first, {number} under “Range end”.",
        ),
        "check": Text(
            "Vérifiez les deux bouts de la plage, ou faites-en plusieurs lignes.",
            "Check both ends of the range, or split it over several rows.",
        ),
    },
    why=Text(
        "Une plage est une suite de numéros de mêmes six premiers chiffres; une faute d'un seul chiffre y ajouterait "
        "les numéros d'un autre.",
        "A range is a run of numbers with the same first six digits; one wrong digit would add someone else's numbers "
        "to it.",
    ),
    example={"number": "514-555-0119", "last": "514-555-0100", "most": DEFAULT_THRESHOLDS.range_numbers},
    examples={
        "six_digits": {"number": "514-555-0100", "last": "514-556-0119"},
        "too_many": {"number": "514-555-0100", "last": "514-555-2100"},
    },
)
def bad_range(numbers: pd.DataFrame, batch: TypedBatch) -> pd.DataFrame | None:
    if not numbers["range_end"].to_numpy().any():
        return None
    most = batch.context.thresholds.range_numbers
    ranges = numbers.loc[numbers["number"].gt(0) & numbers["range_end"].gt(0), ["number", "range_end"]]
    first, last = ranges["number"], ranges["range_end"]
    same_digits = (first // SAME_EXCHANGE).eq(last // SAME_EXCHANGE)
    backwards, too_many = last.lt(first), (last - first).ge(most)
    at_fault = backwards | ~same_digits | too_many
    if not at_fault.any():
        return None
    wrong = ranges[at_fault].map(dashed).rename(columns={"range_end": "last"})
    facts = wrong.assign(most=most, says="too_many", remedy="check")
    facts.loc[~same_digits[facts.index], "says"] = "six_digits"
    facts.loc[backwards[facts.index], "says"] = "backwards"
    facts.loc[(backwards & same_digits)[facts.index], "remedy"] = "swap"
    return facts
