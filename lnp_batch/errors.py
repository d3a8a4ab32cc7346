"""Exit codes, a public promise, and the faults that are ours or the machine's.

A reseller's fault is a finding (:mod:`lnp_batch.model.finding`), never an exception.
"""

from __future__ import annotations

import signal
from enum import IntEnum

ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
"""Signals that ask a command to end: it ends as when it is interrupted."""


class ExitCode(IntEnum):
    """What the command line answers. Where several apply, the highest of 8, 1, 4, 3 wins (see :func:`worst`)."""

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


def worst(codes: list[ExitCode]) -> ExitCode:
    """The exit code of a command that did several things, each of which ended in one of `codes`."""
    return next((code for code in PRECEDENCE if code in codes), ExitCode.OK)


class EnvironmentFault(Exception):
    """The machine or its settings are in the way: cannot write, settings wrong. One line for the user, exit 8: a text in
    both languages, or words that were chosen already. As a str it is English, for logs."""

    def __str__(self) -> str:
        words = self.args[0] if self.args else ""
        return str(getattr(words, "en", words))


class UsageFault(Exception):
    """The command line asks for something that cannot be. One line for the user, exit 2."""


class Locked(Exception):
    """Another run is at it: exit 7."""


class Defect(Exception):
    """A job raised what it should not: a fault of ours. Its words are the stack, never the values in it."""


PASSED_ON = (EnvironmentFault, UsageFault, OSError)
"""What a job may raise: it is raised again where the job was asked for. Anything else is a defect of ours."""
