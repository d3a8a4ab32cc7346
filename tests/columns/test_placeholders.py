"""Words that say nothing, and names, towns, streets and carriers that look like them."""

from __future__ import annotations

import pytest

from lnp_batch.carriers import carriers
from lnp_batch.columns.accounts import ACCOUNTS
from lnp_batch.columns.placeholders import is_placeholder

NAMES = (
    "Aucun", "Null", "None", "Non", "Same", "Blank", "Na Li", "N. D. Roy", "X", "Xx Studio", "So", "TBA Avocats",
    "Idem Design", "Ditto Sales inc.", "Rien que pour vous", "Pending Deposition", "9012-3456 Québec inc.", "7", "À la Une",
    "L'Inconnue", "Sans Objet Atelier", "Verifier Canada", "Les Mêmes", "Ô", "李明",
)  # fmt: skip
TOWNS = (
    "L'Avenir",
    "Saint-Louis-du-Ha! Ha!",
    "Val-d'Or",
    "Same",
    "Non",
    "Ajax",
    "Y",
    "100 Mile House",
    "Head of Jeddore",
)
STREETS = ("0, rue du Port", "4521", "1 X Street", "Place Idem, 4", "12, ch. de l'Avenir", "Rue Sans-Objet, 8")
NUMBERS = ("0001", "000451", "A-0", "NA204", "TBD-1", "X1X", "5", "B 00 00")


@pytest.mark.parametrize(
    ("key", "words"),
    [
        *(("name_on_bill", name) for name in NAMES),
        *(("signer", name) for name in NAMES),
        *(("city_on_bill", town) for town in TOWNS),
        *(("address_on_bill", street) for street in STREETS),
        *(("account_number", number) for number in NUMBERS),
        *(("carrier", carrier.name) for carrier in carriers()),
    ],
)
def test_what_is_real_says_something(key: str, words: str) -> None:
    assert not is_placeholder(words, ACCOUNTS.column(key))


@pytest.mark.parametrize("key", ["name_on_bill", "address_on_bill", "city_on_bill", "account_number", "pin", "carrier"])
@pytest.mark.parametrize(
    "words",
    ["?", "-", ",", ". . .", "—", "xxx", "XX", "N/A", "n.a.", "S/O", "Idem", "TBD", "à venir", "A VENIR", "Voir facture",
     "see bill", "SEE BILL!", "même", "« idem »", "vide", "📄"],
)  # fmt: skip
def test_what_says_nothing_does_so_in_every_column(key: str, words: str) -> None:
    assert is_placeholder(words, ACCOUNTS.column(key))


@pytest.mark.parametrize("words", ["aucun", "None", "null", "non", "Same", "NA"])
def test_what_may_be_a_name_says_nothing_elsewhere(words: str) -> None:
    found = [key for key in ("signer", "city", "account_number", "pin") if is_placeholder(words, ACCOUNTS.column(key))]
    assert found == ["account_number", "pin"]


def test_an_empty_cell_is_none() -> None:
    assert not is_placeholder("", ACCOUNTS.column("carrier"))
