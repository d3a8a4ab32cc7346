"""Texts in two languages, and the folding of spellings by which headers and list values are recognised."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from string import Formatter
from typing import Literal

Lang = Literal["fr", "en"]
LANGUAGES: tuple[Lang, ...] = ("fr", "en")
QUOTED_AT_MOST = 60
"""Characters of a value that a sentence quotes."""
NBSP = "\u00a0"
GROUPED_FROM = 10_000
"""Numbers from this one on are shown with their digits in groups of three."""
FULL_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)}
"""Full-width digits (as typed in East Asia) → ASCII digits."""


_BREAKING = re.compile(r"(?<=«) | (?=[:»$])")


def typeset(french: str) -> str:
    """Return `french` with no-break spaces before `:` and `$` and inside « »."""
    return _BREAKING.sub(NBSP, french)


@dataclass(frozen=True, slots=True)
class Text:
    """A text in French and in English, with the same placeholders in both. The French is typeset at creation."""

    fr: str
    en: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "fr", typeset(self.fr))

    def __getitem__(self, lang: Lang) -> str:
        return self.fr if lang == "fr" else self.en

    def both(self, lang: Lang, between: str = "\n") -> str:
        """Return the text in `lang`, then in the other language; only once if they are the same."""
        first, second = (self.fr, self.en) if lang == "fr" else (self.en, self.fr)
        return first if first == second else f"{first}{between}{second}"

    def put(self, **facts: object) -> Text:
        """Return the text with `facts` in its placeholders, in both languages."""
        return Text(self.say("fr", facts), self.say("en", facts))

    def say(self, lang: Lang, facts: Mapping[str, object]) -> str:
        """Return the sentence in `lang` with `facts` in its placeholders, formatted by :func:`shown`."""
        words = self[lang]
        return words.format_map({name: shown(facts[name], lang) for name in _placeholders(words)})


@cache
def _placeholders(words: str) -> tuple[str, ...]:
    """Return the names in braces, each once."""
    return tuple(dict.fromkeys(name for _before, name, _how, _as in Formatter().parse(words) if name))


def same(words: str) -> Text:
    """Return a text that is the same in both languages."""
    return Text(words, words)


def shown(value: object, lang: Lang) -> str:
    """Return a fact as a sentence shows it: texts in `lang`, dates in ISO, lists with commas, long values cut."""
    if type(value) is str:
        return cut(value)
    match value:
        case Text():
            return value[lang]
        case dt.datetime():
            return value.date().isoformat()
        case dt.date():
            return value.isoformat()
        case int() if value >= GROUPED_FROM:
            return f"{value:,}".replace(",", NBSP if lang == "fr" else ",")
        case tuple() | list():
            items = [shown(item, lang) for item in value]
            return (" · " if any("," in item for item in items) else ", ").join(items)
        case _:
            return cut(str(value))


def in_lang(words: Text | str, lang: Lang) -> str:
    """Return a text in `lang`, and a string as it is."""
    return words[lang] if isinstance(words, Text) else words


def printable(words: str) -> str:
    """Return `words` with `�` for each control character: none may reach a terminal or a file of plain text."""
    return "".join(char if char.isprintable() or char == NBSP else "�" for char in words)


def cut(words: str, at_most: int = QUOTED_AT_MOST) -> str:
    """Return `words` on one line, with `…` at the end if it would exceed `at_most` characters."""
    line = " ".join(words.split()) if "\n" in words else words
    return line if len(line) <= at_most else line[: at_most - 1] + "…"


_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss"})
_NOT_WORD = re.compile(r"[\W_]+")


def without_accents(words: str) -> str:
    """Return `words` without accents, with ligatures as two letters."""
    if words.isascii():
        return words
    decomposed = unicodedata.normalize("NFKD", words.translate(_LIGATURES))
    return "".join([mark for mark in decomposed if not unicodedata.combining(mark)])


def fold(words: str) -> str:
    """Return letters and digits only, casefolded, without accents: texts with equal folds count as the same."""
    return _NOT_WORD.sub("", without_accents(words).casefold())


def fold_words(words: str) -> str:
    """Return letters and digits only, casefolded, without accents, with one space for each run of anything else."""
    return _NOT_WORD.sub(" ", without_accents(words).casefold()).strip()


def spellings(text: Text, aliases: Iterable[str] = ()) -> set[str]:
    """Return all folds that are recognised as `text`: each language, both in either order, and the `aliases`."""
    both = {fold(text.both(lang)) for lang in LANGUAGES}
    return {fold(text.fr), fold(text.en), *both, *(fold(alias) for alias in aliases)}


def as_lang(word: str | None, otherwise: Lang = "fr") -> Lang:
    """Return `word` if it is one of our languages, else `otherwise`."""
    return word if word in LANGUAGES else otherwise


def place_first(cell: str, words: str, lang: Lang) -> str:
    """Return `words` after a cell address, `D4: words` (`D4 : words` in French); only `words` if `cell` is ""."""
    if not cell:
        return words
    return f"{cell}{NBSP}: {words}" if lang == "fr" else f"{cell}: {words}"
