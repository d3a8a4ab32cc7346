"""The language of the help texts, chosen before the command line is parsed; click's own messages in French."""

from __future__ import annotations

import gettext
import os
import sys
from contextvars import ContextVar
from itertools import pairwise
from pathlib import Path

from lnp_batch.errors import EnvironmentFault
from lnp_batch.model.text import Lang, Text, as_lang, printable


def command_line_lang() -> Lang:
    """Return the language of help texts and usage errors: --lang, then LNP_LANG, then French."""
    arguments = sys.argv[1:]
    for argument, following in pairwise([*arguments, ""]):
        if argument == "--lang":
            return as_lang(following)
        if argument.startswith("--lang="):
            return as_lang(argument.removeprefix("--lang="))
    return as_lang(os.environ.get("LNP_LANG"))


HELP_LANG = command_line_lang()


_settings_lang: ContextVar[Lang | None] = ContextVar("settings_lang", default=None)


def use_lang(lang: Lang | None) -> None:
    """Take the language of the settings, once they are read, for messages too; None for that of the help texts."""
    _settings_lang.set(lang)


def message_lang() -> Lang:
    """Return the language of messages: that of the settings, of the help texts until these are read."""
    return _settings_lang.get() or HELP_LANG


def localized(fr: str, en: str) -> str:
    """Return the text in the language of messages, which is that of the help texts while commands are declared."""
    return Text(fr, en)[message_lang()]


def fault_message(fault: EnvironmentFault) -> str:
    """Return the fault's message in the language of messages; it may quote settings or the ledger."""
    message = fault.args[0]
    return printable_lines(message[message_lang()] if isinstance(message, Text) else str(message))


# click looks its own messages up with gettext, some of them while commands are being declared: this must come first.
os.environ["LANGUAGE"] = HELP_LANG
gettext.bindtextdomain("messages", Path(__file__).parent / "locale")


def printable_lines(text: str) -> str:
    """Return `text` with its line breaks and `�` for any other control character."""
    return "\n".join(map(printable, text.split("\n")))


def examples(*commands: str) -> str:
    """Return a help epilog with one example command per line. Click keeps the line breaks after `\\b`."""
    lines = "\n".join(f"  lnp-batch {command}" for command in commands)
    return "\b\n" + localized("Exemples :", "Examples:") + "\n" + lines
