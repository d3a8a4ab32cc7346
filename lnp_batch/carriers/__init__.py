"""Losing carriers: their names, aliases and facts, read from ``carriers.toml``; approximate matching (rapidfuzz)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from lnp_batch.model.text import Text, fold, fold_words

CLOSE_ENOUGH = 72
"""Similarity, out of 100, from which a name is proposed."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """One brand. `network` is the carrier behind it if another; `hint` says where to find the account number."""

    name: str
    aliases: tuple[str, ...] = ()
    wireless: bool = False
    issues_bills: bool = True
    needs_pin: bool = False
    network: str | None = None
    hint: Text | None = None


@cache
def carriers() -> tuple[Carrier, ...]:
    """Return every carrier, in the order of the table."""
    table = tomllib.loads(files(__package__).joinpath("carriers.toml").read_text("utf-8"))
    return tuple(_carrier(**row) for row in table["carrier"])


def _carrier(name: str, aliases: list[str], hint: dict[str, str] | None = None, **facts: object) -> Carrier:
    return Carrier(name, tuple(aliases), hint=Text(**hint) if hint else None, **facts)  # type: ignore[arg-type]


@cache
def _by_writing() -> dict[str, Carrier]:
    return {fold(way): carrier for carrier in carriers() for way in (carrier.name, *carrier.aliases)}


def carrier_of(typed: str) -> Carrier | None:
    """Return the carrier with that name or alias, ignoring case and accents; None if there is none."""
    return _by_writing().get(fold(typed))


@cache
def _named() -> re.Pattern[str]:
    """Return what finds every writing of a carrier as whole words, the longest first."""
    ways = {fold_words(way) for carrier in carriers() for way in (carrier.name, *carrier.aliases)}
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(ways, key=len, reverse=True)))})\b")


def carriers_in(typed: str) -> tuple[Carrier, ...]:
    """Return the different carriers that `typed` names, if it names several, as in `Bell et Vidéotron`; else none."""
    if carrier_of(typed):
        return ()
    found = dict.fromkeys(filter(None, map(carrier_of, _named().findall(fold_words(typed)))))
    return tuple(found) if len(found) > 1 else ()


def are_one_company(named: Iterable[Carrier]) -> bool:
    """Return whether one of these carriers is the network, or a carrier of the company, behind all the others."""
    several = list(named)
    return any(all(other is main or _is_behind(main, other) for other in several) for main in several)


def _is_behind(main: Carrier, brand: Carrier) -> bool:
    """Whether `main` belongs to the company whose network a brand uses, as Rogers and Rogers Sans-fil for Fido."""
    return brand.network is not None and main.name.split()[0] == brand.network.split()[0]


def nearest(
    words: str, names: Iterable[str], at_most: int = 1, complete: bool = False, at_least: int = CLOSE_ENOUGH
) -> list[str]:
    """Return those of `names` that `words` resembles, by a similarity of `at_least`, out of 100; the closest first.

    `complete`: compare complete names; otherwise one may be a part of the other (`Bell` and `Bell Canada`).
    """
    from rapidfuzz import fuzz, process

    found = process.extract(
        words,
        list(names),
        scorer=fuzz.ratio if complete else fuzz.WRatio,
        processor=fold,
        limit=at_most,
        score_cutoff=at_least,
    )
    return [name for name, _similarity, _position in found]


def nearest_carriers(typed: str, at_most: int = 3) -> list[str]:
    """Return the names of the carriers that `typed` resembles, the closest first."""
    return nearest(typed, (carrier.name for carrier in carriers()), at_most)
