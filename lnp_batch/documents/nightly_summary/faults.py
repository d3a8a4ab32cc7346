"""A workbook's faults as sentences for the office: the rules' own, without what they quote of an account or a customer.

The office's files have no such data. Where a sentence would quote a cell, it has `…` or general words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from lnp_batch.model.amounts import count_of
from lnp_batch.model.fault import Fault
from lnp_batch.model.text import NBSP, Lang, typeset
from lnp_batch.rules import rule_of

FAULTS_AT_MOST = 3

_PHRASES: dict[Lang, dict[str, str]] = {
    "fr": {
        " Peut-être « {nearest} »?": "",
        ", en {first} et ici": "",
        " : {first} et {second}": "",
        " : {extension}": "",
        " : {cells}": "",
        " : {where}": "",
        " : {value}": "",
        " : {batch}": "",
        "La feuille {where}": "Une feuille",
        "Feuille {where}": "Une feuille",
        "le compte {other}": "un autre compte",
        ", en {where}": "",
        "en {where}": "ailleurs dans le classeur",
        "{length} caractères": "Trop de caractères",
        "{digits} et d'autres caractères": "d'autres caractères que des chiffres",
        "De {number} à {last}": "Dans une plage",
        "mais {number}": "mais le numéro",
        "Lu comme {number}": "Lu sous une autre forme",
        " {area}": "",
        " ({province})": "",
        "date du {date} : {age} jours, plus que les {limit} permis sans CSR":
            "date de plus de {limit} jours, le maximum sans CSR",
        "date du {date} : {age} jours": "est vieille",
        "datée du {date}, dans": "datée dans",
        "qui commence par {letter} n'est pas en {province}": "n'est pas de la province de son adresse",
        "{left} d'ici au {date}": "Le jour demandé est proche",
        "Le {date}": "Le jour demandé",
        "nous a été porté le {date}": "nous a déjà été porté",
        ", le {date}": "",
        "le {date}": "le jour demandé",
        "après le {last}": "bientôt",
        "sur {total} numéros, il n'en part que {leaving}": "il ne part qu'une partie des numéros du compte",
        " {btn}": "",
        " ({total} sur {total})": "",
        " Il reste {kept}.": "",
        "il manque {left} des {total} numéros": "il manque des numéros",
        "{listed} numéros sont inscrits pour ce compte, dont le total est de {total}":
            "Ce compte a plus de numéros inscrits que son total",
        "porte {ported} numéros : il sera divisé en {parts} demandes": "sera divisé en plusieurs demandes",
        " ({request}, lot {batch})": "",
        " ({request})": "",
        "La demande {request}": "Une demande",
        "avec {count}, {number} compris": "avec ce numéro",
        "avec {count}, sans {number}": "sans ce numéro",
    },
    "en": {
        " Perhaps “{nearest}”?": "",
        ", in {first} and here": "",
        ": {first} and {second}": "",
        ": {extension}": "",
        ": {cells}": "",
        ": {where}": "",
        ": {value}": "",
        ": {batch}": "",
        "The {where} sheet": "A sheet",
        "account {other}": "another account",
        ", in {where}": "",
        "in {where}": "elsewhere in the workbook",
        "{length} characters": "Too many characters",
        "{digits} and other characters": "characters other than digits",
        "From {number} to {last}": "In a range",
        "but {number}": "but the number",
        "Read as {number}": "Read in another form",
        "Area code {area}": "The area code",
        " ({province})": "",
        "dates from {date}: {age} days, over the {limit} allowed": "is older than the {limit} days allowed",
        "dates from {date}: {age} days": "is old",
        "dated {date}, in": "dated in",
        "that begins with {letter} is not in {province}": "is not in the province of its address",
        "{left} until {date}": "The requested day is near",
        "{date} is over": "The requested day is over",
        "was ported to us on {date}": "was already ported to us",
        ", on {date}": "",
        "on {date}": "on the requested day",
        "after {last}": "soon",
        "only {leaving} of {total} numbers will leave": "only some of the account's numbers will leave",
        " {btn}": "",
        " ({total} of {total})": "",
        " {kept} stays.": "",
        "lacks {left} of the account's {total} numbers": "lacks some of the account's numbers",
        "{listed} numbers are listed for this account, whose total is {total}":
            "This account has more numbers listed than its total",
        "ports {ported} numbers: it is split into {parts} requests": "is split into several requests",
        " ({request}, batch {batch})": "",
        " ({request})": "",
        "Request {request}": "A request",
        "with {count}, {number} included": "with this number",
        "with {count}, without {number}": "without this number",
    },
}  # fmt: skip
"""What replaces a phrase of a rule's sentence; the first that fits counts."""
_NOUNS: dict[Lang, dict[str, str]] = {
    "fr": {
        "number": "un numéro", "new_btn": "un numéro", "digits": "un mauvais nombre de chiffres",
        "carrier": "un autre nom", "part": "spécial", "figure": "trop de", "count": "des", "holiday": "jour férié",
    },
    "en": {
        "number": "a number", "new_btn": "a number", "digits": "the wrong number of digits",
        "carrier": "another name", "part": "special", "figure": "too many", "count": "several", "holiday": "a holiday",
    },
}  # fmt: skip
"""What replaces any other fact that the fault does not have."""
_TYPESET = {
    lang: [(typeset(phrase), typeset(words)) if lang == "fr" else (phrase, words) for phrase, words in phrases.items()]
    for lang, phrases in _PHRASES.items()
}
_QUOTED = {"fr": re.compile(rf"«{NBSP}\{{[^}}]*\}}{NBSP}»"), "en": re.compile(r"“\{[^}]*\}”")}
_ELLIPSIS = {"fr": f"«{NBSP}…{NBSP}»", "en": "“…”"}
_PLACEHOLDER = re.compile(r"\{([^}]*)\}")


def commonest(faults: Iterable[Fault], lang: Lang) -> list[str]:
    """Return the commonest faults as sentences, each after how often it occurs if that is more than once: `4 × …`."""
    counts: Counter[str] = Counter()
    for fault in faults:
        counts[fault_sentence(fault, lang)] += fault.count
    return [
        f"{count_of(count, lang)}{NBSP}×{NBSP}{sentence}" if count > 1 else sentence
        for sentence, count in counts.most_common(FAULTS_AT_MOST)
    ]


def fault_sentence(fault: Fault, lang: Lang) -> str:
    """Return the rule's sentence for a fault, without a full stop, in general words; the code if the rule is gone."""
    try:
        says = rule_of(fault.code).says
    except KeyError:
        return fault.code
    sentence = says.get(fault.says, next(iter(says.values())))[lang]
    for phrase, words in _TYPESET[lang]:
        sentence = sentence.replace(phrase, words)
    for name, fact in fault.facts.items():
        sentence = sentence.replace(f"{{{name}}}", fact[lang])
    sentence = _QUOTED[lang].sub(_ELLIPSIS[lang], sentence)
    sentence = _PLACEHOLDER.sub(lambda found: _NOUNS[lang].get(found[1], "…"), sentence)
    return sentence[0].upper() + sentence[1:].removesuffix(".")
