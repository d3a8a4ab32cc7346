"""Parse phone cells into facts; the rules decide which facts are faults.

The phonenumbers library is used for one thing only, the country of an area code that is not Canadian: it accepts
514-911-1234, turns letters into digits and drops `poste 12`, so the parsing is ours.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from lnp_batch.model.text import FULL_WIDTH

if TYPE_CHECKING:
    import pandas as pd

    from lnp_batch.model.typed_batch import Cells

INTERNATIONAL = ("011", "00")
TEN = 10
WITH_COUNTRY = 11


class Phone(NamedTuple):
    """The facts of one cell.

    `digits`: the ten digits, "" if the cell does not have exactly ten. `typed_digits`: the number of digits typed.
    `letters`: whether there are characters other than digits and separators. `extension`: what follows poste, ext, x or
    #. `first`, `second`: two numbers, or the ends of a range, in the same cell; `ranged`: whether they read as a range.
    `first` alone is the number before an extension or a remark.
    `foreign`: an international prefix. `canonical`: whether it is typed exactly as we write it, 514-555-0123.
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
"""A single number in one of the common spellings."""
_CANONICAL = re.compile(r"([0-9]{3})-([0-9]{3})-([0-9]{4})")
_DASHES = dict.fromkeys((*range(0x2010, 0x2016), 0x2212, 0xFF0D), "-")
_DIRECTION_MARKS = (*range(0x200E, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
"""They come with numbers copied from messages and web pages."""
_DIRECTION_MARK = re.compile(f"[{''.join(map(chr, _DIRECTION_MARKS))}]")
_INVISIBLE: dict[int, str | None] = dict.fromkeys((0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, *_DIRECTION_MARKS))
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
_REPLACEMENTS = {**FULL_WIDTH, **_DASHES, **_INVISIBLE, **_SPACES, **_OTHERS}

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
_REMARKED = re.compile(rf"({_NUMBER})(?![0-9])[\s,;:(\[/-]+[^\W\d_][^0-9]*", re.DOTALL)
"""A number with a name or a remark after it, without another digit."""
_RANGE_WORDS = re.compile(r"-|à|\bau?\b|\bto\b|jusqu", re.IGNORECASE)
_ONLY_DIGITS_AND_SEPARATORS = re.compile(r"[0-9\s().+/-]*")
_NOT_DIGIT = re.compile(r"[^0-9]")


def phone(typed: str) -> Phone:
    """Return the facts of the normalized text of a phone cell."""
    if _CANONICAL.fullmatch(typed):
        return Phone(typed[:3] + typed[4:7] + typed[8:], TEN, canonical=True)
    if alone := _ALONE.fullmatch(typed):
        return Phone("".join(alone.groups()), sum(map(str.isdigit, typed)))
    return parse(typed)


def parse(typed: str) -> Phone:
    """Return the facts of a cell in any spelling, without the shortcuts of :func:`phone`."""
    words = _LEADING.sub("", _LEADING.sub("", typed.translate(_REPLACEMENTS).strip()))
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
    letters = not _ONLY_DIGITS_AND_SEPARATORS.fullmatch(words)
    for prefix in INTERNATIONAL:
        if digits.startswith(prefix) and _is_north_american(digits, prefix):
            digits = digits.removeprefix(prefix)
    ten = digits[1:] if len(digits) == WITH_COUNTRY and digits[0] == "1" else digits
    if letters and (remarked := _REMARKED.fullmatch(words)):
        return Phone("", count, letters, first=_ten(remarked[1]))
    return Phone("" if letters or len(ten) != TEN else ten, count, letters)


def _as_plain_digits(words: str) -> str:
    """Return the digits of 5.145550123E+09 or 5145550123.0, other text unchanged."""
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
    """Return two numbers in one cell and whether they are the ends of a range; None if there are not two."""
    if found := _RUN_TOGETHER.fullmatch(words.strip()):
        return found[1], found[2], False
    if found := _TWO.fullmatch(words):
        first, last = _ten(found[1]), _ten(found[3])
        return first, last, bool(_RANGE_WORDS.search(found["between"]))
    if found := _TAIL.fullmatch(words):
        first, tail = _ten(found[1]), found[3]
        return first, first[: TEN - len(tail)] + tail, bool(_RANGE_WORDS.search(found["between"]))
    return None


def _is_north_american(digits: str, prefix: str) -> bool:
    """Return whether a North American number follows an international prefix: 011 1 514 555 0100."""
    return len(digits) == len(prefix) + WITH_COUNTRY and digits[len(prefix)] == "1"


def _foreign(words: str, digits: str) -> str:
    """Return the international prefix of a number outside North America, else ""."""
    if words.startswith("+"):
        return "" if digits.startswith("1") else "+" + digits[:2]
    for prefix in INTERNATIONAL:
        if digits.startswith(prefix) and len(digits) > TEN and not _is_north_american(digits, prefix):
            return prefix
    return ""


def phones(cells: Cells) -> pd.DataFrame:
    """Return the facts of a phone column's cells, a row per cell.

    Columns: the fields of :class:`Phone` (`canonical` only if the text was not normalized), `typed` (the normalized
    text), `number` (the ten digits as an integer, 0 if there are none), `area` and `exchange` (likewise). Canonical
    cells are handled all at once, others by :func:`phone`.
    """
    import numpy as np
    import pandas as pd

    words = cells.text.tolist()
    canonical = [_CANONICAL.fullmatch(typed) is not None for typed in words]
    digits = [
        typed[:3] + typed[4:7] + typed[8:] if is_it else "" for typed, is_it in zip(words, canonical, strict=True)
    ]
    columns: dict[str, list[Any]] = {
        "digits": digits,
        "typed_digits": [TEN * is_it for is_it in canonical],
        "canonical": canonical,
    }
    others = [(at, phone(typed)) for at, typed in enumerate(words) if typed and not canonical[at]]
    facts: dict[str, Any] = {field: columns.get(field, default) for field, default in Phone._field_defaults.items()}
    for position, (field, default) in enumerate(Phone._field_defaults.items()):
        if found := [(at, other[position]) for at, other in others if other[position] != default]:
            column = columns.get(field, [default] * len(words))
            facts[field] = column
            for at, fact in found:
                column[at] = fact
    number = np.array([int(ten) if ten else 0 for ten in digits], dtype="int64")
    facts |= {"typed": cells.text, "number": number, "area": number // 10_000_000, "exchange": number // 10_000 % 1000}
    frame = pd.DataFrame(facts, index=cells.text.index)
    return frame.assign(canonical=frame["canonical"] & ~cells.rewritten)


def numbers_behind(typed: pd.DataFrame) -> pd.DataFrame:
    """Return the cells whose number is known although the cell is at fault, of the frame of :func:`phones`.

    Such a cell has an extension, a remark, two numbers or a mark of direction. Columns: `first` and `last` (of a range,
    or the number), `second` (another number beside them, else 0), as integers of ten digits.
    """
    import numpy as np

    behind = [
        before != "" or (number > 0 and bool(_DIRECTION_MARK.search(words)))
        for before, number, words in zip(*(typed[name].tolist() for name in ("first", "number", "typed")), strict=True)
    ]
    found = typed[np.array(behind, dtype=bool)]
    first, second = (
        np.array([int(ten or 0) for ten in found[name].tolist()], dtype="int64") for name in ("first", "second")
    )
    first = np.where(first > 0, first, found["number"].to_numpy())
    spans = found["ranged"].to_numpy(dtype=bool) & (second > first) & (second // 10_000 == first // 10_000)
    return found[[]].assign(first=first, last=np.where(spans, second, first), second=np.where(spans, 0, second))


@cache
def country_of(prefix: int) -> str:
    """Return the country (ISO code) of the numbers that begin with these six digits, "" if no country has them.

    In the North American plan, the country of a number depends only on its first six digits.
    """
    import phonenumbers

    number = phonenumbers.PhoneNumber(country_code=1, national_number=prefix * 10_000 + 1234)
    return phonenumbers.region_code_for_number(number) or ""
