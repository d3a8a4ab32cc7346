"""How a setting is declared: its default, its limits and its explanation."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from lnp_batch.model.text import Text

MAX_DAYS = 3_650


class Frozen(BaseModel):
    """A table of the settings file."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def setting(default: object, about: Text, allowed: Text, **constraints: Any) -> Any:
    """Return a field with its default, what it does, and in words what its type and `constraints` allow."""
    texts: dict[str, Any] = {"about": dataclasses.asdict(about), "allowed": dataclasses.asdict(allowed)}
    return Field(default, description=about.en, json_schema_extra=texts, **constraints)


def not_boolean(value: object) -> object:
    """Return `value`. Raises ValueError if it is true or false, which Python takes for 1 and 0."""
    if isinstance(value, bool):
        raise ValueError("true and false are not numbers")
    return value


WholeNumber = Annotated[int, BeforeValidator(not_boolean)]


def whole_number(default: int, about: Text, most: int) -> Any:
    """Return the field of a whole number from 1 to `most`."""
    allowed = Text(f"un nombre entier de 1 à {most}", f"a whole number from 1 to {most}")
    return setting(default, about, allowed, ge=1, le=most)
