"""ACC005, ACC031: the billing number (BTN) and the new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lnp_batch.model.area_codes import AREA_CODES
from lnp_batch.model.text import Text, fold
from lnp_batch.rules.accounts.identity import _repeated
from lnp_batch.rules.numbers import phone as phone
from lnp_batch.rules.rule import ERROR, WARNING, rule, together

if TYPE_CHECKING:
    import pandas as pd

    from lnp_batch.model.typed_batch import TypedBatch

NO_NEW_BTN = Text("Port complet : aucun nouveau BTN; videz cette cellule.", "Full port: no new BTN; clear this cell.")


STAYS = Text(
    "Écrivez le numéro qui reste, dans la forme 514-555-0100; si le BTN ne part pas, videz cette cellule.",
    "Write the number that stays, in the form 514-555-0100; if the BTN does not leave, clear this cell.",
)


WHY_NOT_A_NUMBER = (
    phone.extension,
    phone.two_numbers,
    phone.not_canadian,
    phone.not_ten_digits,
    phone.impossible_number,
    phone.toll_free,
)


@rule(
    "ACC005",
    ERROR,
    on=("btn", "new_btn"),
    says=Text(
        "« {value} » ne peut pas être un numéro de facturation : {why}.", "“{value}” cannot be a billing number: {why}."
    ),
    remedy=Text("{advice}", "{advice}"),
    why=Text(
        "Le fournisseur reconnaît le compte à son numéro de facturation; un chiffre faux et la demande est refusée.",
        "The carrier knows the account by its billing number; one wrong digit and the request is refused.",
    ),
    example={
        "value": "450 555 01",
        "why": Text("il a 8 chiffres", "it holds 8 digits"),
        "advice": phone.TEN_DIGITS,
    },
)
def bad_btn(phones: pd.DataFrame, batch: TypedBatch) -> pd.DataFrame:
    suspect = phones[phones["typed"].ne("") & ~phones["area"].isin(list(AREA_CODES))]
    suspect = together((suspect, phones[phones["area"].isin(list(AREA_CODES)) & phone.impossible(phones["exchange"])]))
    if suspect.empty:
        return suspect
    why: dict[int, Text] = {}
    for reason in reversed(WHY_NOT_A_NUMBER):
        found = reason.find(suspect, batch)
        found = suspect.loc[found, ["typed"]] if found.ndim == 1 else found
        why |= {row: _why(reason.code, facts) for row, facts in zip(found.index, found.to_dict("records"), strict=True)}
    wrong = suspect.loc[list(why), ["typed"]].assign(why=list(why.values()))
    wrong["advice"] = [phone.what_to_write(typed) for typed in wrong["typed"]]
    if phones is batch.phones.get(("accounts", "new_btn")):
        full = batch.accounts.loc[wrong.index, "port_type"].eq("full")
        wrong["advice"] = [NO_NEW_BTN if one else STAYS for one in full]
    return wrong[["why", "advice"]]


def _why(code: str, facts: dict[str, object]) -> Text:
    match code:
        case "NUM003":
            return Text("un poste y est écrit", "an extension stands in it")
        case "NUM002":
            return Text("il y a deux numéros", "there are two numbers")
        case "NUM006":
            return Text("il n'est pas du Canada", "it is not Canadian")
        case "NUM007":
            return Text("c'est un numéro sans frais", "it is a toll-free number")
        case "NUM004":
            return Text(
                f"« {facts['part']} » n'existe pas à cette place", f"“{facts['part']}” does not exist in that place"
            )
        case _:
            return Text("il a {digits}", "it holds {digits}").put(digits=facts["digits"])


@rule(
    "ACC031",
    WARNING,
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
def btn_twice(accounts: pd.DataFrame, _book: TypedBatch) -> pd.DataFrame:
    known = accounts[accounts["btn"].gt(0) & accounts["account_number"].ne("")]
    several = known["account_number"].map(fold).groupby(known["btn"]).transform("nunique").gt(1)
    return _repeated(known["btn"], several.reindex(known.index, fill_value=False))
