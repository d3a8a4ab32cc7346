"""The headline: its figures add up to all numbers, and it never says that nothing is left where something is."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lnp_batch.documents.annotated.finding_groups import ToSettle
from lnp_batch.documents.annotated.headline import headline
from lnp_batch.model.amounts import count_of
from lnp_batch.model.outcome import Counts
from lnp_batch.model.text import LANGUAGES, NBSP, Lang

NONE = ToSettle(0, 0, 0)


@pytest.mark.parametrize(
    ("counts", "to_settle", "fr", "en"),
    [
        ((300, 260, 10, 10, 20, 0), (50, 30, 0),
         "260 numéros sur 300 sont acceptés. 40 attendent 50 cellules de 30 comptes.",
         "260 of 300 numbers are accepted. 40 wait for 50 cells of 30 accounts."),
        ((27, 20, 1, 3, 2, 1), (4, 1, 1),
         "20 numéros sur 27 sont acceptés. 6 attendent 4 cellules (3 d'un compte, 1 ailleurs). 1 n'est pas porté.",
         "20 of 27 numbers are accepted. 6 wait for 4 cells (3 of 1 account, 1 elsewhere). 1 is not ported."),
        ((27, 27, 0, 0, 0, 0), (0, 0, 0), "Les 27 numéros sont acceptés.", "All 27 numbers are accepted."),
        ((27, 27, 0, 0, 0, 0), (1, 1, 0),
         "Les 27 numéros sont acceptés. 1 cellule d'un compte reste à corriger ou à confirmer.",
         "All 27 numbers are accepted. 1 cell of 1 account is left to fix or to confirm."),
        ((1, 1, 0, 0, 0, 0), (0, 0, 0), "Le numéro est accepté.", "The number is accepted."),
        ((1, 0, 0, 1, 0, 0), (2, 1, 0), "Le numéro n'est pas accepté. Il attend 2 cellules d'un compte.",
         "The number is not accepted. It waits for 2 cells of 1 account."),
        ((2, 1, 1, 0, 0, 0), (1, 0, 1), "1 numéro sur 2 est accepté. 1 attend 1 cellule.",
         "1 of 2 numbers is accepted. 1 waits for 1 cell."),
        ((1202, 1200, 0, 0, 0, 2), (0, 0, 0),
         "1\u00a0200 numéros sur 1\u00a0202 sont acceptés. 2 ne sont pas portés.",
         "1,200 of 1,202 numbers are accepted. 2 are not ported."),
        ((0, 0, 0, 0, 0, 0), (0, 0, 0), "Aucun numéro n'est accepté.", "No number is accepted."),
        ((0, 0, 0, 0, 0, 0), (3, 0, 3), "Aucun numéro n'est accepté. 3 cellules restent à corriger ou à confirmer.",
         "No number is accepted. 3 cells are left to fix or to confirm."),
    ],
)  # fmt: skip
def test_the_headline_in_both_languages(
    counts: tuple[int, ...], to_settle: tuple[int, int, int], fr: str, en: str
) -> None:
    of_rows, settle = Counts(1, 1, *counts), ToSettle(*to_settle)
    assert (headline(of_rows, settle, "fr"), headline(of_rows, settle, "en")) == (fr, en)


@given(
    states=st.tuples(*[st.integers(0, 3_000)] * 5),
    cells=st.tuples(st.integers(0, 900), st.integers(0, 900), st.integers(0, 400)),
    lang=st.sampled_from(LANGUAGES),
)
def test_the_figures_add_up_to_all_numbers(states: tuple[int, ...], cells: tuple[int, int, int], lang: Lang) -> None:
    in_accounts, elsewhere, accounts = cells
    accounts = min(accounts, in_accounts) or min(in_accounts, 1)
    to_settle = ToSettle(in_accounts + elsewhere, accounts, elsewhere)
    words = headline(Counts(1, 1, sum(states), *states), to_settle, lang)
    if to_settle.cells:
        assert f"{count_of(to_settle.cells, lang)} cell" in words, "what is left to do is counted"
    assert sum(states) in (0, 1) or _figures_of_numbers(words, sum(states)) == sum(states)


def _figures_of_numbers(words: str, numbers: int) -> int:
    """Return the sum of what the headline says of numbers: accepted, waiting, not ported."""
    words = words.replace(NBSP, "").replace(",", "")
    first, *others = words.split(". ")
    if first.startswith(("All", "Les")):
        accepted = numbers
    elif first.startswith(("None", "Aucun")):
        accepted = 0
    else:
        accepted = int(first.split()[0])
    said = [re.match(r"(\d+) (?:wait|attend|is not|are not|n'est|ne sont)", sentence) for sentence in others]
    return accepted + sum(int(found[1]) for found in said if found)
