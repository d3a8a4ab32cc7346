"""The table of resellers: what is read, and what is refused with the key, the value and what is allowed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from lnp_batch.errors import EnvironmentFault
from lnp_batch.model.reseller import Reseller, Resellers
from lnp_batch.settings.resellers import load_resellers

WHOLE = """
[[reseller]]
code = "HR-01"
name = "Heures Rouges Télécom inc."
address = ["12, rue Neuve", "Longueuil QC  J4H 2X1"]
province = "QC"
language = "fr"
emails = ["ports@example.com"]
terms_days = 30
unit_price = "29.99"
active = true

[[reseller]]
code = "XX-02"
"""


def loaded(tmp_path: Path, words: str | bytes) -> Resellers:
    path = tmp_path / "resellers.toml"
    path.write_bytes(words.encode() if isinstance(words, str) else words)
    return load_resellers(path, "en")


def test_all_keys_are_read_and_all_but_the_code_can_be_left_out(tmp_path: Path) -> None:
    assert loaded(tmp_path, WHOLE) == {
        "hr-01": Reseller(
            "HR-01",
            "Heures Rouges Télécom inc.",
            ("12, rue Neuve", "Longueuil QC  J4H 2X1"),
            "QC",
            "fr",
            ("ports@example.com",),
            30,
            Decimal("29.99"),
            True,
        ),
        "xx-02": Reseller("XX-02"),
    }


def test_a_table_with_nobody_in_it_lets_nobody_send(tmp_path: Path) -> None:
    assert loaded(tmp_path, "") == {}


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    assert set(loaded(tmp_path, b"\xef\xbb\xbf" + WHOLE.encode())) == {"hr-01", "xx-02"}


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("", "reseller 1: code is missing"),
        ('code = "HR 01"', "code = HR 01: it must be letters"),
        ('code = "_unknown"', "code = _unknown: it must be letters"),
        ('code = "' + "a" * 33 + '"', "it must be letters, digits, - and _, at most 32"),
        ("code = 1", "code = 1: it must be"),
        ('code = "A"\nprovince = "XX"', "province = XX: it must be AB, BC, MB"),
        ('code = "A"\nlanguage = "de"', "language = de: it must be fr or en"),
        ('code = "A"\nunit_price = 29.99', 'unit_price = 29.99: it must be dollars in quotes: "29.99"'),
        ('code = "A"\nunit_price = "29.999"', "unit_price = 29.999"),
        ('code = "A"\nunit_price = "-1"', "unit_price = -1"),
        ('code = "A"\nunit_price = "NaN"', "unit_price = NaN"),
        ('code = "A"\nterms_days = 366', "terms_days = 366: it must be a whole number from 0 to 365"),
        ('code = "A"\nterms_days = true', "terms_days = True"),
        ('code = "A"\nactive = "yes"', "active = yes: it must be true or false"),
        ('code = "A"\nemails = ["no address"]', "emails = no address: it must be a list of e-mail addresses"),
        ('code = "A"\naddress = "12, rue Neuve"', "address = 12, rue Neuve: it must be at most 6 lines"),
        ('code = "A"\nprice = "1"', "price: unknown key; allowed: code, name, address"),
        ('code = "A"\n[[reseller]]\ncode = "a"', "the code a stands there twice"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, entry: str, told: str) -> None:
    with pytest.raises(EnvironmentFault) as caught:
        loaded(tmp_path, f"[[reseller]]\n{entry}\n")
    assert told in str(caught.value)
    assert "resellers.toml" in str(caught.value)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("[[reseler]]\ncode = 'A'", "reseler: unknown key; allowed: [[reseller]]"),
        ("code =", "this is not TOML"),
        (b"\xff\xfe", "this is not TOML"),
        ("reseller = 3", "reseller = 3: it must be [[reseller]]"),
        ("[reseller]\ncode = 'A'", "it must be [[reseller]]"),
        ("reseller = [3]", "it must be"),
    ],
)
def test_what_is_no_table_is_told(tmp_path: Path, words: str | bytes, told: str) -> None:
    with pytest.raises(EnvironmentFault) as caught:
        loaded(tmp_path, words)
    assert told in str(caught.value)


def test_a_table_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match=r"resellers\.toml"):
        load_resellers(tmp_path / "resellers.toml", "en")
