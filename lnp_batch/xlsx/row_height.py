"""The height that a row needs for its wrapped text: not all spreadsheet programs calculate it themselves."""

from __future__ import annotations

from functools import lru_cache

LINE_HEIGHT = 13.0
"""Height of a line of Arial 10, in points."""

LINES_AT_MOST = 4
"""Lines of a row in a list: with more, a screen has room for few rows."""

TALLEST = 409.0
"""The greatest height that Excel allows a row, in points."""

_CHARACTERS_BY_WIDTH = {
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
    1000: "W@%—…✔✖▲△○✎",
}
"""Arial's characters by their width, in thousandths of the font size."""


class _Widths(dict[str, float]):
    """Widths of Arial's characters, as multiples of a digit's width; other characters count as a digit."""

    def __missing__(self, _character: str) -> float:
        return 1.0


_WIDTHS = _Widths({letter: width / 556 for width, letters in _CHARACTERS_BY_WIDTH.items() for letter in letters})

_COLUMN_PIXELS = 7.0
"""Pixels on the screen for each character of a column's width."""

_DIGIT_PIXELS = 7.41
"""Width of a digit of Arial 10, in pixels: a little more than a column's character, which programs round down."""

_PADDING_PIXELS = 9.0
"""Pixels that a cell's indent and padding take."""


@lru_cache(4096)
def lines(text: str, width: float, wider: float = 1.0) -> int:
    """Return the number of lines that `text` takes in an indented cell of `width` characters.

    `wider` is the font's width relative to Arial 10, for a bold or larger font.
    """
    room = max(digits(width) / wider, 3)
    if "\n" not in text:
        return _wrapped_lines(text, room)
    return sum(_wrapped_lines(line, room) for line in text.split("\n"))


def digits(width: float) -> float:
    """Return the number of digits of Arial 10 that fit in an indented cell of `width` characters."""
    return (width * _COLUMN_PIXELS - _PADDING_PIXELS) / _DIGIT_PIXELS


def column_pixels(width: float) -> float:
    """Return the pixels that a column of `width` characters takes on the screen, at 100 %."""
    return width * _COLUMN_PIXELS + 5


@lru_cache(4096)
def _width(word: str) -> float:
    """Return the width of `word`, in digits."""
    return sum(map(_WIDTHS.__getitem__, word))


def _wrapped_lines(line: str, room: float) -> int:
    if len(line) * 1.6 <= room:
        return 1
    count, filled = 1, 0.0
    for word in line.split(" "):
        width = _width(word)
        if filled and filled + 0.5 + width > room:
            count += 1
            filled = 0.0
        filled += width + (0.5 if filled else 0.0)
        while filled > room:
            count += 1
            filled -= room
    return count


def height(count: int) -> float:
    """Return the height in points of a row of `count` lines."""
    return min(count * LINE_HEIGHT + 5, TALLEST)
