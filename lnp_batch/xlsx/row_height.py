"""How tall a row must be for a wrapped text to be read whole: no spreadsheet program can be trusted to find out."""

from __future__ import annotations

from functools import lru_cache

LINE_HEIGHT = 13.0
"""Points that one line of Arial 10 takes."""

TALLEST = 409.0
"""Points that Excel allows a row."""

_THOUSANDTHS = {
    191: "'",
    222: "ijl’‘|",
    278: "ftIÎÏîï.,:;!/ \u00a0",
    333: "r-()[]“”",
    500: "ckçsvxyzJ",
    556: "0123456789abdeghnopquàâéèêëôùûüL«»?–_#$",
    611: "FTZ",
    667: "ABEKPSVXYÀÂÉÈÊË&",
    722: "CDHNRUwÇÙÛÜ",
    778: "GOQÔ",
    833: "mM",
    1000: "W@%—…✔✖▲△",
}


class _Widths(dict[str, float]):
    """Widths of Arial's characters, in digits; what is not listed is taken for a digit."""

    def __missing__(self, _mark: str) -> float:
        return 1.0


_WIDTHS = _Widths({mark: width / 556 for width, marks in _THOUSANDTHS.items() for mark in marks})

_PIXELS = 7.0
"""Of a column's character on the screen."""

_DIGIT = 7.41
"""Pixels of one of Arial 10's digits: a little more than a column's character, which programs round down."""

_LOST = 9.0
"""Pixels that the cell's indent and padding take."""


@lru_cache(4096)
def lines(words: str, width: float, wider: float = 1.0) -> int:
    """How many lines `words` take in an indented cell of `width` characters; `wider` for a larger or bold font."""
    fits = max(digits(width) / wider, 3)
    if "\n" not in words:
        return _lines_of_one(words, fits)
    return sum(_lines_of_one(line, fits) for line in words.split("\n"))


def digits(width: float) -> float:
    """How many digits of Arial 10 an indented cell of `width` characters has room for."""
    return (width * _PIXELS - _LOST) / _DIGIT


@lru_cache(4096)
def _width(word: str) -> float:
    """In digits."""
    return sum(map(_WIDTHS.__getitem__, word))


def _lines_of_one(line: str, fits: float) -> int:
    if len(line) * 1.6 <= fits:
        return 1
    count, filled = 1, 0.0
    for word in line.split(" "):
        long = _width(word)
        if filled and filled + 0.5 + long > fits:
            count += 1
            filled = 0.0
        filled += long + (0.5 if filled else 0.0)
        while filled > fits:
            count += 1
            filled -= fits
    return count


def height(count: int) -> float:
    """Points for a row of `count` lines."""
    return min(count * LINE_HEIGHT + 5, TALLEST)
