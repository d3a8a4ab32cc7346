"""ACC003, ACC004, ACC037: the losing carrier's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lnp_batch.carriers import Carrier, are_one_company, carrier_of, carriers, carriers_in, nearest, nearest_carriers
from lnp_batch.model.text import Text
from lnp_batch.rules.rule import ERROR, INFO, NOTHING_TO_DO, WARNING, row_rule

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
    different = accounts["carrier"].unique()
    unknown = [typed for typed in different if typed and not carrier_of(typed) and not carriers_in(typed)]
    if not unknown:
        return None
    found = accounts.loc[accounts["carrier"].isin(unknown), "carrier"]
    alike = {typed: names for typed in unknown[:COMPARED_AT_MOST] if (names := nearest_carriers(typed))}
    named = {typed: Text(" ou ".join(names), " or ".join(names)) for typed, names in alike.items()}
    remedies = found.isin(list(named)).map({True: "nearest", False: "check"})
    closest = {typed: _only_one_close(typed) for typed in alike}
    return found.map(named).to_frame("nearest").assign(remedy=remedies, proposal=found.map(closest))


def _only_one_close(typed: str) -> str | None:
    """Return the only carrier whose complete name `typed` resembles, None if several names or none are close."""
    close = nearest(typed, (carrier.name for carrier in carriers()), at_most=2, complete=True)
    return close[0] if len(close) == 1 else None


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


@row_rule(
    "ACC037",
    ERROR,
    sheet="accounts",
    on="carrier",
    says={
        "two": Text("« {value} » nomme plusieurs fournisseurs.", "“{value}” names several carriers."),
        "one_company": Text("« {value} » nomme plusieurs marques.", "“{value}” names several brands."),
    },
    remedy={
        "two": Text(
            "Faites une ligne par fournisseur ({names}), chacune avec son repère et son numéro de compte.",
            "Make one row per carrier ({names}), each with its own key and account number.",
        ),
        "one_company": Text(
            "Laquelle est sur la facture, {names}? N'écrivez que celle-là.",
            "Which one is on the bill, {names}? Write only that one.",
        ),
    },
    why=Text(
        "Une demande ne va qu'à un fournisseur; l'autre n'en saurait rien, et ses numéros ne seraient pas portés.",
        "A request goes to one carrier only; the other would not know of it, and its numbers would not be ported.",
    ),
    example={
        "value": Text("Bell et Vidéotron", "Bell and Vidéotron"),
        "names": Text("Bell Canada et Vidéotron", "Bell Canada and Vidéotron"),
    },
    examples={
        "one_company": {"value": "Fizz / Vidéotron", "names": Text("Fizz ou Vidéotron", "Fizz or Vidéotron")},
    },
)
def two_carriers(accounts: pd.DataFrame, _batch: TypedBatch) -> pd.DataFrame | None:
    named = {typed: found for typed in accounts["carrier"].unique() if (found := carriers_in(typed))}
    if not named:
        return None
    found = accounts.loc[accounts["carrier"].isin(list(named)), "carrier"]
    one_company = found.map({typed: are_one_company(several) for typed, several in named.items()}).astype(bool)
    variant = one_company.map({True: "one_company", False: "two"})
    names = {typed: _listed(several) for typed, several in named.items()}
    return found.map(names).to_frame("names").assign(says=variant, remedy=variant, only_asked=one_company)


def _listed(several: tuple[Carrier, ...]) -> Text:
    """Return the names as a list in words: `A, B et C`, or `A ou B` for brands of one company."""
    *names, last = [carrier.name for carrier in several]
    first = ", ".join(names)
    if are_one_company(several):
        return Text(f"{first} ou {last}", f"{first} or {last}")
    return Text(f"{first} et {last}", f"{first} and {last}")
