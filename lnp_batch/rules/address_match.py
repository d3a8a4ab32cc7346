"""Normalized names and addresses: what ACC002 and ACC014 to ACC016 compare."""

from __future__ import annotations

import re
import unicodedata

from lnp_batch.model.text import without_accents

_APOSTROPHES = re.compile("[’‘`´]")
_DASHES = re.compile("[‐‑‒–—―−]")
_SAINT = re.compile(r"\b(?:Saint|St)(e?)(?:\.?-|\.? )(?=\w)")
_MARKS = re.compile(r"[.,'’‘`´\"“”«»‐‑‒–—―−-]+")

_FORMS = {
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
"""The form that an address's word is replaced by → the words that it stands for, in both languages."""

_SHORT = {word: short for short, forms in _FORMS.items() for word in forms.split()}
"""A word of an address → the form that it is replaced by."""


def normalized(words: str) -> str:
    """Return `words` without case, accents, ligatures, apostrophes, dashes, full stops and commas."""
    return " ".join(_MARKS.sub(" ", without_accents(words).casefold()).split())


_SAINTS = {"saint": "st", "sainte": "ste"}


def normalized_name(words: str) -> str:
    """Return a name or city normalized: dashes are spaces, dotted initials are joined (`S.E.N.C.` is `senc`), and Saint
    is written St.
    """
    joined = normalized(re.sub(r"(?<=\b\w)\.(?=\w\b)", "", words))
    return " ".join(_SAINTS.get(word, word) for word in joined.split())


def typeset_alike(words: str) -> str:
    """Return `words` with what a keyboard or a program decides made alike: the Unicode form, apostrophes, dashes,
    spaces, and the spelling of Saint; case, accents and everything else stay.
    """
    plain = _DASHES.sub("-", _APOSTROPHES.sub("'", unicodedata.normalize("NFC", words)))
    return " ".join(_SAINT.sub(r"St\1-", plain).split())


def normalized_address(words: str) -> str:
    """Return an address normalized, with the usual abbreviations of both languages replaced by one form each."""
    return " ".join(_SHORT.get(word, word) for word in normalized(words).split())
