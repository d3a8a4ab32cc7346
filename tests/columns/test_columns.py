"""The words that headers and list values are recognised by."""

from __future__ import annotations

from collections import Counter

import pytest

from lnp_batch.columns import Column, Sheet, Value, list_keys
from lnp_batch.columns.sheets import DATA_SHEETS, column_of
from lnp_batch.columns.values import EVIDENCE, HINDRANCE, LINE_TYPES, PORT_TYPES, STOPS_ON_PORT_DAY, YES_NO
from lnp_batch.model.text import fold, spellings

LISTS = [column for sheet in DATA_SHEETS for column in sheet.columns if column.values]


@pytest.mark.parametrize("sheet", DATA_SHEETS, ids=[sheet.key for sheet in DATA_SHEETS])
def test_a_header_belongs_to_one_column_of_its_sheet(sheet: Sheet) -> None:
    ways = Counter(way for column in sheet.columns for way in spellings(column.header, column.aliases))
    assert [way for way, columns in ways.items() if columns > 1] == []
    assert all(ways)


@pytest.mark.parametrize("column", LISTS, ids=[column.key for column in LISTS])
def test_a_word_means_one_value_of_its_list(column: Column) -> None:
    for value in column.values:
        words = {value.text.fr, value.text.en, *value.aliases} - {"0", "x"}
        assert set(list_keys(words, column.values).items()) == {(word, value.key) for word in words}


@pytest.mark.parametrize(
    ("values", "key", "words"),
    [
        (LINE_TYPES, "wireline", "Landline; Fixe; Ligne fixe; Analogique; POTS; FILAIRE"),
        (LINE_TYPES, "voip", "SIP; VoIP"),
        (EVIDENCE, "bill", "Relevé; invoice"),
        (EVIDENCE, "screenshot", "Capture; capture d’écran"),
        (PORT_TYPES, "full", "Total; Full / Complet"),
        (HINDRANCE, "yes", "TRUE; vrai; 1; o"),
        (HINDRANCE, "no", "FALSE; faux; n"),
        (YES_NO, "yes", "x; X"),
        (STOPS_ON_PORT_DAY, "yes", "✓; ✔; ✔\ufe0f; ☑ "),
    ],
)
def test_common_words_are_read(values: tuple[Value, ...], key: str, words: str) -> None:
    texts = words.split("; ")
    assert list_keys(texts, values) == dict.fromkeys(texts, key)


@pytest.mark.parametrize("word", ["", " ", "…", "?", "✗", "☐", "xx", "2", "10"])
def test_other_signs_say_nothing(word: str) -> None:
    assert list_keys([word], YES_NO) == {}


def test_a_zero_counts_only_beside_a_one() -> None:
    """A formula that refers to an empty cell shows 0."""
    assert list_keys(["0", "Oui", ""], HINDRANCE) == {"Oui": "yes"}
    assert list_keys(["0", "1"], HINDRANCE) == {"0": "no", "1": "yes"}


def test_a_cross_beside_ticks_may_mean_no() -> None:
    assert list_keys(["x", "✓"], YES_NO) == {"✓": "yes"}
    assert list_keys(["x", "Non"], YES_NO) == {"x": "yes", "Non": "no"}


def test_a_tick_under_a_question_of_hindrance_is_not_understood() -> None:
    """It may say that somebody looked, and found none."""
    assert list_keys(["✓", "x"], HINDRANCE) == {}


@pytest.mark.parametrize(
    ("sheet", "key", "words"),
    [
        ("numbers", "number", "Tél.; No de téléphone; Numéros; N° de téléphone; TN; PHONE #"),
        ("accounts", "carrier", "Fournisseur; Opérateur; Carrier; Provider"),
        ("accounts", "account_number", "Acct #; No de compte; Account no."),
        ("accounts", "btn", "BTN; Numéro de facturation"),
    ],
)
def test_common_headers_are_read(sheet: str, key: str, words: str) -> None:
    column = column_of(sheet, key)
    assert {fold(word) for word in words.split("; ")} <= spellings(column.header, column.aliases)
