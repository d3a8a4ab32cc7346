"""The table of resellers: what is read, and the messages about wrong entries."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from lnp_batch.errors import EnvironmentFault
from lnp_batch.model.reseller import Reseller, Resellers
from lnp_batch.settings.resellers import load_resellers

COMPLETE = """
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


def load(tmp_path: Path, content: str | bytes) -> Resellers:
    path = tmp_path / "resellers.toml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return load_resellers(path, "en")


def test_all_keys_are_read_and_only_the_code_is_required(tmp_path: Path) -> None:
    assert load(tmp_path, COMPLETE) == {
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


@pytest.mark.parametrize("content", ["", "# nobody yet\n", "reseller = []\n"])
def test_an_empty_table_is_reported(tmp_path: Path, content: str) -> None:
    with pytest.raises(EnvironmentFault, match=r"resellers\.toml: the table names no reseller, so nobody could send"):
        load(tmp_path, content)


def test_a_byte_order_mark_is_ignored(tmp_path: Path) -> None:
    assert set(load(tmp_path, b"\xef\xbb\xbf" + COMPLETE.encode())) == {"hr-01", "xx-02"}


@pytest.mark.parametrize(
    ("entry", "message"),
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
        ('code = "A"\n[[reseller]]\ncode = "a"', "two resellers have the code a"),
    ],
)
def test_a_wrong_entry_is_reported(tmp_path: Path, entry: str, message: str) -> None:
    with pytest.raises(EnvironmentFault) as caught:
        load(tmp_path, f"[[reseller]]\n{entry}\n")
    assert message in str(caught.value)
    assert "resellers.toml" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[[reseler]]\ncode = 'A'", "reseler: unknown key; allowed: [[reseller]]"),
        ("code =", "this is not TOML"),
        (b"\xff\xfe", "this is not TOML"),
        ("reseller = 3", "reseller = 3: it must be [[reseller]]"),
        ("[reseller]\ncode = 'A'", "it must be [[reseller]]"),
        ("reseller = [3]", "it must be"),
    ],
)
def test_a_wrong_table_is_reported(tmp_path: Path, content: str | bytes, message: str) -> None:
    with pytest.raises(EnvironmentFault) as caught:
        load(tmp_path, content)
    assert message in str(caught.value)


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match=r"resellers\.toml"):
        load_resellers(tmp_path / "resellers.toml", "en")


def test_brackets_within_brackets_are_not_toml(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="this is not TOML"):
        load(tmp_path, "reseller = " + "[" * 100_000)


@pytest.mark.parametrize("key", ["name", "address", "emails"])
def test_a_character_that_controls_the_terminal_is_refused(tmp_path: Path, key: str) -> None:
    value = r'"\u001b[31m@example.com"' if key == "emails" else r'"\u001b[31m"'
    with pytest.raises(EnvironmentFault, match=key):
        load(tmp_path, f'[[reseller]]\ncode = "HR-01"\n{key} = {value if key == "name" else f"[{value}]"}')
