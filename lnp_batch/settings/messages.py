"""Messages about wrong settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from typing import Any

from lnp_batch.model.text import Lang, Text, cut
from lnp_batch.settings.model import NESTED, PREFIX, Settings, all_settings, text_of

Layer = Mapping[str, Any]
"""Settings from one origin: a file, the environment or the command line."""

OPTION = "--"
"""Origin of the settings given on the command line; the origin of variables is PREFIX, that of a file its path."""

UNKNOWN_KEY = Text(
    "{key} = {value} : clé inconnue ({origin}); permis : {allowed}",
    "{key} = {value}: unknown key ({origin}); allowed: {allowed}",
)
WRONG_VALUE = Text("{key} = {value} ({origin}) : il faut {allowed}", "{key} = {value} ({origin}): it must be {allowed}")
TABLE = Text("une table de {keys}", "a table of {keys}")
UNKNOWN_RULE = Text(
    "severity.{code} : aucune règle n'a ce code; voir « lnp-batch rules »",
    "severity.{code}: no rule has this code; see “lnp-batch rules”",
)
FIXED_SEVERITY = Text(
    "severity.{code} = {value} : la gravité de cette règle est fixe; retirez cette ligne (fixes : {fixed})",
    "severity.{code} = {value}: the severity of this rule is fixed; remove this line (fixed: {fixed})",
)
CODE_RUN = Text("{first} à {last}", "{first} to {last}")


def wrong_value(loc: tuple[int | str, ...], kind: str, value: object, layers: Mapping[str, Layer], lang: Lang) -> str:
    """Return the message for one of pydantic's errors: the key, the value, its origin, what is allowed.

    `loc` and `kind` are the error's; `layers` are the settings by origin, the last one winning.
    """
    key, origin = ".".join(str(step) for step in loc), _origin(loc, layers)
    settings = dict(all_settings(Settings))
    path = next((path for path in settings if loc[: len(path)] == path), None)
    if path is None and kind == "extra_forbidden":
        siblings = dict.fromkeys(path[len(loc) - 1] for path in settings if path[: len(loc) - 1] == loc[:-1])
        return UNKNOWN_KEY[lang].format(key=cut(key), value=cut(str(value)), origin=origin, allowed=", ".join(siblings))
    if path is None:
        keys = ", ".join(path[len(loc)] for path in settings if path[: len(loc)] == loc)
        allowed = TABLE[lang].format(keys=keys)
    else:
        allowed = text_of(settings[path], "allowed")[lang]
    return WRONG_VALUE[lang].format(key=key, value=cut(str(value)), origin=origin, allowed=allowed)


def _origin(loc: tuple[int | str, ...], layers: Mapping[str, Layer]) -> str:
    """Return the file, variable or option that the value at `loc` comes from: the last layer that has it."""
    keys = [step for step in loc if isinstance(step, str)]
    origins = (origin for origin, layer in reversed(list(layers.items())) if _has(layer, keys))
    origin = next(origins, next(iter(layers)))
    if origin == PREFIX:
        return PREFIX + NESTED.join(keys).upper()
    return OPTION + keys[0].replace("_", "-") if origin == OPTION else origin


def _has(layer: Layer, keys: Iterable[str]) -> bool:
    value: Any = layer
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else value
    return value is not None


def fixed_codes(codes: Iterable[str], is_fixed: Callable[[str], bool], lang: Lang) -> str:
    """Return in words which of the rules' `codes` are fixed: `BAT, CEL, LED001, NUM001 to NUM012`.

    A subject whose rules are all fixed is given by its three letters.
    """
    parts: list[str] = []
    for subject, group in groupby(sorted(codes), key=lambda code: code[:3]):
        members = list(group)
        if all(map(is_fixed, members)):
            parts.append(subject)
            continue
        for fixed, run in groupby(members, key=is_fixed):
            parts += _code_run(list(run), lang) if fixed else []
    return ", ".join(parts)


def _code_run(codes: list[str], lang: Lang) -> list[str]:
    return codes if len(codes) < 3 else [CODE_RUN[lang].format(first=codes[0], last=codes[-1])]
