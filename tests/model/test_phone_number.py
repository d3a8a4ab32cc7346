"""Phone cells parsed."""

from __future__ import annotations

import pandas as pd
import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lnp_batch.model.area_codes import AREA_CODES, NOT_PORTABLE, TOLL_FREE
from lnp_batch.model.phone_format import dashed, e164
from lnp_batch.model.phone_number import _ALONE, Phone, country_of, parse, phone, phones
from lnp_batch.model.typed_batch import Cells

COMMON = [
    "514-555-0123", "(514) 555-0123", "(514)555-0123", "514 555 0123", "514.555.0123", "5145550123", "+1 514 555 0123",
    "+15145550123", "1-514-555-0123", "1 (514) 555-0123", "tel:514-555-0123", "tel:+1-514-555-0123", "Tél. : 514-555-0123",
    "514\u00a0555\u00a00123", "514\u2011555\u20110123", "514\u2010555\u20130123", "514\u2212555\u20150123", "514\u00ad555\u00ad0123",
    "514\u200b5550123", "\ufeff5145550123", "５１４－５５５－０１２３", "（５１４）５５５０１２３", "'5145550123", "’514-555-0123", "514/555-0123",
    "5145550123.0", "15145550123.0", "5.145550123E9", "5.145550123E+09", "5.145550123e+9", "514\u202f555\u20090123", "514_555_0123",
    "514•555·0123",
    "[514] 555-0123",
    "Fax: 514-555-0123",
    "011 1 514 555 0123", "001 514 555 0123",
]  # fmt: skip


@pytest.mark.parametrize("typed", COMMON)
def test_any_common_spelling_is_read(typed: str) -> None:
    assert phone(typed).digits == "5145550123"


def test_only_our_own_spelling_is_canonical() -> None:
    assert [typed for typed in COMMON if phone(typed).canonical] == ["514-555-0123"]


@pytest.mark.parametrize(
    ("typed", "count"),
    [
        ("514 555 010", 9),
        ("514-555-01234", 11),
        ("25145550123", 11),
        ("٥١٤٥٥٥٠١٢٣", 0),
        ("514-555-O123", 9),
        ("514-555-CALL", 6),
        ("5.1456E+09", 7),
    ],
)
def test_other_counts_of_digits_are_reported(typed: str, count: int) -> None:
    facts = phone(typed)
    assert (facts.digits, facts.typed_digits) == ("", count)


@pytest.mark.parametrize(
    "typed",
    [
        "514-555-0123 poste 12",
        "514-555-0123 ext. 12",
        "514-555-0123x12",
        "514-555-0123 #12",
        "514-555-0123, poste : 12",
        "5145550123 Ext 12",
    ],
)
def test_an_extension_is_found(typed: str) -> None:
    assert phone(typed).extension == "12"


@pytest.mark.parametrize(
    ("typed", "second", "ranged"),
    [
        ("514-555-0100 / 514-555-0119", "5145550119", False),
        ("514-555-0100, 514-555-0119", "5145550119", False),
        ("514-555-0100 et 514-555-0119", "5145550119", False),
        ("51455501005145550119", "5145550119", False),
        ("514-555-0100 à 514-555-0119", "5145550119", True),
        ("514-555-0100 – 0119", "5145550119", True),
        ("514-555-0100-0119", "5145550119", True),
        ("514-555-0100 to 0119", "5145550119", True),
        ("514-555-0100 au 19", "5145550119", True),
    ],
)
def test_a_second_number_in_a_cell_is_found(typed: str, second: str, ranged: bool) -> None:
    facts = phone(typed)
    assert (facts.digits, facts.first, facts.second, facts.ranged) == ("", "5145550100", second, ranged)


@pytest.mark.parametrize("typed", ["+33 1 23 45 67 89", "0033123456789", "011 33 1 23 45 67 89", "+44 20 7946 0958"])
def test_a_foreign_prefix_is_recognised(typed: str) -> None:
    assert phone(typed).foreign


@given(st.text(max_size=40))
def test_any_text_is_parsed(typed: str) -> None:
    facts = phone(typed)
    assert not facts.digits or (len(facts.digits) == 10 and facts.digits.isascii() and facts.digits.isdigit())


@given(st.integers(2_000_000_000, 9_999_999_999))
def test_what_we_write_is_read_back(number: int) -> None:
    assert phone(dashed(number)).digits == str(number)
    assert phone(e164(number)).digits == str(number)


def test_the_table_of_area_codes_agrees_with_the_library() -> None:
    """The library's table of Canadian area codes may be older than ours, never newer."""
    theirs = {area for area in range(200, 1000) if country_of(area * 1000 + 234) == "CA"}
    assert len(theirs) > 40
    assert theirs - NOT_PORTABLE - TOLL_FREE <= set(AREA_CODES)


def test_an_area_code_has_its_country() -> None:
    assert [country_of(prefix) for prefix in (514555, 212555, 242555, 710555)] == ["CA", "US", "BS", ""]
    assert phonenumbers.region_code_for_number(phonenumbers.parse("+12425551234")) == "BS"


@given(
    st.lists(
        st.sampled_from([*COMMON, "", "514-555-0124", "514-555-0123 poste 12", "514-555-0123 à 0150", "+44 20", "x"])
    )
)
def test_phones_gives_the_facts_of_each_cell(typed: list[str]) -> None:
    index = pd.RangeIndex(3, 3 + len(typed))
    text, tidied = (
        pd.Series(typed, index=index, dtype="str"),
        pd.Series([at % 2 == 0 for at in range(len(typed))], index=index, dtype="bool"),
    )
    none = pd.Series(False, index=index)
    frame = phones(Cells(text.astype("object"), text, tidied, none, none))
    for at, (row, words) in enumerate(zip(index, typed, strict=True)):
        alone = phone(words)
        facts = frame.loc[row]
        assert [facts[field] for field in Phone._fields[:-1]] == list(alone[:-1])
        assert facts["canonical"] == (alone.canonical and not tidied[row]), at
        number = int(alone.digits or 0)
        assert [facts[name] for name in ("typed", "number", "area", "exchange")] == [
            words, number, number // 10**7, number // 10**4 % 1000
        ]  # fmt: skip
    kinds = frame.dtypes.astype(str).to_dict()
    assert not typed or all(
        kinds[name] == "str" for name in ("digits", "extension", "second", "first", "foreign", "typed")
    )
    assert all(kinds[name] == "bool" for name in ("letters", "ranged", "canonical")) or not typed


@given(st.from_regex(_ALONE, fullmatch=True))
def test_the_shortcut_for_a_single_number_agrees_with_parse(typed: str) -> None:
    assert phone(typed)[:-1] == parse(typed)[:-1]
