"""Read a TOML file: the settings, or the table of resellers."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from lnp_batch.model.text import Text

NOT_TOML = Text("{path} : ce n'est pas du TOML : {fault}", "{path}: this is not TOML: {fault}")


def read_toml(path: Path) -> dict[str, Any]:
    """Return the tables of the file at `path`; its decimals are exact.

    Raises OSError if the file cannot be read, ValueError if it is not TOML.
    """
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"), parse_float=Decimal)
    except RecursionError:
        raise ValueError("too many brackets within brackets") from None
