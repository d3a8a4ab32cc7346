"""What the command line says when something went wrong that is not the workbook's fault."""

from __future__ import annotations

import tempfile
import traceback
from pathlib import Path

import click

from lnp_batch import __version__
from lnp_batch.cli.language import HELP_LANG, harmless, told
from lnp_batch.errors import Defect
from lnp_batch.model.text import Text

LOG = "lnp-batch.log"


ALSO_SAID = {"verify": "check", "validate": "check", "lint": "check", "verifier": "check", "valider": "check"} | {
    "convert": "process",
    "traiter": "process",
    "regle": "explain",
    "modele": "template",
}


def meant(fault: click.exceptions.NoSuchCommand) -> str:
    """A wrong command answered with the right one: of a workbook's name, of a word said elsewhere, of a near one."""
    word = harmless(fault.command_name)
    if word.casefold().endswith(".xlsx"):
        wanted = [f'check "{word}"', f'process "{word}" --out {told("resultats", "results")}']
    elif word.casefold() in ("help", "aide"):
        wanted = ["--help"]
    elif word.casefold() in ALSO_SAID:
        wanted = [ALSO_SAID[word.casefold()]]
    else:
        wanted = list(fault.possibilities or ["--help"])
    lines = "".join(f"\n  lnp-batch {command}" for command in wanted)
    return told(f"« {word} » n'est pas une commande. Essayez :", f"“{word}” is not a command. Try:") + lines


def defect_line(fault: BaseException, where: str = "") -> str:
    """The one line that tells a defect of ours; the log file holds the rest.

    The log names places in the program, never values: an account number or a PIN may stand in a fault's words.
    """
    where = harmless(where)
    stack = "".join(traceback.format_tb(fault.__traceback__)) + type(fault).__name__
    entry = f"lnp-batch {__version__} {where}\n{fault if isinstance(fault, Defect) else stack}\n\n"
    log = next(
        (path for folder in (Path.cwd(), Path(tempfile.gettempdir())) if (path := _append(folder / LOG, entry))), None
    )
    return Text(
        f"Une erreur de notre part, pas de la vôtre{' (' + where + ')' if where else ''}. Les détails : {log}",
        f"A fault of ours, not yours{' (' + where + ')' if where else ''}. The details: {log}",
    )[HELP_LANG]


def _append(path: Path, entry: str) -> Path | None:
    try:
        with path.open("a", encoding="utf-8") as log:
            log.write(entry)
    except OSError:
        return None
    return path
