"""ACC003, ACC004: the losing carrier's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lnp_batch.carriers import carrier_of, nearest_carriers
from lnp_batch.model.text import Text
from lnp_batch.rules.rule import INFO, NOTHING_TO_DO, WARNING, row_rule

if TYPE_CHECKING:
    import pandas as pd

    from lnp_batch.model.typed_batch import TypedBatch

COMPARED_AT_MOST = 1_000
"""Unknown names that are compared with our carriers: a batch has a few, unless a wrong column was pasted."""


@row_rule(
    "ACC003",
    WARNING,
    sheet="accounts",
    on="carrier",
    says=Text(
        "Nous ne connaissons pas l'ancien fournisseur « {value} ».", "We do not know the losing carrier “{value}”."
    ),
    remedy={
        "check": Text("Vérifiez le nom sur la facture.", "Check the name on the bill."),
        "nearest": Text(
            "Est-ce {nearest}? Écrivez-le; sinon, gardez la marque qui est sur la facture.",
            "Is it {nearest}? Write it; if not, keep the brand that is on the bill.",
        ),
    },
    why=Text(
        "La demande part chez le fournisseur nommé ici; un nom mal écrit l'envoie au mauvais, ou nulle part.",
        "The request goes to the carrier named here; a misspelt name sends it to the wrong one or nowhere.",
    ),
    example={"value": "Videotrn", "nearest": "Vidéotron"},
)
def unknown_carrier(accounts: pd.DataFrame, _batch: TypedBatch) -> pd.DataFrame | None:
    unknown = [typed for typed in accounts["carrier"].unique() if typed and not carrier_of(typed)]
    if not unknown:
        return None
    found = accounts.loc[accounts["carrier"].isin(unknown), "carrier"]
    nearest = {typed: names for typed in unknown[:COMPARED_AT_MOST] if (names := nearest_carriers(typed))}
    named = {typed: Text(" ou ".join(names), " or ".join(names)) for typed, names in nearest.items()}
    remedies = found.isin(list(named)).map({True: "nearest", False: "check"})
    return found.map(named).to_frame("nearest").assign(remedy=remedies)


@row_rule(
    "ACC004",
    INFO,
    sheet="accounts",
    on="carrier",
    says=Text("« {value} » est lu comme {carrier}.", "“{value}” is read as {carrier}."),
    remedy=NOTHING_TO_DO,
    reads_as=True,
    why=Text(
        "Une même marque s'écrit de plusieurs façons; ses numéros vont dans les mêmes demandes.",
        "One brand is written in several ways; its numbers go into the same requests.",
    ),
    example={"value": "Bell", "carrier": "Bell Canada"},
)
def carrier_alias(accounts: pd.DataFrame, _batch: TypedBatch) -> pd.DataFrame:
    alias = accounts["carrier"].ne(accounts["carrier_name"])
    return accounts.loc[alias, ["carrier_name"]].rename(columns={"carrier_name": "carrier"})
