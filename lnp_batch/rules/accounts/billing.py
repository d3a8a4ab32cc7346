"""ACC005, ACC031: the billing number (BTN) and the new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lnp_batch.model.area_codes import AREA_CODES
from lnp_batch.model.text import Text, fold
from lnp_batch.rules.accounts.identity import rows_that_share
from lnp_batch.rules.numbers import phone
from lnp_batch.rules.rule import ERROR, WARNING, PhoneColumn, phone_rule, row_rule, rows_with

if TYPE_CHECKING:
    import pandas as pd

    from lnp_batch.model.typed_batch import TypedBatch

REASONS = (
    (phone.extension, "extension"),
    (phone.two_numbers, "two_numbers"),
    (phone.not_canadian, "not_canadian"),
    (phone.not_ten_digits, "digits"),
    (phone.impossible_number, "part"),
    (phone.toll_free, "toll_free"),
)
"""The phone rules that a billing number must pass, each with its variant of ACC005; the first that applies counts."""


REMEDIES = {"write": "write", "text": "text", "keep": "write"}
"""Variants of NUM001's advice → of ACC005's; any other is to copy the number from the bill."""

SAME_VARIANTS = ("letter_o", "negative", "formula")
"""Variants of NUM001 that are also ACC005's."""


@phone_rule(
    "ACC005",
    ERROR,
    sheet="accounts",
    on=("btn", "new_btn"),
    says={
        "digits": Text(
            "« {value} » ne peut pas être un numéro de facturation : il a {digits}.",
            "“{value}” cannot be a billing number: it has {digits}.",
        ),
        "digits_letters": Text(
            "« {value} » ne peut pas être un numéro de facturation : il a {digits} et d'autres caractères.",
            "“{value}” cannot be a billing number: it has {digits} and other characters.",
        ),
        "letter_o": Text(
            "« {value} » ne peut pas être un numéro de facturation : il a la lettre O à la place d'un zéro.",
            "“{value}” cannot be a billing number: it has the letter O instead of a zero.",
        ),
        "negative": Text(
            "« {value} » ne peut pas être un numéro de facturation : c'est un nombre négatif, le résultat d'un calcul.",
            "“{value}” cannot be a billing number: it is a negative number, the result of a calculation.",
        ),
        "formula": Text(
            "« {value} » ne peut pas être un numéro de facturation : il commence par le signe = d'une formule.",
            "“{value}” cannot be a billing number: it begins with the equals sign of a formula.",
        ),
        "extension": Text(
            "« {value} » ne peut pas être un numéro de facturation : il contient un poste.",
            "“{value}” cannot be a billing number: an extension is written in it.",
        ),
        "two_numbers": Text(
            "« {value} » ne peut pas être un numéro de facturation : il y a deux numéros.",
            "“{value}” cannot be a billing number: there are two numbers.",
        ),
        "not_canadian": Text(
            "« {value} » ne peut pas être un numéro de facturation : il n'est pas du Canada.",
            "“{value}” cannot be a billing number: it is not Canadian.",
        ),
        "toll_free": Text(
            "« {value} » ne peut pas être un numéro de facturation : c'est un numéro sans frais.",
            "“{value}” cannot be a billing number: it is a toll-free number.",
        ),
        "part": Text(
            "« {value} » ne peut pas être un numéro de facturation : « {part} » n'existe pas à cette place.",
            "“{value}” cannot be a billing number: “{part}” is not possible there.",
        ),
    },
    remedy={
        "copy": phone.TEN_DIGITS,
        "write": phone.WRITE_IT,
        "text": phone.AS_TEXT,
        "full": Text(
            "Port complet : aucun nouveau BTN; videz cette cellule.", "Full port: no new BTN; clear this cell."
        ),
        "stays": Text(
            "Écrivez le numéro qui reste, dans la forme 514-555-0100; si le BTN ne part pas, videz cette cellule.",
            "Write the number that stays, in the form 514-555-0100; if the BTN does not leave, clear this cell.",
        ),
    },
    why=Text(
        "Le fournisseur reconnaît le compte à son numéro de facturation; un chiffre faux et la demande est refusée.",
        "The carrier knows the account by its billing number; one wrong digit and the request is refused.",
    ),
    example={"value": "450 555 01", "digits": Text("8 chiffres", "8 digits"), "part": "911", "number": "450-555-0140"},
    examples={
        "digits_letters": {"value": "450-555-CALL", "digits": Text("6 chiffres", "6 digits")},
        "letter_o": {"value": "450-555-014O"},
        "negative": {"value": "-2349"},
        "formula": {"value": "=450-555-0140"},
        "extension": {"value": "450-555-0140 poste 12"},
        "two_numbers": {"value": "450-555-0140 / 0141"},
        "not_canadian": {"value": "212-555-0140"},
        "toll_free": {"value": "800-843-4401"},
        "part": {"value": "911-555-0140"},
    },
)
def bad_btn(phones: pd.DataFrame, column: PhoneColumn, batch: TypedBatch) -> pd.DataFrame | None:
    import numpy as np

    canadian = phones["area"].isin(list(AREA_CODES)).to_numpy()
    at_fault = np.where(canadian, phone.impossible(phones["exchange"]), phones["typed"].to_numpy() != "")
    if not at_fault.any():
        return None
    suspect = phones[at_fault]
    facts: dict[int, dict[str, object]] = {}
    for rule, variant in reversed(REASONS):
        found = rule.find(suspect, column, batch)
        if found is None:
            continue
        found = suspect.loc[found, ["typed"]] if found.ndim == 1 else found
        for row, quoted in zip(found.index.tolist(), found.to_dict("records"), strict=True):
            remedy = REMEDIES.get(str(quoted.get("remedy")), "copy")
            proposal = quoted.get("number") if remedy == "write" else None
            says = _variant(variant, quoted.get("says"))
            facts[row] = {**quoted, "says": says, "remedy": remedy, "proposal": proposal}
    if column.key == "new_btn":
        for row, quoted in facts.items():
            is_full = batch.accounts.at[row, "port_type"] == "full"
            quoted |= {"remedy": "full", "proposal": None} if is_full else {"remedy": "stays"}
    return rows_with(facts)


def _variant(reason: str, says: object) -> str:
    """Return the variant of ACC005 for a phone rule's `reason` and the variant that this rule says."""
    return str(says) if says in SAME_VARIANTS else f"{reason}_letters" if says in ("letters", "remark") else reason


@row_rule(
    "ACC031",
    WARNING,
    sheet="accounts",
    on="btn",
    reads=("btn", "account_number"),
    says=Text(
        "Ce numéro de facturation est aussi celui d'un autre compte, en {where}.",
        "This billing number is also another account's, in {where}.",
    ),
    remedy=Text(
        "Vérifiez les deux factures : un BTN est à un seul compte.", "Check both bills: a BTN belongs to one account."
    ),
    why=Text(
        "Le fournisseur trouve le compte par son BTN; le même sous deux numéros de compte cache une erreur de copie.",
        "The carrier finds the account by its BTN; the same under two account numbers hides a copying mistake.",
    ),
    example={"where": "F2"},
)
def btn_twice(accounts: pd.DataFrame, _batch: TypedBatch) -> pd.DataFrame | None:
    billed = accounts[accounts["btn"].gt(0) & accounts["account_number"].ne("")]
    if billed["btn"].is_unique:
        return None
    several = billed["account_number"].map(fold).groupby(billed["btn"]).transform("nunique").gt(1)
    return rows_that_share(billed["btn"], several.reindex(billed.index, fill_value=False))
