"""The table of settings for the documentation."""

from __future__ import annotations

from pydantic.fields import FieldInfo

from lnp_batch.model.text import Lang
from lnp_batch.settings.model import NESTED, PREFIX, DatedPrice, Settings, all_settings, text_of

_HEADERS = {
    "fr": ("Clé", "Variable", "Par défaut", "Permis", "Effet"),
    "en": ("Key", "Variable", "Default", "Allowed", "What it does"),
}


def settings_table(lang: Lang) -> str:
    """Return all the settings as a Markdown table."""
    rows = [
        (
            f"`{'.'.join(path)}`",
            f"`{PREFIX}{NESTED.join(path).upper()}`",
            _default(field),
            text_of(field, "allowed")[lang],
            text_of(field, "about")[lang],
        )
        for path, field in all_settings(Settings)
    ]
    header = _HEADERS[lang]
    lines = [header, ("---",) * len(header), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines) + "\n"


def _default(field: FieldInfo) -> str:
    match field.default:
        case (DatedPrice() as entry,):
            return f"`{entry.price}`"
        case "" | () | {}:
            return "–"
        case bool() as default:
            return f"`{default}`".lower()
        case default:
            return f"`{default}`"
