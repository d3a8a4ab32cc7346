"""The night in words: counts by verdict and by state, and what is billed, in the singular and in the plural."""

from __future__ import annotations

import pytest

from lnp_batch.documents.nightly_summary.entry import (
    VERDICTS,
    Entry,
    counted_once,
    fees_line,
    headline,
    most_urgent_first,
    numbers_in,
    numbers_line,
    verdict_label,
)
from lnp_batch.model.fault import Fault
from lnp_batch.model.outcome import State
from lnp_batch.model.text import NBSP, Lang
from lnp_batch.model.verdict import Verdict
from tests.documents.nightly_summary.entries import ENTRIES, billed, entry, fields


def plain(words: str) -> str:
    return words.replace(NBSP, " ")


def test_the_night_in_words() -> None:
    assert plain(headline(ENTRIES, "fr")) == (
        "9 classeurs : 1 erreur de notre part, 1 illisible pour l'instant, 2 refusés, 2 à corriger, 2 acceptés, 1 déjà"
        " traité."
    )
    assert plain(numbers_line(ENTRIES, "fr")) == (
        "Numéros : 27 acceptés, 1 200 à corriger, 2 à confirmer, 9 en attente, 1 non porté."
    )
    assert plain(fees_line(ENTRIES, "fr")) == (
        "23 numéros facturés : 689,77 $ avant taxes. 2 numéros rendus : 59,98 $; net : 629,79 $."
    )


@pytest.mark.parametrize(
    ("lang", "sentences"),
    [
        (
            "fr",
            (
                "1 classeur : 1 accepté.",
                "Numéros : 1 accepté.",
                "1 numéro facturé : 29,99 $ avant taxes. 1 numéro rendu : 29,99 $; net : 0,00 $.",
            ),
        ),
        (
            "en",
            (
                "1 workbook: 1 accepted.",
                "Numbers: 1 accepted.",
                "1 number billed: $29.99 before tax. 1 number given back: $29.99; net: $0.00.",
            ),
        ),
    ],
)
def test_one_is_singular(lang: Lang, sentences: tuple[str, ...]) -> None:
    one = [entry(accepted=1, **billed(1, 1))]
    assert tuple(plain(line(one, lang)) for line in (headline, numbers_line, fees_line)) == sentences


@pytest.mark.parametrize(
    ("lang", "sentences"),
    [
        ("fr", ("Aucun classeur n'a été traité.", "Rien n'est facturé.")),
        ("en", ("No workbook was processed.", "Nothing is billed.")),
    ],
)
def test_nothing_has_words_of_its_own(lang: Lang, sentences: tuple[str, ...]) -> None:
    assert (headline([], lang), fees_line([], lang)) == sentences


def test_a_repeated_workbook_is_not_counted_again() -> None:
    assert set(entry("already_processed", accepted=24, waiting=2).counts.values()) == {0}


def test_a_batch_counts_with_its_last_answer_and_all_fees() -> None:
    batch = "2026-11-23-3f9a2c41d0b7"
    first, other = entry(accepted=2, to_fix=3, **billed(2)), entry(accepted=4, batch="2026-11-23-000000000000")
    second = entry(accepted=5, first=batch, batch=f"{batch}-2", **billed(3))
    again = entry("already_processed", accepted=5, first=batch)
    counted = counted_once([first, other, second, again])
    assert [numbers_in([each], State.ACCEPTED) for each in counted] == [0, 4, 5, 0]
    assert (numbers_in(counted, State.TO_FIX), sum(each.fees.billed for each in counted)) == (0, 5)
    assert counted_once([second, other]) == [second, other]


def test_every_verdict_has_its_place_and_its_words() -> None:
    assert set(VERDICTS) == set(Verdict)
    ordered = most_urgent_first(ENTRIES)
    assert [each.file for each in ordered[:3]] == ["grand.xlsx", "disque.xlsx", "image.png"]
    assert verdict_label(Verdict.TO_FIX, "fr") == "✖ À corriger"


def test_an_entry_of_an_earlier_version_is_read() -> None:
    """It had codes instead of faults, and no contact."""
    new = ("contact", "purchase_order", "reference", "corrects", "faults")
    old = {key: value for key, value in fields(accepted=3).items() if key not in new}
    read = Entry.from_json(old | {"codes": [["ACC014", 4]]}, "HR-01/x")
    assert read.faults == (Fault("ACC014", 4),)
    assert (read.contact, read.corrects, read.counts[State.ACCEPTED]) == ("", (), 3)
