"""Every pair of fill and ink is readable, and colours that mean different things differ for the colour-blind."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
import xlsxwriter

from lnp_batch.columns import Column, Kind, Required
from lnp_batch.columns.sheets import DATA_SHEETS
from lnp_batch.model.amounts import count_of
from lnp_batch.model.finding import Severity
from lnp_batch.model.outcome import State
from lnp_batch.model.text import Text
from lnp_batch.xlsx import style
from lnp_batch.xlsx.style import Colours, Formats

Colour = tuple[float, float, float]

COLOURS = {name: value for name, value in vars(style).items() if isinstance(value, Colours)}
PAIRS = [
    *COLOURS.items(),
    *((f"header of {group or 'no group'}", colours) for group, colours in style.GROUP_COLOURS.items()),
    ("removed", Colours(style.WHITE, style.REMOVED)),
    ("added", Colours(style.WHITE, style.ADDED)),
    ("quiet", Colours(style.WHITE, style.QUIET)),
    ("link", Colours(style.WHITE, style.LINK)),
]

# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
BLINDNESS: dict[str, tuple[Colour, Colour, Colour]] = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
DISTINCT = 7.0
"""CIE76 distance. The smallest difference that an eye can see is 2.3."""


def linear(colour: str) -> Colour:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(colours: Colours) -> float:
    """The contrast ratio of WCAG, from 1 to 21."""
    low, high = sorted((luminance(colours.fill), luminance(colours.ink)))
    return (high + 0.05) / (low + 0.05)


def seen_with(colour: str, blindness: str) -> Colour:
    """The colour in CIE Lab as seen with that colour blindness."""
    rgb = linear(colour)
    red, green, blue = (
        min(1.0, max(0.0, sum(a * b for a, b in zip(row, rgb, strict=True)))) for row in BLINDNESS[blindness]
    )
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    fx, fy, fz = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def difference(first: str, second: str, blindness: str) -> float:
    pairs = zip(seen_with(first, blindness), seen_with(second, blindness), strict=True)
    return sum((a - b) ** 2 for a, b in pairs) ** 0.5


@pytest.mark.parametrize(("name", "colours"), PAIRS, ids=[name for name, _ in PAIRS])
def test_ink_is_readable_on_its_fill(name: str, colours: Colours) -> None:
    assert contrast(colours) >= 7


@pytest.mark.parametrize("blindness", BLINDNESS)
def test_states_have_distinct_fills(blindness: str) -> None:
    for (state, colours), (other, other_colours) in itertools.combinations(style.STATE_COLOURS.items(), 2):
        assert difference(colours.fill, other_colours.fill, blindness) >= DISTINCT, (state, other)


@pytest.mark.parametrize("blindness", BLINDNESS)
def test_errors_and_confirms_differ_from_a_plain_cell(blindness: str) -> None:
    for colours in (style.ERROR, style.CONFIRM):
        assert difference(colours.fill, style.WHITE, blindness) >= DISTINCT
        assert difference(colours.fill, style.OURS_CELL.fill, blindness) >= DISTINCT


@pytest.mark.parametrize("blindness", BLINDNESS)
def test_removed_and_added_text_have_distinct_colours(blindness: str) -> None:
    assert difference(style.REMOVED, style.ADDED, blindness) >= DISTINCT


def test_the_colours_of_the_contract() -> None:
    assert style.HEADER.fill == "#1F3A5F"
    assert Colours("#F4B183", "#5F1600") == style.ERROR
    assert Colours("#FFF2CC", "#4D3B00") == style.CONFIRM == style.WARNING
    assert Colours("#CFE2F3", "#0B3C6B") == style.ACCEPTED
    assert Colours("#FFFFFF", "#404040") == style.INFO
    assert (style.REMOVED, style.ADDED) == ("#B00020", "#00604A")


def test_every_state_severity_and_group_has_colours() -> None:
    assert set(style.STATE_COLOURS) == {state.key for state in State}
    assert set(style.SEVERITY_COLOURS) == set(Severity)
    assert {column.group for sheet in DATA_SHEETS for column in sheet.columns} <= set(style.GROUP_COLOURS)


def test_equal_properties_give_the_same_format(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "any.xlsx") as workbook:
        workbook.add_worksheet()
        formats = Formats(workbook)
        assert formats.get(bold=True) is formats.get(bold=True)
        assert formats.get(bold=True) is not formats.get(italic=True)
        assert formats.get().font_name == "Arial"
        assert formats.get().font_size == 10


def test_a_finding_in_a_coloured_column_has_its_own_colours(tmp_path: Path) -> None:
    """A header pasted among the rows is told at the cell under Status, which is blue."""
    with xlsxwriter.Workbook(tmp_path / "any.xlsx") as workbook:
        workbook.add_worksheet()
        formats = Formats(workbook)
        assert formats.for_severity("warning", bg_color="#123456") is formats.for_severity("warning")


def test_a_required_header_is_marked_by_its_edge() -> None:
    column = Column("any", Text("Un", "One"), Kind.TEXT)
    always = Column("any", Text("Un", "One"), Kind.TEXT, required=Required.YES)
    sometimes = Column("any", Text("Un", "One"), Kind.TEXT, required=Required.TO_PORT)
    edges = [style.header_props(each).get("bottom") for each in (column, always, sometimes)]
    assert edges[0] is None
    assert len(set(edges)) == 3


def test_french_spaces_are_no_break_spaces() -> None:
    assert Text("Lu « ceci » : 3 $", "A : b") == Text("Lu «\u00a0ceci\u00a0»\u00a0: 3\u00a0$", "A : b")
    assert count_of(200_000, "fr") == "200\u00a0000"
    assert count_of(200_000, "en") == "200,000"
