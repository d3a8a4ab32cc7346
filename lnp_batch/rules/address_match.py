"""When two names or addresses are the same but for their writing: the comparison of ACC002, ACC014 to ACC016."""

from __future__ import annotations

import re

from lnp_batch.model.text import without_accents

_MARKS = re.compile(r"[.,'’‘`´\"“”«»‐‑‒–—―−-]+")

_ABBREVIATIONS = {
    "st": "st saint street",
    "ste": "ste sainte suite",
    "av": "av ave avenue",
    "boul": "boul blvd bd bl boulevard",
    "ch": "ch chemin",
    "rte": "rte route",
    "rg": "rg rang",
    "pl": "pl place",
    "rd": "rd road",
    "dr": "dr drive",
    "cr": "cr cres crescent croissant",
    "crt": "crt ct court cour",
    "hwy": "hwy highway autoroute aut",
    "mtee": "mtee montee",
    "imp": "imp impasse",
    "prom": "prom promenade",
    "terr": "terr terrasse terrace",
    "sq": "sq square",
    "o": "o ouest w west",
    "e": "e est east",
    "n": "n nord north",
    "s": "s sud south",
    "ne": "ne northeast",
    "no": "no nordouest nw northwest",
    "se": "se southeast sudest",
    "so": "so sudouest sw southwest",
    "app": "app apt appt appartement apartment",
    "bur": "bur bureau office",
    "et": "etage etg floor fl",
    "un": "un unit unite",
    "1er": "1er 1re 1ere 1st",
}
_SHORT = {word: short for short, words in _ABBREVIATIONS.items() for word in words.split()}


def normalized(words: str) -> str:
    """`words` without case, accents, ligatures, apostrophes, dashes, full stops and commas."""
    return " ".join(_MARKS.sub(" ", without_accents(words).casefold()).split())


def normalized_name(words: str) -> str:
    """A name or a city; dashes and spaces are one, and dotted letters join up: `S.E.N.C.` is `senc`."""
    return normalized(re.sub(r"(?<=\b\w)\.(?=\w\b)", "", words))


def normalized_address(words: str) -> str:
    """An address, with the usual abbreviations of both languages brought together as well."""
    return " ".join(_SHORT.get(word, word) for word in normalized(words).split())
