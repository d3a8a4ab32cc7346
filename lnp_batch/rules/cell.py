"""CEL: what any column requires of a cell.

Shape rules check the normalized text of a column: pandera runs them (:mod:`lnp_batch.check.schema`). Cell rules look at
how the cell was typed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lnp_batch.carriers import nearest
from lnp_batch.columns import Column, Kind, Required, readings
from lnp_batch.model.dates import typed_date
from lnp_batch.model.patterns import has_code_characters, is_email, is_email_list, is_reserved_code
from lnp_batch.model.text import Text, cut, fold, same, shown
from lnp_batch.rules.rule import ERROR, INFO, NOTHING_TO_DO, WARNING, cell_rule, shape_rule

if TYPE_CHECKING:
    import pandas as pd

    from lnp_batch.model.typed_batch import Cells, TypedBatch

ERROR_VALUES = ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#GETTING_DATA", "#SPILL!", "#CALC!",
                "#N/D", "#VALEUR!", "#NOM?", "#NOMBRE!", "#NUL!")  # fmt: skip
EXACT_DIGITS = 15
"""Excel keeps 15 digits of a number and makes the rest zeros."""
SCIENTIFIC = r"[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{1,2}"
"""How Excel shows a number too long for its column: copied so, its digits are gone."""

_WHOLE = re.compile(r"0*[1-9][0-9]{0,8}")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


def any_column(_column: Column) -> bool:
    """Every column that a reseller fills."""
    return True


def _each(text: pd.Series, column: str, facts: dict[str, object]) -> pd.DataFrame:
    """A frame of facts (one column) for the rows of `text` whose words are in `facts`."""
    if not facts:
        return text[:0].to_frame(column)
    faulty = text[text.isin(list(facts))]
    return faulty.map(facts).to_frame(column)


@shape_rule(
    "CEL008",
    ERROR,
    applies=any_column,
    says=Text("Cette cellule montre une erreur de formule.", "This cell shows a formula error."),
    remedy=Text("Écrivez la valeur elle-même.", "Write the value itself."),
    why=Text(
        "Une formule n'a pas trouvé ce qu'elle cherchait; ce qu'elle affiche n'est pas une valeur.",
        "A formula did not find what it looked for; what it shows is no value.",
    ),
    example={"value": "#N/A"},
)
def error_value(text: pd.Series, _column: Column) -> pd.Series:
    return text.isin(ERROR_VALUES)


MAIN_NUMBER = Text("Recopiez le numéro principal de la facture.", "Copy the bill's main number.")


def _what_to_fill(empty: pd.Series, column: Column) -> pd.DataFrame:
    allowed = [value.text for value in column.values]
    if column.required is Required.BILLING:
        advice = MAIN_NUMBER
    elif allowed:
        advice = Text("Choisissez : " + shown(allowed, "fr") + ".", "Choose: " + shown(allowed, "en") + ".")
    else:
        advice = column.help
    return empty.to_frame("help").assign(header=column.header, help=advice)


@shape_rule(
    "CEL001",
    ERROR,
    applies=lambda column: column.mandatory,
    facts=_what_to_fill,
    says=Text("« {header} » est à remplir.", "“{header}” is to be filled in."),
    remedy=Text("{help}", "{help}"),
    why=Text(
        "Le fournisseur refuse une demande à laquelle il manque un renseignement; mieux vaut l'apprendre ici que dans trois semaines.",
        "Carriers refuse a request that lacks a detail; better to learn it here than in three weeks.",
    ),
    example={
        "header": Text("Signataire autorisé au compte", "Authorised signer on the account"),
        "help": Text(
            "Prénom et nom de la personne qui signera la lettre d'autorisation.",
            "First and last name of the person who will sign the letter of authorisation.",
        ),
    },
)
def required_missing(text: pd.Series, _column: Column) -> pd.Series:
    return text.eq("")


def needed(column: Column, batch: TypedBatch) -> pd.Series:
    """The rows of a conditionally required column that must be filled, whatever stands there now: a mask."""
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
            return batch.accounts["total_numbers"].ne(1) & ~all_wireless(batch) & ~_numbers_unknown(batch)
        case _:
            return batch.accounts["key"].eq(None)


def all_wireless(batch: TypedBatch) -> pd.Series:
    """Of each account row, whether it ports numbers and every one of them is wireless: a mask over accounts.

    A number whose line type or action cannot be read says nothing; where none says anything, the account is spared.
    """
    faulty = batch.faulty["numbers"]
    unsure = faulty["line_type"] | faulty["action"]
    ported = batch.numbers[(batch.numbers["action"].eq("port") | unsure) & batch.numbers["account"].gt(0)]
    wireless = (ported["line_type"].eq("wireless") | unsure.loc[ported.index]).groupby(ported["account"]).all()
    return wireless.reindex(batch.accounts.index, fill_value=False).astype(bool)


def _numbers_unknown(batch: TypedBatch) -> pd.Series:
    """Of each account row, whether its numbers cannot be told: its key is empty or repeated, or no row bears it while
    some row's key is empty or unknown. A mask over accounts."""
    keys = batch.accounts["key"]
    unborne = ~batch.accounts.index.isin(batch.numbers["account"])
    return keys.eq("") | keys.duplicated(keep=False) | (unborne & batch.numbers["account"].eq(0).any())


READS_WHEN = {
    Required.TO_PORT: ("action",),
    Required.TO_PORT_WIRELINE: ("action", "line_type"),
    Required.TO_PORT_NOT_WIRELESS: ("action", "line_type"),
    Required.BILLING: ("total_numbers",),
}
"""The cells that decide whether a conditionally required one must be filled."""


def _nearest_value(words: str, column: Column) -> Text:
    """The list value that was probably meant; short ones, such as province codes, resemble too much to be proposed."""
    known = {name: value for value in column.values for name in (value.text.fr, value.text.en) if len(name) > TOO_SHORT}
    close = nearest(words, known, whole=True)
    if not close:
        return NOTHING_NEAR
    meant = known[close[0]].text
    return Text(f" Peut-être « {meant.fr} »?", f" Perhaps “{meant.en}”?")


TOO_SHORT = 3
COMPARED_AT_MOST = 1_000
"""Different words for which a list value is looked for: a column has a few, unless another one was pasted over it."""
NOTHING_NEAR = Text("", "")


def _allowed(wrong: pd.Series, column: Column) -> pd.DataFrame:
    words = wrong.unique()
    close: dict[str, Text] = dict.fromkeys(words, NOTHING_NEAR)
    close |= {typed: _nearest_value(typed, column) for typed in words[:COMPARED_AT_MOST]}
    allowed = tuple(value.text for value in column.values)
    return wrong.map(close).to_frame("nearest").assign(header=column.header, allowed=[allowed] * len(wrong))


@shape_rule(
    "CEL002",
    ERROR,
    applies=lambda column: column.kind is Kind.LIST,
    facts=_allowed,
    says=Text(
        "« {value} » n'est pas dans la liste de « {header} ».{nearest}",
        "“{value}” is not in the list of “{header}”.{nearest}",
    ),
    remedy=Text("Choisissez : {allowed}.", "Choose: {allowed}."),
    why=Text(
        "Une réponse d'une liste veut dire la même chose pour tous; une réponse libre se lit de plusieurs façons.",
        "An answer from a list means the same to everyone; a free one can be read in several ways.",
    ),
    example={
        "value": Text("Peut-être", "Maybe"),
        "header": Text("Actif?", "Active?"),
        "nearest": "",
        "allowed": Text("Oui, Non, Inconnu", "Yes, No, Unknown"),
    },
)
def not_in_list(text: pd.Series, column: Column) -> pd.Series:
    known = readings(column.values)
    return text.isin([words for words in text.unique() if words and fold(words) not in known])


def _meant(wrong: pd.Series, _column: Column) -> pd.DataFrame:
    return wrong.map({words: typed_date(words).why for words in wrong.unique()}).to_frame("meant")


@shape_rule(
    "CEL003",
    ERROR,
    applies=lambda column: column.kind is Kind.DATE,
    facts=_meant,
    says=Text(
        "« {value} » : on ne peut savoir quel jour c'est.",
        "“{value}”: which day it is cannot be told.",
    ),
    remedy=Text("{meant}", "{meant}"),
    why=Text(
        "03/04/2026 est le 3 avril pour l'un, le 4 mars pour l'autre; une date mal lue fait refuser une facture encore bonne.",
        "03/04/2026 is 3 April to one and March 4 to another; a misread date gets a good bill refused.",
    ),
    example={
        "value": "03/04/2026",
        "meant": Text("Écrivez 2026-03-04 ou 2026-04-03.", "Write 2026-03-04 or 2026-04-03."),
    },
)
def not_a_date(text: pd.Series, _column: Column) -> pd.Series:
    return text.isin([words for words in text.unique() if words and typed_date(words).date is None])


@shape_rule(
    "CEL004",
    ERROR,
    applies=lambda column: column.kind is Kind.INTEGER,
    says=Text("« {value} » n'est pas un nombre entier de 1 ou plus.", "“{value}” is not a whole number of 1 or more."),
    remedy=Text(
        "Écrivez le nombre en chiffres, sans espace ni virgule (exemple : 12).",
        "Write the number in digits, without space or comma (for example 12).",
    ),
    why=Text(
        "Le total du compte dit si le port est complet ou partiel; le fournisseur le compare au sien.",
        "The account's total tells whether the port is full or partial; the carrier compares it with its own.",
    ),
    example={"value": Text("douze", "twelve")},
)
def not_a_whole_number(text: pd.Series, _column: Column) -> pd.Series:
    return text.ne("") & ~text.str.fullmatch(_WHOLE)


def _about_addresses(words: str, several: bool) -> tuple[Text, Text]:
    """What is wrong with an address or several, and what to do."""
    like = [part for part in re.split(r"[\s;,<>()\"]+", words) if "@" in part]
    if like and all(map(is_email, like)):
        if len(like) > 1:
            what = Text("contient plusieurs adresses de courriel", "holds several e-mail addresses")
            if several:
                return what, Text("Mettez un point-virgule entre elles.", "Put a semicolon between them.")
            return what, Text("Gardez-en une seule.", "Keep one of them only.")
        what = Text("contient plus qu'une adresse de courriel", "holds more than an e-mail address")
        return what, Text("Ne gardez que l'adresse : nom@domaine.ca.", "Keep the address only: name@domain.ca.")
    what = Text("n'est pas une adresse de courriel complète", "is not a complete e-mail address")
    return what, Text("Écrivez nom@domaine.ca.", "Write name@domain.ca.")


def _wrong_addresses(wrong: pd.Series, column: Column) -> pd.DataFrame:
    about = [_about_addresses(words, column.several) for words in wrong]
    return wrong.to_frame("what").assign(what=[what for what, _ in about], advice=[advice for _, advice in about])


@shape_rule(
    "CEL010",
    ERROR,
    applies=lambda column: column.kind is Kind.EMAIL,
    facts=_wrong_addresses,
    says=Text("« {value} » {what}.", "“{value}” {what}."),
    remedy=Text("{advice}", "{advice}"),
    why=Text(
        "C'est là que partent la copie annotée et la lettre d'autorisation.",
        "That is where the annotated copy and the letter of authorisation go.",
    ),
    example={
        "value": "julie@example",
        "what": Text("n'est pas une adresse de courriel complète", "is not a complete e-mail address"),
        "advice": Text("Écrivez nom@domaine.ca.", "Write name@domain.ca."),
    },
)
def bad_email(text: pd.Series, column: Column) -> pd.Series:
    is_right = is_email_list if column.several else is_email
    return text.isin([words for words in text.unique() if words and not is_right(words)])


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
    remedy=Text("Raccourcissez; une explication va dans les Notes.", "Shorten it; an explanation goes into the Notes."),
    why=Text(
        "Les portails des fournisseurs coupent ce qui dépasse, et un nom coupé n'est plus celui de la facture.",
        "Carriers' portals cut what is longer, and a name cut short is not the one on the bill.",
    ),
    example={
        "length": 47,
        "limit": 40,
        "header": Text("No de compte chez l'ancien fournisseur", "Account number at the losing carrier"),
    },
)
def too_long(text: pd.Series, column: Column) -> pd.Series:
    assert column.max_length is not None
    if max(map(len, text.tolist()), default=0) <= column.max_length:
        return text.ne(text)
    return text.str.len().gt(column.max_length)


@cell_rule(
    "CEL011",
    ERROR,
    applies=any_column,
    says=Text("{what}", "{what}"),
    remedy=Text("{advice}", "{advice}"),
    why=Text(
        "Un caractère invisible ou une date fabriquée par Excel voyagerait jusqu'au fournisseur, qui n'y reconnaîtrait pas son client.",
        "An invisible character, or a date that Excel made up, would travel to the carrier, which would not recognise its customer in it.",
    ),
    example={
        "what": Text("Excel a fait une date de ce que vous avez tapé.", "Excel made a date of what you typed."),
        "advice": Text(
            "Mettez la cellule au format Texte, puis tapez la valeur.",
            "Set the cell's format to Text, then type the value.",
        ),
    },
)
def bad_characters(cells: Cells, column: Column) -> pd.DataFrame:
    distinct = cells.text.unique().tolist()
    what: dict[str, object] = {}
    if _CONTROL.search("".join(distinct)):  # all at once: hardly any column has one
        what = {words: HIDDEN for words in distinct if _CONTROL.search(words)}
    if column.code:
        odd = {words: ODD_CODE for words in distinct if words and not has_code_characters(words)}
        reserved = {words: RESERVED_CODE for words in distinct if is_reserved_code(words)}
        what = odd | reserved | what
    found = _each(cells.text, "what", what)
    dates = cells.text[cells.date] if column.kind is not Kind.DATE and cells.date.any() else cells.text[:0]
    if not dates.empty:
        found = _dates_made(dates, found)
    return found.assign(advice=found["what"].map(TYPE_AGAIN)) if len(found.index) else found


HIDDEN = Text("Un caractère invisible se cache dans cette cellule.", "An invisible character hides in this cell.")
RESERVED_CODE = Text("Ce code est réservé à notre usage.", "This code is reserved for our own use.")
ODD_CODE = Text("Un code n'a que des lettres, des chiffres, - et _.", "A code has letters, digits, - and _ only.")
MADE_A_DATE = Text("Excel a fait une date de ce que vous avez tapé.", "Excel made a date of what you typed.")
TYPE_AGAIN = {
    HIDDEN: Text("Effacez la cellule et tapez la valeur à la main.", "Clear the cell and type the value by hand."),
    ODD_CODE: Text(
        "Écrivez-le sans espace, sans accent ni autre signe.", "Write it without space, accent or other sign."
    ),
    RESERVED_CODE: Text("Écrivez le code que nous vous avons donné.", "Type the code that we gave you."),
    MADE_A_DATE: Text(
        "Mettez la cellule au format Texte, puis tapez la valeur.",
        "Set the cell's format to Text, then type the value.",
    ),
}


def _dates_made(dates: pd.Series, found: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    made = pd.DataFrame({"what": [MADE_A_DATE] * len(dates)}, index=dates.index)
    return pd.concat([made, found.drop(index=dates.index, errors="ignore")])


@cell_rule(
    "CEL007",
    ERROR,
    applies=lambda column: column.digits_matter,
    says=Text(
        "Excel a pris ceci pour un nombre et en a perdu des chiffres.",
        "Excel took this for a number and has lost digits of it.",
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
    scientific = cells.text.str.fullmatch(SCIENTIFIC)
    whole = cells.text[cells.number].str.lstrip("-").str.split(".").str[0]
    return scientific | whole.str.len().gt(EXACT_DIGITS).reindex(scientific.index, fill_value=False)


@cell_rule(
    "CEL006",
    WARNING,
    applies=lambda column: column.digits_matter,
    says=Text(
        "Excel a pris ceci pour un nombre : des zéros au début ont pu se perdre.",
        "Excel took this for a number: leading zeros may be gone.",
    ),
    remedy=Text(
        "Comparez à la facture. S'il manque des zéros : format Texte, puis recopiez.",
        "Compare with the bill. If zeros are missing: format Text, then copy it.",
    ),
    why=Text(
        "Le numéro de compte doit être celui de la facture, zéros compris; 000451 et 451 sont deux comptes.",
        "The account number must be the bill's, zeros included; 000451 and 451 are two accounts.",
    ),
    example={"value": "451233889"},
)
def number_lost_zeros(cells: Cells, _column: Column) -> pd.Series:
    return cells.number


@cell_rule(
    "CEL009",
    INFO,
    applies=lambda column: column.kind is not Kind.PHONE,
    says=Text("{what}", "{what}"),
    remedy=NOTHING_TO_DO,
    reads_as=True,
    why=Text(
        "Espaces en trop, autre écriture d'une même réponse : nous savons ce qui est voulu, et le disons.",
        "Stray spaces, another writing of the same answer: we know what is meant, and say so.",
    ),
    example={"what": Text("Lu comme « Oui ».", "Read as “Yes”.")},
)
def tidied(cells: Cells, column: Column) -> pd.DataFrame:
    text = cells.text[cells.rewritten]
    if text.empty:
        return text.to_frame("what")
    return text.map({words: _as_read(words, column) for words in text.unique()}).to_frame("what")


def _as_read(words: str, column: Column) -> Text:
    if column.secret:
        return Text("Lu sans les espaces de trop.", "Read without the stray spaces.")
    read = same(cut(words))
    if column.kind is Kind.LIST and (key := readings(column.values).get(fold(words))):
        read = column.value(key).text
    if column.kind is Kind.DATE and (date := typed_date(words).date):
        read = same(date.isoformat())
    return Text(f"Lu comme « {read.fr} ».", f"Read as “{read.en}”.")
