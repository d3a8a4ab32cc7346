"""What differs between two writings of a name or an address, character by character."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Literal

Part = tuple[Literal["same", "removed", "added"], str]

TOO_DIFFERENT = 0.5
"""Under this likeness the differing characters would only confuse: the whole is removed and added."""

_SPACE = re.compile(r"\s")


def differences(typed: str, right: str) -> list[Part]:
    """The parts that lead from `typed` to `right`; a space that goes or comes is shown as `·`. No part is empty."""
    compared = SequenceMatcher(None, typed, right, autojunk=False)
    if compared.quick_ratio() < TOO_DIFFERENT or compared.ratio() < TOO_DIFFERENT:
        return _changed(typed, right)
    parts: list[Part] = []
    for same, start, end, from_, to in compared.get_opcodes():
        parts += [("same", typed[start:end])] if same == "equal" else _changed(typed[start:end], right[from_:to])
    return parts


def _changed(old: str, new: str) -> list[Part]:
    parts: list[Part] = [("removed", _SPACE.sub("·", old)), ("added", _SPACE.sub("·", new))]
    return [part for part in parts if part[1]]
