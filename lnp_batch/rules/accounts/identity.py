"""ACC001, ACC002, ACC006, ACC036, ACC038, ACC039: which account a row is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lnp_batch.columns.accounts import EXAMPLE_NAMES
from lnp_batch.columns.placeholders import may_be_a_name
from lnp_batch.model.patterns import is_email
from lnp_batch.model.phone_number import phone
from lnp_batch.model.text import Text, fold
from lnp_batch.rules.address_match import normalized_address
from lnp_batch.rules.not_a_row import REMEDY, SAYS, rows_listing_nothing
from lnp_batch.rules.numbers.duplicates import RELATED_AT_MOST
from lnp_batch.rules.rule import CONFIRM, ERROR, WARNING, Arrival, Spot, row_rule, workbook_rule

if TYPE_CHECKING:
    import pandas as pd

    from lnp_batch.model.reading import Reading
    from lnp_batch.model.typed_batch import TypedBatch


@row_rule(
    "ACC001",
    ERROR,
    sheet="accounts",
    on="account_ref",
    says=Text("Le repère « {value} » sert aussi en {where}.", "The key “{value}” is also used in {where}."),
    remedy=Text(
        "Donnez à l'un des deux un autre repère, {free} par exemple, et écrivez-le sur les lignes de ses numéros.",
        "Give one of the two another key, {free} for example, and write it on its numbers' rows.",
    ),
    why=Text(
        "Le repère lie les numéros à leur compte; s'il en désigne deux, on ne sait pas lequel est le bon.",
        "The key ties numbers to their account; if two accounts share it, nobody can tell which one is meant.",
    ),
    example={"value": "A2", "where": "C3", "free": "A4"},
)
def duplicate_account_key(accounts: pd.DataFrame, _batch: TypedBatch) -> pd.DataFrame | None:
    used = set(accounts["key"].tolist())
    if len(used) == len(accounts):
        return None
    free = next(f"A{number}" for number in range(1, len(used) + 2) if f"a{number}" not in used)
    return rows_that_share(accounts["key"], accounts["key"].ne("")).assign(free=free)


def rows_that_share(keys: pd.Series, compared: pd.Series) -> pd.DataFrame:
    """Return the rows whose key is also another row's, among the rows for which `compared` is True.

    Columns: `where`, the first other row; `related`, the other rows, at most RELATED_AT_MOST.
    """
    import pandas as pd

    shared = keys[compared & keys[compared].reindex(keys.index).duplicated(keep=False)]
    rows_of = {key: rows[: RELATED_AT_MOST + 1].tolist() for key, rows in shared.groupby(shared).groups.items()}
    others = [
        tuple(int(other) for other in rows_of[key] if other != row)[:RELATED_AT_MOST] for row, key in shared.items()
    ]
    return pd.DataFrame({"where": [rows[0] for rows in others], "related": others}, index=shared.index)


@row_rule(
    "ACC002",
    ERROR,
    sheet="accounts",
    on="account_number",
    reads=("account_number", "carrier", "address_on_bill", "account_ref"),
    says=Text(
        "Ce compte est déjà en {where}, avec le même fournisseur et la même adresse.",
        "This account is also in {where}, with the same carrier and address.",
    ),
    remedy=Text(
        "Gardez une seule ligne et donnez son repère à tous les numéros du compte.",
        "Keep one row and give its key to all the account's numbers.",
    ),
    why=Text(
        "Deux demandes pour un même compte se bloquent l'une l'autre : le fournisseur n'en traite qu'une à la fois.",
        "Two requests for one account block each other: carriers work on one at a time.",
    ),
    example={"where": "E2"},
)
def account_twice(accounts: pd.DataFrame, _batch: TypedBatch) -> pd.DataFrame | None:
    import pandas as pd

    names = ("carrier_name", "account_number", "address_on_bill", "city_on_bill")
    carriers, numbers, addresses, cities = (accounts[name].tolist() for name in names)
    if len(set(map(fold, numbers))) == len(accounts):
        return None
    bills = [
        "\n".join((fold(carrier), fold(number), normalized_address(f"{address} {city}")))
        for carrier, number, address, city in zip(carriers, numbers, addresses, cities, strict=True)
    ]
    filled = accounts["account_number"].ne("") & accounts["carrier_name"].ne("")
    return rows_that_share(pd.Series(bills, index=accounts.index), filled)


@row_rule(
    "ACC006",
    WARNING,
    sheet="accounts",
    on="account_ref",
    says=Text(
        "Ce compte n'a aucun numéro sur la feuille Numéros.", "This account has no numbers on the Numbers sheet."
    ),
    remedy=Text("Ajoutez-y ses numéros, ou supprimez cette ligne.", "Add its numbers there, or delete this row."),
    why=Text(
        "Un compte sans numéro ne fait aucune demande. Rien n'est signalé tant qu'un numéro a un repère vide ou "
        "inconnu : c'est peut-être le sien.",
        "An account without numbers makes no request. Not reported while a number's key is empty or unknown: it "
        "may be this account's.",
    ),
)
def no_numbers(accounts: pd.DataFrame, batch: TypedBatch) -> pd.Series | None:
    if not (batch.ties_accounts and batch.numbers["account"].to_numpy().all()):
        return None
    return accounts["key"].ne("") & ~accounts["key"].isin(batch.numbers["key"].unique())


@row_rule(
    "ACC036",
    CONFIRM,
    confirmable=True,
    sheet="accounts",
    on="name_on_bill",
    says={
        "phone": Text(
            "« {value} » est un numéro de téléphone : est-ce le nom sur la facture?",
            "“{value}” is a phone number: is this the name on the bill?",
        ),
        "email": Text(
            "« {value} » est un courriel : est-ce le nom sur la facture?",
            "“{value}” is an e-mail address: is this the name on the bill?",
        ),
        "other": Text("« {value} » : est-ce le nom sur la facture?", "“{value}”: is this the name on the bill?"),
    },
    remedy=Text(
        "Si oui, répondez Oui au Sommaire; sinon, recopiez le nom de la facture.",
        "If so, answer Yes in the Summary; if not, copy the name from the bill.",
    ),
    why=Text(
        "Le nom doit être celui de la facture, à la lettre; certains clients s'appellent pourtant None ou 1000.",
        "The name must be the bill's, to the letter; yet some customers are called None or 1000.",
    ),
    example={"value": "514-555-0123"},
    examples={"email": {"value": "julie@example.com"}, "other": {"value": "None"}},
)
def not_a_name(accounts: pd.DataFrame, _batch: TypedBatch) -> pd.DataFrame | None:
    names = accounts["name_on_bill"]
    variants = {name: _instead_of_name(name) for name in names.unique() if name}
    says = names.map(variants)
    return says[says.ne("") & says.notna()].to_frame("says") if any(variants.values()) else None


def _instead_of_name(name: str) -> str:
    """Return the variant of ACC036 for a name, "" for what may well be one."""
    if any(map(is_email, name.strip("<>").split())):
        return "email"
    if phone(name).digits:
        return "phone"
    return "other" if not any(map(str.isalpha, name)) or may_be_a_name(name) else ""


@row_rule(
    "ACC038",
    CONFIRM,
    sheet="accounts",
    on="name_on_bill",
    says=Text("« {value} » est un exemple de notre modèle.", "“{value}” is an example of our template."),
    remedy=Text(
        "Recopiez le nom de la facture, ou supprimez cette ligne et ses numéros.",
        "Copy the name from the bill, or delete this row and its numbers.",
    ),
    why=Text(
        "Personne ne s'appelle ainsi : c'est une ligne d'exemple qui est restée.",
        "Nobody is called that: it is a row of the example that was left in.",
    ),
    example={"value": "Plomberie Untel et Fils inc."},
)
def example_left_in(accounts: pd.DataFrame, _batch: TypedBatch) -> pd.Series | None:
    return is_example(accounts)


def is_example(accounts: pd.DataFrame) -> pd.Series | None:
    """Return a mask of the accounts whose name is in the template's example; None if no account's is."""
    import pandas as pd

    examples = set(map(fold, EXAMPLE_NAMES))
    found = [fold(name) in examples for name in accounts["name_on_bill"].tolist()]
    return pd.Series(found, index=accounts.index) if any(found) else None


@workbook_rule(
    "ACC039",
    WARNING,
    fixed=False,
    says=SAYS,
    remedy=REMEDY,
    why=Text(
        "Un total ou un mot de remerciement n'est pas un compte : la ligne ne retient rien, mais elle gêne à l'envoi "
        "suivant.",
        "A total or a word of thanks is no account: the row holds nothing, but it is in the way of the next round.",
    ),
    example={"row": 28},
)
def not_a_row(reading: Reading, _arrival: Arrival) -> list[Spot]:
    return rows_listing_nothing(reading, "accounts")
