"""Losing carriers: their names, the writings that are read as them, what is known of each.

The facts stand in ``carriers.toml`` beside this file. Also the one home of near matches (rapidfuzz).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from lnp_batch.model.text import Text, fold

CLOSE_ENOUGH = 72
"""The likeness, of 100, from which a word is proposed as what was meant."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """One brand. `network` is the carrier behind it where that is another; `hint` where the account number stands."""

    name: str
    aliases: tuple[str, ...] = ()
    wireless: bool = False
    issues_bills: bool = True
    needs_pin: bool = False
    network: str | None = None
    hint: Text | None = None


@cache
def carriers() -> tuple[Carrier, ...]:
    """Every carrier of the table, in its order."""
    table = tomllib.loads(files(__package__).joinpath("carriers.toml").read_text("utf-8"))
    return tuple(_carrier(**row) for row in table["carrier"])


def _carrier(name: str, aliases: list[str], hint: dict[str, str] | None = None, **facts: object) -> Carrier:
    return Carrier(name, tuple(aliases), hint=Text(**hint) if hint else None, **facts)  # type: ignore[arg-type]


@cache
def _by_writing() -> dict[str, Carrier]:
    return {fold(way): carrier for carrier in carriers() for way in (carrier.name, *carrier.aliases)}


def carrier_of(typed: str) -> Carrier | None:
    """The carrier that `typed` names, whatever its case and accents, or None."""
    return _by_writing().get(fold(typed))


def nearest(words: str, known: Iterable[str], at_most: int = 1, whole: bool = False) -> list[str]:
    """Those of `known` that `words` resembles, the likest first; none where nothing is close.

    `whole`: as wholes; otherwise one may be a part of the other (`Bell` and `Bell Canada`).
    """
    from rapidfuzz import fuzz, process

    found = process.extract(
        words,
        list(known),
        scorer=fuzz.ratio if whole else fuzz.WRatio,
        processor=fold,
        limit=at_most,
        score_cutoff=CLOSE_ENOUGH,
    )
    return [name for name, _likeness, _position in found]


def nearest_carriers(typed: str, at_most: int = 3) -> list[str]:
    """The names of the carriers that `typed` resembles, the likest first."""
    return nearest(typed, (carrier.name for carrier in carriers()), at_most)
