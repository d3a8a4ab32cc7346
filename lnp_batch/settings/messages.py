"""What is wrong with a setting, in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lnp_batch.model.text import Lang, Text, cut
from lnp_batch.settings.model import NESTED, PREFIX, Settings, _knobs, _words

_UNKNOWN = Text(
    "{key} = {value} : clé inconnue ({origin}); permis : {allowed}",
    "{key} = {value}: unknown key ({origin}); allowed: {allowed}",
)


_WRONG = Text("{key} = {value} ({origin}) : il faut {allowed}", "{key} = {value} ({origin}): it must be {allowed}")


_TABLE = Text("une table de {keys}", "a table of {keys}")


_NO_SUCH_RULE = Text(
    "severity.{code} : aucune règle n'a ce code; voir « lnp-batch rules »",
    "severity.{code}: no rule has this code; see “lnp-batch rules”",
)


_FIXED = Text(
    "severity.{code} = {value} : la gravité de cette règle ne change pas; retirez cette ligne (fixes : {fixed})",
    "severity.{code} = {value}: this rule's severity does not change; remove this line (fixed: {fixed})",
)


def _told(loc: tuple[int | str, ...], kind: str, value: object, layers: Mapping[str, Layer], lang: Lang) -> str:
    """One wrong value: the key, the value, where it came from, what is allowed."""
    key, origin = ".".join(str(step) for step in loc), _origin(loc, layers)
    knobs = dict(_knobs(Settings))
    path = next((path for path in knobs if loc[: len(path)] == path), None)
    if path is None and kind == "extra_forbidden":
        beside = dict.fromkeys(path[len(loc) - 1] for path in knobs if path[: len(loc) - 1] == loc[:-1])
        return _UNKNOWN[lang].format(key=cut(key), value=cut(str(value)), origin=origin, allowed=", ".join(beside))
    if path is None:
        inside = ", ".join(path[len(loc)] for path in knobs if path[: len(loc)] == loc)
        allowed = _TABLE[lang].format(keys=inside)
    else:
        allowed = _words(knobs[path], "allowed")[lang]
    return _WRONG[lang].format(key=key, value=cut(str(value)), origin=origin, allowed=allowed)


def _origin(loc: tuple[int | str, ...], layers: Mapping[str, Layer]) -> str:
    """The file, the variable or the option that the value at `loc` came from: the topmost layer that holds it."""
    names = [step for step in loc if isinstance(step, str)]
    holding = (origin for origin, layer in reversed(list(layers.items())) if _holds(layer, names))
    origin = next(holding, next(iter(layers)))
    if origin == PREFIX:
        return PREFIX + NESTED.join(names).upper()
    return OPTION + names[0].replace("_", "-") if origin == OPTION else origin


def _holds(layer: Layer, names: Iterable[str]) -> bool:
    here: Any = layer
    for name in names:
        here = here.get(name) if isinstance(here, Mapping) else here
    return here is not None


OPTION = "--"


Layer = Mapping[str, Any]
