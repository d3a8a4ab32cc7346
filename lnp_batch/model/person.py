"""Somebody whose data are looked for, by a phone number or by a name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lnp_batch.model.phone_format import e164
from lnp_batch.model.text import fold


@dataclass(frozen=True, slots=True)
class Person:
    """Who is looked for: a `number` (ten digits, 0 for none), or a `name`, or both: then either is enough.

    A name is compared whole, without accents, case and punctuation. With `reseller`, a code's key, only what that
    reseller sent is looked at.
    """

    number: int = 0
    name: str = ""
    reseller: str = ""

    def is_named(self, words: Iterable[object]) -> bool:
        """Return whether one of the words is the name."""
        name = fold(self.name)
        return bool(name) and any(isinstance(each, str) and fold(each) == name for each in words)

    def has_number(self, numbers: Iterable[str | None]) -> bool:
        """Return whether one of the numbers, in E.164, is the number."""
        return bool(self.number) and e164(self.number) in numbers
