"""The log of our own defects, and the line that tells the user where it is."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from lnp_batch import __version__
from lnp_batch.cli.language import localized
from lnp_batch.errors import Defect, stack_of
from lnp_batch.model.text import printable

LOG = "lnp-batch.log"
MAX_LOG = 64 << 10
"""Bytes of the log that are kept, the newest."""
OWN_FOLDER, OWN_FILE = 0o700, 0o600
"""Access rights of the log: its file names may be those of customers."""

_log_folder: Path | None = None


def log_defects_in(folder: str) -> None:
    """Have defects logged in `folder`, the setting `log_folder`; "" stands for :func:`default_log_folder`."""
    global _log_folder
    _log_folder = Path(folder) if folder else None


def default_log_folder() -> Path:
    """Return the folder where systems keep what a user's programs log. Raises RuntimeError if the user has no home."""
    states = os.environ.get("LOCALAPPDATA" if os.name == "nt" else "XDG_STATE_HOME", "")
    return (Path(states) if Path(states).is_absolute() else Path.home() / ".local" / "state") / "lnp-batch" / "log"


def defect_log() -> Path | None:
    """Return the path of the log, which may not exist; None if the user has no home and the settings name no folder."""
    with suppress(RuntimeError):
        return (_log_folder or default_log_folder()) / LOG
    return None


def log_defect(fault: BaseException, file_name: str = "") -> str:
    """Add a defect of this program to the log and return the line for the user, which names the log file.

    The log lists places in the program and the exception's type, never its message: that could quote an account number
    or a PIN. If its folder cannot be written, a new file in the system's temporary folder gets the entry.
    """
    file_name = printable(file_name)
    entry = f"lnp-batch {__version__} {file_name}\n{fault if isinstance(fault, Defect) else stack_of(fault)}\n\n"
    log = _add_to_log(entry.encode(errors="replace")) or _new_log(entry.encode(errors="replace"))
    about = f" ({file_name})" if file_name else ""
    details = printable(str(log)) if log else localized("impossible d'écrire le journal", "the log cannot be written")
    return localized(
        f"Erreur de notre part, pas de la vôtre{about}. Détails : {details}",
        f"An error on our side, not yours{about}. Details: {details}",
    )


def _add_to_log(entry: bytes) -> Path | None:
    """Add `entry` to the log, from which the oldest bytes are dropped, and return it; None if it cannot be written."""
    with suppress(OSError, RuntimeError):
        folder = _log_folder or default_log_folder()
        folder.mkdir(OWN_FOLDER, parents=True, exist_ok=True)
        log = folder / LOG
        with open(log, "a+b", opener=lambda path, flags: os.open(path, flags, OWN_FILE)) as file:
            file.seek(0)
            kept = (file.read() + entry)[-MAX_LOG:]
            file.truncate(0)
            file.write(kept)
        return log
    return None


def _new_log(entry: bytes) -> Path | None:
    """Write `entry` to a new file of the temporary folder and return it; None if it cannot be written."""
    with suppress(OSError):
        descriptor, name = tempfile.mkstemp(".log", "lnp-batch-")
        with os.fdopen(descriptor, "wb") as file:
            file.write(entry[-MAX_LOG:])
        return Path(name)
    return None
