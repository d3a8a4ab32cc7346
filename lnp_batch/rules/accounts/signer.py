"""ACC020: the authorised signer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lnp_batch.model.text import Text
from lnp_batch.rules.address_match import normalized_name
from lnp_batch.rules.rule import ERROR, row_rule

if TYPE_CHECKING:
    import pandas as pd

    from lnp_batch.model.typed_batch import TypedBatch

COMPANY_WORDS = frozenset(
    "inc ltee ltd llc llp corp corporation enr senc sencrl limited limitee incorporated cie compagnie company coop "
    "cooperative societe obnl".split()
)
"""Words that only a company's name has; like the sets below, normalized."""

TITLES = frozenset("m mm mme mmes mlle mr mrs ms miss dr dre me maitre monsieur madame".split())
"""Words that do not count as a first name."""

ROLES = frozenset(
    "le la les l du de des d au aux a the of and et ou or an any own self proprietaire proprio gerant gerante "
    "titulaire client cliente "
    "responsable directeur directrice president presidente administrateur administratrice comptable comptabilite "
    "secretaire patron patronne compte comptes personne autorise autorisee signataire facturation reception "
    "owner manager holder customer client account accounts payable receivable accounting bookkeeper office director "
    "president administrator admin secretary boss authorized authorised signer person billing reception contact".split()
)
"""Words that name a role; a signer made up of these only is not a person's name."""

TWO_WORDS = 2
"""A person's name has at least a first and a last name."""


@row_rule(
    "ACC020",
    ERROR,
    sheet="accounts",
    on="signer",
    says=Text("« {value} » n'est pas un prénom et un nom.", "“{value}” is not a first and a last name."),
    remedy=Text(
        "Écrivez le prénom et le nom de la personne autorisée au compte (exemple : Marie Gagné).",
        "Write the first and last name of the person authorised on the account (for example Marie Gagné).",
    ),
    why=Text(
        "La lettre d'autorisation est signée par une personne que le fournisseur connaît; une compagnie ne signe pas.",
        "The letter of authorisation is signed by a person whom the carrier knows; a company cannot sign.",
    ),
    example={"value": "Plomberie Gagné inc."},
)
def signer(accounts: pd.DataFrame, _batch: TypedBatch) -> pd.Series:
    import pandas as pd

    names = accounts["signer"]
    not_persons = {name for name in names.unique() if name and not has_first_and_last_name(name)}
    plain = {name: _without_company_words(name) for name in names.unique()}
    faulty = [
        name in not_persons
        or (bool(name) and _without_company_words(on_bill) == plain[name] and names_a_company(on_bill))
        for name, on_bill in zip(names.tolist(), accounts["name_on_bill"].tolist(), strict=True)
    ]
    return pd.Series(faulty, index=names.index, dtype="bool")


def _without_company_words(name: str) -> str:
    return " ".join(word for word in normalized_name(name).split() if word not in COMPANY_WORDS)


def names_a_company(name: str) -> bool:
    """Return whether a name has a word that only a company's has, such as `inc.`"""
    return not COMPANY_WORDS.isdisjoint(normalized_name(name).split())


def has_first_and_last_name(name: str) -> bool:
    """Return whether a name is a person's: two words or more that are no title, no role and no company's."""
    words = [normalized_name(word) for word in name.split() if any(map(str.isalpha, word))]
    words = [word for word in words if word not in TITLES]
    return len(words) >= TWO_WORDS and not ROLES.issuperset(words) and not names_a_company(name)
