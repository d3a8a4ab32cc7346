"""Sentences and their placeholders, in the requested language."""

from __future__ import annotations

import datetime as dt

import pytest

from lnp_batch.model.text import QUOTED_AT_MOST, Text, shown


def test_only_facts_with_a_placeholder_are_formatted() -> None:
    class Unsayable:
        def __str__(self) -> str:
            raise AssertionError("a fact without a placeholder was formatted")

    said = Text("{value} de {count}", "{value} of {count}").say("en", {"value": "a", "count": 2, "other": Unsayable()})
    assert said == "a of 2"
    with pytest.raises(KeyError):
        Text("{value}", "{value}").say("fr", {})


def test_how_facts_are_formatted() -> None:
    assert shown("x" * 100, "fr") == "x" * (QUOTED_AT_MOST - 1) + "…"
    assert shown("one\n two", "en") == "one two"
    assert shown(Text("oui", "yes"), "en") == "yes"
    assert shown(dt.datetime(2026, 11, 26, 9), "fr") == shown(dt.date(2026, 11, 26), "fr") == "2026-11-26"
    assert shown(("a", Text("b", "c")), "en") == "a, c"
    assert shown(("a, b", "c"), "en") == "a, b · c"
