"""The message that Excel shows when a cell is selected, and the cell's drop-down."""

from __future__ import annotations

from typing import Any

from lnp_batch.columns import Column, Kind, Required, Sheet
from lnp_batch.columns.numbers import NUMBERS
from lnp_batch.documents.inputs.drop_downs import ACCOUNT_KEYS, list_name
from lnp_batch.model.text import Lang, Text

ALWAYS = Text("Obligatoire", "Required")
SOMETIMES = {
    Required.TO_PORT: Text("Obligatoire pour porter", "Required to port"),
    Required.TO_PORT_WIRELINE: Text("Obligatoire (filaire, à porter)", "Required (wireline, to port)"),
    Required.TO_PORT_NOT_WIRELESS: Text("Obligatoire, sauf sans fil", "Required, unless wireless"),
    Required.BILLING: Text("Obligatoire dès 2 numéros", "Required from 2 numbers on"),
}
NEVER = Text("Facultatif", "Optional")
OURS = Text("Notre colonne", "Our column")
EXAMPLE = Text("Exemple : {example}", "Example: {example}")
AT_MOST = Text("{length} caractères au plus.", "At most {length} characters.")
NOT_LISTED = Text("Pas dans la liste", "Not in the list")
PICK = Text(
    "Choisissez une valeur dans la liste ({values}) : cliquez sur la flèche à droite de la cellule, "
    "ou Alt + flèche bas.",
    "Pick a value from the list ({values}): click the arrow at the right of the cell, or press Alt + down arrow.",
)
NO_SUCH_CARRIER = Text(
    "Cette marque n'est pas dans notre liste. Si c'est bien celle de la facture, gardez-la (Oui ou OK); "
    "sinon, Annuler.",
    "This brand is not in our list. If it is the one on the bill, keep it (Yes or OK); if not, Cancel.",
)
NO_SUCH_ACCOUNT = Text(
    "Aucun compte de la feuille Comptes n'a encore ce repère. Gardez-le (Oui ou OK) si vous l'y ajoutez ensuite; "
    "sinon, Annuler.",
    "No account on the Accounts sheet has this key yet. Keep it (Yes or OK) if you add it there next; if not, Cancel.",
)
VALUES_SHOWN = 3
"""How many values of a list its error message names."""
LONGEST_MESSAGE = 255


def input_message(column: Column, sheet: Sheet, lang: Lang) -> dict[str, Any]:
    """Return the cell's input message, and its drop-down if the column has one, as xlsxwriter's data validation."""
    rule: dict[str, Any] = {
        "validate": "any",
        "input_title": _title(column)[lang],
        "input_message": _message(column, lang),
    }
    if column.values:
        return {**rule, **_drop_down(list_name(column), "stop", PICK.put(values=_first_values(column)), lang)}
    if column.free_list:
        return {**rule, **_drop_down(list_name(column), "warning", NO_SUCH_CARRIER, lang)}
    if sheet.key == NUMBERS.key and column.key == "account_ref":
        return {**rule, **_drop_down(ACCOUNT_KEYS, "warning", NO_SUCH_ACCOUNT, lang)}
    return rule


def _drop_down(name: str, error_type: str, message: Text, lang: Lang) -> dict[str, Any]:
    return {
        "validate": "list",
        "source": f"={name}",
        "error_type": error_type,
        "error_title": NOT_LISTED[lang],
        "error_message": message[lang],
    }


def _first_values(column: Column) -> Text:
    """Return the first values of a column's list: `Non, Oui, Inconnu…`."""
    values = [value.text for value in column.values[:VALUES_SHOWN]]
    more = "…" * (len(column.values) > VALUES_SHOWN)
    return Text(", ".join(text.fr for text in values) + more, ", ".join(text.en for text in values) + more)


def _title(column: Column) -> Text:
    if column.ours:
        return OURS
    if column.needed_when.fr:
        return column.needed_when
    if column.required is Required.YES:
        return ALWAYS
    return SOMETIMES.get(column.required, NEVER)


def _message(column: Column, lang: Lang) -> str:
    """Help, greatest length and example, as far as they fit in Excel's message."""
    lines = [column.help[lang]]
    if column.max_length and column.kind is Kind.TEXT:
        lines.append(AT_MOST[lang].format(length=column.max_length))
    if column.example[lang]:
        lines.append(EXAMPLE[lang].format(example=column.example[lang]))
    while len("\n".join(lines)) > LONGEST_MESSAGE:
        lines.pop()
    return "\n".join(lines)
