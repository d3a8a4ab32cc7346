"""ACC014 to ACC019, ACC034, ACC035: name and service address, and whether they are what the CSR or bill says."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import compress
from typing import TYPE_CHECKING

from lnp_batch.columns.placeholders import may_be_a_name
from lnp_batch.columns.values import PROVINCES
from lnp_batch.model.patterns import POSTAL_CODE, POSTAL_CODE_HALVES
from lnp_batch.model.text import Text
from lnp_batch.rules.address_match import normalized_address, normalized_name, typeset_alike
from lnp_batch.rules.rule import CONFIRM, ERROR, WARNING, flagged, row_rule, together

if TYPE_CHECKING:
    import pandas as pd

    from lnp_batch.model.typed_batch import TypedBatch

FIRST_LETTERS = {
    "A": ("NL",), "B": ("NS",), "C": ("PE",), "E": ("NB",), "G": ("QC",), "H": ("QC",), "J": ("QC",),
    "K": ("ON",), "L": ("ON",), "M": ("ON",), "N": ("ON",), "P": ("ON",), "R": ("MB",), "S": ("SK",),
    "T": ("AB",), "V": ("BC",), "X": ("NT", "NU"), "Y": ("YT",),
}  # fmt: skip
"""First letter of a postal code → provinces (Canada Post's addressing guidelines)."""

PROVINCE_CODES = frozenset(province.key for province in PROVINCES)

COPY_OR_CORRECT = Text(
    "Recopiez : « {right} »; si c'est la copie du CSR ou de la facture, à gauche, qui est fautive, corrigez-la.",
    "Copy: “{right}”; if the copy of the CSR or bill, at the left, is the wrong one, correct it.",
)

_PO_BOX = re.compile(
    r"\b(?:p\W{0,2}o\W{0,2}\s*box|post\s*office\s*box|c\W{0,2}\s?p\W{0,2}\s*[0-9]|bo[iî]te postale|"
    r"b\W{0,2}p\W{0,2}\s*[0-9]|"
    r"case postale|casier postal|general delivery|poste restante|r\.?\s?r\.?\s*(?:#|no\.?)?\s*[0-9]+|rural route|"
    r"route rurale|box\s+[0-9]+|stn\s|succ\.?\s+[A-Z]\b)",
    re.IGNORECASE,
)


@row_rule(
    "ACC014",
    ERROR,
    marks_differences=True,
    sheet="accounts",
    on="name",
    reads=("name", "name_on_bill"),
    says=Text(
        "Le nom à votre dossier diffère du CSR ou de la facture.", "The name in your file differs from the CSR or bill."
    ),
    remedy=COPY_OR_CORRECT,
    why=Text(
        "C'est l'une des raisons de rejet les plus courantes : le nom doit correspondre exactement à celui du CSR ou "
        "de la facture.",
        "This is one of the most common reasons for rejection: the name must match the CSR or bill exactly.",
    ),
    example={"value": "Clinique dentaire St-Jean", "right": "Clinique Dentaire St-Jean inc."},
)
def name_differs(accounts: pd.DataFrame, _batch: TypedBatch) -> pd.DataFrame | None:
    return _differing(accounts, "name", normalized_name)


def _differing(
    accounts: pd.DataFrame, column: str, normalize: Callable[[str], str], *, in_writing_only: bool = False
) -> pd.DataFrame | None:
    """Return the rows whose `column`, from the reseller's file, is not what the CSR or bill says; None if all agree.

    Only rows that still differ once normalized; with `in_writing_only`, only those that do not.
    Columns: `right`, what the CSR or bill says; `proposal`, the same; `column`; `only_told`, whether a keyboard or a
    program makes the difference, so that nobody need read about it.
    """
    right = accounts[f"{column}_on_bill"]
    pairs = list(zip(accounts[column].tolist(), right.tolist(), strict=True))
    differs = [mine != theirs and mine != "" and theirs != "" for mine, theirs in pairs]
    if not any(differs):
        return None
    differing = list(compress(pairs, differs))
    only_told = [typeset_alike(mine) == typeset_alike(theirs) for mine, theirs in differing]
    facts = right[differs].to_frame("right").assign(column=column, proposal=right[differs], only_told=only_told)
    return flagged(facts, (in_writing_only is (normalize(mine) == normalize(theirs)) for mine, theirs in differing))


@row_rule(
    "ACC015",
    ERROR,
    marks_differences=True,
    sheet="accounts",
    on=("address", "city", "postal_code"),
    reads=("{column}", "{column}_on_bill"),
    says=Text(
        "L'adresse à votre dossier diffère du CSR ou de la facture.",
        "The address in your file differs from the CSR or bill.",
    ),
    remedy=COPY_OR_CORRECT,
    why=Text(
        "Le fournisseur compare l'adresse de service à la sienne, et refuse au premier écart.",
        "The carrier compares the service address with its own, and refuses at the first difference.",
    ),
    example={"value": "88, rue St-Jean", "right": "88, rue St-Jean, bureau 2"},
)
def address_differs(accounts: pd.DataFrame, _batch: TypedBatch) -> pd.DataFrame | None:
    compared: dict[str, Callable[[str], str]] = {
        "address": normalized_address,
        "city": normalized_name,
        "postal_code": str,
    }
    return together(_differing(accounts, column, normalize) for column, normalize in compared.items())


@row_rule(
    "ACC016",
    WARNING,
    marks_differences=True,
    sheet="accounts",
    on=("name", "address", "city"),
    reads=("{column}", "{column}_on_bill"),
    says=Text(
        "Comme sur le CSR ou la facture, mais écrit autrement.",
        "The same as on the CSR or bill, but written differently.",
    ),
    remedy=Text(
        "Rien à faire : « {right} » partira, comme sur la facture.",
        "Nothing to do: “{right}” will be sent, as on the bill.",
    ),
    why=Text(
        "Majuscules, accents et abréviations ne changent pas qui est le client, mais le fournisseur compare à la "
        "lettre.",
        "Capitals, accents and abbreviations do not change who the customer is, but carriers compare letter by letter.",
    ),
    example={"value": "CLINIQUE DENTAIRE ST-JEAN INC", "right": "Clinique Dentaire St-Jean inc."},
)
def writing_differs(accounts: pd.DataFrame, _batch: TypedBatch) -> pd.DataFrame | None:
    compared = {"name": normalized_name, "address": normalized_address, "city": normalized_name}
    found = together(
        _differing(accounts, column, normalize, in_writing_only=True) for column, normalize in compared.items()
    )
    return None if found is None else found.drop(columns="proposal")


@row_rule(
    "ACC017",
    ERROR,
    sheet="accounts",
    on=("address_on_bill", "address"),
    reads=("{column}",),
    says=Text(
        "« {value} » est une adresse postale, pas l'adresse de service.",
        "“{value}” is a mailing address, not the service address.",
    ),
    remedy=Text(
        "Écrivez l'adresse où sont les lignes : numéro, rue, bureau.",
        "Write the address where the lines are: civic number, street, unit.",
    ),
    why=Text(
        "Une ligne ne peut pas être branchée dans une case postale; le fournisseur compare l'adresse de service.",
        "A line cannot be plugged into a post office box; the carrier compares the service address.",
    ),
    example={"value": Text("C.P. 123", "PO Box 123")},
)
def po_box(accounts: pd.DataFrame, _batch: TypedBatch) -> pd.DataFrame | None:
    pairs = zip(accounts["address_on_bill"].tolist(), accounts["address"].tolist(), strict=True)
    columns = [
        "address_on_bill" if _PO_BOX.search(on_bill) else "address" if _PO_BOX.search(in_file) else ""
        for on_bill, in_file in pairs
    ]
    return accounts[[]].assign(column=columns)[list(map(bool, columns))] if any(columns) else None


@row_rule(
    "ACC018",
    ERROR,
    sheet="accounts",
    on=("postal_code_on_bill", "postal_code"),
    reads=("{column}",),
    says=Text("« {value} » n'est pas un code postal canadien.", "“{value}” is not a Canadian postal code."),
    remedy={
        "copy": Text(
            "Recopiez les six caractères de la facture, dans la forme A1A 1A1.",
            "Copy the six characters from the bill, in the form A1A 1A1.",
        ),
        "letter_o": Text(
            "Un code postal n'a jamais de lettre O : recopiez les six caractères de la facture, dans la forme A1A 1A1.",
            "A postal code never has the letter O: copy the six characters from the bill, in the form A1A 1A1.",
        ),
        "zero": Text(
            "Un code postal n'a jamais de lettre O : écrivez {zeros}, si c'est le code de la facture.",
            "A postal code never has the letter O: write {zeros}, if that is the code on the bill.",
        ),
    },
    why=Text(
        "Le code postal fait partie de l'adresse que le fournisseur compare à la sienne.",
        "The postal code is part of the address that the carrier compares with its own.",
    ),
    example={"value": "H3B 4WO", "zeros": "H3B 4W0"},
)
def bad_postal_code(accounts: pd.DataFrame, _batch: TypedBatch) -> pd.DataFrame | None:
    found = []
    for column in ("postal_code_on_bill", "postal_code"):
        at_fault = [words != "" and not POSTAL_CODE.fullmatch(words) for words in accounts[column].tolist()]
        if not any(at_fault):
            continue
        typed = accounts.loc[at_fault, column].str.upper()
        zeros = typed.str.replace("O", "0")
        has_letter_o = typed.ne(zeros)
        remedy = has_letter_o.map({True: "letter_o", False: "copy"})
        remedy = remedy.mask(has_letter_o & zeros.str.fullmatch(POSTAL_CODE), "zero")
        proposal = zeros.where(remedy.eq("zero"), None)
        found.append(zeros.to_frame("zeros").assign(remedy=remedy, column=column, proposal=proposal))
    return together(found)


@row_rule(
    "ACC019",
    WARNING,
    sheet="accounts",
    on="postal_code_on_bill",
    reads=("postal_code_on_bill", "province"),
    says=Text(
        "Un code postal qui commence par {letter} n'est pas en {province}.",
        "A postal code that begins with {letter} is not in {province}.",
    ),
    remedy=Text(
        "Vérifiez la province et le code postal sur la facture.", "Check province and postal code on the bill."
    ),
    why=Text(
        "L'un des deux a été mal recopié, et le fournisseur compare les deux.",
        "One of the two was miscopied, and the carrier compares both.",
    ),
    example={"letter": "K", "province": "QC"},
)
def postal_code_province(accounts: pd.DataFrame, _batch: TypedBatch) -> pd.DataFrame | None:
    letters = [code[:1] for code in accounts["postal_code_on_bill"].tolist()]
    wrong = [
        bool(letter and province) and province not in FIRST_LETTERS.get(letter, (province,))
        for letter, province in zip(letters, accounts["province"].tolist(), strict=True)
    ]
    return flagged(accounts[["province"]].assign(letter=letters), wrong) if any(wrong) else None


_NUMBER_WORDS = frozenset(
    "one two three four five six seven eight nine ten eleven twelve twenty hundred "
    "un une deux trois quatre cinq sept huit neuf dix onze douze vingt cent".split()
)
"""A civic number may be written in words, as in `One Yonge Street`."""
_LETTERS = re.compile(r"[^\W\d_]{2}")
_POSTAL_CODE = re.compile(POSTAL_CODE_HALVES.pattern, re.IGNORECASE)

IF_SO_OK = Text(
    "Si oui, répondez Oui au Sommaire; sinon, recopiez ce qui est sur la facture.",
    "If so, answer Yes in the Summary; if not, copy what is on the bill.",
)


@row_rule(
    "ACC034",
    CONFIRM,
    confirmable=True,
    sheet="accounts",
    on="address_on_bill",
    says={
        "number": Text(
            "« {value} » n'a pas de numéro civique : est-ce l'adresse de service de la facture?",
            "“{value}” has no civic number: is this the service address on the bill?",
        ),
        "street": Text(
            "« {value} » n'a pas de rue : est-ce l'adresse de service de la facture?",
            "“{value}” has no street: is this the service address on the bill?",
        ),
        "email": Text(
            "« {value} » est un courriel : est-ce l'adresse de service de la facture?",
            "“{value}” is an e-mail address: is this the service address on the bill?",
        ),
    },
    remedy=IF_SO_OK,
    why=Text(
        "Le fournisseur compare l'adresse de service à la sienne; à la campagne, certaines n'ont ni numéro ni rue.",
        "The carrier compares the service address with its own; in the country, some have no number or no street.",
    ),
    example={"value": Text("Même adresse", "Same address")},
    examples={"street": {"value": "4521"}, "email": {"value": "julie@example.com"}},
)
def not_a_street_address(accounts: pd.DataFrame, _batch: TypedBatch) -> pd.DataFrame | None:
    return _asked_about(accounts["address_on_bill"], _missing_in_address)


def _asked_about(typed: pd.Series, what: Callable[[str], str]) -> pd.DataFrame | None:
    """Return the rows of which `what` names a variant, "" being none; None if there are no such rows."""
    variants = {words: what(words) for words in typed.unique() if words}
    says = typed.map(variants)
    return says[says.ne("") & says.notna()].to_frame("says") if any(variants.values()) else None


def _missing_in_address(address: str) -> str:
    """Return the variant of ACC034 for an address, "" for one that has a number and a street."""
    if "@" in address:
        return "email"
    street = _POSTAL_CODE.sub(" ", address)
    if not _LETTERS.search(street):
        return "street"
    has_number = any(map(str.isdigit, street)) or not _NUMBER_WORDS.isdisjoint(normalized_name(street).split())
    return "" if has_number else "number"


@row_rule(
    "ACC035",
    CONFIRM,
    confirmable=True,
    sheet="accounts",
    on="city_on_bill",
    says={
        "postal_code": Text(
            "« {value} » est un code postal : est-ce la ville de la facture?",
            "“{value}” is a postal code: is this the city on the bill?",
        ),
        "province": Text(
            "« {value} » est une province : est-ce la ville de la facture?",
            "“{value}” is a province: is this the city on the bill?",
        ),
        "other": Text("« {value} » : est-ce la ville de la facture?", "“{value}”: is this the city on the bill?"),
    },
    remedy=IF_SO_OK,
    why=Text(
        "La ville fait partie de l'adresse que le fournisseur compare; une colonne collée de travers la remplace par "
        "autre chose.",
        "The city is part of the address that the carrier compares; a column pasted beside its place puts something "
        "else there.",
    ),
    example={"value": "H3B 4W8"},
    examples={"province": {"value": "QC"}, "other": {"value": "None"}},
)
def not_a_city(accounts: pd.DataFrame, _batch: TypedBatch) -> pd.DataFrame | None:
    return _asked_about(accounts["city_on_bill"], _instead_of_city)


def _instead_of_city(city: str) -> str:
    """Return the variant of ACC035 for a city, "" for what may well be one."""
    if _POSTAL_CODE.fullmatch(city):
        return "postal_code"
    if city.upper() in PROVINCE_CODES:
        return "province"
    return "other" if "@" in city or not _LETTERS.search(city) or may_be_a_name(city) else ""
