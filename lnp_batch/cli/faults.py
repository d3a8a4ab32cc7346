"""Messages for mistyped commands."""

from __future__ import annotations

import click

from lnp_batch.cli.language import localized
from lnp_batch.cli.options import EXAMPLE_OUT
from lnp_batch.model.text import printable

SYNONYMS = {
    "verify": "check",
    "validate": "check",
    "lint": "check",
    "verifier": "check",
    "valider": "check",
    "convert": "process",
    "traiter": "process",
    "regle": "explain",
    "modele": "template",
}
"""Command names that other programs use, or French ones, with ours."""


def suggestion(fault: click.exceptions.NoSuchCommand) -> str:
    """Return a message for an unknown command, with the commands that were probably intended.

    A workbook's name suggests check and process with it; a synonym or a similar name suggests that command.
    """
    typed = printable(fault.command_name)
    name = typed.casefold()
    if name.endswith(".xlsx"):
        commands = [f'check "{typed}"', f'process "{typed}" --out {EXAMPLE_OUT}']
    elif name in ("help", "aide"):
        commands = ["--help"]
    elif name in SYNONYMS:
        commands = [SYNONYMS[name]]
    else:
        commands = list(fault.possibilities or ["--help"])
    lines = "".join(f"\n  lnp-batch {command}" for command in commands)
    return localized(f"« {typed} » n'est pas une commande. Essayez :", f"“{typed}” is not a command. Try:") + lines
