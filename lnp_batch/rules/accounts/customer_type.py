"""ACC040, ACC041: whether the customer is a person or a business, and what the name on the bill says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lnp_batch.columns.given_names import GIVEN_NAMES, TRADES
from lnp_batch.columns.values import BUSINESS, RESIDENTIAL
from lnp_batch.model.text import Text
from lnp_batch.rules.accounts.signer import has_first_and_last_name, names_a_company
from lnp_batch.rules.address_match import normalized_name
from lnp_batch.rules.rule import CONFIRM, ERROR, row_rule

if TYPE_CHECKING:
    import pandas as pd

    from lnp_batch.model.typed_batch import TypedBatch

MOST_WORDS = 3
"""A given name, perhaps a second one, and a last name: a longer name says more than who somebody is."""


@row_rule(
    "ACC040",
    ERROR,
    sheet="accounts",
    on="name_on_bill",
    reads=("name_on_bill", "customer_type"),
    says={
        "incomplete": Text(
            "Le compte est résidentiel, et « {value} » n'est pas un prénom et un nom.",
            "The account is residential, and “{value}” is not a first and a last name.",
        ),
        "company": Text(
            "Le compte est résidentiel, et « {value} » est le nom d'une entreprise.",
            "The account is residential, and “{value}” is the name of a business.",
        ),
    },
    remedy=Text(
        "Recopiez de la facture le prénom et le nom du titulaire, ou choisissez « Affaires » sous « Type de client ».",
        "Copy the account holder's first and last name from the bill, or choose “Business” under “Customer type”.",
    ),
    why=Text(
        "Le fournisseur compare le nom avec son dossier : celui d'un particulier y est à son prénom et à son nom.",
        "The carrier compares the name with its records, where a person's account is in a first and a last name.",
    ),
    example={"value": "Gagné"},
    examples={"company": {"value": "Plomberie Gagné inc."}},
)
def residential_name(accounts: pd.DataFrame, _batch: TypedBatch) -> pd.DataFrame | None:
    residential = accounts[accounts["customer_type"].eq(RESIDENTIAL.key) & accounts["name_on_bill"].ne("")]
    if residential.empty:
        return None
    names = residential["name_on_bill"]
    said = ["company" if names_a_company(name) else "incomplete" for name in names.tolist()]
    faulty = [not has_first_and_last_name(name) for name in names.tolist()]
    return names.to_frame()[[]].assign(says=said)[faulty]


@row_rule(
    "ACC041",
    CONFIRM,
    sheet="accounts",
    on="name_on_bill",
    reads=("name_on_bill", "customer_type"),
    confirmable=True,
    says=Text(
        "Le compte est celui d'une entreprise, et « {value} » est le nom d'une personne : est-ce le nom de la facture?",
        "The account is a business's, and “{value}” is a person's name: is it the name on the bill?",
    ),
    remedy=Text(
        "Recopiez le nom de l'entreprise comme sur la facture, ou choisissez « Résidentiel » sous « Type de client ».",
        "Copy the name of the business as on the bill, or choose “Residential” under “Customer type”.",
    ),
    why=Text(
        "Le compte d'une entreprise est le plus souvent à son nom, et non à celui de la personne qui s'en occupe.",
        "A business account is most often in the name of the business, not in that of the person in charge.",
    ),
    example={"value": "Marie Gagné"},
)
def person_as_business(accounts: pd.DataFrame, _batch: TypedBatch) -> pd.DataFrame | None:
    business = accounts[accounts["customer_type"].eq(BUSINESS.key) & accounts["name_on_bill"].ne("")]
    if business.empty:
        return None
    names = zip(business["name_on_bill"].tolist(), business["signer"].tolist(), strict=True)
    return business[[_is_a_persons_name(name, signer) for name, signer in names]][[]]


def _is_a_persons_name(name: str, signer: str) -> bool:
    """Return whether a name is the signer's, or a common given name with one or two more words."""
    words = normalized_name(name).split()
    if not has_first_and_last_name(name) or len(words) > MOST_WORDS or not TRADES.isdisjoint(words):
        return False
    return sorted(words) == sorted(normalized_name(signer).split()) or words[0] in GIVEN_NAMES
