"""NUM012, NUM023, NUM024, NUM025, NUM026: a number and the account it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lnp_batch.columns.numbers import EXAMPLE_PHONES
from lnp_batch.model.area_codes import AREA_CODES
from lnp_batch.model.phone_number import phone
from lnp_batch.model.text import Text, fold
from lnp_batch.rules.accounts.identity import is_example
from lnp_batch.rules.not_a_row import REMEDY, SAYS, rows_listing_nothing
from lnp_batch.rules.numbers.phone import PORT
from lnp_batch.rules.rule import CONFIRM, ERROR, WARNING, Arrival, Spot, flagged, row_rule, workbook_rule

if TYPE_CHECKING:
    import pandas as pd

    from lnp_batch.model.reading import Reading
    from lnp_batch.model.typed_batch import TypedBatch


KEYS_SHOWN = 6
"""Account keys that NUM012's remedy lists."""


@row_rule(
    "NUM012",
    ERROR,
    fixed=True,
    sheet="numbers",
    on="account_ref",
    says=Text("Aucun compte « {value} » à la feuille Comptes.", "There is no account “{value}” on the Accounts sheet."),
    remedy={
        "keys": Text(
            "Écrivez un de ses repères ({keys}), ou ajoutez ce compte.",
            "Write one of its keys ({keys}), or add that account.",
        ),
        "account_number": Text(
            "C'est un numéro de compte : son repère est {key}.", "That is an account number: its key is {key}."
        ),
        "no_keys": Text("Ajoutez ce compte à la feuille Comptes.", "Add that account to the Accounts sheet."),
    },
    why=Text(
        "Sans compte, on ne sait pas à quel fournisseur demander ce numéro.",
        "Without an account, we cannot know which carrier to ask for this number.",
    ),
    example={"value": "A9", "keys": "A1, A2, A3", "key": "A1"},
)
def unknown_account(numbers: pd.DataFrame, batch: TypedBatch) -> pd.DataFrame | None:
    unknown = numbers.loc[numbers["account"].eq(0) & numbers["account_ref"].ne(""), "account_ref"]
    if unknown.empty or not batch.ties_accounts:
        return None
    key_of = {
        fold(number): key
        for number, key in zip(batch.accounts["account_number"], batch.accounts["account_ref"], strict=True)
        if number and key
    }
    found = unknown.map({typed: key_of.get(fold(typed), "") for typed in unknown.unique()})
    sites = batch.accounts["account_number"].map(fold).value_counts()
    keys = [key for key in batch.accounts["account_ref"].unique() if key]
    remedy = found.ne("").map({True: "account_number", False: "keys" if keys else "no_keys"})
    listed = ", ".join(keys[:KEYS_SHOWN]) + ("…" if len(keys) > KEYS_SHOWN else "")
    proposal = [key if sites.get(fold(typed), 0) == 1 else None for typed, key in zip(unknown, found, strict=True)]
    return found.to_frame("key").assign(remedy=remedy, keys=listed, proposal=proposal)


@row_rule(
    "NUM023",
    WARNING,
    sheet="numbers",
    on="number",
    reads=("number", "account_ref", "accounts.account_ref", "accounts.province"),
    rows=PORT,
    says=Text(
        "L'indicatif {area} n'est pas de la province de l'adresse de service ({province}).",
        "Area code {area} does not serve the province of the service address ({province}).",
    ),
    remedy=Text("Vérifiez le numéro et l'adresse du compte.", "Check the number and the account's address."),
    why=Text(
        "Un numéro d'une autre province est souvent d'un autre compte, ou d'une autre adresse de service.",
        "A number from another province often belongs to another account or another service address.",
    ),
    example={"area": "416", "province": "QC"},
)
def other_province(numbers: pd.DataFrame, batch: TypedBatch) -> pd.DataFrame | None:
    of_account = dict(zip(batch.accounts.index.tolist(), batch.accounts["province"].tolist(), strict=True))
    provinces = [of_account.get(account, "") for account in numbers["account"].tolist()]
    pairs = list(zip(numbers["area"].tolist(), provinces, strict=True))
    elsewhere = {
        (area, province)
        for area, province in set(pairs)
        if province and area in AREA_CODES and province not in AREA_CODES[area]
    }
    if not elsewhere:
        return None
    return flagged(numbers[["area"]].assign(province=provinces), (pair in elsewhere for pair in pairs))


@row_rule(
    "NUM024",
    WARNING,
    sheet="numbers",
    on="line_type",
    reads=("line_type", "account_ref", "accounts.account_ref"),
    rows=PORT,
    says=Text(
        "Ce numéro sans fil est au même compte que d'autres lignes.",
        "This wireless number is on the same account as other lines.",
    ),
    remedy=Text(
        "Donnez aux numéros sans fil leur propre ligne à la feuille Comptes : il y aura deux demandes.",
        "Give the wireless numbers their own row on the Accounts sheet: there will be two requests.",
    ),
    why=Text(
        "Le sans-fil se porte en heures, par d'autres équipes que le filaire; les fournisseurs veulent deux demandes.",
        "Wireless numbers are ported in hours, by other teams than wireline ones; carriers want two requests.",
    ),
)
def wireless_mixed(numbers: pd.DataFrame, batch: TypedBatch) -> pd.Series | None:
    if "wireless" not in numbers["line_type"].tolist():
        return None
    faulty = batch.faulty["numbers"]
    ported = numbers["action"].eq("port") & numbers["account"].gt(0) & ~faulty["action"] & ~faulty["line_type"]
    wireless = numbers["line_type"].eq("wireless")
    with_others = numbers.loc[ported & ~wireless & ~numbers["toll_free"], "account"].unique()
    return wireless & ported & numbers["account"].isin(with_others)


@row_rule(
    "NUM025",
    CONFIRM,
    sheet="numbers",
    on="number",
    reads=("number", "account_ref", "accounts.account_ref"),
    rows=PORT,
    says=Text("« {value} » est un exemple de notre modèle.", "“{value}” is an example of our template."),
    remedy=Text(
        "Écrivez un numéro du client, ou supprimez cette ligne.",
        "Write one of the customer's numbers, or delete this row.",
    ),
    why=Text(
        "Ce numéro et le nom de son compte sont ceux de l'exemple : la ligne est restée là par mégarde.",
        "This number and its account's name are those of the example: the row was left in by accident.",
    ),
    example={"value": "514-555-0100"},
)
def example_left_in(numbers: pd.DataFrame, batch: TypedBatch) -> pd.Series | None:
    example = is_example(batch.accounts)
    if example is None:
        return None
    examples = [int(phone(typed).digits) for typed in EXAMPLE_PHONES]
    return numbers["first"].isin(examples) & numbers["account"].isin(example.index[example])


@workbook_rule(
    "NUM026",
    WARNING,
    fixed=False,
    says=SAYS,
    remedy=REMEDY,
    why=Text(
        "Un total ou un mot de remerciement n'est pas un numéro : la ligne ne retient rien, mais elle gêne à l'envoi "
        "suivant.",
        "A total or a word of thanks is no number: the row holds nothing, but it is in the way of the next round.",
    ),
    example={"row": 28},
)
def not_a_row(reading: Reading, _arrival: Arrival) -> list[Spot]:
    return rows_listing_nothing(reading, "numbers")
