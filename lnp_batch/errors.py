"""Exit codes, which are a public promise, and the exceptions for faults of ours or of the machine.

A reseller's fault is a finding (:mod:`lnp_batch.model.finding`), never an exception.
"""

from __future__ import annotations

import errno
import os
import signal
import traceback
from enum import IntEnum

from lnp_batch.model.text import Text, same

TERMINATION_SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
"""Signals that end a command in the same way as Ctrl+C."""


class ExitCode(IntEnum):
    """Exit codes of the command line. If several apply, :func:`worst` picks one."""

    OK = 0
    DEFECT = 1
    USAGE = 2
    TO_FIX = 3
    REFUSED = 4
    ALREADY_DONE = 6
    LOCKED = 7
    ENVIRONMENT = 8
    INTERRUPTED = 130


PRECEDENCE = (ExitCode.ENVIRONMENT, ExitCode.DEFECT, ExitCode.REFUSED, ExitCode.TO_FIX)
"""The worst first."""


def worst(codes: list[ExitCode]) -> ExitCode:
    """Return the exit code of a command that did several things, each of which ended in one of `codes`."""
    return next((code for code in PRECEDENCE if code in codes), ExitCode.OK)


class EnvironmentFault(Exception):
    """The machine or the settings prevent the work: cannot write, wrong setting. Exit code 8, one line for the user.

    The argument is a Text, or a str in the user's language. As a str, a Text is English, for logs.
    """

    def __str__(self) -> str:
        words = self.args[0] if self.args else ""
        return str(getattr(words, "en", words))


class UsageFault(Exception):
    """The command line contradicts itself or asks for the impossible. Exit code 2, one line for the user."""


class Locked(Exception):
    """Another run holds the lock. Exit code 7."""


class Defect(Exception):
    """A fault of our own code. Its message is the stack, without the values in it, which may be a customer's."""


MAX_STACK = 48 << 10
"""Characters of a stack that are kept: an endless recursion has a thousand frames, all alike."""


def stack_of(fault: BaseException) -> str:
    """Return where in the program `fault` was raised, and its type; never its message, which may quote a cell.

    Of a stack of more than MAX_STACK characters, the middle is left out.
    """
    stack = "".join(traceback.format_tb(fault.__traceback__)) + type(fault).__name__
    half = MAX_STACK // 2
    return stack if len(stack) <= MAX_STACK else f"{stack[:half]}\n…\n{stack[-half:]}"


SYSTEM_FAULTS = {
    errno.ENOSPC: Text("il n'y a plus de place sur le disque", "there is no room left on the disk"),
    errno.EDQUOT: Text("votre part du disque est pleine", "your share of the disk is full"),
    errno.EROFS: Text("ce disque ne peut être modifié", "this disk cannot be changed"),
    errno.EACCES: Text("l'accès est refusé", "access is denied"),
    errno.EPERM: Text("l'opération est interdite", "the operation is not permitted"),
    errno.EIO: Text("le disque signale une erreur", "the disk reports an error"),
    errno.ENOENT: Text("ce fichier ou ce dossier n'existe pas", "this file or folder does not exist"),
    errno.EEXIST: Text("ce fichier existe déjà", "this file exists already"),
    errno.ENOTDIR: Text("ce n'est pas un dossier", "this is not a folder"),
    errno.EISDIR: Text("c'est un dossier, non un fichier", "this is a folder, not a file"),
    errno.EXDEV: Text("c'est sur un autre disque", "it is on another disk"),
    errno.EBUSY: Text("un autre programme s'en sert", "another program is using it"),
    errno.ESTALE: Text("le disque du réseau ne le trouve plus", "the network drive no longer finds it"),
    errno.ENAMETOOLONG: Text("ce nom est trop long", "this name is too long"),
}
"""What the operating system reports of files and disks; anything else is repeated in its own words."""


def reason_of(fault: OSError) -> Text:
    """Return what is wrong, without the name of the file."""
    return SYSTEM_FAULTS.get(fault.errno or 0, same(fault.strerror or type(fault).__name__))


def system_fault(fault: OSError) -> Text:
    """Return what is wrong, after the name of the file if `fault` has one."""
    words = reason_of(fault)
    if not fault.filename:
        return words
    name = os.fsdecode(fault.filename)
    return Text(f"{name} : {words.fr}", f"{name}: {words.en}")


EXPECTED_FAULTS = (EnvironmentFault, UsageFault, OSError)
"""Exceptions of a job that are raised again in the parent process. Anything else becomes a :class:`Defect`."""
