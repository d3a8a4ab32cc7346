"""The one definition of a reseller code, an e-mail address and a postal code, for every room.

The ``*_PATTERN`` strings are valid in Python and in JSON Schema (ECMA 262). They match a whole value.
"""

from __future__ import annotations

import re

from lnp_batch.model.file_name import RESERVED_FOLDERS


def _any_case(word: str) -> str:
    """Return a pattern that matches `word` in any case: `_ab` gives `_[aA][bB]`."""
    return "".join(f"[{letter}{letter.upper()}]" if letter.isalpha() else letter for letter in word)


RESELLER_CODE_LENGTH = 32
"""Characters that a reseller code has at most."""
_CHARACTERS = r"[A-Za-z0-9_-]+"
_RESERVED = "|".join(map(_any_case, sorted(RESERVED_FOLDERS)))
RESELLER_CODE_PATTERN = rf"^(?!({_RESERVED})$){_CHARACTERS}$"
"""Letters, digits, `-` and `_`, but no name that the outbox reserves. The length is checked apart."""

EMAIL_LENGTH = 254
"""Characters that an e-mail address has at most (RFC 5321 through its erratum 1690)."""
_LABEL = r"""[^\s@;,<>()".]+"""
_ADDRESS = rf"""[^\s@;,<>()"]+@{_LABEL}(\.{_LABEL})+"""
EMAIL_PATTERN = f"^{_ADDRESS}$"
"""One address: something, `@`, then a domain of at least two labels, none of them empty."""
EMAILS_PATTERN = rf"^{_ADDRESS}(\s*;\s*{_ADDRESS})*(\s*;)?$"
"""One or several addresses with `;` between them; a last `;` does no harm."""

POSTAL_CODE_PATTERN = "^[A-Za-z][0-9][A-Za-z] ?[0-9][A-Za-z][0-9]$"
"""What may be typed: in any case, with or without the space."""
POSTAL_CODE_HALVES = re.compile(r"([A-Z][0-9][A-Z])[\s-]*([0-9][A-Z][0-9])")
"""In capitals, with any space or dash between the halves; a letter may be one that Canada Post does not use."""
POSTAL_CODE = re.compile(r"[ABCEGHJ-NPRSTVXY][0-9][ABCEGHJ-NPRSTV-Z] [0-9][ABCEGHJ-NPRSTV-Z][0-9]")
"""A normalized postal code, with the letters that Canada Post uses."""

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
"""A character that controls a terminal or the direction of the text, or a code without a character. Tabs and line
breaks are allowed."""

_CODE = re.compile(RESELLER_CODE_PATTERN)
_CODE_CHARACTERS = re.compile(_CHARACTERS)
_EMAIL = re.compile(_ADDRESS)
_EMAILS = re.compile(EMAILS_PATTERN)


def is_reseller_code(code: str) -> bool:
    """Return whether a reseller can have `code`, which has no spaces around it."""
    return len(code) <= RESELLER_CODE_LENGTH and _CODE.fullmatch(code) is not None


def has_code_characters(code: str) -> bool:
    """Return whether `code` has only characters that a reseller code may have."""
    return _CODE_CHARACTERS.fullmatch(code) is not None


def is_reserved_code(code: str) -> bool:
    """Return whether `code` is the name of a folder that the outbox reserves, in any case."""
    return code.casefold() in RESERVED_FOLDERS


def is_email(address: str) -> bool:
    """Return whether `address` is one e-mail address, without a name or spaces around it."""
    return _EMAIL.fullmatch(address) is not None


def is_email_list(addresses: str) -> bool:
    """Return whether `addresses` is one e-mail address, or several with `;` between them."""
    return _EMAILS.fullmatch(addresses) is not None
