"""The characters that differ between two spellings of a name or an address."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Literal

Part = tuple[Literal["same", "removed", "added"], str]

TOO_DIFFERENT = 0.5
"""Below this similarity ratio single characters would only confuse: the whole text is removed and added."""

_SPACE = re.compile(r"\s")


def differences(typed: str, right: str) -> list[Part]:
    """Return the parts that change `typed` into `right`, none of them empty; changed spaces are shown as `·`."""
    matcher = SequenceMatcher(None, typed, right, autojunk=False)
    if matcher.quick_ratio() < TOO_DIFFERENT or matcher.ratio() < TOO_DIFFERENT:
        return _changed(typed, right)
    parts: list[Part] = []
    for tag, start, end, right_start, right_end in matcher.get_opcodes():
        old, new = typed[start:end], right[right_start:right_end]
        parts += [("same", old)] if tag == "equal" else _changed(old, new)
    return parts


def _changed(old: str, new: str) -> list[Part]:
    parts: list[Part] = [("removed", _SPACE.sub("·", old)), ("added", _SPACE.sub("·", new))]
    return [part for part in parts if part[1]]
