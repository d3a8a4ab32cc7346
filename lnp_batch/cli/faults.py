"""Messages for faults that are not the workbook's: mistyped commands, and defects of this program."""

from __future__ import annotations

import tempfile
import traceback
from pathlib import Path

import click

from lnp_batch import __version__
from lnp_batch.cli.language import localized, printable
from lnp_batch.cli.options import EXAMPLE_OUT
from lnp_batch.errors import Defect

LOG = "lnp-batch.log"

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


def log_defect(fault: BaseException, file_name: str = "") -> str:
    """Append a defect of this program to the log file and return the line for the user, which names that file.

    The log lists places in the program and the exception's type, never its message: that could quote an account number
    or a PIN. It is written to the current folder, or else to the system's temporary folder.
    """
    file_name = printable(file_name)
    stack = "".join(traceback.format_tb(fault.__traceback__)) + type(fault).__name__
    entry = f"lnp-batch {__version__} {file_name}\n{fault if isinstance(fault, Defect) else stack}\n\n"
    candidates = (folder / LOG for folder in (Path.cwd(), Path(tempfile.gettempdir())))
    log = next((path for path in candidates if _append(path, entry)), None)
    about = f" ({file_name})" if file_name else ""
    details = log or localized("impossible d'écrire le journal", "the log cannot be written")
    return localized(
        f"Erreur de notre part, pas de la vôtre{about}. Détails : {details}",
        f"An error on our side, not yours{about}. Details: {details}",
    )


def _append(path: Path, entry: str) -> bool:
    try:
        with path.open("a", encoding="utf-8") as log:
            log.write(entry)
    except OSError:
        return False
    return True
