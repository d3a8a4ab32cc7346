"""Phone cells: what was typed, taken apart into facts. Which facts are faults is for the rules.

The only place that knows the phonenumbers library, which is asked one thing: the country of an area code that is not
Canadian. (It calls 514-911-1234 valid, turns letters into digits and swallows `poste 12`, so shape is ours.)
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from lnp_batch.model.text import FULL_WIDTH, Text

if TYPE_CHECKING:
    import pandas as pd

    from lnp_batch.model.typed_batch import Cells

INTERNATIONAL = ("011", "00")
TEN = 10
WITH_COUNTRY = 11


class Phone(NamedTuple):
    """What one cell holds.

    `digits`: the ten digits, "" where there are not just ten; `typed_digits`: how many digits were typed; `letters`: whether
    other characters than digits and usual separators stand there; `extension`: what follows poste, ext, x or #;
    `second`: a second number, or the end of a range, in the same cell, and `ranged` whether it reads as a range;
    `foreign`: an international prefix; `canonical`: typed just as we write it, 514-555-0123.
    """

    digits: str = ""
    typed_digits: int = 0
    letters: bool = False
    extension: str = ""
    second: str = ""
    first: str = ""
    ranged: bool = False
    foreign: str = ""
    canonical: bool = False


_ALONE = re.compile(r"(?:\+?1[ .-]?)?\(?([0-9]{3})\)?[ .-]?([0-9]{3})[ .-]?([0-9]{4})")
"""A number and nothing else, as most are written."""
_CANONICAL = re.compile(r"([0-9]{3})-([0-9]{3})-([0-9]{4})")
_DASHES = dict.fromkeys((*range(0x2010, 0x2016), 0x2212, 0xFF0D), "-")
_INVISIBLE: dict[int, str | None] = dict.fromkeys((0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))
_SPACES = dict.fromkeys((0x00A0, 0x2007, 0x2009, 0x202F, 0x3000), " ")
_OTHERS = {
    0xFF08: "(",
    0xFF09: ")",
    0xFF0B: "+",
    0xFF0E: ".",
    **dict.fromkeys((0x5F, 0x2022, 0xB7), "-"),
    0x5B: "(",
    0x5D: ")",
}
_EVEN_OUT = {**FULL_WIDTH, **_DASHES, **_INVISIBLE, **_SPACES, **_OTHERS}

_LEADING = re.compile(
    r"^(?:['’‘`]|tel:|t[ée]l(?:[ée]phone)?\b\.?\s*:?|(?:phone|fax|cell(?:ulaire)?|mobile)\b\.?\s*:?)\s*", re.IGNORECASE
)
_SCIENTIFIC = re.compile(r"([0-9])[.,]([0-9]{1,10})E\+?0?(9|10)", re.IGNORECASE)
_WITH_DECIMALS = re.compile(r"([0-9]{10,11})[.,]0+")
_EXTENSION = re.compile(
    r"(?<=[0-9)])[\s,;.-]*(?:poste|post|extension|extn?|x|\#)[\s.:=]*(?:n[°ºo]\.?\s*)?([0-9]+)(?![0-9])"
    r"|(?<=[0-9)])[\s,;.-]*(?:poste|extension|extn?|x|\#)\.?\s*$",
    re.IGNORECASE,
)
_NUMBER = r"(?:\+?1[\s.-]*)?\(?[0-9]{3}\)?[\s.-]*[0-9]{3}[\s.-]*[0-9]{4}"
_TWO = re.compile(rf"\s*({_NUMBER})(?![0-9])\s*(?P<between>.*?)\s*(?<![0-9])({_NUMBER})(?![0-9]).*", re.DOTALL)
_RUN_TOGETHER = re.compile(r"([2-9][0-9]{9})([2-9][0-9]{9})")
_TAIL = re.compile(
    rf"\s*({_NUMBER})\s*(?P<between>-|/|,|;|&|à|au|to|a|et|and|jusqu'à)\s*([0-9]{{1,4}})\s*", re.IGNORECASE
)
_RANGE_WORDS = re.compile(r"-|à|\bau?\b|\bto\b|jusqu", re.IGNORECASE)
_USUAL = re.compile(r"[0-9\s().+/-]*")
_NOT_DIGIT = re.compile(r"[^0-9]")


def phone(typed: str) -> Phone:
    """The facts of one tidied phone cell."""
    if _CANONICAL.fullmatch(typed):
        return Phone(typed[:3] + typed[4:7] + typed[8:], TEN, canonical=True)
    if alone := _ALONE.fullmatch(typed):
        return Phone("".join(alone.groups()), sum(map(str.isdigit, typed)))
    return taken_apart(typed)


def taken_apart(typed: str) -> Phone:
    """The same of a cell in any writing but our own."""
    words = _LEADING.sub("", _LEADING.sub("", typed.translate(_EVEN_OUT).strip()))
    words = _as_plain_digits(words)
    digits = _NOT_DIGIT.sub("", words)
    count = len(digits)
    if extension := _EXTENSION.search(words):
        before = _ten(words[: extension.start()])
        kept = before if len(before) == TEN else ""
        return Phone(typed_digits=count, extension=extension[1] or extension[0].strip(), first=kept)
    if second := _second(words):
        return Phone(typed_digits=count, first=second[0], second=second[1], ranged=second[2])
    if foreign := _foreign(words, digits):
        return Phone(typed_digits=count, foreign=foreign)
    letters = not _USUAL.fullmatch(words)
    for prefix in INTERNATIONAL:
        if digits.startswith(prefix) and _ours(digits, prefix):
            digits = digits.removeprefix(prefix)
    ten = digits[1:] if len(digits) == WITH_COUNTRY and digits[0] == "1" else digits
    return Phone("" if letters or len(ten) != TEN else ten, count, letters)


def _as_plain_digits(words: str) -> str:
    """5.145550123E+09 and 5145550123.0 as the digits that they hold; everything else as it is."""
    if found := _SCIENTIFIC.fullmatch(words):
        decimals, power = found[2], int(found[3])
        return found[1] + decimals if len(decimals) == power else words
    if found := _WITH_DECIMALS.fullmatch(words):
        return found[1]
    return words


def _ten(words: str) -> str:
    digits = _NOT_DIGIT.sub("", words)
    return digits[1:] if len(digits) == WITH_COUNTRY and digits[0] == "1" else digits


def _second(words: str) -> tuple[str, str, bool] | None:
    """The first number, the second one (or the range's end) of a cell that holds two, and whether they are a range."""
    if found := _RUN_TOGETHER.fullmatch(words.strip()):
        return found[1], found[2], False
    if found := _TWO.fullmatch(words):
        first, last = _ten(found[1]), _ten(found[3])
        return first, last, bool(_RANGE_WORDS.search(found["between"]))
    if found := _TAIL.fullmatch(words):
        first, tail = _ten(found[1]), found[3]
        return first, first[: TEN - len(tail)] + tail, bool(_RANGE_WORDS.search(found["between"]))
    return None


def _ours(digits: str, prefix: str) -> bool:
    """Whether what follows an international prefix is a number of ours: 011 1 514 555 0100."""
    return len(digits) == len(prefix) + WITH_COUNTRY and digits[len(prefix)] == "1"


def _foreign(words: str, digits: str) -> str:
    """The international prefix, where there is one that is not North America's."""
    if words.startswith("+"):
        return "" if digits.startswith("1") else "+" + digits[:2]
    for prefix in INTERNATIONAL:
        if digits.startswith(prefix) and len(digits) > TEN and not _ours(digits, prefix):
            return prefix
    return ""


def phones(cells: Cells) -> pd.DataFrame:
    """The facts of a phone column's cells: those in our own writing all at once, any other by :func:`phone`.

    Gives a frame of the cells' index with a column a field of :class:`Phone` (`canonical` only where nothing was tidied),
    and `typed` (the tidied words), `number` (the ten digits as an integer, 0 where there are none), `area`, `exchange`
    (0 likewise).
    """
    import numpy as np
    import pandas as pd

    words = cells.text.tolist()
    canonical = [_CANONICAL.fullmatch(one) is not None for one in words]
    digits = [one[:3] + one[4:7] + one[8:] if usual else "" for one, usual in zip(words, canonical, strict=True)]
    of_usual: dict[str, list[Any]] = {
        "digits": digits,
        "typed_digits": [TEN * usual for usual in canonical],
        "canonical": canonical,
    }
    others = [(at, phone(one)) for at, one in enumerate(words) if one and not canonical[at]]
    facts: dict[str, Any] = {field: of_usual.get(field, nothing) for field, nothing in Phone._field_defaults.items()}
    for place, (field, nothing) in enumerate(Phone._field_defaults.items()):
        if told := [(at, one[place]) for at, one in others if one[place] != nothing]:
            column = of_usual.get(field, [nothing] * len(words))
            facts[field] = column
            for at, fact in told:
                column[at] = fact
    number = np.array([int(ten) if ten else 0 for ten in digits], dtype="int64")
    facts |= {"typed": cells.text, "number": number, "area": number // 10_000_000, "exchange": number // 10_000 % 1000}
    frame = pd.DataFrame(facts, index=cells.text.index)
    return frame.assign(canonical=frame["canonical"] & ~cells.rewritten)


@cache
def country_of(prefix: int) -> str:
    """The country, as an ISO code, of the numbers that begin with these six digits; "" where none has them.

    Country, type and validity of a number of the plan depend on its first six digits alone.
    """
    import phonenumbers

    number = phonenumbers.PhoneNumber(country_code=1, national_number=prefix * 10_000 + 1234)
    return phonenumbers.region_code_for_number(number) or ""


_COUNTRIES = {
    "US": Text("des États-Unis", "a United States"),
    "foreign": Text("d'un autre pays", "a foreign"),
    "caribbean": Text("des Caraïbes", "a Caribbean"),
}


def country_name(country: str) -> Text:
    """How a sentence names where a number is from: `Numéro {}`, `This is {} number`."""
    return _COUNTRIES[country if country in _COUNTRIES else "caribbean"]


def dashed(number: int | str) -> str:
    """5145550123 → 514-555-0123; "" for 0 or ""."""
    digits = str(number or "")
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}" if digits else ""


def e164(number: int | str) -> str:
    """5145550123 → +15145550123."""
    return f"+1{number}"
