"""Reseller codes and e-mail addresses: rules, table of resellers, data package and outbox agree on what they are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lnp_batch.documents.data_package import data_package
from lnp_batch.errors import EnvironmentFault
from lnp_batch.model.file_name import RESERVED_FOLDERS, UNKNOWN_FOLDER
from lnp_batch.model.patterns import is_email, is_email_list, is_reseller_code
from lnp_batch.nightly.outbox import reseller_folder
from lnp_batch.settings.resellers import load_resellers
from tests.factory import changed
from tests.flow import checked

AGREE = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
AGREE_IN_RULES = settings(AGREE, max_examples=8)
"""The rules run in the complete flow, with a workbook for each value."""
FIELDS = {
    field["name"]: field for resource in data_package("en")["resources"] for field in resource["schema"]["fields"]
}

CODES = st.one_of(
    st.text("aZ09-_", min_size=1, max_size=34),
    st.text("aé._-/", min_size=1, max_size=4),
    st.sampled_from(sorted(RESERVED_FOLDERS)).flatmap(lambda name: st.sampled_from([name, name.upper(), name + "1"])),
)
ADDRESSES = st.text("ab@.;<,", min_size=1, max_size=12)


def faulty_cells(edits: dict[str, Any]) -> set[str | None]:
    """The cells in which the rules find something once `edits` are made in the sound batch."""
    return {finding.cell for finding in checked(changed(edits)).findings}


def in_data_package(value: str, key: str) -> bool:
    constraints: dict[str, Any] = FIELDS[key]["constraints"]
    return len(value) <= constraints["maxLength"] and re.search(constraints["pattern"], value) is not None


def in_table(folder: Path, line: str) -> bool:
    path = folder / "resellers.toml"
    path.write_text(f"[[reseller]]\n{line}\n", encoding="utf-8")
    try:
        load_resellers(path, "en")
    except EnvironmentFault:
        return False
    return True


@AGREE_IN_RULES
@given(CODES)
@example("-x")
@example("_x")
@example("_Unknown")
@example("a" * 32)
@example("a" * 33)
def test_the_rules_agree_on_a_reseller_code(code: str) -> None:
    assert ("B1" not in faulty_cells({"batch": {"reseller_code": code}})) is is_reseller_code(code)


@AGREE
@given(CODES)
@example("-x")
@example("_x")
def test_table_package_and_outbox_agree_on_a_reseller_code(tmp_path: Path, code: str) -> None:
    expected = is_reseller_code(code)
    assert in_data_package(code, "reseller_code") is expected
    assert in_table(tmp_path, f'code = "{code}"') is expected
    assert (reseller_folder(code) != UNKNOWN_FOLDER) is expected


@AGREE_IN_RULES
@given(ADDRESSES)
@example("a@b..ca")
@example("a@.ca")
@example("a@b")
@example("a@b.ca")
@example("a@b.ca;")
@example("a@b.ca; b@b.ca")
@example("<a@b.ca>")
def test_the_rules_agree_on_an_email_address(address: str) -> None:
    faulty = faulty_cells({"batch": {"contact_email": address}, "accounts": {"2": {"signer_email": address}}})
    assert ("B4" not in faulty) is is_email_list(address)
    assert ("V2" not in faulty) is is_email(address)


@AGREE
@given(ADDRESSES)
@example("a@b..ca")
@example("a@.ca")
@example("a@b")
@example("a@b.ca")
def test_table_and_package_agree_on_an_email_address(tmp_path: Path, address: str) -> None:
    expected = is_email(address)
    assert in_data_package(address, "signer_email") is expected
    assert in_table(tmp_path, f'code = "A"\nemails = ["{address}"]') is expected
    assert in_data_package(address, "contact_email") is is_email_list(address)


@pytest.mark.parametrize(
    ("code", "expected"),
    [("HR-01", True), ("-x", True), ("_x", True), ("", False), ("HR 01", False), ("a\n", False), ("_RUNS", False)],
)
def test_what_a_reseller_code_is(code: str, expected: bool) -> None:
    assert is_reseller_code(code) is expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("lots+port@sous.exemple.qc.ca", True),
        ("a@b.ca", True),
        ("a@b", False),
        ("a@.ca", False),
        ("a@b..ca", False),
        ("a@b.ca.", False),
        ("a@b@c.ca", False),
        ("Julie <a@b.ca>", False),
        ("a@b.ca\n", False),
    ],
)
def test_what_an_email_address_is(address: str, expected: bool) -> None:
    assert is_email(address) is expected
