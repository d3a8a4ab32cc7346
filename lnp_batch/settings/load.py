"""Load the settings: defaults < ``lnp-batch.toml`` < ``LNP_*`` variables < command-line options."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import EnvSettingsSource

from lnp_batch.errors import EnvironmentFault, system_fault
from lnp_batch.model.text import LANGUAGES, Text, as_lang, cut
from lnp_batch.settings.messages import FIXED_SEVERITY, OPTION, UNKNOWN_RULE, Layer, fixed_codes, wrong_value
from lnp_batch.settings.model import PREFIX, Settings, table_of
from lnp_batch.settings.toml_file import NOT_TOML, read_toml

FILE = "lnp-batch.toml"


class _Environment(EnvSettingsSource):
    """The `LNP_*` variables that name a setting. A value that should be JSON and is not stays text, refused later."""

    def explode_env_vars(self, field_name: str, field: FieldInfo, env_vars: Mapping[str, str | None]) -> dict[str, Any]:
        values = super().explode_env_vars(field_name, field, env_vars)
        table = table_of(field)
        if table is None:
            return {code.upper(): severity for code, severity in values.items()}
        return {
            key: value for key, value in values.items() if key in table.model_fields and not isinstance(value, dict)
        }

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:
        try:
            return super().decode_complex_value(field_name, field, value)
        except (ValueError, RecursionError):
            return value


def load_settings(config: Path | None = None, **options: Any) -> Settings:
    """Return the settings in force.

    `config` is the settings file; None stands for ``lnp-batch.toml`` in the current folder, which may be missing.
    `options` are the settings given on the command line, by key, None if not given. Raises EnvironmentFault if a file
    cannot be read or has an unknown key, or if any value is wrong.
    """
    path = config or Path(FILE)
    layers: dict[str, Layer] = {
        str(path): _read(path, required=config is not None),
        PREFIX: _Environment(Settings)(),
        OPTION: {key: value for key, value in options.items() if value is not None},
    }
    merged: dict[str, Any] = {}
    for layer in layers.values():
        merged = _merge(merged, layer)
    try:
        return Settings(**merged)
    except ValidationError as fault:
        lang = as_lang(merged.get("lang"))
        messages = [wrong_value(error["loc"], error["type"], error["input"], layers, lang) for error in fault.errors()]
        raise EnvironmentFault("; ".join(dict.fromkeys(messages))) from None


def _read(path: Path, required: bool) -> dict[str, Any]:
    try:
        return read_toml(path)
    except FileNotFoundError:
        if not required:
            return {}
        raise EnvironmentFault(
            Text(f"{path} : ce fichier n'existe pas.", f"{path}: this file does not exist.")
        ) from None
    except OSError as fault:
        raise EnvironmentFault(system_fault(fault)) from None
    except ValueError as fault:
        not_toml = Text(*(NOT_TOML[lang].format(path=path, fault=fault) for lang in LANGUAGES))
        raise EnvironmentFault(not_toml) from None


def _merge(lower: Layer, upper: Layer) -> dict[str, Any]:
    """Return both layers merged table by table; the values of `upper` win."""
    merged = dict(lower)
    for key, value in upper.items():
        current = merged.get(key)
        merged[key] = _merge(current, value) if isinstance(current, Mapping) and isinstance(value, Mapping) else value
    return merged


def check_severities(settings: Settings, codes: Collection[str], is_fixed: Callable[[str], bool]) -> None:
    """Check the severities in `settings` against the rules' `codes`.

    Raises EnvironmentFault for a code that no rule has, and for a rule whose severity is fixed.
    """
    lang = settings.lang
    for code, severity in settings.severity.items():
        if code not in codes:
            raise EnvironmentFault(UNKNOWN_RULE[lang].format(code=cut(code)))
        if is_fixed(code):
            fixed = fixed_codes(codes, is_fixed, lang)
            raise EnvironmentFault(FIXED_SEVERITY[lang].format(code=code, value=severity.value, fixed=fixed))
