"""A number as we write it: ten digits, E.164, with dashes; and a range of numbers."""

from __future__ import annotations

COUNTRY_CODE = "+1"


def dashed(number: int | str) -> str:
    """Return ten digits or E.164 with dashes: 5145550123 → 514-555-0123; "" for 0 or ""."""
    digits = str(number or "").removeprefix(COUNTRY_CODE)
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}" if digits else ""


def dashed_range(first: int, last: int) -> str:
    """Return a range as `514-555-0100 – 0119`; one number alone if `first` is `last`."""
    return dashed(first) if first == last else f"{dashed(first)} – {dashed(last)[-4:]}"


def e164(number: int | str) -> str:
    """Return ten digits in E.164: 5145550123 → +15145550123."""
    return f"{COUNTRY_CODE}{number}"


def ten_digits(number: str) -> int:
    """Return the ten digits of a number in E.164: +15145550123 → 5145550123."""
    return int(number.removeprefix(COUNTRY_CODE))
