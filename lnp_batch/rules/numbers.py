"""NUM: a number's row.

:data:`PHONE` rules look at one phone cell, taken apart by :func:`lnp_batch.model.phone_number.phones`; the first that
applies, in this order, silences the others. The other rules look at the frame of numbers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lnp_batch.model.area_codes import AREA_CODES, NOT_PORTABLE, NOT_PORTABLE_EXCHANGE, TOLL_FREE
from lnp_batch.model.phone_number import country_name, country_of, dashed, phone
from lnp_batch.model.text import Text, fold
from lnp_batch.rules.duplicates import duplicates
from lnp_batch.rules.rule import CONFIRM, ERROR, INFO, NOTHING_TO_DO, WARNING, flagged, rule

if TYPE_CHECKING:
    import pandas as pd

    from lnp_batch.model.book import Book

PORT = ("port",)
PORT_OR_DISCONNECT = ("port", "disconnect")
BOTH = ("number", "range_end")
FIRST_AND_LAST_OF_N11 = 11
RESERVED = range(100, 200)
LINE_DIGITS = 4
_LETTER_O = re.compile(r"[oO]")

BACKWARDS = Text("la fin vient avant le début", "the end comes before the start")
TEN_DIGITS = Text(
    "Recopiez les dix chiffres de la facture, dans la forme 514-555-0100.",
    "Copy the ten digits from the bill, in the form 514-555-0100.",
)


@rule(
    "NUM003",
    ERROR,
    on=BOTH,
    says=Text(
        "Un poste est écrit avec le numéro : {extension}.", "An extension is written with the number: {extension}."
    ),
    remedy=Text(
        "Gardez {kept}; le poste peut aller dans les Notes.",
        "Keep {kept}; the extension may go into the Notes.",
    ),
    why=Text(
        "Un poste appartient au système téléphonique du client, pas au fournisseur; seul le numéro se porte.",
        "An extension belongs to the customer's phone system, not to the carrier; only the number is ported.",
    ),
    example={"extension": "12", "kept": "514-555-0123"},
)
def extension(phones: pd.DataFrame, _book: Book) -> pd.DataFrame:
    found = phones.loc[phones["extension"].ne(""), ["extension", "first"]]
    kept = [dashed(first) or Text("les dix chiffres", "the ten digits") for first in found["first"]]
    return found[["extension"]].assign(kept=kept)


@rule(
    "NUM002",
    ERROR,
    on=BOTH,
    says=Text(
        "Deux numéros dans une même cellule : {first} et {second}.", "Two numbers in one cell: {first} and {second}."
    ),
    remedy=Text("{advice}", "{advice}"),
    why=Text(
        "Une ligne, un numéro : chacun a son état, ses frais et sa réponse du fournisseur.",
        "One row, one number: each has its own state, fee and answer from the carrier.",
    ),
    example={
        "first": "514-555-0100",
        "second": "514-555-0119",
        "advice": Text(
            "Une plage? Écrivez 514-555-0100 sous « Numéro de téléphone », 514-555-0119 sous « Fin de plage ».",
            "A range? Write 514-555-0100 under “Phone number”, 514-555-0119 under “Range end”.",
        ),
    },
)
def two_numbers(phones: pd.DataFrame, _book: Book) -> pd.DataFrame:
    found = phones.loc[phones["second"].ne(""), ["first", "second", "ranged"]]
    found = found.assign(first=found["first"].map(dashed), second=found["second"].map(dashed))
    found["advice"] = [_apart(*facts) for facts in found.itertuples(index=False)]
    return found[["first", "second", "advice"]]


def _apart(first: str, second: str, ranged: bool) -> Text:
    if ranged:
        return Text(
            f"Une plage? Écrivez {first} sous « Numéro de téléphone », {second} sous « Fin de plage ».",
            f"A range? Write {first} under “Phone number”, {second} under “Range end”.",
        )
    return Text("Écrivez chacun sur sa propre ligne.", "Write each on a row of its own.")


@rule(
    "NUM006",
    ERROR,
    on=BOTH,
    rows=PORT,
    says=Text("C'est un numéro {country}, pas du Canada.", "This is {country} number, not a Canadian one."),
    remedy=Text(
        "Retirez cette ligne : seul un numéro canadien se porte chez nous.",
        "Remove this row: only Canadian numbers can be ported to us.",
    ),
    why=Text(
        "La portabilité des numéros locaux se fait entre fournisseurs canadiens; les autres pays ont leurs propres registres.",
        "Local number portability works between Canadian carriers; other countries have registries of their own.",
    ),
    example={"country": Text("des États-Unis", "a United States")},
)
def not_canadian(phones: pd.DataFrame, _book: Book) -> pd.DataFrame:
    import pandas as pd

    elsewhere = phones["number"].gt(0) & ~phones["area"].isin([*AREA_CODES, *TOLL_FREE, *NOT_PORTABLE])
    elsewhere &= ~impossible(phones["exchange"]) & phones["exchange"].ne(NOT_PORTABLE_EXCHANGE)
    prefixes = phones.loc[elsewhere, "number"] // 10_000
    countries = prefixes.map({prefix: country_of(prefix) for prefix in prefixes.unique()})
    countries = pd.concat(
        [
            countries[~countries.isin(["", "CA"])],
            phones.loc[phones["foreign"].ne(""), "foreign"].map(lambda _: "foreign"),
        ]
    )
    return countries.map(country_name).to_frame("country")


@rule(
    "NUM001",
    ERROR,
    on=BOTH,
    says=Text("« {value} » contient {digits}; il faut 10 chiffres.", "“{value}” holds {digits}; 10 digits are needed."),
    remedy=Text("{advice}", "{advice}"),
    why=Text(
        "Un chiffre de trop ou de moins, et le fournisseur refuse toute la demande.",
        "One digit too many or too few, and the carrier refuses the whole request.",
    ),
    example={"value": "514 555 010", "digits": Text("9 chiffres", "9 digits"), "advice": TEN_DIGITS},
)
def not_ten_digits(phones: pd.DataFrame, book: Book) -> pd.DataFrame:
    wrong = phones[phones["typed"].ne("") & phones["digits"].eq("")]
    digits = [
        _digits(typed, count, letters)
        for typed, count, letters in zip(wrong["typed"], wrong["typed_digits"], wrong["letters"], strict=True)
    ]
    advice = [what_to_write(typed) for typed in wrong["typed"]]
    if phones is book.phones.get(("numbers", "range_end")):
        starts = book.phones["numbers", "number"].loc[wrong.index, "digits"]
        advice = [_range_end(typed, start) for typed, start in zip(wrong["typed"], starts, strict=True)]
    return wrong[["typed"]].assign(digits=digits, advice=advice)[["digits", "advice"]]


def zeros_for_letters(typed: str) -> str:
    """The number that `typed` holds once its letters O are zeros, dashed; "" where it has none, or is no number then."""
    return dashed(phone(_LETTER_O.sub("0", typed)).digits) if _LETTER_O.search(typed) else ""


def what_to_write(typed: str) -> Text:
    """What to write for a number that has not ten digits, or a letter O among them."""
    if not (meant := zeros_for_letters(typed)):
        return TEN_DIGITS
    return Text(f"Écrivez {meant}, si c'est le numéro de la facture.", f"Write {meant}, if that is the bill's number.")


def _range_end(typed: str, start: str) -> Text:
    """The whole number, where the end of a range has its last four digits only."""
    if not (start and typed.isascii() and typed.isdigit() and len(typed) == LINE_DIGITS):
        return what_to_write(typed)
    whole = f"{start[:3]}-{start[3:6]}-{typed}"
    return Text(f"Écrivez le numéro au complet : {whole}.", f"Write the whole number: {whole}.")


def _digits(typed: str, count: int, letters: bool) -> Text:
    if zeros_for_letters(typed):
        return Text("la lettre O à la place d'un zéro", "the letter O instead of a zero")
    fr, en = f"{count} chiffre" + "s" * (count > 1), f"{count} digit" + "s" * (count != 1)
    return Text(f"{fr} et d'autres caractères", f"{en} and other characters") if letters else Text(fr, en)


@rule(
    "NUM004",
    ERROR,
    on=BOTH,
    says=Text(
        "« {part} » ne peut pas se trouver à cette place dans un numéro.",
        "“{part}” cannot stand in that place of a number.",
    ),
    remedy=TEN_DIGITS,
    why=Text(
        "Un indicatif régional ou les trois chiffres qui suivent ne commencent jamais par 0 ou 1, et ne sont jamais 211, 311… 911.",
        "An area code, or the three digits after it, never begins with 0 or 1 and is never 211, 311 … 911.",
    ),
    example={"part": "911"},
)
def impossible_number(phones: pd.DataFrame, _book: Book) -> pd.DataFrame:
    wrong_area, wrong_exchange = impossible(phones["area"]), impossible(phones["exchange"])
    digits = phones.loc[(wrong_area | wrong_exchange) & phones["digits"].ne(""), "digits"]
    return digits.str[3:6].where(~wrong_area[digits.index], digits.str[:3]).to_frame("part")


def impossible(three: pd.Series) -> pd.Series:
    """Whether three digits, as an integer, begin with 0 or 1, or are N11."""
    return three.lt(200) | (three % 100).eq(FIRST_AND_LAST_OF_N11)


@rule(
    "NUM008",
    ERROR,
    on=BOTH,
    rows=PORT,
    says=Text("Un numéro {part} ne se porte pas.", "A {part} number cannot be ported."),
    remedy=Text(
        "Retirez cette ligne, ou écrivez Conserver ou Résilier.", "Remove this row, or write Keep or Disconnect."
    ),
    why=Text(
        "Les numéros payants (900, 976) et ceux qui n'ont pas de région (600, 622…) ne font pas partie de la portabilité locale.",
        "Pay-per-call numbers (900, 976) and those of no region (600, 622 …) are not part of local number portability.",
    ),
    example={"part": "900"},
)
def not_portable(phones: pd.DataFrame, _book: Book) -> pd.DataFrame:
    area, exchange = phones["area"].isin(NOT_PORTABLE), phones["exchange"].eq(NOT_PORTABLE_EXCHANGE)
    return phones["area"].where(area, phones["exchange"])[area | exchange].to_frame("part")


@rule(
    "NUM007",
    ERROR,
    on=BOTH,
    rows=PORT,
    says=Text("C'est un numéro sans frais.", "This is a toll-free number."),
    remedy=Text(
        "Choisissez Conserver sous « Action »; il se porte par une autre demande (RespOrg) : écrivez-nous avant ce port.",
        "Choose Keep under “Action”; it moves by another request (RespOrg): write to us before this port.",
    ),
    why=Text(
        "Les numéros sans frais changent de mains par un autre registre; une demande qui en contient est refusée.",
        "Toll-free numbers change hands through another registry; carriers refuse a request that mixes them in.",
    ),
)
def toll_free(phones: pd.DataFrame, _book: Book) -> pd.Series:
    return phones["area"].isin(TOLL_FREE)


@rule(
    "NUM009",
    WARNING,
    on=BOTH,
    rows=PORT,
    says=Text("L'indicatif régional {area} nous est inconnu.", "The area code {area} is unknown to us."),
    remedy=Text("Vérifiez-le sur la facture.", "Check it on the bill."),
    why=Text(
        "Un indicatif tout neuf peut manquer à notre table; le plus souvent, c'est un chiffre mal tapé.",
        "A brand-new area code may be missing from our table; most often a digit was mistyped.",
    ),
    example={"area": "295"},
)
def unknown_area_code(phones: pd.DataFrame, _book: Book) -> pd.DataFrame:
    known = [*AREA_CODES, *TOLL_FREE, *NOT_PORTABLE, 0]
    return phones.loc[~phones["area"].isin(known), ["area"]]


@rule(
    "NUM005",
    INFO,
    on=BOTH,
    rows=PORT,
    says=Text(
        "Un numéro de 555-0100 à 555-0199 est réservé à la fiction.",
        "A number from 555-0100 to 555-0199 is reserved for fiction.",
    ),
    remedy=Text("Rien à faire s'il s'agit d'un essai.", "Nothing to do if this is a trial."),
    why=Text(
        "Ces numéros servent aux exemples et aux essais; personne ne les a en service.",
        "These numbers serve for examples and trials; nobody has them in service.",
    ),
)
def reserved_number(phones: pd.DataFrame, _book: Book) -> pd.Series:
    reserved = phones["exchange"].eq(555) & (phones["number"] % 10_000).isin(RESERVED)
    return reserved & phones["area"].isin(list(AREA_CODES))


@rule(
    "NUM021",
    INFO,
    on=(*BOTH, "accounts.btn", "accounts.new_btn"),
    says=Text("Lu comme {number}.", "Read as {number}."),
    remedy=NOTHING_TO_DO,
    why=Text(
        "Un numéro s'écrit de vingt façons; nous les ramenons à une seule.",
        "A number can be written in twenty ways; we bring them down to one.",
    ),
    example={"number": "514-555-0123"},
)
def reformatted(phones: pd.DataFrame, _book: Book) -> pd.DataFrame:
    other = phones.loc[phones["digits"].ne("") & ~phones["canonical"], "digits"]
    return other.map(dashed).to_frame("number")


PHONE = (
    extension,
    two_numbers,
    not_canadian,
    not_ten_digits,
    impossible_number,
    not_portable,
    toll_free,
    unknown_area_code,
    reserved_number,
    reformatted,
)


@rule(
    "NUM018",
    ERROR,
    on="range_end",
    reads=("number", "range_end"),
    says=Text("De {number} à {last} : {what}.", "From {number} to {last}: {what}."),
    remedy=Text("{advice}", "{advice}"),
    why=Text(
        "Une plage est une suite de numéros de mêmes six premiers chiffres; une faute d'un seul chiffre y ajouterait les numéros d'un autre.",
        "A range is a run of numbers with the same first six digits; one wrong digit would add somebody else's numbers to it.",
    ),
    example={
        "number": "514-555-0119",
        "last": "514-555-0100",
        "what": BACKWARDS,
        "advice": Text(
            "Inversez-les : 514-555-0100 d'abord, 514-555-0119 sous « Fin de plage ».",
            "Swap them: 514-555-0100 first, 514-555-0119 under “Range end”.",
        ),
    },
)
def bad_range(numbers: pd.DataFrame, book: Book) -> pd.DataFrame:
    most = book.context.thresholds.range_numbers
    ranges = numbers[numbers["number"].gt(0) & numbers["range_end"].gt(0)]
    what = _no_text(ranges)
    what[(ranges["range_end"] - ranges["number"]).ge(most)] = Text(
        f"plus de {most} numéros", f"more than {most} numbers"
    )
    what[ranges["number"] // 10_000 != ranges["range_end"] // 10_000] = Text(
        "les six premiers chiffres diffèrent", "the first six digits differ"
    )
    what[ranges["range_end"] < ranges["number"]] = BACKWARDS
    facts = ranges.assign(what=what, last=ranges["range_end"].map(dashed), number=ranges["number"].map(dashed))
    facts = facts.loc[what.notna(), ["number", "last", "what"]]
    return facts.assign(advice=[_ends(*row) for row in facts.itertuples(index=False)])


def _ends(number: str, last: str, what: Text) -> Text:
    if what is BACKWARDS and number[:7] == last[:7]:
        return Text(
            f"Inversez-les : {last} d'abord, {number} sous « Fin de plage ».",
            f"Swap them: {last} first, {number} under “Range end”.",
        )
    return Text(
        "Vérifiez les deux bouts de la plage, ou faites-en plusieurs lignes.",
        "Check both ends of the range, or make several rows of it.",
    )


def _no_text(frame: pd.DataFrame) -> pd.Series:
    import pandas as pd

    return pd.Series(None, index=frame.index, dtype="object")


@rule(
    "NUM012",
    ERROR,
    on="account_ref",
    says=Text("Aucun compte « {value} » à la feuille Comptes.", "No account “{value}” on the sheet Accounts."),
    remedy=Text("{advice}", "{advice}"),
    why=Text(
        "Sans compte, on ne sait pas à quel fournisseur demander ce numéro.",
        "Without an account there is no telling which carrier to ask for this number.",
    ),
    example={
        "value": "A9",
        "advice": Text(
            "Écrivez un de ses repères (A1, A2, A3), ou ajoutez ce compte.",
            "Write one of its keys (A1, A2, A3), or add that account.",
        ),
    },
)
def unknown_account(numbers: pd.DataFrame, book: Book) -> pd.DataFrame:
    stray = numbers[numbers["account_ref"].ne("") & numbers["account"].eq(0)]
    by_number = {
        fold(number): ref
        for number, ref in zip(book.accounts["account_number"], book.accounts["account_ref"], strict=True)
        if number and ref
    }
    keys = [key for key in book.accounts["account_ref"].unique() if key]
    advice = {typed: _advice(by_number.get(fold(typed)), keys) for typed in stray["account_ref"].unique()}
    return stray["account_ref"].map(advice).to_frame("advice")


SOME_KEYS = 6


def _advice(key: str | None, keys: list[str]) -> Text:
    if key:
        return Text(
            f"C'est un numéro de compte : son repère est {key}.", f"That is an account number: its key is {key}."
        )
    some = ", ".join(keys[:SOME_KEYS]) + ("…" if len(keys) > SOME_KEYS else "")
    return Text(
        f"Écrivez un de ses repères ({some}), ou ajoutez ce compte.",
        f"Write one of its keys ({some}), or add that account.",
    )


TWICE_EXAMPLE = {
    "number": "514-555-0101",
    "where": "D3",
    "advice": Text("Gardez une seule des deux lignes.", "Keep one of the two rows only."),
}


@rule(
    "NUM011",
    ERROR,
    on="number",
    reads=("number", "range_end", "account_ref"),
    says=Text(
        "{number} est aussi sous le compte {other}, en {where}.",
        "{number} also stands under account {other}, in {where}.",
    ),
    remedy=Text(
        "Laissez-le sous le bon compte et retirez-le de l'autre; d'une plage, en la raccourcissant.",
        "Leave it under the right account and take it out of the other; out of a range, by shortening it.",
    ),
    why=Text(
        "Demandé à deux fournisseurs, un numéro est refusé par l'un et bloque toute sa demande.",
        "Asked of two carriers, a number is refused by one and blocks that whole request.",
    ),
    example={"number": "514-555-0101", "other": "A2", "where": "D9"},
)
def two_accounts(_numbers: pd.DataFrame, book: Book) -> pd.DataFrame:
    found = duplicates(book)
    return found.loc[found["accounts"].gt(1), ["number", "other", "where", "related"]]


@rule(
    "NUM010",
    ERROR,
    on="number",
    reads=("number", "range_end"),
    says=Text("{number} est aussi en {where}.", "{number} also stands in {where}."),
    remedy=Text("{advice}", "{advice}"),
    why=Text(
        "Le même numéro deux fois serait facturé deux fois, et le fournisseur refuse une liste qui se répète.",
        "The same number twice would be billed twice, and carriers refuse a list that repeats itself.",
    ),
    example=TWICE_EXAMPLE,
)
def duplicate_number(_numbers: pd.DataFrame, book: Book) -> pd.DataFrame:
    return duplicates(book)[["number", "where", "advice", "related"]]


@rule(
    "NUM013",
    ERROR,
    on="active",
    rows=PORT,
    says=Text("Ce numéro n'est pas actif.", "This number is not active."),
    remedy=Text(
        "Choisissez Résilier sous « Action »; ou faites-le d'abord remettre en service, puis écrivez Oui.",
        "Choose Disconnect under “Action”; or have it put back in service first, then write Yes.",
    ),
    why=Text(
        "Les numéros doivent être actifs au moment du port; annulés, ils sont probablement perdus.",
        "Numbers must be active when they are ported; once cancelled, they are probably lost.",
    ),
)
def inactive(numbers: pd.DataFrame, _book: Book) -> pd.Series:
    return numbers["active"].eq("no")


@rule(
    "NUM014",
    CONFIRM,
    on="active",
    rows=PORT,
    says=Text(
        "On ne sait pas si ce numéro est actif; inactif, il fait refuser toute la demande.",
        "It is not known whether this number is active; if not, the whole request is refused.",
    ),
    remedy=Text("Appelez-le; s'il sonne, écrivez Oui.", "Call it; if it rings, write Yes."),
    why=Text("Les numéros doivent être actifs au moment du port.", "Numbers must be active when they are ported."),
)
def activity_unknown(numbers: pd.DataFrame, _book: Book) -> pd.Series:
    return numbers["active"].eq("unknown")


@rule(
    "NUM015",
    CONFIRM,
    on="dsl",
    rows=PORT_OR_DISCONNECT,
    says=Text("{what} : il s'arrête le jour du port.", "{what}: it stops on port day."),
    remedy=Text(
        "Écrivez {no}« Oui confirmé » si le client le sait; sinon, faites d'abord passer le DSL sur une ligne sèche (dry loop).",
        "Write {no}“Yes confirmed” if the customer knows; if not, have the DSL moved to a dry loop first.",
    ),
    why=Text(
        "Porter un numéro qui a une ligne Internet DSL coupe Internet au client le jour du port.",
        "Porting a number that carries DSL cuts the customer's Internet on port day.",
    ),
    example={"what": Text("Internet DSL sur cette ligne", "DSL Internet on this line"), "no": ""},
)
def dsl(numbers: pd.DataFrame, _book: Book) -> pd.DataFrame:
    there = Text("Internet DSL sur cette ligne", "DSL Internet on this line")
    perhaps = Text("Peut-être Internet DSL sur cette ligne", "Perhaps DSL Internet on this line")
    return _stopping(numbers["dsl"], there, perhaps)


def _stopping(answers: pd.Series, there: Text, perhaps: Text) -> pd.DataFrame:
    """The rows whose service stops on port day unconfirmed: yes, or unknown (then No is an answer too)."""
    asked = answers[answers.isin(["yes", "unknown"])]
    none = Text("Non s'il n'y en a pas, ", "No if there is none, ")
    what = asked.map({"yes": there, "unknown": perhaps}).to_frame("what")
    return what.assign(no=asked.map({"yes": Text("", ""), "unknown": none}))


@rule(
    "NUM016",
    CONFIRM,
    on="alarm",
    rows=PORT_OR_DISCONNECT,
    says=Text("{what} : il s'arrête le jour du port.", "{what}: it stops on port day."),
    remedy=Text(
        "Écrivez {no}« Oui confirmé » si le client le sait; sinon, prévenez-le et sa compagnie d'alarme.",
        "Write {no}“Yes confirmed” if the customer knows; if not, tell the customer and the alarm company.",
    ),
    why=Text(
        "Un système d'alarme branché sur un numéro porté n'appelle plus personne à partir du jour du port.",
        "An alarm system on a ported number calls nobody from port day on.",
    ),
    example={"what": Text("Système d'alarme sur cette ligne", "Alarm system on this line"), "no": ""},
)
def alarm(numbers: pd.DataFrame, _book: Book) -> pd.DataFrame:
    there = Text("Système d'alarme sur cette ligne", "Alarm system on this line")
    perhaps = Text("Peut-être un système d'alarme sur cette ligne", "Perhaps an alarm system on this line")
    return _stopping(numbers["alarm"], there, perhaps)


FAX = frozenset(fold(word) for word in ("fax", "télécopieur", "télécopie", "facsimile", "ligne de fax", "fax line"))


@rule(
    "NUM017",
    WARNING,
    on="special_service",
    rows=PORT,
    says=Text("Service particulier sur cette ligne : {value}.", "Special service on this line: {value}."),
    remedy=Text(
        "Faites-le défaire ou vérifier chez l'ancien fournisseur avant le port.",
        "Have it undone or checked at the losing carrier before the port.",
    ),
    why=Text(
        "Groupe de recherche, sonnerie distinctive, Centrex ou PRI lient des numéros entre eux; le port les casse, ou est refusé.",
        "Hunt groups, distinctive ring, Centrex and PRI tie numbers together; the port breaks them, or is refused.",
    ),
    example={"value": Text("groupe de recherche", "hunt group")},
)
def special_service(numbers: pd.DataFrame, _book: Book) -> pd.Series:
    service = numbers["special_service"]
    return service.ne("") & ~service.isin([words for words in service.unique() if fold(words) in FAX])


@rule(
    "NUM019",
    WARNING,
    on="line_type",
    reads=("number", "line_type"),
    rows=PORT,
    says=Text(
        "« Sans frais » est écrit, mais {number} n'est pas un numéro sans frais.",
        "“Toll-free” is written, but {number} is not a toll-free number.",
    ),
    remedy=Text("Vérifiez le numéro, ou corrigez le type de ligne.", "Check the number, or correct the line type."),
    why=Text(
        "L'indicatif dit si un numéro est sans frais; un type qui le contredit cache souvent un numéro mal tapé.",
        "The area code tells whether a number is toll-free; a type that says otherwise often hides a mistyped number.",
    ),
    example={"number": "514-555-0123"},
)
def line_type_differs(numbers: pd.DataFrame, _book: Book) -> pd.DataFrame:
    wrong = numbers["line_type"].eq("toll_free") & numbers["number"].gt(0) & ~numbers["toll_free"]
    return numbers.loc[wrong, "number"].map(dashed).to_frame("number")


@rule(
    "NUM022",
    INFO,
    on="line_type",
    rows=PORT,
    says=Text(
        "L'ancien fournisseur demandera l'accord de l'abonné par texto, courriel ou appel.",
        "The losing carrier will ask the subscriber's consent by text, e-mail or call.",
    ),
    remedy=Text(
        "Prévenez-le : sans réponse après 90 minutes, le port est refusé.",
        "Tell the subscriber: unanswered after 90 minutes, the port is refused.",
    ),
    why=Text(
        "Pour contrer la fraude, les fournisseurs sans fil font approuver chaque port par le titulaire.",
        "Against fraud, wireless carriers have every port approved by the account holder.",
    ),
)
def wireless_approval(numbers: pd.DataFrame, _book: Book) -> pd.Series:
    return numbers["line_type"].eq("wireless")


@rule(
    "NUM023",
    WARNING,
    on="number",
    reads=("number", "account_ref", "accounts.account_ref", "accounts.province"),
    rows=PORT,
    says=Text(
        "L'indicatif {area} n'est pas de la province de l'adresse de service ({province}).",
        "Area code {area} is not of the service address's province ({province}).",
    ),
    remedy=Text("Vérifiez le numéro, et l'adresse du compte.", "Check the number, and the account's address."),
    why=Text(
        "Un numéro d'une autre province est souvent d'un autre compte, ou d'une autre adresse de service.",
        "A number from another province often belongs to another account, or another service address.",
    ),
    example={"area": "416", "province": "QC"},
)
def other_province(numbers: pd.DataFrame, book: Book) -> pd.DataFrame:
    placed = numbers[numbers["area"].isin(list(AREA_CODES)) & numbers["account"].gt(0)]
    province = placed["account"].map(book.accounts["province"])
    pairs = placed.assign(province=province)[["area", "province"]]
    served = {
        pair: pair[1] in AREA_CODES[pair[0]] for pair in pairs.drop_duplicates().itertuples(index=False, name=None)
    }
    elsewhere = [
        bool(province) and not served[area, province]
        for area, province in zip(pairs["area"].tolist(), pairs["province"].tolist(), strict=True)
    ]
    return flagged(pairs, elsewhere)


@rule(
    "NUM024",
    WARNING,
    on="line_type",
    reads=("line_type", "account_ref", "accounts.account_ref"),
    rows=PORT,
    says=Text(
        "Ce numéro sans fil est au même compte que d'autres lignes.",
        "This wireless number is on one account with other lines.",
    ),
    remedy=Text(
        "Donnez aux numéros sans fil leur propre ligne à la feuille Comptes : il y aura deux demandes.",
        "Give the wireless numbers a row of their own on the sheet Accounts: there will be two requests.",
    ),
    why=Text(
        "Le sans-fil se porte en heures, par d'autres équipes que le filaire; les fournisseurs veulent deux demandes.",
        "Wireless ports in hours, by other teams than wireline; carriers want two requests.",
    ),
)
def wireless_mixed(numbers: pd.DataFrame, book: Book) -> pd.Series:
    faulty = book.faulty["numbers"]
    ported = numbers["action"].eq("port") & numbers["account"].gt(0) & ~faulty["action"] & ~faulty["line_type"]
    wireless = numbers["line_type"].eq("wireless")
    with_others = numbers.loc[ported & ~wireless & ~numbers["toll_free"], "account"].unique()
    return wireless & ported & numbers["account"].isin(with_others)
