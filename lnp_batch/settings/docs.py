"""The table of settings, as documentation shows it."""

from __future__ import annotations

from pydantic.fields import FieldInfo

from lnp_batch.model.text import Lang
from lnp_batch.settings.model import NESTED, PREFIX, DatedPrice, Settings, _knobs, _words

_HEADERS = {
    "fr": ("Clé", "Variable", "Par défaut", "Permis", "Effet"),
    "en": ("Key", "Variable", "Default", "Allowed", "What it does"),
}


def settings_table(lang: Lang) -> str:
    """Every knob as a Markdown table, for the README."""
    rows = [
        (
            f"`{'.'.join(path)}`",
            f"`{PREFIX}{NESTED.join(path).upper()}`",
            _default(field),
            _words(field, "allowed")[lang],
            _words(field, "about")[lang],
        )
        for path, field in _knobs(Settings)
    ]
    head = _HEADERS[lang]
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines) + "\n"


def _default(field: FieldInfo) -> str:
    match field.default:
        case (DatedPrice() as entry,):
            return f"`{entry.price}`"
        case "" | () | {}:
            return "–"
        case default:
            return f"`{default}`"
