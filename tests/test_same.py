"""The comparison of packages names the part that differs and keeps both files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.fuzz import packed
from tests.same import assert_same_package, differing_parts

PARTS = {"a.xml": b"<a>1</a>", "b.xml": b"<b/>"}


def test_equal_packages_pass() -> None:
    assert_same_package(packed(PARTS), packed(PARTS))
    assert differing_parts(packed(PARTS), packed(PARTS)) == []


def test_the_differing_part_is_named_and_both_files_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    first, second = packed(PARTS), packed({**PARTS, "a.xml": b"<a>2</a>"})
    with pytest.raises(AssertionError, match=re.escape("a.xml at 3: ")) as raised:
        assert_same_package(first, second)
    (kept,) = tmp_path.iterdir()
    assert str(kept) in str(raised.value)
    assert [path.read_bytes() for path in sorted(kept.iterdir())] == [first, second]


def test_missing_parts_and_their_order_are_differences() -> None:
    assert differing_parts(packed(PARTS), packed({"a.xml": PARTS["a.xml"]})) == ["b.xml: only in one"]
    assert differing_parts(packed(PARTS), packed(dict(reversed(PARTS.items())))) == ["the order of the parts"]
