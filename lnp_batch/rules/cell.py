"""CEL: what any column requires of a cell.

Shape rules check the normalized text of a column: pandera runs them (:mod:`lnp_batch.check.schema`). Cell rules check
how the cell was typed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lnp_batch.carriers import nearest
from lnp_batch.columns import Column, Kind, Required, list_keys
from lnp_batch.columns.placeholders import is_placeholder, may_hold_placeholder
from lnp_batch.model.dates import Typed, typed_date
from lnp_batch.model.patterns import CONTROL, has_code_characters, is_email, is_email_list, is_reserved_code
from lnp_batch.model.text import Text
from lnp_batch.rules.rule import (
    ERROR,
    INFO,
    NOTHING_TO_DO,
    WARNING,
    Arrival,
    Spot,
    any_column,
    cell_rule,
    shape_rule,
    workbook_rule,
)

if TYPE_CHECKING:
    import pandas as pd

    from lnp_batch.model.reading import Reading
    from lnp_batch.model.typed_batch import Cells, TypedBatch


COLUMN_HELP = Text("{help}", "{help}")
"""A column's help text is itself the sentence that says what to write. It is kept in one place, with the column."""


def _what_to_fill(empty: pd.Series, column: Column) -> pd.DataFrame:
    allowed = tuple(value.text for value in column.values)
    remedy = "main_number" if column.required is Required.BILLING else "choose" if allowed else "help"
    facts = empty.to_frame("help").assign(help=column.help, header=column.header, remedy=remedy)
    return facts.assign(allowed=[allowed] * len(facts))


@shape_rule(
    "CEL001",
    ERROR,
    applies=lambda column: column.mandatory,
    facts=_what_to_fill,
    says=Text("« {header} » est à remplir.", "“{header}” is missing."),
    remedy={
        "help": COLUMN_HELP,
        "choose": Text("Choisissez : {allowed}.", "Choose: {allowed}."),
        "main_number": Text("Recopiez le numéro principal de la facture.", "Copy the bill's main number."),
    },
    why=Text(
        "Le fournisseur refuse une demande à laquelle il manque un renseignement; mieux vaut l'apprendre ici que dans "
        "trois semaines.",
        "Carriers refuse a request that lacks a detail; better to learn it here than in three weeks.",
    ),
    example={
        "header": Text("Signataire autorisé au compte", "Authorised signer on the account"),
        "help": Text(
            "Prénom et nom de la personne qui signera la lettre d'autorisation.",
            "First and last name of the person who will sign the letter of authorisation.",
        ),
        "allowed": Text("Oui, Non", "Yes, No"),
    },
)
def required_missing(texts: set[str], _column: Column) -> set[str]:
    return texts & {""}


READS_WHEN = {
    Required.TO_PORT: ("action",),
    Required.TO_PORT_WIRELINE: ("action", "line_type"),
    Required.TO_PORT_NOT_WIRELESS: ("action", "line_type"),
    Required.BILLING: ("total_numbers",),
}
"""The cells that decide whether a conditionally required cell must be filled."""


def needed(column: Column, batch: TypedBatch) -> pd.Series:
    """Return a mask of the rows in which a conditionally required column must be filled, filled or not."""
    numbers = batch.numbers
    to_port = numbers["action"].eq("port") if column.required is not Required.BILLING else None
    match column.required:
        case Required.TO_PORT:
            return to_port
        case Required.TO_PORT_WIRELINE:
            return to_port & ~numbers["line_type"].isin(["wireless", "voip"])
        case Required.TO_PORT_NOT_WIRELESS:
            return to_port & numbers["line_type"].ne("wireless")
        case Required.BILLING:
            return batch.accounts["total_numbers"].ne(1) & ~batch.accounts["all_wireless"] & ~_numbers_unknown(batch)
        case _:
            return batch.accounts["key"].eq(None)


def all_wireless(batch: TypedBatch) -> pd.Series:
    """Return a mask of the accounts that port numbers, all of them wireless.

    A number whose line type or action cannot be read counts as wireless: in doubt, no BTN is required.
    """
    faulty = batch.faulty["numbers"]
    unsure = faulty["line_type"] | faulty["action"]
    ported = batch.numbers[(batch.numbers["action"].eq("port") | unsure) & batch.numbers["account"].gt(0)]
    wireless = (ported["line_type"].eq("wireless") | unsure.loc[ported.index]).groupby(ported["account"]).all()
    return wireless.reindex(batch.accounts.index, fill_value=False).astype(bool)


def _numbers_unknown(batch: TypedBatch) -> pd.Series:
    """Return a mask of the accounts whose numbers cannot be determined.

    Their key is empty or repeated, or no row has it while the key of some row is empty or unknown.
    """
    keys = batch.accounts["key"]
    unused = ~batch.accounts.index.isin(batch.numbers["account"])
    return keys.eq("") | keys.duplicated(keep=False) | (unused & batch.numbers["account"].eq(0).any())


SHORTEST_COMPARED = 4
"""Characters of a list value that can be proposed; shorter ones, such as province codes, resemble too many words."""
COMPARED_AT_MOST = 1_000
"""Different words for which a list value is looked for. A column has a few, unless it was pasted over."""


def _nearest_value(words: str, column: Column) -> Text | None:
    """Return the list value that was probably meant, None if no value is close."""
    texts = (value.text for value in column.values)
    values = {name: text for text in texts for name in (text.fr, text.en) if len(name) >= SHORTEST_COMPARED}
    close = nearest(words, values, complete=True)
    return values[close[0]] if close else None


def _allowed(wrong: pd.Series, column: Column) -> pd.DataFrame:
    close = {words: near for words in wrong.unique()[:COMPARED_AT_MOST] if (near := _nearest_value(words, column))}
    allowed = tuple(value.text for value in column.values)
    return wrong.to_frame("says").assign(
        says=["near" if words in close else "not_listed" for words in wrong],
        nearest=[close.get(words) for words in wrong],
        header=column.header,
        allowed=[allowed] * len(wrong),
        proposal=[close.get(words) for words in wrong],
    )


@shape_rule(
    "CEL002",
    ERROR,
    applies=lambda column: column.kind is Kind.LIST,
    facts=_allowed,
    says={
        "not_listed": Text(
            "« {value} » n'est pas dans la liste de « {header} ».", "“{value}” is not in the list of “{header}”."
        ),
        "near": Text(
            "« {value} » n'est pas dans la liste de « {header} ». Peut-être « {nearest} »?",
            "“{value}” is not in the list of “{header}”. Perhaps “{nearest}”?",
        ),
    },
    remedy=Text("Choisissez : {allowed}.", "Choose: {allowed}."),
    why=Text(
        "Une réponse d'une liste veut dire la même chose pour tous; une réponse libre se lit de plusieurs façons.",
        "An answer from a list means the same to everyone; a free one can be read in several ways.",
    ),
    example={
        "value": Text("Peut-être", "Maybe"),
        "header": Text("Actif?", "Active?"),
        "nearest": Text("Inconnu", "Unknown"),
        "allowed": Text("Oui, Non, Inconnu", "Yes, No, Unknown"),
    },
    examples={
        "near": {"value": Text("Inconu", "Unknwon")},
    },
)
def not_in_list(texts: set[str], column: Column) -> set[str]:
    return texts - {""} - list_keys(texts, column.values).keys()


def _date_to_write(wrong: pd.Series, _column: Column) -> pd.DataFrame:
    typed = {words: typed_date(words) for words in wrong.unique()}
    return wrong.to_frame("remedy").assign(
        remedy=wrong.map({words: date.fault for words, date in typed.items()}),
        first=wrong.map({words: date.possible[:1] for words, date in typed.items()}),
        last=wrong.map({words: date.possible[-1:] for words, date in typed.items()}),
        proposal=wrong.map({words: _only_day(date) for words, date in typed.items()}),
    )


def _only_day(date: Typed) -> str | None:
    return date.possible[0].isoformat() if len(date.possible) == 1 else None


@shape_rule(
    "CEL003",
    ERROR,
    applies=lambda column: column.kind is Kind.DATE,
    facts=_date_to_write,
    says=Text(
        "« {value} » : on ne peut savoir quel jour c'est.",
        "“{value}”: it is not clear which day this is.",
    ),
    remedy={
        "ambiguous": Text("Écrivez {first} ou {last}.", "Write {first} or {last}."),
        "uncertain": Text("Est-ce le {first}? Écrivez-le ainsi.", "Is it {first}? Write it that way."),
        "impossible": Text(
            "Ce jour n'existe pas au calendrier : écrivez-en un qui existe, AAAA-MM-JJ.",
            "There is no such day in the calendar: write one that exists, as YYYY-MM-DD.",
        ),
        "unreadable": Text(
            "Écrivez-la AAAA-MM-JJ : l'année, le mois, le jour.", "Write it as YYYY-MM-DD: year, month, day."
        ),
    },
    why=Text(
        "03/04/2026 est le 3 avril pour l'un, le 4 mars pour l'autre; une date mal lue fait refuser une facture encore "
        "bonne.",
        "03/04/2026 is 3 April to one reader and March 4 to another; a misread date gets a good bill refused.",
    ),
    example={"value": "03/04/2026", "first": "2026-03-04", "last": "2026-04-03"},
    examples={
        "uncertain": {"first": "2026-10-31"},
    },
)
def not_a_date(texts: set[str], _column: Column) -> set[str]:
    return {words for words in texts if words and typed_date(words).date is None}


_POSITIVE = re.compile(r"0*[1-9][0-9]{0,8}")
_WITHOUT_SIGNS = re.compile(r"[\w\s.,:()=#]+")
_POINT_ZERO = re.compile(r"(?<=[0-9])[.,]0+$")


def _number_in(wrong: pd.Series, _column: Column) -> pd.DataFrame:
    return wrong.map({words: _only_number(words) for words in wrong.unique()}).to_frame("proposal")


def _only_number(words: str) -> str | None:
    """Return the one number among words, as in `12 lignes`; None if there are several, a sign, a fraction or letters
    beside a digit."""
    numbers = [word.strip(".,:()=#") for word in _POINT_ZERO.sub("", words).split() if any(map(str.isdigit, word))]
    sure = len(numbers) == 1 and _WITHOUT_SIGNS.fullmatch(words) and _POSITIVE.fullmatch(numbers[0])
    return numbers[0].lstrip("0") if sure else None


@shape_rule(
    "CEL004",
    ERROR,
    applies=lambda column: column.kind is Kind.INTEGER,
    facts=_number_in,
    says=Text("« {value} » n'est pas un nombre entier de 1 ou plus.", "“{value}” is not a whole number of 1 or more."),
    remedy=Text(
        "Écrivez le nombre en chiffres, sans espace ni virgule (exemple : 12).",
        "Write the number in digits, without spaces or commas (for example 12).",
    ),
    why=Text(
        "Le total du compte dit si le port est complet ou partiel; le fournisseur le compare au sien.",
        "The account's total shows whether the port is full or partial; the carrier compares it with its own.",
    ),
    example={"value": Text("douze", "twelve")},
)
def not_a_whole_number(texts: set[str], _column: Column) -> set[str]:
    return {words for words in texts if words and not _POSITIVE.fullmatch(words)}


def _length(long: pd.Series, column: Column) -> pd.DataFrame:
    return long.str.len().to_frame("length").assign(limit=column.max_length, header=column.header)


@shape_rule(
    "CEL005",
    ERROR,
    applies=lambda column: column.max_length is not None,
    facts=_length,
    says=Text(
        "{length} caractères dans « {header} » : {limit} au plus.",
        "{length} characters in “{header}”: {limit} at most.",
    ),
    remedy=Text(
        "Raccourcissez; une explication va dans les Notes.", "Shorten it; an explanation can go into the Notes."
    ),
    why=Text(
        "Les portails des fournisseurs coupent ce qui dépasse, et un nom coupé n'est plus celui de la facture.",
        "Carriers' portals cut off what is longer, and a name cut short is not the one on the bill.",
    ),
    example={
        "length": 47,
        "limit": 40,
        "header": Text("No de compte chez l'ancien fournisseur", "Account number at the losing carrier"),
    },
)
def too_long(texts: set[str], column: Column) -> set[str]:
    most = column.max_length
    assert most is not None
    return {words for words in texts if len(words) > most}


@cell_rule(
    "CEL006",
    WARNING,
    applies=lambda column: column.digits_matter,
    says=Text(
        "Excel a pris ceci pour un nombre : des zéros au début ont pu se perdre.",
        "Excel took this for a number: leading zeros may be lost.",
    ),
    remedy=Text(
        "Comparez à la facture. S'il manque des zéros : format Texte, puis recopiez.",
        "Compare it with the bill. If zeros are missing: set the format to Text, then copy it again.",
    ),
    why=Text(
        "Le numéro de compte doit être celui de la facture, zéros compris; 000451 et 451 sont deux comptes.",
        "The account number must be the bill's, zeros included; 000451 and 451 are two accounts.",
    ),
    example={"value": "451233889"},
)
def number_lost_zeros(cells: Cells, _column: Column) -> pd.Series:
    return cells.number


EXACT_DIGITS = 15
"""Digits that Excel keeps of a number; it replaces the rest by zeros."""
_SCIENTIFIC = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{1,2}")
"""How Excel shows a number that is too long for its column; copied in this form, it has lost its digits."""


@cell_rule(
    "CEL007",
    ERROR,
    applies=lambda column: column.digits_matter,
    says=Text(
        "Excel a pris ceci pour un nombre et en a perdu des chiffres.",
        "Excel took this for a number and lost some of its digits.",
    ),
    remedy=Text(
        "Mettez la cellule au format Texte, puis recopiez le numéro de la facture.",
        "Set the cell's format to Text, then copy the number from the bill.",
    ),
    why=Text(
        "Au-delà de 15 chiffres, Excel met des zéros à la place des vrais chiffres; ils ne sont plus dans le fichier.",
        "Beyond 15 digits Excel puts zeros in place of the true digits; they are no longer in the file.",
    ),
    example={"value": "1234567890123456000"},
)
def number_lost_digits(cells: Cells, _column: Column) -> pd.Series:
    import pandas as pd

    is_scientific = _SCIENTIFIC.fullmatch
    scientific = pd.Series([is_scientific(words) is not None for words in cells.text.tolist()], index=cells.text.index)
    if not cells.number.to_numpy().any():
        return scientific
    digits = cells.text[cells.number].str.lstrip("-").str.split(".").str[0]
    return scientific | digits.str.len().gt(EXACT_DIGITS).reindex(scientific.index, fill_value=False)


ERROR_VALUES = {
    "#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#GETTING_DATA", "#SPILL!", "#CALC!", "#FIELD!",
    "#BUSY!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#EXTERNAL!", "#PYTHON!", "#TIMEOUT!", "#ERROR!", "Loading...",
    "#N/D", "#VALEUR!", "#NOM?", "#NOMBRE!", "#NUL!", "#EPARS!", "#PROPAGATION!", "#CHAMP!", "#OCCUPE!", "#OCCUPÉ!",
    "#BLOQUE!", "#BLOQUÉ!", "#CONNEXION!", "#INCONNU!", "#EXTERNE!", "#ERREUR!", "Chargement...",
    "Chargement en cours...",
}  # fmt: skip
"""What Excel and Google Sheets show for a formula without a result, in English and in French, if pasted as text. A cell
of type error is an error whatever it shows."""

_NUMBERED_ERROR = re.compile(r"(?:Err|Erreur)\s?:\s?[0-9]{3}")
"""What LibreOffice shows, `Err:502`."""


@shape_rule(
    "CEL008",
    ERROR,
    applies=any_column,
    says=Text("Cette cellule montre une erreur de formule.", "This cell shows a formula error."),
    remedy=Text("Écrivez la valeur elle-même.", "Write the value itself."),
    why=Text(
        "Une formule n'a pas trouvé ce qu'elle cherchait; ce qu'elle affiche n'est pas une valeur.",
        "A formula did not find what it looked for; what it shows is not a value.",
    ),
    example={"value": "#N/A"},
)
def error_value(texts: set[str], _column: Column) -> set[str]:
    return {words for words in texts if words in ERROR_VALUES or _NUMBERED_ERROR.fullmatch(words)}


@cell_rule(
    "CEL009",
    INFO,
    applies=lambda column: column.kind is not Kind.PHONE,
    says={
        "value": Text("Lu comme « {read} ».", "Read as “{read}”."),
        "secret": Text("Lu sans les espaces de trop.", "Read without the extra spaces."),
        "empty": Text("Lu comme une cellule vide.", "Read as an empty cell."),
    },
    remedy=NOTHING_TO_DO,
    reads_as=True,
    why=Text(
        "Espaces en trop, autre écriture d'une même réponse, « N/A » là où rien n'est requis : nous savons ce qui est "
        "voulu, et le disons.",
        "Extra spaces, the same answer written in another way, “N/A” where nothing is required: we know what is meant, "
        "and say so.",
    ),
    example={"read": Text("Oui", "Yes")},
)
def tidied(cells: Cells, column: Column) -> pd.Series | pd.DataFrame:
    if not cells.rewritten.to_numpy().any():
        return cells.rewritten
    text = cells.text[cells.rewritten]
    shown = "secret" if column.secret else "value"
    keys = list_keys(set(cells.text.tolist()), column.values)
    read = text.map({words: _value_read(words, column, keys.get(words)) for words in text.unique()})
    return read.to_frame("read").assign(says=[shown if words else "empty" for words in text])


def _value_read(words: str, column: Column, key: str | None) -> str | Text:
    """Return what a cell of this text is read as; `key` is that of its list value, None if it says none."""
    if key:
        return column.value(key).text
    if column.kind is Kind.DATE and (date := typed_date(words).date):
        return date.isoformat()
    return words


def _what_is_wrong(words: str, several: bool) -> tuple[str, str, str | None]:
    """Return CEL010's variants, message and remedy, for a cell, and what we would write there.

    `several`: the column may hold several addresses.
    """
    like = [part for part in re.split(r"[\s;,<>()\"]+", words) if "@" in part]
    if not like or not all(map(is_email, like)):
        return "incomplete", "write", None
    if len(like) == 1:
        return "more", "address_only", like[0]
    return ("several", "separate", "; ".join(like)) if several else ("several", "keep_one", None)


def _wrong_addresses(wrong: pd.Series, column: Column) -> pd.DataFrame:
    variants = [_what_is_wrong(words, column.several) for words in wrong]
    says, remedy, proposal = zip(*variants, strict=True)
    return wrong.to_frame("says").assign(says=says, remedy=remedy, proposal=proposal)


@shape_rule(
    "CEL010",
    ERROR,
    applies=lambda column: column.kind is Kind.EMAIL,
    facts=_wrong_addresses,
    says={
        "incomplete": Text(
            "« {value} » n'est pas une adresse de courriel complète.", "“{value}” is not a complete e-mail address."
        ),
        "several": Text(
            "« {value} » contient plusieurs adresses de courriel.", "“{value}” holds several e-mail addresses."
        ),
        "more": Text(
            "« {value} » contient plus qu'une adresse de courriel.", "“{value}” holds more than an e-mail address."
        ),
    },
    remedy={
        "write": Text("Écrivez nom@domaine.ca.", "Write name@domain.ca."),
        "separate": Text("Mettez un point-virgule entre elles.", "Put a semicolon between them."),
        "keep_one": Text("Gardez-en une seule.", "Keep only one of them."),
        "address_only": Text("Ne gardez que l'adresse : nom@domaine.ca.", "Keep only the address: name@domain.ca."),
    },
    why=Text(
        "C'est là que partent la copie annotée et la lettre d'autorisation.",
        "That is where the annotated copy and the letter of authorisation go.",
    ),
    example={"value": "julie@example"},
    examples={
        "several": {"value": "a@example.com, b@example.com"},
        "more": {"value": "Marie <marie@example.com>"},
    },
)
def bad_email(texts: set[str], column: Column) -> set[str]:
    is_right = is_email_list if column.several else is_email
    return {words for words in texts if words and not is_right(words)}


@cell_rule(
    "CEL011",
    ERROR,
    applies=any_column,
    says={
        "date": Text("Excel a fait une date de ce que vous avez tapé.", "Excel made a date of what you typed."),
        "hidden": Text(
            "Un caractère invisible se cache dans cette cellule.", "An invisible character hides in this cell."
        ),
        "code": Text("Un code n'a que des lettres, des chiffres, - et _.", "A code has only letters, digits, - and _."),
        "reserved": Text("Ce code est réservé à notre usage.", "This code is reserved for our own use."),
    },
    remedy={
        "date": Text(
            "Mettez la cellule au format Texte, puis tapez la valeur.",
            "Set the cell's format to Text, then type the value.",
        ),
        "hidden": Text(
            "Effacez la cellule et tapez la valeur à la main.", "Clear the cell and type the value by hand."
        ),
        "code": Text(
            "Écrivez-le sans espace, sans accent ni autre signe.", "Write it without spaces, accents or other signs."
        ),
        "reserved": Text("Écrivez le code que nous vous avons donné.", "Write the code that we gave you."),
    },
    why=Text(
        "Un caractère invisible ou une date fabriquée par Excel voyagerait jusqu'au fournisseur, qui n'y reconnaîtrait "
        "pas son client.",
        "An invisible character, or a date that Excel made up, would travel to the carrier, which would not recognise "
        "its customer.",
    ),
)
def bad_characters(cells: Cells, column: Column) -> pd.DataFrame | None:
    distinct = set(cells.text.tolist())
    faults: dict[str, str] = {}
    if column.code:
        faults |= {words: "code" for words in distinct if words and not has_code_characters(words)}
        faults |= {words: "reserved" for words in distinct if is_reserved_code(words)}
    if CONTROL.search("".join(distinct)):  # all at once: hardly any column has one
        faults |= {words: "hidden" for words in distinct if CONTROL.search(words)}
    holds_dates = column.kind is not Kind.DATE and bool(cells.date.to_numpy().any())
    if not (faults or holds_dates):
        return None
    dates = cells.date & holds_dates
    found = cells.text[dates | cells.text.isin(list(faults))]
    variants = ["date" if date else faults[words] for words, date in zip(found, dates.loc[found.index], strict=True)]
    return found.to_frame("says").assign(says=variants, remedy=variants)


def _column_help(wrong: pd.Series, column: Column) -> pd.DataFrame:
    return wrong.to_frame("help").assign(help=column.help, header=column.header)


@shape_rule(
    "CEL012",
    ERROR,
    applies=lambda column: column.mandatory and may_hold_placeholder(column),
    facts=_column_help,
    says=Text("« {value} » ne dit rien : il manque « {header} ».", "“{value}” says nothing: “{header}” is missing."),
    remedy=COLUMN_HELP,
    why=Text(
        "« À venir » ou « voir facture » partirait tel quel chez le fournisseur, qui refuserait la demande.",
        "“To come” or “see bill” would go to the carrier as it stands, and the carrier would refuse the request.",
    ),
    example={
        "value": Text("voir facture", "see bill"),
        "header": Text("No de compte chez l'ancien fournisseur", "Account number at the losing carrier"),
        "help": Text(
            "Tel qu'il est imprimé sur la facture, avec ses zéros.", "As printed on the bill, with its zeros."
        ),
    },
)
def placeholder(texts: set[str], column: Column) -> set[str]:
    return {words for words in texts if is_placeholder(words, column)}


@workbook_rule(
    "CEL013",
    INFO,
    says={
        "instead": Text(
            "« {value} » est écrit ici au lieu de « {old} », comme vous l'avez accepté par OK.",
            "“{value}” is written here instead of “{old}”, as you agreed with OK.",
        ),
        "empty": Text(
            "« {value} » est écrit ici, comme vous l'avez accepté par OK.",
            "“{value}” is written here, as you agreed with OK.",
        ),
    },
    remedy=NOTHING_TO_DO,
    reads_as=True,
    why=Text(
        "Un OK au Sommaire vaut comme si la proposition avait été tapée dans la cellule; l'ancienne valeur reste "
        "visible.",
        "An OK in the Summary counts as if the proposal had been typed in the cell; the old value stays visible.",
    ),
    example={"value": Text("Filaire", "Wireline"), "old": "Landline"},
    examples={"empty": {"value": "514-555-0101"}},
)
def applied_at_your_word(reading: Reading, _arrival: Arrival) -> list[Spot]:
    return [
        Spot({"says": "instead" if cell.old else "empty", "old": cell.old}, cell.sheet, *cell.at)
        for cell in reading.applied
    ]
