"""NUM001 to NUM009, NUM021: what is wrong in one phone cell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from lnp_batch.model.area_codes import AREA_CODES, NOT_PORTABLE, NOT_PORTABLE_EXCHANGE, TOLL_FREE
from lnp_batch.model.phone_format import dashed
from lnp_batch.model.phone_number import country_of, phone
from lnp_batch.model.text import Text
from lnp_batch.rules.rule import ERROR, INFO, NOTHING_TO_DO, WARNING, PhoneColumn, phone_rule, rows_with, together

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from lnp_batch.model.typed_batch import TypedBatch

PORT = ("port",)
BOTH = ("number", "range_end")

WRITE_IT = Text("Écrivez {number}, si c'est le numéro de la facture.", "Write {number}, if that is the bill's number.")
TEN_DIGITS = Text(
    "Recopiez les dix chiffres de la facture, dans la forme 514-555-0100.",
    "Copy the ten digits from the bill, in the form 514-555-0100.",
)

AS_TEXT = Text(
    "Mettez la cellule au format Texte, puis tapez les dix chiffres de la facture.",
    "Set the cell's format to Text, then type the bill's ten digits.",
)

LINE_DIGITS = 4
"""Digits of the line number, the last part of a number. The end of a range is often typed as these alone."""
RESERVED = 55501
"""The digits after the area code of the numbers that are reserved for fiction, 555-0100 to 555-0199."""
LISTED = frozenset({*AREA_CODES, *TOLL_FREE, *NOT_PORTABLE, 0})
"""The area codes that we know; 0 stands for a cell without a number."""
N11 = 11
"""Last two digits of the service codes 211 to 911."""

_LETTER_O = re.compile(r"[oO]")
_FORMULA = re.compile(r"^[=＝][\s+-]*")
_MINUS = r"[-\u2010-\u2015\u2212－]"
_NEGATIVE = re.compile(rf"{_MINUS}\s*[0-9]+(?:[.,][0-9]+)?")
"""A negative number: =613-236-1500 is a subtraction for Excel, and gives -1123."""


@phone_rule(
    "NUM001",
    ERROR,
    fixed=True,
    on=BOTH,
    says={
        "digits": Text(
            "« {value} » contient {digits}; il faut 10 chiffres.", "“{value}” has {digits}; 10 digits are needed."
        ),
        "letters": Text(
            "« {value} » contient {digits} et d'autres caractères; il faut 10 chiffres.",
            "“{value}” has {digits} and other characters; 10 digits are needed.",
        ),
        "letter_o": Text(
            "« {value} » contient la lettre O à la place d'un zéro; il faut 10 chiffres.",
            "“{value}” has the letter O instead of a zero; 10 digits are needed.",
        ),
        "remark": Text("« {value} » contient autre chose que le numéro.", "“{value}” has more than the number."),
        "negative": Text(
            "« {value} » est un nombre négatif : Excel a pris pour un calcul ce qui était tapé.",
            "“{value}” is a negative number: Excel took what was typed for a calculation.",
        ),
        "formula": Text(
            "« {value} » commence par le signe = d'une formule; il faut 10 chiffres.",
            "“{value}” begins with the equals sign of a formula; 10 digits are needed.",
        ),
    },
    remedy={
        "copy": TEN_DIGITS,
        "write": WRITE_IT,
        "text": AS_TEXT,
        "keep": Text(
            "Gardez {number}; le reste peut aller dans les Notes.", "Keep {number}; the rest can go into the Notes."
        ),
        "whole": Text("Écrivez le numéro au complet : {number}.", "Write the whole number: {number}."),
    },
    why=Text(
        "Un chiffre de trop ou de moins, et le fournisseur refuse toute la demande.",
        "One digit too many or too few, and the carrier refuses the whole request.",
    ),
    example={"value": "514 555 010", "digits": Text("9 chiffres", "9 digits"), "number": "514-555-0124"},
    examples={
        "letters": {"value": "514-555-CALL", "digits": Text("6 chiffres", "6 digits")},
        "letter_o": {"value": "514 555 O124"},
        "remark": {"value": "514-555-0124 (Yvan)"},
        "negative": {"value": "-2349"},
        "formula": {"value": "=613-236-1500"},
        "whole": {"number": "514-555-0119"},
    },
)
def not_ten_digits(phones: pd.DataFrame, column: PhoneColumn, batch: TypedBatch) -> pd.DataFrame | None:
    if phones["canonical"].to_numpy().all():
        return None
    wrong = phones[phones["typed"].ne("") & phones["digits"].eq("")]
    starts: Mapping[int, str] = {}
    if column == PhoneColumn("numbers", "range_end"):
        starts = batch.phones["numbers", "number"].loc[wrong.index, "digits"].to_dict()
    of_cells = (wrong[name].tolist() for name in ("typed", "typed_digits", "letters", "first"))
    cells = zip(wrong.index.tolist(), *of_cells, strict=True)
    facts = {
        row: {**what_is_wrong(typed, count, letters, first), **_number_completed(typed, starts.get(row, ""))}
        for row, typed, count, letters, first in cells
    }
    return rows_with({row: {**quoted, "proposal": quoted.get("number")} for row, quoted in facts.items()})


def zeros_for_letters(typed: str) -> str:
    """Return `typed` with its letters O read as zeros, with dashes; "" if it has no O or is still not a number."""
    return dashed(phone(_LETTER_O.sub("0", typed)).digits) if _LETTER_O.search(typed) else ""


def what_is_wrong(typed: str, count: int, letters: bool, first: str = "") -> dict[str, object]:
    """Return the facts and the variants of NUM001 for a cell of `count` digits, with or without other characters.

    `first` is the number before a remark.
    """
    digits = Text(f"{count} chiffre" + "s" * (count > 1), f"{count} digit" + "s" * (count != 1))
    if meant := zeros_for_letters(typed):
        return {"says": "letter_o", "remedy": "write", "digits": digits, "number": meant}
    if _FORMULA.match(typed):
        meant = dashed(phone(_FORMULA.sub("", typed)).digits)
        return {"says": "formula", "remedy": "write" if meant else "text", "digits": digits, "number": meant}
    if _NEGATIVE.fullmatch(typed):
        return {"says": "negative", "remedy": "text", "digits": digits}
    if first:
        return {"says": "remark", "remedy": "keep", "digits": digits, "number": dashed(first)}
    return {"says": "letters" if letters else "digits", "remedy": "copy", "digits": digits}


def _number_completed(typed: str, start: str) -> dict[str, object]:
    """Return the facts of the remedy for a range end typed as four digits; `start` is the first number."""
    if not (start and typed.isascii() and typed.isdigit() and len(typed) == LINE_DIGITS):
        return {}
    return {"remedy": "whole", "number": f"{start[:3]}-{start[3:6]}-{typed}"}


@phone_rule(
    "NUM002",
    ERROR,
    fixed=True,
    on=BOTH,
    says=Text(
        "Deux numéros dans une même cellule : {first} et {second}.", "Two numbers in one cell: {first} and {second}."
    ),
    remedy={
        "range": Text(
            "Une plage? Écrivez {first} sous « Numéro de téléphone », {second} sous « Fin de plage ».",
            "A range? Write {first} under “Phone number”, {second} under “Range end”.",
        ),
        "two_rows": Text("Écrivez chacun sur sa propre ligne.", "Write each number on its own row."),
    },
    why=Text(
        "Une ligne, un numéro : chacun a son état, ses frais et sa réponse du fournisseur.",
        "One row, one number: each has its own state, fee and answer from the carrier.",
    ),
    example={"first": "514-555-0100", "second": "514-555-0119"},
)
def two_numbers(phones: pd.DataFrame, _column: PhoneColumn, _batch: TypedBatch) -> pd.DataFrame | None:
    if not any(phones["second"].tolist()):
        return None
    found = phones.loc[phones["second"].ne(""), ["first", "second", "ranged"]]
    return found.assign(
        first=found["first"].map(dashed),
        second=found["second"].map(dashed),
        remedy=found["ranged"].map({True: "range", False: "two_rows"}),
    ).drop(columns="ranged")


@phone_rule(
    "NUM003",
    ERROR,
    fixed=True,
    on=BOTH,
    says=Text(
        "Un poste est écrit avec le numéro : {extension}.", "An extension is written with the number: {extension}."
    ),
    remedy={
        "number": Text(
            "Gardez {kept}; le poste peut aller dans les Notes.", "Keep {kept}; the extension can go into the Notes."
        ),
        "ten_digits": Text(
            "Gardez les dix chiffres; le poste peut aller dans les Notes.",
            "Keep the ten digits; the extension can go into the Notes.",
        ),
    },
    why=Text(
        "Un poste appartient au système téléphonique du client, pas au fournisseur; seul le numéro se porte.",
        "An extension belongs to the customer's phone system, not to the carrier; only the number can be ported.",
    ),
    example={"extension": "12", "kept": "514-555-0123"},
)
def extension(phones: pd.DataFrame, _column: PhoneColumn, _batch: TypedBatch) -> pd.DataFrame | None:
    if not any(phones["extension"].tolist()):
        return None
    found = phones.loc[phones["extension"].ne(""), ["extension", "first"]]
    remedy = found["first"].ne("").map({True: "number", False: "ten_digits"})
    kept = found["first"].map(dashed)
    return found[["extension"]].assign(kept=kept, remedy=remedy, proposal=kept)


@phone_rule(
    "NUM004",
    ERROR,
    fixed=True,
    on=BOTH,
    says=Text(
        "« {part} » ne peut pas se trouver à cette place dans un numéro.",
        "“{part}” cannot be in that position in a phone number.",
    ),
    remedy=TEN_DIGITS,
    why=Text(
        "Un indicatif régional ou les trois chiffres qui suivent ne commencent jamais par 0 ou 1, et ne sont jamais "
        "211, 311… 911.",
        "Neither an area code nor the three digits after it begin with 0 or 1, and neither is ever 211, 311 … 911.",
    ),
    example={"part": "911"},
)
def impossible_number(phones: pd.DataFrame, _column: PhoneColumn, _batch: TypedBatch) -> pd.DataFrame | None:
    wrong_area, wrong_exchange = impossible(phones["area"]), impossible(phones["exchange"])
    wrong = (wrong_area | wrong_exchange) & (phones["digits"].to_numpy() != "")
    if not wrong.any():
        return None
    digits = phones.loc[wrong, "digits"]
    return digits.str[3:6].where(~wrong_area[wrong], digits.str[:3]).to_frame("part")


def impossible(three: pd.Series) -> npt.NDArray[np.bool_]:
    """Whether three digits, as an integer, begin with 0 or 1, or are N11."""
    digits = three.to_numpy()
    return (digits < 200) | (digits % 100 == N11)


@phone_rule(
    "NUM005",
    INFO,
    fixed=True,
    on=BOTH,
    rows=PORT,
    says=Text(
        "Un numéro de 555-0100 à 555-0199 est réservé à la fiction.",
        "A number from 555-0100 to 555-0199 is reserved for fiction.",
    ),
    remedy=Text("Rien à faire s'il s'agit d'un essai.", "Nothing to do if this is a test."),
    why=Text(
        "Ces numéros servent aux exemples et aux essais; personne ne les a en service.",
        "These numbers are for examples and tests; nobody has them in service.",
    ),
)
def reserved_number(phones: pd.DataFrame, _column: PhoneColumn, _batch: TypedBatch) -> pd.Series:
    reserved = (phones["number"] // 100 % 100_000).eq(RESERVED)
    return reserved & phones["area"].isin(list(AREA_CODES))


@phone_rule(
    "NUM006",
    ERROR,
    fixed=True,
    on=BOTH,
    rows=PORT,
    says={
        "us": Text(
            "C'est un numéro des États-Unis, pas du Canada.", "This is a United States number, not a Canadian one."
        ),
        "caribbean": Text(
            "C'est un numéro des Caraïbes, pas du Canada.", "This is a Caribbean number, not a Canadian one."
        ),
        "foreign": Text(
            "C'est un numéro d'un autre pays, pas du Canada.", "This is a foreign number, not a Canadian one."
        ),
    },
    remedy=Text(
        "Retirez cette ligne : seul un numéro canadien se porte chez nous.",
        "Remove this row: only Canadian numbers can be ported to us.",
    ),
    why=Text(
        "La portabilité des numéros locaux se fait entre fournisseurs canadiens; les autres pays ont leurs propres "
        "registres.",
        "Local number portability works between Canadian carriers; other countries have their own registries.",
    ),
)
def not_canadian(phones: pd.DataFrame, _column: PhoneColumn, _batch: TypedBatch) -> pd.DataFrame | None:
    if LISTED.issuperset(phones["area"].tolist()) and not any(phones["foreign"].tolist()):
        return None
    elsewhere = ~phones["area"].isin(LISTED)
    elsewhere &= ~impossible(phones["exchange"]) & phones["exchange"].ne(NOT_PORTABLE_EXCHANGE)
    prefixes = phones.loc[elsewhere, "number"] // 10_000
    origins = prefixes.map({prefix: _origin(country_of(prefix)) for prefix in prefixes.unique()})
    foreign = phones.loc[phones["foreign"].ne(""), "foreign"].map(lambda _: "foreign")
    return together([origins[origins.ne("")].to_frame("says"), foreign.to_frame("says")])


def _origin(country: str) -> str:
    """Return NUM006's variant for a country (ISO code) of the North American plan; "" for Canada, or for no country."""
    return "" if country in ("", "CA") else "us" if country == "US" else "caribbean"


@phone_rule(
    "NUM007",
    ERROR,
    fixed=True,
    on=BOTH,
    rows=PORT,
    says=Text("C'est un numéro sans frais.", "This is a toll-free number."),
    remedy=Text(
        "Choisissez Conserver sous « Action »; il se porte par une autre demande (RespOrg) : écrivez-nous avant ce "
        "port.",
        "Choose Keep under “Action”; it is ported by another request (RespOrg): write to us before this port.",
    ),
    why=Text(
        "Les numéros sans frais se transfèrent par un autre registre; une demande qui en contient est refusée.",
        "Toll-free numbers are moved through another registry; carriers refuse a request that contains them.",
    ),
)
def toll_free(phones: pd.DataFrame, _column: PhoneColumn, _batch: TypedBatch) -> pd.Series:
    return phones["area"].isin(TOLL_FREE)


@phone_rule(
    "NUM008",
    ERROR,
    fixed=True,
    on=BOTH,
    rows=PORT,
    says=Text("Un numéro {part} ne se porte pas.", "A {part} number cannot be ported."),
    remedy=Text(
        "Retirez cette ligne, ou choisissez Conserver ou Résilier.", "Remove this row, or choose Keep or Disconnect."
    ),
    why=Text(
        "Les numéros payants (900, 976) et ceux qui n'ont pas de région (600, 622…) ne font pas partie de la "
        "portabilité locale.",
        "Pay-per-call numbers (900, 976) and numbers without a region (600, 622 …) are not part of local number "
        "portability.",
    ),
    example={"part": "900"},
)
def not_portable(phones: pd.DataFrame, _column: PhoneColumn, _batch: TypedBatch) -> pd.DataFrame | None:
    area, exchange = phones["area"].isin(NOT_PORTABLE), phones["exchange"].eq(NOT_PORTABLE_EXCHANGE)
    if not (area | exchange).any():
        return None
    return phones["area"].where(area, phones["exchange"])[area | exchange].to_frame("part")


@phone_rule(
    "NUM009",
    WARNING,
    fixed=True,
    on=BOTH,
    rows=PORT,
    says=Text("L'indicatif régional {area} nous est inconnu.", "We do not know the area code {area}."),
    remedy=Text("Vérifiez-le sur la facture.", "Check it on the bill."),
    why=Text(
        "Un indicatif tout neuf peut manquer à notre table; le plus souvent, c'est un chiffre mal tapé.",
        "A brand-new area code may be missing from our table; most often, a digit is mistyped.",
    ),
    example={"area": "295"},
)
def unknown_area_code(phones: pd.DataFrame, _column: PhoneColumn, _batch: TypedBatch) -> pd.DataFrame | None:
    if LISTED.issuperset(phones["area"].tolist()):
        return None
    return phones.loc[~phones["area"].isin(LISTED), ["area"]]


@phone_rule(
    "NUM021",
    INFO,
    on=(*BOTH, "accounts.btn", "accounts.new_btn"),
    says={
        "spelling": Text("Lu comme {number}.", "Read as {number}."),
        "minus": Text("Lu comme {number}, sans le signe moins.", "Read as {number}, without the minus sign."),
    },
    remedy=NOTHING_TO_DO,
    reads_as=True,
    why=Text(
        "Un numéro s'écrit de vingt façons; nous les ramenons à une seule.",
        "A number can be written in twenty ways; we use only one.",
    ),
    example={"number": "514-555-0123"},
)
def reformatted(phones: pd.DataFrame, _column: PhoneColumn, _batch: TypedBatch) -> pd.DataFrame | None:
    rewritten = (phones["digits"].to_numpy() != "") & ~phones["canonical"].to_numpy()
    if not rewritten.any():
        return None
    other = phones.loc[rewritten, "digits"]
    minus = phones["typed"][other.index].str.match(_MINUS)
    return other.map(dashed).to_frame("number").assign(says=minus.map({True: "minus", False: "spelling"}))
