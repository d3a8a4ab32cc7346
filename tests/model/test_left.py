"""What is left in the inbox, in words."""

from __future__ import annotations

import re

import pytest

from lnp_batch.model.left import PASSING, Left, LeftReason
from lnp_batch.model.text import LANGUAGES, Lang


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("reason", LeftReason)
def test_every_reason_says_why_and_what_to_do_in_sentences(reason: LeftReason, lang: Lang) -> None:
    for sentence in (reason.why[lang], Left("x", "", reason, False, ("HR-01/",)).remedy(lang)):
        assert re.fullmatch(r"[A-ZÀ-Ý][^{}]{15,118}\.", sentence)


def test_each_reason_has_sentences_of_its_own() -> None:
    assert len({reason.why.en for reason in LeftReason}) == len({reason.remedy.en for reason in LeftReason}) == 10


@pytest.mark.parametrize("reason", LeftReason)
def test_what_passes_by_itself_is_for_the_office_once_it_lasts(reason: LeftReason) -> None:
    assert Left("x", "", reason, False).for_office is (reason not in PASSING)
    assert Left("x", "", reason, True).for_office


def test_an_entry_of_the_report_is_read_back() -> None:
    left = Left("HR-01/lot", "2026-11-23T07:04:00+00:00", LeftReason.CLOSED_TOP, True, ("HR-01/", "XX-02/"))
    assert Left.from_json(left.to_json()) == left
