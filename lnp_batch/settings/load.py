"""Load the settings: defaults < ``lnp-batch.toml`` < ``LNP_*`` environment < option."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import EnvSettingsSource

from lnp_batch.errors import EnvironmentFault
from lnp_batch.model.text import Lang, Text, as_lang, cut
from lnp_batch.settings.messages import _FIXED, _NO_SUCH_RULE, OPTION, Layer, _told
from lnp_batch.settings.model import PREFIX, Settings, _table_of

FILE = "lnp-batch.toml"

_RANGE = Text("{first} à {last}", "{first} to {last}")


class _Environment(EnvSettingsSource):
    """`LNP_*` variables that name a knob; what is not JSON where it should be stays a text, for the knob to refuse."""

    def explode_env_vars(self, field_name: str, field: FieldInfo, env_vars: Mapping[str, str | None]) -> dict[str, Any]:
        found = super().explode_env_vars(field_name, field, env_vars)
        table = _table_of(field)
        if table is None:
            return {code.upper(): severity for code, severity in found.items()}
        return {key: value for key, value in found.items() if key in table.model_fields and not isinstance(value, dict)}

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:
        try:
            return super().decode_complex_value(field_name, field, value)
        except ValueError:
            return value


def load_settings(config: Path | None = None, **options: Any) -> Settings:
    """The settings in force. `config` None is ``lnp-batch.toml`` of the current folder, where there is one.

    `options` are settings given on the command line, by key; None where not given. EnvironmentFault for a file that
    cannot be read, an unknown key of it, or a wrong value anywhere.
    """
    path = config or Path(FILE)
    layers: dict[str, Layer] = {
        str(path): _read(path, needed=config is not None),
        PREFIX: _Environment(Settings)(),
        OPTION: {key: value for key, value in options.items() if value is not None},
    }
    merged: dict[str, Any] = {}
    for layer in layers.values():
        merged = _laid_over(merged, layer)
    try:
        return Settings(**merged)
    except ValidationError as fault:
        lang = as_lang(merged.get("lang"))
        told = (_told(error["loc"], error["type"], error["input"], layers, lang) for error in fault.errors())
        raise EnvironmentFault("; ".join(dict.fromkeys(told))) from None


def _read(path: Path, needed: bool) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"), parse_float=Decimal)
    except FileNotFoundError:
        if not needed:
            return {}
        raise EnvironmentFault(Text(f"{path} : ce fichier n'existe pas.", f"{path}: there is no such file.")) from None
    except OSError as fault:
        raise EnvironmentFault(f"{path}: {fault.strerror}") from None
    except ValueError as fault:
        raise EnvironmentFault(
            Text(f"{path} : ce n'est pas du TOML : {fault}", f"{path}: this is not TOML: {fault}")
        ) from None


def _laid_over(below: Layer, above: Layer) -> dict[str, Any]:
    """`above` over `below`, table by table."""
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        merged[key] = _laid_over(under, value) if isinstance(under, Mapping) and isinstance(value, Mapping) else value
    return merged


def check_severities(settings: Settings, known: Iterable[str], is_fixed: Callable[[str], bool]) -> None:
    """Check the codes whose severity the settings change.

    `known` are the codes of all rules, in order. Raises EnvironmentFault if a code is not among them, or is fixed.
    """
    codes = list(known)
    for code, severity in settings.severity.items():
        if code not in codes:
            raise EnvironmentFault(_NO_SUCH_RULE[settings.lang].format(code=cut(code)))
        if is_fixed(code):
            fixed = _compact(codes, is_fixed, settings.lang)
            raise EnvironmentFault(_FIXED[settings.lang].format(code=code, value=severity.value, fixed=fixed))


def _compact(codes: Iterable[str], is_fixed: Callable[[str], bool], lang: Lang) -> str:
    """Return the fixed ones of `codes` in words: `WBK, CEL, NUM001 to NUM012`; a prefix if all its codes are fixed."""
    words: list[str] = []
    for prefix, group in groupby(codes, key=lambda code: code[:3]):
        family = list(group)
        if all(map(is_fixed, family)):
            words.append(prefix)
            continue
        runs = [list(run) for fixed, run in groupby(family, key=is_fixed) if fixed]
        words += [run[0] if len(run) == 1 else _RANGE[lang].format(first=run[0], last=run[-1]) for run in runs]
    return ", ".join(words)
